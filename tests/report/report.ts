/**
 * A run as one page that loads nothing: the clients' operations, who led, what was broken, and the verdict.
 * @module
 */

import {
  type Annotation,
  checkOperations,
  type CheckOptions,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  renderHtml,
} from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import type { RunResult } from "../chaos/result.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly plan: RunPlan;
  readonly result: RunResult;
  readonly operations: readonly Operation<KvInput, KvOutput>[];
  readonly annotations: readonly Annotation[];
  readonly limits: CheckOptions;
}

/** The page. It opens at the contradiction, if the history has one. */
export function renderReport({ plan, result, operations, annotations, limits }: ReportInput): string {
  const model = kvModel();
  return renderHtml({ model, operations }, checkOperations(model, operations, limits), {
    title: `Chaos, seed ${plan.seed}: ${result.verdict.kind}`,
    facts: factsOf(plan, result),
    annotations,
  });
}

/** The page itself says what is wrong with a history. */
function lawBroken({ law, sentence }: Violation): Record<string, string> {
  return law === "linearizability" ? { law } : { law, "what happened": sentence };
}

function factsOf(plan: RunPlan, result: RunResult): Record<string, string> {
  const { verdict, operations } = result;
  const why: Record<string, string> = verdict.kind === "violation"
    ? lawBroken(verdict.violation)
    : verdict.kind === "pass"
    ? {}
    : { why: verdict.sentence };
  return {
    run: verdict.kind,
    ...why,
    seed: String(plan.seed),
    again: `deno task chaos replay ${plan.seed}`,
    cluster:
      `${plan.nodes} nodes, elections after ${plan.knobs.electionMs} ms, heartbeats every ${plan.knobs.heartbeatMs} ms`,
    clients: `${plan.load.clients} on ${plan.load.keys} keys`,
    operations: `${operations.ok} answered, ${operations.refused} refused, ${operations.unknown} unknown`,
    elections: String(result.elections),
    fingerprint: result.hash,
  };
}
