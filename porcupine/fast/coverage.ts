/** How many stretches cover each of a row of gaps; all questions and changes take logarithmic time. */
export class Coverage {
  readonly #size: number;
  /** Per node of the tree: least and greatest count below it, and what was added to all of it. */
  readonly #least: Int32Array;
  readonly #most: Int32Array;
  readonly #added: Int32Array;

  /** Nothing covers any of `gaps` gaps. */
  constructor(gaps: number) {
    this.#size = 1;
    while (this.#size < gaps) this.#size *= 2;
    this.#least = new Int32Array(2 * this.#size);
    this.#most = new Int32Array(2 * this.#size);
    this.#added = new Int32Array(2 * this.#size);
  }

  /** Adds to the count of the gaps from `from` to `to`. */
  add(from: number, to: number, amount: number): void {
    this.#add(1, 0, this.#size - 1, { from, to, amount });
  }

  /** The first gap from `from` on that is covered (or, with `false`, is not); -1 if there is none. */
  next(from: number, covered: boolean): number {
    return this.#next(1, 0, this.#size - 1, { from, covered, outside: 0 });
  }

  #add(
    node: number,
    low: number,
    high: number,
    change: { readonly from: number; readonly to: number; readonly amount: number },
  ): void {
    const { from, to, amount } = change;
    if (to < low || high < from) return;
    if (from <= low && high <= to) {
      this.#least[node] += amount;
      this.#most[node] += amount;
      this.#added[node] += amount;
      return;
    }
    const middle = (low + high) >>> 1;
    this.#add(2 * node, low, middle, change);
    this.#add(2 * node + 1, middle + 1, high, change);
    this.#least[node] = this.#added[node] + Math.min(this.#least[2 * node], this.#least[2 * node + 1]);
    this.#most[node] = this.#added[node] + Math.max(this.#most[2 * node], this.#most[2 * node + 1]);
  }

  #next(
    node: number,
    low: number,
    high: number,
    search: { readonly from: number; readonly covered: boolean; readonly outside: number },
  ): number {
    const { from, covered, outside } = search;
    if (high < from) return -1;
    if (covered ? this.#most[node] + outside === 0 : this.#least[node] + outside > 0) return -1;
    if (low === high) return low;
    const inner = { from, covered, outside: outside + this.#added[node] };
    const middle = (low + high) >>> 1;
    const left = this.#next(2 * node, low, middle, inner);
    return left >= 0 ? left : this.#next(2 * node + 1, middle + 1, high, inner);
  }
}

/** Whole numbers at places; all questions and changes take logarithmic time. */
export class Lowest {
  readonly #size: number;
  readonly #least: Float64Array;

  /** No place has a number. */
  constructor(places: number) {
    this.#size = 1;
    while (this.#size < places) this.#size *= 2;
    this.#least = new Float64Array(2 * this.#size).fill(Infinity);
  }

  /** Gives a place a number; `Infinity` takes it away. */
  set(place: number, number: number): void {
    let node = this.#size + place;
    this.#least[node] = number;
    for (node >>>= 1; node >= 1; node >>>= 1) {
      this.#least[node] = Math.min(this.#least[2 * node], this.#least[2 * node + 1]);
    }
  }

  /** The first place from `from` to `to` whose number is below `bound`; -1 if there is none. */
  below(from: number, to: number, bound: number): number {
    return this.#below(1, 0, this.#size - 1, { from, to, bound });
  }

  /** The first place from `from` to `to` of which no other there has a lower number; -1 if none has a number. */
  least(from: number, to: number): number {
    const least = this.#lowest(1, 0, this.#size - 1, { from, to });
    return least === Infinity ? -1 : this.#below(1, 0, this.#size - 1, { from, to, bound: least + 1 });
  }

  #lowest(
    node: number,
    low: number,
    high: number,
    range: { readonly from: number; readonly to: number },
  ): number {
    if (high < range.from || range.to < low) return Infinity;
    if (range.from <= low && high <= range.to) return this.#least[node];
    const middle = (low + high) >>> 1;
    return Math.min(
      this.#lowest(2 * node, low, middle, range),
      this.#lowest(2 * node + 1, middle + 1, high, range),
    );
  }

  #below(
    node: number,
    low: number,
    high: number,
    range: { readonly from: number; readonly to: number; readonly bound: number },
  ): number {
    if (high < range.from || range.to < low || this.#least[node] >= range.bound) return -1;
    if (low === high) return low;
    const middle = (low + high) >>> 1;
    const left = this.#below(2 * node, low, middle, range);
    return left >= 0 ? left : this.#below(2 * node + 1, middle + 1, high, range);
  }
}
