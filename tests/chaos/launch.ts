/**
 * From a plan to what it breaks.
 * @module
 */

import type { RunPlan } from "../nemesis/plan.ts";
import { ClusterSubject } from "./cluster_subject.ts";
import { FleetSubject } from "./fleet_subject.ts";
import type { LaunchOptions, Subject } from "./subject.ts";

/** Makes what `plan` is about; nothing runs yet. */
export function launch(plan: RunPlan, options: LaunchOptions): Subject {
  return plan.layer === "shard" ? new FleetSubject(plan, options) : new ClusterSubject(plan, options);
}
