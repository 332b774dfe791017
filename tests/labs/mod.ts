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
