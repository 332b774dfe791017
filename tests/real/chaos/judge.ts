/**
 * What is thought of a run on real processes besides its history.
 * @module
 */

import type { RarePath, RunVerdict } from "../../chaos/result.ts";
import type { RunPlan } from "../../nemesis/plan.ts";
import type { Crew } from "../../workloads/crew.ts";
import type { Processes } from "./processes.ts";

/** The verdict on a run whose history is in order. */
export function enoughStruck(struck: number, least: number, safetyMs: number): RunVerdict {
  if (struck >= least) return { kind: "pass" };
  return {
    kind: "vacuous",
    sentence: `${struck} faults took hold in ${safetyMs / 1000} s, ${least} are wanted.`,
  };
}

/** The plan's core, with voters in place of those that lost their vote with their disk. */
export function votingCore({ core, nodes }: RunPlan, processes: Processes): number[] {
  const others = processes.names.map((_, node) => node).filter((node) => !core.includes(node));
  const majority = Math.floor(nodes / 2) + 1;
  return [...core, ...others].filter((node) => processes.isVoter(node)).slice(0, majority);
}

/** Rare paths that were taken, as far as they can be seen from outside. */
export function seenIn(crew: Crew, { elections, diskFailures, damagesRefused }: Processes): RarePath[] {
  const counted: readonly (readonly [RarePath, number])[] = [
    ["electionWon", elections],
    ["diskFailureSurvived", diskFailures],
    ["damageRefused", damagesRefused],
    ["unknownOutcome", crew.counts.unknown],
  ];
  return counted.filter(([, count]) => count > 0).map(([path]) => path);
}
