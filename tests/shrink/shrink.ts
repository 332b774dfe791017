/**
 * Makes a failing plan small: fewer faults, a shorter run, fewer nodes, clients, keys and operations, plain links.
 *
 * A smaller plan counts only if it breaks the same law, or one that a node breaks where so far only its clients were seen to suffer.
 * Because every decision of a run is keyed by its own name, what is left out does not roll the dice anew for the rest. Where that is not
 * enough - a race needs its dice, or its moment - small plans are grown from nothing out of the same kinds of faults: a counterexample is
 * worth its size, not its origin.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { ddmin } from "./ddmin.ts";
import { grown } from "./grow.ts";
import { GOAL, isSmall, sizeOf } from "./size.ts";
import { disksTooMany, FEWER, SMALLER } from "./smaller.ts";
import { busyAround, compressed, healedSooner, lastFaults, later } from "./squeeze.ts";

/** What a run of a plan came to. */
export interface Probed {
  /** The law it breaks, or null. */
  readonly law: string | null;
  /** When that could be known, in virtual milliseconds; the end of the run otherwise. */
  readonly endedMs: number;
  /** Operations that may have been executed by then. */
  readonly operations: number;
  /** How many events the run had: what it cost. */
  readonly events: number;
}

/** How far a probe goes: to the end, only through the faults, or until a healed majority serves again. */
export type Reach = "safety" | "liveness" | "read";

/** Runs a plan. */
export type Probe = (plan: RunPlan, reach: Reach) => Promise<Probed>;

/** A run that broke a law. */
type Broken = Probed & { readonly law: string };

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
  /** What the plan's own run came to, where somebody has seen it. @default {it is run once more} */
  readonly known?: Probed | null;
}

/** A write that must go through when a majority is well, and the last reads. */
const OWN_OPERATIONS = 3;
/** So many small plans are grown before the failing one is taken apart; fewer where each has to go through recovery, too. */
const FIRST_GROWN: Readonly<Record<Reach, number>> = { safety: 220, liveness: 100, read: 60 };
/** As many more when it is known which faults it takes, and after each round that did not get there. */
const GROWN = 150;
/** Nobody waits for more than so many of them. */
const MOST_GROWN = 3000;
/** As many seeds are tried where only little would be won. */
const FEW_SEEDS = 3;
/** What taking a plan apart may cost at a time, in events: a second or so. A large run costs as much as twenty small ones. */
const APART_EVENTS = 40_000;

/** Shrinks `plan`; null if it breaks no law. */
export async function shrink(plan: RunPlan, probe: Probe, options: ShrinkOptions): Promise<Shrunk | null> {
  const first = options.known ?? await probe(plan, "read");
  if (first.law === null) return null;
  const search = new Search(plan, { ...first, law: first.law }, probe, options);
  await search.begin();
  let before: RunPlan | null = null;
  while (search.mayGetSmaller(before) && !options.isOver()) {
    before = search.best;
    await search.round();
    if (!search.isSmall) await search.grow(GROWN);
  }
  return search.shrunk;
}

class Search {
  best: RunPlan;
  #operations: number;
  #endedMs: number;
  #tries = 1;
  #events = 0;
  #grown = 0;
  #reach: Reach = "read";
  #law: string;
  /** What was tried in vain: nobody learns anything from the same run again. */
  readonly #vain = new Set<string>();
  readonly #disksTooMany: number;
  readonly #probe: Probe;
  readonly #options: ShrinkOptions;

  constructor(plan: RunPlan, first: Broken, probe: Probe, options: ShrinkOptions) {
    this.best = plan;
    this.#disksTooMany = disksTooMany(plan);
    this.#law = first.law;
    this.#operations = first.operations;
    this.#endedMs = first.endedMs;
    this.#probe = probe;
    this.#options = options;
  }

  get shrunk(): Shrunk {
    return { plan: this.best, law: this.#law, operations: this.#operations, tries: this.#tries };
  }

  get isSmall(): boolean {
    return isSmall(sizeOf(this.best, this.#operations));
  }

  /** Whether another round may help: where the last one did, and while there are small plans that nobody has tried. */
  mayGetSmaller(before: RunPlan | null): boolean {
    return before !== this.best || (!this.isSmall && this.#grown < MOST_GROWN);
  }

  /** What comes after the law was broken is of no use, nor mostly what came long before. */
  async begin(): Promise<void> {
    // Most laws break while faults strike: then nobody needs to wait for what follows them.
    const safetyMs = Math.ceil(this.#endedMs) + 1;
    const faults = this.best.faults.filter(({ atMs }) => atMs < safetyMs);
    this.#reach = "safety";
    if (!await this.try({ ...this.best, safetyMs, faults })) {
      this.#reach = this.#law === "liveness" ? "liveness" : "read";
    }
    if (!this.isSmall) await this.grow(FIRST_GROWN[this.#reach]);
    if (this.isSmall) return;
    for (let keep = 1; keep < this.best.faults.length; keep *= 2) {
      if (await this.try(lastFaults(this.best, keep))) break;
    }
  }

  /** One round of everything that makes a plan smaller. */
  async round(): Promise<void> {
    await this.dropFaults();
    if (!this.isSmall) await this.grow(GROWN);
    if (this.#reach !== "safety") {
      for (const share of [0.25, 0.5, 0.75]) if (await this.maybe(healedSooner(this.best, share))) break;
    }
    for (const ms of [300, 1000, 3000]) if (await this.maybe(later(this.best, this.#endedMs - ms))) break;
    await this.maybe(compressed(this.best));
    if (!this.isSmall) await this.focus();
    // Fewer nodes and clients are worth some dice.
    for (const fewer of FEWER) await this.maybe(fewer(this.best));
    for (const smaller of SMALLER) await this.repeat(smaller);
    await this.shortenFaults();
  }

  /** Whether `plan` still breaks the law; then it is the best so far. */
  async try(plan: RunPlan, accept: (operations: number) => boolean = () => true): Promise<boolean> {
    if (this.#options.isOver() || disksTooMany(plan) > this.#disksTooMany) return false;
    const name = `${this.#reach} ${JSON.stringify(plan)}`;
    if (this.#vain.has(name)) return false;
    const found = await this.#found(plan, accept);
    if (found === null) {
      this.#vain.add(name);
      return false;
    }
    const { whole } = found;
    this.best = found.plan;
    this.#law = whole.law;
    this.#operations = whole.operations;
    this.#endedMs = whole.endedMs;
    // Another face of the same thing may show sooner: then nobody needs to wait for recovery any more.
    if (whole.endedMs < found.plan.safetyMs) this.#reach = "safety";
    return true;
  }

  /** The plan that takes the place of the best one, `plan` or what of it comes before the law is broken, and its whole run. */
  async #found(
    plan: RunPlan,
    accept: (operations: number) => boolean,
  ): Promise<{ readonly plan: RunPlan; readonly whole: Broken } | null> {
    const shown = await this.#run(plan, this.#reach, accept);
    if (shown === null) return null;
    // Where recovery is of no interest, nothing after the end is.
    const ends = shown.endedMs + 1 < plan.safetyMs;
    const cut = ends ? [{ ...plan, safetyMs: Math.ceil(shown.endedMs) + 1 }, plan] : [plan];
    for (const next of cut) {
      // What is cut off may be explained by what was still to come: a plan breaks only what its whole run breaks.
      const isWhole = next === plan && this.#reach === "read";
      const whole = isWhole ? shown : await this.#run(next, "read", accept);
      if (whole !== null) return { plan: next, whole };
    }
    return null;
  }

  /** What a run of `plan` came to; null if that is not what is looked for. */
  async #run(plan: RunPlan, reach: Reach, accept: (operations: number) => boolean): Promise<Broken | null> {
    this.#tries++;
    const { law, ...rest } = await this.#probe(plan, reach);
    this.#events += rest.events;
    return law !== null && isSame(law, this.#law) && accept(rest.operations) ? { ...rest, law } : null;
  }

  async maybe(plan: RunPlan | null): Promise<boolean> {
    if (plan === null) return false;
    if (await this.try(plan)) return true;
    for (let nth = 1; nth <= FEW_SEEDS; nth++) if (await this.try(withSeed(plan, nth))) return true;
    return false;
  }

  /** Few clients that ask when one of the faults strikes, and at no other time. */
  async focus(): Promise<void> {
    const until = this.#events + APART_EVENTS;
    for (const { atMs } of this.best.faults.toReversed()) {
      for (const aheadMs of [500, 100, 1500]) {
        if (this.#events > until || await this.maybe(busyAround(this.best, atMs - aheadMs))) return;
      }
    }
  }

  async dropFaults(): Promise<void> {
    // The rest is for the next round: from fewer faults small plans may grow sooner than these can be taken apart.
    const until = this.#events + APART_EVENTS;
    const isOver = () => this.#events > until || this.#options.isOver();
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

  /** Tries `count` small plans that were not tried before. */
  async grow(count: number): Promise<boolean> {
    // What a run asks by itself at its end counts, too.
    const own = this.#reach === "safety" ? 0 : OWN_OPERATIONS;
    const fits = (plan: RunPlan) => (operations: number) => isSmall(sizeOf(plan, operations));
    const { best } = this;
    const reads = TOLD.includes(this.#law) || this.#law === "exactly-once";
    for (let nth = 0; nth < count && !this.#options.isOver(); nth++) {
      const plan = grown(best, { operations: GOAL.operations - own, nth: this.#grown++, reads });
      if (await this.try(plan, fits(plan))) return true;
    }
    return false;
  }
}

/** What clients see of a bug, or what does not happen because of it; every other law names the node and the step. */
const SYMPTOMS: readonly string[] = [
  "linearizability",
  "strict-serializability",
  "read-your-writes",
  "monotonic-reads",
  "watch-order",
  "liveness",
  "convergence",
  "storm",
];
/** Faces of one thing, that there is one log: which of them shows first is a matter of the moment. */
const ONE_LOG: readonly string[] = [
  "log-matching",
  "leader-completeness",
  "state-machine-safety",
  "predictive-commit",
];
/** What ought to have come about did not: whether that is a write or that everybody catches up is a matter of the moment, too. */
const STUCK: readonly string[] = ["liveness", "convergence"];
/** What a client was told cannot be. */
const TOLD: readonly string[] = [
  "linearizability",
  "strict-serializability",
  "read-your-writes",
  "monotonic-reads",
  "watch-order",
];
/**
 * And of one more, that what was executed once is not executed again: then replicas differ, unless a group has one member only, and what
 * a client is told cannot be.
 */
const ONCE: readonly string[] = ["equal-state", "exactly-once", ...TOLD];

/** Whether a plan that breaks `law` shows what one that breaks `known` does. */
function isSame(law: string, known: string): boolean {
  return law === known || (SYMPTOMS.includes(known) && !SYMPTOMS.includes(law)) ||
    [STUCK, ONE_LOG, ONCE].some((faces) => faces.includes(law) && faces.includes(known));
}

/** The same plan with other dice. */
function withSeed(plan: RunPlan, nth: number): RunPlan {
  return { ...plan, seed: (plan.seed + nth * 7919) % 4294967296 };
}
