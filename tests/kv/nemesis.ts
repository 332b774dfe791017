/**
 * What goes wrong in the storms of this layer.
 * @module
 */

import type { Random } from "../../runtime/mod.ts";
import type { Cluster } from "./cluster.ts";

/** One thing that goes wrong for a while. */
export type StormFault =
  | "crash"
  | "crashLeader"
  | "crashAll"
  | "halves"
  | "isolateLeader"
  | "oneWay"
  | "pause";

/** All of them. */
export const EVERY_FAULT: readonly StormFault[] = [
  "crash",
  "crashLeader",
  "crashAll",
  "halves",
  "isolateLeader",
  "oneWay",
  "pause",
];

/** Draws faults and lifts them again, one after the other with some overlap. */
export class Nemesis {
  /** Faults so far. */
  count = 0;
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #kinds: readonly StormFault[];
  #ended = false;

  /** Draws from `kinds` alone. */
  constructor(cluster: Cluster, random: Random, kinds: readonly StormFault[]) {
    this.#cluster = cluster;
    this.#random = random;
    this.#kinds = kinds;
  }

  /** Strikes, now and again and again. */
  begin(): void {
    if (this.#ended || this.#kinds.length === 0) return;
    const { world } = this.#cluster;
    this.#strike(this.#kinds[this.#random.below(this.#kinds.length)]);
    this.count++;
    world.loop.schedule(this.#random.between(200, 1500), () => this.begin());
  }

  /** Lifts everything for good. */
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
