import type { Fencing, LockAction } from "../fencing.ts";
import type { Answer } from "../types.ts";
import type { FastWatch } from "./fast_watch.ts";
import { LeapChain } from "./leap_chain.ts";
import { LockRequests } from "./lock_requests.ts";
import { byCall, type Past, type Standing, type Watched } from "./watched.ts";

/**
 * A lock whose tokens increase, by whatever, while it happens.
 *
 * *Its changes are known.* Two tokens that are known to have been given out, one after the other, have nothing between them unless
 * somebody has named a token between them in a release: whoever held the lock in between was released before the second one
 * was given out, by an operation that was called before that, and was answered that it did so - then its token is known -
 * or is not answered yet. Where there is such a one this watch gives up; where there is not, no answer to come can put in
 * anything there. So as in `LockWatch` there is one chain of changes, which can only go on at its end: every
 * order that explains the answers, now or later, begins with it.
 *
 * *Late changes are best,* and are what is kept, for the reasons that `LockWatch` gives. An acquisition that somebody was
 * refused by, and of which nothing else is known, has a token that is not known (`unnamed`). It is the last change: the next
 * token that turns up is its own, as it has to be released before another one is given out, by somebody who names it.
 * That a release was refused since it was acquired says that it has another one: there this watch gives up.
 *
 * *What is forgotten.* What is before the first change whose maker is not certain, as the chain goes on at its end only; of
 * the last change it matters whether it came after the call of who is open, so it stays for as long.
 */
export class LeapWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #fencing: Fencing<State, Input, Answer<Output>>;
  readonly #chain = new LeapChain<Input, Output>();
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
    const kept = new Set([...this.#acquires.all, ...this.#releases.all, ...this.#others.all]);
    for (const { cause, maker } of this.#chain.kept) {
      kept.add(cause);
      if (maker !== undefined) kept.add(maker);
    }
    if (this.#culprit !== undefined) kept.add(this.#culprit);
    return [...kept].sort(byCall);
  }

  /** The state before everything that is kept. */
  get states(): readonly State[] {
    const { kept, token, holder } = this.#chain;
    const [first] = kept;
    const isHeld = first === undefined ? holder === "named" : !first.isUp;
    return [this.#fencing.stateAfter(first === undefined ? token : first.before, isHeld)];
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
    if (!this.#isClear(watched, action)) return undefined;
    if (this.#take(watched) && this.#explain(watched, action) && this.#areMade()) {
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

  /** What is kept, from the state before it. */
  past(): Past<State, Input, Output>[] {
    return [{ start: { state: this.states[0], spent: [], free: [] }, operations: this.operations }];
  }

  #requestsOf({ op }: LockAction): LockRequests<Input, Output> {
    return op === "acquire" ? this.#acquires : op === "release" ? this.#releases : this.#others;
  }

  #take(watched: Watched<Input, Output>): boolean {
    return this.#acquires.take(watched) || this.#releases.take(watched) || this.#others.take(watched);
  }

  /** Whether it is certain which changes an answer asks for. */
  #isClear(watched: Watched<Input, Output>, action: LockAction): boolean {
    const { token, holder, lastAt } = this.#chain;
    if (action.op === "acquire" && action.token !== null) {
      return isToken(action.token) && !this.#releases.isNamed(token, action.token);
    }
    if (action.op !== "release") return true;
    if (action.released === true) return !this.#releases.isNamed(token, action.token);
    return !(holder === "unnamed" && action.token > token && lastAt < watched.call);
  }

  /** Makes what an answer asks for; false if it cannot be. */
  #explain(watched: Watched<Input, Output>, action: LockAction): boolean {
    const chain = this.#chain;
    switch (action.op) {
      case "nothing":
        return true;
      case "never":
        return false;
      case "acquire":
        if (typeof action.token === "number") return this.#acquire(action.token, watched, watched);
        if (action.token !== null) return false;
        // Held now, or until a change since the call.
        if (chain.holder === "nobody" && chain.lastAt < watched.call) {
          chain.acquire("unnamed", watched, undefined);
        }
        return true;
      case "release":
        if (action.released === true) return this.#release(action.token, watched);
        if (action.released !== false) return false;
        // Not held with this token now, or not yet when it was called.
        if (chain.holder === "named" && chain.token === action.token && chain.lastAt < watched.call) {
          chain.release(watched, undefined);
        }
        return true;
    }
  }

  /** A token was given out: to the maker, or to somebody whose answer is not in. */
  #acquire(
    token: number,
    cause: Watched<Input, Output>,
    maker: Watched<Input, Output> | undefined,
  ): boolean {
    const chain = this.#chain;
    if (!(token > chain.token)) return maker !== undefined && chain.claim(true, token, maker);
    if (chain.holder === "unnamed") {
      chain.name(token);
      return maker === undefined || chain.claim(true, token, maker);
    }
    if (chain.holder === "named") chain.release(cause, undefined);
    chain.acquire(token, cause, maker);
    return true;
  }

  /** Somebody has released the holder of a token. */
  #release(token: number, maker: Watched<Input, Output>): boolean {
    const chain = this.#chain;
    if (token > chain.token) this.#acquire(token, maker, undefined);
    if (token !== chain.token || chain.holder !== "named") return chain.claim(false, token, maker);
    chain.release(maker, maker);
    return true;
  }

  /**
   * Whether a maker can be found for each change that has none, one called before it. As who has no answer can wait for ever,
   * acquisitions find one each if each finds the next one by call; for a release any of its token will do.
   */
  #areMade(): boolean {
    let acquired = 0;
    for (const { isUp, token, at } of this.#chain.unmade) {
      const call = isUp ? this.#acquires.callOf(acquired++) : this.#releases.firstCall(Number(token));
      if (call > at) return false;
    }
    return true;
  }

  #settle(): void {
    const { unmade, kept } = this.#chain;
    if (unmade.length > 0 || kept.length > 1) {
      const oldest = Math.min(this.#acquires.oldest, this.#releases.oldest, this.#others.oldest);
      this.#chain.settle(oldest, ({ isUp }) => {
        if (isUp) this.#acquires.spend();
      });
    }
    this.#forgetLost();
  }

  /** Lost releases of tokens that were released before, by others for certain, or by one of them. */
  #forgetLost(): void {
    this.#releases.forget((token) => this.#chain.isOver(token));
  }
}

/** Whether a lock may give out such a token; from plain JavaScript it may be anything. */
function isToken(token: unknown): token is number {
  return typeof token === "number" && token > 0;
}
