import { hashOf, isSame } from "./same.ts";
import type { Answer, Operation } from "./types.ts";

/**
 * Which operations are equal in input and answer: equal operations are interchangeable, and do the same to every state.
 * Worked out when asked for, once for each operation of a history, whatever parts of it are looked at.
 */
export class Classes<Input, Output> {
  readonly #operations: readonly Operation<Input, Output>[];
  /** Class numbers plus one, by index in the history: with the recorded answer, and with none. */
  #answered: Int32Array = new Int32Array(0);
  #open: Int32Array = new Int32Array(0);
  /** By hash: the newest class with it, plus one; by class: the one before with the same. */
  #heads: Int32Array = new Int32Array(0);
  readonly #chain: number[] = [];
  /** By class: twice the index of its first operation, and one more if its answer does not count. */
  readonly #first: number[] = [];

  /** For the operations of one history. */
  constructor(operations: readonly Operation<Input, Output>[]) {
    this.#operations = operations;
  }

  /** The class of an operation of the history, with its answer or as if that had never come. */
  of(id: number, answer: Answer<Output>): number {
    if (this.#answered.length === 0) this.#begin();
    const table = answer.known ? this.#answered : this.#open;
    if (table[id] === 0) table[id] = this.#classify(id, answer) + 1;
    return table[id] - 1;
  }

  #begin(): void {
    const { length } = this.#operations;
    this.#answered = new Int32Array(length);
    this.#open = new Int32Array(length);
    this.#heads = new Int32Array(1 << (33 - Math.clz32(length)));
  }

  #classify(id: number, answer: Answer<Output>): number {
    const { input } = this.#operations[id];
    const asked = hashOf(input);
    const told = answer.known ? hashOf(answer.output) : 1;
    if (asked < 0 || told < 0) return this.#add(id, answer, 0) - 1;
    const place = (Math.imul(asked, 31) + told >>> 0) & (this.#heads.length - 1);
    for (let cls = this.#heads[place]; cls !== 0; cls = this.#chain[cls - 1]) {
      const first = this.#first[cls - 1];
      if ((first & 1) === (answer.known ? 1 : 0)) continue;
      const { input: other, outcome } = this.#operations[first >>> 1];
      if (!isSame(input, other)) continue;
      if (!answer.known || (outcome.status === "ok" && isSame(answer.output, outcome.output))) return cls - 1;
    }
    return (this.#heads[place] = this.#add(id, answer, this.#heads[place])) - 1;
  }

  /** A new class, behind another one in its chain; answers its number plus one. */
  #add(id: number, answer: Answer<Output>, before: number): number {
    this.#chain.push(before);
    return this.#first.push(2 * id + (answer.known ? 0 : 1));
  }
}
