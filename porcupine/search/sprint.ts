import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { ILLEGAL } from "../types.ts";
import { Choice } from "./choice.ts";
import { Front } from "./front.ts";
import { Hosts } from "./hosts.ts";
import { Present } from "./present.ts";
import type { Problem } from "./problem.ts";
import { ACTIVE, MET } from "./slots.ts";
import { Sight } from "./sight.ts";
import { Trail } from "./trail.ts";

/** Operations called next that are looked at to see which way is better. */
const HORIZON = 8;
/** Decisions that can be taken back, and ways kept of each. */
const MOST_CHOICES = 64;
const MOST_WAYS = 16;

/**
 * A quick try at an order, for models that do not say what their operations do, and histories that are what they should be:
 * goes along the returns and places what is due, as late as possible, with nothing but the user's steps; no states are given
 * numbers, no configurations are remembered. Where there is a choice it looks a few answers ahead, and it goes back some
 * choices if it comes to an end. What it finds is an order, step by step; that it finds none says nothing, and is found out
 * soon.
 *
 * What is due and changes the state is placed last, or hidden: just before the operation that changed the state before, if that
 * one leads where it led all the same (rule (c') of `Absorption`, in hindsight). It may stand there if it had been called when
 * that one was placed: whatever returned before its call had its place by then.
 */
export class Sprint<State, Input, Output> {
  /** By operation: whether it was met where it did nothing, or was seen to change a state. */
  readonly met: Uint8Array;
  /** The level it got to. */
  furthest = 0;
  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  readonly #sight: Sight<State, Input, Output>;
  readonly #trail: Trail<State>;
  readonly #present: Present<State, Input, Output>;
  readonly #hosts: Hosts<State, Input, Output>;
  readonly #front: Front<State, Input, Output>;
  #stepsThen = 0;
  /** Whether there is nothing left to try. */
  #isOver = false;
  /** Choices, in a ring. */
  readonly #choices: Choice[] = [];
  /** Whether a choice was taken back, and nothing new has been reached since. */
  #isBack = false;
  /** Whether it has begun again, and is on the way to where it was. */
  #isAgain = false;
  #top = 0;
  #bottom = 0;

  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    const { count } = problem;
    this.#problem = problem;
    this.#budget = budget;
    const present = this.#present = new Present(problem, budget);
    this.#sight = new Sight(problem, present);
    this.#trail = new Trail(count);
    this.#hosts = new Hosts(problem, this.#trail, present, this.#sight);
    this.#front = new Front(problem);
    this.met = new Uint8Array(count);
    this.#enter(0);
  }

  /** Whether answers say what to place, so that it is hardly ever wrong. */
  get isSure(): boolean {
    return this.#sight.isSure;
  }

  /**
   * An order of the whole partition, if it is found without so many steps in vain, or `sure` ones where it is sure of its way; may
   * be gone on with.
   */
  run(patience: number, sure = patience): number[] | undefined {
    const { returns, count } = this.#problem;
    const present = this.#present;
    const most = 64 * count + 10_000;
    const { placed } = this.#trail;
    const front = this.#front;
    while (!this.#isOver) {
      while (front.level < returns.length && placed[returns[front.level]] === 1) this.#enter(front.forward());
      if (front.level > this.furthest) {
        this.furthest = front.level;
        this.#isBack = this.#isAgain = false;
        this.#stepsThen = present.steps;
      }
      if (front.level === returns.length) {
        return this.#budget.stopped === undefined ? this.#trail.order() : undefined;
      }
      const isLost =
        present.steps - this.#stepsThen > (this.#sight.isSure && !this.#isAgain ? sure : patience);
      if (!this.#budget.goOn() || present.steps > most || isLost) return undefined;
      const due = returns[front.level];
      this.#isOver = !this.#decide(due) && !this.#beginAgain(due) && !this.#goBack();
    }
    return undefined;
  }

  /** By operation: its place in the order so far, counted from 1; 0: it has none. */
  guessed(): Int32Array {
    const places = new Int32Array(this.#problem.count);
    this.#trail.order().forEach((operation, i) => places[operation] = i + 1);
    return places;
  }

  /** Operations are called; what does nothing now has its place. */
  #enter(from: number): void {
    const { slot, ret } = this.#problem;
    const to = this.#front.called;
    this.#front.call(from);
    for (let k = from; k < to; k++) if (slot[k] >= 0 && ret[k] !== NEVER) this.#tryRead(k);
  }

  /** Gives an operation its place if it does nothing now. */
  #tryRead(operation: number): void {
    const next = this.#present.now(operation);
    if (next === ILLEGAL) return;
    if (!this.#present.isNow(next)) {
      this.met[operation] = ACTIVE;
      return;
    }
    this.#idle(operation);
  }

  /** Gives an operation its place that does nothing in the present state. */
  #idle(operation: number): void {
    if (this.met[operation] !== ACTIVE) this.met[operation] = MET;
    this.#trail.read(operation);
    this.#sight.learn(this.#present.state, operation);
  }

  /** Decides what is placed next, so that the operation that returns gets its place; false if there is no way. */
  #decide(due: number): boolean {
    const next = this.#present.now(due);
    if (next !== ILLEGAL && this.#present.isNow(next)) {
      this.#idle(due);
      return true;
    }
    this.#front.gather(due, this.#trail.placed);
    const host = next === ILLEGAL ? -1 : this.#hosts.find(due, due);
    if (this.#front.waiting.length === 0 && next !== ILLEGAL && host < 0) {
      this.#place(due, next);
      return true;
    }
    const choice = this.#choices[this.#top % MOST_CHOICES] ??= new Choice();
    choice.clear();
    if (next === ILLEGAL) this.#waysTo(choice, due);
    else this.#waysWith(choice, due, next, host);
    if (!choice.isOpen) return false;
    if (++this.#top - this.#bottom > MOST_CHOICES) this.#bottom++;
    choice.length = this.#trail.length;
    choice.level = this.#front.level;
    choice.lock = this.#isBack ? this.furthest : -1;
    while (choice.isOpen) if (this.#take(choice.next())) return true;
    this.#top--;
    return false;
  }

  /**
   * Begins again where an answer that nothing explains has shown what states look like: twenty appends in pairs have a thousand
   * orders, and the first answer after them says which one it was.
   */
  #beginAgain(due: number): boolean {
    if (!this.#sight.guess(this.#problem.starts[0].state, due)) return false;
    this.#present.turnTo(this.#trail.undo(0, this.#present.state));
    this.#front.backTo(0);
    this.#enter(0);
    this.#top = this.#bottom;
    this.#isAgain = true;
    // To come here again takes as many steps as it took.
    this.#stepsThen = 2 * this.#present.steps;
    return true;
  }

  /**
   * Takes back the last choice that has a way left, and takes that; false if there is none. One choice is taken back at a time:
   * what is chosen after that stands until something new is reached.
   */
  #goBack(): boolean {
    this.#isBack = true;
    while (this.#top > this.#bottom) {
      const choice = this.#choices[(this.#top - 1) % MOST_CHOICES];
      if (choice.lock < this.furthest) {
        this.#present.turnTo(this.#trail.undo(choice.length, this.#present.state));
        this.#front.backTo(choice.level);
        while (choice.isOpen) if (this.#take(choice.next())) return true;
      }
      this.#top--;
    }
    return false;
  }

  /** Places an operation, or hides the one of which it is the complement; false if that changes nothing. */
  #take(way: number): boolean {
    if (way < 0) return this.#hide(~way);
    const next = this.#present.now(way);
    if (next === ILLEGAL || this.#present.isNow(next)) return false;
    this.#place(way, next);
    return true;
  }

  /** Hides an operation, together with those that do nothing where it hides. */
  #hide(operation: number): boolean {
    const { called, ret } = this.#problem;
    const host = this.#hosts.find(operation, this.#problem.returns[this.#front.level]);
    if (host < 0) return false;
    const state = this.#hosts.hidden as State;
    this.#trail.hide(operation, host, state);
    const before = called[this.#trail.levelAt(host)];
    const { open } = this.#front;
    for (let s = 0; s < open.length; s++) {
      const k = open[s];
      if (k < 0 || k >= before || ret[k] === NEVER || this.met[k] === ACTIVE || this.#trail.placed[k] === 1) {
        continue;
      }
      const next = this.#present.step(state, k);
      if (next === ILLEGAL || !this.#present.same(next, state)) continue;
      this.met[k] = MET;
      this.#trail.hide(k, host, state);
    }
    return true;
  }

  #place(operation: number, next: State): void {
    const { ret } = this.#problem;
    this.#trail.change(operation, this.#front.level, this.#present.state, next);
    this.#sight.placed(this.#present.state, operation, next);
    this.#present.turnTo(next);
    const { open } = this.#front;
    for (let s = 0; s < open.length; s++) {
      const k = open[s];
      if (k >= 0 && ret[k] !== NEVER && this.met[k] !== ACTIVE && this.#trail.placed[k] === 0) {
        this.#tryRead(k);
      }
    }
  }

  /** The ways to go on with an operation that changes the state into `next`. */
  #waysWith(ways: Choice, due: number, next: State, host: number): void {
    let guide = this.#sight.guide(this.#present.state, due, this.#front.waiting, this.#front.called);
    if (guide < 0 && host < 0) guide = this.#sight.serving(this.#present.state, this.#front.waiting);
    if (guide >= 0) ways.add(guide);
    this.#push(ways, due, next, host);
    this.#pushRest(ways);
  }

  /** Two ways for one operation, which leads to a state: to place it last, and to hide it; the better one first. */
  #push(ways: Choice, operation: number, next: State, host: number): void {
    if (host < 0) {
      ways.addOnce(operation);
      return;
    }
    const isWanted = this.#isWanted(next, host);
    if (!isWanted) ways.add(~operation);
    ways.addOnce(operation);
    if (isWanted) ways.add(~operation);
  }

  /** The ways to make the answer possible that is to be given: first what does so by itself, then what does so where it hides. */
  #waysTo(ways: Choice, due: number): void {
    const guide = this.#sight.guide(this.#present.state, due, this.#front.waiting, this.#front.called);
    if (guide >= 0) this.#consider(ways, guide, due, true);
    const waiting = this.#front.waiting;
    for (let i = 0; i < waiting.length; i++) {
      if (waiting[i] !== guide) this.#consider(ways, waiting[i], due, false);
    }
    if (ways.count < MOST_WAYS) this.#pushIdle(ways, due);
    if (ways.count === 0) {
      for (let i = 0; i < waiting.length; i++) {
        if (ways.count < MOST_WAYS && this.#hosts.find(waiting[i], due) >= 0) ways.add(~waiting[i]);
      }
    }
    this.#pushRest(ways);
  }

  /** What did nothing where it was placed, and is open still, may be placed here instead. */
  #pushIdle(ways: Choice, due: number): void {
    const { open } = this.#front;
    for (let s = 0; s < open.length; s++) {
      const k = open[s];
      if (k >= 0 && k !== due && this.#trail.isIdle(k)) this.#consider(ways, k, due, false);
    }
  }

  #consider(ways: Choice, operation: number, due: number, isGuide: boolean): void {
    if (ways.count >= MOST_WAYS) return;
    const next = this.#present.now(operation);
    if (next === ILLEGAL || this.#present.isNow(next)) return;
    if (!isGuide && this.#present.step(next, due) === ILLEGAL) return;
    this.#push(ways, operation, next, this.#hosts.find(operation, due));
  }

  #pushRest(ways: Choice): void {
    const waiting = this.#front.waiting;
    for (let i = 0; i < waiting.length && ways.count < MOST_WAYS; i++) ways.addOnce(waiting[i]);
  }

  /** Whether answers that cannot hide at a host say that the state should be this one rather than the present one. */
  #isWanted(next: State, host: number): boolean {
    const { called, count } = this.#problem;
    const before = called[this.#trail.levelAt(host)];
    const from = this.#front.called;
    const now = this.#present.state;
    if (this.#sight.isOpen && typeof now === "string" && typeof next === "string") {
      return this.#sight.prefers(now, next, this.#front.waiting.filter((k) => k >= before), from);
    }
    const waiting = this.#front.waiting;
    for (let i = 0; i < waiting.length; i++) {
      const k = waiting[i];
      if (
        k >= before && this.met[k] !== ACTIVE && this.#present.step(next, k) !== ILLEGAL &&
        this.#present.now(k) === ILLEGAL
      ) return true;
    }
    for (let k = from; k < count && k < from + HORIZON; k++) {
      const mayNow = this.#present.now(k) !== ILLEGAL;
      const mayThen = this.#present.step(next, k) !== ILLEGAL;
      if (mayNow !== mayThen) return mayThen;
    }
    return false;
  }
}
