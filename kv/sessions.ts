/**
 * Exactly once: the table of client sessions, part of the replicated state. Dissertation section 6.3.
 *
 * A session is opened through the log and is named by the index of that entry, so an id that is not in the table was
 * evicted: it is *unknown*, never new, and a retry of something already done cannot run again. Within a session each
 * operation has a number; replies are kept until the client says that it has them.
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { ClientCall } from "./envelope.ts";

/** What the table knows of an operation that arrives. */
export type Lookup =
  /** Never seen: execute it. */
  | { readonly kind: "new" }
  /** Executed before: this was its reply. */
  | { readonly kind: "done"; readonly reply: Uint8Array }
  /** Executed before; the client had its reply and said so. A late duplicate that nobody waits for. */
  | { readonly kind: "settled" }
  /** The session is not in the table. */
  | { readonly kind: "sessionUnknown" };

interface Session {
  /** Every operation numbered below is settled. */
  settledBelow: number;
  /** Replies of operations from there on, by number. */
  readonly replies: Map<number, Uint8Array>;
}

const NEW: Lookup = { kind: "new" };
const SETTLED: Lookup = { kind: "settled" };
const SESSION_UNKNOWN: Lookup = { kind: "sessionUnknown" };

/** The sessions of one replicated machine. Deterministic: equal tables that see the same calls stay equal. */
export class SessionTable {
  /** Least recently used first: a `Map` keeps insertion order, and every use re-inserts. */
  readonly #sessions = new Map<number, Session>();
  readonly #maxSessions: number;

  /** @param maxSessions More sessions than this evict the one unused for longest. */
  constructor(maxSessions: number) {
    this.#maxSessions = maxSessions;
  }

  /** How many sessions are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Opens the session that is named by the log index of its opening. */
  open(id: number): void {
    this.#sessions.set(id, { settledBelow: 1, replies: new Map() });
    if (this.#sessions.size <= this.#maxSessions) return;
    const oldest = this.#sessions.keys().next();
    if (!oldest.done) this.#sessions.delete(oldest.value);
  }

  /** Looks an operation up, and drops the replies that the client waits for no more. */
  lookUp({ session: id, sequence, settledBelow }: ClientCall): Lookup {
    const session = this.#sessions.get(id);
    if (session === undefined) return SESSION_UNKNOWN;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    if (settledBelow > session.settledBelow) {
      session.settledBelow = settledBelow;
      for (const number of session.replies.keys()) {
        if (number < settledBelow) session.replies.delete(number);
      }
    }
    if (sequence < session.settledBelow) return SETTLED;
    const reply = session.replies.get(sequence);
    return reply === undefined ? NEW : { kind: "done", reply };
  }

  /** Keeps the reply of an operation that was just executed. */
  record({ session, sequence }: ClientCall, reply: Uint8Array): void {
    this.#sessions.get(session)?.replies.set(sequence, reply);
  }

  /** Writes the whole table, in order of use: eviction must go on the same way after a restart. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#sessions.size);
    for (const [id, session] of this.#sessions) {
      writer.varint(id);
      writer.varint(session.settledBelow);
      writer.varint(session.replies.size);
      for (const [sequence, reply] of session.replies) {
        writer.varint(sequence);
        writer.bytes(reply);
      }
    }
  }

  /** Reads a table that `encode` wrote. Throws `WireError` for anything else. */
  static decode(reader: ByteReader, maxSessions: number): SessionTable {
    const table = new SessionTable(maxSessions);
    const count = reader.varint();
    for (let at = 0; at < count; at++) {
      const id = reader.varint();
      const session: Session = { settledBelow: reader.varint(), replies: new Map() };
      const replies = reader.varint();
      for (let reply = 0; reply < replies; reply++) {
        const sequence = reader.varint();
        // A copy: the snapshot's buffer must not be kept alive by one reply.
        session.replies.set(sequence, reader.bytes().slice());
      }
      table.#sessions.set(id, session);
    }
    return table;
  }
}
