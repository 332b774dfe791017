import type { Flip } from "./flips.ts";
import { insertByCall, type Watched } from "./watched.ts";

/**
 * The changes in one direction: those that somebody has made whose answer is not in (`owed`), and the lost operations that may
 * have made one, or may do so some day (`lost`). Who is open may have, too; of those the watch keeps book.
 */
export class Side<Input, Output> {
  /** By call. */
  #lost: Watched<Input, Output>[] = [];
  /** By return. */
  #owed: Flip<Input, Output>[] = [];
  /** So many of the first ones were made by lost operations, for certain: nothing to come will change that. */
  #settled = 0;

  /** The lost operations, by call. */
  get lost(): readonly Watched<Input, Output>[] {
    return this.#lost;
  }

  /** Whether there are changes of which it is not settled that somebody can have made them. */
  get isOwing(): boolean {
    return this.#owed.length > this.#settled;
  }

  /** An operation that may make a change will never be answered. */
  lose(watched: Watched<Input, Output>): void {
    insertByCall(this.#lost, watched);
  }

  /** A change that nobody is known to have made. */
  owe(flip: Flip<Input, Output>): void {
    this.#owed.push(flip);
  }

  /**
   * Who has made a change, and has returned, is taken for the maker of the first one after its call that has none; false if there is
   * none. Whoever else could have made that one can make any later one, too.
   */
  claim(watched: Watched<Input, Output>): boolean {
    const owed = this.#owed;
    let at = owed.length;
    while (at > 0 && owed[at - 1].at > watched.call) at--;
    if (at === owed.length) return false;
    owed[at].maker = watched;
    owed.splice(at, 1);
    return true;
  }

  /**
   * Whether a maker can be found for each change that is owed, one called before it, among those that are lost and those that are
   * open (by call). As who has no answer can wait for ever, that is so if each change finds the next one by call.
   */
  canBeMadeBy(open: Iterable<Watched<Input, Output>>): boolean {
    const [owed, lost] = [this.#owed, this.#lost];
    const others = open[Symbol.iterator]();
    let other = others.next();
    for (let k = this.#settled, l = this.#settled; k < owed.length; k++) {
      const isLost = l < lost.length && (other.done === true || lost[l].call < other.value.call);
      const maker = isLost ? lost[l++] : other.done === true ? undefined : other.value;
      if (maker === undefined || maker.call > owed[k].at) return false;
      if (!isLost) other = others.next();
    }
    return true;
  }

  /** Where `oldest` is the first call among the open operations: changes before it were made by lost ones, and these remain lost. */
  settle(oldest: number): void {
    while (this.#settled < this.#owed.length && this.#owed[this.#settled].at < oldest) this.#settled++;
  }
}
