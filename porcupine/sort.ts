import { type Memory, OWN_ARRAYS } from "./scratch.ts";

/** Up to so many items merging is faster than counting digits: most histories are small, or nearly in order. */
const MERGE_LIMIT = 4096;

/** Somebody who looks at the clock now and then, and throws when time is up (`Budget.tick`); and where arrays come from. */
export interface Ticker {
  /** To be called in each short round of a long loop. */
  tick(round: number): void;
  /** Where the answer is put. */
  readonly scratch: Memory;
}

const NOBODY: Ticker = { tick: () => {}, scratch: OWN_ARRAYS };

/**
 * Indices of `values` in ascending order, equal values in the order of their indices.
 *
 * Large arrays are sorted by the bits of the numbers: a million time stamps in some 50 ms, where a comparator takes seconds.
 */
export function argsort(values: Float64Array, ticker: Ticker = NOBODY): Int32Array {
  const count = values.length;
  const order = ticker.scratch.int32(count);
  let sorted = true;
  for (let i = 0; i < count; i++) {
    ticker.tick(i);
    order[i] = i;
    if (i > 0 && values[i] < values[i - 1]) sorted = false;
  }
  if (sorted || insertionSort(values, order, ticker)) return order;
  for (let i = 0; i < count; i++) order[i] = i;
  return count <= MERGE_LIMIT ? mergeSort(values, order) : radixSort(values, order, ticker);
}

/** Times of a recording are nearly in order; gives up, with false, if these are not. */
function insertionSort(values: Float64Array, order: Int32Array, ticker: Ticker): boolean {
  let steps = 16 * values.length;
  for (let i = 1; i < values.length; i++) {
    ticker.tick(i);
    const value = values[i];
    let at = i;
    for (; at > 0 && values[order[at - 1]] > value; at--) order[at] = order[at - 1];
    order[at] = i;
    steps -= i - at;
    if (steps < 0) return false;
  }
  return true;
}

/** Merges runs of 1, 2, 4, ...; runs that are in order already are left alone. */
function mergeSort(values: Float64Array, start: Int32Array): Int32Array {
  const count = values.length;
  let order = start;
  let spare: Int32Array = new Int32Array(count);
  for (let width = 1; width < count; width *= 2) {
    for (let low = 0; low < count; low += 2 * width) {
      const middle = Math.min(low + width, count);
      const high = Math.min(middle + width, count);
      if (middle >= high || values[order[middle - 1]] <= values[order[middle]]) {
        for (let i = low; i < high; i++) spare[i] = order[i];
        continue;
      }
      for (let i = low, left = low, right = middle; i < high; i++) {
        const takeLeft = right >= high || (left < middle && values[order[left]] <= values[order[right]]);
        spare[i] = takeLeft ? order[left++] : order[right++];
      }
    }
    [order, spare] = [spare, order];
  }
  return order;
}

function radixSort(values: Float64Array, start: Int32Array, ticker: Ticker): Int32Array {
  const count = values.length;
  let order = start;
  const { low, high } = orderedBits(values, ticker);
  let spare: Int32Array = new Int32Array(count);
  const counts = new Int32Array(65536);
  for (const [word, shift] of [[low, 0], [low, 16], [high, 0], [high, 16]] as const) {
    counts.fill(0);
    for (let i = 0; i < count; i++) counts[(word[i] >>> shift) & 0xffff]++;
    // A digit that all numbers share moves nothing; small integers leave most digits so.
    if (counts[(word[0] >>> shift) & 0xffff] === count) continue;
    for (let digit = 0, next = 0; digit < 65536; digit++) {
      const size = counts[digit];
      counts[digit] = next;
      next += size;
    }
    for (let i = 0; i < count; i++) {
      ticker.tick(i);
      const item = order[i];
      spare[counts[(word[item] >>> shift) & 0xffff]++] = item;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** Maps each number to 64 bits that compare, unsigned, as the numbers do. */
function orderedBits(values: Float64Array, ticker: Ticker): { low: Uint32Array; high: Uint32Array } {
  const count = values.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const float = new Float64Array(1);
  const words = new Uint32Array(float.buffer);
  // Which of the two words comes first is the machine's choice.
  float[0] = -1;
  const top = words[1] === 0 ? 0 : 1;
  for (let i = 0; i < count; i++) {
    ticker.tick(i);
    // Adding zero turns -0 into 0, which must not sort before it.
    float[0] = values[i] + 0;
    const upper = words[top];
    const lower = words[1 - top];
    const negative = (upper & 0x80000000) !== 0;
    high[i] = negative ? ~upper : upper | 0x80000000;
    low[i] = negative ? ~lower : lower;
  }
  return { low, high };
}
