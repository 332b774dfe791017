import { readAnswers } from "../../fast/log_answers.ts";
import { draftLog } from "../../fast/log_table.ts";
import type { FastInput } from "../../fast/result.ts";
import type { ModelKind } from "../../types.ts";
import { searchByWidths } from "../texts/widths.ts";
import type { ValueFinding } from "../values/decide.ts";
import { logOperations } from "./operations.ts";
import { LogRules, LogScene } from "./scene.ts";

/** Searches a log whose entries repeat; `undefined` if it is none, or there are too many explanations to be looked through. */
export function searchLog<Input, Output>(
  kind: Extract<ModelKind<Input, Output>, { type: "log" }>,
  input: FastInput<Input, Output>,
  widths?: readonly number[],
): ValueFinding | undefined {
  if (kind.entries !== "read") return undefined;
  const answers = readAnswers(kind, input);
  const draft = answers === undefined || "verdict" in answers ? undefined : draftLog(answers);
  if (answers === undefined || "verdict" in answers || draft === undefined || "verdict" in draft) {
    return undefined;
  }
  const { budget } = input;
  const operations = logOperations(answers, draft, budget.scratch);
  return searchByWidths(
    {
      operations,
      at(memory) {
        const present = new LogScene(operations, memory);
        return { present, rules: new LogRules(operations, present) };
      },
    },
    budget,
    widths,
  );
}
