/**
 * What planted bugs cost, as tables.
 * @module
 */

import { GOAL, isSmall } from "../../shrink/size.ts";
import type { Facts } from "./shrink_command.ts";

/** One planted bug and its end. */
export interface Kill {
  readonly id: string;
  /** The file that the bug is in. */
  readonly file: string;
  /** The layer and the workload of the campaign. */
  readonly where: string;
  /** The check that the catalogue names. */
  readonly killedBy: string;
  readonly fate: "killed" | "survived" | "not judged";
  /** The first seed that kills it; null if none did, or if a run never ended. */
  readonly seed: number | null;
  /** How many runs that took. */
  readonly runs: number;
  readonly seconds: number;
  /** The law that was broken, or what else is worth a word. */
  readonly law: string;
  /** How large the counterexample is; null if nothing could be made small. */
  readonly small: Facts | null;
}

/** A line each. */
export function killTable(kills: readonly Kill[]): string {
  return kills.map(inWords).join("\n");
}

/** The same, under a heading for each layer. */
export function killsByLayer(kills: readonly Kill[]): string {
  const layers = new Map<string, Kill[]>();
  for (const kill of kills) {
    const layer = kill.file.split("/")[0];
    layers.set(layer, [...layers.get(layer) ?? [], kill]);
  }
  return [...layers].map(([layer, those]) => {
    const dead = those.filter(({ fate }) => fate === "killed").length;
    return `${layer}: ${those.length} planted bugs, ${dead} killed by chaos\n${killTable(those)}`;
  }).join("\n\n");
}

function inWords({ id, where, fate, seed, runs, seconds, law, killedBy, small }: Kill): string {
  const head = `${id.padEnd(26)} ${where.padEnd(15)}`;
  const time = `${String(runs).padStart(4)} runs ${seconds.toFixed(1).padStart(5)} s`;
  if (fate === "not judged") return `${head} NOT JUDGED ${law}`;
  if (fate === "survived") {
    return `${head} -        ${time}  ${law === "" ? "" : `${law}; `}left to: ${killedBy}`;
  }
  const first = seed === null ? "no end   " : `seed ${String(seed).padStart(4)}`;
  const size = small === null
    ? "not made small"
    : `${small.faults} faults ${small.nodes} nodes ${small.clients} clients ${small.operations} operations ` +
      `${small.tries} tries ${small.seconds} s${isSmall(small) ? "" : "  LARGE"}`;
  return `${head} ${first} ${time}  ${law.padEnd(22)} ${size}`;
}

/** How kills and counterexamples are spread. */
export function distribution(kills: readonly Kill[]): string[] {
  const dead = kills.filter(({ fate }) => fate === "killed");
  const sizes = dead.flatMap(({ small }) => small === null ? [] : [small]);
  const seeds = dead.flatMap(({ seed }) => seed === null ? [] : [seed]);
  const share = dead.length === 0 ? 0 : 100 * sizes.filter(isSmall).length / dead.length;
  return [
    `${kills.length} planted bugs, ${dead.length} killed; first seed that kills: median ${at(seeds, 0.5)}, ` +
    `p95 ${at(seeds, 0.95)}, last ${at(seeds, 1)}`,
    ...(["faults", "nodes", "clients", "operations", "tries", "seconds"] as const).map((what) => {
      const values = sizes.map((size) => size[what]);
      return `${what.padEnd(10)} median ${at(values, 0.5)}, p95 ${at(values, 0.95)}, most ${at(values, 1)}`;
    }),
    `${share.toFixed(1)} % of the kills (${sizes.filter(isSmall).length} of ${dead.length}) end at ` +
    `${GOAL.faults} faults, ${GOAL.clients} clients, ${GOAL.operations} operations and ${GOAL.nodes} nodes or fewer`,
  ];
}

/** The value below which that share of the values lies. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
