import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/** A request of a lock that has no answer, and the token that it names; 0: none. */
interface Request<Input, Output> {
  readonly watched: Watched<Input, Output>;
  readonly token: number;
}

/** Of so many tokens it may be unknown who names them first. */
const MOST_UNSURE = 64;

/** The requests of a lock, of one kind, that have no answer: those that are open, and those that were lost. */
export class LockRequests<Input, Output> {
  /** By call, both. */
  readonly #open: Request<Input, Output>[] = [];
  #lost: Request<Input, Output>[] = [];
  /** None of the lost ones names a token below it. */
  #leastLost = Infinity;
  /** So many of the lost ones, the first, have taken effect. */
  #spent = 0;
  /** By token, the first call of one that names it; `undefined`: to be found out. */
  #firsts: Map<number, number> | undefined;
  /** Tokens of which the first one is gone: who is first now is to be looked for. */
  readonly #unsure = new Set<number>();
  /** Where `callOf` stands: after so many open and lost ones. Thousands are asked for one after the other. */
  #passed = { open: 0, lost: 0 };

  /** How many there are. */
  get size(): number {
    return this.#open.length + this.#lost.length - this.#spent;
  }

  /** All of them. */
  get all(): readonly Watched<Input, Output>[] {
    return this.without(0);
  }

  /** The first call among the open ones. */
  get oldest(): number {
    return this.#open.length > 0 ? this.#open[0].watched.call : NEVER;
  }

  /** One is called. */
  call(watched: Watched<Input, Output>, token: number): void {
    this.#open.push({ watched, token });
    if (this.#firsts?.has(token) === false) this.#firsts.set(token, watched.call);
    this.#goBack();
  }

  /** One of them is no longer open; false if it is none of them. */
  take(watched: Watched<Input, Output>): boolean {
    const request = this.#takeOut(watched);
    if (request !== undefined) this.#gone(request);
    return request !== undefined;
  }

  /** One of them will never be answered, and is forgotten if its token is over; false if it is none of them. */
  lose(watched: Watched<Input, Output>, isOver: (token: number) => boolean = () => false): boolean {
    const request = this.#takeOut(watched);
    if (request === undefined) return false;
    if (isOver(request.token)) {
      this.#gone(request);
      return true;
    }
    const lost = this.#lost;
    let at = lost.length;
    while (at > this.#spent && lost[at - 1].watched.call > watched.call) at--;
    lost.splice(at, 0, request);
    this.#leastLost = Math.min(this.#leastLost, request.token);
    return true;
  }

  /** The call of the k-th one, from 0, whether open or lost; `NEVER` if there are fewer. */
  callOf(k: number): number {
    const [open, lost] = [this.#open, this.#lost];
    if (k < this.#passed.open + this.#passed.lost - this.#spent) this.#goBack();
    for (const passed = this.#passed;;) {
      const [o, l] = [passed.open, passed.lost];
      const isLost = l < lost.length && (o >= open.length || lost[l].watched.call < open[o].watched.call);
      if (!isLost && o >= open.length) return NEVER;
      if (o + l - this.#spent === k) return isLost ? lost[l].watched.call : open[o].watched.call;
      if (isLost) passed.lost++;
      else passed.open++;
    }
  }

  /** The first call of one that names a token; `NEVER` if there is none. */
  firstCall(token: number): number {
    const firsts = this.#firsts ??= this.#findFirsts();
    if (this.#unsure.delete(token)) {
      const first = this.#firstOf(token);
      if (first === NEVER) firsts.delete(token);
      else firsts.set(token, first);
    }
    return firsts.get(token) ?? NEVER;
  }

  #firstOf(token: number): number {
    const names = (request: Request<Input, Output>): boolean => request.token === token;
    const lost = this.#lost.find((request, at) => at >= this.#spent && names(request));
    return Math.min(this.#open.find(names)?.watched.call ?? NEVER, lost?.watched.call ?? NEVER);
  }

  #findFirsts(): Map<number, number> {
    this.#unsure.clear();
    const firsts = new Map<number, number>();
    for (const requests of [this.#open, this.#lost.slice(this.#spent)]) {
      for (const { token, watched: { call } } of requests) {
        firsts.set(token, Math.min(firsts.get(token) ?? NEVER, call));
      }
    }
    return firsts;
  }

  /** One is gone. It is not looked for others of its token before somebody asks for them, nor kept in mind for ever. */
  #gone({ token, watched }: Request<Input, Output>): void {
    if (this.#firsts?.get(token) !== watched.call) return;
    this.#unsure.add(token);
    if (this.#unsure.size <= MOST_UNSURE) return;
    this.#firsts = undefined;
    this.#unsure.clear();
  }

  /** The tokens between two others that they name, in order. */
  namedBetween(above: number, below: number): readonly number[] {
    const found: number[] = [];
    for (const requests of [this.#open, this.#lost.slice(this.#spent)]) {
      for (const { token } of requests) {
        if (token > above && token < below && !found.includes(token)) found.push(token);
      }
    }
    return found.sort((left, right) => left - right);
  }

  /** All but so many of the lost ones, the first. */
  without(spent: number): readonly Watched<Input, Output>[] {
    return [...this.#open, ...this.#lost.slice(this.#spent + spent)].map(({ watched }) => watched);
  }

  /** The first of the lost ones has taken effect. */
  spend(): void {
    if (this.#spent === this.#lost.length) return;
    this.#gone(this.#lost[this.#spent]);
    if (++this.#spent > this.#lost.length - this.#spent) {
      this.#lost.splice(0, this.#spent);
      this.#spent = 0;
    }
    this.#goBack();
  }

  /**
   * Lost ones that can have no effect any more, by the token they name: at most `last`. Where none names one so low, none is looked
   * at: with ten thousand that name others each change of the lock would take as many looks.
   */
  forget(last: number, isOver: (token: number) => boolean): void {
    if (this.#lost.length === this.#spent || this.#leastLost > last) return;
    const lost = this.#lost.slice(this.#spent);
    this.#lost = lost.filter(({ token }) => !isOver(token));
    this.#spent = 0;
    this.#leastLost = this.#lost.reduce((least, { token }) => Math.min(least, token), Infinity);
    if (this.#lost.length < lost.length) this.#firsts = undefined;
    this.#goBack();
  }

  /** What is asked for next is looked for from the first one on. */
  #goBack(): void {
    this.#passed = { open: 0, lost: this.#spent };
  }

  #takeOut(watched: Watched<Input, Output>): Request<Input, Output> | undefined {
    const open = this.#open;
    // Few are open, and most often it is one of the last.
    for (let at = open.length - 1; at >= 0; at--) {
      if (open[at].watched !== watched) continue;
      this.#goBack();
      return open.splice(at, 1)[0];
    }
    return undefined;
  }
}
