import type { LockAction } from "../fencing.ts";
import { type Answer, type Effect, ILLEGAL, type Illegal, type Model, type ModelBase } from "../types.ts";
import { noAnswer, outputOf, unknownRequest } from "./answers.ts";
import { type Names, requireNames } from "../require/names.ts";
import { requireWord } from "../require/options.ts";

/** A request to a lock. A release names the token that the acquisition was given. */
export type LockInput = { readonly f: "acquire" } | { readonly f: "release"; readonly token: number };

/**
 * A lock's answer: to an acquisition the fencing token, or `null` if the lock was held; to a release whether the token was
 * the holder's and the lock is now free.
 */
export type LockOutput =
  | { readonly f: "acquire"; readonly token: number | null }
  | { readonly f: "release"; readonly released: boolean };

/** How tokens are given out. */
export interface LockOptions {
  /**
   * `consecutive` (default): each is one more than the last, the first is 1. `increasing`: each is greater than the last,
   * by whatever (the index of a log entry, say).
   */
  readonly tokens?: "consecutive" | "increasing";
}

/** A lock's state. */
export interface LockState {
  /** Whether somebody holds it. */
  readonly held: boolean;
  /** The last token given out; while `sure` is false, the last one before the holder's. */
  readonly token: number;
  /** False while it is held by someone whose answer was lost, so that the token is not known. */
  readonly sure: boolean;
  /** Tokens that an unsure holder is known not to have. */
  readonly not: readonly number[];
}

const NAMES: Names<LockOptions> = { tokens: true };

/**
 * A lock with fencing tokens, free at the start. For several locks wrap it in `keyedModel`.
 *
 * On line (`Checker`) it is watched, whatever crowd is at work. Where tokens only increase it is searched once releases name many
 * tokens of which it is not known whether they were given out.
 *
 * @example
 * ```ts
 * import { checkOperations, lockModel } from "@flotilla/flotilla/porcupine";
 *
 * const acquire = (client: string, callAt: number, token: number) => ({
 *   client,
 *   callAt,
 *   input: { f: "acquire" },
 *   outcome: { status: "ok", returnAt: callAt + 5, output: { f: "acquire", token } },
 * }) as const;
 * // Both are told that they hold the lock, and nobody released it.
 * const verdict = checkOperations(lockModel({ tokens: "increasing" }), [acquire("ann", 0, 7), acquire("bob", 1, 9)]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function lockModel(options: LockOptions = {}): Model<LockState, LockInput, LockOutput> {
  requireNames("lockModel", options, NAMES);
  requireWord("tokens", options.tokens, ["consecutive", "increasing"]);
  const base: ModelBase<LockState, LockInput, LockOutput> = {
    name: "lock",
    source: { module: import.meta.url, name: "lockModel", arguments: [options] },
    init: () => ({ held: false, token: 0, sure: true, not: [] }),
    key: ({ held, token, sure, not }) => `${held ? "held" : "free"} ${token} ${sure} ${not.join(" ")}`,
    describeOperation,
    describeState,
    sizeBytes: ({ not }) => 64 + 8 * not.length,
  };
  if (options.tokens === "increasing") {
    return {
      ...base,
      steps: stepsIncreasing,
      effect: (input, answer) => effectOf(input, answer, false),
      fencing: { tokens: "increasing", view, stateAfter },
    };
  }
  return {
    ...base,
    step: stepConsecutive,
    effect: (input, answer) => effectOf(input, answer, true),
    fencing: { tokens: "consecutive", view, stateAfter },
  };
}

/** The answer, as `outputOf` has it; refuses one that does not say whether the lock was released. */
function answerOf(input: LockInput, answer: Answer<LockOutput>): LockOutput | "unknown" | "foreign" {
  if (input?.f !== "acquire" && input?.f !== "release") {
    return unknownRequest(input, "lock", "acquire, release");
  }
  const output = outputOf(input, answer);
  // A token that is no number is none that was given out: that is judged, and not refused.
  if (typeof output === "string" || output.f === "acquire" || typeof output.released === "boolean") {
    return output;
  }
  return noAnswer(input, output, "released: true or false");
}

function view(input: LockInput, answer: Answer<LockOutput>): LockAction {
  const output = answerOf(input, answer);
  if (output === "foreign") return { op: "never" };
  if (input.f === "acquire") {
    const token = output === "unknown" || output.f !== "acquire" ? "unknown" : output.token;
    return { op: "acquire", token };
  }
  const released = output === "unknown" || output.f !== "release" ? "unknown" : output.released;
  return { op: "release", token: input.token, released };
}

function stateAfter(token: number, isHeld: boolean): LockState {
  return isHeld ? granted(token) : freed(token);
}

function granted(token: number): LockState {
  return { held: true, token, sure: true, not: [] };
}

function freed(token: number): LockState {
  return { held: false, token, sure: true, not: [] };
}

function stepConsecutive(
  state: LockState,
  input: LockInput,
  answer: Answer<LockOutput>,
): LockState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  const { held, token } = state;
  if (input.f === "acquire") {
    const given = held ? null : token + 1;
    if (output !== "unknown" && output.f === "acquire" && output.token !== given) return ILLEGAL;
    return given === null ? state : granted(given);
  }
  const released = held && input.token === token;
  if (output !== "unknown" && output.f === "release" && output.released !== released) return ILLEGAL;
  return released ? freed(token) : state;
}

function stepsIncreasing(
  state: LockState,
  input: LockInput,
  answer: Answer<LockOutput>,
): readonly LockState[] {
  const output = answerOf(input, answer);
  if (output === "foreign") return [];
  if (input.f === "acquire") return acquire(state, output === "unknown" ? output : tokenOf(output));
  const answered = output === "unknown" || output.f !== "release" ? output : output.released;
  return release(state, input.token).filter(({ released }) =>
    typeof answered !== "boolean" || answered === released
  ).map(({ next }) => next);
}

function tokenOf(output: LockOutput): number | null {
  return output.f === "acquire" ? output.token : null;
}

function acquire(state: LockState, given: number | null | "unknown"): readonly LockState[] {
  const { held, token } = state;
  if (held) return given === null || given === "unknown" ? [state] : [];
  if (given === "unknown") return [{ held: true, token, sure: false, not: [] }];
  return given !== null && given > token ? [granted(given)] : [];
}

/** What a release may do: a holder whose token is not known may or may not have this one. */
function release(state: LockState, named: number): readonly { released: boolean; next: LockState }[] {
  const { held, token, sure, not } = state;
  if (!held) return [{ released: false, next: state }];
  if (sure) {
    return named === token ? [{ released: true, next: freed(token) }] : [{ released: false, next: state }];
  }
  if (named <= token || not.includes(named)) return [{ released: false, next: state }];
  const others = [...not, named].sort((a, b) => a - b);
  return [
    { released: true, next: freed(named) },
    { released: false, next: { held, token, sure, not: others } },
  ];
}

function effectOf(input: LockInput, answer: Answer<LockOutput>, consecutive: boolean): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  if (output === "unknown") return "blind";
  if (output.f === "acquire") return output.token === null ? "read" : "update";
  // With tokens that may have been lost, a refused release says which token the holder has not.
  return output.released || !consecutive ? "update" : "read";
}

function describeOperation(input: LockInput, answer: Answer<LockOutput>): string {
  const output = answerOf(input, answer);
  const asked = input.f === "acquire" ? "acquire()" : `release(token ${input.token})`;
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  if (output.f === "release") return `${asked} -> ${output.released ? "released" : "refused"}`;
  return `${asked} -> ${output.token === null ? "busy" : `token ${output.token}`}`;
}

function describeState({ held, token, sure }: LockState): string {
  if (!held) return `free, last token ${token}`;
  return sure ? `held with token ${token}` : `held with a token above ${token}`;
}
