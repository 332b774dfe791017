/**
 * What may be chosen of what a seed draws: words into options, and options back into words.
 * @module
 */

import { type FaultKind, FAULTS_OF, type Layer, LAYERS } from "../../nemesis/plan.ts";
import { type SwarmOptions, WORKLOADS_OF } from "../../nemesis/swarm.ts";

/** How long a run is under faults unless somebody says otherwise, in virtual milliseconds. */
export const DEFAULT_LENGTH_MS = 10_000;

/** Everything that a plan is drawn with. */
export type Choice = Required<SwarmOptions>;

/** A name that nobody knows; the message lists the known ones. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
  readonly code = "unknownName";

  /** `what` is the flag, `known` what it takes. */
  constructor(what: string, found: string, known: readonly string[]) {
    super(`Cannot take ${what} ${found === "" ? '""' : found}: the known ones are ${known.join(", ")}`);
  }
}

/** Words of the command line; null where nothing was said. */
export interface ChoiceWords {
  readonly layer: string | null;
  readonly workload: string | null;
  readonly nemesis: string | null;
}

/** What was chosen, with numbers already read. Throws {@linkcode UnknownNameError}. */
export function readChoice(
  { layer, workload, nemesis }: ChoiceWords,
  numbers: Pick<Choice, "safetyMs" | "nodes" | "clients" | "perSecond">,
): Choice {
  const layers: readonly (Layer | "all")[] = [...LAYERS, "all"];
  const named = layer ?? layerOf(workload);
  const chosen = layers.find((one) => one === named);
  if (chosen === undefined) throw new UnknownNameError("--layer", named, layers);
  const workloads = [...new Set(withinLayers(chosen).flatMap((one) => WORKLOADS_OF[one]))];
  if (workload !== null && !workloads.includes(workload)) {
    throw new UnknownNameError("--workload", workload, workloads);
  }
  const faults = nemesis === null ? null : readFaults(nemesis, chosen);
  return { ...numbers, layer: chosen, workload, faults };
}

/** A workload that only one layer has chooses the layer, too. */
function layerOf(workload: string | null): Layer | "all" {
  if (workload === null) return "all";
  const having = LAYERS.filter((layer) => WORKLOADS_OF[layer].includes(workload));
  return having[0] ?? "all";
}

function withinLayers(layer: Layer | "all"): readonly Layer[] {
  return layer === "all" ? LAYERS : [layer];
}

function readFaults(text: string, layer: Layer | "all"): readonly FaultKind[] {
  const known = [...new Set(withinLayers(layer).flatMap((one) => FAULTS_OF[one]))];
  if (text === "none") return [];
  return text.split(",").map((word) => {
    const found = known.find((kind) => kind === word.trim());
    if (found === undefined) throw new UnknownNameError("--nemesis", word.trim(), [...known, "none"]);
    return found;
  });
}

/** The flags that make the same choice, for the command that repeats a run; begins with a space unless it is empty. */
export function choiceInWords(
  { safetyMs, layer, workload, faults, nodes, clients, perSecond }: Choice,
): string {
  const words = [
    layer === "all" ? "" : ` --layer ${layer}`,
    workload === null ? "" : ` --workload ${workload}`,
    faults === null ? "" : ` --nemesis ${faults.length === 0 ? "none" : faults.join()}`,
    nodes === null ? "" : ` --nodes ${nodes}`,
    clients === null ? "" : ` --clients ${clients}`,
    perSecond === null ? "" : ` --rate ${perSecond}`,
    safetyMs === DEFAULT_LENGTH_MS ? "" : ` --length ${safetyMs / 1000}`,
  ];
  return words.join("");
}
