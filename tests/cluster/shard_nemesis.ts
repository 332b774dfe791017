/**
 * What strikes a sharded fleet: processes, links and disks, drawn from the run's seed.
 *
 * Every crash loses or tears what was not synced. A member whose disk refuses dies of it, and is started again a little later.
 * @module
 */

import type { Random } from "../../runtime/mod.ts";
import type { ShardFleet } from "./shard_fleet.ts";

/** Every kind of fault. */
export const SHARD_FAULTS = [
  "crash",
  "crashLeader",
  "crashGroup",
  "isolateLeader",
  "halves",
  "betweenGroups",
  "fromController",
  "pause",
  "slowDisk",
  "hungDisk",
  "fullDisk",
  "failingSync",
] as const;

/** A kind of fault. */
export type ShardFault = typeof SHARD_FAULTS[number];

/** How often each has struck. */
export type FaultTally = { [kind in ShardFault]: number };

/** An operator needs so long to start again what died of its disk. */
const OPERATOR_MS = 400;
/** A slow disk: each sync takes as long as ten heartbeats may. */
const SLOW = { kind: "uniform", lowMs: 20, highMs: 400 } as const;

/** See the module's page. */
export class ShardNemesis {
  /** How often each fault has struck. */
  readonly tally = Object.fromEntries(SHARD_FAULTS.map((kind) => [kind, 0])) as FaultTally;
  readonly #fleet: ShardFleet;
  readonly #random: Random;
  #blowing = true;
  #faults = 0;

  /** At rest. */
  constructor(fleet: ShardFleet) {
    this.#fleet = fleet;
    this.#random = fleet.world.random("shard nemesis");
    fleet.onDiskDeath = (name) => this.#comeBack(name, OPERATOR_MS);
  }

  /** Whether faults begin. */
  get blowing(): boolean {
    return this.#blowing;
  }

  /** How many faults have struck. */
  get faults(): number {
    return Object.values(this.tally).reduce((sum, count) => sum + count, 0);
  }

  /** Lets faults begin, one after the other, until `calm`. */
  async strike(): Promise<void> {
    const { clock } = this.#fleet.world;
    while (this.#blowing) {
      await clock.sleep(this.#random.between(150, 900));
      if (this.#blowing) this.#begin(SHARD_FAULTS[this.#random.below(SHARD_FAULTS.length)]);
    }
  }

  /** Ends every fault of links, processes and disks. What is down stays down. */
  calm(): void {
    const { world, names } = this.#fleet;
    this.#blowing = false;
    world.network.mendAll();
    for (const name of names) {
      const machine = world.machine(name);
      machine.resume();
      machine.disk.heal();
    }
  }

  #begin(kind: ShardFault): void {
    const fleet = this.#fleet;
    const { world } = fleet;
    const sides = [fleet.controllers, ...fleet.servers.values()];
    const names = sides[this.#random.below(sides.length)];
    const victim = names[this.#random.below(names.length)];
    const leader = fleet.leader(names) ?? victim;
    const forMs = this.#random.between(100, 2000);
    switch (kind) {
      case "crash":
        return this.#crash(kind, [victim], forMs);
      case "crashLeader":
        return this.#crash(kind, [leader], forMs);
      case "crashGroup":
        return this.#crash(kind, names, forMs);
      case "pause":
        if (!world.machine(victim).running) return;
        this.tally.pause++;
        world.machine(victim).pause();
        world.loop.schedule(forMs, () => world.machine(victim).resume());
        return;
      case "isolateLeader":
      case "halves":
      case "betweenGroups":
      case "fromController":
        return this.#part(kind, { names, leader, forMs });
      case "slowDisk":
      case "hungDisk":
      case "fullDisk":
      case "failingSync":
        // A leader's disk matters more than a follower's.
        return this.#spoil(kind, this.#random.chance(0.5) ? leader : victim, forMs);
    }
  }

  #part(
    kind: "isolateLeader" | "halves" | "betweenGroups" | "fromController",
    { names, leader, forMs }: {
      readonly names: readonly string[];
      readonly leader: string;
      readonly forMs: number;
    },
  ): void {
    const fleet = this.#fleet;
    const { network, loop } = fleet.world;
    const fault = `${kind} ${++this.#faults}`;
    switch (kind) {
      case "isolateLeader": {
        const others = fleet.names.filter((one) => one !== leader);
        network.partition(fault, { kind: "isolate", node: leader, others });
        break;
      }
      case "halves": {
        const left = fleet.names.filter(() => this.#random.chance(0.5));
        const right = fleet.names.filter((name) => !left.includes(name));
        network.partition(fault, { kind: "halves", left, right });
        break;
      }
      default: {
        const groups = [...fleet.servers.values()];
        const other = kind === "fromController"
          ? fleet.controllers
          : groups[this.#random.below(groups.length)];
        if (other === names) return;
        network.partition(fault, { kind: "halves", left: names, right: other });
      }
    }
    this.tally[kind]++;
    loop.schedule(forMs, () => network.mend(fault));
  }

  #spoil(kind: "slowDisk" | "hungDisk" | "fullDisk" | "failingSync", victim: string, forMs: number): void {
    const { world } = this.#fleet;
    const { running, disk } = world.machine(victim);
    if (!running) return;
    this.tally[kind]++;
    const later = (end: () => void) => void world.loop.schedule(forMs, end);
    switch (kind) {
      case "slowDisk":
        disk.setSyncDelay(SLOW);
        return later(() => disk.heal());
      case "hungDisk":
        disk.hangSyncs();
        return later(() => disk.releaseSyncs());
      case "fullDisk":
        // Some of what it writes next still fits, and a write may be cut in the middle.
        disk.fill(this.#random.below(3000));
        return later(() => disk.makeRoom());
      case "failingSync":
        disk.failNext("sync", 1);
        return later(() => disk.failNext("sync", 0));
    }
  }

  #crash(kind: "crash" | "crashLeader" | "crashGroup", victims: readonly string[], forMs: number): void {
    this.tally[kind]++;
    for (const victim of victims) {
      this.#fleet.crash(victim);
      this.#comeBack(victim, forMs);
    }
  }

  #comeBack(name: string, afterMs: number): void {
    this.#fleet.world.loop.schedule(afterMs, () => {
      if (this.#blowing) this.#fleet.restart(name);
    });
  }
}
