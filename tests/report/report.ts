/**
 * A run as one page that loads nothing: the clients' operations, who led, what was broken, and the verdict.
 * @module
 */

import type { CheckOptions } from "../../porcupine/mod.ts";
import type { RunResult } from "../chaos/result.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import type { Crew } from "../workloads/crew.ts";
import type { Chronicle } from "./chronicle.ts";
import { factsOf } from "./facts.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly plan: RunPlan;
  readonly result: RunResult;
  readonly crew: Crew;
  readonly chronicle: Chronicle;
  readonly limits: CheckOptions;
}

/** The page. It opens at the contradiction, if the history has one. */
export function renderReport({ plan, result, crew, chronicle, limits }: ReportInput): string {
  return crew.picture(limits, {
    title: `Chaos, seed ${plan.seed}: ${result.verdict.kind}`,
    facts: factsOf(plan, result),
    annotations: chronicle.annotations(),
  });
}
