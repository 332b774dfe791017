/**
 * A deterministic machine on top of Raft: one replica of it.
 * @module
 */

import { RaftNode } from "../raft/node.ts";
import type { RaftOptions, RaftState } from "../raft/options.ts";
import type { Committed } from "../raft/committed.ts";
import { NotLeaderError } from "../raft/errors.ts";
import type { MemberChange } from "../raft/member_change.ts";
import { DEFAULT_TIMING } from "../raft/timing.ts";
import type { Entry, Index, NodeId, Snapshot, Term } from "../raft/types.ts";
import type { Clock } from "../runtime/clock.ts";
import { Compaction } from "./compaction.ts";
import {
  type ClientCall,
  encodeCommand,
  encodeOpen,
  encodePlain,
  NOOP,
  type SessionRules,
} from "./envelope.ts";
import { Reign } from "./log_time.ts";
import { MemberChanges, type MemberOutcome } from "./member_changes.ts";
import { type AnyMachine, isChecked, isWatchable } from "./machine.ts";
import { invalid, type Outcome, refused, UNKNOWN } from "./outcome.ts";
import { Readers } from "./readers.ts";
import { ReplicatedState } from "./replicated_state.ts";
import { Ticker } from "./ticker.ts";
import { Waiters } from "./waiters.ts";
import { Watches } from "./watches.ts";

/** What a replica is made of. */
export interface ReplicaOptions {
  /** This replica's machine; nobody else touches it. */
  readonly machine: AnyMachine;
  /** The Raft node underneath. */
  readonly raft: Omit<RaftOptions, "onRole" | "onLeader">;
  /** Take a snapshot when the log has this many bytes; `Infinity` for never. */
  readonly maxLogSizeBytes: number;
  /** How long a follower lets committed entries gather before it applies them. @default {0, not at all} */
  readonly restMs?: number;
  /** How long the sessions last that are opened here while this replica leads. */
  readonly sessionRules: SessionRules;
}

const RETIRE_LOOK_MS = 1;

/** One replica of a replicated machine. */
export class Replica {
  readonly #state: ReplicatedState;
  readonly #restMs: number;
  readonly #sessionRules: SessionRules;
  readonly #waiters = new Waiters();
  readonly #readers = new Readers();
  readonly #changes: MemberChanges;
  readonly #watches: Watches;
  readonly #reign: Reign;
  readonly #ticker: Ticker;
  /** While the machine is half way from one state to another: whether it arrives. After one that failed it stays there; nobody may ask it. */
  #restoring: Promise<boolean> | null = null;
  readonly #compaction: Compaction;
  #node: RaftNode | null = null;
  #ended = false;
  #done: Promise<void> = Promise.resolve();
  #failure: unknown = null;
  readonly #clock: Clock;
  /** Ends a follower's rest; null while it has none. */
  #wake: (() => void) | null = null;
  /** Whether a chunk is being applied. */
  #taking = false;
  /** Hears who leads, whenever that is another than before. */
  onLeader: (leader: NodeId) => void = () => {};
  /** Nothing is proposed here any more. */
  #retired = false;

  /** Starts the replica's Raft node and its apply loop. Throws what `RaftNode.open` throws. */
  static async open(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    const node = await RaftNode.open({
      ...options.raft,
      onRole: (state) => replica.#onRole(state),
      onLeader: (leader) => replica.onLeader(leader),
    });
    replica.#node = node;
    replica.#done = replica.#run(node);
    return replica;
  }

  private constructor(options: ReplicaOptions) {
    const { raft: { clock, timing = DEFAULT_TIMING }, maxLogSizeBytes } = options;
    this.#clock = clock;
    this.#changes = new MemberChanges({ clock, heartbeatMs: timing.heartbeatMs });
    this.#state = new ReplicatedState(options.machine);
    this.#compaction = new Compaction({ clock, maxLogSizeBytes }, this.#state, () => this.#taking);
    this.#restMs = options.restMs ?? 0;
    this.#sessionRules = options.sessionRules;
    this.#watches = new Watches(clock);
    this.#reign = new Reign(clock);
    this.#ticker = new Ticker({
      clock,
      state: this.#state,
      reign: this.#reign,
      propose: (entry) => void this.node.start(entry),
    });
  }

  /** The Raft node underneath, for its state and its laws. */
  get node(): RaftNode {
    if (this.#node === null) throw new TypeError("Cannot use the replica before it is open");
    return this.#node;
  }

  /** The last entry that the machine has applied. */
  get applied(): Index {
    return this.#state.applied;
  }

  /** Open sessions. */
  get sessions(): number {
    return this.#state.sessions;
  }

  /** Why the apply loop ended, or null while it runs. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves when the apply loop has ended, because the node died. Never rejects. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Opens a session; see `decodeOpened` for the reply. */
  openSession(): Promise<Outcome> {
    return this.#propose(encodeOpen(this.#reign.ledMs, this.#sessionRules));
  }

  /** Executes a client's operation exactly once, however often it is submitted, here or elsewhere. */
  submit(call: ClientCall): Promise<Outcome> {
    return this.#check(call.command) ?? this.#propose(encodeCommand(this.#reign.ledMs, call));
  }

  /**
   * Executes an operation of the group itself, at most once: whoever calls again after an unknown outcome may execute it twice.
   * For operations that bear that, such as the steps of a plan that each check what was done. `checked`: the caller has made sure
   * that the machine takes it, as one that joins many operations it has judged one by one.
   */
  propose(command: Uint8Array, options: { readonly checked?: boolean } = {}): Promise<Outcome> {
    const refusal = options.checked === true ? null : this.#check(command);
    return refusal ?? this.#propose(encodePlain(this.#reign.ledMs, command));
  }

  /**
   * Resolves to null when the machine itself may be asked, in that very turn, and answers linearizably as of this call: many
   * questions can share one round of messages so. Resolves to why not otherwise.
   */
  async whenCurrent(): Promise<Outcome | null> {
    const { isLeader, leader } = this.node.state();
    // Most of those who ask the wrong member are sent away here: an error would cost several times as much.
    if (!isLeader && !this.node.stopped) return refused("notLeader", leader);
    try {
      return await this.#whenApplied(await this.node.readIndex()) ? null : UNKNOWN;
    } catch (error) {
      return error instanceof NotLeaderError ? refused("notLeader", error.leader) : UNKNOWN;
    }
  }

  /** Asks the machine a question; the answer is linearizable. Nothing enters the log. */
  query(question: Uint8Array): Promise<Outcome> {
    return this.#read(() => {
      const reply = this.#state.machine.query(question);
      return Promise.resolve({ kind: "applied", reply });
    });
  }

  /** Waits for a change that `question` is about, but not longer than `timeoutMs`, and only while this replica leads. */
  watch(question: Uint8Array, timeoutMs: number): Promise<Outcome> {
    return this.#read(() => {
      const { machine } = this.#state;
      if (isWatchable(machine)) return this.#watches.add(machine.watch(question), timeoutMs);
      return Promise.resolve(refused("invalid", null, "changes of this machine cannot be waited for"));
    });
  }

  /**
   * Changes who belongs to the cluster, one step at a time, and resolves when that is committed, or why it was not made: see
   * {@linkcode MemberChange}.
   */
  changeMembers(change: MemberChange): Promise<MemberOutcome> {
    return this.#changes.make(this.node, change);
  }

  /**
   * Takes nothing new, answers all that was taken, and gives leadership up, which it does after `patienceMs` in any case. For a
   * process that is about to be stopped: see `Handover`.
   */
  async retire(patienceMs: number): Promise<void> {
    this.#retired = true;
    const untilMs = this.#clock.now() + patienceMs;
    // Without this whoever waits would be told that nobody knows what became of its write.
    while (this.#waiters.size > 0 && this.#clock.now() < untilMs) await this.#clock.sleep(RETIRE_LOOK_MS);
    this.node.resign();
  }

  /** At the door, not in the log: what is in the log has to be executed by everybody, or nobody can go on. */
  #check(command: Uint8Array): Promise<Outcome> | null {
    const { machine } = this.#state;
    if (!isChecked(machine)) return null;
    try {
      machine.check(command);
      return null;
    } catch (error) {
      return Promise.resolve(invalid(error));
    }
  }

  async #read(look: () => Promise<Outcome>): Promise<Outcome> {
    const obstacle = await this.whenCurrent();
    if (obstacle !== null) return obstacle;
    // Current a moment ago, it may have been told to restore a newer state since, and take its time.
    // After a restore that failed, half of a state would be told for the whole of it.
    while (this.#restoring !== null) if (!await this.#restoring) return UNKNOWN;
    try {
      return await look();
    } catch (error) {
      return invalid(error);
    }
  }

  #propose(entry: Uint8Array): Promise<Outcome> {
    if (this.#retired) return Promise.resolve(refused("notLeader"));
    const node = this.node;
    const { index, term, isLeader } = node.start(entry);
    if (isLeader) return this.#waiters.add(index, term);
    const state = node.state();
    return Promise.resolve(refused(state.isLeader ? "overloaded" : "notLeader", state.leader));
  }

  #whenApplied(index: Index): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    if (this.applied >= index) return Promise.resolve(true);
    return this.#readers.add(index);
  }

  #onRole({ isLeader, leader }: RaftState): void {
    this.#wake?.();
    if (isLeader) {
      this.#reign.begin();
      // Raft adds no entries of its own, yet a leader commits nothing of its predecessors before one of its own term.
      this.#node?.start(NOOP);
      return;
    }
    this.#reign.end();
    this.#ticker.stop();
    if (this.#node !== null) this.#changes.onLost(this.#node.core);
    // What was proposed may be committed by the next leader, or not: the client must not wait to find out (labs K8).
    this.#waiters.abandonAll();
    this.#watches.endAll(refused("notLeader", leader));
  }

  async #run(node: RaftNode): Promise<void> {
    const reader = node.committed.getReader();
    void reader.closed.catch(() => {}).then(() => this.#wake?.());
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        // A machine that takes its time to encode must not be changed meanwhile.
        if (this.#compaction.underWay !== null) await this.#compaction.underWay;
        this.#taking = true;
        // The next read acknowledges this chunk, so nothing is applied meanwhile.
        await this.#take(node, value);
        this.#taking = false;
        await this.#rest(node);
      }
    } catch (error) {
      this.#failure = error;
      // A machine that cannot go on must not look alive: its node would go on voting for what nobody applies.
      if (!node.stopped) await reader.cancel(error);
    } finally {
      this.#end();
    }
  }

  /**
   * Nobody waits for what a follower applies. Entry by entry it costs several times as much as many at once, and comes before what the
   * leader does wait for: the entry that is on its way to the disk.
   */
  async #rest(node: RaftNode): Promise<void> {
    if (this.#restMs === 0 || node.stopped || node.state().isLeader || this.applied < node.core.commit) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(this.#restMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wake = null;
  }

  async #take(node: RaftNode, chunk: Committed): Promise<void> {
    if (chunk.type === "snapshot") await this.#restore(chunk.snapshot);
    else if (chunk.type === "entries") this.#applyAll(node, chunk.firstIndex, chunk.entries);
    else this.#skip(node, chunk.index, chunk.term);
    this.#changes.onApplied(chunk);
    this.#readers.wake(this.applied);
    this.#watches.poll();
    if (this.#compaction.mayBegin(node)) await this.#compaction.begin(node);
    else this.#compaction.beginLater(node);
    const { term, isLeader } = node.state();
    // Before the first own entry is applied, this leader does not know what time it is.
    if (isLeader && this.#state.time.term === term) this.#ticker.arm();
  }

  #applyAll(node: RaftNode, firstIndex: Index, entries: readonly Entry[]): void {
    let index = firstIndex;
    for (const entry of entries) {
      const outcome = this.#state.apply(index, entry);
      this.#waiters.settle(index, { term: entry.term, outcome, leader: node.state().leader });
      index++;
    }
  }

  /** Whoever waited for a command at `index` will never see it there. */
  #skip(node: RaftNode, index: Index, term: Term): void {
    this.#state.skip(index);
    this.#waiters.settle(index, { term, outcome: UNKNOWN, leader: node.state().leader });
  }

  async #restore(snapshot: Snapshot): Promise<void> {
    const restored = this.#state.restore(snapshot);
    if (restored instanceof Promise) {
      this.#restoring = restored.then(() => true, () => false);
      await restored;
      this.#restoring = null;
    }
    this.#waiters.abandonUpTo(snapshot.index);
  }

  #end(): void {
    this.#ended = true;
    this.#compaction.end();
    this.#ticker.stop();
    this.#waiters.abandonAll();
    this.#readers.endAll();
    this.#changes.end();
    this.#watches.endAll(UNKNOWN);
  }
}
