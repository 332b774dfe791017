import { READ } from "../../fast/register_table.ts";
import { EMPTY, UNSEEN } from "./beginnings.ts";
import type { TextOperations } from "./operations.ts";

const NONE: readonly number[] = [];

/** With which puts an answer can have begun. */
export class Heads {
  /** By answer: the puts with whose text it begins, as letters. */
  readonly of: readonly (readonly number[])[];

  readonly #operations: TextOperations;
  /** By letter: the operations, ascending; only of puts with which an answer begins. */
  readonly #own: (number[] | undefined)[] = [];

  constructor(operations: TextOperations) {
    this.#operations = operations;
    this.of = headsOf(operations);
    const { count, op, letter } = operations;
    for (const heads of this.of) for (const head of heads) this.#own[head] ??= [];
    for (let k = 0; k < count; k++) if (op[k] !== READ) this.#own[letter[k]]?.push(k);
  }

  /** The last such put that was called before a get returned; -1: none. */
  lastBefore(get: number): number {
    const { answer, ret } = this.#operations;
    let last = -1;
    for (const head of this.of[answer[get]]) {
      last = Math.max(last, this.#lastOf(this.#own[head] ?? NONE, ret[get]));
    }
    return last;
  }

  /** The last of some operations, ascending, that was called before a rank; -1: none. */
  #lastOf(operations: readonly number[], rank: number): number {
    const { call } = this.#operations;
    let low = 0;
    let high = operations.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (call[operations[middle]] < rank) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : operations[low - 1];
  }
}

/** Of two texts with which an answer begins one begins with the other: so the rows of answers that begin with them are nested. */
function headsOf({ isPut, beginnings }: TextOperations): (readonly number[])[] {
  const { low, high, length, answers } = beginnings;
  const stateOf = (letter: number): number => beginnings.after(EMPTY, letter);
  const puts = Array.from(isPut.keys()).filter((letter) => isPut[letter] && stateOf(letter) !== UNSEEN);
  puts.sort((a, b) => low[stateOf(a)] - low[stateOf(b)] || length[stateOf(a)] - length[stateOf(b)]);
  const open: number[] = [];
  let next = 0;
  let list = NONE;
  return answers.map((_, answer) => {
    const first = next;
    const before = open.length;
    while (open.length > 0 && high[stateOf(open[open.length - 1])] <= answer) open.pop();
    const isShorter = open.length < before;
    while (next < puts.length && low[stateOf(puts[next])] === answer) open.push(puts[next++]);
    // Answers in a row mostly begin alike.
    return list = isShorter || next > first ? [...open] : list;
  });
}
