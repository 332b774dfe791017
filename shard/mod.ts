/**
 * Shards: a controller that says who owns what, and groups that hand shards over while they serve.
 * @module
 */

export { ChangeDriver } from "./change.ts";
export type { ChangeDriverOptions, ChangeEnd } from "./change.ts";
export type { ChangeRecord, RecordStore } from "./change_record.ts";
export { ShardClerk } from "./clerk.ts";
export type { ScatterPart, ShardClerkOptions, ShardPutResult, ShardScanPage } from "./clerk.ts";
export { ShardController } from "./controller.ts";
export { ControllerClerk, PlacementError } from "./controller_clerk.ts";
export type { ControllerClerkOptions } from "./controller_clerk.ts";
export type { ChangeResult, ControllerCommand } from "./controller_codec.ts";
export { CrossShardError } from "./errors.ts";
export { ShardGroup } from "./group.ts";
export type { GroupMachineOptions, ShardState } from "./group.ts";
export type { GroupCommand, GroupQuestion, GroupReply, Step } from "./group_codec.ts";
export { commitPlan, copyGroups, emptyMap, NOBODY, sourceOf } from "./map.ts";
export type { GroupId, Groups, Holder, Plan, ShardMap } from "./map.ts";
export { controllerMaps } from "./maps.ts";
export type { ControllerMapsOptions } from "./maps.ts";
export { Mover } from "./mover.ts";
export type { MoverOptions } from "./mover.ts";
export type { Part, Piece } from "./parts.ts";
export { CONTROLLER_NAME, groupName, ShardPeer } from "./peer.ts";
export type { Calls } from "./peer.ts";
export { firstBytePlacement, hashPlacement, MAX_SHARDS, taggedPlacement } from "./placement.ts";
export type { Placement, ShardId } from "./placement.ts";
export { movesOf, planJoin, planLeave, planMove, rebalance } from "./rebalance.ts";
export { Router } from "./router.ts";
export type { RouterOptions } from "./router.ts";
export { Routes } from "./routes.ts";
export type { MapSource, Route } from "./routes.ts";
export { openController, openGroup, ShardMember } from "./server.ts";
export type { ControllerOptions, GroupOptions, MemberOptions } from "./server.ts";
export { groupHandlers } from "./service.ts";
export { Moves, Transit } from "./transit.ts";
export type { Debt, Expected, Kept, KeptState } from "./transit.ts";
