/**
 * The persister of one life of a server, as the tester sees it.
 * @module
 */

import type { Persister } from "./seat.ts";

/** What is on a server's disk. */
export interface PersistedImage {
  /** The Raft state; no bytes if nothing was ever saved. */
  readonly raftState: Uint8Array;
  /** The snapshot; no bytes if there is none. */
  readonly snapshot: Uint8Array;
}

/** Hears of a save: `before` it takes effect and `after`. It may crash the server at either moment. */
export type OnSave = (moment: "before" | "after") => void;

const NOTHING = new Uint8Array(0);

/** Keeps what one life saves, and passes it on to the next one. Contents are copied both ways. */
export class LabPersister implements Persister {
  #image: PersistedImage;
  readonly #onSave: OnSave;
  #sealed = false;

  /** A disk that holds `image`, or nothing. */
  constructor(image: PersistedImage | null, onSave: OnSave = () => {}) {
    this.#image = image ?? { raftState: NOTHING, snapshot: NOTHING };
    this.#onSave = onSave;
  }

  /** What is saved. */
  get image(): PersistedImage {
    return this.#image;
  }

  /** Bytes of the saved Raft state. */
  get raftStateSizeBytes(): number {
    return this.#image.raftState.length;
  }

  /** Bytes of the saved snapshot. */
  get snapshotSizeBytes(): number {
    return this.#image.snapshot.length;
  }

  /** Saves both, unless this life has ended: a dead process writes nothing more. */
  save(raftState: Uint8Array, snapshot: Uint8Array | null): void {
    if (this.#sealed) return;
    this.#onSave("before");
    if (this.#sealed) return;
    this.#image = { raftState: raftState.slice(), snapshot: snapshot?.slice() ?? NOTHING };
    this.#onSave("after");
  }

  /** A copy of the saved Raft state. */
  readRaftState(): Uint8Array {
    return this.#image.raftState.slice();
  }

  /** A copy of the saved snapshot. */
  readSnapshot(): Uint8Array {
    return this.#image.snapshot.slice();
  }

  /** The life that writes here has ended. */
  seal(): void {
    this.#sealed = true;
  }
}
