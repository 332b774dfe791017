/**
 * What the write-ahead log says when it cannot go on.
 * @module
 */

/** Why the log cannot be used. */
export type StorageErrorCode =
  /** Bytes that were safe on the disk are no longer what they were. */
  | "damaged"
  /** The folder belongs to another member. */
  | "foreign"
  /** Written by a later version of this library. */
  | "newer"
  /** The disk refused; whether the last write was kept is unknown until the next start reads it. */
  | "failed"
  /** The log was closed, or its node is dead. */
  | "closed";

/** Where in the log something is wrong. */
export interface StoragePlace {
  /** The file, with its folder. */
  readonly file: string;
  /** The byte from which on it is wrong; 0 where the whole file is meant. */
  readonly offset: number;
}

/**
 * The write-ahead log cannot be read or written. Nothing on the disk was changed to hide it.
 *
 * After `failed` the node must stop and start again from its disk: the system may have dropped what it could not write, so a
 * second sync that succeeds proves nothing.
 */
export class StorageError extends Error {
  /** Always `StorageError`. */
  override readonly name = "StorageError";
  /** Why. */
  readonly code: StorageErrorCode;
  /** The file, with its folder. */
  readonly file: string;
  /** The byte from which on the file is wrong; 0 where the whole file is meant. */
  readonly offset: number;

  /** `what` says what is wrong at `place`; what to do follows from `code`. */
  constructor(code: StorageErrorCode, place: StoragePlace, what: string, options?: ErrorOptions) {
    super(`${what} (${place.file}, byte ${place.offset}). ${ADVICE[code]}`, options);
    this.code = code;
    this.file = place.file;
    this.offset = place.offset;
  }
}

const ADVICE: Readonly<Record<StorageErrorCode, string>> = {
  damaged:
    "Nothing was changed. Move the member's folder aside, look after the disk, and start the member with an empty folder as " +
    'amnesiac (serve --amnesiac, or whenEmpty: "amnesiac" for openWal): it takes the state from its peers and does not vote. ' +
    "Do not cut the file by hand: " +
    "what follows the damage was promised to others",
  foreign:
    "Nothing was changed. Give each member its own folder; a copy of another member's folder makes two votes out of one",
  newer:
    "Nothing was changed. Start the version that wrote it, or a later one; there is no way back to an older version",
  failed: "Stop the node, look after the disk, and start it again: it reads back what the disk really holds",
  closed: "Open the log again to use it",
};
