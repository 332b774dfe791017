import { type Answer, type Effect, ILLEGAL, type Illegal, type Model } from "../types.ts";
import { noAnswer, outputOf, unknownRequest } from "./answers.ts";

/** A request to a mutex. */
export type MutexInput = { readonly f: "acquire" } | { readonly f: "release" };

/** A mutex's answer. A refused `acquire` found the mutex held, a refused `release` found it free. */
export type MutexOutput =
  | { readonly f: "acquire"; readonly granted: boolean }
  | { readonly f: "release"; readonly granted: boolean };

/**
 * A mutex without fencing: held or free, free at the start. Who holds it is not asked; see `lockModel` for tokens.
 *
 * On line (`Checker`) it is watched, whatever crowd is at work.
 *
 * @example
 * ```ts
 * import { checkOperations, mutexModel } from "@flotilla/flotilla/porcupine";
 *
 * const acquire = (client: string, callAt: number) => ({
 *   client,
 *   callAt,
 *   input: { f: "acquire" },
 *   outcome: { status: "ok", returnAt: callAt + 5, output: { f: "acquire", granted: true } },
 * }) as const;
 * const verdict = checkOperations(mutexModel(), [acquire("ann", 0), acquire("bob", 1)]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function mutexModel(): Model<boolean, MutexInput, MutexOutput> {
  return {
    name: "mutex",
    source: { module: import.meta.url, name: "mutexModel" },
    init: () => false,
    step: stepMutex,
    key: (state) => state,
    effect: effectOf,
    describeOperation,
    describeState: (held) => held ? "held" : "free",
    sizeBytes: () => 8,
  };
}

/** The answer, as `outputOf` has it; refuses one that does not say whether it was granted. */
function answerOf(input: MutexInput, answer: Answer<MutexOutput>): MutexOutput | "unknown" | "foreign" {
  if (input?.f !== "acquire" && input?.f !== "release") {
    return unknownRequest(input, "mutex", "acquire, release");
  }
  const output = outputOf(input, answer);
  if (typeof output === "string" || typeof output.granted === "boolean") return output;
  return noAnswer(input, output, "granted: true or false");
}

function stepMutex(held: boolean, input: MutexInput, answer: Answer<MutexOutput>): boolean | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  const possible = input.f === "acquire" ? !held : held;
  if (output !== "unknown" && output.granted !== possible) return ILLEGAL;
  return possible ? !held : held;
}

function effectOf(input: MutexInput, answer: Answer<MutexOutput>): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  // Without an answer each of them leads to one state from everywhere: held after acquire, free after release.
  if (output === "unknown") return "overwrite";
  return output.granted ? "update" : "read";
}

function describeOperation(input: MutexInput, answer: Answer<MutexOutput>): string {
  const output = answerOf(input, answer);
  if (output === "unknown" || output === "foreign") return `${input.f}() -> ?`;
  return `${input.f}()${output.granted ? "" : " -> refused"}`;
}
