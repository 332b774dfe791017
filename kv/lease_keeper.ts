/**
 * A lease that is kept alive as long as its owner lives.
 * @module
 */

import type { Timer } from "../runtime/clock.ts";
import type { Clerk } from "./clerk.ts";
import { RefusedError, UnknownOutcomeError } from "./errors.ts";

/** See the module's page. */
export class LeaseKeeper {
  /** The lease's id. */
  readonly id: number;
  readonly #clerk: Clerk;
  readonly #ttlMs: number;
  readonly #lost = new AbortController();
  #ended = false;
  #alarm: Timer | null = null;

  /** Begins a lease and keeps it. */
  static async grant(clerk: Clerk, ttlMs: number): Promise<LeaseKeeper> {
    const askedMs = clerk.client.link.now();
    const keeper = new LeaseKeeper(clerk, ttlMs, await clerk.grantLease(ttlMs, { timeoutMs: ttlMs }));
    keeper.#sureUntil(askedMs + ttlMs);
    keeper.#keep();
    return keeper;
  }

  private constructor(clerk: Clerk, ttlMs: number, id: number) {
    this.id = id;
    this.#clerk = clerk;
    this.#ttlMs = ttlMs;
  }

  /** Fires when the lease may have ended. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Ends the lease and deletes its keys. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#lose("it was given back");
    await this.#clerk.revokeLease(this.id, { timeoutMs: this.#ttlMs });
  }

  async #keep(): Promise<void> {
    const { link } = this.#clerk.client;
    while (!this.#lost.signal.aborted) {
      try {
        await link.clock.sleep(this.#ttlMs / 3, this.#lost.signal);
        const askedMs = link.now();
        // Counted from before the question: the servers count from when they applied it, which is later.
        if (await this.#clerk.keepLease(this.id, { timeoutMs: this.#ttlMs / 3, signal: this.#lost.signal })) {
          this.#sureUntil(askedMs + this.#ttlMs);
        } else this.#lose("the servers ended it");
      } catch (error) {
        if (this.#lost.signal.aborted) return;
        // The owner's own end woke the sleep. Nobody listens to this loop: what it threw would end the whole process.
        if (link.signal.aborted) return this.#lose("its owner's end is dead");
        // No answer in time: the alarm goes off unless a later try has one.
        if (!(error instanceof RefusedError || error instanceof UnknownOutcomeError)) throw error;
        if (error.code === "closed") return this.#lose("its owner's end is closed");
      }
    }
  }

  #sureUntil(untilMs: number): void {
    this.#alarm?.cancel();
    if (this.#ended) return;
    const { link } = this.#clerk.client;
    const alarm = () => this.#lose("the servers have not been heard of for too long");
    this.#alarm = link.clock.setTimer(link.leftMs(untilMs), alarm);
  }

  #lose(why: string): void {
    this.#alarm?.cancel();
    if (!this.#lost.signal.aborted) this.#lost.abort(new Error(`The lease ${this.id} is over: ${why}`));
  }
}
