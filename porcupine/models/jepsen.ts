import { type Answer, type Model, PorcupineError } from "../types.ts";
import { adaptModel, type Translated } from "./adapt.ts";
import { badRequest, type Item, noAnswer } from "./answers.ts";
import { show } from "./show.ts";
import { type MutexInput, mutexModel, type MutexOutput } from "./mutex.ts";
import { type QueueInput, queueModel, type QueueOutput } from "./queue.ts";
import { type RegisterInput, registerModel, type RegisterOutput, type RegisterValue } from "./register.ts";
import { type SetInput, setModel, type SetOutput, type SetState } from "./set.ts";

/** A value in a jepsen history, as JSON. */
export type JepsenValue = null | boolean | number | string | readonly JepsenValue[];

/** The invocation of a jepsen operation: its `:f` and `:value`. */
export interface JepsenInput {
  /** The kind of operation. */
  readonly f: string;
  /** Its argument. */
  readonly value: JepsenValue;
}

/**
 * The completion of a jepsen operation. `ok` took place; `fail` surely did not, and says nothing of the state. `info` is no
 * answer: give the operation the outcome `unknown`.
 */
export interface JepsenOutput {
  /** How it ended. */
  readonly type: "ok" | "fail";
  /** What a read saw, what a dequeue took out; otherwise as in the invocation. */
  readonly value: JepsenValue;
}

/**
 * Jepsen's register and cas-register: `read`, `write` (value) and `cas` (`[from, to]`); `null` at the start.
 *
 * @example
 * ```ts
 * import { checkOperations, jepsenRegisterModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(jepsenRegisterModel(), [
 *   { client: 0, callAt: 0, input: { f: "write", value: 1 }, outcome: { status: "ok", returnAt: 1, output: { type: "fail", value: 1 } } },
 *   { client: 1, callAt: 2, input: { f: "read", value: null }, outcome: { status: "ok", returnAt: 3, output: { type: "ok", value: 1 } } },
 * ]);
 * // The write failed for certain, yet it was read.
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function jepsenRegisterModel(): Model<RegisterValue, JepsenInput, JepsenOutput> {
  return adaptModel<RegisterValue, JepsenInput, JepsenOutput, RegisterInput, RegisterOutput>(
    registerModel(),
    {
      name: "jepsen register",
      source: { module: import.meta.url, name: "jepsenRegisterModel" },
      input: registerInput,
      answer: translating((input, value) => {
        switch (registerInput(input).f) {
          case "read":
            return { f: "read", value: scalar(value) };
          case "write":
            return { f: "write" };
          case "cas":
            return { f: "cas", swapped: true };
        }
      }),
    },
  );
}

/**
 * Jepsen's mutex: `acquire` and `release`, free at the start; a refused request fails.
 *
 * @example
 * ```ts
 * import { checkOperations, jepsenMutexModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(jepsenMutexModel(), [
 *   { client: 0, callAt: 0, input: { f: "acquire", value: null }, outcome: { status: "ok", returnAt: 5, output: { type: "ok", value: null } } },
 *   { client: 1, callAt: 1, input: { f: "acquire", value: null }, outcome: { status: "ok", returnAt: 6, output: { type: "ok", value: null } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function jepsenMutexModel(): Model<boolean, JepsenInput, JepsenOutput> {
  const input = (asked: JepsenInput): MutexInput => {
    const { f } = named(asked);
    return f === "acquire" || f === "release" ? { f } : unknown(f, "acquire, release");
  };
  return adaptModel<boolean, JepsenInput, JepsenOutput, MutexInput, MutexOutput>(mutexModel(), {
    name: "jepsen mutex",
    source: { module: import.meta.url, name: "jepsenMutexModel" },
    input,
    answer: translating((asked) => ({ f: input(asked).f, granted: true })),
  });
}

/**
 * Jepsen's set: `add` (value) and `read` (answers all members); empty at the start.
 *
 * @example
 * ```ts
 * import { checkOperations, jepsenSetModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(jepsenSetModel(), [
 *   { client: 0, callAt: 0, input: { f: "add", value: 1 }, outcome: { status: "ok", returnAt: 1, output: { type: "ok", value: 1 } } },
 *   { client: 1, callAt: 2, input: { f: "read", value: null }, outcome: { status: "ok", returnAt: 3, output: { type: "ok", value: [1] } } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function jepsenSetModel(): Model<SetState, JepsenInput, JepsenOutput> {
  return adaptModel<SetState, JepsenInput, JepsenOutput, SetInput, SetOutput>(setModel({ members: true }), {
    name: "jepsen set",
    source: { module: import.meta.url, name: "jepsenSetModel" },
    input: (asked) => {
      const { f, value } = named(asked);
      if (f === "read") return { f: "members" };
      return f === "add" ? { f, value: item(value) } : unknown(f, "add, read");
    },
    answer: translating(({ f }, value) =>
      f === "read"
        ? { f: "members", values: Array.isArray(value) ? value.map(item) : wrong(value, "a list of members") }
        : { f: "add", changed: "unsaid" }
    ),
  });
}

/**
 * Jepsen's FIFO queue: `enqueue` (value) and `dequeue` (answers the value, `null` if it was empty).
 *
 * @example
 * ```ts
 * import { checkOperations, jepsenQueueModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(jepsenQueueModel(), [
 *   { client: 0, callAt: 0, input: { f: "enqueue", value: "a" }, outcome: { status: "ok", returnAt: 1, output: { type: "ok", value: "a" } } },
 *   { client: 1, callAt: 2, input: { f: "dequeue", value: null }, outcome: { status: "ok", returnAt: 3, output: { type: "ok", value: null } } },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function jepsenQueueModel(): Model<readonly Item[], JepsenInput, JepsenOutput> {
  return adaptModel<readonly Item[], JepsenInput, JepsenOutput, QueueInput, QueueOutput>(queueModel(), {
    name: "jepsen queue",
    source: { module: import.meta.url, name: "jepsenQueueModel" },
    input: (asked) => {
      const { f, value } = named(asked);
      if (f === "dequeue") return { f };
      return f === "enqueue" ? { f, value: item(value) } : unknown(f, "enqueue, dequeue");
    },
    answer: translating(({ f }, value) =>
      f === "enqueue" ? { f } : { f: "dequeue", value: value === null ? null : item(value) }
    ),
  });
}

/** What `fail` and lost answers mean is the same for all of them. */
function translating<Output>(
  output: (input: JepsenInput, value: JepsenValue) => Output,
): (input: JepsenInput, answer: Answer<JepsenOutput>) => Translated<Output> {
  return (input, answer) => {
    named(input);
    if (!answer.known) return answer;
    const type: unknown = answer.output?.type;
    if (type === "fail") return "didNothing";
    if (type !== "ok") return noAnswer(input, answer.output, 'an output of type "ok" or "fail"');
    return { known: true, output: output(input, answer.output.value) };
  };
}

function registerInput(asked: JepsenInput): RegisterInput {
  const { f, value } = named(asked);
  switch (f) {
    case "read":
      return { f };
    case "write":
      return { f, value: scalar(value) };
    case "cas":
      return Array.isArray(value) && value.length === 2
        ? { f, from: scalar(value[0]), to: scalar(value[1]) }
        : wrong(value, "[from, to] for cas");
    default:
      return unknown(f, "read, write, cas");
  }
}

/** Refuses what is no request at all. */
function named(input: JepsenInput): JepsenInput {
  return input ?? badRequest(input, "f, the kind of operation, and value, its argument");
}

function scalar(value: JepsenValue): RegisterValue {
  return value === null || typeof value === "number" || typeof value === "string"
    ? value
    : wrong(value, "a number, a string or null");
}

function item(value: JepsenValue): Item {
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean"
    ? value
    : wrong(value, "a number, a string, true or false");
}

function wrong(value: JepsenValue, expected: string): never {
  throw new PorcupineError("model-mismatch", `expected ${expected}, found ${show(value)}`);
}

function unknown(f: string, known: string): never {
  throw new PorcupineError("model-mismatch", `operation ${show(f)} is unknown; the model has ${known}`);
}
