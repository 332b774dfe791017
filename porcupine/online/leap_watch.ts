import type { Fencing, LockAction } from "../fencing.ts";
import type { Answer } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { LeapChain } from "./leap_chain.ts";
import { waysOn } from "./leap_ways.ts";
import { LockRequests } from "./lock_requests.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";

/** More chains than that at a time are left to the search. */
const MOST_CHAINS = 16;

/**
 * A lock whose tokens increase, by whatever, while it happens.
 *
 * *Its changes are known, but for a few.* Two tokens that are known to have been given out, one after the other, have between them only
 * tokens that somebody has named in a release: whoever held the lock in between was released before the second one was given out,
 * by an operation that was called before that, and was answered that it did so - then its token is known - or is not
 * answered yet. Which of those that are named then were given out is tried, each choice in a chain of its own, and no answer
 * to come can put in anything else. So in each chain the changes are as certain as in `LockWatch`: it can only go on at its end. Whoever
 * has named such a token will say whether it was so, and then one chain is left.
 *
 * *Late changes are best,* and are what is kept of each chain, for the reasons that `LockWatch` gives. An acquisition that somebody
 * was refused by, and of which nothing else is known, has a token that is not known (`unnamed`). It is the last change: the next
 * token that turns up in its chain is its own. That a release was refused since it was acquired says that it has another one,
 * or that it was released before by another who names the same.
 *
 * *What is forgotten.* What is before the first change whose maker is not certain; of the last change it matters whether it came
 * after the call of who is open, so it stays for as long. Of two chains of which nothing is left but the same state, the one
 * that has used up fewer of those that were lost: all else being equal, more can come of it.
 */
export class LeapWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #fencing: Fencing<State, Input, Answer<Output>>;
  /** What may have happened; most often one. */
  #chains: LeapChain<Input, Output>[] = [new LeapChain<Input, Output>()];
  readonly #acquires = new LockRequests<Input, Output>();
  readonly #releases = new LockRequests<Input, Output>();
  /** Open operations of which nothing can be said. */
  readonly #others = new LockRequests<Input, Output>();
  /** Whose answer is impossible. */
  #culprit: Watched<Input, Output> | undefined;

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
    const kept = new Set<Watched<Input, Output>>();
    for (const chain of this.#chains) for (const one of this.#operationsOf(chain)) kept.add(one);
    return [...kept].sort(byCall);
  }

  /** The states before everything that is kept. */
  get states(): readonly State[] {
    return this.#chains.map((chain) => this.#stateBefore(chain));
  }

  /** An operation is called; false: it names what no lock gives out. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#fencing.view(watched.input, watched.answer);
    if (action.op === "release" && !isToken(action.token)) return false;
    this.#requestsOf(action).call(watched, action.op === "release" ? action.token : 0);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#fencing.view(watched.input, watched.answer);
    if (!this.#isClear(action)) return undefined;
    if (this.#take(watched) && this.#explain(watched, action)) {
      this.#settle();
      return "ok";
    }
    this.#culprit = watched;
    return "illegal";
  }

  /** No answer will come: it may take effect at any time, or never. */
  lose(watched: Watched<Input, Output>): void {
    if (this.#acquires.lose(watched)) return;
    if (this.#releases.lose(watched)) this.#forgetLost();
    else this.#others.take(watched);
  }

  /** What is kept, from the state before it, of each chain. */
  past(): Past<State, Input, Output>[] {
    return this.#chains.map((chain) => ({
      start: beginningIn(this.#stateBefore(chain)),
      operations: [...this.#operationsOf(chain)].sort(byCall),
    }));
  }

  #operationsOf(chain: LeapChain<Input, Output>): ReadonlySet<Watched<Input, Output>> {
    const acquires = this.#acquires.without(chain.spent);
    const kept = new Set([...acquires, ...this.#releases.all, ...this.#others.all, ...chain.refused]);
    for (const { cause, maker } of chain.kept) {
      kept.add(cause);
      if (maker !== undefined) kept.add(maker);
    }
    if (this.#culprit !== undefined) kept.add(this.#culprit);
    return kept;
  }

  #stateBefore({ kept, token, holder }: LeapChain<Input, Output>): State {
    const [first] = kept;
    const isHeld = first === undefined ? holder === "named" : !first.isUp;
    return this.#fencing.stateAfter(first === undefined ? token : first.before, isHeld);
  }

  #requestsOf({ op }: LockAction): LockRequests<Input, Output> {
    return op === "acquire" ? this.#acquires : op === "release" ? this.#releases : this.#others;
  }

  #take(watched: Watched<Input, Output>): boolean {
    return this.#acquires.take(watched) || this.#releases.take(watched) || this.#others.take(watched);
  }

  /** Whether an answer names a token such as locks give out, and leads to a few chains only. */
  #isClear(action: LockAction): boolean {
    // Most answers are of this sort, and lead nowhere else.
    if (action.op === "acquire" && action.token === null) return true;
    if (action.op === "acquire" && !isToken(action.token)) return false;
    const isRefused = action.op === "release" && action.released === false;
    let ways = 0;
    for (const chain of this.#chains) {
      if (isRefused && chain.isFull) return false;
      ways += isRefused ? 2 : 2 ** this.#namedBetween(chain, action).length;
    }
    return ways <= MOST_CHAINS;
  }

  /** What may have been given out between the last token and the one that an answer says was given out, or released. */
  #namedBetween({ token }: LeapChain<Input, Output>, action: LockAction): readonly number[] {
    if (action.op === "acquire" && typeof action.token === "number") {
      return this.#releases.namedBetween(token, action.token);
    }
    return action.op === "release" && action.released === true
      ? this.#releases.namedBetween(token, action.token)
      : NONE;
  }

  /** Goes on with each chain; false if none is left. */
  #explain(watched: Watched<Input, Output>, action: LockAction): boolean {
    const chains: LeapChain<Input, Output>[] = [];
    for (const chain of this.#chains) {
      for (const way of waysOn(chain, watched, action, this.#namedBetween(chain, action))) {
        if (this.#areMade(way)) chains.push(way);
      }
    }
    if (chains.length > 0) this.#chains = chains;
    return chains.length > 0;
  }

  /**
   * Whether a maker can be found for each change that has none, one called before it. As who has no answer can wait for ever,
   * acquisitions find one each if each finds the next one by call; for a release any of its token will do.
   */
  #areMade({ unmade, spent }: LeapChain<Input, Output>): boolean {
    let acquired = spent;
    for (const { isUp, token, at } of unmade) {
      const call = isUp ? this.#acquires.callOf(acquired++) : this.#releases.firstCall(Number(token));
      if (call > at) return false;
    }
    return true;
  }

  #settle(): void {
    const [only] = this.#chains;
    if (this.#chains.length > 1 || only.unmade.length > 0 || only.kept.length > 1) {
      const oldest = Math.min(this.#acquires.oldest, this.#releases.oldest, this.#others.oldest);
      for (const chain of this.#chains) chain.settle(oldest);
      if (this.#chains.length > 1) this.#chains = withoutWorse(this.#chains, oldest);
      const spent = this.#chains.reduce((least, chain) => Math.min(least, chain.spent), Infinity);
      for (let k = 0; k < spent; k++) this.#acquires.spend();
      for (const chain of this.#chains) chain.spent -= spent;
    }
    this.#forgetLost();
  }

  /** Lost releases of tokens that were released before, by others for certain, or by one of them. */
  #forgetLost(): void {
    const last = this.#chains.reduce((least, { token }) => Math.min(least, token), Infinity);
    this.#releases.forget(last, (token) => this.#chains.every((chain) => chain.isOver(token)));
  }
}

const NONE: readonly number[] = [];

/** Of chains of which only a state is left, and the same, the first that has used up the fewest. */
function withoutWorse<Input, Output>(
  chains: readonly LeapChain<Input, Output>[],
  oldest: number,
): LeapChain<Input, Output>[] {
  const isSame = (left: LeapChain<Input, Output>, right: LeapChain<Input, Output>): boolean =>
    left.token === right.token && left.holder === right.holder && left.isSettled(oldest) &&
    right.isSettled(oldest);
  return chains.filter((chain, k) =>
    !chains.some((other, i) =>
      isSame(chain, other) && (other.spent < chain.spent || (other.spent === chain.spent && i < k))
    )
  );
}

/** Whether a lock may give out such a token; from plain JavaScript it may be anything. */
function isToken(token: unknown): token is number {
  return typeof token === "number" && token > 0;
}
