import type { Budget } from "../../budget.ts";
import type { Memory } from "../../scratch.ts";
import { READ } from "../../fast/register_table.ts";
import { Layer, LEAVING, POINTLESS } from "../layer.ts";
import { Choices } from "../values/choices.ts";
import { UNSEEN } from "./beginnings.ts";
import type { Masks, Take } from "./masks.ts";
import type { LetterOperations, Open } from "./open.ts";
import { thin } from "./thin.ts";

/**
 * What came of it; `narrow`: nothing was found among the configurations that were kept, and others were not; `far`: it
 * would take too long.
 */
export type TextProgress = "ok" | "illegal" | "narrow" | "far" | "stopped";

/** So many times as many configurations as leave a level are looked at within it. */
const DEVELOPED = 8;

/** So many others (a power of two) a configuration is compared with in the time that one takes where there are few. */
const COMPARED_A_STEP = 6;

/** What is open at a level, and what leads on from there. */
export interface Scene extends Open {
  /** What open operations make of a state: letter and state, in turn. */
  moves(state: number): readonly number[];
  /** The state after one of them. */
  after(state: number, letter: number): number;
}

/** What a configuration is owed. */
export interface SceneRules extends Masks {
  /** Bytes held. */
  readonly bytes: number;
  /** Whether what returns may be placed without anybody seeing what it leads to. */
  readonly mayHide: boolean;
  /** Brings a configuration of the level before to this one. */
  arrive(row: Int32Array, take?: Take): void;
  /** Places the operation in a slot, which leads to a state; answers whether a look was met. */
  place(row: Int32Array, slot: number, state: number, take?: Take): boolean;
  /** Whether it is certain that there is no completion. */
  isDoomed(row: Int32Array): boolean;
}

/** An object that is searched. */
export interface Searched {
  readonly operations: LetterOperations;
  /** At the first level. */
  at(memory: Memory): { readonly present: Scene; readonly rules: SceneRules };
}

/**
 * The just-in-time search of `FrontierSearch` for texts and logs: the same rules, and those of each of them. Of each level `width` configurations
 * are kept at most, those that owe least and have spent least.
 *
 * (d) holds for runs, too: let a put `A` and the appends after it, all placed at this level, have met no get. Then no other put `B` is
 * placed after them. Placed instead of them `B` leads to the same state, and absorbs them, as all of them are open; no more is owed, and
 * less is spent.
 *
 * (h) goes by what operations do, not by their answers: whether an append was answered makes no difference to one that does the same.
 * Of puts the one that returns first is placed even if it is optional and another one is owed: placing it absorbs the other, which may
 * then stand where the first one stood, or nowhere.
 */
export class LetterSearch {
  /** Every operation that returned before this level can be explained. */
  level = 0;

  readonly #operations: LetterOperations;
  readonly #budget: Budget;
  readonly #width: number;
  readonly #present: Scene;
  readonly #rules: SceneRules;
  readonly #row: Int32Array;
  readonly #choices: Choices;
  #layer: Layer;
  #old: Layer;
  #isThinned = false;
  /** The decision that the first configuration of the last level came of. */
  #last = -1;

  constructor(object: Searched, budget: Budget, width: number) {
    this.#operations = object.operations;
    this.#budget = budget;
    this.#width = width;
    const { present, rules } = object.at(budget.scratch);
    this.#present = present;
    this.#rules = rules;
    const { size } = this.#rules;
    this.#row = budget.scratch.int32(size);
    this.#layer = new Layer(size);
    this.#old = new Layer(size);
    this.#choices = new Choices(budget.scratch.int32(768));
  }

  /** Works to the end, or until there has been so much work. */
  run(most = Infinity): TextProgress {
    const { returns, initial } = this.#operations;
    if (returns.length === 0) return "ok";
    this.#row[0] = initial;
    this.#arrive(-1);
    for (;;) {
      for (let next = 0; next < this.#layer.count; next++) {
        if (!this.#budget.goOn() || !this.#budget.allow(this.#bytes)) return "stopped";
        if (next > DEVELOPED * this.#width) {
          this.#isThinned = true;
          break;
        }
        this.#develop(next);
      }
      if (this.#budget.work > most) return "far";
      if (!this.#goOn()) return this.#isThinned ? "narrow" : "illegal";
      if (this.level === returns.length) return "ok";
    }
  }

  /** The decisions on the way to the level it came to: operation and level of each, in turn. */
  path(): Int32Array {
    return this.#choices.path(this.#choices.trail(this.#last).choices, NOTHING);
  }

  get #bytes(): number {
    return this.#layer.bytes + this.#old.bytes + this.#choices.bytes + this.#rules.bytes;
  }

  /** Brings the configurations that leave to the next level; false if there are none. */
  #goOn(): boolean {
    const from = this.#layer;
    const first = from.nextLeaving(0);
    if (first < 0) return false;
    this.level++;
    this.#last = from.decision(first);
    if (this.level === this.#operations.returns.length) return true;
    this.#budget.spend(from.compared >>> COMPARED_A_STEP);
    from.compared = 0;
    if (thin(from, this.#width, this.#rules.size)) this.#isThinned = true;
    this.#present.forward();
    [this.#old, this.#layer] = [from, this.#old];
    this.#layer.clear();
    const row = this.#row;
    for (let i = from.nextLeaving(0); i >= 0; i = from.nextLeaving(i + 1)) {
      const at = from.at(i);
      for (let j = 0; j < row.length; j++) row[j] = from.nodes[at + j];
      this.#arrive(from.decision(i));
    }
    return true;
  }

  /** Takes in the configuration in `#row`, just come to this level. */
  #arrive(decision: number): void {
    const row = this.#row;
    this.#rules.arrive(row);
    if (this.#rules.isDoomed(row)) return;
    this.#layer.add(row, 0, decision, this.#rules.isOwed(row, 0, this.#due) ? 0 : LEAVING);
  }

  /** The slot of what returns at this level. */
  get #due(): number {
    return this.#operations.slot[this.#operations.returns[this.level]];
  }

  /** Makes the configurations that one leads to, unless the operation that returns is settled in it. */
  #develop(index: number): void {
    const layer = this.#layer;
    if (layer.isDead(index)) return;
    const rules = this.#rules;
    const { op, returns, letter, isPut } = this.#operations;
    const due = this.#due;
    const operation = returns[this.level];
    const at = layer.at(index);
    const isGet = op[operation] === READ;
    const isOwed = rules.isOwed(layer.nodes, at, due);
    if (!isOwed && (isGet || rules.isSpent(layer.nodes, at, due))) return;
    const isPointless = layer.isPointless(index);
    const moves = this.#present.moves(layer.nodes[at]);
    let isUnseen = !isGet && isOwed && rules.mayHide;
    for (let i = 0; i < moves.length; i += 2) {
      if (!isGet && moves[i] === letter[operation]) isUnseen = false;
      if (isPointless && isPut[moves[i]]) continue;
      this.#placeOne(index, moves[i], moves[i + 1], isOwed);
    }
    if (isUnseen) this.#place(index, due, UNSEEN, isOwed);
  }

  /** Rule (h): of the unspent operations of one letter, the one that returns first; and if it is optional the first that is owed. */
  #placeOne(index: number, letter: number, state: number, wasOwed: boolean): void {
    const layer = this.#layer;
    const rules = this.#rules;
    const own = this.#present.slotsOf[letter];
    const at = layer.at(index);
    let hasOptional = false;
    for (let i = 0; i < own.length; i++) {
      if (rules.isSpent(layer.nodes, at, own[i])) continue;
      const isOwed = rules.isOwed(layer.nodes, at, own[i]);
      if (hasOptional && !isOwed) continue;
      this.#place(index, own[i], state, wasOwed);
      if (isOwed || this.#operations.isPut[letter]) return;
      hasOptional = true;
    }
  }

  /** `wasOwed`: whether the operation that returns is, before this decision. */
  #place(index: number, slot: number, state: number, wasOwed: boolean): void {
    const layer = this.#layer;
    const row = this.#row;
    const rules = this.#rules;
    const { op, letter, isPut, returns } = this.#operations;
    const operation = this.#present.open[slot];
    const at = layer.at(index);
    for (let j = 0; j < row.length; j++) row[j] = layer.nodes[at + j];
    const isMet = rules.place(row, slot, state);
    if (rules.isDoomed(row)) return;
    const due = this.#due;
    const isOwed = rules.isOwed(row, 0, due);
    const isSettled = !isOwed && (op[returns[this.level]] === READ || rules.isSpent(row, 0, due));
    const leaving = isSettled || (!isOwed && wasOwed) ? LEAVING : 0;
    const isPointless = !isMet && (isPut[letter[operation]] || layer.isPointless(index));
    const choices = this.#choices;
    if (!layer.add(row, 0, choices.count, leaving | (isPointless ? POINTLESS : 0))) return;
    choices.add(layer.decision(index), operation, this.level);
  }
}

const NOTHING = new Int32Array(0);
