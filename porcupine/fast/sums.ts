import type { ModelKind } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { coreAlone, refuteAlone } from "./sum_alone.ts";
import { readSums, type SumAnswers } from "./sum_answers.ts";
import { fillSteps } from "./sum_fill.ts";
import { refuteSteps } from "./sum_steps.ts";
import { tabulateSums } from "./sum_table.ts";

type LogKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "log" }>;

/**
 * Counters, whatever is added. Whether sums that were seen are possible is NP-complete (of one, and of additions all at once, it is
 * the question of subset sums), so that not all is decided here; `undefined` is for the search.
 *
 * - *One answer by itself:* exactly, if the sums are small: `refuteAlone` finds what is out of bounds in linear time, and `coreAlone`
 *   proves it with as few additions as can be.
 * - *Two answers, and what lies between them*, where nobody counts down: sums ascend, and what is added between each and
 *   the next must come to their difference (`refuteSteps`).
 * - *An order*, where nobody counts down: choices that come out even are mostly found, one after the other (`fillSteps`).
 */
export function decideSums<Input, Output>(
  kind: LogKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  const answers = readSums(kind, input);
  if (answers === undefined) return undefined;
  const { budget } = input;
  const alone = refuteAlone(answers, budget);
  if (alone !== undefined || answers.isSigned) return alone;
  const table = tabulateSums(answers);
  if ("verdict" in table) return table;
  const refused = refuteSteps(table, budget);
  if (refused !== undefined) return soleCulprit(answers, refused.suspects, input) ?? refused;
  const order = fillSteps(table, budget);
  return order === undefined ? undefined : { verdict: "ok", order };
}

/** Of several that are impossible together, one that is so by itself, proved. */
function soleCulprit<Input, Output>(
  answers: SumAnswers,
  suspects: readonly number[],
  { budget }: FastInput<Input, Output>,
): FastResult | undefined {
  const { part: { ret }, op } = answers;
  const saw = suspects.filter((k) => op[k] > 1).sort((a, b) => ret[a] - ret[b]);
  for (const k of saw.slice(0, 4)) {
    const found = coreAlone(answers, k, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}
