import { READ } from "../../fast/register_table.ts";
import { NEVER } from "../../history.ts";
import type { Memory } from "../../scratch.ts";
import { EMPTY, UNSEEN } from "./beginnings.ts";
import { Heads } from "./heads.ts";
import { Open } from "./open.ts";
import type { TextOperations } from "./operations.ts";
import { Sums } from "./sums.ts";

/** What is open at a level of the search, and what can still be seen from there. */
export class Present extends Open {
  readonly #operations: TextOperations;
  readonly #heads: Heads;
  /** By operation: the first return of a put from there on. */
  readonly #putBy: Int32Array;
  /** By operation: the get that returns first from there on; -1: none. */
  readonly #getFrom: Int32Array;
  /** By get: the last put that it can have begun with; -1: none. */
  readonly #lastHead: Int32Array;
  /** How many gets can still see each answer; those that are called before `#entered` have been counted. */
  readonly #seers: Sums;
  #entered = 0;
  /** What was found out at a level, and at which. */
  readonly #isSeen: boolean[] = [];
  readonly #seenAt: number[] = [];
  readonly #moves: (readonly number[])[] = [];
  readonly #movesAt: number[] = [];

  constructor(operations: TextOperations, memory: Memory) {
    super(operations, memory);
    const { count, op, letter, isPut, ret, beginnings } = operations;
    this.#operations = operations;
    this.#heads = new Heads(operations);
    this.#putBy = memory.int32(count + 1).fill(NEVER);
    this.#getFrom = memory.int32(count + 1).fill(-1);
    this.#lastHead = memory.int32(count);
    for (let k = count - 1; k >= 0; k--) {
      const next = this.#getFrom[k + 1];
      const isGet = op[k] === READ;
      this.#getFrom[k] = isGet && (next < 0 || ret[k] < ret[next]) ? k : next;
      this.#putBy[k] = this.#putBy[k + 1];
      if (isGet) this.#lastHead[k] = this.#heads.lastBefore(k);
      else if (isPut[letter[k]]) this.#putBy[k] = Math.min(this.#putBy[k], ret[k]);
    }
    this.#seers = new Sums(memory.int32(beginnings.answers.length + 1));
    this.#countSeers(this.#putBy[this.called]);
  }

  override forward(): void {
    const { returns, op, answer } = this.#operations;
    const gone = returns[this.level];
    super.forward();
    if (op[gone] === READ) this.#seers.add(answer[gone], -1);
    this.#countSeers(this.#putBy[this.called]);
  }

  /** Of the gets that are still to be called only those count that are called before any put that is still to be called must return. */
  #countSeers(horizon: number): void {
    const { op, answer, call, count } = this.#operations;
    for (; this.#entered < count && call[this.#entered] < horizon; this.#entered++) {
      if (op[this.#entered] === READ) this.#seers.add(answer[this.#entered], 1);
    }
  }

  /** Whether a get that has not returned can find a text that begins with a state, if no put comes before it. */
  isSeen(state: number): boolean {
    if (this.#seenAt[state] === this.level) return this.#isSeen[state];
    const { low, high } = this.#operations.beginnings;
    this.#seenAt[state] = this.level;
    return this.#isSeen[state] = this.#seers.between(low[state], high[state]) > 0;
  }

  /** The state after an operation, as seen from this level. */
  after(state: number, letter: number): number {
    const { beginnings, isPut } = this.#operations;
    const next = beginnings.after(isPut[letter] ? EMPTY : state, letter);
    return this.isSeen(next) ? next : UNSEEN;
  }

  /** What open operations make of a state that is seen then: letter and state, in turn. */
  moves(state: number): readonly number[] {
    if (this.#movesAt[state] === this.level) return this.#moves[state];
    const moves: number[] = [];
    for (const letter of this.letters) {
      const next = this.after(state, letter);
      if (next !== UNSEEN) moves.push(letter, next);
    }
    this.#movesAt[state] = this.level;
    return this.#moves[state] = moves;
  }

  /** The get that returns first among those that are still to be called; -1: none. */
  get nextGet(): number {
    return this.#getFrom[this.called];
  }

  /** The open puts that a get can have begun with, as letters. */
  headsOf(get: number): readonly number[] {
    return this.#heads.of[this.#operations.answer[get]];
  }

  /** Whether a put that it can have begun with is still to be called. */
  awaitsHead(get: number): boolean {
    return this.#lastHead[get] >= this.called;
  }
}
