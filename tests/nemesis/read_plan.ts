/**
 * Reads a fault plan that somebody may have edited by hand.
 * @module
 */

import { FAULT_KINDS, type RunPlan } from "./plan.ts";

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
  if (plan.format !== "flotilla-plan-1") {
    complain(`its format is ${JSON.stringify(plan.format)}, expected "flotilla-plan-1"`);
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
  plan.faults?.forEach((fault, at) => {
    if (!FAULT_KINDS.includes(fault.kind)) {
      complain(
        `faults[${at}] is of kind ${JSON.stringify(fault.kind)}, expected one of ${FAULT_KINDS.join(", ")}`,
      );
    }
    if (!(fault.atMs >= 0)) complain(`faults[${at}].atMs must be a number of milliseconds from 0 on`);
    if ("target" in fault && fault.target !== "leader" && !(fault.target >= 0 && fault.target < nodes)) {
      complain(`faults[${at}].target must be "leader" or the number of a node below ${nodes}`);
    }
  });
  return plan as RunPlan;
}
