/** Configurations of one level, in one typed array, each with the decision it came of and a flag. */
export class Layer {
  /** How many there are. */
  count = 0;
  /** The configurations. */
  nodes: Int32Array;
  /** Room for one configuration that is being made. */
  readonly scratch: Int32Array;

  readonly #size: number;
  #parents: Int32Array;

  /** `size`: integers in a configuration. */
  constructor(size: number) {
    this.#size = size;
    this.nodes = new Int32Array(16 * size);
    this.scratch = new Int32Array(size);
    this.#parents = new Int32Array(32);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.nodes.byteLength + this.#parents.byteLength;
  }

  /** Where configuration `index` begins. */
  at(index: number): number {
    return index * this.#size;
  }

  /** The decision it came of; -1 for the first. */
  parent(index: number): number {
    return this.#parents[index * 2];
  }

  /** The flag it was added with. */
  flag(index: number): boolean {
    return this.#parents[index * 2 + 1] === 1;
  }

  /** Forgets all. */
  clear(): void {
    this.count = 0;
  }

  /** Forgets all but the first `count`. */
  truncate(count: number): void {
    this.count = count;
  }

  /** Copies a configuration in. */
  add(source: Int32Array, at: number, parent: number, flag: boolean): void {
    const base = this.count * this.#size;
    if (base + this.#size > this.nodes.length) {
      const nodes = new Int32Array(this.nodes.length * 2);
      nodes.set(this.nodes);
      this.nodes = nodes;
      const parents = new Int32Array(this.#parents.length * 2);
      parents.set(this.#parents);
      this.#parents = parents;
    }
    for (let i = 0; i < this.#size; i++) this.nodes[base + i] = source[at + i];
    this.#parents[this.count * 2] = parent;
    this.#parents[this.count * 2 + 1] = flag ? 1 : 0;
    this.count++;
  }

  /** Moves a configuration to a lower place. */
  move(from: number, to: number): void {
    if (from === to) return;
    this.nodes.copyWithin(to * this.#size, from * this.#size, (from + 1) * this.#size);
    this.#parents[to * 2] = this.#parents[from * 2];
    this.#parents[to * 2 + 1] = this.#parents[from * 2 + 1];
  }

  /** Drops each configuration that another one of the same state dominates; see `FrontierSearch`. */
  dropDominated(words: number): void {
    if (this.count < 2) return;
    const groups = new Map<number, number[]>();
    let kept = 0;
    const order = this.#bySpending();
    const dropped = new Uint8Array(this.count);
    for (const i of order) {
      const state = this.nodes[i * this.#size];
      let group = groups.get(state);
      if (group === undefined) groups.set(state, group = []);
      let least = true;
      // Long groups are compared in part only: keeping too many is merely slow.
      for (let g = 0; least && g < group.length && g < 512; g++) least = !this.#dominates(group[g], i, words);
      if (least) group.push(i);
      else dropped[i] = 1;
    }
    for (let i = 0; i < this.count; i++) if (dropped[i] === 0) this.move(i, kept++);
    this.count = kept;
  }

  /** Those with fewer bits first: a configuration is dominated only by one with no more bits. */
  #bySpending(): number[] {
    const bits = new Int32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      for (let w = 1; w < this.#size; w++) bits[i] += popcount(this.nodes[i * this.#size + w]);
    }
    return [...bits.keys()].sort((a, b) => bits[a] - bits[b] || a - b);
  }

  #dominates(left: number, right: number, words: number): boolean {
    const a = left * this.#size + 1;
    const b = right * this.#size + 1;
    for (let i = 0; i < 2 * words; i++) if ((this.nodes[a + i] & ~this.nodes[b + i]) !== 0) return false;
    return true;
  }
}

function popcount(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
