/**
 * Indices of `values` in ascending order, equal values in the order of their indices.
 *
 * A radix sort on the bits of the numbers: a million time stamps in some 50 ms, where a comparator takes seconds.
 */
export function argsort(values: Float64Array): Int32Array {
  const count = values.length;
  let order: Int32Array = new Int32Array(count);
  let sorted = true;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    if (i > 0 && values[i] < values[i - 1]) sorted = false;
  }
  if (sorted) return order;
  const { low, high } = orderedBits(values);
  let spare: Int32Array = new Int32Array(count);
  const counts = new Int32Array(65536);
  for (const [word, shift] of [[low, 0], [low, 16], [high, 0], [high, 16]] as const) {
    counts.fill(0);
    for (let i = 0; i < count; i++) counts[(word[i] >>> shift) & 0xffff]++;
    // A digit that all numbers share moves nothing; small integers leave most digits so.
    if (counts[(word[0] >>> shift) & 0xffff] === count) continue;
    for (let digit = 0, start = 0; digit < 65536; digit++) {
      const size = counts[digit];
      counts[digit] = start;
      start += size;
    }
    for (let i = 0; i < count; i++) {
      const item = order[i];
      spare[counts[(word[item] >>> shift) & 0xffff]++] = item;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** Maps each number to 64 bits that compare, unsigned, as the numbers do. */
function orderedBits(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const count = values.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < count; i++) {
    // Adding zero turns -0 into 0, which must not sort before it.
    view.setFloat64(0, values[i] + 0);
    const top = view.getUint32(0);
    const bottom = view.getUint32(4);
    const negative = (top & 0x80000000) !== 0;
    high[i] = negative ? ~top : top | 0x80000000;
    low[i] = negative ? ~bottom : bottom;
  }
  return { low, high };
}
