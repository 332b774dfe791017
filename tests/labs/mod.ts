/**
 * The labs of MIT 6.5840 as suites for any implementation, in virtual time, repeatable from one seed.
 *
 * @example Every test of part 3A for a Raft of your own, in a file of tests
 * ```ts ignore
 * import { raftLab } from "jsr:@flotilla/flotilla/testing";
 * import { makeMyRaft } from "./my_raft.ts";
 *
 * raftLab(makeMyRaft).register("3A", { test: Deno.test, args: Deno.args });
 * ```
 * @module
 */

export type { Clock, Random, Timer } from "../../runtime/mod.ts";
export { LabFailure } from "./failure.ts";
export { goesBy, type LabPart, type LabReport, type LabRun, type LabTest, titleOf } from "./lab.ts";
export { type RegisterOptions, registerPart, type RegisterTest } from "./register.ts";
export { RAFT_PARTS, RaftLab, raftLab, type RaftLabOptions, type RaftPartName } from "./raft/raft_lab.ts";
export type { PeerWatch } from "./raft/cluster_options.ts";
export type { PersistedImage } from "./raft/lab_persister.ts";
export type {
  ApplyMessage,
  MakeRaft,
  PeerState,
  Persister,
  RaftHandlers,
  RaftPeer,
  RaftSeat,
  StartResult,
} from "./raft/seat.ts";
export { type KvImplementation, KvLab, kvLab, type KvPartName, type KvServerMaker } from "./kv/kv_lab.ts";
export {
  KvServerLab,
  kvServerLab,
  type SingleServerImplementation,
  type SingleServerMaker,
} from "./kv/kv_server_lab.ts";
export { RsmLab, rsmLab, type RsmLabOptions, type RsmPartName } from "./kv/rsm_lab.ts";
export type { MakeRsm } from "./kv/rsm_tester.ts";
export type { ServerWatch } from "./kv/server_watch.ts";
export type {
  AppendClerk,
  ClerkSeat,
  KvPeer,
  KvServerSeat,
  LockFace,
  RsmMachine,
  RsmPeer,
  RsmResult,
  SingleServerSeat,
  VersionedClerkFace,
  VersionedGet,
  VersionedPut,
} from "./kv/seat.ts";
export type { MakeLock } from "./kv/single_2025.ts";
export type { MakeSingleServer } from "./kv/single_stage.ts";
export type { MakeAppendClerk } from "./kv/tester.ts";
export type { MakeVersionedClerk } from "./kv/versioned_tester.ts";
export { type Replay, type ShardLabPart, type ShardModule, shardPart } from "./shard/parts.ts";
export type {
  ControllerMakers,
  MakeControllerClerk,
  MakeControllerServer,
} from "./shard/controller_tester.ts";
export type { DrivenMakers } from "./shard/driven_tester.ts";
export type { MakeServer } from "./shard/fleet.ts";
export type {
  ControllerFace,
  LabConfig,
  ShardClerkSeat,
  ShardControllerFace,
  ShardServerSeat,
} from "./shard/seat.ts";
export type { MakeShardClerk, StoreMakers } from "./shard/store_tester.ts";
