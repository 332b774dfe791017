import { type Memory, OWN_ARRAYS } from "../scratch.ts";
import type { Value } from "../types.ts";

/** Numbers for values, 0, 1, 2, ... in the order in which they are met. */
export class ValueNumbers {
  /** How many values have a number. */
  count = 0;
  readonly #others = new Map<Value, number>();
  /** For small whole numbers, which most histories write: the number plus one. Far faster than a map. */
  readonly #small: Int32Array;

  /** `expected`: about how many values there will be. */
  constructor(expected: number, memory: Memory = OWN_ARRAYS) {
    this.#small = memory.int32(2 * expected + 64);
  }

  /** The number of a value. */
  of(value: Value): number {
    const small = this.#small;
    if (typeof value === "number" && value >= 0 && value < small.length && (value | 0) === value) {
      // Whether it was met before, nobody can guess: without a branch this takes half as long.
      const isNew = (small[value] - 1) >>> 31;
      this.count += isNew;
      return (small[value] |= -isNew & this.count) - 1;
    }
    const known = this.#others.get(value);
    if (known !== undefined) return known;
    this.#others.set(value, this.count);
    return this.count++;
  }
}

/** Items sorted into buckets, in the order in which they were given: linear, and in three arrays. */
export class Buckets {
  /** The items, bucket after bucket. */
  readonly items: Int32Array;
  readonly #starts: Int32Array;

  /** `bucketOf[i]` is the bucket of item `i`, -1 for none. */
  constructor(bucketOf: Int32Array, buckets: number, memory: Memory = OWN_ARRAYS) {
    const starts = memory.int32(buckets + 1);
    for (let i = 0; i < bucketOf.length; i++) if (bucketOf[i] >= 0) starts[bucketOf[i] + 1]++;
    for (let b = 0; b < buckets; b++) starts[b + 1] += starts[b];
    this.items = memory.int32(starts[buckets]);
    const next = memory.int32(buckets + 1);
    next.set(starts);
    for (let i = 0; i < bucketOf.length; i++) if (bucketOf[i] >= 0) this.items[next[bucketOf[i]]++] = i;
    this.#starts = starts;
  }

  /** Where a bucket begins in `items`. */
  start(bucket: number): number {
    return this.#starts[bucket];
  }

  /** Where it ends. */
  end(bucket: number): number {
    return this.#starts[bucket + 1];
  }

  /** Whether a bucket has items. */
  has(bucket: number): boolean {
    return this.#starts[bucket] < this.#starts[bucket + 1];
  }
}
