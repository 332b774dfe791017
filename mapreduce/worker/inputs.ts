/**
 * Inputs as pieces of whole lines.
 * @module
 */

import type { Segment } from "../plan.ts";

/** Why an input cannot be read. */
export type InputErrorCode = "unreadable" | "damaged" | "tooLong";

/** An input that cannot be read. */
export class InputError extends Error {
  /** For messages. */
  override readonly name = "InputError";
  /**
   * `unreadable`: it is not there or refuses, and may not the next time. `damaged`: it cannot be unpacked. `tooLong`: a
   * line, or a whole file, is more than fits into memory.
   */
  readonly code: InputErrorCode;

  /** `message` names the input. */
  constructor(code: InputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An input being read from some place on. */
export interface InputStream {
  /** Fills the beginning of `into`; returns how many bytes came, 0 only at the end. Throws {@linkcode InputError}. */
  read(into: Uint8Array): Promise<number>;
  /** Lets go of it. */
  close(): Promise<void>;
}

/** Opens an input; `offset` counts bytes of the file, and is 0 for a compressed one, which comes out unpacked. */
export type OpenInput = (
  name: string,
  how: { readonly offset: number; readonly gzip: boolean },
) => Promise<InputStream>;

/** Some whole lines of an input. */
export interface Piece {
  /** A view that is used again: gone with the next piece. */
  readonly bytes: Uint8Array;
  /** Where in the unpacked input it begins. */
  readonly offset: number;
}

/** A line, or a file that must stay whole, may be this long. */
const MAX_PIECE_BYTES = 256 << 20;
const NEWLINE = 10;

/** Reads on until `buffer` is full or the input ends. */
async function fill(stream: InputStream, buffer: Uint8Array, from: number): Promise<number> {
  let at = from;
  while (at < buffer.length) {
    const count = await stream.read(buffer.subarray(at));
    if (count === 0) break;
    at += count;
  }
  return at;
}

function grow(buffer: Uint8Array, segment: Segment): Uint8Array<ArrayBuffer> {
  if (buffer.length >= MAX_PIECE_BYTES) {
    throw new InputError(
      "tooLong",
      `Cannot read ${segment.input}: a line or whole file of more than ${
        MAX_PIECE_BYTES >> 20
      } MB does not fit`,
    );
  }
  const grown = new Uint8Array(Math.min(MAX_PIECE_BYTES, buffer.length * 2));
  grown.set(buffer);
  return grown;
}

/**
 * The lines of a segment in pieces of about `pieceBytes`, or all in one piece.
 *
 * A segment owns the lines that begin in it. One that begins within a line leaves that line to its neighbour, which
 * reads it to its end.
 */
export async function* readPieces(
  open: OpenInput,
  segment: Segment,
  { pieceBytes, whole }: { readonly pieceBytes: number; readonly whole: boolean },
): AsyncGenerator<Piece> {
  const { input, gzip, fromByte } = segment;
  const toByte = gzip || whole ? Infinity : segment.toByte;
  if (toByte <= fromByte) return;
  const firstByte = Math.max(0, fromByte - 1);
  const stream = await open(input, { offset: firstByte, gzip });
  try {
    let buffer = new Uint8Array(pieceBytes);
    let offset = firstByte;
    let used = 0;
    let skipping = fromByte > 0;
    for (;;) {
      const filled = await fill(stream, buffer, used);
      const ended = filled < buffer.length;
      let start = 0;
      if (skipping) {
        const newline = buffer.subarray(0, filled).indexOf(NEWLINE);
        if (newline === -1 && !ended) {
          offset += filled;
          used = 0;
          continue;
        }
        skipping = false;
        start = newline === -1 ? filled : newline + 1;
      }
      if (offset + start >= toByte) return;
      const end = endOfLines(buffer, start, filled, { ended, last: toByte - offset - 1, whole });
      if (end > start) yield { bytes: buffer.subarray(start, end), offset: offset + start };
      if (ended || end > toByte - offset - 1) return;
      // Nothing but a piece of a line: it needs more room.
      if (end === 0) buffer = grow(buffer, segment);
      buffer.copyWithin(0, end, filled);
      offset += end;
      used = filled - end;
    }
  } finally {
    await stream.close();
  }
}

/** How far whole lines reach; the last line wanted ends with the first newline at `last` or behind it. */
function endOfLines(
  buffer: Uint8Array,
  start: number,
  filled: number,
  { ended, last, whole }: { readonly ended: boolean; readonly last: number; readonly whole: boolean },
): number {
  if (last < filled) {
    const newline = buffer.subarray(0, filled).indexOf(NEWLINE, Math.max(start, last));
    if (newline !== -1) return newline + 1;
  }
  if (ended) return filled;
  if (whole) return start;
  return Math.max(start, buffer.subarray(0, filled).lastIndexOf(NEWLINE, Math.min(filled - 1, last)) + 1);
}
