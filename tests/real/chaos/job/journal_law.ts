/**
 * What a coordinator that is started again must know of its job, held against what it says.
 * @module
 */

import type { Violation } from "../../../check/violation.ts";
import type { JobFolder } from "./job_folder.ts";

/** What a job's folder showed before its coordinator was started. */
export interface Before {
  readonly hasJournal: boolean;
  /** Map tasks that were finished for everybody to see. */
  readonly maps: number;
}

const SERVES = "listening on ";

/** One start of a coordinator. */
export class Comeback {
  readonly before: Before;
  readonly #folder: JobFolder;
  /** Whether finished maps had been damaged by the time it served; later damage excuses nothing. */
  #mapsDamaged: boolean | null = null;

  /** Looks before the start: nobody but the coordinator gives a file its final name, and it is not there. */
  constructor(folder: JobFolder) {
    this.#folder = folder;
    this.before = { hasJournal: folder.hasJournal, maps: folder.look().maps };
  }

  /** It has said `said` so far. */
  hear(said: string): void {
    if (this.#mapsDamaged === null && said.includes(SERVES)) this.#mapsDamaged = this.#folder.mapsDamaged;
  }

  /** The law that it broke in this life, now that it has said all that it ever will; null for none. */
  judge(said: string): Violation | null {
    return forgotten(said, this.before, this.#mapsDamaged ?? true);
  }
}

/**
 * The law that a coordinator broke which said `said` from its start to its end; null for none. A win is written down before its files
 * have their names: what everybody can see is finished must still be so. `mapsDamaged`: some may have to be done again.
 */
export function forgotten(
  said: string,
  { hasJournal, maps }: Before,
  mapsDamaged: boolean,
): Violation | null {
  // It says so before it takes calls; one that died earlier has not said anything.
  if (!hasJournal || !said.includes(SERVES)) return null;
  const known = /going on with a job that was broken off: map (\d+)\//.exec(said);
  const broken = (sentence: string) => ({ law: "journal-kept", node: "coordinator", sentence });
  if (known === null) {
    return broken("The coordinator came back to a job that it had begun, and began it anew.");
  }
  if (mapsDamaged || Number(known[1]) >= maps) return null;
  return broken(
    `The coordinator came back and knew of ${
      known[1]
    } finished map tasks, where the files of ${maps} had their names.`,
  );
}
