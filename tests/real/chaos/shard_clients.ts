/**
 * Clients and the operator of a store that is cut into shards.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../../kv/mod.ts";
import { type Random, type Runtime, seededRandom } from "../../../runtime/mod.ts";
import {
  ControllerClerk,
  controllerMaps,
  PlacementError,
  ShardClerk,
  ShardPeer,
} from "../../../shard/mod.ts";
import { taggedPlacement } from "../../../shard/placement.ts";
import type { TextStore } from "../../workloads/workload.ts";
import type { ClientWorld } from "./client_world.ts";

/** Where the shards are. */
export interface Fleet {
  /** The servers, each of which is a member of every group. */
  readonly servers: readonly string[];
  readonly cluster: string;
  readonly groups: number;
  readonly shards: number;
}

const ADMIN_MS = 3000;

/** The store as a client reaches it: by the controller's maps, and the groups themselves. */
export function shardText(runtime: Runtime, { servers, cluster, shards }: Fleet): TextStore {
  const calls = new ShardPeer(runtime, cluster);
  const maps = controllerMaps({ runtime, calls, controllers: servers });
  return new ShardClerk({ runtime, calls, maps, placement: taggedPlacement(shards) });
}

/** Lets groups leave and join and moves shards, `changes` times at most, until `over`. */
export function operateShards(
  world: ClientWorld,
  fleet: Fleet,
  { changes, over }: { readonly changes: number; readonly over: () => boolean },
): void {
  world.machine("operator").boot(async (runtime) => {
    const calls = new ShardPeer(runtime, fleet.cluster);
    const operator = new Operator(new ControllerClerk({ runtime, calls, controllers: fleet.servers }), fleet);
    const random = seededRandom(world.seed).split("operator");
    for (let made = 0; made < changes && !over(); made++) {
      await runtime.clock.sleep(random.between(100, 900));
      if (!over()) world.note(`operator: ${await operator.change(random)}`);
    }
  });
}

class Operator {
  readonly #admin: ControllerClerk;
  readonly #fleet: Fleet;
  /** Groups that are members for certain. All are, in the beginning. */
  readonly #joined: Set<number>;

  constructor(admin: ControllerClerk, fleet: Fleet) {
    this.#admin = admin;
    this.#fleet = fleet;
    this.#joined = new Set(Array.from({ length: fleet.groups }, (_, at) => at + 1));
  }

  /** One change, in words; one that makes no sense at present, or whose answer is lost, is none. */
  async change(random: Random): Promise<string> {
    const { groups, shards, servers } = this.#fleet;
    const group = 1 + random.below(groups);
    const kind = random.below(3);
    const limits = { timeoutMs: ADMIN_MS };
    try {
      if (kind === 0) {
        // Somebody stays: where nobody serves nothing can be shown.
        if (![...this.#joined].some((one) => one !== group)) return "nothing";
        this.#joined.delete(group);
        await this.#admin.leave([group], limits);
        return `group ${group} leaves`;
      }
      if (kind === 1) {
        await this.#admin.join(new Map([[group, [...servers]]]), limits);
        this.#joined.add(group);
        return `group ${group} joins`;
      }
      const shard = random.below(shards);
      await this.#admin.move(shard, group, limits);
      return `shard ${shard} moves to group ${group}`;
    } catch (error) {
      const expected = error instanceof PlacementError || error instanceof RefusedError ||
        error instanceof UnknownOutcomeError;
      if (!expected) throw error;
      return `nothing, since ${error.message}`;
    }
  }
}
