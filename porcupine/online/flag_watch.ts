import type { DeterministicModel } from "../types.ts";
import { NEVER } from "../history.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { AnswerLimit } from "./answer_limit.ts";
import type { FastWatch } from "./fast_watch.ts";
import { Side } from "./flag_side.ts";
import { Flips } from "./flips.ts";
import { type Power, TwoStates } from "./two_states.ts";
import { byCall, insertByCall, type Standing, type Watched } from "./watched.ts";

/**
 * An object with two states - a mutex, a value of a set - while it happens, as long as each answer says what was found there.
 *
 * *Late changes are best.* Let `up(t)` be how many changes to the second state there were until `t`, and `down(t)` how many back; so
 * `down(t) <= up(t) <= down(t) + 1`. Each answer asks for a change at its return `r` because of what was before, at its call `c`
 * at the earliest: who found the second state asks `up(r) > down(c)`, who found the first `down(r) >= up(c)`; who raised it
 * asks that of the changes up since any instant there be no fewer than operations that have raised it, called since. The more there
 * were before, the more each asks for now. So the history with the fewest changes at each instant, each as late as can be, has no more
 * of them at any instant than any other one; and of a maker, too, nothing is asked but that it was called before its change, so that late
 * changes find the most. The prefix is linearizable exactly if this one history is: each change without a known maker
 * needs an operation without an answer (`Side`). What was asked in the past stays as it is, whatever answers are still to come.
 *
 * *What is forgotten.* What comes needs to know which state the object is in, whether the last change came after the call
 * of who is open, and which changes are owed to whom. The operations that are kept (see `Flips`) say the same of these four: with them
 * alone it all goes on in the same way, and an answer that is impossible after everything is so after them. That holds for answers
 * of other kinds, too, which the search takes over: whatever an operation does, where it stands in an order it has raised,
 * lowered, or found something.
 */
export class FlagWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: DeterministicModel<State, Input, Output>;
  readonly #limit: AnswerLimit;
  readonly #states: TwoStates<State, Input, Output>;
  /** By call; and what each may do, as far as that was asked: of those called since the last answer it was not. */
  readonly #open: Watched<Input, Output>[] = [];
  readonly #powers: Power[] = [];
  /** Lost ones that change neither state, by call. */
  #idle: Watched<Input, Output>[] = [];
  readonly #raising = new Side<Input, Output>();
  readonly #lowering = new Side<Input, Output>();
  readonly #flips = new Flips<Input, Output>();
  /** Whose answer is impossible. */
  #culprit: Watched<Input, Output> | undefined;

  /** Nothing has happened yet. The limit may be shared by all partitions. */
  constructor(model: DeterministicModel<State, Input, Output>, limit: AnswerLimit) {
    this.#model = model;
    this.#limit = limit;
    this.#states = new TwoStates(model, limit);
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#open, ...this.#idle, ...this.#raising.lost, ...this.#lowering.lost]);
    for (const { cause, maker } of this.#flips.needed(this.#oldest)) {
      kept.add(cause);
      if (maker !== undefined) kept.add(maker);
    }
    if (this.#culprit !== undefined) kept.add(this.#culprit);
    return [...kept].sort(byCall);
  }

  /** The state before everything that is kept. */
  get states(): readonly State[] {
    const needed = this.#flips.needed(this.#oldest);
    const wasUp = needed.length === 0 ? this.#flips.isUp : !needed[0].up;
    return [wasUp ? this.#states.second : this.#states.first];
  }

  /** Whether nothing is open or lost and the object is in its first state: then each change has a maker, and there are no others. */
  get isAsNew(): boolean {
    const unanswered = this.#open.length + this.#idle.length + this.#raising.lost.length +
      this.#lowering.lost.length;
    return !this.#flips.isUp && unanswered === 0;
  }

  /** An operation is called: what it may do is asked when the next answer comes, whose limits then hold for that. */
  call(watched: Watched<Input, Output>): boolean {
    this.#open.push(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    this.#limit.begin();
    const at = this.#understand() ? this.#open.lastIndexOf(watched) : -1;
    const deed = at < 0 ? "odd" : this.#states.deedOf(watched, this.#powers[at]);
    if (this.#limit.struck !== undefined) return this.#limit.struck;
    if (deed === "odd") return undefined;
    this.#open.splice(at, 1);
    this.#powers.splice(at, 1);
    if (deed === "raised") this.#change(watched, true);
    else if (deed === "lowered") this.#change(watched, false);
    else if (deed === "foundHigh") this.#find(watched, true);
    else if (deed === "foundLow") this.#find(watched, false);
    if (deed !== "never" && this.#isExplained()) return "ok";
    this.#culprit = watched;
    return "illegal";
  }

  /** No answer will come: it may take effect at any time, or never. */
  lose(watched: Watched<Input, Output>): void {
    const at = this.#open.lastIndexOf(watched);
    // What it may do is asked in good time: at the next answer.
    if (at >= this.#powers.length) return;
    this.#open.splice(at, 1);
    this.#lose(watched, this.#powers.splice(at, 1)[0]);
  }

  /** What is kept, from the state before it. */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.states[0]), operations: this.operations }];
  }

  /** The first call among the open operations. */
  get #oldest(): number {
    return this.#open.find(({ status }) => status === "open")?.call ?? NEVER;
  }

  #lose(watched: Watched<Input, Output>, power: Power): void {
    if (power !== "none") this.#sideOf(power === "raise").lose(watched);
    else if (this.#model.readOnly?.(watched.input) !== true) insertByCall(this.#idle, watched);
  }

  /** What those may do that were called since the last answer; false if that is something else. */
  #understand(): boolean {
    const [open, powers] = [this.#open, this.#powers];
    const known = powers.length;
    for (let k = known; k < open.length; k++) {
      const wasComplete = this.#states.isComplete;
      const power = this.#states.powerOf(open[k].input);
      if (power === "odd") return false;
      if (this.#states.isComplete !== wasComplete && !this.#understandAnew()) return false;
      powers.push(power);
    }
    // Those that were lost in the meantime.
    for (let k = open.length - 1; k >= known; k--) {
      if (open[k].status === "lost") this.#lose(open.splice(k, 1)[0], powers.splice(k, 1)[0]);
    }
    return true;
  }

  /** There is a second state now: from there those who leave the first one as it is may do something, too. */
  #understandAnew(): boolean {
    const [idle, states] = [this.#idle, this.#states];
    const powersOfIdle = idle.map(({ input }) => states.powerOf(input));
    for (let k = 0; k < this.#powers.length; k++) this.#powers[k] = states.powerOf(this.#open[k].input);
    if (powersOfIdle.includes("odd") || this.#powers.includes("odd")) return false;
    this.#idle = [];
    for (let k = 0; k < idle.length; k++) this.#lose(idle[k], powersOfIdle[k]);
    return true;
  }

  #sideOf(up: boolean): Side<Input, Output> {
    return up ? this.#raising : this.#lowering;
  }

  /** It has made a change: one of those that are owed, or one more, as late as can be. */
  #change(watched: Watched<Input, Output>, up: boolean): void {
    if (this.#sideOf(up).claim(watched)) return;
    const [flips, oldest] = [this.#flips, this.#oldest];
    if (flips.isUp === up) this.#sideOf(!up).owe(flips.add(watched, undefined, oldest));
    flips.add(watched, watched, oldest);
  }

  /** It has found a state: somebody must have changed that, if it was the other one since the call. */
  #find(watched: Watched<Input, Output>, up: boolean): void {
    const flips = this.#flips;
    if (flips.isUp === up || flips.lastAt > watched.call) return;
    this.#sideOf(up).owe(flips.add(watched, undefined, this.#oldest));
  }

  #isExplained(): boolean {
    return this.#canMake(true) && this.#canMake(false);
  }

  #canMake(up: boolean): boolean {
    const side = this.#sideOf(up);
    if (!side.isOwing) return true;
    if (!side.canBeMadeBy(this.#openThatMay(up ? "raise" : "lower"))) return false;
    side.settle(this.#oldest);
    return true;
  }

  *#openThatMay(power: Power): Generator<Watched<Input, Output>> {
    for (let k = 0; k < this.#powers.length; k++) if (this.#powers[k] === power) yield this.#open[k];
  }
}
