/**
 * One member of a cluster, as its service has it: propose, read, snapshot, change the members.
 *
 * What runs underneath is `driver.ts`.
 * @module
 */

import type { Committed } from "./committed.ts";
import { refusalOf } from "./core/change.ts";
import { termAt } from "./core/log.ts";
import { type Core, createCore } from "./core/state.ts";
import { Driver } from "./driver.ts";
import { NodeStoppedError, OldVersionError } from "./errors.ts";
import type { ChangeResult, EffectiveConfiguration, MemberChange } from "./member_change.ts";
import type { RaftOptions, RaftState, Started } from "./options.ts";
import type { Recovered } from "./storage.ts";
import { holdConfiguration } from "./configuration_codec.ts";
import { DEFAULT_LIMITS } from "./timing.ts";
import type { Index, NodeId, Term } from "./types.ts";
import { NEWEST_VERSION } from "./wire_version.ts";

/**
 * One member of a Raft cluster.
 *
 * @example One member alone agrees with itself
 * ```ts
 * import { MemoryStorage, RaftNode } from "@flotilla/flotilla/raft";
 * import { denoClock } from "@flotilla/flotilla/runtime/deno";
 * import { seededRandom } from "@flotilla/flotilla/runtime";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const node = await RaftNode.open({
 *   id: "a",
 *   members: ["a"],
 *   storage: new MemoryStorage(),
 *   transport: { send() {}, receive() {} },
 *   clock: denoClock(death.signal),
 *   random: seededRandom(1),
 *   signal: death.signal,
 *   timing: { heartbeatMs: 5, electionMs: 10, diskStallMs: 1000 },
 * });
 * const reader = node.committed.getReader();
 * const first = reader.read();
 * while (!node.start(new Uint8Array([42])).isLeader) await denoClock(death.signal).sleep(5);
 * const { value } = await first;
 * assertEquals(value?.type === "entries" && value.entries[0].command, new Uint8Array([42]));
 * death.abort();
 * ```
 */
export class RaftNode {
  /** The labs' apply channel: what to apply, in order. The next read acknowledges the last chunk. */
  readonly committed: ReadableStream<Committed>;
  readonly #driver: Driver;
  readonly #options: RaftOptions;

  /**
   * Reads the disk and starts the node. Throws what `storage.load` throws, `TypeError` for a bad list of founding members, and
   * {@linkcode OldVersionError} where the disk needs a newer version than the node is to speak.
   */
  static async open(options: RaftOptions): Promise<RaftNode> {
    const { id, members, speaks = NEWEST_VERSION } = options;
    checkFounders(id, members);
    const recovered = await options.storage.load();
    options.signal.throwIfAborted();
    if (speaks === 1 && holdsConfiguration(recovered)) throw new OldVersionError(id);
    const core = createCore({
      id,
      members,
      preVote: options.preVote ?? true,
      checkQuorum: options.checkQuorum ?? true,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
    }, recovered);
    return new RaftNode(options, new Driver(options, core, recovered.snapshot));
  }

  private constructor(options: RaftOptions, driver: Driver) {
    this.#options = options;
    this.#driver = driver;
    this.committed = driver.channel.stream;
  }

  /** The protocol state, for laws, metrics and pictures. Look, do not touch. */
  get core(): Readonly<Core> {
    return this.#driver.core;
  }

  /** Whether the node has died: killed, its disk failed, or its machine stopped. */
  get stopped(): boolean {
    return this.#driver.stopped;
  }

  /** Why the node died: the signal's reason, a `StorageError`, an `InvariantError`; null while it lives. */
  get stopReason(): unknown {
    return this.#driver.stopReason;
  }

  /** The last index that the machine has surely applied. */
  get applied(): Index {
    return this.#driver.channel.applied;
  }

  /** The configuration in effect here. */
  get configuration(): EffectiveConfiguration {
    const { membership: { configuration, index }, commit } = this.#driver.core;
    return { configuration, index, committed: index <= commit };
  }

  /** How many messages were dropped because they were of a newer version than this node speaks. */
  get unreadable(): number {
    return this.#driver.unreadable;
  }

  /** Bytes of hard state and log in stable storage, as the labs' `maxRaftState` counts them. */
  get logSizeBytes(): number {
    return this.#options.storage.logSizeBytes;
  }

  /**
   * Offers a command and returns at once, without waiting for agreement (labs: `Start`).
   * A command that got an index may still be lost with its leader: only the apply channel tells. Harmless on a dead node.
   */
  start(command: Uint8Array): Started {
    this.#driver.proposal = null;
    if (!this.#driver.stopped) {
      this.#driver.step({ type: "propose", commands: [command] });
      this.#driver.endTurnSoon();
    }
    const proposal = this.#driver.proposal as { index: Index; term: Term } | null;
    return proposal === null
      ? { index: 0, term: this.#driver.core.term, isLeader: false }
      : { index: proposal.index, term: proposal.term, isLeader: true };
  }

  /**
   * Asks for one change of the members, and returns at once. What was proposed is in effect here already, and is committed when the apply channel
   * brings it; it may be lost with its leader before. A refusal has changed nothing, and says what to do. Harmless on a dead node.
   *
   * @example A member alone takes a learner in
   * ```ts
   * import { MemoryStorage, RaftNode } from "@flotilla/flotilla/raft";
   * import { denoClock } from "@flotilla/flotilla/runtime/deno";
   * import { seededRandom } from "@flotilla/flotilla/runtime";
   * import { assertEquals } from "@std/assert";
   *
   * const death = new AbortController();
   * const clock = denoClock(death.signal);
   * const node = await RaftNode.open({
   *   id: "a",
   *   members: ["a"],
   *   storage: new MemoryStorage(),
   *   transport: { send() {}, receive() {} },
   *   clock,
   *   random: seededRandom(1),
   *   signal: death.signal,
   *   timing: { heartbeatMs: 5, electionMs: 10, diskStallMs: 1000 },
   * });
   * while (!node.start(new Uint8Array(0)).isLeader) await clock.sleep(5);
   * while (node.changeMembers({ type: "addLearner", id: "b", address: "b:7000" }).type === "refused") await clock.sleep(5);
   * assertEquals(node.configuration.configuration.members, [
   *   { id: "a", role: "voter", address: "" },
   *   { id: "b", role: "learner", address: "b:7000" },
   * ]);
   * assertEquals(node.changeMembers({ type: "promote", id: "b" }).type, "refused"); // It is not even there yet.
   * death.abort();
   * ```
   */
  changeMembers(change: MemberChange): ChangeResult {
    if (this.#driver.stopped) return { type: "refused", reason: "stopped" };
    if (this.#driver.speaks === 1) return { type: "refused", reason: "oldVersion" };
    const reason = refusalOf(this.#driver.core, change);
    if (reason !== null) return { type: "refused", reason };
    if (this.#driver.versions.isMixed(change)) return { type: "refused", reason: "mixedVersions" };
    this.#driver.proposal = null;
    this.#driver.step({ type: "change", change });
    const proposal = this.#driver.proposal as { index: Index; term: Term } | null;
    return proposal === null
      ? { type: "refused", reason: "stopped" }
      : { type: "proposed", index: proposal.index, term: proposal.term };
  }

  /** This node's term and whether it believes to lead (labs: `GetState`). */
  state(): RaftState {
    return this.#driver.state;
  }

  /**
   * Tells that the machine's state after `index` is in `data`, so that the log up to there may go (labs: `Snapshot`).
   * `data` must not be written to afterwards. An index not delivered yet, or covered already, is ignored.
   */
  snapshot(index: Index, data: Uint8Array): void {
    if (this.#driver.stopped || index > this.#driver.channel.delivered) return;
    this.#driver.step({ type: "compact", index, data });
  }

  /**
   * The same for a state that is too large for one piece: `pieces` go to the disk as they come, and no other write waits for them. Resolves when
   * the log may go, or the node has died. What an index that is covered already would store is not asked for.
   */
  async storeSnapshot(index: Index, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { log } = this.#driver.core;
    if (this.#driver.stopped || index > this.#driver.channel.delivered || index <= log.offset) return;
    try {
      const term = termAt(log, index);
      const sizeBytes = await this.#options.storage.storeSnapshot({ index, term }, pieces);
      this.#driver.step({ type: "compactStored", index, sizeBytes });
    } catch (error) {
      this.#driver.fail(error);
    }
  }

  /**
   * Resolves to an index; a machine that has applied it answers linearizably as of this call.
   * Rejects with `NotLeaderError` when leadership cannot be confirmed, with `NodeStoppedError` when the node dies.
   */
  readIndex(): Promise<Index> {
    if (this.#driver.stopped) return Promise.reject(new NodeStoppedError("it is dead"));
    return this.#driver.reads.add((token) => {
      this.#driver.step({ type: "read", token });
      this.#driver.endTurnSoon();
    });
  }

  /**
   * A hint from outside Raft that `member` is gone, such as the end of the connection to it. If it was the leader, this node asks
   * for votes almost at once instead of waiting for the election timeout. Nothing is taken for certain: as long as a majority
   * hears the leader, the preliminary vote comes to nothing.
   */
  suspect(member: NodeId): void {
    const { preVote = true } = this.#options;
    if (
      this.#driver.stopped || !preVote || this.#driver.core.leader !== member ||
      this.#driver.core.role.type !== "follower"
    ) {
      return;
    }
    this.#driver.hint();
  }

  /** Gives leadership up, if it has it. Others find out by its silence, or sooner if they are told: see {@linkcode RaftNode.suspect}. */
  resign(): void {
    this.#driver.step({ type: "resign" });
  }

  /** The polite exit: stops the node and releases its storage. What was acknowledged is on the disk already. */
  async close(): Promise<void> {
    this.#driver.stop(new NodeStoppedError("it was closed"));
    await this.#options.storage.close();
  }

  /** Lets `await using` close the node. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function checkFounders(id: NodeId, members: readonly NodeId[]): void {
  // Whoever joins later learns from the log who the members are.
  if (members.length > 0 && !members.includes(id)) {
    throw new TypeError(`Cannot start node "${id}": it is not among the members`);
  }
  if (new Set(members).size !== members.length) {
    throw new TypeError(`Cannot start node "${id}": a member is listed twice in ${members.join(", ")}`);
  }
}

function holdsConfiguration({ snapshot, entries }: Recovered): boolean {
  return (snapshot?.configuration ?? null) !== null || holdConfiguration(entries);
}
