/**
 * A set: members are added, taken out, looked for, and all of them listed at one instant.
 * @module
 */

import type { Clerk } from "../../kv/mod.ts";
import {
  type Keyed,
  keyedModel,
  type Operation,
  setCodec,
  type SetInput,
  setModel,
  type SetOutput,
  type SetState,
} from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { clerkAt } from "./register.ts";
import { answeredOf, type Breach, breach, Memories, type Source } from "./sessions.ts";
import type { WorkloadParts } from "./workload.ts";

type Input = Keyed<SetInput>;

/** So many different members; few, so that they meet. */
const MEMBERS = 6;
/**
 * A set cannot be judged member by member, because lists are of all at one instant. So few answers may be missing: each that is
 * doubles what has to be thought of. Clients wait so many times as long as elsewhere.
 */
const PATIENCE = 8;
const RANGE = { kind: "prefix", prefix: "set/" } as const;

/** See the module's page. */
export const setWorkload: WorkloadParts<SetState, Input, SetOutput, Clerk> = {
  name: "set",
  summary: "members are added, taken out, looked for and listed",
  checker: "porcupine, one set; whatever was added for good is in the last list",
  uniqueCommands: false,
  codec: setCodec,
  model: () => keyedModel(setModel({ members: true })),
  facts: {},
  connect: clerkAt,
  think({ name, nth, random, load }) {
    const drawn = random.next();
    const value = `m${random.below(MEMBERS)}`;
    if (drawn < load.putShare / 2) return asks({ f: "remove", value });
    // Some stay for good: the last list must have them.
    if (drawn < load.putShare) return asks({ f: "add", value: `${name}.${nth}` });
    if (drawn < load.putShare + load.appendShare) return asks({ f: "add", value });
    return asks(random.chance(0.4) ? { f: "members" } : { f: "contains", value });
  },
  ask: (clerk, { input }, { timeoutMs }) => askSet(clerk, input, timeoutMs * PATIENCE),
  probe: asks({ f: "add", value: "probe" }),
  audit: () => [asks({ f: "members" })],
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: nothingMissed,
  laws: nothingLost,
};

function asks(input: SetInput): Input {
  return { key: "", input };
}

async function askSet(clerk: Clerk, input: SetInput, timeoutMs: number): Promise<SetOutput> {
  if (input.f === "members") {
    const { entries } = await clerk.scan(RANGE, { timeoutMs });
    return { f: "members", values: entries.map(({ key }) => key.slice(RANGE.prefix.length)) };
  }
  const key = `${RANGE.prefix}${input.value}`;
  switch (input.f) {
    case "contains":
      return { f: "contains", present: await clerk.get(key, { timeoutMs }) !== null };
    case "add":
      return { f: "add", changed: (await clerk.put(key, "", { timeoutMs })).version === 1 };
    case "remove":
      return { f: "remove", changed: await clerk.delete(key, { timeoutMs }) };
  }
}

/** Members that nobody takes out are in every list of a client that has added or seen them. */
export function nothingMissed(operations: readonly Operation<Input, SetOutput>[]): Breach | null {
  const memories = new Memories<Map<string, Source>>(() => new Map());
  for (const { client, input: { input }, output, atMs } of answeredOf(operations)) {
    const known = memories.of(client, "");
    if (input.f === "add" && staysForGood(`${input.value}`)) known.set(`${input.value}`, "write");
    if (output.f !== "members") continue;
    const present = new Set(output.values.map((value) => `${value}`));
    for (const [value, source] of known) {
      if (!present.has(value)) {
        return breach(client, source, `missed ${value} in a list of all members`, atMs);
      }
    }
    for (const value of present) if (staysForGood(value) && !known.has(value)) known.set(value, "read");
  }
  return null;
}

/** Members that are named after who adds them are never taken out. */
function staysForGood(value: string): boolean {
  return value.includes(".");
}

/** Members that only one client ever named, and that were added, are in the last list. */
export function nothingLost(operations: readonly Operation<Input, SetOutput>[]): Violation | null {
  const last = operations.findLast(({ outcome }) =>
    outcome.status === "ok" && outcome.output.f === "members"
  );
  if (last?.outcome.status !== "ok" || last.outcome.output.f !== "members") return null;
  const present = new Set(last.outcome.output.values);
  for (const { client, input: { input }, outcome } of operations) {
    const stays = input.f === "add" && `${input.value}`.startsWith(`${client}.`);
    if (!stays || outcome.status !== "ok" || outcome.returnAt > last.callAt || present.has(input.value)) {
      continue;
    }
    return {
      law: "set-complete",
      node: "",
      sentence: `${client} was told that ${input.value} is in the set; the last list lacks it.`,
    };
  }
  return null;
}
