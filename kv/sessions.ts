/**
 * Exactly once: the table of client sessions, part of the replicated state. Dissertation section 6.3.
 *
 * A session is opened through the log and is named by the index of that entry, so an id that is not in the table was
 * evicted: it is *unknown*, never new, and a retry of something already done cannot run again. Within a session each
 * operation has a number; replies are kept until the client says that it waits for them no more.
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { ClientCall, SessionRules } from "./envelope.ts";

/** What the table knows of an operation that arrives. */
export type Lookup =
  /** Never seen: execute it. */
  | { readonly kind: "new" }
  /** Executed before: this was its reply. */
  | { readonly kind: "done"; readonly reply: Uint8Array }
  /** The client waits for it no more. A late duplicate: executed or not, it must not be now. */
  | { readonly kind: "settled" }
  /** Too far ahead of the oldest unsettled operation. */
  | { readonly kind: "windowExceeded" }
  /** The session is not in the table. */
  | { readonly kind: "sessionUnknown" };

interface Session {
  readonly ttlMs: number;
  usedMs: number;
  /** Every operation numbered below is settled. */
  settledBelow: number;
  /** Replies of operations from there on, by number. */
  readonly replies: Map<number, Uint8Array>;
}

/** Most operations of a session from the oldest unsettled one on: what one client can make every replica remember. */
export const MAX_WINDOW = 1024;

const NEW: Lookup = { kind: "new" };
const SETTLED: Lookup = { kind: "settled" };
const WINDOW_EXCEEDED: Lookup = { kind: "windowExceeded" };
const SESSION_UNKNOWN: Lookup = { kind: "sessionUnknown" };

/** The sessions of one replicated machine. Deterministic: equal tables that see the same calls stay equal. */
export class SessionTable {
  /** Least recently used first: a `Map` keeps insertion order, and every use re-inserts. */
  readonly #sessions = new Map<number, Session>();

  /** How many sessions are open. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Opens the session that is named by the log index of its opening. */
  open(id: number, nowMs: number, rules: SessionRules): void {
    this.#evictIdle(nowMs);
    this.#sessions.set(id, { ttlMs: rules.ttlMs, usedMs: nowMs, settledBelow: 1, replies: new Map() });
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= Math.max(1, rules.maxSessions)) return;
      this.#sessions.delete(oldest);
    }
  }

  /** Looks an operation up at log time `nowMs`, and drops the replies that the client waits for no more. */
  lookUp({ session: id, sequence, settledBelow }: ClientCall, nowMs: number): Lookup {
    this.#evictIdle(nowMs);
    const session = this.#sessions.get(id);
    if (session === undefined) return SESSION_UNKNOWN;
    session.usedMs = nowMs;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    if (settledBelow > session.settledBelow) {
      session.settledBelow = settledBelow;
      for (const number of session.replies.keys()) {
        if (number < settledBelow) session.replies.delete(number);
      }
    }
    if (sequence < session.settledBelow) return SETTLED;
    if (sequence >= session.settledBelow + MAX_WINDOW) return WINDOW_EXCEEDED;
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
      writer.varint(session.ttlMs);
      writer.varint(session.usedMs);
      writer.varint(session.settledBelow);
      writer.varint(session.replies.size);
      for (const [sequence, reply] of session.replies) {
        writer.varint(sequence);
        writer.bytes(reply);
      }
    }
  }

  /** Reads a table that `encode` wrote. Throws `WireError` for anything else. */
  static decode(reader: ByteReader): SessionTable {
    const table = new SessionTable();
    const count = reader.varint();
    for (let at = 0; at < count; at++) {
      const id = reader.varint();
      const session: Session = {
        ttlMs: reader.varint(),
        usedMs: reader.varint(),
        settledBelow: reader.varint(),
        replies: new Map(),
      };
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

  /** By log time, never by a local clock: all replicas evict at the same entry. */
  #evictIdle(nowMs: number): void {
    for (const [id, session] of this.#sessions) {
      if (nowMs - session.usedMs < session.ttlMs) return;
      this.#sessions.delete(id);
    }
  }
}
