/**
 * Raft consensus: a pure core, one asynchronous driver, an apply channel that is a Web stream.
 *
 * @example Three members in one process agree on a command
 * ```ts
 * import { MemoryStorage, type Message, RaftNode, type Receiver } from "@flotilla/flotilla/raft";
 * import { denoClock } from "@flotilla/flotilla/runtime/deno";
 * import { seededRandom } from "@flotilla/flotilla/runtime";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const clock = denoClock(death.signal);
 * const receivers = new Map<string, Receiver>();
 * const members = ["a", "b", "c"];
 * const nodes = await Promise.all(members.map((id) =>
 *   RaftNode.open({
 *     id,
 *     members,
 *     storage: new MemoryStorage(),
 *     transport: {
 *       send: (to: string, message: Message) => {
 *         clock.setTimer(0, () => receivers.get(to)?.(id, message, null));
 *       },
 *       receive: (receiver) => void receivers.set(id, receiver),
 *     },
 *     clock,
 *     random: seededRandom(7).split(id),
 *     signal: death.signal,
 *   })
 * ));
 * const firsts = nodes.map((node) => node.committed.getReader().read());
 * while (!nodes.some((node) => node.start(new TextEncoder().encode("go")).isLeader)) await clock.sleep(20);
 * for (const { value } of await Promise.all(firsts)) {
 *   assertEquals(value?.type === "entries" && new TextDecoder().decode(value.entries[0].command), "go");
 * }
 * death.abort();
 * ```
 * @module
 */

export type { Committed } from "./committed.ts";
export { ChannelTransport } from "./channel_transport.ts";
export { messageCodec, messageCodecFor } from "./codec.ts";
export type {
  Candidate,
  Core,
  CoreConfig,
  Follower,
  Leader,
  Limits,
  PendingRead,
  PreCandidate,
  Role,
  Staging,
} from "./core/state.ts";
export type { FlushMark, Log } from "./core/log.ts";
export type { InFlight, Progress, ProgressState } from "./core/progress.ts";
export type { Membership } from "./core/membership.ts";
export { InvariantError } from "./core/invariants.ts";
export { NodeStoppedError, NotLeaderError, OldVersionError } from "./errors.ts";
export type { ChangeRefusal, ChangeResult, EffectiveConfiguration, MemberChange } from "./member_change.ts";
export {
  applyPersist,
  type CompletePersist,
  MemoryStorage,
  readerOf,
  StagedSnapshot,
} from "./memory_storage.ts";
export * from "./message.ts";
export { RaftNode } from "./node.ts";
export type { RaftOptions, RaftState, Started } from "./options.ts";
export type { Persist, Recovered, SnapshotEnd, SnapshotReader, Storage } from "./storage.ts";
export { DEFAULT_LIMITS, DEFAULT_TIMING, type Timing } from "./timing.ts";
export type { Answer, Receiver, Transport } from "./transport.ts";
export {
  type AnySnapshot,
  type CommandEntry,
  type Configuration,
  type ConfigurationEntry,
  type Entry,
  type HardState,
  type Index,
  type Member,
  type MemberRole,
  type NodeId,
  type Snapshot,
  snapshotSizeBytes,
  type Standing,
  type StoredSnapshot,
  type Term,
} from "./types.ts";
export {
  ImageFollower,
  type LogPlace,
  openWal,
  recoverImage,
  StorageError,
  type StorageErrorCode,
  type StoragePlace,
  Wal,
  type WalOptions,
} from "./wal.ts";
export { NEWEST_VERSION, type WireVersion } from "./wire_version.ts";
