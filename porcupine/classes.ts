import type { Answer, Operation } from "./types.ts";

/**
 * Which operations are equal in input and answer: equal operations are interchangeable, and do the same to every state.
 * Worked out when asked for, once for each operation of a history, whatever parts of it are looked at.
 */
export class Classes<Input, Output> {
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #names = new Map<string, number>();
  /** Class numbers plus one, by index in the history: with the recorded answer, and with none. */
  #answered: Int32Array = new Int32Array(0);
  #open: Int32Array = new Int32Array(0);
  #count = 0;

  /** For the operations of one history. */
  constructor(operations: readonly Operation<Input, Output>[]) {
    this.#operations = operations;
  }

  /** The class of an operation of the history, with its answer or as if that had never come. */
  of(id: number, answer: Answer<Output>): number {
    if (this.#answered.length === 0) {
      this.#answered = new Int32Array(this.#operations.length);
      this.#open = new Int32Array(this.#operations.length);
    }
    const table = answer.known ? this.#answered : this.#open;
    if (table[id] === 0) table[id] = this.#classify(id, answer) + 1;
    return table[id] - 1;
  }

  #classify(id: number, answer: Answer<Output>): number {
    const input = exactName(this.#operations[id].input, 0);
    const output = answer.known ? exactName(answer.output, 0) : "?";
    if (input === undefined || output === undefined) return this.#count++;
    const name = `${input} ${output}`;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    this.#names.set(name, this.#count);
    return this.#count++;
  }
}

/**
 * A name that only equal values have; `undefined` for what cannot be named exactly (functions, instances of classes,
 * circles): two unequal operations must never look equal, while two equal ones that look unequal only cost time.
 */
function exactName(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      return `${value.length}"${value}`;
    case "number":
      return Object.is(value, -0) ? "-0" : `${value}`;
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return `${value}`;
    case "object":
      return value === null ? "null" : depth > 16 ? undefined : compoundName(value, depth);
    default:
      return undefined;
  }
}

function compoundName(value: object, depth: number): string | undefined {
  const isArray = Array.isArray(value);
  if (!isArray) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return undefined;
  }
  let name = isArray ? `[${value.length}` : "{";
  // Keys in the order they were set: objects that differ only in it are told apart, which does no harm.
  for (const key of Object.keys(value)) {
    const part = exactName(Reflect.get(value, key), depth + 1);
    if (part === undefined) return undefined;
    name += isArray ? ` ${part}` : ` ${key.length}"${key}:${part}`;
  }
  return `${name})`;
}
