/**
 * Intermediate files: sorted runs of records in checksummed frames, a list of the runs at the end.
 *
 * A frame is its length, the CRC-32C of its body and the body; a record is key, value and how often the value follows
 * itself. The list stands last, so that a file cut short anywhere is known for what it is.
 * @module
 */

/** The body of a frame is closed when it is this long. */
export const FRAME_BYTES = 32 << 10;
/** Length and checksum before each body. */
export const FRAME_HEAD_BYTES = 8;
/** Where the list of runs begins, its checksum, the mark of the format. */
export const TRAILER_BYTES = 16;
/** "MRF1". */
export const TRAILER_MARK = 0x3146524d;

/** A sorted run within a file. */
export interface Run {
  readonly fromByte: number;
  readonly toByte: number;
  readonly records: number;
}

/** A file that is not what its writer left. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
  readonly code = "damaged";
  /** The file. */
  readonly path: string;

  constructor(path: string, what: string) {
    super(`Cannot read ${path}: ${what}; it must be made again`);
    this.path = path;
  }
}

/** A file that is read step by step, without waiting: `reduce` takes its values from a plain iterable. */
export interface StreamFile {
  /** The size when it was opened. */
  readonly sizeBytes: number;
  /** Fills `into` from `offset` on; returns how many bytes there were. */
  read(into: Uint8Array, offset: number): number;
  /** Lets go of it. */
  close(): void;
}

/** Opens files of the shared folder for reading. Throws `DiskError` (`missing`). */
export type OpenStream = (path: string) => StreamFile;

/** `bytes[start, end)` as a string; short ASCII without the decoder. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 24) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at++) {
    const code = bytes[at];
    if (code > 0x7f) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(code);
  }
  return text;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Compares two byte strings as `memcmp` does: the order of code points, which is not that of JavaScript's `<`. */
export function compareBytes(
  left: Uint8Array,
  leftStart: number,
  leftEnd: number,
  right: Uint8Array,
  rightStart: number,
  rightEnd: number,
): number {
  const leftLength = leftEnd - leftStart;
  const rightLength = rightEnd - rightStart;
  const length = Math.min(leftLength, rightLength);
  for (let at = 0; at < length; at++) {
    const difference = left[leftStart + at] - right[rightStart + at];
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** The first four bytes as a number that sorts like them; missing ones count as zero. */
export function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = length > 0 ? bytes[start] << 24 : 0;
  const second = length > 1 ? bytes[start + 1] << 16 : 0;
  const third = length > 2 ? bytes[start + 2] << 8 : 0;
  return (first | second | third | (length > 3 ? bytes[start + 3] : 0)) >>> 0;
}
