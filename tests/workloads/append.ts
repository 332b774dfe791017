/**
 * Gets, puts and appends on a few hot keys. A get that saw an append saw everything before it: no mixture is so strict.
 * @module
 */

import { kvCodec, type KvInput, kvModel, type KvOutput } from "../../porcupine/mod.ts";
import type { Load } from "../nemesis/plan.ts";
import { textSessions } from "./text_sessions.ts";
import type { TextStore, WorkloadParts } from "./workload.ts";

/** See the module's page. */
export const appendWorkload: WorkloadParts<string, KvInput, KvOutput, TextStore> = {
  name: "append",
  summary: "gets, puts and appends on a few hot keys",
  checker: "porcupine, strings by key",
  uniqueCommands: true,
  codec: kvCodec,
  model: kvModel,
  facts: {},
  connect: (runtime, sea) => sea.text(runtime),
  think({ name, nth, random, load }) {
    const key = keyName(random.below(load.keys));
    const drawn = random.next();
    // Every value is written once in a run: a wrong one then tells where it came from.
    const value = `${name}.${nth} `;
    if (drawn < load.putShare) return { f: "put", key, value };
    return drawn < load.putShare + load.appendShare ? { f: "append", key, value } : { f: "get", key };
  },
  ask: (store, input, { timeoutMs }) => askText(store, input, timeoutMs),
  probe: { f: "put", key: "probe", value: "probe" },
  audit: (load) => [...keyNames(load), "probe"].map((key) => ({ f: "get", key })),
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: textSessions,
  laws: () => null,
};

/** Asks a store of strings. */
export async function askText(store: TextStore, input: KvInput, timeoutMs: number): Promise<KvOutput> {
  switch (input.f) {
    case "get":
      // The labs' store answers a key that was never written with the empty string.
      return { f: "get", value: await store.get(input.key, { timeoutMs }) ?? "" };
    case "put":
      await store.put(input.key, input.value, { timeoutMs });
      return { f: "put" };
    case "append":
      await store.append(input.key, input.value, { timeoutMs });
      return { f: "append" };
  }
}

/** The name of key number `number`. */
export function keyName(number: number): string {
  return `k${number}`;
}

/** The names of all keys of a load. */
export function keyNames(load: Load): string[] {
  return Array.from({ length: load.keys }, (_, number) => keyName(number));
}
