import { NEVER } from "../history.ts";
import type { Value } from "../types.ts";
import type { Watched } from "./watched.ts";

/** Where a value stands among the reads: the step of a row (`SetRow`). */
export interface Standpoint<Input, Output> {
  /** By which event one of its reads has taken place, and one of its values must have come, at the earliest. */
  readonly readsHigh: number;
  readonly valuesHigh: number;
  readonly next: Standpoint<Input, Output> | undefined;
  /** What the read found here that is just being placed. */
  readonly found: SetValue<Input, Output>[];
}

/**
 * A value of a set of which it is not over yet when it came: who may have put it in, and between which events. (Of one that goes: when
 * it went, and who may have taken it out. What is said here of adds is then said of removals.) Instants are gaps, and a gap goes by
 * the event before it: it came after the event `low`, and before the event `high`.
 */
export class SetValue<Input, Output> {
  readonly value: Value;
  /** A request to add it. */
  readonly input: Input;
  /** Where it stands among the reads. */
  place: Standpoint<Input, Output>;
  /** The return of the last read that has found it. */
  readAt = -1;
  /** Who may have put it in, by call: those that are open, up to the first one that is not. It has not failed, and will not. */
  #adds: Watched<Input, Output>[] = [];
  /** Who was told that it put it in. */
  #told: Watched<Input, Output> | undefined = undefined;
  /** Of the adds that have returned, and may have put it in, the one called first. */
  #returned: Watched<Input, Output> | undefined = undefined;
  /** Of those that did not find it the one called last; who found or added it, and returned first. */
  #absent: Watched<Input, Output> | undefined = undefined;
  #present: Watched<Input, Output> | undefined = undefined;

  constructor(value: Value, input: Input, place: Standpoint<Input, Output>) {
    this.value = value;
    this.input = input;
    this.place = place;
  }

  /** Whether somebody may have put it in. */
  get hasMaker(): boolean {
    return this.#adds.length > 0 || this.#told !== undefined;
  }

  /** Whether somebody was told that it put it in. */
  get isTold(): boolean {
    return this.#told !== undefined;
  }

  /** It comes no sooner than its first add is called, or the one that was told so, or somebody who does not find it. */
  get low(): number {
    const maker = this.#told ?? this.#adds.at(0);
    return Math.max(maker?.call ?? -1, this.#absent?.call ?? -1);
  }

  /** It has come by the time that somebody returns who found it, or who added it: then it is there, whoever put it in. */
  get high(): number {
    return this.#present?.ret ?? NEVER;
  }

  /** An add of it is called. */
  addCalled(watched: Watched<Input, Output>): void {
    const last = this.#adds.at(-1);
    if (last === undefined || last.status === "open") this.#adds.push(watched);
  }

  /** An add will not fail any more: it has returned, or is lost. Those called later are not needed. */
  addStays(watched: Watched<Input, Output>): void {
    const at = this.#adds.indexOf(watched);
    if (at >= 0) this.#adds.length = at + 1;
    if (watched.status === "returned" && watched.call < (this.#returned?.call ?? NEVER)) {
      this.#returned = watched;
    }
  }

  /** It has done nothing, or others had done it before. */
  addFailed(watched: Watched<Input, Output>): void {
    this.#adds = this.#adds.filter((add) => add !== watched);
  }

  /** The lost add that must have put it in if it came before an event: nobody else can have. It will not do so again. */
  usedUp(by: number): Watched<Input, Output> | undefined {
    const first = this.#adds.at(0);
    const isElse = this.#told !== undefined || (this.#returned?.call ?? NEVER) < by;
    return isElse || first?.status !== "lost" ? undefined : first;
  }

  /** It was told that it put the value in. */
  tell(watched: Watched<Input, Output>): void {
    this.#told = watched;
  }

  /** Somebody has found it, or added it, and returns now. */
  thereBy(watched: Watched<Input, Output>): void {
    this.#present ??= watched;
  }

  /** Somebody has not found it. */
  notBefore(watched: Watched<Input, Output>): void {
    if (watched.call > (this.#absent?.call ?? -1)) this.#absent = watched;
  }

  /** The operations that all this comes from. */
  *operations(): Generator<Watched<Input, Output>> {
    const adds = this.#told === undefined ? this.#adds : [this.#told];
    for (const watched of [...adds, this.#returned, this.#absent, this.#present]) {
      if (watched !== undefined) yield watched;
    }
  }
}
