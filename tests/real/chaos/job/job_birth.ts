/**
 * What a program of a job is born with, besides the words of its command line.
 * @module
 */

import type { Birth } from "../orders.ts";

/** See the module's page. `seed` draws what a loss of power leaves. */
export interface JobBirth extends Pick<Birth, "id" | "life" | "seed" | "port"> {
  /** Whether its disk keeps back what was not synced. A worker's files are read by others before that. */
  readonly unsynced: "keptBack" | "handedOn";
}
