/**
 * What the scripts for the controller of 2024 call.
 * @module
 */

import { LabFailure } from "../failure.ts";
import { demand } from "../kv/run.ts";
import type { ClerkSeat, KvPeer, KvServerSeat } from "../kv/seat.ts";
import { checkConfig } from "./config.ts";
import type { Fleet, ServerGroup } from "./fleet.ts";
import type { ShardTesterFace } from "./script.ts";
import type { ControllerFace, LabConfig } from "./seat.ts";

/** Makes a server of the controller. */
export type MakeControllerServer = (seat: KvServerSeat) => KvPeer | Promise<KvPeer>;
/** Makes a clerk of the controller. */
export type MakeControllerClerk = (seat: ClerkSeat) => ControllerFace;

/** How the controller is made. */
export interface ControllerMakers {
  /** See there. */
  readonly makeController: MakeControllerServer;
  /** See there. */
  readonly makeControllerClerk: MakeControllerClerk;
}

/** How many shards the labs of 2024 have. */
export const SHARDS_2024 = 10;

/** See the module's page. */
export class ControllerTester implements ShardTesterFace {
  /** Everything. */
  readonly fleet: Fleet;
  /** The controller's servers. */
  readonly servers: ServerGroup;
  readonly #makers: ControllerMakers;
  #operations = 0;

  /** Servers that are down. */
  constructor(fleet: Fleet, makers: ControllerMakers, maxRaftStateBytes: number | null = null) {
    this.fleet = fleet;
    this.#makers = makers;
    this.servers = fleet.group({
      name: "ctrler",
      gid: 0,
      servers: 3,
      make: makers.makeController,
      maxRaftStateBytes,
      controllers: [],
    });
  }

  /** Calls that were answered. */
  get operations(): number {
    return this.#operations;
  }

  /** Starts the servers. */
  async begin(): Promise<void> {
    await this.servers.start();
  }

  /** Configurations are judged as they come. */
  judge(): void {}

  /** A clerk, which counts. */
  clerk(): ControllerFace {
    const clerk = this.#makers.makeControllerClerk(this.fleet.clerk(this.servers.addresses).seat);
    const count = async <T>(call: Promise<T>): Promise<T> => {
      const result = await call;
      this.#operations++;
      return result;
    };
    return {
      query: (num) => count(clerk.query(num)),
      join: (groups) => count(clerk.join(groups)),
      leave: (gids) => count(clerk.leave(gids)),
      move: (shard, gid) => count(clerk.move(shard, gid)),
    };
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.fleet.world.clock.sleep(ms);
  }

  /** The latest configuration, which must have exactly these groups and be balanced. */
  async check(clerk: ControllerFace, gids: readonly number[]): Promise<LabConfig> {
    const config = await clerk.query(-1);
    demand(
      config.shards.length === SHARDS_2024,
      `there are ${config.shards.length} shards, not ${SHARDS_2024}`,
    );
    checkConfig(config, gids);
    return config;
  }

  /** Waits for a leader other than `old`. */
  async untilLed(old: number | null = null): Promise<number> {
    for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
      const leader = this.servers.leader();
      if (leader !== null && leader !== old) return leader;
      await this.sleep(50);
    }
    throw new LabFailure("nobody leads the controller after 5 s");
  }
}

/** The servers of a group in the controller's own tests: names only. */
export function namesOf(gid: number): string[] {
  return [`${gid}a`, `${gid}b`, `${gid}c`];
}

/** Groups of these numbers. */
export function groupsOf(...gids: number[]): LabConfig["groups"] {
  return Object.fromEntries(gids.map((gid) => [gid, namesOf(gid)]));
}
