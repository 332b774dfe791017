/**
 * How much of a history one order can explain: what a page says of it.
 * @module
 */

import { checkLevels, type Model, type Operation, type Verdict } from "../../porcupine/mod.ts";

/** See the module's page. `answered`: operations that have an answer. */
export type Prefix =
  /** All of it. */
  | { readonly kind: "whole"; readonly answered: number }
  /** The checker gave up; so many, in the order of their answers, fit so far. */
  | { readonly kind: "unknown"; readonly answered: number; readonly linearizable: number }
  | {
    readonly kind: "broken";
    readonly answered: number;
    /** So many, in the order of their answers, are linearizable. */
    readonly linearizable: number;
    /** The operation that has no place any more, in words. */
    readonly misfit: string;
    /** The operations that contradict one another, in words, each with its client and times. */
    readonly core: readonly string[];
    /** What the history still is. */
    readonly levels: string;
  };

/** What a history still is may be asked for so long. */
const LEVELS_MS = 1000;

/** What `verdict` says of `operations`. */
export function prefixOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  verdict: Verdict,
): Prefix {
  const answered = operations.filter(({ outcome }) => outcome.status === "ok").length;
  if (verdict.kind === "ok") return { kind: "whole", answered };
  const answeredBefore = (endAt: number) =>
    operations.filter(({ outcome }) => outcome.status === "ok" && outcome.returnAt < endAt).length;
  if (verdict.kind === "unknown") {
    const last = operations[verdict.linearizableUpTo]?.outcome;
    const linearizable = last?.status === "ok" ? answeredBefore(last.returnAt) + 1 : 0;
    return { kind: "unknown", answered, linearizable };
  }
  const misfit = operations[verdict.firstImpossible];
  const linearizable = answeredBefore(misfit.outcome.status === "ok" ? misfit.outcome.returnAt : Infinity);
  return {
    kind: "broken",
    answered,
    linearizable,
    misfit: inWords(model, misfit),
    core: verdict.core.map((at) => inWords(model, operations[at])),
    levels: checkLevels(model, operations, { timeLimitMs: LEVELS_MS }).sentence,
  };
}

function inWords<State, Input, Output>(
  model: Model<State, Input, Output>,
  { client, input, callAt, outcome }: Operation<Input, Output>,
): string {
  const answer = outcome.status === "ok"
    ? { known: true, output: outcome.output } as const
    : { known: false } as const;
  const what = model.describeOperation?.(input, answer) ?? JSON.stringify(input);
  const end = outcome.status === "ok" ? `${outcome.returnAt.toFixed(1)} ms` : "no answer";
  return `${client}: ${what} (${callAt.toFixed(1)} ms to ${end})`;
}
