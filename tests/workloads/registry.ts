/**
 * The workloads by name.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { appendWorkload } from "./append.ts";
import { bankWorkload } from "./bank.ts";
import { idsWorkload } from "./counter.ts";
import { type Crew, makeCrew } from "./crew.ts";
import { leaseWorkload } from "./lease.ts";
import { lockWorkload } from "./lock.ts";
import { logWorkload } from "./log.ts";
import { queueWorkload } from "./queue.ts";
import { casWorkload, registerWorkload } from "./register.ts";
import { setWorkload } from "./set.ts";
import { txnWorkload } from "./txn.ts";
import { watchWorkload } from "./watch.ts";
import type { Sea, WorkloadParts } from "./workload.ts";

/** A workload whose types are hidden. */
export interface Workload {
  readonly name: string;
  readonly summary: string;
  readonly checker: string;
  readonly uniqueCommands: boolean;
  /** Clients of it. */
  readonly crew: (sea: Sea) => Crew;
}

function hide<State, Input, Output, Client>(parts: WorkloadParts<State, Input, Output, Client>): Workload {
  const { name, summary, checker, uniqueCommands } = parts;
  return { name, summary, checker, uniqueCommands, crew: (sea) => makeCrew(parts, sea) };
}

/** Everything that clusters and fleets can be asked; a job is its own workload. */
export const WORKLOADS: readonly Workload[] = [
  hide(logWorkload),
  hide(appendWorkload),
  hide(registerWorkload),
  hide(casWorkload),
  hide(setWorkload),
  hide(bankWorkload),
  hide(txnWorkload),
  hide(queueWorkload),
  hide(idsWorkload),
  hide(lockWorkload),
  hide(watchWorkload),
  hide(leaseWorkload),
  hide({ ...appendWorkload, name: "moves", summary: "gets, puts and appends while shards move" }),
];

/** The workload of a plan. Throws `RangeError` if there is none of that name. */
export function workloadNamed({ workload }: Pick<RunPlan, "workload">): Workload {
  const found = WORKLOADS.find(({ name }) => name === workload);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot find the workload ${workload}: there are ${WORKLOADS.map(({ name }) => name).join(", ")}`,
  );
}
