import { type Budget, LOOKS } from "./budget.ts";
import { APPEND, GET, PUT } from "./fast/tokens.ts";
import { RegisterReadings } from "./register_readings.ts";
import type { Memory } from "./scratch.ts";
import type { Answer, Model, ModelKind, Operation, TextAction, VersionedAction } from "./types.ts";

/**
 * What the view of a model's kind says of each operation of a history, by its index, read once and along the history: as it lies in
 * memory. A partition that reads its operations itself fetches each, with what it asked and was answered, from afar, and the next
 * partition does so again: of 400,000 operations on 40 keys that takes 420 ms, and this 30.
 *
 * It is what the view says of the operation *with its answer*, so it is of use where all answers are believed: whoever decides
 * a partition has it, whoever explains a contradiction has not.
 */
export type Readings =
  | RegisterReadings
  /** As in `Written`; {@linkcode UNREAD_TEXT} for an operation of which the view says nothing. */
  | { readonly type: "text"; readonly op: Uint8Array; readonly value: readonly string[] }
  | { readonly type: "versioned"; of(id: number): VersionedAction | undefined };

/** A history of fewer operations lies in the processor's caches. */
const LEAST_OPERATIONS = 8192;

/** Reads a history in several partitions; `undefined` if that is not worth it, or if a limit strikes. */
export function readAlong<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { budget, partitions, least = LEAST_OPERATIONS }: Circumstances,
): Readings | undefined {
  const { kind } = model;
  if (kind === undefined || partitions < 2 || operations.length < least) return undefined;
  try {
    return read(kind, operations, budget);
  } catch {
    // A view that fails does so again when its partition is decided, if that matters at all: an earlier one may be illegal.
    return undefined;
  }
}

/** In which a history is read. */
export interface Circumstances {
  readonly budget: Budget;
  readonly partitions: number;
  /** Shorter ones are left to their partitions. */
  readonly least?: number;
}

function read<Input, Output>(
  kind: ModelKind<Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
): Readings | undefined {
  const { length } = operations;
  switch (kind.type) {
    case "register": {
      const readings = RegisterReadings.of(length, budget.scratch);
      return along(operations, budget, (i, input, answer) => readings.put(i, kind.view(input, answer)))
        ? readings
        : undefined;
    }
    case "text": {
      const readings = new TextReadings(length, budget.scratch);
      return along(operations, budget, (i, input, answer) => readings.put(i, kind.view(input, answer)))
        ? readings
        : undefined;
    }
    case "versioned": {
      const readings = new VersionedReadings(length, budget.scratch);
      return along(operations, budget, (i, input, answer) => readings.put(i, kind.view(input, answer)))
        ? readings
        : undefined;
    }
    default:
      return undefined;
  }
}

const UNKNOWN = { known: false } as const;

/** False if a limit has struck. Counts no work: what it costs to decide a partition is the same however its operations were read. */
function along<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  budget: Budget,
  put: (i: number, input: Input, answer: Answer<Output>) => void,
): boolean {
  for (let i = 0; i < operations.length; i++) {
    if ((i & LOOKS) === LOOKS && budget.expired()) return false;
    const { input, outcome } = operations[i];
    put(i, input, outcome.status === "unknown" ? UNKNOWN : { known: true, output: outcome.output });
  }
  return true;
}

/** The view does not say what the operation does; and it says that it does nothing. */
const UNREAD = 0;
const NOTHING = 1;

/** In place of a code of texts, of which 0 says that nothing was done. */
export const UNREAD_TEXT = 255;

class TextReadings {
  readonly type = "text";
  readonly op: Uint8Array;
  readonly value: string[];

  constructor(length: number, memory: Memory) {
    this.op = memory.uint8(length).fill(UNREAD_TEXT);
    this.value = new Array(length).fill("");
  }

  put(i: number, action: TextAction | undefined): void {
    if (action === undefined) return;
    this.op[i] = 0;
    if (action.op === "nothing") return;
    this.op[i] = action.op === "get" ? GET : action.op === "put" ? PUT : APPEND;
    this.value[i] = action.value;
  }
}

const SEEN = 2;
const STORED = 3;
const REFUSED = 4;
const MAYBE = 5;

class VersionedReadings {
  readonly type = "versioned";
  readonly #codes: Uint8Array;
  readonly #values: string[];
  readonly #versions: Float64Array;

  constructor(length: number, memory: Memory) {
    this.#codes = memory.uint8(length);
    this.#values = new Array(length).fill("");
    this.#versions = memory.float64(length);
  }

  put(i: number, action: VersionedAction | undefined): void {
    if (action === undefined) return;
    if (action.op === "nothing") {
      this.#codes[i] = NOTHING;
      return;
    }
    this.#codes[i] = action.op === "get"
      ? SEEN
      : action.effect === "stored"
      ? STORED
      : action.effect === "refused"
      ? REFUSED
      : MAYBE;
    this.#values[i] = action.value;
    this.#versions[i] = action.version;
  }

  of(id: number): VersionedAction | undefined {
    const code = this.#codes[id];
    if (code === UNREAD) return undefined;
    if (code === NOTHING) return { op: "nothing" };
    const value = this.#values[id];
    const version = this.#versions[id];
    if (code === SEEN) return { op: "get", value, version };
    const effect = code === STORED ? "stored" : code === REFUSED ? "refused" : "maybe";
    return { op: "put", value, version, effect };
  }
}
