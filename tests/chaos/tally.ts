/**
 * The sum of many runs, and the verdict of the whole campaign.
 * @module
 */

import { FAULT_KINDS, type FaultKind, FAULTS_OF, type Layer, LAYERS } from "../nemesis/plan.ts";
import { RARE_PATHS, RARE_PATHS_OF, type RarePath, type RunResult } from "./result.ts";

/** With fewer runs of a layer than this, a fault or a path that was never drawn proves nothing about the harness. */
const RUNS_FOR_COVERAGE = 200;

/**
 * Nodes that a cluster needs for some of them, all others happen to one: a disk that is lost or damaged is one of a minority, two builds
 * are those of two nodes, and a configuration is taken back by whoever did not lead.
 */
const NODES_FOR: Readonly<Partial<Record<FaultKind | RarePath, number>>> = {
  wipe: 3,
  bitFlip: 3,
  misdirect: 3,
  amnesiacFollowed: 3,
  damageRefused: 3,
  configurationTakenBack: 3,
  versions: 2,
};

/** What a campaign came to. */
export interface Summary {
  readonly format: "flotilla-chaos-1";
  readonly firstSeed: number;
  readonly runs: number;
  /** How many runs each workload had, by layer and name. */
  readonly workloads: Readonly<Record<string, number>>;
  readonly events: number;
  readonly simulatedMs: number;
  readonly wallMs: number;
  readonly operations: { readonly ok: number; readonly refused: number; readonly unknown: number };
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly elections: number;
  readonly recoveryMs: { readonly median: number; readonly max: number };
  /** In how many runs each rare path was taken. */
  readonly seen: Readonly<Record<RarePath, number>>;
  readonly verdict: "pass" | "violation" | "undecided" | "vacuous" | "harness";
  /** Why, unless it passed. */
  readonly sentences: readonly string[];
}

/** Adds up runs. */
export class Tally {
  readonly #firstSeed: number;
  readonly #wanted: readonly FaultKind[] | null;
  readonly #nodes: number;
  #runs = 0;
  readonly #workloads = new Map<string, number>();
  readonly #layers = new Map<Layer, number>();
  #events = 0;
  #simulatedMs = 0;
  readonly #operations = { ok: 0, refused: 0, unknown: 0 };
  readonly #faults = new Map<FaultKind, number>();
  readonly #seen = new Map<RarePath, number>();
  readonly #recoveries: number[] = [];
  #elections = 0;
  #verdict: Summary["verdict"] = "pass";
  readonly #sentences: string[] = [];

  /**
   * @param wanted The only faults that were allowed, or null for all.
   * @param nodes How many nodes somebody chose for all runs, or null if that was drawn.
   */
  constructor(firstSeed: number, wanted: readonly FaultKind[] | null = null, nodes: number | null = null) {
    this.#firstSeed = firstSeed;
    this.#nodes = nodes ?? Infinity;
    this.#wanted = wanted;
  }

  /** How many runs were added. */
  get runs(): number {
    return this.#runs;
  }

  /** Virtual milliseconds of all runs. */
  get simulatedMs(): number {
    return this.#simulatedMs;
  }

  /** Operations that were answered. */
  get answered(): number {
    return this.#operations.ok;
  }

  /** Adds a finished run. */
  add(result: RunResult): void {
    this.#runs++;
    const workload = `${result.layer} ${result.workload}`;
    this.#workloads.set(workload, (this.#workloads.get(workload) ?? 0) + 1);
    this.#layers.set(result.layer, (this.#layers.get(result.layer) ?? 0) + 1);
    this.#events += result.events;
    this.#simulatedMs += result.simulatedMs;
    this.#operations.ok += result.operations.ok;
    this.#operations.refused += result.operations.refused;
    this.#operations.unknown += result.operations.unknown;
    for (const kind of FAULT_KINDS) {
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + (result.faults[kind] ?? 0));
    }
    for (const path of result.seen) this.#seen.set(path, (this.#seen.get(path) ?? 0) + 1);
    if (result.recoveryMs >= 0) this.#recoveries.push(result.recoveryMs);
    this.#elections += result.elections;
    const { verdict, seed } = result;
    if (verdict.kind === "violation") this.#worsen("violation", verdict.violation.sentence, seed);
    else if (verdict.kind !== "pass") this.#worsen(verdict.kind, verdict.sentence, seed);
  }

  /** A seed could not be run, or not twice with the same outcome. */
  addFailure(seed: number, message: string): void {
    this.#worsen("harness", message, seed);
  }

  /** The sum. Absence of coverage counts once enough runs were made to expect it. */
  summary(wallMs: number): Summary {
    const never = this.#never();
    let verdict = this.#verdict;
    const sentences = this.#sentences.slice();
    if (verdict === "pass" && this.#runs === 0) {
      verdict = "vacuous";
      sentences.push("Nothing was run.");
    }
    if (verdict === "pass" && never.length > 0) {
      verdict = "vacuous";
      sentences.push(
        `In ${this.#runs} runs ${never.join(", ")} never happened: the campaign looked past it.`,
      );
    }
    const recoveries = this.#recoveries.toSorted((left, right) => left - right);
    return {
      format: "flotilla-chaos-1",
      firstSeed: this.#firstSeed,
      runs: this.#runs,
      workloads: Object.fromEntries([...this.#workloads].sort(([left], [right]) => left < right ? -1 : 1)),
      events: this.#events,
      simulatedMs: this.#simulatedMs,
      wallMs,
      operations: { ...this.#operations },
      faults: counts(FAULT_KINDS, this.#faults),
      elections: this.#elections,
      recoveryMs: {
        median: recoveries[Math.floor(recoveries.length / 2)] ?? -1,
        max: recoveries[recoveries.length - 1] ?? -1,
      },
      seen: counts(RARE_PATHS, this.#seen),
      verdict,
      sentences,
    };
  }

  /** What the layers that had runs enough should have met and never did. */
  #never(): string[] {
    const layers = LAYERS.filter((layer) => (this.#layers.get(layer) ?? 0) >= RUNS_FOR_COVERAGE);
    const isPossible = (what: FaultKind | RarePath) => (NODES_FOR[what] ?? 1) <= this.#nodes;
    const kinds = new Set(layers.flatMap((layer) => FAULTS_OF[layer]).filter(isPossible));
    const paths = new Set(
      this.#wanted === null ? layers.flatMap((layer) => RARE_PATHS_OF[layer]).filter(isPossible) : [],
    );
    return [
      ...[...kinds].filter((kind) => this.#wanted?.includes(kind) ?? true).filter((kind) =>
        (this.#faults.get(kind) ?? 0) === 0
      ).map((kind) => `the fault ${kind}`),
      ...[...paths].filter((path) => !this.#seen.has(path)).map((path) => `the rare path ${path}`),
    ];
  }

  #worsen(verdict: Summary["verdict"], sentence: string, seed: number): void {
    const order: Summary["verdict"][] = ["pass", "vacuous", "undecided", "violation", "harness"];
    if (order.indexOf(verdict) > order.indexOf(this.#verdict)) this.#verdict = verdict;
    this.#sentences.push(`Seed ${seed}: ${sentence}`);
  }
}

function counts<Name extends string>(
  names: readonly Name[],
  known: ReadonlyMap<Name, number>,
): Record<Name, number> {
  const record: Partial<Record<Name, number>> = {};
  for (const name of names) record[name] = known.get(name) ?? 0;
  return record as Record<Name, number>;
}

/** The exit code that a verdict means. */
export function exitCodeOf(verdict: Summary["verdict"]): number {
  switch (verdict) {
    case "pass":
      return 0;
    case "violation":
      return 1;
    case "undecided":
    case "vacuous":
      return 2;
    case "harness":
      return 3;
  }
}
