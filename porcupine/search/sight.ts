import { beginsWith } from "../begins.ts";
import { NEVER } from "../history.ts";
import type { Present } from "./present.ts";
import type { Problem } from "./problem.ts";
import { type Goal, Ropes } from "./ropes.ts";

/** Answers that are still to be asked for, and are looked at. */
const LOOK_AHEAD = 3;
/** So many answers are compared with the state before it is given up that one shows it. */
const MOST_LOOKS = 64;
/** Operations that a text may begin with. */
const MOST_FIRST = 8;

/**
 * Where answers show the whole state, and states only grow until they are replaced (texts, as far as one can see), the next
 * answers say what has to be placed now. Nobody declared that: it is guessed from an answer that was the state, or that begins
 * as a state did, so that it only says what is worth trying first.
 */
export class Sight<State, Input, Output> {
  readonly #problem: Problem<State, Input, Output>;
  /** By operation: the text that its answer shows, once it is known where. */
  #texts: readonly (string | undefined)[] = [];
  /** By operation: the first one from it on, by call, that shows a text; -1 if there is none. */
  #nexts: Int32Array = new Int32Array(0);
  #looks = MOST_LOOKS;
  /** What is to be reached, the next text first. */
  readonly #targets: string[] = [];
  readonly #present: Present<State, Input, Output>;
  /** For one text that grows: the operations that it has grown by, and what it has grown to last. */
  readonly #used: number[] = [];
  #grown: State | undefined = undefined;
  /** Whether a text has been put in the place of another one. */
  #isReplaced = false;
  readonly #ropes: Ropes<State, Input, Output>;

  /** `present`: says what an operation makes of a state. */
  constructor(problem: Problem<State, Input, Output>, present: Present<State, Input, Output>) {
    this.#problem = problem;
    this.#present = present;
    this.#ropes = new Ropes(problem.starts[0].state, present);
  }

  /** Whether it is known where answers show a text. */
  get isOpen(): boolean {
    return this.#texts.length > 0;
  }

  /** Whether texts are seen and have only grown, as far as it was looked for what to place: then hardly a choice is wrong. */
  get isSure(): boolean {
    return this.isOpen && !this.#isReplaced;
  }

  /** An operation has been placed. */
  placed(before: State, operation: number, next: State): void {
    this.#ropes.grow(before, operation, next);
  }

  /** An operation did nothing in this state: perhaps its answer shows it. */
  learn(state: State, operation: number): void {
    const text: unknown = state;
    if (typeof text === "string" && text !== "") this.#look(operation, (shown) => shown === text);
  }

  /**
   * No order explains an answer, and none has been the state yet: perhaps this one shows the state that there should have been. It
   * does if it begins with what one of the first operations makes of the first state. Whether it is known now where answers show
   * a text.
   */
  guess(first: State, operation: number): boolean {
    if (this.isOpen || typeof first !== "string") return false;
    this.#look(operation, (shown) => typeof shown === "string" && this.#begins(shown, first));
    return this.isOpen;
  }

  /** Whether a text begins with what one of the first operations makes of a state. */
  #begins(text: string, first: State): boolean {
    for (let k = 0; k < this.#problem.count && k < MOST_FIRST; k++) {
      const next = this.#present.step(first, k);
      if (next !== first && typeof next === "string" && next !== "" && beginsWith(text, next)) return true;
    }
    return false;
  }

  /** Looks for a text where an operation's answer may show one. */
  #look(operation: number, isText: (shown: unknown) => boolean): void {
    const answer = this.#problem.answers[operation];
    if (this.#looks <= 0 || !answer.known) return;
    this.#looks--;
    const output: unknown = answer.output;
    if (isText(output)) this.#begin((shown) => shown);
    if (typeof output !== "object" || output === null) return;
    const field = Object.keys(output).find((key) => isText(Reflect.get(output, key)));
    if (field === undefined) return;
    // `Reflect.get` takes ten times as long, and every answer is asked.
    this.#begin((shown) => isRecord(shown) ? shown[field] : undefined);
  }

  #begin(look: (output: unknown) => unknown): void {
    const { answers, ret, count } = this.#problem;
    this.#looks = 0;
    const texts: (string | undefined)[] = new Array(count);
    for (let k = 0; k < count; k++) {
      const answer = answers[k];
      const shown = answer.known ? look(answer.output) : undefined;
      texts[k] = typeof shown === "string" ? shown : undefined;
    }
    this.#texts = texts;
    this.#nexts = new Int32Array(count + 1).fill(-1);
    for (let k = count - 1; k >= 0; k--) {
      this.#nexts[k] = this.#texts[k] !== undefined && ret[k] !== NEVER ? k : this.#nexts[k + 1];
    }
  }

  /**
   * Gathers the texts that are to be reached: that of the operation that returns, if it waits for one (then it answers true), or
   * those of the open ones, which are not placed yet, and of those called next.
   */
  #aim(due: number, waiting: readonly number[], called: number): boolean {
    const targets = this.#targets;
    const owes = this.#texts[due];
    targets.length = 0;
    if (owes !== undefined) {
      targets.push(owes);
      return true;
    }
    for (const k of waiting) {
      const text = this.#texts[k];
      if (text !== undefined) targets.push(text);
    }
    if (targets.length > 1) targets.sort((a, b) => a.length - b.length);
    let next = this.#nexts[called];
    for (let i = 0; i < LOOK_AHEAD && next >= 0; i++, next = this.#nexts[next + 1]) {
      targets.push(this.#texts[next] ?? "");
    }
    return false;
  }

  /** Whether a text may become what an operation shows. */
  mayBecome(text: string, operation: number): boolean {
    const shown = this.#texts[operation];
    return shown !== undefined && beginsWith(shown, text);
  }

  /** Of two texts, whether the second is the one that some open operations, and those called next, ask for. */
  prefers(now: string, then: string, waiting: readonly number[], called: number): boolean {
    let next = this.#nexts[called];
    for (let i = 0; i < waiting.length + LOOK_AHEAD; i++) {
      const k = i < waiting.length ? waiting[i] : next;
      if (k < 0) return false;
      if (i >= waiting.length) next = this.#nexts[k + 1];
      const text = this.#texts[k];
      if (text === undefined) continue;
      const fitsNow = beginsWith(text, now);
      const fitsThen = beginsWith(text, then);
      if (fitsNow !== fitsThen) return fitsThen;
      if (fitsNow) return then.length > now.length;
    }
    return false;
  }

  /** The operation that leads towards the next texts, if `due` is about to return and others are waiting; -1: none is known. */
  guide(state: State, due: number, waiting: readonly number[], called: number): number {
    const text: unknown = state;
    if (!this.isOpen || typeof text !== "string" || waiting.length === 0) return -1;
    const isStuck = this.#aim(due, waiting, called);
    for (const target of this.#targets) {
      const isAhead = this.#ropes.isAhead(target, state);
      if (isAhead) {
        const guide = this.#towards(target, isStuck ? -1 : due, { from: state, first: -1 }, waiting);
        if (guide >= 0) return guide;
      }
      // It does not grow into the answer: something else has to be put in its place.
      const guide = this.#instead({ target, isAhead }, isStuck ? -1 : due, state, waiting);
      if (guide >= 0) return guide;
    }
    return -1;
  }

  /** The operation with which the present text begins to grow into what a waiting operation shows, if it can; -1 if not. */
  serving(state: State, waiting: readonly number[]): number {
    const text: unknown = state;
    if (!this.isOpen || typeof text !== "string") return -1;
    for (const k of waiting) {
      const target = this.#texts[k];
      if (target === undefined || !this.#ropes.isAhead(target, state)) continue;
      const first = this.#reaching(target, state, waiting);
      if (first >= 0) return first;
    }
    return -1;
  }

  /** The operation that puts the beginning of a text in the place of the present one, `due` being what follows. */
  #instead(goal: Goal, due: number, state: State, waiting: readonly number[]): number {
    const { target } = goal;
    for (const k of waiting) {
      const next = this.#present.step(state, k);
      if (!this.#ropes.leads(state, k, next, goal)) continue;
      if (due >= 0 && this.#towards(target, due, { from: next, first: k }, waiting) < 0) continue;
      this.#isReplaced = true;
      return k;
    }
    return -1;
  }

  /** The operation with which a text grows towards another one, `due` being a part of that; -1 if it does not. */
  #towards(
    target: string,
    due: number,
    begin: { readonly from: State; readonly first: number },
    waiting: readonly number[],
  ): number {
    let state = begin.from;
    let first = begin.first;
    const used = this.#used;
    used.length = 0;
    used.push(first);
    for (;;) {
      if (due >= 0 && this.#grows(state, due, target) !== undefined) return first < 0 ? due : first;
      const k = this.#growing(state, target, waiting);
      if (k < 0) return -1;
      if (first < 0) first = k;
      if (due < 0) return first;
      state = this.#regrown(state);
      used.push(k);
    }
  }

  /** The first of the waiting operations, none used before, with which a text grows towards another one; -1 if there is none. */
  #growing(state: State, target: string, waiting: readonly number[]): number {
    for (let i = 0; i < waiting.length; i++) {
      const k = waiting[i];
      if (this.#used.includes(k)) continue;
      this.#grown = this.#grows(state, k, target);
      if (this.#grown !== undefined) return k;
    }
    return -1;
  }

  /** What it has grown to. That counts as asked once more: when a sprint gives up does not depend on what is remembered. */
  #regrown(state: State): State {
    this.#present.steps++;
    return this.#grown ?? state;
  }

  /** The operation with which the present text begins to grow into another one, as a whole; -1 if it does not. */
  #reaching(target: string, from: State, waiting: readonly number[]): number {
    let state = from;
    const used = this.#used;
    used.length = 0;
    while (state !== target) {
      const k = this.#growing(state, target, waiting);
      if (k < 0) return -1;
      state = this.#regrown(state);
      used.push(k);
    }
    return used[0] ?? -1;
  }

  /** The text that an operation makes of one that a target begins with, if it is longer and the target begins with it. */
  #grows(state: State, operation: number, target: string): State | undefined {
    const next = this.#present.step(state, operation);
    const isLonger = typeof next === "string" && typeof state === "string" && next.length > state.length;
    return isLonger && this.#ropes.leads(state, operation, next, { target, isAhead: true })
      ? next
      : undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
