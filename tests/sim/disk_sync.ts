/**
 * A sync on its way to the medium.
 * @module
 */

import { DiskError } from "../../runtime/mod.ts";
import type { Process } from "./process.ts";
import type { EventState, SimEvent } from "./queue.ts";
import { KIND } from "./trace.ts";

/** What the medium has to say when a sync is due. */
export interface SyncDevice {
  /** True if the sync was put aside, because the device hangs. */
  keepsHanging(sync: DiskSync): boolean;
}

/**
 * First the medium settles, then the process hears of it: a paused one later, a dead one never. Between the two lies the
 * window in which data is durable but not acknowledged.
 */
export class DiskSync implements SimEvent {
  readonly kind = KIND.sync;
  readonly node: number;
  readonly peer = -1;
  /** 1 if it failed. */
  digest = 1;
  state: EventState = "idle";
  readonly process: Process;
  readonly #device: SyncDevice;
  readonly #settle: () => DiskError | null;
  readonly #ends: PromiseWithResolvers<void>;
  #outcome: DiskError | null | undefined;

  constructor(
    device: SyncDevice,
    process: Process,
    settle: () => DiskError | null,
    ends: PromiseWithResolvers<void>,
  ) {
    this.node = process.node;
    this.#device = device;
    this.process = process;
    this.#settle = settle;
    this.#ends = ends;
  }

  ready(): boolean {
    if (!this.process.alive) return false;
    if (this.#outcome === undefined) {
      if (this.#device.keepsHanging(this)) return false;
      this.#outcome = this.#settle();
      if (this.#outcome === null) this.digest = 0;
      // Its owner may have died of what the medium has just taken in: it must not wait for ever where others ask on its behalf.
      if (!this.process.alive) {
        this.abandon();
        return false;
      }
    }
    return this.process.admit(this);
  }

  fire(): void {
    if (this.#outcome) this.#ends.reject(this.#outcome);
    else this.#ends.resolve();
  }

  /** Tells a dying process that it will never know. */
  abandon(): void {
    const { name } = this.process;
    this.#ends.reject(new DiskError("closed", `Cannot finish a sync on ${name}: the process is dead`));
  }
}
