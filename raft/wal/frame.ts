/**
 * Frames: one per group of writes, each vouching for itself and for the one before it.
 *
 * ```text
 * byte 0      magic
 *      1..4   length of the payload
 *      5..8   checksum of the frame before (of the file's header, for the first one)
 *      9..12  checksum of bytes 0..8, starting from the file's salt
 *      13..   payload, masked
 *      +4     checksum of the payload as it is on the disk, starting from the one of the head
 *      +1     end mark
 * ```
 *
 * Behind the last frame there is nothing, or zeros: room made beforehand, so that a sync need not store a new size.
 *
 * A group is one frame and one write, and the next group is written only after it was synced. So a file may end in one frame
 * that was never finished, and that frame was never acknowledged to anybody: it may be forgotten. Anything else that is not
 * whole was whole once, and forgetting it would break a promise.
 *
 * A frame that a crash tore lacks its end, or has sectors that were never written. Those read as zeros, since the file had
 * nothing or zeros there before. A whole frame has no sector of zeros: it begins and ends with marks, and the payload is
 * masked. So a bit that flipped in the last frame is told from a tear, and an acknowledged frame is not taken for an
 * unfinished one.
 * @module
 */

import { crc32c } from "./crc32c.ts";
import { mask } from "./mask.ts";

/** Bytes before the payload. */
export const HEAD_BYTES = 13;
/** Bytes behind the payload. */
export const TAIL_BYTES = 5;

/** Marks of several bits: no single flip makes a zero of one. */
const MAGIC = 0xd5;
const END = 0x6b;

/** The unit that a disk writes in one go. Larger sectors consist of whole ones of this size. */
const SECTOR_BYTES = 512;

/** What stands at an offset of a log. */
export type FrameReading =
  /** A whole frame that belongs here. */
  | {
    readonly kind: "whole";
    /** A copy, without its mask. */
    readonly payload: Uint8Array;
    /** Where the next one begins. */
    readonly end: number;
    /** What the next one must name as the frame before it. */
    readonly chain: number;
  }
  /** The file ends here. */
  | { readonly kind: "end" }
  /** The last write, which a crash tore: never acknowledged. */
  | { readonly kind: "torn" }
  /** Something that was whole once. */
  | { readonly kind: "damaged"; readonly why: string };

/** Fills in the head and the tail around a payload that lies in `frame` from `HEAD_BYTES` on. Returns the next chain value. */
export function sealFrame(frame: Uint8Array, salt: number, previous: number): number {
  const tail = frame.length - TAIL_BYTES;
  frame[0] = MAGIC;
  putU32(frame, 1, tail - HEAD_BYTES);
  putU32(frame, 5, previous);
  const headSum = crc32c(frame.subarray(0, 9), salt);
  putU32(frame, 9, headSum);
  const payload = frame.subarray(HEAD_BYTES, tail);
  mask(payload, headSum);
  const sum = crc32c(payload, headSum);
  putU32(frame, tail, sum);
  frame[frame.length - 1] = END;
  return sum;
}

/** Reads the frame at `offset` of a log file. */
export function readFrame(
  file: Uint8Array,
  { offset, salt, previous }: { readonly offset: number; readonly salt: number; readonly previous: number },
): FrameReading {
  const head = readHead(file, offset, salt);
  if (head === null) return judgeHeadless(file, offset, salt);
  // It may end beyond the file: then it was cut off.
  const end = offset + HEAD_BYTES + head.length + TAIL_BYTES;
  const sum = bodySum(file, head, offset, end);
  if (sum === null) return judgeBody(file, offset, end);
  if (head.previous !== previous) {
    return { kind: "damaged", why: "a whole frame, but of another place in the log" };
  }
  const payload = file.slice(offset + HEAD_BYTES, end - TAIL_BYTES);
  mask(payload, head.sum);
  return { kind: "whole", payload, end, chain: sum };
}

/** By hand, as in `readHead`: a view costs several times what it is to write or read here. */
function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

function u32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
}

interface Head {
  readonly length: number;
  readonly previous: number;
  readonly sum: number;
}

function readHead(file: Uint8Array, offset: number, salt: number): Head | null {
  if (offset + HEAD_BYTES > file.length || file[offset] !== MAGIC) return null;
  const sum = u32At(file, offset + 9);
  if (sum !== crc32c(file.subarray(offset, offset + 9), salt)) return null;
  return { length: u32At(file, offset + 1), previous: u32At(file, offset + 5), sum };
}

/** The checksum of the payload; null unless the frame is whole. */
function bodySum(file: Uint8Array, head: Head, offset: number, end: number): number | null {
  if (end > file.length || file[end - 1] !== END) return null;
  const tail = end - TAIL_BYTES;
  const stored = u32At(file, tail);
  return stored === crc32c(file.subarray(offset + HEAD_BYTES, tail), head.sum) ? stored : null;
}

/** The head is there, the rest does not match it: torn by a crash, or damaged later? */
function judgeBody(file: Uint8Array, from: number, end: number): FrameReading {
  const why = "a frame does not match its checksum";
  const torn = end > file.length || file[end - 1] === 0 || hasEmptySector(file, from, end);
  if (!torn) return { kind: "damaged", why };
  // Whoever wrote behind it had seen it synced.
  return hasBytes(file, end, file.length)
    ? { kind: "damaged", why: `${why}, and more follows it` }
    : { kind: "torn" };
}

/** There is no head: the end of the log, or torn by a crash, or damaged later? */
function judgeHeadless(file: Uint8Array, from: number, salt: number): FrameReading {
  const end = endOfBytes(file, from);
  if (end === from) return { kind: "end" };
  const why = "the head of a frame does not match its checksum";
  // Torn means that a part of the head itself is missing: it was cut off there, or its sector was lost. What lies further on
  // says nothing: that may be the next frame, which a crash tore, behind one that was acknowledged and damaged since.
  const headEnd = from + HEAD_BYTES;
  const sectorEnd = Math.ceil(headEnd / SECTOR_BYTES) * SECTOR_BYTES;
  const torn = end <= headEnd || !hasBytes(file, from, headEnd) ||
    hasEmptySector(file, from, Math.min(end, sectorEnd));
  if (!torn) return { kind: "damaged", why };
  for (let at = from + 1; at < end; at++) {
    const head = readHead(file, at, salt);
    // Whoever wrote that had seen this synced.
    if (head !== null && bodySum(file, head, at, at + HEAD_BYTES + head.length + TAIL_BYTES) !== null) {
      return { kind: "damaged", why: `${why}, and a whole frame follows it at byte ${at}` };
    }
  }
  return { kind: "torn" };
}

/** Where the last byte behind `from` that is not zero ends; `from` if there is none. */
function endOfBytes(file: Uint8Array, from: number): number {
  const { byteOffset } = file;
  let end = file.length;
  for (; end > from && (byteOffset + end) % 4 !== 0; end--) if (file[end - 1] !== 0) return end;
  // Room is long mostly: four bytes at a time.
  const start = Math.ceil((byteOffset + from) / 4) * 4;
  const count = (byteOffset + end - start) / 4;
  if (count > 0) {
    const words = new Int32Array(file.buffer, start, count);
    let left = count;
    while (left > 0 && words[left - 1] === 0) left--;
    end -= (count - left) * 4;
  }
  while (end > from && file[end - 1] === 0) end--;
  return end;
}

/** Whether a sector, or the part of one that lies in `[from, to)`, is all zeros. */
function hasEmptySector(file: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to;) {
    const sectorEnd = Math.min(to, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    if (!hasBytes(file, at, sectorEnd)) return true;
    at = sectorEnd;
  }
  return false;
}

/** Whether anything but zeros lies there. */
function hasBytes(file: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (file[at] !== 0) return true;
  return false;
}
