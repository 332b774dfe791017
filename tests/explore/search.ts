/**
 * Breadth-first search over every state of a scope: what it finds first has the shortest story.
 * @module
 */

import { Atlas, type Move } from "./atlas.ts";
import { pay, wholeBudget } from "./budget.ts";
import type { Breach, LawName } from "./history.ts";
import { Judge } from "./judge.ts";
import { markBits, type MarkName, markNames } from "./marks.ts";
import { MeasuredQueue, type Order } from "./queue.ts";
import type { Scope } from "./scope.ts";
import { createRow, type Row, StateStore } from "./store.ts";
import { ALL_REDUCTIONS, type Reductions, Successors } from "./successor.ts";

/** How an exploration is run. */
export interface ExploreOptions {
  /** Stop, unproved, at this many states. */
  readonly maxStates: number;
  /** The laws that are enforced. */
  readonly laws: ReadonlySet<LawName>;
  readonly reductions: Reductions;
  readonly order: Order;
  /** Stop at the first state that shows one of these rare situations, to tell how it comes about. */
  readonly until: readonly MarkName[];
}

/** Every law. */
export const ALL_LAWS: ReadonlySet<LawName> = new Set<LawName>([
  "invariant",
  "monotone",
  "leader-append-only",
  "durable-before-visible",
  "election-safety",
  "log-matching",
  "leader-completeness",
  "state-machine-safety",
  "committed-on-quorum",
  "predictive-commit",
  "linearizable-read",
]);

/** Everything enforced and switched on, at most five million states. */
export const DEFAULT_OPTIONS: ExploreOptions = {
  maxStates: 5_000_000,
  laws: ALL_LAWS,
  reductions: ALL_REDUCTIONS,
  order: "shortest",
  until: [],
};

/** How far an exploration has got. */
export interface Figures {
  /** States visited. */
  readonly states: number;
  /** Moves tried, those that led nowhere new included. */
  readonly transitions: number;
  /** The most moves that it takes to reach a state. */
  readonly depth: number;
  /** States found and not yet looked at. */
  readonly waiting: number;
  /** Distinct states of single nodes, and distinct messages. */
  readonly nodeStates: number;
  readonly messages: number;
  /** The rare situations seen. */
  readonly marks: readonly MarkName[];
}

/** What a finding shows at its end. */
export type Point =
  | { readonly kind: "breach"; readonly breach: Breach }
  | { readonly kind: "mark"; readonly mark: MarkName };

/** A way to a broken law, or to a rare situation: rows and moves, to be told by `retell.ts`. */
export interface Finding {
  /** The last state before, and the moves after it. */
  readonly row: number;
  readonly moves: readonly Move[];
  readonly point: Point;
}

/** What an exploration came to. */
export type Exploration =
  /** Every state of the scope obeys the laws. */
  | { readonly kind: "exhausted" }
  /** A way to a broken law; a shortest one in the order `shortest`. */
  | { readonly kind: "violation"; readonly finding: Finding }
  /** A way to one of the situations that were asked for. */
  | { readonly kind: "shown"; readonly finding: Finding }
  /** There are more states than allowed: nothing is proved. */
  | { readonly kind: "unfinished" };

/** One exploration. Deterministic; advanced in slices, so that a caller can show progress and stop it. */
export class Explorer {
  readonly atlas: Atlas;
  readonly store: StateStore;
  readonly #options: ExploreOptions;
  readonly #successors: Successors;
  readonly #judge: Judge;
  readonly #row: Row;
  readonly #queue = new MeasuredQueue();
  #depth = 0;
  #transitions = 0;
  readonly #until: number;
  #marks = 0;
  #finding: Finding | null = null;

  constructor(scope: Scope, options: ExploreOptions = DEFAULT_OPTIONS) {
    this.#options = options;
    this.#until = markBits(...options.until);
    this.atlas = new Atlas(scope, options.laws);
    this.store = new StateStore(scope.nodes, options.reductions.covering);
    this.#successors = new Successors(this.atlas, options.reductions);
    this.#judge = new Judge(this.atlas, options.laws);
    this.#row = createRow(scope.nodes);
    this.#add(this.firstRow(), -1, -1);
  }

  /** The state in which everything starts. */
  firstRow(): Row {
    const row = createRow(this.atlas.scope.nodes);
    row.nodes.set(this.atlas.firstNodes());
    row.history = this.atlas.firstHistory();
    row.budget = wholeBudget(this.atlas.scope);
    return row;
  }

  get figures(): Figures {
    return {
      states: this.store.size,
      transitions: this.#transitions,
      depth: this.#depth,
      waiting: this.#queue.size,
      nodeStates: this.atlas.nodes.length,
      messages: this.atlas.letters.length,
      marks: markNames(this.#marks),
    };
  }

  /** Explores to the end. */
  run(): Exploration {
    for (;;) {
      const result = this.advance(1 << 20);
      if (result !== null) return result;
    }
  }

  /** Looks at some more states, about `transitions` moves; null if the end is not reached. */
  advance(transitions: number): Exploration | null {
    const until = this.#transitions + transitions;
    while (this.#transitions < until) {
      if (this.store.size > this.#options.maxStates) return { kind: "unfinished" };
      const row = this.#queue.pop();
      if (row === -1) return { kind: "exhausted" };
      if (this.store.isDropped(row)) continue;
      this.#expand(row);
      const finding = this.#finding;
      if (finding !== null) return { kind: finding.point.kind === "mark" ? "shown" : "violation", finding };
    }
    return null;
  }

  #expand(number: number): void {
    const row = this.#row;
    const { atlas } = this;
    this.store.load(number, row);
    for (let at = 0; at < row.count && this.#finding === null; at++) {
      const to = atlas.receivers[row.letters[at]];
      const move = atlas.deliver(row.nodes[to], row.letters[at]);
      if (move !== null) this.#take(number, to, move);
    }
    for (let node = 0; node < row.nodes.length && this.#finding === null; node++) {
      for (const move of atlas.local(row.nodes[node])) this.#take(number, node, move);
    }
  }

  #take(parent: number, node: number, move: Move): void {
    if (this.#finding !== null) return;
    const row = this.#row;
    const { eagerWords } = this.#options.reductions;
    // Most messages change nothing any more; what they make their receiver say was said at once.
    if (move.deed.kind === "deliver" && move.node === row.nodes[node] && eagerWords && move.death === null) {
      this.#transitions++;
      this.#marks |= move.marks;
      return;
    }
    const budget = pay(row.budget, move.cost);
    if (budget === -1) return;
    const history = this.atlas.remember(row.history, move);
    if (history === -1) return;
    this.#transitions++;
    this.#marks |= move.marks;
    if (move.breach !== null) return this.#report(parent, [move], move.breach);
    if (history < 0) return this.#report(parent, [move], this.atlas.breachOf(history));
    if (move.death !== null) this.#take(parent, node, move.death);
    const idle = move.node === row.nodes[node] && history === row.history && budget === row.budget;
    if (idle && (eagerWords || move.sent.length === 0)) return;
    const next = this.#successors.after(row, node, move, history, budget);
    const { broken } = this.#successors;
    if (broken !== null) return this.#report(parent, [move, broken.move], broken.breach);
    const breach = this.#judge.judge(next);
    if (breach !== null) return this.#report(parent, [move], breach);
    this.#marks |= this.#judge.marks(next, row.history);
    if ((this.#marks & this.#until) !== 0) {
      const [mark] = markNames(this.#marks & this.#until);
      this.#finding = { row: parent, moves: [move], point: { kind: "mark", mark } };
      return;
    }
    this.#add(next, parent, move.code);
    if (this.atlas.letters.length > 65535) {
      throw new RangeError("Cannot go on: the scope has more than 65,535 different messages; narrow it");
    }
  }

  #add(next: Row, parent: number, code: number): void {
    const depth = parent === -1 ? 0 : this.store.depthOf(parent) + 1;
    const row = this.#successors.canonical(next);
    const number = this.store.add(row, parent, code);
    if (number === -1) return;
    this.store.setDepth(number, depth);
    if (depth > this.#depth) this.#depth = depth;
    let measure = depth;
    if (this.#options.order === "gathering") {
      measure = 0;
      for (let node = 0; node < row.nodes.length; node++) measure += this.atlas.progress(row.nodes[node]);
    }
    this.#queue.push(number, measure);
  }

  #report(row: number, moves: readonly Move[], breach: Breach): void {
    this.#finding ??= { row, moves, point: { kind: "breach", breach } };
  }
}
