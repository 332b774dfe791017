/**
 * A writer of raw deflate data (RFC 1951). Every browser unpacks it by itself, fast and away from the page's script; what
 * packs it in the host is asynchronous, and a picture should be one call.
 *
 * @module
 */
import { codeLengths, codesOf } from "./huffman.ts";

const LEAST_MATCH = 3;
const LONGEST_MATCH = 258;
const WINDOW = 32768;
const HASH_BITS = 15;
/** How many earlier places are tried: more pack a little better and take much longer. */
const CHAIN = 16;
/** A match this long is taken without looking further. */
const GOOD_MATCH = 64;
/** Tokens that share one set of codes. */
const BLOCK_TOKENS = 65536;
const END_OF_BLOCK = 256;

/** The order in which deflate stores the lengths of the codes for code lengths. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Packs bytes; `DecompressionStream("deflate-raw")` unpacks them. */
export function deflate(data: Uint8Array): Uint8Array {
  const tokens = tokenize(data);
  const bits = new BitWriter(data.length / 3 + 1024);
  for (let from = 0; from === 0 || from < tokens.length; from += BLOCK_TOKENS) {
    const to = Math.min(tokens.length, from + BLOCK_TOKENS);
    writeBlock(bits, tokens.subarray(from, to), to === tokens.length);
  }
  return bits.finish();
}

/** A literal is its byte; a match is its length in the bits from 16 on and its distance, less one, below. */
function tokenize(data: Uint8Array): Int32Array {
  const tokens = new Int32Array(data.length);
  const finder = new MatchFinder(data);
  let count = 0;
  let at = 0;
  let here = finder.find(0);
  while (at < data.length) {
    const next = at + 1 < data.length ? finder.find(at + 1) : 0;
    // One step of patience: a longer match may begin at the next byte.
    if (here >>> 16 < LEAST_MATCH || next >>> 16 > here >>> 16) {
      tokens[count++] = data[at++];
      here = next;
      continue;
    }
    tokens[count++] = here;
    const end = at + (here >>> 16);
    for (let skipped = at + 2; skipped < end; skipped++) finder.add(skipped);
    at = end;
    here = at < data.length ? finder.find(at) : 0;
  }
  return tokens.subarray(0, count);
}

/** Finds earlier occurrences of what follows; places must be asked for, or added, in order. */
class MatchFinder {
  readonly #data: Uint8Array;
  readonly #heads = new Int32Array(1 << HASH_BITS).fill(-1);
  readonly #before = new Int32Array(WINDOW);

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** Remembers a place. */
  add(at: number): void {
    if (at + LEAST_MATCH > this.#data.length) return;
    const hash = this.#hash(at);
    this.#before[at & (WINDOW - 1)] = this.#heads[hash];
    this.#heads[hash] = at;
  }

  /** The longest match at a place, as a token; 0 if there is none. Remembers the place. */
  find(at: number): number {
    const data = this.#data;
    const most = Math.min(LONGEST_MATCH, data.length - at);
    if (most < LEAST_MATCH) return 0;
    let candidate = this.#heads[this.#hash(at)];
    let best = 0;
    let distance = 0;
    for (let tries = CHAIN; candidate >= 0 && at - candidate < WINDOW && tries > 0; tries--) {
      if (data[candidate + best] === data[at + best]) {
        let length = 0;
        while (length < most && data[candidate + length] === data[at + length]) length++;
        if (length > best) {
          best = length;
          distance = at - candidate;
          if (length >= GOOD_MATCH || length === most) break;
        }
      }
      candidate = this.#before[candidate & (WINDOW - 1)];
    }
    this.add(at);
    return best < LEAST_MATCH ? 0 : best << 16 | (distance - 1);
  }

  #hash(at: number): number {
    const data = this.#data;
    const word = data[at] | data[at + 1] << 8 | data[at + 2] << 16;
    return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
  }
}

/** Lengths and distances are written as a symbol for their size and the bits below it. */
interface Coded {
  readonly symbol: number;
  readonly extraBits: number;
  readonly extra: number;
}

/** Table of section 3.2.5, as arithmetic. */
function lengthSymbol(length: number): Coded {
  if (length === LONGEST_MATCH) return { symbol: 285, extraBits: 0, extra: 0 };
  const x = length - LEAST_MATCH;
  if (x < 8) return { symbol: 257 + x, extraBits: 0, extra: 0 };
  const extraBits = 29 - Math.clz32(x);
  return { symbol: 257 + extraBits * 4 + (x >> extraBits), extraBits, extra: x & ((1 << extraBits) - 1) };
}

function distanceSymbol(less: number): Coded {
  if (less < 4) return { symbol: less, extraBits: 0, extra: 0 };
  const extraBits = 30 - Math.clz32(less);
  return { symbol: extraBits * 2 + (less >> extraBits), extraBits, extra: less & ((1 << extraBits) - 1) };
}

const LENGTH_SYMBOLS: readonly Coded[] = Array.from(
  { length: LONGEST_MATCH + 1 },
  (_, length) => lengthSymbol(Math.max(length, LEAST_MATCH)),
);

function writeBlock(bits: BitWriter, tokens: Int32Array, last: boolean): void {
  const literalCounts = new Uint32Array(286);
  const distanceCounts = new Uint32Array(30);
  literalCounts[END_OF_BLOCK] = 1;
  for (const token of tokens) {
    if (token < 256) literalCounts[token]++;
    else {
      literalCounts[LENGTH_SYMBOLS[token >>> 16].symbol]++;
      distanceCounts[distanceSymbol(token & 0xffff).symbol]++;
    }
  }
  // A block without a match still has to name one distance code.
  if (distanceCounts.every((count) => count === 0)) distanceCounts[0] = 1;
  const literalLengths = codeLengths(literalCounts, 15);
  const distanceLengths = codeLengths(distanceCounts, 15);
  bits.write(last ? 1 : 0, 1);
  bits.write(2, 2);
  writeCodes(bits, literalLengths, distanceLengths);
  const literalCodes = codesOf(literalLengths);
  const distanceCodes = codesOf(distanceLengths);
  for (const token of tokens) {
    if (token < 256) {
      bits.write(literalCodes[token], literalLengths[token]);
      continue;
    }
    const length = LENGTH_SYMBOLS[token >>> 16];
    bits.write(literalCodes[length.symbol], literalLengths[length.symbol]);
    bits.write(length.extra, length.extraBits);
    const distance = distanceSymbol(token & 0xffff);
    bits.write(distanceCodes[distance.symbol], distanceLengths[distance.symbol]);
    bits.write(distance.extra, distance.extraBits);
  }
  bits.write(literalCodes[END_OF_BLOCK], literalLengths[END_OF_BLOCK]);
}

/** The code lengths themselves, run lengths shortened, in codes of their own (section 3.2.7). */
function writeCodes(bits: BitWriter, literals: Uint8Array, distances: Uint8Array): void {
  const literalCount = Math.max(257, lastUsed(literals) + 1);
  const distanceCount = Math.max(1, lastUsed(distances) + 1);
  const all = [...literals.subarray(0, literalCount), ...distances.subarray(0, distanceCount)];
  const runs = runLengths(all);
  const counts = new Uint32Array(19);
  for (const { symbol } of runs) counts[symbol]++;
  const lengths = codeLengths(counts, 7);
  const codes = codesOf(lengths);
  let used = LENGTH_ORDER.length;
  while (used > 4 && lengths[LENGTH_ORDER[used - 1]] === 0) used--;
  bits.write(literalCount - 257, 5);
  bits.write(distanceCount - 1, 5);
  bits.write(used - 4, 4);
  for (let i = 0; i < used; i++) bits.write(lengths[LENGTH_ORDER[i]], 3);
  for (const { symbol, extraBits, extra } of runs) {
    bits.write(codes[symbol], lengths[symbol]);
    bits.write(extra, extraBits);
  }
}

function lastUsed(lengths: Uint8Array): number {
  return lengths.findLastIndex((length) => length > 0);
}

/** 16: the length before, 3 to 6 times; 17: 3 to 10 zeros; 18: 11 to 138 zeros. */
function runLengths(lengths: readonly number[]): Coded[] {
  const runs: Coded[] = [];
  for (let at = 0; at < lengths.length;) {
    const length = lengths[at];
    let run = 1;
    while (at + run < lengths.length && lengths[at + run] === length) run++;
    if (length === 0 && run >= 11) {
      run = Math.min(run, 138);
      runs.push({ symbol: 18, extraBits: 7, extra: run - 11 });
    } else if (length === 0 && run >= 3) runs.push({ symbol: 17, extraBits: 3, extra: run - 3 });
    else if (run >= 4) {
      run = Math.min(run, 7);
      runs.push({ symbol: length, extraBits: 0, extra: 0 }, { symbol: 16, extraBits: 2, extra: run - 4 });
    } else {
      run = 1;
      runs.push({ symbol: length, extraBits: 0, extra: 0 });
    }
    at += run;
  }
  return runs;
}

/** Writes bits, the low ones first. */
class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #held = 0;
  #count = 0;

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(Math.ceil(sizeBytes));
  }

  write(value: number, count: number): void {
    this.#held |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) this.#byte();
  }

  finish(): Uint8Array {
    while (this.#count > 0) this.#byte();
    return this.#bytes.subarray(0, this.#length);
  }

  #byte(): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = this.#held & 0xff;
    this.#held >>>= 8;
    this.#count -= 8;
  }
}
