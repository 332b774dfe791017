/**
 * Shards: a controller that says who owns what, and groups that hand shards over while they serve.
 * @module
 */

export { openController, ShardController } from "./controller.ts";
export type { ControllerOptions } from "./controller.ts";
export type { ChangeResult, ControllerCommand } from "./controller_codec.ts";
export { ControllerClerk, PlacementError } from "./controller_clerk.ts";
export type { ControllerClerkOptions } from "./controller_clerk.ts";
export { commitPlan, copyGroups, emptyMap, NOBODY, sourceOf } from "./map.ts";
export type { GroupId, Groups, Holder, Plan, ShardMap } from "./map.ts";
export { firstBytePlacement, hashPlacement, MAX_SHARDS } from "./placement.ts";
export type { Placement, ShardId } from "./placement.ts";
export { movesOf, planJoin, planLeave, planMove, rebalance } from "./rebalance.ts";
