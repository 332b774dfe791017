/**
 * Numbers of keys, in the order of the keys: a sorted list of sorted blocks, which is a B-tree of two levels.
 *
 * Up to a few million keys an insertion moves at most a block of numbers and a list of blocks, both short runs of memory; deeper trees would
 * only add pointers.
 * @module
 */

/** A block is split in two when it is full. */
const MAX_BLOCK = 512;
const FIRST_BLOCK = 8;

/** Where the key that is looked for lies as seen from that of `id`: below 0 before it, 0 at it, above 0 behind it. */
export type Compare = (id: number) => number;

interface Block {
  ids: Uint32Array;
  count: number;
}

/** See the module's page. It knows the keys only by how they compare. */
export class OrderedIds {
  /** None is empty; the last key of each is below the first of the next. */
  readonly #blocks: Block[] = [];

  /** Puts `id` where `compare` says; its key must not be there. */
  add(id: number, compare: Compare): void {
    if (this.#blocks.length === 0) return this.append(id);
    const number = this.#blockOf(compare);
    const at = lowerBound(this.#blocks[number], compare);
    // Keys that come in their order fill blocks to the end.
    if (number === this.#blocks.length - 1 && at === this.#blocks[number].count) return this.append(id);
    let block = this.#blocks[number];
    let place = at;
    if (block.count === MAX_BLOCK) {
      const half = MAX_BLOCK >> 1;
      const upper = { ids: block.ids.slice(half), count: MAX_BLOCK - half };
      this.#blocks.splice(number + 1, 0, upper);
      block.count = half;
      if (place > half) {
        block = upper;
        place -= half;
      }
    }
    grow(block);
    block.ids.copyWithin(place + 1, place, block.count);
    block.ids[place] = id;
    block.count++;
  }

  /** Puts `id` behind all others. */
  append(id: number): void {
    let block = this.#blocks[this.#blocks.length - 1];
    if (block === undefined || block.count === MAX_BLOCK) {
      block = { ids: new Uint32Array(FIRST_BLOCK), count: 0 };
      this.#blocks.push(block);
    }
    grow(block);
    block.ids[block.count++] = id;
  }

  /** Takes out the one at which `compare` gives 0; harmless if there is none. */
  delete(compare: Compare): void {
    if (this.#blocks.length === 0) return;
    const number = this.#blockOf(compare);
    const block = this.#blocks[number];
    const at = lowerBound(block, compare);
    if (at === block.count || compare(block.ids[at]) !== 0) return;
    block.ids.copyWithin(at, at + 1, block.count);
    block.count--;
    if (block.count === 0) this.#blocks.splice(number, 1);
  }

  /** All from the first on whose key is not before the one that is looked for; null for all. They must not change meanwhile. */
  *from(compare: Compare | null): Generator<number, void, void> {
    if (this.#blocks.length === 0) return;
    const first = compare === null ? 0 : this.#blockOf(compare);
    const start = compare === null ? 0 : lowerBound(this.#blocks[first], compare);
    for (let number = first; number < this.#blocks.length; number++) {
      const { ids, count } = this.#blocks[number];
      for (let at = number === first ? start : 0; at < count; at++) yield ids[at];
    }
  }

  /** The block in which the key is or would be: the last one whose first key is not above it. */
  #blockOf(compare: Compare): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compare(this.#blocks[middle].ids[0]) >= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function grow(block: Block): void {
  if (block.count < block.ids.length) return;
  const wider = new Uint32Array(Math.min(MAX_BLOCK, block.ids.length * 2));
  wider.set(block.ids);
  block.ids = wider;
}

/** The first position whose key is not below the one that is looked for. */
function lowerBound({ ids, count }: Block, compare: Compare): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(ids[middle]) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
