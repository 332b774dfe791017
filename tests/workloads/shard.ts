/**
 * Clients of the sharded store on keys of all shards, and an operator who lets groups join, leave and swap shards.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import type { KvInput, KvOutput } from "../../porcupine/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import { PlacementError } from "../../shard/mod.ts";
import type { ShardFleet } from "../cluster/shard_fleet.ts";
import type { Recorder } from "../kv/recorder.ts";
import type { TextStore } from "./workload.ts";

/** What the clients of one run share. */
export interface ShardWorkload {
  readonly fleet: ShardFleet;
  readonly recorder: Recorder<KvInput, KvOutput>;
  readonly keys: number;
  readonly pauseMs: number;
  readonly timeoutMs: number;
  readonly goOn: () => boolean;
  /** The store as a client of that name reaches it. */
  readonly store: (name: string) => TextStore;
}

/** A client's life: one operation after another. Resolves when it has ended. */
export async function workOnShards(workload: ShardWorkload, name: string): Promise<void> {
  const { fleet, keys, pauseMs, timeoutMs } = workload;
  const store = workload.store(name);
  const random = fleet.world.random(`client ${name}`);
  for (let nth = 0; workload.goOn(); nth++) {
    await fleet.world.clock.sleep(random.next() * 2 * pauseMs);
    const input = draw(random, keyOf(random.below(keys)), `${name}.${nth} `);
    await execute(workload.recorder, { store, client: name, input, timeoutMs });
  }
}

/** Executes one operation and writes it down. Whether it was answered. */
export async function execute(
  recorder: Recorder<KvInput, KvOutput>,
  call: {
    readonly store: TextStore;
    readonly client: string;
    readonly input: KvInput;
    readonly timeoutMs: number;
  },
): Promise<boolean> {
  const output = await recorder.call(
    call.client,
    call.input,
    () => ask(call.store, call.input, call.timeoutMs),
  );
  return output !== null;
}

/** An operator's life: change after change. Gives how many were made. */
export async function operate(fleet: ShardFleet, goOn: () => boolean): Promise<number> {
  const admin = fleet.controllerClerk("operator");
  const random = fleet.world.random("operator");
  const groups = [...fleet.servers.keys()];
  let made = 0;
  while (goOn()) {
    await fleet.world.clock.sleep(random.between(50, 700));
    const group = groups[random.below(groups.length)];
    try {
      const kind = random.below(5);
      if (kind < 2) await admin.join(fleet.groups(group), { timeoutMs: 3000 });
      else if (kind === 2) await admin.leave([group], { timeoutMs: 3000 });
      else await admin.move(random.below(fleet.placement.shards), group, { timeoutMs: 3000 });
      made++;
    } catch (error) {
      const mayBe = error instanceof PlacementError || error instanceof RefusedError ||
        error instanceof UnknownOutcomeError;
      if (!mayBe) throw error;
    }
  }
  return made;
}

/** The name of key number `number`. */
export function keyOf(number: number): string {
  return `key ${number}`;
}

function draw(random: Random, key: string, value: string): KvInput {
  const drawn = random.next();
  if (drawn < 0.15) return { f: "put", key, value };
  return drawn < 0.6 ? { f: "append", key, value } : { f: "get", key };
}

async function ask(store: TextStore, input: KvInput, timeoutMs: number): Promise<KvOutput> {
  switch (input.f) {
    case "get":
      return { f: "get", value: await store.get(input.key, { timeoutMs }) ?? "" };
    case "put":
      await store.put(input.key, input.value, { timeoutMs });
      return { f: "put" };
    case "append":
      await store.append(input.key, input.value, { timeoutMs });
      return { f: "append" };
  }
}
