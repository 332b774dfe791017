import { canonical } from "../canonical.ts";
import { tableKey } from "../table_key.ts";
import type { Model, StateKey } from "../types.ts";

/** Gives equal states equal numbers, in the way the model tells them apart. */
export class StateNumbers<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #keys = new Map<StateKey, number>();
  /** For models with `equal` and no `key`: the states met, by hash. */
  readonly #buckets = new Map<number, { state: State; number: number }[]>();
  #count = 0;

  constructor(model: Model<State, Input, Output>) {
    this.#model = model;
  }

  /** The state's number. */
  of(state: State): number {
    const { key, equal, hash } = this.#model;
    if (key === undefined && equal !== undefined) {
      const bucket = this.#bucket(hash === undefined ? 0 : hash.call(this.#model, state));
      const known = bucket.find((one) => equal.call(this.#model, one.state, state));
      if (known !== undefined) return known.number;
      bucket.push({ state, number: this.#count });
      return this.#count++;
    }
    const name = tableKey(key === undefined ? plainKey(state) : key.call(this.#model, state));
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    this.#keys.set(name, this.#count);
    return this.#count++;
  }

  #bucket(hash: number): { state: State; number: number }[] {
    let bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, bucket = []);
    return bucket;
  }
}

/** Primitive states stand for themselves, others are told apart by structure. */
function plainKey(state: unknown): StateKey {
  if (state === null || state === undefined) return state;
  switch (typeof state) {
    case "string":
      // Not to be taken for the text of a structure.
      return `s${state}`;
    case "number":
    case "boolean":
    case "bigint":
      return state;
    default:
      return `o${canonical(state)}`;
  }
}
