import { END, LENGTH } from "../../fast/log_answers.ts";
import { READ } from "../../fast/register_table.ts";
import type { Memory } from "../../scratch.ts";
import { Masks, type Take } from "../texts/masks.ts";
import { Open } from "../texts/open.ts";
import type { Scene, SceneRules } from "../texts/search.ts";
import { ANY, type LogOperations } from "./operations.ts";

/**
 * What is open at a level, and what can be the next entry. A state is a length: of the entries it does not matter what they are but at
 * the places where they were read, and these say themselves what may come there. Rules (a), (b) and (h) of `Walk` hold; and two more:
 *
 * - **(l) Looking ahead.** An entry cannot come before its first gap (`LogTable`): who saw that it was not there yet is called later.
 * - **(t) The tail.** Where no entry was seen from the length on, and the operation that returns now is an append that can be any entry, it
 *   is placed and no other. Take a completion that begins with another append, `X`, and let the two change places. All appends fit all
 *   these places; looks find the same lengths; and `X` is still open where it goes to, as the other one returns first.
 */
export class LogScene extends Open implements Scene {
  readonly #operations: LogOperations;
  /** What was found out at a level, and at which. */
  readonly #moves: (readonly number[])[] = [];
  readonly #movesAt: number[] = [];

  constructor(operations: LogOperations, memory: Memory) {
    super(operations, memory);
    this.#operations = operations;
  }

  after(state: number): number {
    return state + 1;
  }

  moves(state: number): readonly number[] {
    if (this.#movesAt[state] === this.level) return this.#moves[state];
    this.#movesAt[state] = this.level;
    return this.#moves[state] = this.#movesFrom(state);
  }

  #movesFrom(state: number): readonly number[] {
    const { entry, low, ret, returns, op, letter, length, isFree } = this.#operations;
    const due = returns[this.level];
    if (state >= entry.length || low[state] >= ret[due]) return [];
    if (entry[state] !== ANY) return [entry[state], state + 1];
    if (state >= length && op[due] !== READ && isFree[letter[due]]) return [letter[due], state + 1];
    return this.letters.flatMap((one) => isFree[one] ? [one, state + 1] : []);
  }
}

/** What a configuration of a log is owed; its state is the length. */
export class LogRules extends Masks implements SceneRules {
  readonly bytes = 0;
  readonly mayHide = false;
  readonly #operations: LogOperations;
  readonly #scene: LogScene;

  constructor(operations: LogOperations, scene: LogScene) {
    super(scene);
    this.#operations = operations;
    this.#scene = scene;
  }

  arrive(row: Int32Array, take?: Take): void {
    this.enter(row);
    this.#settle(row, take);
  }

  place(row: Int32Array, slot: number, state: number, take?: Take): boolean {
    this.spend(row, slot);
    take?.(this.#scene.open[slot]);
    row[0] = state;
    return this.#settle(row, take);
  }

  /** (a): looks are taken as soon as they are met. */
  #settle(row: Int32Array, take?: Take): boolean {
    const { gets, open } = this.#scene;
    let isMet = false;
    for (let i = 0; i < gets.length; i++) {
      if (!this.isOwed(row, 0, gets[i]) || !this.#sees(row[0], open[gets[i]])) continue;
      this.meet(row, gets[i], take);
      isMet = true;
    }
    return isMet;
  }

  #sees(length: number, operation: number): boolean {
    const { look, place } = this.#operations;
    const at = place[operation];
    // Where there is no place (NaN), there is no entry.
    return look[operation] === END
      ? !(length > at)
      : look[operation] === LENGTH
      ? length === at
      : length > at;
  }

  /** A log only grows: a look that is owed, and saw fewer entries, cannot be met any more. */
  isDoomed(row: Int32Array): boolean {
    const { gets, open } = this.#scene;
    const { look, place } = this.#operations;
    for (let i = 0; i < gets.length; i++) {
      const k = open[gets[i]];
      if ((look[k] === END || look[k] === LENGTH) && row[0] > place[k] && this.isOwed(row, 0, gets[i])) {
        return true;
      }
    }
    return false;
  }
}
