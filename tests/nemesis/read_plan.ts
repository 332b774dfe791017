/**
 * Reads a fault plan that somebody may have edited by hand.
 * @module
 */

import { FAULTS_OF, LAYERS, type RunPlan } from "./plan.ts";
import { planShape } from "./plan_shape.ts";
import { isObject, list, record, whole } from "./shape.ts";
import { machinesOf, WORKLOADS_OF } from "./swarm.ts";

/** A plan that cannot be carried out; the message names the place and what was expected there. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  readonly code = "plan";
}

const MOST_NODES = 9;
const MOST_SPARES = 4;

/** Parses and checks a plan. `source` is named in errors. Throws `PlanError`. */
export function readPlan(text: string, source: string): RunPlan {
  const plan = parse(text, source);
  const wrong = wrongWith(plan);
  if (wrong !== null) throw new PlanError(`Cannot carry out ${source}: ${wrong}`);
  // Each field has been looked at, which no type can say.
  return plan as unknown as RunPlan;
}

function parse(text: string, source: string): Readonly<Record<string, unknown>> {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new PlanError(
      `Cannot read ${source}: it is not JSON (${error instanceof Error ? error.message : error})`,
    );
  }
  if (!isObject(plan)) throw new PlanError(`Cannot carry out ${source}: it is no plan, which is an object`);
  // Before members could change and versions differ, no plan had spare machines or old programs.
  return plan.format === "flotilla-plan-2"
    ? { ...plan, format: "flotilla-plan-3", spares: 0, old: [] }
    : plan;
}

/** What is wrong with a plan; null if nothing is. */
function wrongWith(plan: Readonly<Record<string, unknown>>): string | null {
  if (plan.format !== "flotilla-plan-3") {
    return `its format is ${JSON.stringify(plan.format)}, expected "flotilla-plan-3" or "flotilla-plan-2"`;
  }
  const layer = LAYERS.find((name) => name === plan.layer);
  if (layer === undefined) {
    return `its layer is ${JSON.stringify(plan.layer)}, expected one of ${LAYERS.join(", ")}`;
  }
  const workloads = WORKLOADS_OF[layer];
  if (!workloads.some((name) => name === plan.workload)) {
    return `its workload is ${JSON.stringify(plan.workload)}, expected one of ${workloads.join(", ")}`;
  }
  // How many machines there are decides which numbers of machines mean something.
  const sizes = record({
    nodes: whole(1, MOST_NODES),
    spares: whole(0, MOST_SPARES),
    groups: whole(1, MOST_NODES),
  })(plan);
  if (sizes !== null) return sizes.slice(1);
  // These three have been looked at just now, which no type can say.
  const { nodes, groups, spares } = plan as unknown as RunPlan;
  const machines = machinesOf({ layer, nodes, groups, spares });
  const kinds = list((fault) => {
    const kind = isObject(fault) ? fault.kind : undefined;
    return FAULTS_OF[layer].some((known) => known === kind)
      ? null
      : ` is of kind ${JSON.stringify(kind)}, expected one of ${FAULTS_OF[layer].join(", ")}`;
  });
  const wrong = record({ faults: kinds, old: list(whole(0, nodes - 1)) })(plan) ??
    planShape({ layer, groups, machines })(plan);
  return wrong === null ? null : wrong.slice(1);
}
