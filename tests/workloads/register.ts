/**
 * Registers: reads and writes, and with compare-and-set.
 * @module
 */

import { Clerk } from "../../kv/mod.ts";
import {
  type Keyed,
  keyedModel,
  registerCodec,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../porcupine/mod.ts";
import type { Random, Runtime } from "../../runtime/mod.ts";
import { keyName, keyNames } from "./append.ts";
import { registerSessions } from "./register_sessions.ts";
import type { Sea, TextStore, Thought, WorkloadParts } from "./workload.ts";

type Input = Keyed<RegisterInput>;

const COMMON = {
  codec: registerCodec,
  model: () => keyedModel(registerModel()),
  facts: {},
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: registerSessions,
  laws: () => null,
} as const;

/** Reads and writes. */
export const registerWorkload: WorkloadParts<RegisterValue, Input, RegisterOutput, TextStore> = {
  ...COMMON,
  name: "register",
  summary: "reads and writes of a few registers",
  checker: "porcupine, registers by key",
  uniqueCommands: true,
  connect: (runtime, sea) => sea.text(runtime),
  think: ({ name, nth, random, load }) => {
    const key = keyName(random.below(load.keys));
    const writes = random.chance(load.putShare + load.appendShare);
    return { key, input: writes ? { f: "write", value: `${name}.${nth}` } : { f: "read" } };
  },
  async ask(store, { key, input }, { timeoutMs }) {
    if (input.f === "read") return { f: "read", value: await store.get(key, { timeoutMs }) };
    if (input.f !== "write") throw new TypeError("Cannot compare and set here");
    await store.put(key, input.value as string, { timeoutMs });
    return { f: "write" };
  },
  probe: { key: "probe", input: { f: "write", value: "probe" } },
  audit: (load) => [...keyNames(load), "probe"].map((key) => ({ key, input: { f: "read" } })),
};

/** A client that remembers what it read last, so that its compare-and-set has a chance. */
export interface CasClient {
  readonly clerk: Clerk;
  readonly last: Map<string, RegisterValue>;
}

/** Reads, writes and compare-and-set. */
export const casWorkload: WorkloadParts<RegisterValue, Input, RegisterOutput, CasClient> = {
  ...COMMON,
  name: "cas",
  summary: "reads, writes and compare-and-set of a few registers",
  checker: "porcupine, registers by key",
  uniqueCommands: false,
  connect: (runtime, sea) => ({ clerk: clerkAt(runtime, sea), last: new Map() }),
  think: (thought, client) => thinkCas(thought, client),
  async ask({ clerk, last }, { key, input }, { timeoutMs }) {
    const answer = await askCas(clerk, key, input, timeoutMs);
    if (answer.f === "read") last.set(key, answer.value);
    else if (input.f === "write") last.set(key, input.value);
    else if (input.f === "cas" && answer.f === "cas" && answer.swapped) last.set(key, input.to);
    return answer;
  },
  probe: { key: "probe", input: { f: "write", value: "probe" } },
  audit: (load) => [...keyNames(load), "probe"].map((key) => ({ key, input: { f: "read" } })),
};

/** A clerk of the replicated store. */
export function clerkAt(runtime: Runtime, { servers, group, attemptMs }: Sea): Clerk {
  return new Clerk({ runtime, servers, group, attemptMs });
}

function thinkCas({ name, nth, random, load }: Thought, { last }: CasClient): Input {
  const key = keyName(random.below(load.keys));
  const value = `${name}.${nth}`;
  const drawn = random.next();
  if (drawn < load.putShare / 2) return { key, input: { f: "write", value } };
  if (drawn < load.putShare + load.appendShare) {
    return { key, input: { f: "cas", from: expected(last.get(key), random), to: value } };
  }
  return { key, input: { f: "read" } };
}

/** Now and then a value that was never there: a swap that must not happen. */
function expected(last: RegisterValue | undefined, random: Random): RegisterValue {
  return random.chance(0.1) ? "never written" : last ?? null;
}

async function askCas(
  clerk: Clerk,
  key: string,
  input: RegisterInput,
  timeoutMs: number,
): Promise<RegisterOutput> {
  switch (input.f) {
    case "read":
      return { f: "read", value: await clerk.get(key, { timeoutMs }) };
    case "write":
      await clerk.put(key, `${input.value}`, { timeoutMs });
      return { f: "write" };
    case "cas": {
      const { from, to } = input;
      const result = await clerk.batch(
        [from === null ? { kind: "version", key, version: 0 } : { kind: "value", key, value: `${from}` }],
        [{ op: "put", key, value: `${to}`, lease: 0 }],
        { timeoutMs },
      );
      return { f: "cas", swapped: result.kind === "done" };
    }
  }
}
