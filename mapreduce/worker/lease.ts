/**
 * A worker's hold on its task: renewed while it works, and noticed when it is lost.
 * @module
 */

import { RpcError, type Timer } from "../../runtime/mod.ts";
import type { AttemptRef, Mark } from "../coordinator/types.ts";
import type { Link } from "./link.ts";
import { type Patience, patiently } from "./patience.ts";

/** Work goes on this long before it lets the rest of the process have a turn. */
const BREATH_MS = 100;

/** So often there should be news, also if the lease lasts far longer. */
const NEWS_MS = 1000;

/** Somebody else has the task, or nobody wants it any more. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** Which attempt, for whom. */
export interface LeaseOptions extends Patience {
  readonly link: Link;
  readonly job: string;
  readonly worker: string;
  readonly ref: AttemptRef;
  readonly leaseMs: number;
}

/** See the module's page. */
export class Lease {
  readonly #options: LeaseOptions;
  #timer: Timer | null = null;
  #lost = false;
  #breathedMs: number;
  /** Bytes of input read so far, for the eye. */
  bytes = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#breathedMs = options.clock.now();
    this.#arm();
  }

  /** Whether a long stretch of work should pause for `breathe`. */
  get breathless(): boolean {
    return this.#options.clock.now() - this.#breathedMs > BREATH_MS;
  }

  /** Lets timers and messages have a turn. Throws {@linkcode LeaseLost}. */
  async breathe(): Promise<void> {
    await this.#options.clock.sleep(0);
    this.#breathedMs = this.#options.clock.now();
    this.#check();
  }

  /**
   * Says where the next step goes, and waits until that is known. A coordinator that has gone for good must not keep the worker
   * here for ever: in this it is no different from any other question.
   * @throws {LeaseLost | Deserted}
   */
  async announce(mark: Mark): Promise<void> {
    await patiently(this.#options, () => this.#tell(mark));
    this.#check();
  }

  /** Lets go of it. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #check(): void {
    if (this.#lost) throw new LeaseLost(`Attempt ${this.#options.ref.attempt} is no longer wanted`);
  }

  #arm(): void {
    const { clock, leaseMs } = this.#options;
    this.#timer = clock.setTimer(Math.min(leaseMs / 4, NEWS_MS), () => {
      this.#arm();
      void this.#renew();
    });
  }

  async #renew(): Promise<void> {
    try {
      await this.#tell(null);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      // It answered, but has another job now.
      if (error.code === "refused" || error.code === "closed" || error.code === "aborted") this.#lost = true;
    }
  }

  /** Tells the coordinator how far this is; what it answers is remembered. Throws `RpcError`. */
  async #tell(mark: Mark | null): Promise<void> {
    const { link, job, worker, ref } = this.#options;
    if (!(await link.renew(job, worker, ref, { mark, bytes: this.bytes }))) this.#lost = true;
  }
}
