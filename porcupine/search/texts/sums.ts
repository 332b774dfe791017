/** Numbers in a row, and the sums of any that lie together: each in a time that goes by the logarithm of their count. */
export class Sums {
  /** At `i`: the sum of as many numbers up to the `i`-th as the last one bit of `i` says. */
  readonly #tree: Int32Array;

  /** `tree`: zeros, one more than there are numbers. */
  constructor(tree: Int32Array) {
    this.#tree = tree;
  }

  /** Adds to one number. */
  add(at: number, by: number): void {
    for (let i = at + 1; i < this.#tree.length; i += i & -i) this.#tree[i] += by;
  }

  /** The sum from one on to just before another. */
  between(from: number, to: number): number {
    return this.#before(to) - this.#before(from);
  }

  #before(end: number): number {
    let sum = 0;
    for (let i = end; i > 0; i -= i & -i) sum += this.#tree[i];
    return sum;
  }
}
