import type { Patience } from "./patience.ts";
import type { Standing, Watch, Watched } from "./watched.ts";
import type { Window } from "./window.ts";

/** Several pasts, one of which is the true one: all is well as long as it is for one of them. */
export class AnyOf<State, Input, Output> implements Watch<State, Input, Output> {
  #windows: readonly Window<State, Input, Output>[];

  constructor(windows: readonly Window<State, Input, Output>[]) {
    this.#windows = windows;
  }

  get size(): number {
    return this.operations.length;
  }

  get operations(): readonly Watched<Input, Output>[] {
    return this.#windows[0]?.operations ?? [];
  }

  get states(): readonly State[] {
    return this.#windows.flatMap(({ states }) => states);
  }

  get isUnderway(): boolean {
    return this.#windows.some((window) => window.isUnderway);
  }

  call(watched: Watched<Input, Output>): void {
    for (const window of this.#windows) window.call(watched);
  }

  answer(watched: Watched<Input, Output>): Standing {
    const standings = this.#windows.map((window) => window.answer(watched));
    const alive = this.#windows.filter((_, i) => standings[i] !== "illegal");
    // Nobody is left, or a limit struck: then the windows stay, for whoever tells about it.
    if (alive.length === 0) return "illegal";
    this.#windows = alive;
    return standings.find((standing) => standing !== "illegal" && standing !== "ok") ?? "ok";
  }

  lose(watched: Watched<Input, Output>): void {
    for (const window of this.#windows) window.lose(watched);
  }

  isAsNew(patience: Patience): boolean {
    return this.#windows.every((window) => window.isAsNew(patience));
  }
}
