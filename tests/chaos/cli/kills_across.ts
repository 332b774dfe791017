/**
 * `chaos kills --across`: every workload with each bug planted: which of them notice it, and with which seed.
 * @module
 */

import type { Mutant } from "../../mutants/mutant.ts";
import { Workshop } from "../../mutants/workshop.ts";
import { type Layer, LAYERS } from "../../nemesis/plan.ts";
import { WORKLOADS_OF } from "../../nemesis/swarm.ts";
import type { KillsArguments } from "./kills_arguments.ts";

/** How hard each workload tries. */
const EFFORT = "--runs 40 --time 10 --json";
const LIMIT_MS = 120_000;

interface Row {
  readonly id: string;
  /** The first seed of each workload that noticed it. */
  readonly seeds: Readonly<Record<string, number>>;
}

/** Runs it; resolves to the exit code. */
export async function acrossCommand(
  { jobs, json }: KillsArguments,
  mutants: readonly Mutant[],
): Promise<number> {
  const rows: Row[] = new Array(mutants.length);
  let next = 0;
  const work = async () => {
    const workshop = await Workshop.open(new URL("../../../", import.meta.url));
    try {
      while (next < mutants.length) {
        const at = next++;
        rows[at] = await judge(mutants[at], workshop);
        if (!json) console.log(inWords(rows[at]));
      }
    } finally {
      await workshop.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, work));
  if (json) console.log(JSON.stringify({ rows }));
  return 0;
}

async function judge(mutant: Mutant, workshop: Workshop): Promise<Row> {
  const seeds: Record<string, number> = {};
  for (const layer of LAYERS.filter((one) => canReach(mutant.file, one))) {
    for (const workload of WORKLOADS_OF[layer]) {
      const killedBy = `run -A tests/chaos.ts --layer ${layer} --workload ${workload} --seed 1 ${EFFORT}`;
      const { output } = await workshop.runWith(
        { ...mutant, killedBy },
        LIMIT_MS,
        new AbortController().signal,
      );
      // Nothing tried and nothing decided is no kill.
      const seed = /chaos: FAIL seed=(\d+) rule=(?!vacuous|undecided|harness)/.exec(output)?.[1];
      if (seed !== undefined) seeds[`${layer} ${workload}`] = Number(seed);
    }
  }
  return { id: mutant.id, seeds };
}

function inWords({ id, seeds }: Row): string {
  const words = Object.entries(seeds).map(([place, seed]) => `${place} ${seed}`).join(", ");
  return `${id.padEnd(22)} ${words === "" ? "nobody" : words}`;
}

/** Whether a layer runs the file at all. */
function canReach(file: string, layer: Layer): boolean {
  switch (file.split("/")[0]) {
    case "raft":
      return layer !== "mapreduce";
    case "kv":
      return layer === "kv" || layer === "shard";
    case "shard":
      return layer === "shard";
    case "mapreduce":
      return layer === "mapreduce";
    default:
      return true;
  }
}
