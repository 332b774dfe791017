/**
 * A fleet under faults while clients are at work and shards move, drawn from one seed, through the phases of every run here:
 * safety (any fault), liveness (a majority of each group is up, progress is required), heal everything, final reads, judge.
 * @module
 */

import { checkOperations, type KvInput, kvModel, type KvOutput } from "../../porcupine/mod.ts";
import { type LinkConditions, LOCAL_AREA, RELIABLE } from "../sim/mod.ts";
import type { ShardTally } from "../check/shard_laws.ts";
import { Recorder } from "../kv/recorder.ts";
import { execute, keyOf, workOnShards } from "../workloads/shard.ts";
import { openDoor } from "../workloads/shard_door.ts";
import { ShardFleet } from "./shard_fleet.ts";
import { type FaultTally, ShardNemesis } from "./shard_nemesis.ts";
import { ChangeDrivers, ControllerOperator, type ShardOperators } from "./shard_operators.ts";

/** What came of a storm. Plain data, so that a worker can hand it over. */
export interface ShardStormResult {
  readonly seed: number;
  readonly hash: string;
  /** Whether drivers moved the shards. */
  readonly driven: boolean;
  readonly events: number;
  readonly answered: number;
  readonly unknown: number;
  readonly changes: number;
  readonly faults: number;
  /** How often each kind of fault has struck. */
  readonly struck: FaultTally;
  /** Members that died of their disks. */
  readonly diskDeaths: number;
  readonly tally: ShardTally;
}

/** A storm that broke something. */
export class StormError extends Error {
  override readonly name = "StormError";
}

const GROUPS = [101, 102, 103];
const SHARDS = 7;
const KEYS = 14;
const CLIENTS = 4;
const CLIENT_MS = 4000;
const SAFETY_MS = 8000;
/** Within so long every key must be writable and every move done, once a majority of each group is up. */
const LIVENESS_MS = 15_000;
const CHECK_LIMITS = { timeLimitMs: 60_000, memoryLimitBytes: 1 << 30 } as const;

const BAD_LINKS: LinkConditions = {
  ...RELIABLE,
  lossRate: 0.05,
  duplicateRate: 0.1,
  delay: { kind: "exponential", minMs: 0.1, meanMs: 8, maxMs: 400 },
  holdBack: { rate: 0.02, minMs: 200, spreadMs: 1500 },
};

/**
 * Sails one storm. Throws {@linkcode StormError} with what was broken.
 *
 * @param options How much of a shard goes in one message.
 */
export async function sailShards(
  seed: number,
  options: { readonly pieceBytes?: number } = {},
): Promise<ShardStormResult> {
  const fleet = new ShardFleet({
    world: {
      seed,
      conditions: seed % 3 === 0 ? LOCAL_AREA : BAD_LINKS,
      isolation: seed % 4 === 0 ? "wire" : "copy",
    },
    shards: SHARDS,
    groups: GROUPS,
    members: 3,
    follow: !isDriven(seed),
    ...options,
    server: { maxRaftStateBytes: [Infinity, 1000, 6000][seed % 3] },
  });
  try {
    return await new Storm(fleet, seed).sail();
  } finally {
    fleet.world.end();
  }
}

/** Two seeds in five: groups do not follow a controller, drivers move the shards. */
function isDriven(seed: number): boolean {
  return seed % 5 < 2;
}

class Storm {
  readonly #fleet: ShardFleet;
  readonly #seed: number;
  readonly #recorder = new Recorder<KvInput, KvOutput>();
  readonly #nemesis: ShardNemesis;
  readonly #operators: ShardOperators;
  #changes = 0;

  constructor(fleet: ShardFleet, seed: number) {
    this.#fleet = fleet;
    this.#seed = seed;
    this.#nemesis = new ShardNemesis(fleet);
    this.#operators = isDriven(seed) ? new ChangeDrivers(fleet) : new ControllerOperator(fleet);
  }

  async sail(): Promise<ShardStormResult> {
    const { world, laws } = this.#fleet;
    try {
      await world.play(() => this.#script(), { untilMs: 120_000, maxEvents: 8_000_000 });
    } catch (error) {
      if (this.#fleet.violation === null) throw error;
    }
    const { violation } = this.#fleet;
    if (violation !== null) throw new StormError(`${violation.law}: ${violation.sentence}`);
    const verdict = checkOperations(kvModel(), this.#recorder.history(), CHECK_LIMITS);
    if (verdict.kind === "unknown") throw new StormError(`undecided: ${verdict.reason}`);
    if (verdict.kind === "illegal") {
      throw new StormError(`linearizability: key "${verdict.partition}": ${verdict.sentence}`);
    }
    const { applied, unknown } = this.#recorder.tally;
    return {
      seed: this.#seed,
      hash: world.trace.hash,
      driven: isDriven(this.#seed),
      events: world.loop.events,
      answered: applied,
      unknown,
      changes: this.#changes,
      faults: this.#nemesis.faults,
      struck: { ...this.#nemesis.tally },
      diskDeaths: this.#fleet.diskDeaths,
      tally: { ...laws.tally },
    };
  }

  async #script(): Promise<void> {
    const fleet = this.#fleet;
    const { clock } = fleet.world;
    await this.#operators.found();
    const goOn = () => this.#nemesis.blowing;
    // Every other client is a connection at one process's port.
    const door = openDoor(fleet, "door", CLIENT_MS);
    const store = (name: string) => /[24]$/.test(name) ? door : fleet.clerk(name);
    const common = { fleet, recorder: this.#recorder, keys: KEYS, pauseMs: 60 };
    const workload = { ...common, timeoutMs: CLIENT_MS, goOn, store };
    const clients = Array.from({ length: CLIENTS }, (_, number) => workOnShards(workload, `c${number + 1}`));
    const operating = this.#operators.operate(goOn);
    const striking = this.#nemesis.strike();
    await clock.sleep(SAFETY_MS);
    this.#nemesis.calm();
    await striking;
    fleet.world.network.setConditions(LOCAL_AREA);
    await this.#live();
    for (const name of fleet.names) fleet.restart(name);
    this.#changes = await operating;
    await Promise.all(clients);
    await this.#readAll();
  }

  /** One member of each group and of the controller is down: everything must go through all the same. */
  async #live(): Promise<void> {
    const fleet = this.#fleet;
    const { clock } = fleet.world;
    const random = fleet.world.random("who is down");
    for (const names of [fleet.controllers, ...fleet.servers.values()]) {
      const down = names[random.below(names.length)];
      for (const name of names) if (name !== down) fleet.restart(name);
      fleet.crash(down);
    }
    // Only machines that are up can tell whether everything has arrived.
    const endMs = fleet.world.nowMs + LIVENESS_MS;
    const settled = await this.#operators.audit(LIVENESS_MS);
    const store = fleet.clerk("probe");
    for (let key = 0; key < KEYS; key++) {
      const input: KvInput = { f: "append", key: keyOf(key), value: `probe.${key} ` };
      const call = {
        store,
        client: `probe ${key}`,
        input,
        timeoutMs: Math.max(1, endMs - fleet.world.nowMs),
      };
      if (await execute(this.#recorder, call)) continue;
      throw new StormError(
        `progress: ${keyOf(key)} cannot be written although a majority of every group is up`,
      );
    }
    while (!settled()) {
      if (fleet.world.nowMs > endMs) {
        throw new StormError(
          `progress: moves are not done although a majority of every group is up: ${this.#describe()}`,
        );
      }
      await clock.sleep(50);
    }
  }

  #describe(): string {
    return GROUPS.map((group) => {
      const machines = this.#fleet.machines(group).map(({ map, transit }) =>
        `map ${map.number}, ${transit.expected.size} expected, ${transit.kept.size} kept, ${transit.debts.size} owed`
      );
      return `${group}: ${machines.join("; ")}`;
    }).join(" | ");
  }

  async #readAll(): Promise<void> {
    const store = this.#fleet.clerk("reader");
    for (let key = 0; key < KEYS; key++) {
      const call = {
        store,
        client: "reader",
        input: { f: "get", key: keyOf(key) },
        timeoutMs: LIVENESS_MS,
      } as const;
      if (await execute(this.#recorder, call)) continue;
      throw new StormError(`progress: ${keyOf(key)} cannot be read although every fault is over`);
    }
  }
}
