/**
 * A deterministic machine on top of Raft: one replica of it.
 *
 * The applied index, the machine's data and the session table change together, in one synchronous turn per entry, so no
 * snapshot can catch them apart.
 * @module
 */

import { RaftNode, type RaftOptions, type RaftState } from "../raft/node.ts";
import type { Committed } from "../raft/committed.ts";
import { NotLeaderError } from "../raft/errors.ts";
import type { Entry, Index, Snapshot } from "../raft/types.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { type ClientCall, decodeEnvelope, encodeCommand, NOOP, OPEN_SESSION } from "./envelope.ts";
import type { Machine } from "./machine.ts";
import { type Outcome, UNKNOWN } from "./outcome.ts";
import { SessionTable } from "./sessions.ts";
import { Waiters } from "./waiters.ts";

/** What a replica is made of. */
export interface ReplicaOptions {
  /** This replica's machine; nobody else touches it. */
  readonly machine: Machine;
  /** The Raft node underneath. */
  readonly raft: Omit<RaftOptions, "onRole">;
  /** Take a snapshot when the log has this many bytes; `Infinity` for never. @default {4 MiB} */
  readonly maxLogSizeBytes?: number;
  /** How many client sessions are remembered. Must be equal on all replicas. @default {100,000} */
  readonly maxSessions?: number;
}

interface Reader {
  readonly index: Index;
  readonly resolve: (applied: boolean) => void;
}

const SNAPSHOT_VERSION = 1;
const DEFAULT_MAX_LOG_BYTES = 4 << 20;
const DEFAULT_MAX_SESSIONS = 100_000;

/** One replica of a replicated machine. */
export class Replica {
  readonly #machine: Machine;
  readonly #maxSessions: number;
  #sessions: SessionTable;
  readonly #maxLogSizeBytes: number;
  readonly #waiters = new Waiters();
  #readers: Reader[] = [];
  #applied: Index = 0;
  /** The write that holds the last snapshot taken here. */
  #compaction = 0;
  #node: RaftNode | null = null;
  #ended = false;
  #done: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  /** Starts the replica's Raft node and its apply loop. Throws what `RaftNode.open` throws. */
  static async open(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    const node = await RaftNode.open({ ...options.raft, onRole: (state) => replica.#onRole(state) });
    replica.#node = node;
    replica.#done = replica.#run(node);
    return replica;
  }

  private constructor(options: ReplicaOptions) {
    this.#machine = options.machine;
    this.#maxSessions = options.maxSessions ?? DEFAULT_MAX_SESSIONS;
    this.#sessions = new SessionTable(this.#maxSessions);
    this.#maxLogSizeBytes = options.maxLogSizeBytes ?? DEFAULT_MAX_LOG_BYTES;
  }

  /** The Raft node underneath, for its state and its laws. */
  get node(): RaftNode {
    if (this.#node === null) throw new TypeError("Cannot use the replica before it is open");
    return this.#node;
  }

  /** The last entry that the machine has applied. */
  get applied(): Index {
    return this.#applied;
  }

  /** Open sessions. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Why the apply loop ended, or null while it runs. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves when the apply loop has ended, because the node died. Never rejects. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Opens a session; the reply's only value is its id, see {@linkcode decodeSession}. */
  openSession(): Promise<Outcome> {
    return this.#propose(OPEN_SESSION);
  }

  /** Executes a client's operation exactly once, however often it is submitted, here or elsewhere. */
  submit(call: ClientCall): Promise<Outcome> {
    return this.#propose(encodeCommand(call));
  }

  /** Asks the machine a question; the answer is linearizable. Nothing enters the log. */
  async query(question: Uint8Array): Promise<Outcome> {
    try {
      const index = await this.node.readIndex();
      if (!await this.#whenApplied(index)) return UNKNOWN;
      return { kind: "applied", reply: this.#machine.query(question) };
    } catch (error) {
      if (error instanceof NotLeaderError) {
        return { kind: "refused", code: "notLeader", leader: error.leader };
      }
      return UNKNOWN;
    }
  }

  #propose(entry: Uint8Array): Promise<Outcome> {
    const node = this.node;
    const { index, term, isLeader } = node.start(entry);
    if (!isLeader) {
      const state = node.state();
      const code = state.isLeader ? "overloaded" : "notLeader";
      return Promise.resolve({ kind: "refused", code, leader: state.leader });
    }
    return this.#waiters.add(index, term);
  }

  #whenApplied(index: Index): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    if (this.#applied >= index) return Promise.resolve(true);
    return new Promise((resolve) => this.#readers.push({ index, resolve }));
  }

  #onRole(state: RaftState): void {
    if (state.isLeader) {
      // Raft adds no entries of its own, yet a leader commits nothing of its predecessors before one of its own term.
      this.#node?.start(NOOP);
      return;
    }
    // What was proposed may be committed by the next leader, or not: the client must not wait to find out (labs K8).
    this.#waiters.abandonAll();
  }

  async #run(node: RaftNode): Promise<void> {
    const reader = node.committed.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        this.#take(value);
      }
    } catch (error) {
      this.#failure = error;
      // A machine that cannot go on must not look alive: its node would go on voting for what nobody applies.
      if (!node.stopped) await reader.cancel(error);
    } finally {
      this.#end();
    }
  }

  #take(chunk: Committed): void {
    if (chunk.type === "snapshot") this.#restore(chunk.snapshot);
    else {for (let at = 0; at < chunk.entries.length; at++) {
        this.#apply(chunk.firstIndex + at, chunk.entries[at]);
      }}
    this.#wakeReaders();
    if (this.#mayCompact()) this.#compact();
  }

  #apply(index: Index, entry: Entry): void {
    const outcome = this.#execute(index, entry.command);
    this.#applied = index;
    this.#waiters.settle(index, { term: entry.term, outcome, leader: this.node.state().leader });
  }

  #execute(index: Index, command: Uint8Array): Outcome {
    const envelope = decodeEnvelope(command);
    switch (envelope.kind) {
      case "noop":
        return { kind: "applied", reply: NOOP };
      case "open":
        this.#sessions.open(index);
        return { kind: "applied", reply: encodeSession(index) };
      case "command": {
        // Judged here and not on arrival: the same operation may be in the log twice (labs K3).
        const { call } = envelope;
        const known = this.#sessions.lookUp(call);
        if (known.kind === "done") return { kind: "applied", reply: known.reply };
        if (known.kind === "settled") return UNKNOWN;
        if (known.kind === "sessionUnknown") return { kind: "refused", code: "sessionUnknown", leader: null };
        const reply = this.#machine.apply(call.command);
        this.#sessions.record(call, reply);
        return { kind: "applied", reply };
      }
    }
  }

  #mayCompact(): boolean {
    const { core } = this.node;
    if (this.node.logSizeBytes <= this.#maxLogSizeBytes || this.#applied <= core.log.offset) return false;
    // The last snapshot is still on its way to the disk: the log only looks long, and a second one would not shorten it.
    return core.flushedSequence >= this.#compaction;
  }

  #compact(): void {
    const writer = new ByteWriter();
    writer.u8(SNAPSHOT_VERSION);
    // Without the sessions a retry would run again after a restart (labs K4).
    this.#sessions.encode(writer);
    writer.bytes(this.#machine.snapshot());
    this.node.snapshot(this.#applied, writer.take());
    this.#compaction = this.node.core.nextSequence - 1;
  }

  #restore(snapshot: Snapshot): void {
    const reader = new ByteReader(snapshot.data);
    const version = reader.u8();
    if (version !== SNAPSHOT_VERSION) {
      throw new TypeError(
        `Cannot restore a snapshot of version ${version}: upgrade this node before it goes on`,
      );
    }
    const sessions = SessionTable.decode(reader, this.#maxSessions);
    this.#machine.restore(reader.bytes());
    this.#sessions = sessions;
    this.#applied = snapshot.index;
    this.#waiters.abandonUpTo(snapshot.index);
  }

  #wakeReaders(): void {
    if (this.#readers.length === 0) return;
    const waiting: Reader[] = [];
    for (const reader of this.#readers) {
      if (reader.index <= this.#applied) reader.resolve(true);
      else waiting.push(reader);
    }
    this.#readers = waiting;
  }

  #end(): void {
    this.#ended = true;
    this.#waiters.abandonAll();
    for (const reader of this.#readers) reader.resolve(false);
    this.#readers = [];
  }
}

function encodeSession(id: number): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(id);
  return writer.take();
}

/** The session id in the reply of {@linkcode Replica.openSession}. */
export function decodeSession(reply: Uint8Array): number {
  return new ByteReader(reply).varint();
}
