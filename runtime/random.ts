/**
 * A node's only source of chance: one seed, split by name.
 *
 * Splitting keys every consumer by its own label, so that a new draw in one place shifts no other.
 * @module
 */

/** Seeded chance. */
export interface Random {
  /** A number in [0, 1) with 32 random bits. */
  next(): number;
  /** An integer in [0, bound). Throws `RangeError` unless `bound` is an integer in 1..2^32. */
  below(bound: number): number;
  /** An integer in [low, high], both inclusive. */
  between(low: number, high: number): number;
  /** True with probability `probability`. */
  chance(probability: number): boolean;
  /** An independent generator that depends on this one's seed and `label` only, not on draws already made. */
  split(label: string): Random;
}

const MIX_1 = 0x85ebca6b;
const MIX_2 = 0xc2b2ae35;

/** A well-spread 32-bit hash of two 32-bit numbers (the finaliser of MurmurHash3 over both). */
export function mix(left: number, right: number): number {
  let hash = Math.imul(left ^ (right >>> 16) ^ (right << 16), 0x9e3779b1) ^ right;
  hash = Math.imul(hash ^ (hash >>> 16), MIX_1);
  hash = Math.imul(hash ^ (hash >>> 13), MIX_2);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A 32-bit hash of a string, for keying a generator by name. */
export function hashLabel(label: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < label.length; at++) {
    hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193);
  }
  return mix(hash, label.length);
}

/** sfc32 by Chris Doty-Humphrey: 128 bits of state, passes the usual batteries, a few nanoseconds a draw. */
class Sfc32 implements Random {
  readonly #seedHigh: number;
  readonly #seedLow: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seedHigh: number, seedLow: number) {
    this.#seedHigh = seedHigh;
    this.#seedLow = seedLow;
    this.#a = seedLow | 0;
    this.#b = seedHigh | 0;
    this.#c = mix(seedHigh, seedLow) | 0;
    for (let round = 0; round < 12; round++) this.#draw();
  }

  #draw(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  next(): number {
    return this.#draw() / 4294967296;
  }

  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new RangeError(`Cannot draw below ${bound}: give an integer from 1 to 2^32`);
    }
    return Math.floor(this.next() * bound);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  split(label: string): Random {
    const key = hashLabel(label);
    return new Sfc32(mix(this.#seedHigh, key), mix(this.#seedLow ^ 0x5bd1e995, key));
  }
}

/**
 * A generator that always gives the same draws for the same seed.
 *
 * @param seed A safe integer; the whole 53 bits count.
 * @example The same seed gives the same draws
 * ```ts
 * import { seededRandom } from "@flotilla/flotilla/runtime";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seededRandom(7).below(100), seededRandom(7).below(100));
 * assertEquals(seededRandom(7).split("disk").next(), seededRandom(7).split("disk").next());
 * ```
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Cannot seed with ${seed}: give a safe integer`);
  const magnitude = Math.abs(seed);
  return new Sfc32(Math.floor(magnitude / 4294967296) ^ (seed < 0 ? 0x80000000 : 0), magnitude >>> 0);
}
