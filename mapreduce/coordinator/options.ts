/**
 * What a coordinator is asked to do, and how that ends.
 * @module
 */

import type { Runtime } from "../../runtime/mod.ts";
import type { JobPlan } from "../plan.ts";
import type { Progress } from "./progress.ts";
import type { Entry, TableOptions } from "./types.ts";

/** How a job is run. */
export interface CoordinatorOptions {
  /** Its disk is the shared folder. */
  readonly runtime: Runtime;
  /** The application's module, by URL. */
  readonly app: string;
  /** The folder of the journal and of intermediate files, below the shared one. */
  readonly work: string;
  /** Makes the plan, once a worker has said whether the application wants whole files. */
  readonly plan: (needs: { readonly whole: boolean }) => JobPlan;
  /** Whether a plan found in a journal is this very job, to be gone on with. */
  readonly resume: (found: JobPlan) => boolean;
  /**
   * Whose the workers are. `own` die with this coordinator and with nobody else's help; `guests` come from elsewhere and outlive
   * it: whoever goes on with the job waits a while for those that its journal names.
   */
  readonly workers: "own" | "guests";
  /** What differs from {@linkcode TABLE_DEFAULTS}. */
  readonly table: Partial<TableOptions>;
  /** Hears what is written down, as it happens. */
  readonly onEntry: (entry: Entry, plan: JobPlan) => void;
  /** Hears of workers that let their lease run out: dead, paused, cut off or in an endless loop. */
  readonly onSilent: (worker: string) => void;
  /** Hears of workers whose machine refused something, for want of room for instance; they try again. */
  readonly onRefusal: (task: number, message: string, plan: JobPlan) => void;
}

/** How a job ended. */
export type JobEnd =
  | { readonly kind: "done"; readonly progress: Progress }
  | { readonly kind: "failed"; readonly message: string; readonly progress: Progress }
  /** The first worker could not load the application, so there never was a job. */
  | { readonly kind: "unfit"; readonly message: string };
