/**
 * Reads a fault plan that somebody may have edited by hand.
 * @module
 */

import { CHANGES } from "./churn_faults.ts";
import { type Fault, type FaultKind, FAULTS_OF, LAYERS, type RunPlan } from "./plan.ts";
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
  const format: unknown = plan.format;
  // Before members could change and versions differ, no plan had spare machines or old programs.
  if (format === "flotilla-plan-2") plan = { ...plan, format: "flotilla-plan-3", spares: 0, old: [] };
  else if (format !== "flotilla-plan-3") {
    complain(`its format is ${JSON.stringify(format)}, expected "flotilla-plan-3" or "flotilla-plan-2"`);
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
  const { spares = 0, old = [] } = plan;
  if (!Number.isInteger(spares) || spares < 0 || spares > 4) {
    complain("spares must be a whole number from 0 to 4");
  }
  if (!old.every((node) => Number.isInteger(node) && node >= 0 && node < nodes)) {
    complain(`old must be numbers of nodes below ${nodes}`);
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
  const machines = machinesOf({ layer, nodes, groups: plan.groups ?? 1, spares });
  plan.faults?.forEach((fault, at) => {
    const wrong = wrongWith(fault, kinds, machines);
    if (wrong !== null) complain(`faults[${at}]${wrong}`);
  });
  return plan as RunPlan;
}

/** What is wrong with a fault, as the end of a sentence; null if nothing is. */
function wrongWith(fault: Fault, kinds: readonly FaultKind[], machines: number): string | null {
  if (!kinds.includes(fault.kind)) {
    return ` is of kind ${JSON.stringify(fault.kind)}, expected one of ${kinds.join(", ")}`;
  }
  if (!(fault.atMs >= 0)) return ".atMs must be a number of milliseconds from 0 on";
  if (fault.kind === "versions" && fault.to !== 1 && fault.to !== 2) return ".to must be 1 or 2";
  if (fault.kind === "members") {
    const { change, newcomer = -1 }: { change: string; newcomer?: number } = fault;
    if (!(fault.everyMs > 0)) return ".everyMs must be a number of milliseconds above 0";
    if (!CHANGES.some((known) => known === change)) return `.change must be one of ${CHANGES.join(", ")}`;
    if ((change === "join" || change === "replace") && !(newcomer >= 0 && newcomer < machines)) {
      return `.newcomer must be the number of a machine below ${machines}`;
    }
    if (change !== "join" && !("target" in fault)) return ".target is missing";
  }
  const { target } = "target" in fault ? fault : { target: 0 };
  const known = typeof target === "number"
    ? target >= 0 && target < machines
    : /^leader( \d+)?$/.test(target);
  return known ? null : `.target must be "leader" or the number of a machine below ${machines}`;
}
