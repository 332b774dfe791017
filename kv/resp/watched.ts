/**
 * What a connection watches: by which keys its next transaction is guarded.
 * @module
 */

import type { Guard } from "../store/steps.ts";
import { MAX_BATCH } from "../store/types.ts";

/** See the module's page. */
export class Watched {
  #guards: Guard[] = [];
  /** Keys that were not looked at yet, or could not be: what they were to guard must not be executed unguarded. */
  readonly #unseen = new Set<string>();

  /** `keys` are to be watched. Returns whether there is room for them. */
  begin(keys: readonly string[]): boolean {
    // Whoever has so many that were not seen has to begin again anyway.
    if (this.#unseen.size < MAX_BATCH) keys.forEach((key) => this.#unseen.add(key));
    return this.#guards.length + keys.length <= MAX_BATCH;
  }

  /** `key` was found at `revision`; 0 if it is not there. */
  saw(key: string, revision: number): void {
    this.#unseen.delete(key);
    // The first look counts: a key that is watched twice must not have been written in between either.
    if (!this.#guards.some((guard) => guard.key === key)) this.#guards.push({ key, revision });
  }

  /** Nothing is watched any more. */
  forget(): void {
    this.#guards = [];
    this.#unseen.clear();
  }

  /** What the transaction is guarded by, and nothing after it; null if some of it was never seen. */
  take(): readonly Guard[] | null {
    const guards = this.#unseen.size > 0 ? null : this.#guards;
    this.forget();
    return guards;
  }
}
