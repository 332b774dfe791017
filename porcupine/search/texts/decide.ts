import type { Budget } from "../../budget.ts";
import type { Written } from "../../fast/tokens.ts";
import type { Part } from "../../parts.ts";
import type { ValueFinding } from "../values/decide.ts";
import { textOperations } from "./operations.ts";
import { Present } from "./present.ts";
import { Rules } from "./rules.ts";
import { searchByWidths } from "./widths.ts";

/** What is searched. */
export interface TextQuestion {
  readonly written: Written;
  readonly initial: string;
  readonly part: Part;
}

/**
 * Searches a partition of texts whose tokens repeat, or that cannot be cut into tokens in one way; `undefined` if there are too many
 * explanations to be looked through: then it is for the general searches.
 */
export function searchText(
  question: TextQuestion,
  budget: Budget,
  widths?: readonly number[],
): ValueFinding | undefined {
  const operations = textOperations(question, budget);
  return searchByWidths(
    {
      operations,
      at(memory) {
        const present = new Present(operations, memory);
        return { present, rules: new Rules(operations, present) };
      },
    },
    budget,
    widths,
  );
}
