import { isDubious, requireState } from "../require/state.ts";
import type { Budget } from "../budget.ts";
import type { Model, StateKey, StepContext } from "../types.ts";
import { ILLEGAL } from "../types.ts";
import { canonical, hidesFields } from "../canonical.ts";
import { requireStates } from "../require/model.ts";
import { StepMemory } from "./memory.ts";
import { tableKey } from "../table_key.ts";
import type { Problem } from "./problem.ts";

/** Tables of fewer entries double without much ado. */
const LARGE_TABLE = 1 << 15;

/** The host's heap grows to about so many times what is alive in it before its garbage is collected. */
const HEAP_SHARE = 2;

/** What a state holds that is only known by a number of its own: mostly it shares what it is made of with others. */
const OWN_BYTES = 64;

/** What an operation does to a state: it cannot have answered so, it leaves it as it is, or it makes another one of it. */
export const IMPOSSIBLE = 0;
/** See {@linkcode IMPOSSIBLE}. */
export const NOTHING = 1;
/** See {@linkcode IMPOSSIBLE}. */
export const SOMETHING = 2;

/**
 * Numbers for states, so that a configuration is a few integers, and the memory of what each class of operation does in
 * each state.
 */
export class States<State, Input, Output> {
  /** States by number. */
  readonly values: State[] = [];
  /** Estimated bytes held by the states. */
  bytes = 0;
  /** The states an application led to; `count` of them are valid. */
  readonly results: number[] = [0];

  readonly #problem: Problem<State, Input, Output>;
  readonly #budget: Budget;
  readonly #isBounded: boolean;
  readonly #byKey = new Map<StateKey, number>();
  readonly #byStructure = new Map<StateKey, number>();
  readonly #byHash = new Map<number, number[]>();
  readonly #rows: (Int32Array | undefined)[] = [];
  readonly #memory: StepMemory<State>;
  /** By number: the one number of all equal states; -1: not looked for yet. */
  readonly #same: number[] = [];

  constructor(problem: Problem<State, Input, Output>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.#isBounded = budget.isBounded;
    this.#memory = new StepMemory(problem.watches ? problem.slots : 0);
  }

  /** The number of a state; `own`: one it was given without looking whether it is known. */
  intern(state: State, own = -1): number {
    const model = this.#problem.model;
    if (model.key === undefined && model.equal !== undefined && isObject(state)) {
      return this.#internByEqual(state, model.equal, own);
    }
    if (model.key === undefined && isObject(state)) {
      return this.#lookUp(this.#byStructure, canonical(state), state, own);
    }
    const key = model.key !== undefined ? model.key(state) : state as StateKey;
    return this.#lookUp(this.#byKey, key, state, own);
  }

  /** The one number of all states equal to one that was given a number of its own. */
  known(state: number): number {
    const same = this.#same[state];
    return same >= 0 ? same : this.#same[state] = this.intern(this.values[state], state);
  }

  /**
   * Applies an operation to a state; leaves the next states in `results` and answers how many there are (0 if the answer
   * is impossible).
   */
  apply(state: number, operation: number): number {
    const problem = this.#problem;
    const { model } = problem;
    if ("steps" in model) {
      if (this.#isBounded && !this.#budget.mayStep()) return 0;
      const { inputs, answers } = problem;
      const nexts = requireStates(
        model.steps(this.values[state], inputs[operation], answers[operation], this.#budget),
      );
      for (let i = 0; i < nexts.length; i++) this.results[i] = this.intern(nexts[i]);
      return nexts.length;
    }
    const row = this.#row(state);
    const cls = problem.cls[operation];
    if (row !== undefined && row[cls] !== 0) {
      this.results[0] = row[cls] - 1;
      return row[cls] < 0 ? 0 : 1;
    }
    const next = problem.watches ? this.#remembered(state, operation) : this.#step(state, operation);
    if (next === ILLEGAL) {
      // Not remembered when the limit struck: the step may have been cut short.
      if (row !== undefined && this.#budget.stopped === undefined) row[cls] = -1;
      return 0;
    }
    const id = this.results[0] = problem.watches ? this.known(this.#numbered(state)) : this.intern(next);
    if (row !== undefined) row[cls] = id + 1;
    return 1;
  }

  /**
   * The same, but a state that is not known to be the one before gets a number of its own: finding out whether an equal one
   * has a number means to read it all, which is for nothing if the search does not come back to it (see `known`).
   */
  applyLazily(state: number, operation: number): number {
    if (!this.#isLazy || this.#row(state) !== undefined) return this.apply(state, operation);
    if (this.#remembered(state, operation) === ILLEGAL) return 0;
    this.results[0] = this.#numbered(state);
    return 1;
  }

  /** What an operation makes of a state, as a state of its own: no number is given to it. */
  peek(state: number, operation: number): State | typeof ILLEGAL {
    return "steps" in this.#problem.model ? ILLEGAL : this.#remembered(state, operation);
  }

  /** Whether an operation's answer is possible in a state. */
  allows(state: number, operation: number): boolean {
    const { model } = this.#problem;
    if ("steps" in model || this.#row(state) !== undefined) return this.apply(state, operation) > 0;
    const next = this.#isLazy ? this.#remembered(state, operation) : this.#step(state, operation);
    return next !== ILLEGAL;
  }

  /** What an operation does to a state, without giving a number to a state that is not needed yet. */
  outcome(state: number, operation: number): number {
    const { model } = this.#problem;
    if ("steps" in model || this.#row(state) !== undefined) {
      const count = this.apply(state, operation);
      for (let i = 0; i < count; i++) if (this.results[i] === state) return NOTHING;
      return count === 0 ? IMPOSSIBLE : SOMETHING;
    }
    const next = this.#remembered(state, operation);
    if (next === ILLEGAL) return IMPOSSIBLE;
    if (this.#memory.number === state || !this.same(next, this.values[state])) {
      return this.#memory.number === state ? NOTHING : SOMETHING;
    }
    this.#memory.number = state;
    return NOTHING;
  }

  /** The one state that an operation makes of a state; {@linkcode ILLEGAL} also where there are several. */
  only(state: State, operation: number, context: StepContext): State | typeof ILLEGAL {
    const { model, inputs, answers } = this.#problem;
    if (this.#isBounded && !this.#budget.mayStep()) return ILLEGAL;
    if (!("steps" in model)) {
      const next = model.step(state, inputs[operation], answers[operation], context);
      if (isDubious(next)) requireState(model, next, state, inputs[operation], context);
      return next;
    }
    const nexts = model.steps(state, inputs[operation], answers[operation], context);
    return nexts.length === 1 ? nexts[0] : ILLEGAL;
  }

  get #isLazy(): boolean {
    return this.#problem.watches && !("steps" in this.#problem.model);
  }

  /** Whether two states are equal. */
  same(left: State, right: State): boolean {
    return left === right || sameState(this.#problem.model, left, right);
  }

  /** Whether one operation, placed in a state, leads to one in which the answer of another is possible. */
  helps(state: number, operation: number, other: number): boolean {
    const { model, inputs, answers } = this.#problem;
    if ("steps" in model) return false;
    const next = this.#remembered(state, operation);
    return next !== ILLEGAL && this.#budget.mayStep() &&
      model.step(next, inputs[other], answers[other], this.#budget) !== ILLEGAL;
  }

  #step(state: number, operation: number): State | typeof ILLEGAL {
    const { model, inputs, answers } = this.#problem;
    if ("steps" in model) throw new TypeError("a model with steps has no step");
    if (this.#isBounded && !this.#budget.mayStep()) return ILLEGAL;
    const next = model.step(this.values[state], inputs[operation], answers[operation], this.#budget);
    if (isDubious(next)) requireState(model, next, this.values[state], inputs[operation], this.#budget);
    return next;
  }

  /** The same, from memory where it has been asked lately. */
  #remembered(state: number, operation: number): State | typeof ILLEGAL {
    const memory = this.#memory;
    if (memory.find(state, operation, this.#problem.slot[operation])) return memory.next;
    const next = this.#step(state, operation);
    if (next !== ILLEGAL || this.#budget.stopped === undefined) memory.keep(state, operation, next);
    return next;
  }

  /** The number of the state just remembered, after one from another. */
  #numbered(before: number): number {
    const memory = this.#memory;
    const next = memory.next;
    if (next === ILLEGAL) throw new TypeError("what is impossible leads to no state");
    if (memory.number >= 0) return memory.number;
    return memory.number = this.same(next, this.values[before]) ? before : this.#number(next, -1);
  }

  /** Remembering pays when operations repeat; with each operation its own class it would be a table of n times n. */
  #row(state: number): Int32Array | undefined {
    const classes = this.#problem.classes;
    if (classes === 0 || classes > 256) return undefined;
    let row = this.#rows[state];
    if (row === undefined) {
      row = this.#rows[state] = new Int32Array(classes);
      this.bytes += 64 + 4 * classes;
    }
    return row;
  }

  #internByEqual(state: State, equal: (left: State, right: State) => boolean, own: number): number {
    const hash = this.#problem.model.hash?.(state) ?? 0;
    const bucket = this.#byHash.get(hash);
    if (bucket === undefined) {
      const made = this.#keep(state, own);
      this.#byHash.set(hash, [made]);
      return made;
    }
    for (const id of bucket) if (equal(this.values[id], state)) return id;
    const made = this.#keep(state, own);
    bucket.push(made);
    return made;
  }

  #lookUp(map: Map<StateKey, number>, given: StateKey, state: State, own: number): number {
    const key = tableKey(given);
    const known = map.get(key);
    if (known !== undefined) return known;
    const made = this.#keep(state, own);
    // The host doubles its table when it is full, at about so many bytes an entry: that is a large step late in a search.
    if (map.size >= LARGE_TABLE && (map.size & (map.size - 1)) === 0) this.#budget.reserve(64 * map.size);
    map.set(key, made);
    if (typeof key === "string" && typeof state !== "string") this.bytes += 32 + key.length;
    return made;
  }

  /** Gives a state that is new its number, which stands for all that are equal to it. */
  #keep(state: State, own: number): number {
    const id = own >= 0 ? own : this.#number(state, this.values.length);
    this.bytes += HEAP_SHARE * (48 + (this.#problem.model.sizeBytes?.(state) ?? estimateBytes(state)));
    return id;
  }

  #number(state: State, same: number): number {
    this.#same.push(same);
    this.bytes += OWN_BYTES;
    return this.values.push(state) - 1;
  }
}

/** Whether two states of a model are equal. */
export function sameState<State, Input, Output>(
  model: Model<State, Input, Output>,
  left: State,
  right: State,
): boolean {
  if (isOne(left, right)) return true;
  if (model.key !== undefined) return isOne(model.key(left), model.key(right));
  if (!isObject(left) || !isObject(right)) return false;
  if (model.equal !== undefined) return model.equal(left, right);
  try {
    return alike(left, right);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // There is no end to them: that is told there.
    return canonical(left) === canonical(right);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Whether two values are one. NaN is itself here, as in a map: else a state that holds it would be another one at each look. */
function isOne(left: unknown, right: unknown): boolean {
  return left === right || Object.is(left, right);
}

/** Whether two values are equal in structure; not more certain than `canonical`, but quick to see a difference. */
function alike(left: unknown, right: unknown): boolean {
  if (isOne(left, right)) return true;
  if (!isObject(left) || !isObject(right)) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (left instanceof Map || left instanceof Set || right instanceof Map || right instanceof Set) {
    return canonical(left) === canonical(right);
  }
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) {
    return canonical(left) === canonical(right);
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  // Holes have no key.
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return false;
  // A date shows its time by no key, and who shows nothing at all is refused there: two of them would be taken for one.
  if (keys.length === 0 && !Array.isArray(left)) return canonical(left) === canonical(right);
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !alike(Reflect.get(left, key), Reflect.get(right, key))) return false;
  }
  // What is not listed may be where they differ: that is refused there.
  const hide = hidesFields(left, keys.length) || hidesFields(right, keys.length);
  return !hide || canonical(left) === canonical(right);
}

/** What is so deep, or in a circle, that it cannot be gone through is held to have so many bytes. */
const DEEP_BYTES = 1024;

function estimateBytes(value: unknown): number {
  try {
    return bytesOf(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return DEEP_BYTES;
  }
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (!isObject(value)) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  let total = 32;
  const children = value instanceof Map
    ? [...value].flat()
    : value instanceof Set
    ? [...value]
    : Object.values(value);
  for (const child of children) total += 8 + bytesOf(child);
  return total;
}
