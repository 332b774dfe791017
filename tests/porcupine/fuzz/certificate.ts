import { checkOperations } from "../../../porcupine/check.ts";
import type { CheckOptions, Model, Operation, Verdict } from "../../../porcupine/types.ts";
import { faultOf, oracle } from "./oracle.ts";

/**
 * What is wrong with the certificate of a verdict on a small history, or `undefined` if nothing is. Everything it says is
 * tried with the oracle: that the order replays; that the core is impossible, and possible without any one of its members;
 * that the prefix up to the first impossible answer is impossible, and the one before it possible.
 */
export function certificateFault<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): string | undefined {
  return faultOfVerdict(model, history, checkOperations(model, history, options));
}

/** The same for a verdict that is known already. */
export function faultOfVerdict<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  verdict: Verdict,
): string | undefined {
  if (verdict.kind === "unknown") return "undecided";
  if (verdict.kind === "ok") {
    return oracle(model, history) ? faultOf(model, history, verdict.linearization) : "it is illegal";
  }
  const { core, firstImpossible } = verdict;
  if (oracle(model, believing(history, core))) return `the core ${core} is possible`;
  if (!verdict.coreIsMinimal) return "the core is not minimal";
  for (const member of core) {
    if (!oracle(model, believing(history, core.filter((i) => i !== member)))) {
      return `the core ${core} does not need ${member}`;
    }
  }
  const key = (i: number): string => model.partitionKey?.(history[i].input) ?? "";
  if (core.some((i) => key(i) !== verdict.partition)) return `the core ${core} is not of one partition`;
  const own = history.flatMap((operation, i) => key(i) === verdict.partition ? [operation] : []);
  const last = own.indexOf(history[firstImpossible]);
  if (last < 0) return `operation ${firstImpossible} is of another partition`;
  if (oracle(model, upTo(own, last, true))) return `the prefix up to ${firstImpossible} is possible`;
  if (!oracle(model, upTo(own, last, false))) return `the prefix before ${firstImpossible} is impossible`;
  return /^[A-Z].*\.$/s.test(verdict.sentence) ? undefined : `this is no sentence: ${verdict.sentence}`;
}

/** The history with every other answer disbelieved. */
export function believing<I, O>(
  history: readonly Operation<I, O>[],
  core: readonly number[],
): Operation<I, O>[] {
  return history.map((operation, i) =>
    core.includes(i) ? operation : { ...operation, outcome: { status: "unknown" } }
  );
}

/** The history up to the return of `last`; without that return unless `including`. */
export function upTo<I, O>(
  history: readonly Operation<I, O>[],
  last: number,
  including: boolean,
): Operation<I, O>[] {
  const end = history[last].outcome;
  if (end.status !== "ok") throw new Error("an operation without an answer cannot be impossible");
  const hidden = (i: number): boolean => {
    const { outcome } = history[i];
    if (outcome.status !== "ok" || outcome.returnAt > end.returnAt) return true;
    // Equal times count by the order of the operations in the history.
    return outcome.returnAt === end.returnAt && (i > last || (i === last && !including));
  };
  return history.flatMap((operation, i) => {
    if (operation.callAt > end.returnAt) return [];
    return [hidden(i) ? { ...operation, outcome: { status: "unknown" } } : operation];
  });
}
