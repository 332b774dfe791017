/**
 * Makes a failing plan small: fewer faults, a shorter run, fewer nodes, clients, keys and operations, plain links.
 *
 * A smaller plan counts only if it breaks the same law. Because every decision of a run is keyed by its own name, what is left
 * out does not roll the dice anew for the rest.
 * @module
 */

import { LOCAL_AREA } from "../sim/conditions.ts";
import type { Fault, RunPlan } from "../nemesis/plan.ts";
import { ddmin } from "./ddmin.ts";

/** Runs a plan and tells the law it breaks, or null, and when it was over. */
export type Probe = (plan: RunPlan) => Promise<{ readonly law: string | null; readonly endedMs: number }>;

/** What a plan was shrunk to. */
export interface Shrunk {
  readonly plan: RunPlan;
  readonly law: string;
  /** How many runs it took. */
  readonly tries: number;
}

/** How far to go. */
export interface ShrinkOptions {
  /** Asked before each try. */
  readonly isOver: () => boolean;
}

/** A change that may make a plan smaller; null where it does not apply. */
type Step = (plan: RunPlan) => RunPlan | null;

/** Shrinks `plan`; null if it breaks no law. */
export async function shrink(plan: RunPlan, probe: Probe, options: ShrinkOptions): Promise<Shrunk | null> {
  const first = await probe(plan);
  if (first.law === null) return null;
  const search = new Search(plan, first.law, probe, options);
  await search.end(first.endedMs);
  let before: RunPlan | null = null;
  while (before !== search.best && !options.isOver()) {
    before = search.best;
    await search.dropFaults();
    for (const step of STEPS) await search.repeat(step);
    await search.shortenFaults();
  }
  return { plan: search.best, law: first.law, tries: search.tries };
}

class Search {
  best: RunPlan;
  tries = 1;
  readonly #law: string;
  readonly #probe: Probe;
  readonly #options: ShrinkOptions;

  constructor(plan: RunPlan, law: string, probe: Probe, options: ShrinkOptions) {
    this.best = plan;
    this.#law = law;
    this.#probe = probe;
    this.#options = options;
  }

  /** Whether `plan` still breaks the law; then it is the best so far. */
  async try(plan: RunPlan): Promise<boolean> {
    if (this.#options.isOver()) return false;
    this.tries++;
    const { law } = await this.#probe(plan);
    if (law !== this.#law) return false;
    this.best = plan;
    return true;
  }

  /** What comes after the law was broken is of no use. */
  async end(endedMs: number): Promise<void> {
    const safetyMs = Math.ceil(endedMs) + 1;
    if (safetyMs >= this.best.safetyMs) return;
    const faults = this.best.faults.filter(({ atMs }) => atMs < safetyMs);
    await this.try({ ...this.best, safetyMs, faults });
  }

  async dropFaults(): Promise<void> {
    const { isOver } = this.#options;
    if (this.best.faults.length === 0) return;
    await ddmin(this.best.faults, (faults) => this.try({ ...this.best, faults }), isOver);
  }

  async repeat(step: Step): Promise<void> {
    for (let next = step(this.best); next !== null; next = step(this.best)) {
      if (!await this.try(next)) return;
    }
  }

  async shortenFaults(): Promise<void> {
    for (let at = 0; at < this.best.faults.length; at++) {
      await this.repeat((plan) => {
        const fault = plan.faults[at];
        if (fault === undefined || !("forMs" in fault) || fault.forMs < 20) return null;
        return { ...plan, faults: plan.faults.with(at, { ...fault, forMs: Math.floor(fault.forMs / 2) }) };
      });
    }
  }
}

const STEPS: readonly Step[] = [
  (plan) => plan.nodes > 3 && plan.groups === 1 ? withThreeNodes(plan) : null,
  (plan) => plan.load.clients > 1 ? withLoad(plan, { clients: plan.load.clients - 1 }) : null,
  (plan) => plan.load.keys > 1 ? withLoad(plan, { keys: 1 }) : null,
  (plan) => plan.load.operationsEach === 0 ? withLoad(plan, { operationsEach: 64 }) : null,
  (plan) => withOperations(plan, Math.floor(plan.load.operationsEach / 2)),
  (plan) => withOperations(plan, plan.load.operationsEach - 1),
  (plan) => plan.links === LOCAL_AREA ? null : { ...plan, links: LOCAL_AREA },
  (plan) => plan.disk.kind === "fixed" ? null : { ...plan, disk: { kind: "fixed", ms: 0.2 } },
];

function withOperations(plan: RunPlan, operationsEach: number): RunPlan | null {
  return operationsEach < 1 ? null : withLoad(plan, { operationsEach });
}

function withLoad(plan: RunPlan, part: Partial<RunPlan["load"]>): RunPlan {
  return { ...plan, load: { ...plan.load, ...part } };
}

function withThreeNodes(plan: RunPlan): RunPlan {
  return { ...plan, nodes: 3, core: [0, 1], faults: plan.faults.map(onThreeNodes) };
}

/** The same fault among the first three machines. */
function onThreeNodes(fault: Fault): Fault {
  switch (fault.kind) {
    case "halves":
      return { ...fault, left: [...new Set(fault.left.map((node) => node % 3))].slice(0, 2) };
    case "bridge":
      return { ...fault, bridge: fault.bridge % 3 };
    case "flap":
    case "badLink":
      return { ...fault, from: fault.from % 3, to: (fault.from % 3 + 1) % 3 };
    default:
      return "target" in fault && typeof fault.target === "number"
        ? { ...fault, target: fault.target % 3 }
        : fault;
  }
}
