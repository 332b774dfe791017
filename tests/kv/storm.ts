/**
 * A cluster under faults while clients are at work, drawn from one seed: what the layer's tests run by the hundred.
 * @module
 */

import type { ServerOptions } from "../../kv/mod.ts";
import { type KvInput, kvModel, type KvOutput, type Verdict } from "../../porcupine/mod.ts";
import { type LinkConditions, RELIABLE } from "../sim/mod.ts";
import { Cluster } from "./cluster.ts";
import { watchLaws } from "./laws.ts";
import { Nemesis, type StormFault } from "./nemesis.ts";
import { Recorder, type Tally } from "./recorder.ts";
import { readKey, runClient } from "./workload.ts";

/** What a storm is made of. */
export interface StormOptions {
  readonly seed: number;
  readonly servers: number;
  readonly clients: number;
  readonly keys: number;
  readonly forMs: number;
  readonly faults: readonly StormFault[];
  readonly conditions: LinkConditions;
  readonly server?: Partial<ServerOptions>;
  /** How long a client waits for one operation. */
  readonly timeoutMs: number;
}

/** What came of it. */
export interface StormResult {
  readonly verdict: Verdict;
  readonly tally: Tally;
  readonly faults: number;
  readonly snapshots: number;
  readonly cluster: Cluster;
  readonly recorder: Recorder<KvInput, KvOutput>;
}

/** The lossy, slow, repeating network of the storms. */
export const BAD_NETWORK: LinkConditions = {
  ...RELIABLE,
  lossRate: 0.1,
  duplicateRate: 0.1,
  delay: { kind: "exponential", minMs: 0.1, meanMs: 8, maxMs: 500 },
  holdBack: { rate: 0.02, minMs: 200, spreadMs: 1500 },
};

/** A quiet, quick network. */
export const GOOD_NETWORK: LinkConditions = {
  ...RELIABLE,
  delay: { kind: "uniform", lowMs: 0.1, highMs: 1 },
};

/** More than half of all seeds sail on the production log, whatever else their remainders decide. */
export function storageOf(seed: number): "memory" | "wal" {
  return seed % 7 < 4 ? "wal" : "memory";
}

/** Sails one storm and judges it, with the laws of Raft watched after each event. */
export async function sail(options: StormOptions): Promise<StormResult> {
  const { seed, conditions } = options;
  const cluster = new Cluster({
    servers: options.servers,
    world: { seed, conditions, isolation: seed % 4 === 0 ? "wire" : "copy" },
    storage: storageOf(seed),
    ...(options.server === undefined ? {} : { server: options.server }),
  });
  const { world } = cluster;
  const laws = watchLaws(cluster);
  const recorder = new Recorder<KvInput, KvOutput>();
  const nemesis = new Nemesis(cluster, world.random("nemesis"), options.faults);
  let blowing = true;
  const clients = Array.from({ length: options.clients }, (_, number) => {
    const name = `c${number + 1}`;
    const random = world.random(name);
    return runClient(recorder, {
      name,
      clerk: cluster.clerk(name),
      random,
      keys: options.keys,
      timeoutMs: options.timeoutMs,
      goOn: () => blowing,
      pause: () => world.clock.sleep(random.between(0, 40)),
    });
  });
  world.loop.schedule(300, () => nemesis.begin());
  await world.run({ untilMs: options.forMs });
  nemesis.end();
  blowing = false;
  world.network.setConditions(GOOD_NETWORK);
  // Faults are over: everything in flight must end, and every key must be readable.
  await world.play(async () => {
    await Promise.all(clients);
    const clerk = cluster.clerk("last");
    for (let key = 0; key < options.keys; key++) {
      const read = await recorder.call(
        "last",
        { f: "get", key: `k${key}` },
        () => readKey(clerk, `k${key}`, 10_000),
      );
      if (read === null) throw new Error(`key k${key} cannot be read although every fault is over`);
    }
  }, { untilMs: options.forMs + 60_000 });
  let snapshots = 0;
  for (const server of cluster.servers.values()) {
    snapshots += server.replica.node.core.snapshot === null ? 0 : 1;
  }
  const verdict = recorder.judge(kvModel(), 20_000);
  world.end();
  if (laws.elections === 0) throw new Error("nobody ever led: nothing was watched");
  return { verdict, tally: recorder.tally, faults: nemesis.count, snapshots, cluster, recorder };
}
