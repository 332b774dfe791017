/**
 * The one asynchronous file of Raft: it feeds the pure core and does what the core asks.
 *
 * It brings together the timers, the queue of writes, the messages that wait for the disk, the apply channel, and the node's
 * death. It decides nothing about the protocol.
 * @module
 */

import { type Committed, CommittedChannel } from "./committed.ts";
import { termAt } from "./core/log.ts";
import { type Core, createCore } from "./core/state.ts";
import { step } from "./core/step.ts";
import { type DeadlineName, Deadlines } from "./deadlines.ts";
import type { Effect } from "./effect.ts";
import { ElectionTimer } from "./election_timer.ts";
import { NodeStoppedError, NotLeaderError } from "./errors.ts";
import type { Input } from "./input.ts";
import { isRequest, type Message } from "./message.ts";
import type { RaftOptions, RaftState, Started } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { PendingReads } from "./pending_reads.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMING, type Timing } from "./timing.ts";
import type { Answer } from "./transport.ts";
import type { Index, NodeId, Snapshot, Term } from "./types.ts";
import { SnapshotReads } from "./snapshot_reads.ts";
import { WriteQueue } from "./write_queue.ts";

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
  readonly #core: Core;
  readonly #options: RaftOptions;
  readonly #timing: Timing;
  readonly #channel: CommittedChannel;
  readonly #deadlines: Deadlines;
  readonly #election: ElectionTimer;
  readonly #outbox: Outbox;
  readonly #writes: WriteQueue;
  readonly #chunks: SnapshotReads;
  readonly #reads = new PendingReads();
  readonly #onAbort = () => this.#stop(this.#options.signal.reason);
  #stopped = false;
  #stopReason: unknown = null;
  #turnEnds = false;
  /** Whom `onLeader` was told of last. */
  #toldLeader: NodeId | null = null;
  /** What the last `propose` came to. */
  #proposal: { index: Index; term: Term } | null = null;

  /** Reads the disk and starts the node. Throws what `storage.load` throws, and `TypeError` for a bad member list. */
  static async open(options: RaftOptions): Promise<RaftNode> {
    const { id, members } = options;
    if (!members.includes(id)) throw new TypeError(`Cannot start node "${id}": it is not among the members`);
    if (new Set(members).size !== members.length) {
      throw new TypeError(`Cannot start node "${id}": a member is listed twice in ${members.join(", ")}`);
    }
    const recovered = await options.storage.load();
    options.signal.throwIfAborted();
    const core = createCore({
      id,
      members,
      preVote: options.preVote ?? true,
      checkQuorum: options.checkQuorum ?? true,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
    }, recovered);
    return new RaftNode(options, core, recovered.snapshot);
  }

  private constructor(options: RaftOptions, core: Core, restored: Snapshot | null) {
    this.#options = options;
    this.#core = core;
    this.#timing = options.timing ?? DEFAULT_TIMING;
    this.#channel = new CommittedChannel(
      core.log,
      () => this.#fail(new NodeStoppedError("its machine stopped reading")),
    );
    this.committed = this.#channel.stream;
    this.#deadlines = new Deadlines(options.clock, (name) => this.#onDeadline(name));
    this.#election = new ElectionTimer(this.#deadlines, { timing: this.#timing, random: options.random });
    this.#outbox = new Outbox(options.transport);
    this.#writes = new WriteQueue(options, {
      onFlushed: (sequence) => this.#onFlushed(sequence),
      // Nobody can tell what was kept: the node must come up again from what the disk really holds.
      onFailed: (error) => this.#fail(error),
    });
    this.#chunks = new SnapshotReads(options.storage, {
      onRead: ({ to, index, offset }, data) =>
        this.#step({ type: "snapshotRead", to, index, offset, data }, null),
      // A disk that cannot be read back is none to lead with: another member has a snapshot, too.
      onFailed: (error) => this.#fail(error),
    });
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
    options.transport.receive((from, message, answer) => {
      if (this.#stopped) answer?.(null);
      else this.#step({ type: "message", from, message }, answer);
    });
    // Only the machine gets its bytes: what sends it to others reads it from the disk.
    if (restored !== null) this.#channel.restore(restored);
    this.#election.arm();
  }

  /** The protocol state, for laws, metrics and pictures. Look, do not touch. */
  get core(): Readonly<Core> {
    return this.#core;
  }

  /** Whether the node has died: killed, its disk failed, or its machine stopped. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Why the node died: the signal's reason, a `StorageError`, an `InvariantError`; null while it lives. */
  get stopReason(): unknown {
    return this.#stopReason;
  }

  /** The last index that the machine has surely applied. */
  get applied(): Index {
    return this.#channel.applied;
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
    this.#proposal = null;
    if (!this.#stopped) {
      this.#step({ type: "propose", commands: [command] }, null);
      this.#endTurnSoon();
    }
    const proposal = this.#proposal as { index: Index; term: Term } | null;
    return proposal === null
      ? { index: 0, term: this.#core.term, isLeader: false }
      : { index: proposal.index, term: proposal.term, isLeader: true };
  }

  /** This node's term and whether it believes to lead (labs: `GetState`). */
  state(): RaftState {
    const { term, role, leader } = this.#core;
    return { term, isLeader: role.type === "leader" && !this.#stopped, leader };
  }

  /**
   * Tells that the machine's state after `index` is in `data`, so that the log up to there may go (labs: `Snapshot`).
   * `data` must not be written to afterwards. An index not delivered yet, or covered already, is ignored.
   */
  snapshot(index: Index, data: Uint8Array): void {
    if (this.#stopped || index > this.#channel.delivered) return;
    this.#step({ type: "compact", index, data }, null);
  }

  /**
   * The same for a state that is too large for one piece: `pieces` go to the disk as they come, and no other write waits for them. Resolves when
   * the log may go, or the node has died. What an index that is covered already would store is not asked for.
   */
  async storeSnapshot(index: Index, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { log } = this.#core;
    if (this.#stopped || index > this.#channel.delivered || index <= log.offset) return;
    try {
      const term = termAt(log, index);
      const sizeBytes = await this.#options.storage.storeSnapshot({ index, term }, pieces);
      this.#step({ type: "compactStored", index, sizeBytes }, null);
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Resolves to an index; a machine that has applied it answers linearizably as of this call.
   * Rejects with `NotLeaderError` when leadership cannot be confirmed, with `NodeStoppedError` when the node dies.
   */
  readIndex(): Promise<Index> {
    if (this.#stopped) return Promise.reject(new NodeStoppedError("it is dead"));
    return this.#reads.add((token) => {
      this.#step({ type: "read", token }, null);
      this.#endTurnSoon();
    });
  }

  /**
   * A hint from outside Raft that `member` is gone, such as the end of the connection to it. If it was the leader, this node asks
   * for votes almost at once instead of waiting for the election timeout. Nothing is taken for certain: as long as a majority
   * hears the leader, the preliminary vote comes to nothing.
   */
  suspect(member: NodeId): void {
    const { preVote = true } = this.#options;
    if (this.#stopped || !preVote || this.#core.leader !== member || this.#core.role.type !== "follower") {
      return;
    }
    this.#deadlines.disarm("quiet");
    this.#step({ type: "leaderQuiet" }, null);
    this.#election.hint();
  }

  /** Gives leadership up, if it has it. Others find out by its silence, or sooner if they are told: see {@linkcode RaftNode.suspect}. */
  resign(): void {
    this.#step({ type: "resign" }, null);
  }

  /** The polite exit: stops the node and releases its storage. What was acknowledged is on the disk already. */
  async close(): Promise<void> {
    this.#stop(new NodeStoppedError("it was closed"));
    await this.#options.storage.close();
  }

  /** Lets `await using` close the node. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #step(input: Input, answer: Answer | null): void {
    if (this.#stopped) return;
    const effects: Effect[] = [];
    try {
      step(this.#core, input, effects);
    } catch (error) {
      // A broken law: whatever this node said next could only make it worse.
      answer?.(null);
      this.#fail(error);
      return;
    }
    for (const effect of effects) this.#perform(effect, input, answer);
  }

  #perform(effect: Effect, input: Input, answer: Answer | null): void {
    switch (effect.type) {
      case "send":
        return this.#send(effect.to, effect.message, effect.after, input, answer);
      case "persist":
        return this.#writes.push(effect.write);
      case "commit":
        return this.#channel.advance(effect.index);
      case "restore":
        return this.#channel.restore(effect.snapshot);
      case "readSnapshot":
        return this.#chunks.read(effect);
      case "armElection":
        return this.#election.arm(isOwnCandidacy(input));
      case "leaderContact":
        this.#tellLeader();
        return this.#election.heard();
      case "lead":
        this.#deadlines.disarm("election");
        this.#deadlines.arm("heartbeat", this.#timing.heartbeatMs);
        this.#deadlines.arm("quorum", this.#timing.electionMs * 2);
        this.#tellLeader();
        return this.#tellRole();
      case "follow":
        this.#deadlines.disarm("heartbeat");
        this.#deadlines.disarm("quorum");
        this.#chunks.keepFor(this.#core);
        return this.#tellRole();
      case "proposed":
        this.#proposal = { index: effect.firstIndex, term: effect.term };
        return;
      case "refused":
        return;
      case "readReady":
        return this.#reads.resolve(effect.token, effect.index);
      case "readFailed":
        return this.#reads.reject(effect.token, new NotLeaderError(this.#core.leader));
    }
  }

  #send(to: NodeId, message: Message, after: number, input: Input, answer: Answer | null): void {
    // On a call-and-reply network the answer goes back on the call that asked for it.
    const replies = answer !== null && input.type === "message" && input.from === to && !isRequest(message);
    if (after <= this.#core.flushedSequence) this.#outbox.send(to, message, replies ? answer : null);
    else this.#outbox.hold(after, to, message, replies ? answer : null);
  }

  #onFlushed(sequence: number): void {
    this.#step({ type: "flushed", sequence }, null);
    const { flushedSequence, term } = this.#core;
    this.#outbox.release(flushedSequence, term);
  }

  #onDeadline(name: DeadlineName): void {
    switch (name) {
      case "quiet":
        return this.#step({ type: "leaderQuiet" }, null);
      case "election":
        // A node whose disk hangs could not lead: it must not disturb those that can.
        if (this.#diskStalls()) return this.#election.arm();
        this.#election.passed();
        return this.#step({ type: "electionTimeout" }, null);
      case "heartbeat":
        this.#deadlines.arm("heartbeat", this.#timing.heartbeatMs);
        this.#chunks.keepFor(this.#core);
        return this.#step({ type: "heartbeatTimeout" }, null);
      case "quorum":
        this.#deadlines.arm("quorum", this.#timing.electionMs * 2);
        this.#step({ type: "quorumTimeout" }, null);
        if (this.#diskStalls()) this.#step({ type: "resign" }, null);
    }
  }

  #diskStalls(): boolean {
    return this.#writes.busyForMs > this.#timing.diskStallMs;
  }

  #endTurnSoon(): void {
    if (this.#turnEnds) return;
    this.#turnEnds = true;
    Promise.resolve().then(() => {
      this.#turnEnds = false;
      this.#step({ type: "replicate" }, null);
    });
  }

  #tellLeader(): void {
    const { onLeader } = this.#options;
    const { leader } = this.#core;
    if (onLeader === undefined || leader === null || leader === this.#toldLeader) return;
    this.#toldLeader = leader;
    Promise.resolve().then(() => {
      if (!this.#stopped) onLeader(leader);
    });
  }

  #tellRole(): void {
    const { onRole } = this.#options;
    if (onRole === undefined) return;
    const state = this.state();
    // Later in the same turn: the listener may call back into this node, which is in the middle of a step.
    Promise.resolve().then(() => {
      if (!this.#stopped) onRole(state);
    });
  }

  /** Dies by itself. Nobody else knows of it, so nobody else would let go of the storage: its file stayed open for ever. */
  #fail(reason: unknown): void {
    if (this.#stopped) return;
    this.#stop(reason);
    // It may well be the storage that failed.
    this.#options.storage.close().catch(() => {});
  }

  #stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopReason = reason;
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#deadlines.stop();
    this.#outbox.drop();
    this.#writes.stop();
    this.#chunks.stop();
    this.#channel.fail(reason);
    this.#reads.rejectAll(new NodeStoppedError("it died", { cause: reason }));
  }
}

/** Whether an election timer is started for this node's own candidacy, not for another's. */
function isOwnCandidacy(input: Input): boolean {
  return input.type === "electionTimeout" ||
    (input.type === "message" && input.message.type === "preVoteReply");
}
