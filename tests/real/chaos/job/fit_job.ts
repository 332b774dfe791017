/**
 * Plans of jobs, fitted to what real machines can suffer.
 * @module
 */

import type { Fault } from "../../../nemesis/plan.ts";
import { COORDINATOR } from "./job_processes.ts";

const FIRST_WORKER = COORDINATOR + 1;

/**
 * What becomes of a simulated fault. The shared folder has no process of its own here: whatever its disk does in the simulation the disk
 * of one of those does who use it, each in turn. Workers say nothing to one another: a link between two of them stands for one to the
 * coordinator.
 */
export function onPrograms(fault: Fault, number: number, workers: number): Fault {
  switch (fault.kind) {
    case "flap":
    case "badLink": {
      if (fault.from < FIRST_WORKER || fault.to < FIRST_WORKER) return fault;
      return { ...fault, to: COORDINATOR };
    }
    case "crashAt":
    case "failingRead":
      // Its journal is what a coordinator reads when it is started, and writes afterwards.
      return fault.target === 0 ? { ...fault, target: COORDINATOR } : fault;
    case "slowDisk":
    case "fullDisk":
    case "failingSync":
    case "failingWrite":
      return fault.target === 0 ? { ...fault, target: COORDINATOR + number % (workers + 1) } : fault;
    default:
      return fault;
  }
}
