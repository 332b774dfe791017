/**
 * A run in a few facts.
 * @module
 */

import type { RunResult } from "../chaos/result.ts";
import type { Violation } from "../check/violation.ts";
import type { RunPlan } from "../nemesis/plan.ts";

/** The page itself says what is wrong with a history. */
function lawBroken({ law, sentence }: Violation): Record<string, string> {
  return law === "linearizability" ? { law } : { law, "what happened": sentence };
}

/** What a page says beside the verdict. */
export function factsOf(plan: RunPlan, result: RunResult): Record<string, string> {
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
    layer: `${plan.layer}, workload ${plan.workload}`,
    again: replayCommand(plan),
    cluster:
      `${plan.nodes} nodes, elections after ${plan.knobs.electionMs} ms, heartbeats every ${plan.knobs.heartbeatMs} ms`,
    clients: `${plan.load.clients} on ${plan.load.keys} keys`,
    operations: `${operations.ok} answered, ${operations.refused} refused, ${operations.unknown} unknown`,
    elections: String(result.elections),
    fingerprint: result.hash,
  };
}

/** The command that repeats the run of a drawn plan. */
function replayCommand({ seed, layer, workload }: RunPlan): string {
  return `deno task chaos replay ${seed} --layer ${layer} --workload ${workload}`;
}
