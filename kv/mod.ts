/**
 * A replicated state machine, and the key/value store on it.
 *
 * @example A machine of one's own on three members, of which one dies: here in a simulated world, in the real one likewise
 * ```ts
 * import { type Machine, replicate, SessionClient } from "@flotilla/flotilla/kv";
 * import { MemoryStorage } from "@flotilla/flotilla/raft";
 * import { World } from "@flotilla/flotilla/testing";
 * import { assertEquals } from "@std/assert";
 *
 * // Counts its commands, whatever they are.
 * class Turnstile implements Machine {
 *   #count = 0;
 *   apply = () => new Uint8Array([++this.#count]);
 *   query = () => new Uint8Array([this.#count]);
 *   snapshot = () => new Uint8Array([this.#count]);
 *   restore = (data: Uint8Array) => void (this.#count = data[0]);
 * }
 *
 * const world = new World({ seed: 1 });
 * const members = new Map([["a", "a"], ["b", "b"], ["c", "c"]]);
 * for (const id of members.keys()) {
 *   world.machine(id).boot(async (runtime) => {
 *     await replicate(new Turnstile(), { runtime, id, members, storage: new MemoryStorage() });
 *   });
 * }
 * const runtime = world.machine("guest").boot(() => {});
 * await world.play(async () => {
 *   const client = new SessionClient({ runtime, servers: [...members.values()] });
 *   assertEquals(await client.submit(new Uint8Array()), new Uint8Array([1]));
 *   world.machine(client.link.target).crash(); // Whoever leads.
 *   assertEquals(await client.submit(new Uint8Array()), new Uint8Array([2]));
 *   assertEquals(await client.query(new Uint8Array()), new Uint8Array([2]));
 * });
 * world.end();
 * ```
 * @module
 */

export { Clerk } from "./clerk.ts";
export type { PutOptions, PutResult, ScanOptions, Written } from "./clerk.ts";
export { UnknownEntryError } from "./envelope.ts";
export type { ClientCall, SessionRules } from "./envelope.ts";
export { CompactedError, RefusedError, SnapshotError, UnknownOutcomeError } from "./errors.ts";
export type { RefusedCode } from "./errors.ts";
export { Link } from "./link.ts";
export type { Asked, AskOptions, LinkOptions, LinkRuntime, LinkSettings } from "./link.ts";
export { acquireLock, LockLostError } from "./lock.ts";
export type { HeldLock, LockOptions } from "./lock.ts";
export type {
  AnyMachine,
  CheckedMachine,
  LogPosition,
  Machine,
  ShrinkingMachine,
  StreamMachine,
  TimedMachine,
  Watch,
  WatchableMachine,
} from "./machine.ts";
export type { MemberOutcome } from "./member_changes.ts";
export type { Outcome, RefusalCode } from "./outcome.ts";
export type { Answer, Caller, CallRequest, MachineMethods, WatchRequest } from "./protocol.ts";
export { Replica } from "./replica.ts";
export type { ReplicaOptions } from "./replica.ts";
export { replicaHandlers } from "./service.ts";
export { KvServer, MachineServer, replicate } from "./server.ts";
export type { KvServerDoor, KvServerOptions, ServerOptions } from "./server.ts";
export { SessionClient } from "./session_client.ts";
export type { CallOptions, SessionClientOptions, SessionSettings } from "./session_client.ts";
export * from "./single/mod.ts";
export { BadInputError } from "./store/bad_input.ts";
export type { BadInputCode } from "./store/bad_input.ts";
export type {
  Expiry,
  Guard,
  Step,
  StepFailure,
  StepResult,
  Transaction,
  TransactionResult,
} from "./store/steps.ts";
export { Store } from "./store/store.ts";
export type { StoreOptions } from "./store/store.ts";
export { MAX_BATCH, MAX_KEY_BYTES, MAX_LEASE_MS, MAX_PAGE, MAX_VALUE_BYTES } from "./store/types.ts";
export type {
  BatchResult,
  Condition,
  KeyRange,
  LeaseResult,
  ScanPage,
  StoreCommand,
  StoreEntry,
  StoreEvent,
  StoreQuestion,
  StoreRevision,
  WatchAnswer,
  WatchQuestion,
  Write,
} from "./store/types.ts";
export type { WatchOptions } from "./watch_range.ts";
