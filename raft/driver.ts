/**
 * The one asynchronous file of Raft: it feeds the pure core and does what the core asks.
 *
 * It brings together the timers, the queue of writes, the messages that wait for the disk, the apply channel, and the node's
 * death. It decides nothing about the protocol.
 * @module
 */

import { Announcer } from "./announcer.ts";
import { CommittedChannel } from "./committed.ts";
import type { Core } from "./core/state.ts";
import { step } from "./core/step.ts";
import { type DeadlineName, Deadlines } from "./deadlines.ts";
import type { Effect } from "./effect.ts";
import { ElectionTimer } from "./election_timer.ts";
import { NodeStoppedError, NotLeaderError } from "./errors.ts";
import type { Input } from "./input.ts";
import { isRequest, type Message } from "./message.ts";
import type { RaftOptions, RaftState } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { PeerVersions } from "./peer_versions.ts";
import { PendingReads } from "./pending_reads.ts";
import { SnapshotReads } from "./snapshot_reads.ts";
import { DEFAULT_TIMING, type Timing } from "./timing.ts";
import type { Answer } from "./transport.ts";
import type { Index, NodeId, Snapshot, Term } from "./types.ts";
import { NEWEST_VERSION, versionOf, type WireVersion } from "./wire_version.ts";
import { WriteQueue } from "./write_queue.ts";

/** See the module's page. What it says of itself is for the node around it. */
export class Driver {
  /** The protocol state. */
  readonly core: Core;
  /** Where committed entries go. */
  readonly channel: CommittedChannel;
  /** Who speaks version 2. */
  readonly versions: PeerVersions;
  /** The newest version that this node reads and writes. */
  readonly speaks: WireVersion;
  /** Reads that wait. */
  readonly reads = new PendingReads();
  /** Whether the node is dead. */
  stopped = false;
  /** Why. */
  stopReason: unknown = null;
  /** Messages of a newer version than this node speaks: dropped. */
  unreadable = 0;
  /** What the last `propose` or `change` came to. */
  proposal: { index: Index; term: Term } | null = null;
  readonly #options: RaftOptions;
  readonly #timing: Timing;
  readonly #deadlines: Deadlines;
  readonly #election: ElectionTimer;
  readonly #outbox: Outbox;
  readonly #writes: WriteQueue;
  readonly #chunks: SnapshotReads;
  readonly #announcer: Announcer;
  readonly #onAbort = () => this.stop(this.#options.signal.reason);
  #turnEnds = false;

  /** Starts at once: timers run, messages are heard. `restored` is what the machine goes on from. */
  constructor(options: RaftOptions, core: Core, restored: Snapshot | null) {
    this.#options = options;
    this.core = core;
    this.speaks = options.speaks ?? NEWEST_VERSION;
    this.#timing = options.timing ?? DEFAULT_TIMING;
    this.channel = new CommittedChannel(
      core.log,
      () => this.fail(new NodeStoppedError("its machine stopped reading")),
    );
    this.#deadlines = new Deadlines(options.clock, (name) => this.#onDeadline(name));
    this.#election = new ElectionTimer(this.#deadlines, { timing: this.#timing, random: options.random });
    this.#outbox = new Outbox(options.transport);
    this.#writes = new WriteQueue(options, {
      onFlushed: (sequence) => this.#onFlushed(sequence),
      // Nobody can tell what was kept: the node must come up again from what the disk really holds.
      onFailed: (error) => this.fail(error),
    });
    this.#chunks = new SnapshotReads(options.storage, {
      onRead: ({ to, index, offset }, data) => this.step({ type: "snapshotRead", to, index, offset, data }),
      // A disk that cannot be read back is none to lead with: another member has a snapshot, too.
      onFailed: (error) => this.fail(error),
    });
    this.#announcer = new Announcer(options, () => !this.stopped);
    this.versions = new PeerVersions(core, (to, question) => options.transport.send(to, question));
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
    options.transport.receive((from, message, answer) => this.#receive(from, message, answer));
    if (core.membership.index > 0) this.#announcer.configuration(core.membership.configuration);
    // Only the machine gets its bytes: what sends it to others reads it from the disk.
    if (restored !== null) this.channel.restore(restored);
    this.#election.arm();
  }

  /** Term, whether it leads, and who does. */
  get state(): RaftState {
    const { term, role, leader } = this.core;
    return { term, isLeader: role.type === "leader" && !this.stopped, leader };
  }

  /** The leader may be gone: this node asks for votes almost at once. */
  hint(): void {
    this.#deadlines.disarm("quiet");
    this.step({ type: "leaderQuiet" });
    this.#election.hint();
  }

  #receive(from: NodeId, message: Message, answer: Answer | null): void {
    if (this.stopped) return answer?.(null);
    if (this.speaks === 1 && versionOf(message) !== 1) {
      this.unreadable++;
      return answer?.(null);
    }
    switch (message.type) {
      case "versionReply":
        return this.versions.onReply(from, message);
      case "versionRequest":
        return this.#outbox.send(from, { type: "versionReply", term: message.term }, answer);
      default:
        return this.step({ type: "message", from, message }, answer);
    }
  }

  /** Moves the core and does what it asks for. `answer` goes back on the call that the input came on. */
  step(input: Input, answer: Answer | null = null): void {
    if (this.stopped) return;
    const effects: Effect[] = [];
    try {
      step(this.core, input, effects);
    } catch (error) {
      // A broken law: whatever this node said next could only make it worse.
      answer?.(null);
      this.fail(error);
      return;
    }
    for (const effect of effects) {
      // A snapshot that cannot be opened ends the node in the middle of the step: the rest of it must not leave.
      if (this.stopped) return;
      this.#perform(effect, input, answer);
    }
  }

  #perform(effect: Effect, input: Input, answer: Answer | null): void {
    switch (effect.type) {
      case "send":
        return this.#send(effect.to, effect.message, effect.after, input, answer);
      case "persist":
        return this.#writes.push(effect.write);
      case "commit":
        return this.channel.advance(effect.index);
      case "restore":
        return this.channel.restore(effect.snapshot);
      case "readSnapshot":
        return this.#chunks.read(effect);
      case "armElection":
        return this.#election.arm(isOwnCandidacy(input));
      case "leaderContact":
        this.#announcer.leader(this.core.leader);
        return this.#election.heard();
      case "lead":
        this.#deadlines.disarm("election");
        this.#deadlines.arm("heartbeat", this.#timing.heartbeatMs);
        this.#deadlines.arm("quorum", this.#timing.electionMs * 2);
        this.#announcer.leader(this.core.leader);
        return this.#announcer.role(this.state);
      case "follow":
        this.#deadlines.disarm("heartbeat");
        this.#deadlines.disarm("quorum");
        this.#chunks.keepFor(this.core);
        this.versions.forget();
        return this.#announcer.role(this.state);
      case "proposed":
        this.proposal = { index: effect.firstIndex, term: effect.term };
        return;
      case "refused":
      case "changeRefused":
        return;
      case "configuration":
        return this.#announcer.configuration(effect.configuration);
      case "readReady":
        return this.reads.resolve(effect.token, effect.index);
      case "readFailed":
        return this.reads.reject(effect.token, new NotLeaderError(this.core.leader));
    }
  }

  #send(to: NodeId, message: Message, after: number, input: Input, answer: Answer | null): void {
    // On a call-and-reply network the answer goes back on the call that asked for it.
    const replies = answer !== null && input.type === "message" && input.from === to && !isRequest(message);
    if (after <= this.core.flushedSequence) this.#outbox.send(to, message, replies ? answer : null);
    else this.#outbox.hold(after, to, message, replies ? answer : null);
  }

  #onFlushed(sequence: number): void {
    this.step({ type: "flushed", sequence });
    const { flushedSequence, term } = this.core;
    this.#outbox.release(flushedSequence, term);
  }

  #onDeadline(name: DeadlineName): void {
    switch (name) {
      case "quiet":
        return this.step({ type: "leaderQuiet" });
      case "election":
        // A node whose disk hangs could not lead: it must not disturb those that can.
        if (this.#diskStalls()) return this.#election.arm();
        this.#election.passed();
        return this.step({ type: "electionTimeout" });
      case "heartbeat":
        this.#deadlines.arm("heartbeat", this.#timing.heartbeatMs);
        this.#chunks.keepFor(this.core);
        this.versions.onHeartbeat();
        return this.step({ type: "heartbeatTimeout" });
      case "quorum":
        this.#deadlines.arm("quorum", this.#timing.electionMs * 2);
        this.step({ type: "quorumTimeout" });
        if (this.#diskStalls()) this.step({ type: "resign" });
    }
  }

  #diskStalls(): boolean {
    return this.#writes.busyForMs > this.#timing.diskStallMs;
  }

  /** What was proposed in this turn travels together at its end. */
  endTurnSoon(): void {
    if (this.#turnEnds) return;
    this.#turnEnds = true;
    Promise.resolve().then(() => {
      this.#turnEnds = false;
      this.step({ type: "replicate" });
    });
  }

  /** Dies by itself. Nobody else knows of it, so nobody else would let go of the storage: its file stayed open for ever. */
  fail(reason: unknown): void {
    if (this.stopped) return;
    this.stop(reason);
    // It may well be the storage that failed.
    this.#options.storage.close().catch(() => {});
  }

  /** Dies: nothing leaves from here on, and nobody hears of anything. */
  stop(reason: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.stopReason = reason;
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#deadlines.stop();
    this.#outbox.drop();
    this.#writes.stop();
    this.#chunks.stop();
    this.channel.fail(reason);
    this.reads.rejectAll(new NodeStoppedError("it died", { cause: reason }));
  }
}

/** Whether an election timer is started for this node's own candidacy, not for another's. */
function isOwnCandidacy(input: Input): boolean {
  return input.type === "electionTimeout" ||
    (input.type === "message" && input.message.type === "preVoteReply");
}
