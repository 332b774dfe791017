/**
 * Everything that replicas have in common: the machine, the sessions and log time, at one applied index.
 *
 * They change together, in one synchronous turn per entry, so no snapshot can catch them apart (etcd #13766).
 * @module
 */

import type { Entry, Index, Snapshot } from "../raft/types.ts";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { decodeEnvelope, encodeOpened, NOOP } from "./envelope.ts";
import { SnapshotError } from "./errors.ts";
import { LogTime } from "./log_time.ts";
import { type AnyMachine, isTimed, type LogPosition } from "./machine.ts";
import { type Outcome, refused, UNKNOWN } from "./outcome.ts";
import { SessionTable } from "./sessions.ts";

const FORMAT = 2;

/** See the module's page. */
export class ReplicatedState {
  /** The user's machine. */
  readonly machine: AnyMachine;
  #sessions = new SessionTable();
  #time = new LogTime();
  #applied: Index = 0;

  /** An empty log has been applied. */
  constructor(machine: AnyMachine) {
    this.machine = machine;
  }

  /** The last entry applied. */
  get applied(): Index {
    return this.#applied;
  }

  /** Open sessions. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Log time. */
  get time(): LogTime {
    return this.#time;
  }

  /** The log time at which the machine has something to do, or `Infinity`. */
  get dueMs(): number {
    return isTimed(this.machine) ? this.machine.dueMs : Infinity;
  }

  /** Applies the entry at `index`. */
  apply(index: Index, entry: Entry): Outcome {
    const envelope = decodeEnvelope(entry.command);
    this.#applied = index;
    this.#time.advance(entry.term, envelope.ledMs);
    const at: LogPosition = { index, timeMs: this.#time.nowMs };
    // What is due comes first: a command must not find a lease alive that ended before it (decided here, in the log).
    if (isTimed(this.machine) && this.machine.dueMs <= at.timeMs) this.machine.elapse(at);
    switch (envelope.kind) {
      case "noop":
      case "tick":
        return { kind: "applied", reply: NOOP };
      case "plain":
        return { kind: "applied", reply: this.machine.apply(envelope.command, at) };
      case "open":
        this.#sessions.open(index, at.timeMs, envelope.rules);
        return { kind: "applied", reply: encodeOpened({ id: index, ttlMs: envelope.rules.ttlMs }) };
      case "command": {
        const { call } = envelope;
        // Judged here and not on arrival: the same operation may be in the log twice (labs K3).
        const known = this.#sessions.lookUp(call, at.timeMs);
        if (known.kind === "done") return { kind: "applied", reply: known.reply };
        if (known.kind === "settled") return UNKNOWN;
        if (known.kind !== "new") return refused(known.kind);
        const reply = this.machine.apply(call.command, at);
        this.#sessions.record(call, reply);
        return { kind: "applied", reply };
      }
    }
  }

  /** The entry at `index` is none of the machine's: it changed who belongs to the cluster. */
  skip(index: Index): void {
    this.#applied = index;
  }

  /** The whole state; in pieces if the machine's snapshot is a stream, until whose end nothing may be applied. */
  encode(): Uint8Array | AsyncIterable<Uint8Array> {
    const writer = new ByteWriter(1024);
    writer.u8(FORMAT);
    this.#time.encode(writer);
    // Without the sessions a retry would run again after a restart (labs K4).
    this.#sessions.encode(writer);
    const state = this.machine.snapshot();
    if (!(state instanceof Uint8Array)) return piecesOf(writer.take(), state);
    writer.raw(state);
    return writer.take();
  }

  /** Replaces the whole state. Throws {@linkcode SnapshotError} or what the machine throws; nothing is changed then. */
  restore(snapshot: Omit<Snapshot, "configuration">): void | Promise<void> {
    // Raft hands none of these up. If it ever did, acknowledged writes would be gone, and nobody would notice (labs K12).
    if (snapshot.index < this.#applied) {
      throw new SnapshotError(
        "stale",
        `Cannot restore a snapshot up to entry ${snapshot.index}: entry ${this.#applied} has been applied`,
      );
    }
    const { time, sessions, state } = decode(snapshot.data);
    const install = () => {
      this.#time = time;
      this.#sessions = sessions;
      this.#applied = snapshot.index;
    };
    const restored = this.machine.restore(state);
    return restored instanceof Promise ? restored.then(install) : install();
  }
}

async function* piecesOf(
  head: Uint8Array,
  state: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield head;
  yield* state;
}

interface Decoded {
  readonly time: LogTime;
  readonly sessions: SessionTable;
  readonly state: Uint8Array;
}

function decode(data: Uint8Array): Decoded {
  let format = 0;
  try {
    const reader = new ByteReader(data);
    format = reader.u8();
    if (format === FORMAT) {
      const time = LogTime.decode(reader);
      const sessions = SessionTable.decode(reader);
      return { time, sessions, state: reader.raw(reader.remaining) };
    }
  } catch (cause) {
    throw new SnapshotError(
      "malformed",
      "Cannot restore a snapshot that does not decode; nothing was changed",
      {
        cause,
      },
    );
  }
  throw format > FORMAT
    ? new SnapshotError("newer", `Cannot restore a snapshot of format ${format}: upgrade this node`)
    : new SnapshotError("malformed", `Cannot restore a snapshot of format ${format}; nothing was changed`);
}
