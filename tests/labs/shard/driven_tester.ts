/**
 * What the scripts for the sharded store of 2025 call: a configuration store, groups, controllers that come and go, clerks.
 *
 * The official store of configurations is a single server that never crashes (hole 19). Here it is replicated.
 * @module
 */

import { versionedKvModel } from "../../../porcupine/mod.ts";
import { LabFailure } from "../failure.ts";
import { History } from "../kv/history.ts";
import { demand } from "../kv/run.ts";
import type { ClerkSeat, KvPeer, KvServerSeat, VersionedClerkFace } from "../kv/seat.ts";
import { RecordedVersionedClerk, type VersionedHistory } from "../kv/versioned_tester.ts";
import { checkConfig, withGroup, withoutGroup } from "./config.ts";
import type { Fleet, MakeServer, ServerGroup } from "./fleet.ts";
import type { ShardTesterFace } from "./script.ts";
import type { LabConfig, ShardClerkSeat, ShardControllerFace } from "./seat.ts";

/** How the sharded store of 2025 is made. */
export interface DrivenMakers {
  /** A server of the store that configurations are kept in: lab 4's, with versioned puts. */
  readonly makeConfigServer: (seat: KvServerSeat) => KvPeer | Promise<KvPeer>;
  /** A server of a group. */
  readonly makeDrivenGroupServer: MakeServer;
  /** A controller. */
  readonly makeShardController: (seat: ShardClerkSeat) => ShardControllerFace;
  /** A clerk. */
  readonly makeVersionedShardClerk: (seat: ClerkSeat) => VersionedClerkFace;
}

/** A controller, and whether it reaches anybody. */
export interface PlacedController extends ShardControllerFace {
  /** Lets it reach everybody, or nobody. */
  connect(connected: boolean): void;
}

/** How many shards the labs of 2025 have. */
export const SHARDS_2025 = 12;
const SERVERS = 3;
const KEYS = 5 * SHARDS_2025;

/** See the module's page. */
export class DrivenTester implements ShardTesterFace {
  /** Everything. */
  readonly fleet: Fleet;
  /** The keys that `fill` writes. */
  readonly keys: readonly string[] = Array.from({ length: KEYS }, (_, key) => String(key));
  readonly #makers: DrivenMakers;
  readonly #maxRaftStateBytes: number | null;
  readonly #store: ServerGroup;
  readonly #groups = new Map<number, ServerGroup>();
  readonly #history: VersionedHistory = new History();
  #clerks = 0;

  /** Servers that are down. */
  constructor(fleet: Fleet, makers: DrivenMakers, maxRaftStateBytes: number | null) {
    this.fleet = fleet;
    this.#makers = makers;
    this.#maxRaftStateBytes = maxRaftStateBytes;
    this.#store = fleet.group({
      name: "config",
      gid: 0,
      servers: SERVERS,
      make: makers.makeConfigServer,
      maxRaftStateBytes: null,
      controllers: [],
    });
  }

  /** Operations that were answered. */
  get operations(): number {
    return this.#history.answered;
  }

  /** The servers that configurations are kept in. */
  get store(): ServerGroup {
    return this.#store;
  }

  /** Starts the store of configurations and group 1, which owns every shard of configuration 1. */
  async begin(): Promise<void> {
    await this.#store.start();
    const shards = new Array<number>(SHARDS_2025).fill(1);
    const first = await this.started(1);
    await this.controller().initConfig({ num: 1, shards, groups: { 1: first.addresses } });
  }

  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void {
    if (this.operations > 0) this.#history.judge(versionedKvModel());
  }

  /** A group, which may be down. */
  group(gid: number): ServerGroup {
    let group = this.#groups.get(gid);
    if (group === undefined) {
      group = this.fleet.group({
        name: `group${gid}`,
        gid,
        servers: SERVERS,
        make: this.#makers.makeDrivenGroupServer,
        maxRaftStateBytes: this.#maxRaftStateBytes,
        controllers: [],
      });
      this.#groups.set(gid, group);
    }
    return group;
  }

  /** A group whose servers are up. */
  async started(gid: number): Promise<ServerGroup> {
    const group = this.group(gid);
    await group.start();
    return group;
  }

  /** A new controller. */
  controller(): PlacedController {
    const { seat, connect } = this.fleet.clerk(this.#store.addresses);
    const face = this.#makers.makeShardController(seat);
    return {
      connect,
      initConfig: (config) => face.initConfig(config),
      query: () => face.query(),
      changeConfigTo: (config) => face.changeConfigTo(config),
      initController: () => face.initController(),
    };
  }

  /** A new clerk, whose calls are written down. */
  clerk(): RecordedVersionedClerk {
    const { seat } = this.fleet.clerk(this.#store.addresses);
    const clerk = this.#makers.makeVersionedShardClerk(seat);
    return new RecordedVersionedClerk(this.#clerks++, { clerk, connect: () => {} }, this.#history);
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.fleet.world.clock.sleep(ms);
  }

  /** Starts a group and makes it a member, in the next configuration. */
  async join(controller: ShardControllerFace, gid: number): Promise<void> {
    const config = await controller.query();
    const { addresses } = await this.started(gid);
    await controller.changeConfigTo(withGroup(config, gid, addresses));
  }

  /** Lets a group leave, in the next configuration. */
  async leave(controller: ShardControllerFace, gid: number): Promise<void> {
    await controller.changeConfigTo(withoutGroup(await controller.query(), gid));
  }

  /** A change that nobody competes with: the configuration after it must be the next one, with exactly these groups. */
  async changed(
    controller: ShardControllerFace,
    change: () => Promise<void>,
    gids: readonly number[],
  ): Promise<LabConfig> {
    // First of all: a query that is asked while the change is under way may be answered after it.
    const before = await controller.query();
    await change();
    const after = await controller.query();
    demand(after.num === before.num + 1, `a change led from configuration ${before.num} to ${after.num}`);
    checkConfig(after, gids);
    return after;
  }

  /** Writes every key once: a value of `length` characters, version 1. */
  async fill(clerk: RecordedVersionedClerk, length = 10): Promise<void> {
    for (const key of this.keys) await clerk.write(key, valueOf(key, length), 0);
  }

  /** Every key must have its value and version 1: both (the official helper accepts one of them, hole 23). */
  async check(clerk: RecordedVersionedClerk, length = 10): Promise<void> {
    for (const key of this.keys) {
      const { value, version } = await clerk.read(key);
      demand(
        value === valueOf(key, length) && version === 1,
        `the key ${key} has "${value.slice(0, 40)}" in version ${version}, written was version 1`,
      );
    }
  }

  /** Runs `work` and fails unless it is done in time. */
  async within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
    const overtime = this.sleep(limitMs).then(() => {
      throw new LabFailure(`${what} took longer than ${limitMs} ms`);
    });
    // Whoever was in time does not hear of it.
    overtime.catch(() => {});
    const beganMs = this.fleet.world.nowMs;
    const result = await Promise.race([work, overtime]);
    this.fleet.measure(`ms for ${what.replaceAll(",", "")}`, this.fleet.world.nowMs - beganMs, limitMs);
    return result;
  }
}

/** What is written under a key. */
export function valueOf(key: string, length: number): string {
  return `${key}:`.padEnd(length, "v");
}
