/**
 * What the scripts for the sharded store of 2024 call: a controller, three groups, recorded clerks.
 * @module
 */

import { type KvInput, kvModel, type KvOutput } from "../../../porcupine/mod.ts";
import { History } from "../kv/history.ts";
import { demand } from "../kv/run.ts";
import type { AppendClerk, ClerkSeat } from "../kv/seat.ts";
import { RecordedClerk } from "../kv/tester.ts";
import { type ControllerMakers, ControllerTester } from "./controller_tester.ts";
import type { Fleet, MakeServer, ServerGroup } from "./fleet.ts";
import type { ShardTesterFace } from "./script.ts";
import type { ControllerFace, LabConfig } from "./seat.ts";

/** Makes a clerk of the store of 2024. */
export type MakeShardClerk = (seat: ClerkSeat) => AppendClerk;

/** How the sharded store of 2024 is made. */
export interface StoreMakers extends ControllerMakers {
  /** A server of a group. */
  readonly makeGroupServer: MakeServer;
  /** A clerk. */
  readonly makeShardClerk: MakeShardClerk;
}

const GIDS = [100, 101, 102];
const SERVERS = 3;

/** See the module's page. */
export class StoreTester implements ShardTesterFace {
  /** Everything. */
  readonly fleet: Fleet;
  /** The groups 100, 101 and 102, by number from 0. */
  readonly groups: readonly ServerGroup[];
  readonly #makers: StoreMakers;
  readonly #controllers: ControllerTester;
  readonly #maxRaftStateBytes: number | null;
  readonly #history = new History<KvInput, KvOutput>();
  readonly #admin: ControllerFace;
  #clerks = 0;

  /** Servers that are down. */
  constructor(fleet: Fleet, makers: StoreMakers, maxRaftStateBytes: number | null) {
    this.fleet = fleet;
    this.#makers = makers;
    this.#maxRaftStateBytes = maxRaftStateBytes;
    this.#controllers = new ControllerTester(fleet, makers);
    this.#admin = this.#controllers.clerk();
    this.groups = GIDS.map((gid) =>
      fleet.group({
        name: String(gid),
        gid,
        servers: SERVERS,
        make: makers.makeGroupServer,
        maxRaftStateBytes,
        controllers: this.#controllers.servers.addresses,
      })
    );
  }

  /** Operations that were answered. */
  get operations(): number {
    return this.#history.answered;
  }

  /** The controller's servers. */
  get controllers(): ServerGroup {
    return this.#controllers.servers;
  }

  /** Starts everything. */
  async begin(): Promise<void> {
    await this.controllers.start();
    for (const group of this.groups) await group.start();
  }

  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void {
    this.#history.judge(kvModel());
  }

  /** A new clerk, whose calls are written down. `controllers`: another controller than the usual one. */
  clerk(controllers: ServerGroup = this.controllers): RecordedClerk {
    const { seat } = this.fleet.clerk(controllers.addresses);
    const made = { clerk: this.#makers.makeShardClerk(seat), history: this.#history };
    return new RecordedClerk(this.#clerks++, { seat, connect: () => {} }, made);
  }

  /** A second controller that the groups do not know. */
  async strangeController(): Promise<{ readonly servers: ServerGroup; readonly clerk: ControllerFace }> {
    const servers = this.fleet.group({
      name: "strange-ctrler",
      gid: 0,
      servers: SERVERS,
      make: this.#makers.makeController,
      maxRaftStateBytes: null,
      controllers: [],
    });
    await servers.start();
    return { servers, clerk: this.#makers.makeControllerClerk(this.fleet.clerk(servers.addresses).seat) };
  }

  /** Lets groups join, by number from 0, in one call. */
  join(...numbers: number[]): Promise<void> {
    return this.#admin.join(this.named(...numbers));
  }

  /** Lets groups leave, in one call. */
  leave(...numbers: number[]): Promise<void> {
    return this.#admin.leave(numbers.map((number) => GIDS[number]));
  }

  /** Moves a shard. */
  move(shard: number, number: number): Promise<void> {
    return this.#admin.move(shard, GIDS[number]);
  }

  /** The latest configuration. */
  config(): Promise<LabConfig> {
    return this.#admin.query(-1);
  }

  /** The groups of these numbers, with their servers. */
  named(...numbers: number[]): LabConfig["groups"] {
    return Object.fromEntries(numbers.map((number) => [GIDS[number], this.groups[number].addresses]));
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.fleet.world.clock.sleep(ms);
  }

  /** No Raft state may be larger than 8 times the limit; without a limit there may be no snapshot. */
  checkSizes(): void {
    for (const { raftState, snapshot } of this.groups.flatMap(({ saved }) => saved)) {
      if (this.#maxRaftStateBytes === null) {
        demand(
          snapshot.length === 0,
          `a server saved a snapshot of ${snapshot.length} bytes, although snapshots are off`,
        );
      } else {
        const limit = 8 * this.#maxRaftStateBytes;
        const kept = this.fleet.measure("bytes of a server's Raft state at the end", raftState.length, limit);
        demand(kept, `a Raft state has ${raftState.length} bytes, more than ${limit}`);
      }
    }
  }

  /** Bytes that all servers of the groups have saved. */
  get savedBytes(): number {
    return this.groups.flatMap(({ saved }) => saved).reduce(
      (sum, { raftState, snapshot }) => sum + raftState.length + snapshot.length,
      0,
    );
  }
}

/** The shard of a key in 2024: its first byte. */
export function shardOf2024(key: string): number {
  return key.charCodeAt(0) % 10;
}
