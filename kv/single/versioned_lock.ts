/**
 * A lock on nothing but versioned puts (lab 2 of 2025). Its holder must not die: for one that may, see `acquireLock`.
 * @module
 */

import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { VersionedStore } from "./versioned.ts";

/** What a lock is made of. */
export interface VersionedLockOptions {
  /** The store it lives in. */
  readonly store: VersionedStore;
  /** The key it lives under. */
  readonly name: string;
  /** For pauses between two looks. */
  readonly clock: Clock;
  /** Draws the holder's id and its pauses. */
  readonly random: Random;
}

/** Nobody holds the lock. No holder's id is empty (labs K22). */
const FREE = "";
const PAUSE_MS = 10;

/** See the module's page. */
export class VersionedLock {
  readonly #options: VersionedLockOptions;
  readonly #id: string;
  #turn = 0;
  #held: { readonly value: string; readonly version: number } | null = null;

  /** A lock that this caller does not hold. */
  constructor(options: VersionedLockOptions) {
    this.#options = options;
    const { random } = options;
    this.#id = `${random.below(0x100000000).toString(36)}.${random.below(0x100000000).toString(36)}`;
  }

  /** Waits until this caller holds the lock. */
  async acquire(): Promise<void> {
    const { store, name, clock, random } = this.#options;
    // Another one each time: what is read back can only be the doing of this very call.
    const mine = `${this.#id}.${++this.#turn}`;
    for (;;) {
      const found = await store.get(name);
      const version = found.kind === "found" ? found.version : 0;
      if (found.kind === "noKey" || found.value === FREE) {
        const outcome = await store.put(name, mine, version);
        if (outcome === "ok" || (outcome === "maybe" && await this.#reads(mine))) {
          this.#held = { value: mine, version: version + 1 };
          return;
        }
      }
      await clock.sleep(PAUSE_MS * (0.5 + random.next()));
    }
  }

  /** Gives the lock back. Throws `TypeError` if this caller does not hold it. */
  async release(): Promise<void> {
    const { store, name } = this.#options;
    if (this.#held === null) throw new TypeError(`Cannot release the lock "${name}": it is not held`);
    const { version } = this.#held;
    this.#held = null;
    // "Maybe" is yes here: nobody else writes a lock that is held, so only this put can have changed the version.
    await store.put(name, FREE, version);
  }

  async #reads(value: string): Promise<boolean> {
    const found = await this.#options.store.get(this.#options.name);
    return found.kind === "found" && found.value === value;
  }
}
