/**
 * What the log holds: commands with the session and number that make them run once, and how long their leader had led.
 * @module
 */

import { ByteReader, ByteWriter } from "../runtime/bytes.ts";

/** An entry of the log, as the replication layer reads it. `ledMs`: how long the leader had led when it proposed it. */
export type Envelope =
  /** A new leader's first own entry: it commits what earlier leaders left behind (paper section 5.4.2). */
  | { readonly kind: "noop"; readonly ledMs: 0 }
  /** Opens a session; its id is the index of this entry. */
  | { readonly kind: "open"; readonly ledMs: number; readonly rules: SessionRules }
  /** A client's operation. */
  | { readonly kind: "command"; readonly ledMs: number; readonly call: ClientCall }
  /** An operation of the group itself, proposed once. */
  | { readonly kind: "plain"; readonly ledMs: number; readonly command: Uint8Array }
  /** Nothing but time has passed. */
  | { readonly kind: "tick"; readonly ledMs: number };

/** How long sessions last. In the log, so that replicas with different settings still agree. */
export interface SessionRules {
  /** A session unused for this long, in log time, is evicted. */
  readonly ttlMs: number;
  /** More sessions than this evict the one unused for longest. */
  readonly maxSessions: number;
}

/** A client's operation, as often as it may be sent. */
export interface ClientCall {
  /** The session's id, as its opening gave it. */
  readonly session: number;
  /** The operation's number in its session, from 1. A number is never used for a second operation. */
  readonly sequence: number;
  /** The client waits for no operation numbered below this: it has the reply, or has given up. */
  readonly settledBelow: number;
  /** What the machine is to do. */
  readonly command: Uint8Array;
}

const OPEN = 1;
const COMMAND = 2;
const TICK = 3;
const PLAIN = 4;

/** The empty entry. */
export const NOOP: Uint8Array = new Uint8Array(0);

/** The entry that opens a session. */
export function encodeOpen(ledMs: number, rules: SessionRules): Uint8Array {
  const writer = new ByteWriter(24);
  writer.u8(OPEN);
  writer.varint(ledMs);
  writer.varint(rules.ttlMs);
  writer.varint(rules.maxSessions);
  return writer.take();
}

/** The entry that holds a client's operation. */
export function encodeCommand(ledMs: number, call: ClientCall): Uint8Array {
  const writer = new ByteWriter(call.command.length + 40);
  writer.u8(COMMAND);
  writer.varint(ledMs);
  writer.varint(call.session);
  writer.varint(call.sequence);
  writer.varint(call.settledBelow);
  writer.raw(call.command);
  return writer.take();
}

/** The entry that holds an operation without a session. */
export function encodePlain(ledMs: number, command: Uint8Array): Uint8Array {
  const writer = new ByteWriter(command.length + 16);
  writer.u8(PLAIN);
  writer.varint(ledMs);
  writer.raw(command);
  return writer.take();
}

/** The entry that says that time has passed. */
export function encodeTick(ledMs: number): Uint8Array {
  const writer = new ByteWriter(8);
  writer.u8(TICK);
  writer.varint(ledMs);
  return writer.take();
}

/**
 * Reads an entry back; commands are views of it.
 * Throws `UnknownEntryError` for an entry of a newer version, `WireError` for one of nobody's making.
 */
export function decodeEnvelope(entry: Uint8Array): Envelope {
  if (entry.length === 0) return { kind: "noop", ledMs: 0 };
  const reader = new ByteReader(entry);
  const kind = reader.u8();
  if (kind < OPEN || kind > PLAIN) throw new UnknownEntryError(kind);
  const ledMs = reader.varint();
  if (kind === TICK) return { kind: "tick", ledMs };
  if (kind === PLAIN) return { kind: "plain", ledMs, command: reader.raw(reader.remaining) };
  if (kind === OPEN) {
    return { kind: "open", ledMs, rules: { ttlMs: reader.varint(), maxSessions: reader.varint() } };
  }
  const call: ClientCall = {
    session: reader.varint(),
    sequence: reader.varint(),
    settledBelow: reader.varint(),
    command: reader.raw(reader.remaining),
  };
  return { kind: "command", ledMs, call };
}

/** The log holds an entry that this version does not understand: applying it by halves would split the replicas. */
export class UnknownEntryError extends Error {
  /** The class, for logs. */
  override readonly name = "UnknownEntryError";
  /** Always the same. */
  readonly code = "unknownEntry";

  /** `kind` is the entry's first byte. */
  constructor(kind: number) {
    super(
      `Cannot apply an entry of kind ${kind}: a newer version wrote it; upgrade this node before it goes on`,
    );
  }
}

/** What the opening of a session answers. */
export interface Opened {
  /** The session's id. */
  readonly id: number;
  /** Unused for this long, in log time, it is evicted. */
  readonly ttlMs: number;
}

/** The reply of an `open` entry. */
export function encodeOpened(opened: Opened): Uint8Array {
  const writer = new ByteWriter(16);
  writer.varint(opened.id);
  writer.varint(opened.ttlMs);
  return writer.take();
}

/** Reads the reply of an `open` entry. */
export function decodeOpened(reply: Uint8Array): Opened {
  const reader = new ByteReader(reply);
  return { id: reader.varint(), ttlMs: reader.varint() };
}
