import type { Budget } from "../budget.ts";
import { OVERWRITE } from "./problem.ts";
import { KeySet } from "./key_set.ts";
import type { Doom, Walk } from "./walk.ts";
import type { Placement } from "./trace.ts";
import type { Progress } from "./depth.ts";
import { Layer } from "./layer.ts";

/**
 * Just-in-time search (Lowe 2017): goes through the returns in order and keeps every configuration worth keeping. Only
 * configurations in which the operation that returns is owed, or optional and still unused, are developed, and only until
 * they have placed it: what does not serve that can as well be placed later.
 *
 * At its best where there are few solutions, or none. At a quiescent instant - no operation open - all masks are empty, so
 * that what is passed on is a set of states: the history is cut there (reduction (f)) without further ado, and nothing of
 * the past is kept but one parent pointer for each decision.
 *
 * Reduction (b), dominance: a configuration with the same state, that has spent no other operations and owes no others,
 * can imitate every completion of the other; so only the least ones are kept. It imitates them step by step: whatever the
 * other places is unspent here too; whatever the other must place and this one need not, may be left out only if it is
 * optional, and optional operations may be placed as well.
 */
export class FrontierSearch<State, Input, Output> {
  /** Configurations made since the start. */
  made = 0;

  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  readonly #doomed: Doom;
  readonly #last: number;
  readonly #seen: KeySet;
  /** Configurations stuck at this level, to be developed. */
  #stuck: Layer;
  /** Configurations past this level. */
  #past: Layer;
  #next = 0;
  #level = 0;
  /** Parent and operation and state and level of each decision. */
  #decisions: Int32Array = new Int32Array(1024);
  #decided = 0;
  #started = false;
  #final: number | undefined = undefined;

  constructor(walk: Walk<State, Input, Output>, budget: Budget, doomed: Doom) {
    this.#walk = walk;
    this.#budget = budget;
    this.#doomed = doomed;
    this.#last = walk.problem.returns.length;
    this.#seen = new KeySet(1 + walk.size);
    this.#stuck = new Layer(walk.size);
    this.#past = new Layer(walk.size);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#seen.bytes + this.#stuck.bytes + this.#past.bytes + this.#decisions.byteLength +
      this.#walk.bytes;
  }

  /** The level it works on: every operation that returned before it can be explained. */
  get furthest(): number {
    return this.#level;
  }

  /** The placements that lead to one of the configurations of the present level; the whole order once `ok`. */
  path(): Placement[] {
    const path: Placement[] = [];
    let at = this.#final ?? (this.#stuck.count > 0 ? this.#stuck.parent(0) : -1);
    for (; at >= 0; at = this.#decisions[at * 4]) {
      const base = at * 4;
      path.push({
        operation: this.#decisions[base + 1],
        state: this.#decisions[base + 2],
        level: this.#decisions[base + 3],
      });
    }
    return path.reverse();
  }

  /** Works until it has made `amount` more configurations. */
  run(amount: number): Progress {
    if (!this.#started) {
      this.#started = true;
      const node = new Int32Array(this.#walk.size);
      this.#walk.first(node, 0);
      this.#past.add(node, 0, -1, false);
      if (this.#last === 0) return "ok";
      this.#sort(0);
    }
    const target = this.made + amount;
    while (this.made < target) {
      if (!this.#budget.goOn() || !this.#budget.allow(this.bytes + this.#walk.states.bytes)) return "stopped";
      if (this.#next < this.#stuck.count) {
        this.#develop(this.#next++);
        continue;
      }
      if (this.#past.count === 0) return "illegal";
      if (this.#level + 1 === this.#last) {
        this.#final = this.#past.parent(0);
        this.#level++;
        return "ok";
      }
      this.#past.dropDominated(this.#walk.problem.words);
      this.#walk.moveTo(this.#level + 1);
      this.#sort(++this.#level);
    }
    return "running";
  }

  /** Brings the configurations past the last level to this one, and parts them in stuck and not. */
  #sort(level: number): void {
    const walk = this.#walk;
    const from = this.#past;
    const kept = this.#stuck;
    kept.clear();
    this.#seen.clear();
    let passed = 0;
    for (let i = 0; i < from.count; i++) {
      this.made++;
      const at = from.at(i);
      if (level > 0) walk.follow(from.nodes, at);
      if (this.#doomed(level, from.nodes[at], from.nodes, at)) continue;
      if (!this.#seen.add(0, from.nodes, at)) continue;
      const due = walk.due(from.nodes, at);
      if (due !== "settled") kept.add(from.nodes, at, from.parent(i), false);
      if (due !== "owed") from.move(i, passed++);
    }
    from.truncate(passed);
    this.#next = 0;
  }

  #develop(index: number): void {
    const walk = this.#walk;
    const { effect } = walk.problem;
    const at = this.#stuck.at(index);
    const parent = this.#stuck.parent(index);
    const wasOwed = walk.due(this.#stuck.nodes, at) === "owed";
    const count = walk.candidates(this.#stuck.nodes, at, this.#stuck.flag(index));
    const made: { nodes: Int32Array; at: number } = { nodes: this.#stuck.scratch, at: 0 };
    for (let i = 0; i < count; i++) {
      const operation = walk.found[i];
      const branches = walk.states.apply(this.#stuck.nodes[at], operation);
      for (let b = 0; b < branches; b++) {
        if (b > 0) walk.states.apply(this.#stuck.nodes[at], operation);
        this.made++;
        const state = walk.states.results[b];
        const satisfied = walk.place(this.#stuck.nodes, at, made, operation, state);
        if (this.#doomed(this.#level, state, made.nodes, 0) || !this.#seen.add(0, made.nodes, 0)) continue;
        const decision = this.#decide(parent, operation, state);
        const due = walk.due(made.nodes, 0);
        if (due !== "settled") {
          this.#stuck.add(made.nodes, 0, decision, effect[operation] === OVERWRITE && !satisfied);
        }
        // Leaving the returned operation behind after other decisions gains nothing over making them when they are needed
        // - unless they are what made it optional.
        if (due === "settled" || (due === "optional" && wasOwed)) {
          this.#past.add(made.nodes, 0, decision, false);
        }
      }
    }
  }

  #decide(parent: number, operation: number, state: number): number {
    if ((this.#decided + 1) * 4 > this.#decisions.length) {
      const decisions = new Int32Array(this.#decisions.length * 2);
      decisions.set(this.#decisions);
      this.#decisions = decisions;
    }
    this.#decisions.set([parent, operation, state, this.#level], this.#decided * 4);
    return this.#decided++;
  }
}
