/**
 * Plans for real processes: drawn so that something breaks every half second, or made for the simulation and fitted to what real
 * machines can suffer.
 * @module
 */

import { type Random, seededRandom } from "../../../runtime/mod.ts";
import { CHURN } from "../../nemesis/churn.ts";
import { drawFault, type Ground } from "../../nemesis/draw_fault.ts";
import { type Fault, type FaultKind, FAULTS_OF, type Layer, type RunPlan } from "../../nemesis/plan.ts";
import { PlanError } from "../../nemesis/read_plan.ts";
import { drawPlan, machinesOf, type SwarmOptions } from "../../nemesis/swarm.ts";
import { onPrograms } from "./job/fit_job.ts";

/** How many processes a run has. */
export const MOST_NODES = 7;

/** A plan as real processes are to suffer it. */
export interface FittedPlan {
  readonly plan: RunPlan;
  /** What is otherwise than it was written, and why: a sentence each. */
  readonly changes: readonly string[];
}

/** Waiting times below these are no fair play on machines where a sync takes milliseconds and a process may not run for a while. */
const LEAST_ELECTION_MS = 300;
const LEAST_STALL_MS = 1500;
/** Heartbeats come at least so often before somebody stands for election. */
const BEATS = 3;
const GAP_MS = { least: 250, most: 650 } as const;
const DEFAULT_NODES = 3;
/** A run begins with some peace: a cluster that never once served has nothing that a fault could break. */
const FIRST_FAULT_MS = 1000;
/** Faults that take hold whatever else is wrong. */
const SURE: readonly FaultKind[] = ["isolate", "halves", "majorityRing", "weather", "badLink", "clog"];
/** A job is there to be done whoever dies. */
const SURE_OF_JOBS: readonly FaultKind[] = [...SURE, "crash"];
const SHARE_OF_KINDS = 0.5;

/** The plan of `seed`. Equal seeds and options give equal plans; what comes of them is the machine's. */
export function drawRealPlan(seed: number, options: Required<SwarmOptions>): FittedPlan {
  const layer = options.layer === "all" ? "kv" : options.layer;
  const drawn = drawPlan(seed, { ...options, layer, nodes: options.nodes ?? DEFAULT_NODES });
  const random = seededRandom(seed).split("real plan");
  const { plan } = fitPlan({ ...drawn, faults: [] });
  const changes = (options.faults ?? []).filter((kind) => !possibleFaults(layer).includes(kind))
    .map((kind) => `the fault ${kind} is not possible on real machines: left out`);
  return { plan: { ...plan, faults: drawFaults(random, plan, options) }, changes };
}

/** `plan` without what real machines cannot suffer. Throws `PlanError` for one that they cannot carry out at all. */
export function fitPlan(plan: RunPlan): FittedPlan {
  if (plan.nodes > MOST_NODES) {
    throw new PlanError(`Cannot start ${plan.nodes} processes: ${MOST_NODES} are the most with --real`);
  }
  const possible = possibleFaults(plan.layer);
  const changes: string[] = [];
  const faults = plan.faults.flatMap((fault, number) => {
    const fitted = !possible.includes(fault.kind)
      ? null
      : plan.layer === "mapreduce"
      ? onPrograms(fault, number, plan.nodes)
      : onProcesses(fault, plan.nodes);
    if (fitted !== null) return [fitted];
    changes.push(`fault ${number} (${fault.kind}) is not possible on real machines: skipped`);
    return [];
  });
  const electionMs = Math.max(plan.knobs.electionMs, LEAST_ELECTION_MS);
  const heartbeatMs = Math.min(plan.knobs.heartbeatMs, Math.floor(electionMs / BEATS));
  const diskStallMs = Math.max(plan.knobs.diskStallMs, LEAST_STALL_MS);
  const waits = plan.layer === "mapreduce" ? plan.knobs : { electionMs, heartbeatMs, diskStallMs };
  for (const name of ["electionMs", "heartbeatMs", "diskStallMs"] as const) {
    if (waits[name] === plan.knobs[name]) continue;
    changes.push(
      `${name} is ${waits[name]} instead of ${plan.knobs[name]}: real disks and processes take their time`,
    );
  }
  // The controller's majority is as good as any: its processes are members of all groups.
  const core = plan.core.filter((node) => node < plan.nodes);
  return { plan: { ...plan, spares: 0, old: [], faults, core, knobs: { ...plan.knobs, ...waits } }, changes };
}

/**
 * A process is a member of every group of shards: no group can be killed alone. Real clusters keep their members here, and every process is of
 * the newest version.
 */
function possibleFaults(layer: Layer): readonly FaultKind[] {
  return FAULTS_OF[layer].filter((kind) => kind !== "crashGroup" && !CHURN.includes(kind));
}

/** Simulated shards have machines of their own for each group; here member `n` of all groups is one process. Null if nothing is left. */
function onProcesses(fault: Fault, nodes: number): Fault | null {
  switch (fault.kind) {
    case "halves":
      return { ...fault, left: [...new Set(fault.left.map((one) => one % nodes))] };
    case "bridge":
      return { ...fault, bridge: fault.bridge % nodes };
    case "flap":
    case "badLink": {
      const [from, to] = [fault.from % nodes, fault.to % nodes];
      return from === to ? null : { ...fault, from, to };
    }
    default:
      if (!("target" in fault) || typeof fault.target !== "number") return fault;
      return { ...fault, target: fault.target % nodes };
  }
}

/** One fault after another, twice a second. */
function drawFaults(random: Random, plan: RunPlan, { faults: wanted }: Required<SwarmOptions>): Fault[] {
  const { layer, nodes, groups, safetyMs } = plan;
  // Every process of a cluster is alike, whatever the layer; those of a job are not.
  const ground: Ground = layer === "mapreduce"
    ? { layer, nodes, groups, machines: machinesOf(plan) }
    : { layer: "kv", nodes, groups, machines: nodes };
  const possible = possibleFaults(layer);
  const sure = layer === "mapreduce" ? SURE_OF_JOBS : SURE;
  const kinds = wanted === null
    ? possible.filter((kind) => sure.includes(kind) || random.split(`use ${kind}`).chance(SHARE_OF_KINDS))
    : possible.filter((kind) => wanted.includes(kind));
  const faults: Fault[] = [];
  const times = random.split("times");
  // A disk that is lost for good takes a voter away: never more of those than the cluster can do without.
  let disksToLose = Math.floor((nodes - 1) / 2);
  let atMs = Math.min(FIRST_FAULT_MS, safetyMs / 4);
  for (let number = 0; kinds.length > 0 && atMs < safetyMs; number++) {
    const draw = random.split(`fault ${number}`);
    const kind = kinds[draw.below(kinds.length)];
    const losesDisk = kind === "wipe" || kind === "bitFlip" || kind === "misdirect";
    if (!losesDisk || disksToLose > 0) {
      const fault = drawFault(kind, draw, ground, Math.round(atMs));
      faults.push(layer === "mapreduce" ? onPrograms(fault, number, nodes) : fault);
      if (losesDisk) disksToLose--;
    }
    atMs += times.between(GAP_MS.least, GAP_MS.most);
  }
  return faults;
}
