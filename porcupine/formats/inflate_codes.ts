/**
 * The codes of a block of deflate data, as tables (RFC 1951, section 3.2).
 *
 * @module
 */
import { codesOf } from "../picture/huffman.ts";
import { type CodeTable, type PackedBytes, PackedError } from "./packed_bytes.ts";

/** The two codes of a block. */
export interface BlockCodes {
  readonly symbols: CodeTable;
  readonly distances: CodeTable;
}

/** The order in which deflate stores the lengths of the codes for code lengths. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
/** 14 bits, 19 times 3, and 320 times a code of 7 bits with 7 more. */
export const CODE_LENGTHS_MOST_BYTES = 640;

/** The codes of blocks that bring none. */
export const FIXED: BlockCodes = {
  symbols: tableOf(Uint8Array.from({ length: 288 }, (_, i) => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
  distances: tableOf(new Uint8Array(32).fill(5)),
};

/** Reads the codes at the head of a block. */
export function codesOfBlock(source: PackedBytes): BlockCodes {
  const symbols = source.bits(5) + 257;
  const distances = source.bits(5) + 1;
  const stored = source.bits(4) + 4;
  const lengths = new Uint8Array(19);
  for (let i = 0; i < stored; i++) lengths[LENGTH_ORDER[i]] = source.bits(3);
  const all = readLengths(source, tableOf(lengths), symbols + distances);
  // Without an end the block would swallow what follows it.
  if (all[256] === 0) throw new PackedError("a block without an end");
  return { symbols: tableOf(all.subarray(0, symbols)), distances: tableOf(all.subarray(symbols)) };
}

function readLengths(source: PackedBytes, table: CodeTable, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  for (let i = 0; i < count;) {
    const symbol = source.symbol(table);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw new PackedError("a length that repeats nothing");
    const value = symbol === 16 ? lengths[i - 1] : 0;
    const times = symbol === 16
      ? 3 + source.bits(2)
      : symbol === 17
      ? 3 + source.bits(3)
      : 11 + source.bits(7);
    if (i + times > count) throw new PackedError("more lengths of codes than codes");
    lengths.fill(value, i, i += times);
  }
  return lengths;
}

function tableOf(lengths: Uint8Array): CodeTable {
  const bits = lengths.reduce((most, length) => Math.max(most, length), 1);
  let used = 0;
  for (const length of lengths) if (length > 0) used += 1 << (bits - length);
  // Two symbols of one code. Codes that are never used may be missing: a block without matches has no distances.
  if (used > 1 << bits) throw new PackedError("more codes than there can be");
  const entries = new Uint16Array(1 << bits);
  codesOf(lengths).forEach((code, symbol) => {
    const length = lengths[symbol];
    if (length === 0) return;
    for (let at = code; at < entries.length; at += 1 << length) entries[at] = symbol << 4 | length;
  });
  return { entries, bits };
}
