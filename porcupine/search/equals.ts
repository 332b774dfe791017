/** What is asked of a walk. */
interface Candidates {
  readonly problem: { readonly count: number; readonly cls: Int32Array; readonly ret: Int32Array };
  /** The candidates for the next decision. */
  readonly found: Int32Array;
  /** Whether an open operation has to be placed yet. */
  isOwed(nodes: Int32Array, at: number, operation: number): boolean;
}

/** Leaves out, of the candidates for the next decision, those that equal ones stand for: reduction (h), proved in `Walk`. */
export class Equals {
  readonly #walk: Candidates;
  /** By class, while its `#seen` is the stamp: the open operation that returns first, and the first of those owed. */
  readonly #seen: Int32Array;
  readonly #first: Int32Array;
  readonly #firstOwed: Int32Array;
  #stamp = 0;

  constructor(walk: Candidates) {
    const { count } = walk.problem;
    this.#walk = walk;
    this.#seen = new Int32Array(count);
    this.#first = new Int32Array(count);
    this.#firstOwed = new Int32Array(count);
  }

  /** Of the first `count` candidates keeps those that are needed, and answers how many. */
  drop(nodes: Int32Array, at: number, count: number): number {
    const { found, problem: { cls, ret } } = this.#walk;
    const first = this.#first;
    const firstOwed = this.#firstOwed;
    this.#stamp++;
    for (let i = 0; i < count; i++) {
      const operation = found[i];
      const c = cls[operation];
      if (this.#seen[c] !== this.#stamp) {
        this.#seen[c] = this.#stamp;
        first[c] = operation;
        firstOwed[c] = -1;
      } else if (returnsLater(ret, first[c], operation)) first[c] = operation;
      if (!this.#walk.isOwed(nodes, at, operation)) continue;
      if (firstOwed[c] < 0 || returnsLater(ret, firstOwed[c], operation)) firstOwed[c] = operation;
    }
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const operation = found[i];
      const c = cls[operation];
      if (operation === first[c] || (operation === firstOwed[c] && !this.#walk.isOwed(nodes, at, first[c]))) {
        found[kept++] = operation;
      }
    }
    return kept;
  }
}

/** Whether `left` returns after `right`; lost answers count as last, by call. */
function returnsLater(ret: Int32Array, left: number, right: number): boolean {
  return ret[left] > ret[right] || (ret[left] === ret[right] && left > right);
}
