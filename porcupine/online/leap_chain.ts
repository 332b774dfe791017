import type { Watched } from "./watched.ts";

/** A change of a lock, just before an operation returns. */
export interface Leap<Input, Output> {
  /** Whether the lock is acquired; else it is released. */
  readonly isUp: boolean;
  /** With which token; `unnamed`: somebody has acquired it who has not told. Only the last change is. */
  token: number | "unnamed";
  /** The token given out before; 0: none. Of a release, its own. */
  readonly before: number;
  /** The return that it comes before. */
  readonly at: number;
  /** The operation that has just returned, and could not be explained without it. */
  readonly cause: Watched<Input, Output>;
  /** Who made it; `undefined`: somebody whose answer is not in. */
  maker: Watched<Input, Output> | undefined;
}

/** So many refused releases of who has not told his token are kept; more are for a search. */
const MOST_REFUSED = 32;

/**
 * The changes of a lock that there must have been, in order: acquired, released, acquired ... Kept are those from the first one on of
 * which it is not certain whose it was, and the last one if somebody open was called before it: what was before is a state.
 */
export class LeapChain<Input, Output> {
  #kept: Leap<Input, Output>[] = [];
  /** Those of the kept that have no maker yet, in order. */
  #unmade: Leap<Input, Output>[] = [];
  /** By token: the releases that were refused though they were called after the lock was acquired by who has not told his. */
  #refused = new Map<number, Watched<Input, Output>>();
  /** The last token that is known to have been given out; 0: none. */
  token = 0;
  /** Who holds it: `named` with the last token, `unnamed` with a greater one. */
  holder: "nobody" | "named" | "unnamed" = "nobody";
  /** The return that the last change came before; -1: there was none. */
  lastAt = -1;
  /** So many of the lost acquisitions, the first ones, are used up for certain. */
  spent = 0;

  /** Those that are kept, in order. */
  get kept(): readonly Leap<Input, Output>[] {
    return this.#kept;
  }

  /** Those that nobody is known to have made, in order. */
  get unmade(): readonly Leap<Input, Output>[] {
    return this.#unmade;
  }

  /** Whoever was refused a release, and thereby tells which token the holder has not. */
  get refused(): Iterable<Watched<Input, Output>> {
    return this.#refused.values();
  }

  /** Whether no more of those can be kept. */
  get isFull(): boolean {
    return this.#refused.size >= MOST_REFUSED;
  }

  /** The same once more, to go on in another way. */
  copy(): LeapChain<Input, Output> {
    const other = new LeapChain<Input, Output>();
    const { token, holder, lastAt, spent } = this;
    other.#kept = this.#kept.map((leap) => ({ ...leap }));
    other.#unmade = other.#kept.filter((_leap, k) => this.#unmade.includes(this.#kept[k]));
    other.#refused = new Map(this.#refused);
    return Object.assign(other, { token, holder, lastAt, spent });
  }

  /**
   * A token was given out, the next one: to the maker, or to somebody whose answer is not in. Whoever holds the lock with another one
   * has been released before. False if it cannot be.
   */
  give(
    token: number,
    cause: Watched<Input, Output>,
    maker: Watched<Input, Output> | undefined,
  ): boolean {
    if (this.holder === "unnamed") {
      if (this.#refused.has(token)) return false;
      this.#refused.clear();
      this.#kept[this.#kept.length - 1].token = token;
      this.holder = "named";
      this.token = token;
      return maker === undefined || this.claim(true, token, maker);
    }
    if (this.holder === "named") this.release(cause, undefined);
    this.#add({ isUp: true, token, before: this.token, at: cause.ret, cause, maker });
    this.holder = "named";
    this.token = token;
    return true;
  }

  /** The lock, which is free, is acquired by somebody who has not told. */
  hide(cause: Watched<Input, Output>): void {
    this.#add({ isUp: true, token: "unnamed", before: this.token, at: cause.ret, cause, maker: undefined });
    this.holder = "unnamed";
  }

  /** Whoever holds it without having told has another token. */
  refuse(token: number, by: Watched<Input, Output>): void {
    if (!this.#refused.has(token)) this.#refused.set(token, by);
  }

  /** The lock, which is held with the last token, is released. */
  release(cause: Watched<Input, Output>, maker: Watched<Input, Output> | undefined): void {
    const { token } = this;
    this.#add({ isUp: false, token, before: token, at: cause.ret, cause, maker });
    this.holder = "nobody";
  }

  /** Somebody says that he made a change; false if another one did, or if it was made before he was called. */
  claim(isUp: boolean, token: number, maker: Watched<Input, Output>): boolean {
    const unmade = this.#unmade;
    const at = unmade.findIndex((leap) => leap.isUp === isUp && leap.token === token);
    if (at < 0 || unmade[at].at < maker.call) return false;
    unmade[at].maker = maker;
    unmade.splice(at, 1);
    return true;
  }

  /** Whether a token was released by somebody who is certain, or can never be: another release of it does nothing. */
  isOver(token: number): boolean {
    if (token > this.token || (token === this.token && this.holder === "named")) return false;
    return !this.#unmade.some((leap) => !leap.isUp && leap.token === token);
  }

  /** Whether nothing is left of it but a state, where `oldest` is the first call among the open operations. */
  isSettled(oldest: number): boolean {
    return this.#unmade.length === 0 && this.lastAt < oldest;
  }

  /**
   * Forgets what is certain, where `oldest` is the first call among the open operations: a change before it that nobody says he
   * made was made by a lost one, and that one is used up. But who has not told his token may be anybody until that is named.
   */
  settle(oldest: number): void {
    const [kept, unmade] = [this.#kept, this.#unmade];
    while (unmade.length > 0 && unmade[0].at < oldest && unmade[0].token !== "unnamed") {
      if (unmade[0].isUp) this.spent++;
      unmade.shift();
    }
    // Where all makers are certain only who was called before the last change can have seen the lock as it was before.
    const last = this.lastAt < oldest ? kept.length : kept.length - 1;
    const certain = unmade.length === 0 ? last : kept.indexOf(unmade[0]);
    if (certain > 0) kept.splice(0, certain);
  }

  #add(leap: Leap<Input, Output>): void {
    this.lastAt = leap.at;
    // Most often all makers are known: then only the last one is kept.
    if (this.#unmade.length === 0) this.#kept.length = 0;
    this.#kept.push(leap);
    if (leap.maker === undefined) this.#unmade.push(leap);
  }
}
