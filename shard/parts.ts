/**
 * A shard that is too large for one message comes piece by piece. What has come stands in the log of its new owner, so that
 * whoever leads next asks for the rest of it only.
 * @module
 */

import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { ShardId } from "./placement.ts";

/**
 * How long a piece is. The network refuses messages of 64 MiB, and long before that one is so long on its way that leaders are
 * taken for dead behind it.
 */
export const PIECE_BYTES: number = 1 << 20;

/** Some of a shard's contents. */
export interface Piece {
  /** Where it begins in them. */
  readonly offset: number;
  /** How long all of them are. */
  readonly sizeBytes: number;
  /** The bytes. */
  readonly contents: Uint8Array;
}

/** What has come so far of a shard that moves. */
export interface Part {
  /** The shard. */
  readonly shard: ShardId;
  /** The map that moves it here. */
  readonly number: number;
  /** How long its contents are. */
  readonly sizeBytes: number;
  /** How many of these bytes have come, from the first one on. */
  readonly receivedBytes: number;
  /** They, as they came. */
  readonly pieces: readonly Uint8Array[];
}

/** The piece of `contents` from `offset` on. */
export function cutPiece(contents: Uint8Array, offset: number, pieceBytes: number): Piece {
  return {
    offset,
    sizeBytes: contents.length,
    contents: contents.subarray(offset, offset + pieceBytes),
  };
}

/**
 * `part` and the piece that follows on it. A piece that does not follow changes nothing: it came twice, or was asked for by a
 * leader that knew less.
 */
export function addPiece(
  part: Part | undefined,
  { shard, number, offset, sizeBytes, contents }: Piece & Pick<Part, "shard" | "number">,
): Part {
  const before = part !== undefined && part.sizeBytes === sizeBytes
    ? part
    : { shard, number, sizeBytes, receivedBytes: 0, pieces: [] };
  const receivedBytes = before.receivedBytes + contents.length;
  if (offset !== before.receivedBytes || receivedBytes > sizeBytes) return before;
  // A copy: the log entry that brought it must not be kept alive, nor the buffer around it.
  return { ...before, receivedBytes, pieces: [...before.pieces, contents.slice()] };
}

/** All that has come, as one. */
export function joinPieces({ receivedBytes, pieces }: Part): Uint8Array {
  const contents = new Uint8Array(receivedBytes);
  let at = 0;
  for (const piece of pieces) {
    contents.set(piece, at);
    at += piece.length;
  }
  return contents;
}

/** Writes parts. */
export function writeParts(writer: ByteWriter, parts: readonly Part[]): void {
  writer.varint(parts.length);
  for (const { shard, number, sizeBytes, pieces } of parts) {
    writer.varint(shard);
    writer.varint(number);
    writer.varint(sizeBytes);
    writer.varint(pieces.length);
    for (const piece of pieces) writer.bytes(piece);
  }
}

/** Reads what `writeParts` wrote. */
export function readParts(reader: ByteReader): Part[] {
  const parts: Part[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const [shard, number, sizeBytes] = [reader.varint(), reader.varint(), reader.varint()];
    const pieces: Uint8Array[] = [];
    let receivedBytes = 0;
    for (let more = reader.varint(); more > 0; more--) {
      // A copy: the snapshot's buffer must not be kept alive by one shard.
      const piece = reader.bytes().slice();
      receivedBytes += piece.length;
      pieces.push(piece);
    }
    parts.push({ shard, number, sizeBytes, receivedBytes, pieces });
  }
  return parts;
}
