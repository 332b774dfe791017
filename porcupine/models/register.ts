import {
  type Answer,
  type Effect,
  ILLEGAL,
  type Illegal,
  type Model,
  type RegisterAction,
} from "../types.ts";
import { badRequest, foreign, isValue, noAnswer, requireRequest, unknownRequest } from "./answers.ts";
import { show } from "./show.ts";
import { type Names, requireNames } from "../require/names.ts";

const REQUESTS = "read, write, cas";
const A_VALUE = "a number, a string or null";

/** What a register holds: a number, a string, or `null` for "no value". */
export type RegisterValue = number | string | null;

/** A request to a register. */
export type RegisterInput =
  | { readonly f: "read" }
  | { readonly f: "write"; readonly value: RegisterValue }
  | { readonly f: "cas"; readonly from: RegisterValue; readonly to: RegisterValue };

/** A register's answer: to a read the value, to a write nothing, to a compare-and-set whether it swapped. */
export type RegisterOutput =
  | { readonly f: "read"; readonly value: RegisterValue }
  | { readonly f: "write" }
  | { readonly f: "cas"; readonly swapped: boolean };

/** How the register starts. */
export interface RegisterOptions {
  /** The value before the first write; `null` by default. */
  readonly initial?: RegisterValue;
}

const NAMES: Names<RegisterOptions> = { initial: true };

/**
 * One register with read, write and compare-and-set.
 *
 * @example
 * ```ts
 * import { checkOperations, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(registerModel(), [
 *   { client: 1, callAt: 0, input: { f: "write", value: 7 }, outcome: { status: "unknown" } },
 *   { client: 2, callAt: 1, input: { f: "read" }, outcome: { status: "ok", returnAt: 2, output: { f: "read", value: 7 } } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function registerModel(
  options: RegisterOptions = {},
): Model<RegisterValue, RegisterInput, RegisterOutput> {
  requireNames("registerModel", options, NAMES);
  const initial = options.initial ?? null;
  return {
    name: "register",
    source: { module: import.meta.url, name: "registerModel", arguments: [options] },
    init: () => initial,
    step: stepRegister,
    key: (state) => state,
    readOnly: (input) => input?.f === "read",
    effect: effectOf,
    describeOperation,
    describeState: (state) => show(state),
    kind: { type: "register", initial, view },
  };
}

function stepRegister(
  state: RegisterValue,
  input: RegisterInput,
  answer: Answer<RegisterOutput>,
): RegisterValue | Illegal {
  const output = answer.known ? answer.output : undefined;
  if (isAmiss(input, answer)) return ILLEGAL;
  switch (input.f) {
    case "read":
      return output === undefined || (output.f === "read" && output.value === state) ? state : ILLEGAL;
    case "write":
      return input.value;
    case "cas": {
      const swapped = state === input.from;
      if (output !== undefined && output.f === "cas" && output.swapped !== swapped) return ILLEGAL;
      return swapped ? input.to : state;
    }
    default:
      return unknownRequest(input, "register", REQUESTS);
  }
}

/** Whether an answer is one to another request. (Who writes need not say that he was answered.) */
function isAmiss(input: RegisterInput, answer: Answer<RegisterOutput>): boolean {
  requireRequest(input, "register", REQUESTS);
  if (input.f === "write" && !isValue(input.value)) badRequest(input, A_VALUE);
  if (input.f === "cas" && !(isValue(input.from) && isValue(input.to))) {
    badRequest(input, `from and to, each ${A_VALUE}`);
  }
  if (!answer.known) return false;
  if (answer.output?.f === input.f) return requireComplete(input, answer.output);
  return (input.f !== "write" || answer.output !== undefined) && foreign(input, answer.output) === "foreign";
}

/** Refuses an answer without what it has to tell: that it swapped is not to be guessed. */
function requireComplete(input: RegisterInput, output: RegisterOutput): false {
  if (output.f === "read" && !isValue(output.value)) noAnswer(input, output, `a value: ${A_VALUE}`);
  if (output.f === "cas" && typeof output.swapped !== "boolean") {
    noAnswer(input, output, "swapped: true or false");
  }
  return false;
}

function effectOf(input: RegisterInput, answer: Answer<RegisterOutput>): Effect {
  if (isAmiss(input, answer)) return "update";
  if (input.f === "write") return "overwrite";
  if (input.f === "read") return "read";
  return answer.known && answer.output.f === "cas" && !answer.output.swapped ? "read" : "update";
}

function view(input: RegisterInput, answer: Answer<RegisterOutput>): RegisterAction | undefined {
  const output = answer.known ? answer.output : undefined;
  if (isAmiss(input, answer)) return undefined;
  switch (input.f) {
    case "read":
      return output !== undefined && output.f === "read"
        ? { op: "read", value: output.value }
        : { op: "nothing" };
    case "write":
      return { op: "write", value: input.value };
    case "cas": {
      const swapped = output !== undefined && output.f === "cas" ? output.swapped : "unknown";
      return { op: "cas", from: input.from, to: input.to, swapped };
    }
    default:
      return unknownRequest(input, "register", REQUESTS);
  }
}

function describeOperation(input: RegisterInput, answer: Answer<RegisterOutput>): string {
  const output = answer.known ? answer.output : undefined;
  switch (input.f) {
    case "read":
      return `read() -> ${output === undefined ? "?" : output.f === "read" ? show(output.value) : "?"}`;
    case "write":
      return `write(${show(input.value)})${output === undefined ? " -> ?" : ""}`;
    case "cas":
      return `cas(${show(input.from)}, ${show(input.to)}) -> ${
        output !== undefined && output.f === "cas" ? output.swapped : "?"
      }`;
  }
}
