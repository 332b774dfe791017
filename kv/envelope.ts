/**
 * What the replicated log holds: commands with the session and number that make them run once.
 * @module
 */

import { ByteReader, ByteWriter } from "../runtime/bytes.ts";

/** An entry of the log, as the replication layer reads it. */
export type Envelope =
  /** A new leader's first own entry: it commits what earlier leaders left behind (paper section 5.4.2). */
  | { readonly kind: "noop" }
  /** Opens a session; its id is the index of this entry. */
  | { readonly kind: "open" }
  /** A client's operation. */
  | { readonly kind: "command"; readonly call: ClientCall };

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

/** The empty entry. */
export const NOOP: Uint8Array = new Uint8Array(0);

/** The entry that opens a session. */
export const OPEN_SESSION: Uint8Array = new Uint8Array([OPEN]);

/** The entry that holds a client's operation. */
export function encodeCommand(call: ClientCall): Uint8Array {
  const writer = new ByteWriter(call.command.length + 32);
  writer.u8(COMMAND);
  writer.varint(call.session);
  writer.varint(call.sequence);
  writer.varint(call.settledBelow);
  writer.bytes(call.command);
  return writer.take();
}

/** Reads an entry back. Throws `WireError` for bytes of another making, such as a newer version's. */
export function decodeEnvelope(entry: Uint8Array): Envelope {
  if (entry.length === 0) return { kind: "noop" };
  const reader = new ByteReader(entry);
  const kind = reader.u8();
  if (kind === OPEN) return { kind: "open" };
  if (kind !== COMMAND) throw new UnknownEntryError(kind);
  const call: ClientCall = {
    session: reader.varint(),
    sequence: reader.varint(),
    settledBelow: reader.varint(),
    command: reader.bytes(),
  };
  return { kind: "command", call };
}

/** The log holds an entry that this version does not understand: applying it by halves would split the replicas. */
export class UnknownEntryError extends Error {
  override readonly name = "UnknownEntryError";
  readonly code = "unknownEntry";

  constructor(kind: number) {
    super(
      `Cannot apply an entry of kind ${kind}: a newer version wrote it; upgrade this node before it goes on`,
    );
  }
}
