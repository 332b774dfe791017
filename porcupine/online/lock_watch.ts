import { NEVER } from "../history.ts";
import type { Fencing, LockAction } from "../fencing.ts";
import type { Answer } from "../types.ts";
import { type Change, LockChanges } from "./lock_changes.ts";
import { LockRequests } from "./lock_requests.ts";
import { byCall, type Standing, type Watch, type Watched } from "./watched.ts";

/**
 * A lock whose tokens are 1, 2, 3 ..., while it happens.
 *
 * It goes through one chain of states: free, held with 1, free, held with 2 ... So a history is the instants of its changes, and an
 * answer speaks of changes by number: who was given the token t made change 2t-1, who has released it change 2t, both between call
 * `c` and return `r`; who found it held asks that some state of an odd number lasted into that time; who was refused a release asks
 * that it was not held with that token all the time.
 *
 * *Late changes are best.* Let `up(t)` be how many changes there were until `t`. Each answer asks for changes until `r` at the latest,
 * because there were none since `c`, or too few: the fewer there were before, the less is asked of the rest. (Who was refused asks either that
 * change 2t-1 came after `c` or that 2t came before `r`: if the latest 2t-1 is too early, so is each other one.) So the history in which
 * each change is as late as can be has at each instant the fewest, and is one of those that are possible if any is: that a maker was
 * called before his change is the easier the later that is, and whoever has an answer made the same change in all of them. Those
 * without a known maker need one each among the operations without an answer: a release one that names its token, an acquisition
 * any. What was asked stays as it is, whatever is answered later: that asks for changes until later returns.
 *
 * *What is forgotten.* Changes whose makers are certain, with the lost operations that made some of them: of these only the number
 * is left, and when the last one was. Nothing to come can be the maker of one, and the state goes by the number.
 * Of a release without a known maker only that is left: where it turns out to have none, the past before it is not needed to say so,
 * as no order goes on from its token's holder to the one who made that release necessary.
 */
export class LockWatch<State, Input, Output> implements Watch<State, Input, Output> {
  readonly #fencing: Fencing<State, Input, Answer<Output>>;
  readonly #changes = new LockChanges<Input, Output>();
  readonly #acquires = new LockRequests<Input, Output>();
  readonly #releases = new LockRequests<Input, Output>();
  /** Open operations of which nothing can be said. */
  readonly #others = new LockRequests<Input, Output>();
  /** How many changes there were, and how many nobody was known to have made, when lost releases were last forgotten. */
  #forgotAt = { count: 0, unmade: 0 };
  /** Whose answer is impossible. */
  #culprit: Watched<Input, Output> | undefined;
  /** The release that nobody is left to have made, if that is why: in any order from just before it on it is missing. */
  #missing: Change<Input, Output> | undefined;

  /** Nothing has happened yet. */
  constructor(fencing: Fencing<State, Input, Answer<Output>>) {
    this.#fencing = fencing;
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#acquires.all, ...this.#releases.all, ...this.#others.all]);
    for (const { cause, maker } of this.#told) {
      kept.add(cause);
      if (maker !== undefined) kept.add(maker);
    }
    if (this.#culprit !== undefined) kept.add(this.#culprit);
    return [...kept].sort(byCall);
  }

  /** The state before everything that is kept. */
  get states(): readonly State[] {
    const told = this.#told;
    const changes = told.length > 0 ? told[0].number - 1 : this.#changes.count;
    return [this.#fencing.stateAfter(Math.ceil(changes / 2), changes % 2 === 1)];
  }

  /** The state told is that before the first change that is told. */
  get isUnderway(): boolean {
    return false;
  }

  /** Whether nothing has changed the lock, and nothing that was asked ever will. */
  isAsNew(): boolean {
    return this.#changes.count === 0 &&
      this.#acquires.size + this.#releases.size + this.#others.size === 0;
  }

  /** An operation is called. */
  call(watched: Watched<Input, Output>): void {
    const action = this.#fencing.view(watched.input, watched.answer);
    this.#requestsOf(action).call(watched, tokenOf(action));
  }

  /** An operation has got its answer. */
  answer(watched: Watched<Input, Output>): Standing {
    const asked = this.#take(watched);
    const action = this.#fencing.view(watched.input, watched.answer);
    const isPossible = asked && this.#explain(watched, action) && this.#areMade();
    if (!isPossible) {
      this.#culprit = watched;
      return "illegal";
    }
    if (this.#changes.kept.length + this.#changes.unmade.length > 0) this.#settle();
    else this.#forgetLost();
    return "ok";
  }

  /** No answer will come: it may take effect at any time, or never. */
  lose(watched: Watched<Input, Output>): void {
    if (this.#acquires.lose(watched)) return;
    // Those that were lost before were looked at when the lock changed: to do so at each loss took seconds for ten thousand.
    if (!this.#releases.lose(watched, (token) => this.#isOver(token))) this.#others.take(watched);
  }

  /** The changes that explain what is impossible. */
  get #told(): readonly Change<Input, Output>[] {
    return this.#missing === undefined ? this.#changes.kept : [this.#missing];
  }

  #requestsOf({ op }: LockAction): LockRequests<Input, Output> {
    return op === "acquire" ? this.#acquires : op === "release" ? this.#releases : this.#others;
  }

  #take(watched: Watched<Input, Output>): boolean {
    return this.#acquires.take(watched) || this.#releases.take(watched) || this.#others.take(watched);
  }

  /** Makes what an answer asks for; false if it cannot be. */
  #explain(watched: Watched<Input, Output>, action: LockAction): boolean {
    const { count, lastAt } = this.#changes;
    const isHeld = count % 2 === 1;
    switch (action.op) {
      case "nothing":
        return true;
      case "never":
        return false;
      case "acquire":
        if (action.token !== null) return isToken(action.token) && this.#make(2 * action.token - 1, watched);
        // Held now, or until a change since the call.
        return isHeld || lastAt > watched.call || this.#change(watched);
      case "release":
        if (action.released === true) return isToken(action.token) && this.#make(2 * action.token, watched);
        if (action.released !== false) return false;
        // Not held with this token now, or not yet when it was called.
        if (!isHeld || !isToken(action.token) || count !== 2 * action.token - 1) return true;
        return lastAt > watched.call || this.#change(watched);
    }
  }

  /** Somebody has made the change of this number. */
  #make(number: number, maker: Watched<Input, Output>): boolean {
    if (number <= this.#changes.count) return this.#changes.claim(number, maker);
    while (this.#changes.count < number - 1) if (!this.#change(maker)) return false;
    this.#changes.add(maker, maker);
    return true;
  }

  /** One more change, made by somebody whose answer is not in; false if there is nobody, so that no number of them takes long. */
  #change(cause: Watched<Input, Output>): boolean {
    const changes = this.#changes;
    const next = changes.count + 1;
    const isPossible = next % 2 === 1
      ? changes.unmade.length < this.#acquires.size + this.#releases.size
      : this.#releases.firstCall(next / 2) !== NEVER;
    if (isPossible) changes.add(cause, undefined);
    return isPossible;
  }

  /**
   * Whether a maker can be found for each change that has none, one called before it. As who has no answer can wait for ever,
   * acquisitions find one each if each finds the next one by call; for a release any of its token will do.
   */
  #areMade(): boolean {
    const { unmade } = this.#changes;
    let acquired = 0;
    for (const change of unmade) {
      const { number, at } = change;
      const isAcquisition = number % 2 === 1;
      const call = isAcquisition ? this.#acquires.callOf(acquired++) : this.#releases.firstCall(number / 2);
      if (call <= at) continue;
      if (!isAcquisition) this.#missing = change;
      return false;
    }
    return true;
  }

  #settle(): void {
    const oldest = Math.min(this.#acquires.oldest, this.#releases.oldest, this.#others.oldest);
    this.#changes.settle(oldest, (change) => this.#spend(change));
    this.#forgetLost();
  }

  #spend({ number }: Change<Input, Output>): void {
    if (number % 2 === 1) this.#acquires.spend();
  }

  /**
   * Lost releases of tokens that were released before, by others for certain, or by one of them. Which tokens these are changes with a
   * change, or once somebody is known to have made one: each makes the changes more, or those that nobody made fewer.
   */
  #forgetLost(): void {
    const { count, unmade } = this.#changes;
    if (count === this.#forgotAt.count && unmade.length === this.#forgotAt.unmade) return;
    this.#forgotAt = { count, unmade: unmade.length };
    this.#releases.forget(Math.floor(count / 2), (token) => this.#isOver(token));
  }

  /** Whether nobody can release with a token any more. */
  #isOver(token: number): boolean {
    if (!isToken(token)) return true;
    return 2 * token <= this.#changes.count && !this.#changes.isUnmade(2 * token);
  }
}

/** Whether a lock gives out such a token at all; from plain JavaScript it may be anything. */
function isToken(token: unknown): token is number {
  return Number.isSafeInteger(token) && Number(token) >= 1;
}

function tokenOf(action: LockAction): number {
  return action.op === "release" ? action.token : 0;
}
