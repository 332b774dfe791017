/**
 * What a node of a sharded store is made of.
 * @module
 */

import type { CommonParts } from "../../kv/cli/pages.ts";
import type { ShardClerk } from "../clerk.ts";
import type { ShardController } from "../controller.ts";
import type { ShardGateway } from "../gateway.ts";
import type { ShardGroup } from "../group.ts";
import type { GroupId } from "../map.ts";
import type { Placement } from "../placement.ts";
import type { ShardMember } from "../server.ts";

/** See the module's page. */
export interface ShardNodeParts extends CommonParts {
  readonly placement: Placement;
  readonly controller: ShardMember<ShardController>;
  /** This node's member of every group. */
  readonly groups: ReadonlyMap<GroupId, ShardMember<ShardGroup>>;
  /** The front doors' way to the shards. */
  readonly clerk: ShardClerk;
  readonly gateway: ShardGateway;
}

/** Every member that runs here. */
export function membersOf(parts: ShardNodeParts): ShardMember<unknown>[] {
  return [parts.controller, ...parts.groups.values()];
}
