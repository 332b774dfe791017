/**
 * A cluster under faults while clients are at work, drawn from one seed: what the layer's tests run by the hundred.
 * @module
 */

import type { ServerOptions } from "../../kv/mod.ts";
import { type KvInput, kvModel, type KvOutput, type Verdict } from "../../porcupine/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import { type LinkConditions, RELIABLE } from "../sim/mod.ts";
import { Cluster } from "./cluster.ts";
import { Recorder, type Tally } from "./recorder.ts";
import { readKey, runClient } from "./workload.ts";

/** One thing that goes wrong for a while. */
export type StormFault =
  | "crash"
  | "crashLeader"
  | "crashAll"
  | "halves"
  | "isolateLeader"
  | "oneWay"
  | "pause";

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

/** Sails one storm and judges it. */
export async function sail(options: StormOptions): Promise<StormResult> {
  const { seed, conditions } = options;
  const cluster = new Cluster({
    servers: options.servers,
    world: { seed, conditions, isolation: seed % 4 === 0 ? "wire" : "copy" },
    ...(options.server === undefined ? {} : { server: options.server }),
  });
  const { world } = cluster;
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
  return { verdict, tally: recorder.tally, faults: nemesis.count, snapshots, cluster, recorder };
}

/** Draws faults and lifts them again, one after the other with some overlap. */
class Nemesis {
  count = 0;
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #kinds: readonly StormFault[];
  #ended = false;

  constructor(cluster: Cluster, random: Random, kinds: readonly StormFault[]) {
    this.#cluster = cluster;
    this.#random = random;
    this.#kinds = kinds;
  }

  begin(): void {
    if (this.#ended || this.#kinds.length === 0) return;
    const { world } = this.#cluster;
    this.#strike(this.#kinds[this.#random.below(this.#kinds.length)]);
    this.count++;
    world.loop.schedule(this.#random.between(200, 1500), () => this.begin());
  }

  end(): void {
    this.#ended = true;
    const { world, names } = this.#cluster;
    world.network.mendAll();
    for (const name of names) {
      world.machine(name).resume();
      if (!world.machine(name).running) world.machine(name).restart();
    }
  }

  #strike(kind: StormFault): void {
    const { world, names } = this.#cluster;
    const { network } = world;
    const victim = names[this.#random.below(names.length)];
    const leader = this.#cluster.leader ?? victim;
    const forMs = this.#random.between(100, 2500);
    const fault = `${kind} ${this.count}`;
    switch (kind) {
      case "crash":
        return this.#crash([victim], forMs);
      case "crashLeader":
        return this.#crash([leader], forMs);
      case "crashAll":
        return this.#crash(names, forMs);
      case "halves": {
        const left = names.filter(() => this.#random.chance(0.5));
        network.partition(fault, {
          kind: "halves",
          left,
          right: names.filter((name) => !left.includes(name)),
        });
        break;
      }
      case "isolateLeader":
        network.partition(fault, { kind: "isolate", node: leader, others: names });
        break;
      case "oneWay":
        network.partition(fault, {
          kind: "oneWay",
          from: [victim],
          to: names.filter((name) => name !== victim),
        });
        break;
      case "pause":
        world.machine(victim).pause();
        world.loop.schedule(forMs, () => world.machine(victim).resume());
        return;
    }
    world.loop.schedule(forMs, () => network.mend(fault));
  }

  #crash(victims: readonly string[], forMs: number): void {
    const { world } = this.#cluster;
    for (const victim of victims) {
      world.machine(victim).crash();
      world.loop.schedule(forMs, () => {
        if (!this.#ended && !world.machine(victim).running) world.machine(victim).restart();
      });
    }
  }
}
