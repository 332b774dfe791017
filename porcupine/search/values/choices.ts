/** Numbers that a choice takes: the choice before it (-1 or less: a beginning), its operation and its level. */
const SIZE = 3;

/** Which operations were placed, and at which level: each configuration knows the last choice that led to it. */
export class Choices {
  /** How many there are; whoever goes back makes it less. */
  count = 0;
  #rows: Int32Array;

  /** `rows`: where the first ones are kept. */
  constructor(rows: Int32Array) {
    this.#rows = rows;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#rows.byteLength;
  }

  /** An operation is placed after what led to `before`. */
  add(before: number, operation: number, level: number): void {
    const at = this.count * SIZE;
    if (at + SIZE > this.#rows.length) {
      const rows = new Int32Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[at] = before;
    this.#rows[at + 1] = operation;
    this.#rows[at + 2] = level;
    this.count++;
  }

  /** The choices that led to one, in order, and the beginning that they go back to. */
  trail(last: number): { readonly choices: readonly number[]; readonly root: number } {
    const choices: number[] = [];
    let at = last;
    for (; at >= 0; at = this.#rows[at * SIZE]) choices.push(at);
    return { choices: choices.reverse(), root: at };
  }

  /** The operation and the level of each of them, in turn, and `tail` behind them. */
  path(choices: readonly number[], tail: Int32Array): Int32Array {
    const path = new Int32Array(choices.length * 2 + tail.length);
    for (let i = 0; i < choices.length; i++) {
      path[2 * i] = this.#rows[choices[i] * SIZE + 1];
      path[2 * i + 1] = this.#rows[choices[i] * SIZE + 2];
    }
    path.set(tail, choices.length * 2);
    return path;
  }
}
