/**
 * When the log of a replica is made shorter: as soon as it is long and the last snapshot is on the disk.
 * @module
 */

import type { RaftNode } from "../raft/node.ts";
import type { Clock, Timer } from "../runtime/clock.ts";
import { freedBytesOf } from "./machine.ts";
import type { ReplicatedState } from "./replicated_state.ts";
import { storeState } from "./store_state.ts";

/** A snapshot takes about so long to the disk: so long after it is looked whether the next one is wanted already. */
const AGAIN_MS = 20;

/** See the module's page. */
export class Compaction {
  readonly #clock: Clock;
  readonly #state: ReplicatedState;
  readonly #maxLogSizeBytes: number;
  readonly #isBusy: () => boolean;
  /** The write that holds the last snapshot taken here; `Infinity` while its bytes are on their way to the disk. */
  #write = 0;
  /** Asks again whether the log may be made shorter; null while nothing has to be asked. */
  #reminder: Timer | null = null;
  #ended = false;
  /** A snapshot that is made between two chunks; null if there is none. */
  underWay: Promise<void> | null = null;

  /**
   * Nothing has been taken yet.
   *
   * @param state What snapshots are taken of.
   * @param isBusy Whether a chunk is being applied: no snapshot may begin in the middle of one.
   */
  constructor(
    { clock, maxLogSizeBytes }: { readonly clock: Clock; readonly maxLogSizeBytes: number },
    state: ReplicatedState,
    isBusy: () => boolean,
  ) {
    this.#clock = clock;
    this.#maxLogSizeBytes = maxLogSizeBytes;
    this.#state = state;
    this.#isBusy = isBusy;
  }

  /** Whether a snapshot would make the log shorter now. */
  mayBegin(node: RaftNode): boolean {
    const { core } = node;
    if (!this.#isLong(node)) return false;
    // The last snapshot is still on its way to the disk: the log only looks long, and a second one would not shorten it.
    return core.flushedSequence >= this.#write;
  }

  /** Takes a snapshot. Until this resolves, nothing may be applied. */
  async begin(node: RaftNode): Promise<void> {
    const index = this.#state.applied;
    const encoded = this.#state.encode();
    if (encoded instanceof Uint8Array) {
      node.snapshot(index, encoded);
      this.#write = node.core.nextSequence - 1;
      return;
    }
    this.#write = Infinity;
    await storeState(node, { index, pieces: encoded, onStored: (write) => this.#write = write });
  }

  /** While the last snapshot is on its way nothing can be done, and perhaps no further entry comes that would remind of it. */
  beginLater(node: RaftNode): void {
    if (this.#reminder !== null || this.#ended || !this.#isLong(node)) return;
    this.#reminder = this.#clock.setTimer(AGAIN_MS, () => {
      this.#reminder = null;
      if (this.#ended) return;
      // Whoever is in the middle of a chunk asks again at its end.
      if (this.#isBusy() || this.underWay !== null || !this.mayBegin(node)) return this.beginLater(node);
      const underWay = this.begin(node);
      this.underWay = underWay;
      // A failure stays: whoever takes the next chunk meets it, and the replica ends as it does for any other.
      underWay.then(() => this.underWay = null, () => {});
    });
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#ended = true;
    this.#reminder?.cancel();
  }

  #isLong(node: RaftNode): boolean {
    const sizeBytes = node.logSizeBytes + freedBytesOf(this.#state.machine);
    return sizeBytes > this.#maxLogSizeBytes && this.#state.applied > node.core.log.offset;
  }
}
