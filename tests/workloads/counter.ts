/**
 * Identities: a write gives the version it made, so that every version is given once, in order.
 * @module
 */

import type { Clerk } from "../../kv/mod.ts";
import {
  counterCodec,
  type CounterInput,
  counterModel,
  type CounterOutput,
  type Keyed,
  keyedModel,
  type Operation,
} from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { keyName, keyNames } from "./append.ts";
import { clerkAt } from "./register.ts";
import { answeredOf, type Breach, breach, Memories, type Source } from "./sessions.ts";
import type { WorkloadParts } from "./workload.ts";

type Input = Keyed<CounterInput>;

/** See the module's page. */
export const idsWorkload: WorkloadParts<number, Input, CounterOutput, Clerk> = {
  name: "ids",
  summary: "identities from the versions of a few keys",
  checker: "porcupine, counters by key; no identity is given twice",
  uniqueCommands: false,
  codec: counterCodec,
  model: () => keyedModel(counterModel()),
  facts: {},
  connect: clerkAt,
  think: ({ random, load }) => ({
    key: keyName(random.below(load.keys)),
    input: random.chance(load.putShare + load.appendShare) ? { f: "addAndGet", amount: 1 } : { f: "read" },
  }),
  async ask(clerk, { key, input }, { timeoutMs }) {
    if (input.f === "read") {
      return { f: "read", value: (await clerk.entry(key, { timeoutMs }))?.version ?? 0 };
    }
    return { f: "addAndGet", value: (await clerk.put(key, "", { timeoutMs })).version };
  },
  probe: { key: "probe", input: { f: "addAndGet", amount: 1 } },
  audit: (load) => [...keyNames(load), "probe"].map((key) => ({ key, input: { f: "read" } })),
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: risingVersions,
  laws: uniqueIds,
};

/** No client is told of a lower version than it knows. */
export function risingVersions(operations: readonly Operation<Input, CounterOutput>[]): Breach | null {
  const memories = new Memories<{ version: number; source: Source }>(() => ({ version: 0, source: "read" }));
  for (const { client, input: { key }, output, atMs } of answeredOf(operations)) {
    if (output.f === "add") continue;
    const memory = memories.of(client, key);
    if (output.value < memory.version) {
      const what = `was told of version ${output.value} of ${key}, and knew of ${memory.version}`;
      return breach(client, memory.source, what, atMs);
    }
    if (output.value === memory.version) continue;
    memory.version = output.value;
    memory.source = output.f === "read" ? "read" : "write";
  }
  return null;
}

/** No identity was given twice. Follows from the model, and says it in fewer words. */
export function uniqueIds(operations: readonly Operation<Input, CounterOutput>[]): Violation | null {
  const given = new Map<string, string>();
  for (const { client, input, outcome } of operations) {
    if (outcome.status !== "ok" || outcome.output.f !== "addAndGet") continue;
    const id = `${input.key}#${outcome.output.value}`;
    const first = given.get(id);
    if (first !== undefined) {
      return {
        law: "unique-ids",
        node: "",
        sentence: `The identity ${id} was given to ${first} and to ${client}.`,
      };
    }
    given.set(id, `${client}`);
  }
  return null;
}
