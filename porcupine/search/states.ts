import type { StateKey, StepContext } from "../types.ts";
import { ILLEGAL } from "../types.ts";
import type { Problem } from "./problem.ts";
import { canonical } from "../canonical.ts";

/** The host's heap grows to about so many times what is alive in it before its garbage is collected. */
const HEAP_SHARE = 2;

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
  readonly #context: StepContext;
  readonly #byKey = new Map<StateKey, number>();
  readonly #byStructure = new Map<StateKey, number>();
  readonly #byHash = new Map<number, number[]>();
  readonly #rows: (Int32Array | undefined)[] = [];

  constructor(problem: Problem<State, Input, Output>, context: StepContext) {
    this.#problem = problem;
    this.#context = context;
  }

  /** The number of a state. */
  intern(state: State): number {
    const model = this.#problem.model;
    if (model.key === undefined && model.equal !== undefined && isObject(state)) {
      return this.#internByEqual(state, model.equal);
    }
    if (model.key === undefined && isObject(state)) {
      return this.#lookUp(this.#byStructure, canonical(state), state);
    }
    return this.#lookUp(this.#byKey, model.key !== undefined ? model.key(state) : state as StateKey, state);
  }

  /**
   * Applies an operation to a state; leaves the next states in `results` and answers how many there are (0 if the answer
   * is impossible).
   */
  apply(state: number, operation: number): number {
    const problem = this.#problem;
    const { model } = problem;
    const input = problem.inputs[operation];
    const answer = problem.answers[operation];
    if ("steps" in model) {
      const nexts = model.steps(this.values[state], input, answer, this.#context);
      for (let i = 0; i < nexts.length; i++) this.results[i] = this.intern(nexts[i]);
      return nexts.length;
    }
    const row = this.#row(state);
    const cls = problem.cls[operation];
    if (row !== undefined && row[cls] !== 0) {
      this.results[0] = row[cls] - 1;
      return row[cls] < 0 ? 0 : 1;
    }
    const next = model.step(this.values[state], input, answer, this.#context);
    if (next === ILLEGAL) {
      // Not remembered when the limit struck: the step may have been cut short.
      if (row !== undefined && !this.#context.expired()) row[cls] = -1;
      return 0;
    }
    const id = this.results[0] = this.intern(next);
    if (row !== undefined) row[cls] = id + 1;
    return 1;
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

  #internByEqual(state: State, equal: (left: State, right: State) => boolean): number {
    const hash = this.#problem.model.hash?.(state) ?? 0;
    const bucket = this.#byHash.get(hash);
    if (bucket === undefined) {
      const made: number[] = [this.values.length];
      this.#byHash.set(hash, made);
      this.#push(state);
      return made[0];
    }
    for (const id of bucket) if (equal(this.values[id], state)) return id;
    bucket.push(this.values.length);
    return this.#push(state);
  }

  #lookUp(map: Map<StateKey, number>, key: StateKey, state: State): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.values.length);
    if (typeof key === "string" && typeof state !== "string") this.bytes += 32 + key.length;
    return this.#push(state);
  }

  #push(state: State): number {
    this.values.push(state);
    this.bytes += HEAP_SHARE * (48 + (this.#problem.model.sizeBytes?.(state) ?? estimateBytes(state)));
    return this.values.length - 1;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function estimateBytes(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (!isObject(value)) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  let total = 32;
  const children = value instanceof Map
    ? [...value].flat()
    : value instanceof Set
    ? [...value]
    : Object.values(value);
  for (const child of children) total += 8 + estimateBytes(child);
  return total;
}
