/**
 * What is broken, as a nemesis sees it: names and lives.
 * @module
 */

import type { CrashLoss } from "../sim/crash_loss.ts";
import type { WireVersion } from "../../raft/wire_version.ts";
import type { MembersFault } from "./churn_faults.ts";
import type { Moments } from "./moments.ts";
import type { Strike } from "./strike.ts";

/** See the module's page. Machines go by their number in the plan. */
export interface Victims {
  /** The machines' names, by their number. */
  readonly names: readonly string[];
  /** Where a machine can be made to die in the middle of something. */
  readonly moments: Moments;
  /** Whoever leads the latest term of a group, or led last; its first member if nobody ever did. */
  leader(group: number): number;
  /** The machines of a group. */
  membersOf(group: number): readonly number[];
  /** Kills a machine; it stays down until `release` was called as often. False if it was down already. */
  holdDown(node: number, loss: CrashLoss): boolean;
  /** Lets a machine come back, unless something else holds it down. */
  release(node: number): void;
  /** Replaces the disk of a machine that is down by an empty one. */
  wipe(node: number): void;
  /** Flips one stored bit, or overwrites one stored sector, of a machine that is down; false if there is nothing to damage. */
  damage(node: number, how: "bit" | "sector"): boolean;
  /** Lets a machine come back whatever held it down. */
  raise(node: number): void;
  /** A MapReduce job's own weak points; null where there is none. */
  readonly job: JobVictims | null;
  /** Members that come and go, programs that are replaced; null where neither happens. */
  readonly churn: ChurnVictims | null;
}

/** What an operator can do to a cluster. */
export interface ChurnVictims {
  /** Begins a change of members; null if nobody is there whom it could be about. `target`: who is to go, where somebody is. */
  change(fault: MembersFault, target: number): Strike | null;
  /** Replaces a node by the same of another version; null if it is of that version already, down, or may not go back to it. */
  replaceProgram(node: number, to: WireVersion): Strike | null;
  /** Whether a majority can still be counted without that node's disk, whatever change is under way. */
  canLose(node: number): boolean;
  /** Nobody asks for another change from now on. */
  rest(): void;
  /** Who belongs to the cluster no longer, and might disturb it, is switched off. */
  tidy(): void;
}

/** What can go wrong with a job besides its machines. */
export interface JobVictims {
  /** Lets a worker's inputs come slowly; false if that machine is none. */
  slowDown(node: number): boolean;
  /** How often an input came slowly because of it. */
  readonly slowReads: number;
  /** Ends `slowDown`. */
  speedUp(node: number): void;
  /** Removes what a map task has made; false if nothing is missing afterwards that was there before. */
  loseMap(map: number): boolean;
  /** Damages a file that a map task has made; false if it is not another one afterwards. */
  damageMap(
    file: { readonly map: number; readonly reduce: number },
    how: "flip" | "cut",
    place: number,
  ): boolean;
}
