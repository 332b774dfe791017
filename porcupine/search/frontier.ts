import type { Budget } from "../budget.ts";
import { NEVER } from "../history.ts";
import { Absorption } from "./absorption.ts";
import { OVERWRITE, type Start } from "./problem.ts";
import type { Doom, Walk } from "./walk.ts";
import type { Path } from "./trace.ts";
import type { Progress } from "./frames.ts";
import { Decisions } from "./decisions.ts";
import { Foresight, VAIN } from "./foresight.ts";
import { Layer, LEAVING, POINTLESS } from "./layer.ts";
import { Outlook } from "./outlook.ts";
import { Twins } from "./twins.ts";

/** More configurations than this, beyond `FEW` ones for each level, and one for every other operation, are many. */
const LABORIOUS = 2048;

/** Open operations that are many, and the powers of two of integers, and of comparisons, that count as much as a configuration. */
const MANY = 128;
const INTEGERS = 5;
const COMPARISONS = 7;

/** The power of two of integers compared that take as long as a configuration. */
const PAIRS = 9;

/** See `run`: while it makes way, a turn may last so many times as long. */
const STRETCH = 2;
/** So many configurations a level are few. */
const FEW = 10;

/**
 * Just-in-time search (Lowe 2017): goes through the returns in order and keeps every configuration worth keeping. A
 * configuration is developed (operations are placed in it) only as long as the operation that returns at this level is owed,
 * or optional and unspent. Once that operation is placed, the others can as well be placed at a later level.
 *
 * At its best where there are few solutions, or none. At a quiescent instant, when no operation is open, all masks are empty,
 * and what is passed on is a set of states: the history is cut there (reduction (f)) with no further code. Of the past
 * nothing is kept but one decision, with its parent, for each configuration.
 *
 * Reduction (b), dominance: let D and E be configurations of one level and state, where E has spent all that D has spent,
 * and owes all that D owes. Then every completion of E is one of D, and E is dropped. Step by step: what E places is not
 * spent in E, hence not in D; it is legal in D, as the states are the same; and what D owes is owed in E, hence placed. (What
 * is optional in D and owed in E is placed too, which is allowed.) What E may leave behind at its return, D may, too.
 */
export class FrontierSearch<State, Input, Output> {
  /** Configurations made since the start. */
  made = 0;

  readonly #walk: Walk<State, Input, Output>;
  readonly #budget: Budget;
  readonly #doomed: Doom;
  readonly #outlook: Outlook<State, Input, Output>;
  readonly #absorption: Absorption<State, Input, Output>;
  readonly #foresight: Foresight<State, Input, Output>;
  readonly #twins: Twins<State, Input, Output>;
  readonly #last: number;
  readonly #scratch: Int32Array;
  /** The same as a place to write to: thousands of such places would be made for a history of thousands. */
  readonly #into: { readonly nodes: Int32Array; readonly at: number };
  /** The configurations of this level; `#next` is the first that is not yet developed. */
  #layer: Layer;
  /** Those of the level before. */
  #old: Layer;
  #next = 0;
  #level = 0;
  readonly #decisions: Decisions;
  #started = false;
  #final: number | undefined = undefined;

  constructor(walk: Walk<State, Input, Output>, budget: Budget, doomed: Doom) {
    this.#walk = walk;
    this.#budget = budget;
    this.#doomed = doomed;
    this.#decisions = new Decisions(walk.problem.words);
    this.#outlook = new Outlook(walk, budget);
    this.#foresight = new Foresight(walk, this.#outlook);
    this.#twins = new Twins(walk, this.#outlook.ahead, this.#outlook.looks, budget);
    this.#absorption = new Absorption(walk, budget);
    this.#last = walk.problem.returns.length;
    this.#scratch = new Int32Array(walk.size);
    this.#into = { nodes: this.#scratch, at: 0 };
    this.#layer = new Layer(walk.size);
    this.#old = new Layer(walk.size);
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#layer.bytes + this.#old.bytes + this.#decisions.bytes + this.#walk.bytes;
  }

  /** The level it works on: every operation that returned before it can be explained. */
  get furthest(): number {
    return this.#level;
  }

  /** It writes down decisions only: see {@linkcode path}. */
  get order(): undefined {
    return undefined;
  }

  /** Which of the problem's starts {@linkcode path} follows. */
  get start(): number {
    return this.path().start;
  }

  /** Whether it makes so many configurations that fewer would be worth some trouble. */
  get isLaborious(): boolean {
    return this.made > LABORIOUS + (this.#walk.problem.count >>> 1) + FEW * this.#level;
  }

  /** The placements that lead to one of the configurations of the present level; the whole order once `ok`. */
  path(): Path {
    return this.#decisions.pathTo(this.#final ?? (this.#layer.count > 0 ? this.#layer.decision(0) : -1));
  }

  /**
   * Works until it has made `patience` configurations without coming to another level, or `STRETCH` times as many in all, `easy`
   * ones for each level not counted: where there is little to choose it is at its best.
   */
  run(patience: number, easy = 0): Progress {
    this.#begin();
    if (this.#last === 0) return "ok";
    let end = this.made + STRETCH * patience;
    let level = this.#level;
    let idleEnd = this.made + patience;
    while (this.made < idleEnd && this.made < end) {
      if (!this.#mayGoOn()) return "stopped";
      if (this.#next < this.#layer.count) this.#develop(this.#next++);
      else {
        const progress = this.#goOn();
        if (progress !== "running") return progress;
        if (this.#level > level) {
          end += easy;
          level = this.#level;
          idleEnd = this.made + patience;
        }
      }
    }
    return "running";
  }

  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    for (let start = 0; start < this.#walk.problem.starts.length; start++) {
      this.#walk.first(this.#scratch, 0, start);
      this.#arrive(-1 - start);
    }
  }

  /** Looks at the clock when many were compared: ten thousand configurations, each with a thousand others, take half a second. */
  #watch(): boolean {
    const rounds = (this.#layer.unwatched * this.#walk.size) >>> PAIRS;
    this.#layer.unwatched = 0;
    return this.#budget.pass(rounds);
  }

  #mayGoOn(): boolean {
    return this.#budget.goOn() && this.#budget.allow(this.bytes + this.#walk.states.bytes);
  }

  /** Works until it comes to a level before the last; `running`: it is there, with nothing done at that level. */
  advanceTo(level: number): Progress {
    this.#begin();
    while (this.#level < level) {
      if (!this.#mayGoOn()) return "stopped";
      if (this.#next < this.#layer.count) this.#develop(this.#next++);
      else {
        const progress = this.#goOn();
        if (progress !== "running") return progress;
      }
    }
    return "running";
  }

  /** The configurations of the present level, as something to begin another problem with. */
  present(): Start<State>[] {
    const { states, open, problem: { ret } } = this.#walk;
    const starts: Start<State>[] = [];
    for (let index = 0; index < this.#layer.count; index++) {
      if (this.#layer.isDead(index)) continue;
      const at = this.#layer.at(index);
      const spent: number[] = [];
      const free: number[] = [];
      for (const k of open) {
        if (k < 0) continue;
        const standing = this.#walk.standing(this.#layer.nodes, at, k);
        if (standing === "spent") spent.push(k);
        else if (standing === "free" && ret[k] !== NEVER) free.push(k);
      }
      starts.push({ state: states.values[this.#layer.nodes[at]], spent, free });
    }
    return starts;
  }

  /** Brings the configurations that may go on to the next level. */
  #goOn(): Progress {
    const walk = this.#walk;
    const from = this.#layer;
    const first = from.nextLeaving(0);
    if (first < 0) return "illegal";
    if (this.#level + 1 === this.#last) {
      this.#final = from.decision(first);
      this.#level++;
      return "ok";
    }
    walk.moveTo(++this.#level);
    [this.#old, this.#layer] = [this.#layer, this.#old];
    this.#layer.clear();
    this.#next = 0;
    const { hopes } = this.#foresight;
    const forget = hopes.isFull;
    if (forget) hopes.clear();
    for (let index = first; index >= 0; index = from.nextLeaving(index + 1)) {
      const at = from.at(index);
      if (!this.#watch() && this.#layer.count > 0) return "stopped";
      for (let i = 0; i < walk.size; i++) this.#scratch[i] = from.nodes[at + i];
      walk.follow(this.#scratch, 0);
      if (!this.#arrive(from.decision(index)) || forget) continue;
      this.#layer.setHope(this.#layer.count - 1, from.hope(index));
    }
    if (this.#outlook.seesOrders) this.#twins.dropFrom(this.#layer);
    return "running";
  }

  /** Takes in the configuration in `#scratch`, just come to this level; answers whether it is worth keeping. */
  #arrive(decision: number): boolean {
    this.made++;
    if (this.#last === 0 || this.#doomed(this.#level, this.#scratch[0], this.#scratch, 0)) return false;
    const leaving = this.#walk.due(this.#scratch, 0) !== "owed";
    return this.#layer.add(this.#scratch, 0, decision, leaving ? LEAVING : 0);
  }

  /** Makes the configurations that one leads to by one more decision, unless the operation that returns is settled in it. */
  #develop(index: number): void {
    const walk = this.#walk;
    const layer = this.#layer;
    const foresight = this.#foresight;
    const at = layer.at(index);
    const due = walk.due(layer.nodes, at);
    if (due === "settled" || layer.isDead(index)) return;
    if (due === "optional" && this.#outlook.isIdle(layer.nodes, at)) return;
    const target = foresight.target(layer, index, due === "owed");
    if (target >= 0 && foresight.isDoomed(layer, index, target)) return;
    const isVain = due === "owed" && target >= 0 && this.#outlook.beginVain(layer.nodes, at, target);
    const count = walk.candidates(layer.nodes, at, layer.isPointless(index));
    this.#charge(count);
    // What a limit cuts short says nothing, and is not gone on with.
    for (let i = 0; i < count && this.#budget.stopped === undefined; i++) {
      const operation = walk.found[i];
      const hope = isVain
        ? foresight.hopeAfter(layer, index, operation, target)
        : foresight.hopes.after(layer.hope(index), operation);
      if (hope === VAIN) continue;
      const branches = walk.states.apply(layer.nodes[at], operation);
      for (let b = 0; b < branches; b++) {
        if (b > 0) walk.states.apply(layer.nodes[at], operation);
        const state = walk.states.results[b];
        if (walk.isInVain(layer.nodes, at, operation, state)) continue;
        if (this.#place(index, operation, state, due === "owed")) layer.setHope(layer.count - 1, hope);
      }
    }
  }

  /**
   * A question about a core leaves thousands of operations open: what they lead to has long masks, and each is compared with many
   * others. That is work, too.
   */
  #charge(candidates: number): void {
    const { problem: { watches }, open, size } = this.#walk;
    if (!watches || open.length < MANY) return;
    this.#budget.spend(((candidates * size) >>> INTEGERS) + (this.#layer.compared >>> COMPARISONS));
    this.#layer.compared = 0;
  }

  /** Answers whether the configuration that it leads to is kept. */
  #place(index: number, operation: number, state: number, wasOwed: boolean): boolean {
    const walk = this.#walk;
    const layer = this.#layer;
    const made = this.#scratch;
    this.made++;
    this.#outlook.looks.made(layer.count);
    const at = layer.at(index);
    const satisfied = walk.place(layer.nodes, at, this.#into, operation, state);
    if (walk.problem.watches) this.#outlook.sense(layer.nodes[at]);
    const absorbs = walk.problem.watches && this.#absorption.absorb(layer.nodes[at], operation, made, 0);
    if (this.#doomed(this.#level, state, made, 0)) return false;
    const pointless = walk.problem.effect[operation] === OVERWRITE && !satisfied;
    const due = walk.due(made, 0);
    // May this configuration go on to the next level without the operation that returns? If that was optional before this
    // decision already, the configuration before it goes on, and the decision can be made later, when it is needed. But if it
    // was owed, this decision has absorbed it, and there is no other configuration that goes on in its place.
    const leaving = due === "settled" || (due === "optional" && wasOwed);
    const flags = (pointless ? POINTLESS : 0) | (leaving ? LEAVING : 0);
    const isKept = layer.add(made, 0, this.#decisions.next, flags);
    this.#watch();
    if (!isKept) return false;
    const absorbed = absorbs ? this.#decisions.keepMask(this.#absorption.mask) : -1;
    this.#decisions.add(layer.decision(index), operation, state, this.#level, absorbed);
    return true;
  }
}
