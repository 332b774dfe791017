/**
 * Huffman codes as deflate wants them (RFC 1951, section 3.2.2): lengths limited, codes assigned by length.
 *
 * @module
 */

/** The code lengths, none above `limit`, that write symbols of these frequencies shortest. 0: the symbol does not occur. */
export function codeLengths(frequencies: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const leaves: Package[] = [];
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    if (frequencies[symbol] > 0) leaves.push({ weight: frequencies[symbol], symbols: [symbol] });
  }
  if (leaves.length === 0) return lengths;
  if (leaves.length === 1) {
    lengths[leaves[0].symbols[0]] = 1;
    return lengths;
  }
  leaves.sort((a, b) => a.weight - b.weight || a.symbols[0] - b.symbols[0]);
  // Package-merge (Larmore and Hirschberg 1990): a symbol's length is how often it occurs in the cheapest 2n - 2 packages.
  let packages: Package[] = [];
  for (let level = 0; level < limit; level++) packages = merge(leaves, pair(packages));
  for (const { symbols } of packages.slice(0, 2 * leaves.length - 2)) for (const s of symbols) lengths[s]++;
  return lengths;
}

interface Package {
  readonly weight: number;
  readonly symbols: readonly number[];
}

function pair(packages: readonly Package[]): Package[] {
  const pairs: Package[] = [];
  for (let i = 0; i + 1 < packages.length; i += 2) {
    const [a, b] = [packages[i], packages[i + 1]];
    pairs.push({ weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] });
  }
  return pairs;
}

function merge(left: readonly Package[], right: readonly Package[]): Package[] {
  const merged: Package[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const takeLeft = r >= right.length || (l < left.length && left[l].weight <= right[r].weight);
    merged.push(takeLeft ? left[l++] : right[r++]);
  }
  return merged;
}

/** The codes that go with code lengths, bits already turned round: deflate writes them from the top. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(16);
  for (const length of lengths) if (length > 0) counts[length]++;
  const next = new Uint16Array(17);
  for (let length = 1; length <= 15; length++) next[length + 1] = (next[length] + counts[length]) << 1;
  return Uint16Array.from(lengths, (length) => length === 0 ? 0 : reversed(next[length]++, length));
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= (code >> bit & 1) << (length - 1 - bit);
  return out;
}
