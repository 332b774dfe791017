/**
 * Reads a fault plan that somebody may have edited by hand.
 * @module
 */

import { FAULTS_OF, LAYERS, type RunPlan } from "./plan.ts";
import { machinesOf, WORKLOADS_OF } from "./swarm.ts";

/** A plan that cannot be carried out; the message names the place and what was expected there. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  readonly code = "plan";
}

/** Parses and checks a plan. `source` is named in errors. Throws `PlanError`. */
export function readPlan(text: string, source: string): RunPlan {
  let plan: Partial<RunPlan>;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new PlanError(
      `Cannot read ${source}: it is not JSON (${error instanceof Error ? error.message : error})`,
    );
  }
  const complain = (what: string): never => {
    throw new PlanError(`Cannot carry out ${source}: ${what}`);
  };
  if (plan.format !== "flotilla-plan-2") {
    complain(`its format is ${JSON.stringify(plan.format)}, expected "flotilla-plan-2"`);
  }
  const layer = LAYERS.find((name) => name === plan.layer) ??
    complain(`its layer is ${JSON.stringify(plan.layer)}, expected one of ${LAYERS.join(", ")}`);
  if (!WORKLOADS_OF[layer].includes(plan.workload ?? "")) {
    complain(
      `its workload is ${JSON.stringify(plan.workload)}, expected one of ${WORKLOADS_OF[layer].join(", ")}`,
    );
  }
  if (!Number.isSafeInteger(plan.seed)) complain("seed must be a whole number");
  const nodes = plan.nodes ?? 0;
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) {
    complain("nodes must be a whole number from 1 to 9");
  }
  for (
    const [name, value] of Object.entries({ safetyMs: plan.safetyMs, faults: plan.faults, core: plan.core })
  ) {
    if (value === undefined) complain(`it has no ${name}`);
  }
  for (const part of ["links", "disk", "knobs", "load"] as const) {
    if (typeof plan[part] !== "object") complain(`it has no ${part}`);
  }
  const kinds = FAULTS_OF[layer];
  const machines = machinesOf({ layer, nodes, groups: plan.groups ?? 1 });
  plan.faults?.forEach((fault, at) => {
    if (!kinds.includes(fault.kind)) {
      complain(`faults[${at}] is of kind ${JSON.stringify(fault.kind)}, expected one of ${kinds.join(", ")}`);
    }
    if (!(fault.atMs >= 0)) complain(`faults[${at}].atMs must be a number of milliseconds from 0 on`);
    const { target } = "target" in fault ? fault : { target: 0 };
    const known = typeof target === "number"
      ? target >= 0 && target < machines
      : /^leader( \d+)?$/.test(target);
    if (!known) complain(`faults[${at}].target must be "leader" or the number of a node below ${machines}`);
  });
  return plan as RunPlan;
}
