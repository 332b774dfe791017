import { UNSEEN } from "./beginnings.ts";
import { Masks, type Take } from "./masks.ts";
import type { TextOperations } from "./operations.ts";
import type { Present } from "./present.ts";

/**
 * The rules on a configuration of a text, `[state, spent words, owed words]`, as in `Walk`, where (a), (b), (c) and (h) are proved. A
 * state is a text with which an answer still to come begins, or *unseen*, which stands for all other texts.
 *
 * **(u) Unseen.** At a level, a get *can see* a text if it has not returned, its answer begins with that text, and it is called before
 * the horizon: the first return of a put that is still to be called. Let no get see the text `t` of a configuration. *Then in no
 * completion a get comes before the next put*: its answer would begin with `t`; so it is called after the horizon; so the put that
 * returns there, which has not been placed, as it has not been called, comes before it. Hence:
 *
 * - One text that no get can see is as good as another: what comes before the next put is legal after either, as there is no get, and
 *   what comes from the next put on is the same. They are one state, which appends do not change.
 * - In that state an owed append or put becomes optional, as in (n): *nothing is lost*, since optional allows more than owed; *nothing is
 *   gained wrongly*, since what is never placed later can be inserted here, where it is open: whatever the text is then, no get is met
 *   before the next put. And what leads to unseen is never placed if it is optional: a completion that does so is one without it.
 * - **(u') Only what returns now leads there.** Let an operation `X` lead to unseen, and not be the one that returns at this level, `D`.
 *   Then it is not placed. Let a completion begin with `X`, then appends `A`, and then the next put `P`, if there is one. Either `D` is
 *   among `A`, and owed: then it can stand before `X`, as all of them are open, or called before `D` returns, and no get is between; that
 *   completion begins with `D`. (If `D` is optional it can be left out.) Or `D` is not among `A` and must be placed: then it is `P`, or
 *   comes after it, so all of `X` and `A` are open here, `P` may be placed at once, and what it absorbs is what went before. Or `D` need
 *   not be placed: the configuration goes on to the next level as it is. By induction on the length of the completion one is found.
 *
 * **(e) Looking ahead.** A get that is owed, or the one that will return first of those still to be called, has to be met. If its answer
 * does not begin with the text, it needs a put with whose text it begins, open and unspent, or still to be called before it returns. If
 * there is none the configuration has no completion.
 */
export class Rules extends Masks {
  readonly #operations: TextOperations;
  readonly #present: Present;

  constructor(operations: TextOperations, present: Present) {
    super(present);
    this.#operations = operations;
    this.#present = present;
  }

  readonly mayHide = true;

  /** Bytes held. */
  get bytes(): number {
    return this.#operations.beginnings.bytes;
  }

  /** Brings a configuration of the level before to this one. */
  arrive(row: Int32Array, take?: Take): void {
    this.enter(row);
    // Who could see it has returned.
    if (!this.#present.isSeen(row[0])) row[0] = UNSEEN;
    this.#settle(row, take);
  }

  /** Places the operation in a slot, which leads to a state; answers whether a get was met. */
  place(row: Int32Array, slot: number, state: number, take?: Take): boolean {
    const { open } = this.#present;
    this.spend(row, slot);
    if (this.#operations.isPut[this.#operations.letter[open[slot]]]) this.release(row, take);
    take?.(open[slot]);
    row[0] = state;
    return this.#settle(row, take);
  }

  /** Takes what does nothing here: gets that find their answer (a), and what nobody sees (u). Answers whether a get was among it. */
  #settle(row: Int32Array, take?: Take): boolean {
    const { gets, open } = this.#present;
    const { answer, beginnings } = this.#operations;
    const state = row[0];
    if (state === UNSEEN) {
      this.release(row, take);
      return false;
    }
    let isMet = false;
    for (let i = 0; i < gets.length; i++) {
      const slot = gets[i];
      if (!this.isOwed(row, 0, slot) || !beginnings.is(state, answer[open[slot]])) continue;
      this.meet(row, slot, take);
      isMet = true;
    }
    return isMet;
  }

  /** Rule (e). */
  isDoomed(row: Int32Array): boolean {
    const { gets, open, nextGet } = this.#present;
    for (let i = 0; i < gets.length; i++) {
      if (this.isOwed(row, 0, gets[i]) && !this.#mayMeet(row, open[gets[i]])) return true;
    }
    return nextGet >= 0 && !this.#mayMeet(row, nextGet);
  }

  #mayMeet(row: Int32Array, get: number): boolean {
    const { answer, beginnings } = this.#operations;
    if (beginnings.begins(row[0], answer[get]) || this.#present.awaitsHead(get)) return true;
    const { slotsOf } = this.#present;
    for (const letter of this.#present.headsOf(get)) {
      const own = slotsOf[letter];
      for (let i = 0; i < own.length; i++) if (!this.isSpent(row, 0, own[i])) return true;
    }
    return false;
  }
}
