/**
 * Where a sync is done: on another thread, or here and now.
 * @module
 */

import { setImmediate } from "node:timers";

/** More than this takes its time whatever the disk is like. */
const AT_ONCE_BYTES = 128 << 10;
/** A sync that takes longer is not to hold up the process again soon. */
const SLOW_MS = 20;
/** So many go to another thread after a slow one. */
const PATIENT_SYNCS = 50;

/**
 * A sync on another thread costs two changes of threads, each of which stands in line where the processors are busy, and a few
 * calls of the system: on a quick disk more than the sync. One that is done here holds up all else that the process does.
 */
export class SyncPace {
  readonly #mayHoldUp: () => boolean;
  /** Syncs that are still to go to another thread. */
  #patient = 0;

  /** `mayHoldUp`: whether nobody minds at present if this process says nothing for as long as a sync takes. */
  constructor(mayHoldUp: () => boolean) {
    this.#mayHoldUp = mayHoldUp;
  }

  /** Syncs the data of `handle`, to which `unsyncedBytes` were written since it was synced last. */
  async sync(handle: Deno.FsFile, unsyncedBytes: number): Promise<void> {
    if (unsyncedBytes > AT_ONCE_BYTES || !this.#mayHoldUp()) return await handle.syncData();
    if (this.#patient > 0) {
      this.#patient--;
      return await handle.syncData();
    }
    // First everything leaves that was sent in this turn: others work on it meanwhile.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const from = performance.now();
    handle.syncDataSync();
    if (performance.now() - from > SLOW_MS) this.#patient = PATIENT_SYNCS;
  }
}
