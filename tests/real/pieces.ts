/**
 * What goes over a line, and what may happen to it there.
 * @module
 */

/** Some bytes that stay together. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Whether it is a message, which may be lost, come twice or late; anything else only waits its turn. */
  readonly message: boolean;
  /** What kind of message, as a fault plan names it. */
  readonly kind: string;
  /** The message in a few words. */
  readonly words: string;
}

/** Cuts what comes on one connection, in one direction, into pieces; it keeps what is not whole yet. */
export type Slicer = (bytes: Uint8Array) => readonly Piece[];

/** What happens to the bytes of one direction. */
export type LineState =
  /** They arrive `delayMs` later, in order. */
  | { readonly kind: "open"; readonly delayMs: number }
  /**
   * They are kept until the line is open again, as TCP sends again what found no route: nothing is lost in the middle of a
   * connection, on no network.
   */
  | { readonly kind: "cut" }
  /** Each message has a fate of its own: how many milliseconds later each copy of it arrives. None: it is lost. */
  | { readonly kind: "bad"; readonly fate: (piece: Piece) => readonly number[] };
