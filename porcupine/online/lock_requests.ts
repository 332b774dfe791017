import { NEVER } from "../history.ts";
import type { Watched } from "./watched.ts";

/** A request of a lock that has no answer, and the token that it names; 0: none. */
interface Request<Input, Output> {
  readonly watched: Watched<Input, Output>;
  readonly token: number;
}

/** The requests of a lock, of one kind, that have no answer: those that are open, and those that were lost. */
export class LockRequests<Input, Output> {
  /** By call, both. */
  readonly #open: Request<Input, Output>[] = [];
  #lost: Request<Input, Output>[] = [];

  /** How many there are. */
  get size(): number {
    return this.#open.length + this.#lost.length;
  }

  /** All of them. */
  get all(): readonly Watched<Input, Output>[] {
    return [...this.#open, ...this.#lost].map(({ watched }) => watched);
  }

  /** The first call among the open ones. */
  get oldest(): number {
    return this.#open.length > 0 ? this.#open[0].watched.call : NEVER;
  }

  /** One is called. */
  call(watched: Watched<Input, Output>, token: number): void {
    this.#open.push({ watched, token });
  }

  /** One of them is no longer open; false if it is none of them. */
  take(watched: Watched<Input, Output>): boolean {
    return this.#takeOut(watched) !== undefined;
  }

  /** One of them will never be answered; false if it is none of them. */
  lose(watched: Watched<Input, Output>): boolean {
    const request = this.#takeOut(watched);
    if (request === undefined) return false;
    const lost = this.#lost;
    let at = lost.length;
    while (at > 0 && lost[at - 1].watched.call > watched.call) at--;
    lost.splice(at, 0, request);
    return true;
  }

  /** The call of the k-th one, from 0, whether open or lost; `NEVER` if there are fewer. */
  callOf(k: number): number {
    const [open, lost] = [this.#open, this.#lost];
    let [o, l] = [0, 0];
    for (;;) {
      const isLost = l < lost.length && (o >= open.length || lost[l].watched.call < open[o].watched.call);
      if (!isLost && o >= open.length) return NEVER;
      if (o + l === k) return isLost ? lost[l].watched.call : open[o].watched.call;
      if (isLost) l++;
      else o++;
    }
  }

  /** The first call of one that names a token; `NEVER` if there is none. */
  firstCall(token: number): number {
    const names = (request: Request<Input, Output>): boolean => request.token === token;
    const [open, lost] = [this.#open.find(names), this.#lost.find(names)];
    return Math.min(open?.watched.call ?? NEVER, lost?.watched.call ?? NEVER);
  }

  /** The tokens between two others that they name, in order. */
  namedBetween(above: number, below: number): readonly number[] {
    const found: number[] = [];
    for (const requests of [this.#open, this.#lost]) {
      for (const { token } of requests) {
        if (token > above && token < below && !found.includes(token)) found.push(token);
      }
    }
    return found.sort((left, right) => left - right);
  }

  /** All but so many of the lost ones, the first. */
  without(spent: number): readonly Watched<Input, Output>[] {
    return [...this.#open, ...this.#lost.slice(spent)].map(({ watched }) => watched);
  }

  /** The first of the lost ones has taken effect. */
  spend(): void {
    this.#lost.shift();
  }

  /** Lost ones that can have no effect any more, by the token they name. */
  forget(isOver: (token: number) => boolean): void {
    if (this.#lost.length > 0) this.#lost = this.#lost.filter(({ token }) => !isOver(token));
  }

  #takeOut(watched: Watched<Input, Output>): Request<Input, Output> | undefined {
    const open = this.#open;
    // Few are open, and most often it is one of the last.
    for (let at = open.length - 1; at >= 0; at--) {
      if (open[at].watched === watched) return open.splice(at, 1)[0];
    }
    return undefined;
  }
}
