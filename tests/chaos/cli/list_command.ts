/**
 * `chaos list`: what there is to choose from.
 * @module
 */

import { FAULTS_OF, LAYERS } from "../../nemesis/plan.ts";
import { WORKLOADS_OF } from "../../nemesis/swarm.ts";
import { WORKLOADS } from "../../workloads/registry.ts";

/** A job's workload is its own. */
const WORDCOUNT = {
  summary: "a MapReduce job on a shared folder",
  checker: "the sequential run's output; each task won once; porcupine, the task table",
};

/** Prints it; gives the exit code. */
export function listCommand(): number {
  for (const layer of LAYERS) {
    console.log(`${layer}\n  workloads`);
    for (const name of WORKLOADS_OF[layer]) {
      const { summary, checker } = WORKLOADS.find((one) => one.name === name) ?? WORDCOUNT;
      console.log(`    ${name.padEnd(10)}${summary}\n${" ".repeat(14)}judged by ${checker}`);
    }
    console.log(`  faults\n    ${wrap(FAULTS_OF[layer].join(", "))}`);
  }
  return 0;
}

function wrap(text: string): string {
  return text.replace(/(.{60,80}?) /g, "$1\n    ");
}
