import { type Answer, type Effect, ILLEGAL, type Illegal, type LogAction, type Model } from "../types.ts";
import { badRequest, noAnswer, outputOf, unknownRequest } from "./answers.ts";
import { type Names, requireNames } from "../require/names.ts";

const REQUESTS = "add, addAndGet, read";

/** A request to a counter. `amount` may be negative. */
export type CounterInput =
  | { readonly f: "add"; readonly amount: number }
  | { readonly f: "addAndGet"; readonly amount: number }
  | { readonly f: "read" };

/** A counter's answer; the value is the one after the operation. */
export type CounterOutput =
  | { readonly f: "add" }
  | { readonly f: "addAndGet"; readonly value: number }
  | { readonly f: "read"; readonly value: number };

/** How the counter starts. */
export interface CounterOptions {
  /** The value before the first addition; 0 by default. */
  readonly initial?: number;
}

const NAMES: Names<CounterOptions> = { initial: true };

/**
 * A number that is added to and read.
 *
 * One that is counted up by one only is decided, and watched on line, like the length of a log, whatever crowd is at work. Where
 * amounts differ, which of them add up to what was read is an NP-complete question. Of a whole history of whole numbers it is
 * known at once, in any crowd, what one answer alone proves, with a minimal core; and where nobody counts down what two
 * answers prove, and most orders. The rest, and on line all of it, is searched, which is quick for some ten clients.
 *
 * @example
 * ```ts
 * import { checkOperations, counterModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(counterModel(), [
 *   { client: 1, callAt: 0, input: { f: "add", amount: 2 }, outcome: { status: "unknown" } },
 *   { client: 2, callAt: 1, input: { f: "read" }, outcome: { status: "ok", returnAt: 2, output: { f: "read", value: 1 } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function counterModel(options: CounterOptions = {}): Model<number, CounterInput, CounterOutput> {
  requireNames("counterModel", options, NAMES);
  return {
    name: "counter",
    source: { module: import.meta.url, name: "counterModel", arguments: [options] },
    init: () => options.initial ?? 0,
    step: stepCounter,
    key: (state) => state,
    readOnly: (input) => input?.f === "read",
    effect: effectOf,
    describeOperation,
    describeState: (state) => String(state),
    sizeBytes: () => 16,
    kind: {
      type: "log",
      entries: "counted",
      view: (input, answer) => view(options.initial ?? 0, input, answer),
    },
  };
}

/** The answer, as `outputOf` has it; refuses what has no number where one is added to. */
function answerOf(
  input: CounterInput,
  answer: Answer<CounterOutput>,
): CounterOutput | "unknown" | "foreign" {
  if (input?.f !== "add" && input?.f !== "addAndGet" && input?.f !== "read") {
    return unknownRequest(input, "counter", REQUESTS);
  }
  if (input.f !== "read" && typeof input.amount !== "number") badRequest(input, "amount: a number");
  const output = outputOf(input, answer);
  if (typeof output === "string" || output.f === "add" || typeof output.value === "number") return output;
  return noAnswer(input, output, "value: a number");
}

function stepCounter(state: number, input: CounterInput, answer: Answer<CounterOutput>): number | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  const next = input.f === "read" ? state : state + input.amount;
  return output === "unknown" || output.f === "add" || output.value === next ? next : ILLEGAL;
}

function effectOf(input: CounterInput, answer: Answer<CounterOutput>): Effect {
  const output = answerOf(input, answer);
  if (input.f === "read") return "read";
  // Without an answer that says more, an addition is legal everywhere.
  return output === "unknown" || output !== "foreign" && output.f === "add" ? "blind" : "update";
}

/** From there on every sum of so much again is exact. */
const LARGEST = 2 ** 52;

/** What is counted up by one is the length of a log, and other amounts are so many entries at once. */
function view(initial: number, input: CounterInput, answer: Answer<CounterOutput>): LogAction | undefined {
  const output = answerOf(input, answer);
  // Of fractions, and of numbers beyond those that are exact, a sum is not the number of what was added.
  if (output === "foreign" || Math.abs(initial) > LARGEST || !Number.isInteger(initial)) return undefined;
  if (input.f === "read") {
    return output === "unknown" || output.f !== "read"
      ? { op: "nothing" }
      : { op: "length", length: output.value - initial };
  }
  if (input.amount !== 1) {
    const total = output === "unknown" || output.f !== "addAndGet" ? "unknown" : output.value - initial;
    return { op: "add", amount: input.amount, total };
  }
  const at = output === "unknown" || output.f !== "addAndGet" ? "unknown" : output.value - 1 - initial;
  return { op: "append", value: null, at };
}

function describeOperation(input: CounterInput, answer: Answer<CounterOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "read" ? "read()" : `${input.f}(${input.amount})`;
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  return output.f === "add" ? asked : `${asked} -> ${output.value}`;
}
