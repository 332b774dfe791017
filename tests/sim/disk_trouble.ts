/**
 * What is wrong with a simulated disk at present, and how often it was felt.
 * @module
 */

import type { Delay } from "./conditions.ts";
import type { DiskSync } from "./disk_sync.ts";
import { type Felt, FeltCount } from "./felt.ts";

/** Which call on a disk. */
export type DiskOperation = "read" | "write" | "sync";

const OPERATIONS: readonly DiskOperation[] = ["read", "write", "sync"];

/** The next calls of one kind that fail. */
interface Failing {
  left: number;
  readonly felt: FeltCount;
}

/** Nothing is wrong in the beginning. */
export class DiskTrouble {
  readonly #normalSync: Delay;
  #syncDelay: Delay;
  #slow = new FeltCount();
  #hanging: { readonly syncs: DiskSync[]; readonly felt: FeltCount } | null = null;
  #capacityBytes = Infinity;
  #full = new FeltCount();
  readonly #failing: Record<DiskOperation, Failing> = { read: none(), write: none(), sync: none() };
  readonly #failRate = { read: 0, write: 0, sync: 0 };

  /** `normalSync`: how long a sync takes when nothing is wrong. */
  constructor(normalSync: Delay) {
    this.#normalSync = normalSync;
    this.#syncDelay = normalSync;
  }

  /** How many bytes there is room for in all. */
  get capacityBytes(): number {
    return this.#capacityBytes;
  }

  slowDown(delay: Delay): Felt {
    this.#syncDelay = delay;
    return this.#slow = new FeltCount();
  }

  /** How long the sync takes that begins now. */
  nextSyncDelay(): Delay {
    if (this.#syncDelay !== this.#normalSync) this.#slow.count++;
    return this.#syncDelay;
  }

  hang(): Felt {
    this.#hanging ??= { syncs: [], felt: new FeltCount() };
    return this.#hanging.felt;
  }

  /** Puts `sync` aside if the device hangs. */
  keepsHanging(sync: DiskSync): boolean {
    if (this.#hanging === null) return false;
    sync.state = "held";
    this.#hanging.syncs.push(sync);
    this.#hanging.felt.count++;
    return true;
  }

  /** Forgets what hangs, and gives it; the device goes on hanging. */
  takeHanging(): DiskSync[] {
    return this.#hanging?.syncs.splice(0) ?? [];
  }

  /** Ends `hang`; what hung is to complete. */
  release(): DiskSync[] {
    const hanging = this.takeHanging();
    this.#hanging = null;
    return hanging;
  }

  fill(capacityBytes: number): Felt {
    this.#capacityBytes = capacityBytes;
    return this.#full = new FeltCount();
  }

  /** A write did not fit. */
  didNotFit(): void {
    this.#full.count++;
  }

  failNext(operation: DiskOperation, count: number): Felt {
    const felt = new FeltCount();
    this.#failing[operation] = { left: count, felt };
    return felt;
  }

  setFailRate(operation: DiskOperation, rate: number): void {
    this.#failRate[operation] = rate;
  }

  /** Whether a call is to fail; `draw` gives a number in [0, 1). */
  fails(operation: DiskOperation, draw: () => number): boolean {
    const failing = this.#failing[operation];
    if (failing.left > 0) {
      failing.left--;
      failing.felt.count++;
      return true;
    }
    return this.#failRate[operation] > 0 && draw() < this.#failRate[operation];
  }

  /** Ends everything but a device that hangs. */
  heal(): void {
    this.#capacityBytes = Infinity;
    this.#syncDelay = this.#normalSync;
    for (const operation of OPERATIONS) {
      this.#failing[operation].left = 0;
      this.#failRate[operation] = 0;
    }
  }
}

function none(): Failing {
  return { left: 0, felt: new FeltCount() };
}
