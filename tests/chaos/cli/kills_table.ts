/**
 * What planted bugs cost, as tables.
 * @module
 */

import { GOAL } from "../../shrink/shrink.ts";
import type { Facts } from "./shrink_command.ts";

/** One planted bug and its end. */
export interface Kill {
  readonly id: string;
  /** The layer and the workload that kill it. */
  readonly where: string;
  /** The first seed that does; null if it survived. */
  readonly seed: number | null;
  /** How many runs that took. */
  readonly runs: number;
  readonly seconds: number;
  readonly law: string;
  /** How large the counterexample is; null if nothing could be made small. */
  readonly small: Facts | null;
}

/** A line each. */
export function killTable(kills: readonly Kill[]): string {
  return kills.map(({ id, where, seed, runs, seconds, law, small }) => {
    const head = `${id.padEnd(22)} ${where.padEnd(16)}`;
    if (seed === null) return `${head} SURVIVED ${runs} runs`;
    const size = small === null
      ? "not made small"
      : `${small.faults} faults ${small.nodes} nodes ${small.clients} clients ${small.operations} operations ` +
        `${small.tries} tries ${small.seconds} s${fits(small) ? "" : "  LARGE"}`;
    return `${head} seed ${String(seed).padStart(4)} ${String(runs).padStart(4)} runs ${
      seconds.toFixed(1).padStart(6)
    } s  ${law.padEnd(22)} ${size}`;
  }).join("\n");
}

/** How kills and counterexamples are spread. */
export function distribution(kills: readonly Kill[]): string[] {
  const dead = kills.filter(({ seed }) => seed !== null);
  const sizes = dead.flatMap(({ small }) => small === null ? [] : [small]);
  const runs = dead.map((one) => one.runs);
  const share = dead.length === 0 ? 0 : 100 * sizes.filter(fits).length / dead.length;
  return [
    `${kills.length} planted bugs, ${dead.length} killed; runs to the first kill: median ${at(runs, 0.5)}, ` +
    `p95 ${at(runs, 0.95)}, most ${at(runs, 1)}`,
    ...(["faults", "nodes", "clients", "operations", "tries", "seconds"] as const).map((what) => {
      const values = sizes.map((size) => size[what]);
      return `${what.padEnd(10)} median ${at(values, 0.5)}, p95 ${at(values, 0.95)}, most ${at(values, 1)}`;
    }),
    `${
      share.toFixed(1)
    } % of the kills end at ${GOAL.faults} faults, ${GOAL.clients} clients, ${GOAL.operations} operations and ` +
    `${GOAL.nodes} nodes or fewer`,
  ];
}

function fits({ faults, clients, operations, nodes }: Facts): boolean {
  return faults <= GOAL.faults && clients <= GOAL.clients && operations <= GOAL.operations &&
    nodes <= GOAL.nodes;
}

/** The value below which that share of the values lies. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
