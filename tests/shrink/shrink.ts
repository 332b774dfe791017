/**
 * Makes a failing plan small: fewer faults, a shorter run, fewer nodes, clients, keys and operations, plain links.
 *
 * A smaller plan counts only if it breaks the same law, or one that a node breaks where so far only its clients were seen to suffer. Because every decision of a run is keyed by its own name, what is left
 * out does not roll the dice anew for the rest. Where that is not enough - a race needs its dice - the same small plan is tried with
 * other seeds: a counterexample is worth its size, not its origin.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { ddmin } from "./ddmin.ts";
import { FEWER, SMALLER } from "./smaller.ts";
import { compressed, lastFaults, later, squeezed } from "./squeeze.ts";

/** What a run of a plan came to. */
export interface Probed {
  /** The law it breaks, or null. */
  readonly law: string | null;
  readonly endedMs: number;
  /** Operations that may have been executed. */
  readonly operations: number;
}

/** How far a probe goes: to the end, or only through the faults. */
export type Reach = "safety" | "read";

/** Runs a plan. */
export type Probe = (plan: RunPlan, reach: Reach) => Promise<Probed>;

/** What a plan was shrunk to. */
export interface Shrunk {
  readonly plan: RunPlan;
  readonly law: string;
  readonly operations: number;
  /** How many runs it took. */
  readonly tries: number;
}

/** How far to go. */
export interface ShrinkOptions {
  /** Asked before each try. */
  readonly isOver: () => boolean;
}

/** What a person can follow: so many at most of each. */
export const GOAL = { faults: 3, clients: 2, operations: 12, nodes: 3 } as const;

/** Whether a person can follow it. */
export function isSmall({ plan, operations }: Pick<Shrunk, "plan" | "operations">): boolean {
  return plan.faults.length <= GOAL.faults && plan.load.clients <= GOAL.clients &&
    operations <= GOAL.operations && plan.nodes <= GOAL.nodes;
}

/** A write that must go through when a majority is well, and the last reads. */
const OWN_OPERATIONS = 3;
/** As many seeds are tried for one small plan. */
const SEEDS = 80;
/** As many at the very beginning. */
const FIRST_SEEDS = 16;
/** As many seeds are tried where only little would be won. */
const FEW_SEEDS = 3;

/** Shrinks `plan`; null if it breaks no law. */
export async function shrink(plan: RunPlan, probe: Probe, options: ShrinkOptions): Promise<Shrunk | null> {
  const first = await probe(plan, "read");
  if (first.law === null) return null;
  const search = new Search(plan, { ...first, law: first.law }, probe, options);
  await search.begin();
  let before: RunPlan | null = null;
  while (before !== search.best && !options.isOver()) {
    before = search.best;
    await search.round();
    if (before === search.best && !isSmall(search.shrunk)) await search.reseed(SEEDS);
  }
  return search.shrunk;
}

class Search {
  best: RunPlan;
  #operations: number;
  #endedMs: number;
  #tries = 1;
  #reach: Reach = "read";
  #law: string;
  readonly #probe: Probe;
  readonly #options: ShrinkOptions;

  constructor(plan: RunPlan, first: Probed & { readonly law: string }, probe: Probe, options: ShrinkOptions) {
    this.best = plan;
    this.#law = first.law;
    this.#operations = first.operations;
    this.#endedMs = first.endedMs;
    this.#probe = probe;
    this.#options = options;
  }

  get shrunk(): Shrunk {
    return { plan: this.best, law: this.#law, operations: this.#operations, tries: this.#tries };
  }

  /** What comes after the law was broken is of no use, nor mostly what came long before. */
  async begin(): Promise<void> {
    // Most laws break while faults strike: then nobody needs to wait for what follows them.
    const safetyMs = Math.ceil(this.#endedMs) + 1;
    const faults = this.best.faults.filter(({ atMs }) => atMs < safetyMs);
    this.#reach = "safety";
    if (!await this.try({ ...this.best, safetyMs, faults })) this.#reach = "read";
    for (let keep = 1; keep < this.best.faults.length; keep *= 2) {
      if (await this.try(lastFaults(this.best, keep))) break;
    }
    // Small runs are cheap: some dozens of them cost less than taking a large one apart.
    if (!isSmall(this.shrunk)) await this.reseed(FIRST_SEEDS);
  }

  /** One round of everything that makes a plan smaller. */
  async round(): Promise<void> {
    await this.dropFaults();
    for (const ms of [300, 1000, 3000]) if (await this.maybe(later(this.best, this.#endedMs - ms))) break;
    await this.maybe(compressed(this.best));
    // Fewer nodes and clients are worth some dice.
    for (const fewer of FEWER) await this.maybe(fewer(this.best));
    for (const smaller of SMALLER) await this.repeat(smaller);
    await this.shortenFaults();
  }

  /** Whether `plan` still breaks the law; then it is the best so far. */
  async try(plan: RunPlan): Promise<boolean> {
    if (this.#options.isOver()) return false;
    this.#tries++;
    const { law, operations, endedMs } = await this.#probe(plan, this.#reach);
    if (law === null || (law !== this.#law && !isCause(law, this.#law))) return false;
    this.#law = law;
    // Where recovery is of no interest, nothing after the end is.
    const ends = this.#reach === "safety" && endedMs + 1 < plan.safetyMs;
    this.best = ends ? { ...plan, safetyMs: Math.ceil(endedMs) + 1 } : plan;
    this.#operations = operations;
    this.#endedMs = endedMs;
    return true;
  }

  async maybe(plan: RunPlan | null): Promise<boolean> {
    if (plan === null) return false;
    if (await this.try(plan)) return true;
    for (let nth = 1; nth <= FEW_SEEDS; nth++) if (await this.try(withSeed(plan, nth))) return true;
    return false;
  }

  async dropFaults(): Promise<void> {
    const { isOver } = this.#options;
    if (this.best.faults.length === 0) return;
    await ddmin(this.best.faults, (faults) => this.try({ ...this.best, faults }), isOver);
  }

  async repeat(smaller: (plan: RunPlan) => RunPlan | null): Promise<void> {
    for (let next = smaller(this.best); next !== null; next = smaller(this.best)) {
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

  /** The plan as small as it should be, with other dice; if that is too much at once, half as many operations. */
  async reseed(seeds: number): Promise<boolean> {
    // What a run asks by itself at its end counts, too.
    const own = this.#reach === "read" ? OWN_OPERATIONS : 0;
    const goal = GOAL.operations - own;
    return await this.#squeeze(goal, seeds) ||
      (this.#operations > 2 * goal && await this.#squeeze(Math.floor(this.#operations / 2), FIRST_SEEDS));
  }

  async #squeeze(operations: number, seeds: number): Promise<boolean> {
    for (let nth = 0; nth < seeds; nth++) {
      const plans = squeezed(this.best, { ...GOAL, operations }, this.#operations, nth);
      for (const plan of plans) if (await this.try(withSeed(plan, nth))) return true;
    }
    return false;
  }
}

/** What clients see of a bug, or what does not happen because of it; every other law names the node and the step. */
const SYMPTOMS: readonly string[] = ["linearizability", "liveness", "convergence", "storm"];

/** Whether `law` may be what is behind `symptom`. */
function isCause(law: string, symptom: string): boolean {
  return SYMPTOMS.includes(symptom) && !SYMPTOMS.includes(law);
}

/** The same plan with other dice. */
function withSeed(plan: RunPlan, nth: number): RunPlan {
  return { ...plan, seed: (plan.seed + nth * 7919) % 4294967296 };
}
