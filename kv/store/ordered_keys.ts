/**
 * Keys in order: a sorted list of sorted blocks, which is a B-tree of two levels.
 *
 * The order is that of JavaScript's `<` on strings (UTF-16 code units). Up to a few million keys an insertion moves at most a
 * block of keys and a list of blocks, both short runs of memory; deeper trees would only add pointers.
 * @module
 */

/** A block is split in two when it has more keys than this. */
const MAX_BLOCK = 512;

/** See the module's page. */
export class OrderedKeys {
  /** None is empty; the last key of each is below the first of the next. */
  #blocks: string[][] = [];
  #size = 0;

  /** Keys now held. */
  get size(): number {
    return this.#size;
  }

  /** Adds `key`; harmless if it is there. */
  add(key: string): void {
    if (this.#blocks.length === 0) this.#blocks.push([]);
    const number = this.#blockOf(key);
    const block = this.#blocks[number];
    const at = lowerBound(block, key);
    if (block[at] === key) return;
    block.splice(at, 0, key);
    this.#size++;
    if (block.length > MAX_BLOCK) this.#blocks.splice(number + 1, 0, block.splice(block.length >> 1));
  }

  /** Takes `key` out; harmless if it is not there. */
  delete(key: string): void {
    if (this.#size === 0) return;
    const number = this.#blockOf(key);
    const block = this.#blocks[number];
    const at = lowerBound(block, key);
    if (block[at] !== key) return;
    block.splice(at, 1);
    this.#size--;
    if (block.length === 0) this.#blocks.splice(number, 1);
  }

  /** All keys from `key` on (itself included), in order. The keys must not change meanwhile. */
  *from(key: string): Generator<string, void, void> {
    if (this.#size === 0) return;
    const first = this.#blockOf(key);
    for (let number = first; number < this.#blocks.length; number++) {
      const block = this.#blocks[number];
      for (let at = number === first ? lowerBound(block, key) : 0; at < block.length; at++) yield block[at];
    }
  }

  /** The block in which `key` is or would be: the last one whose first key is not above it. */
  #blockOf(key: string): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle][0] <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The first position whose key is not below `key`. */
function lowerBound(block: readonly string[], key: string): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (block[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
