/** What is kept for later beside the search at work: it counts for the limit of memory, and is forgotten if there is need of the room. */
export interface Kept {
  /** Bytes held. */
  readonly bytes: number;
  /** Forgets all of it. */
  clear(): void;
}

/** Nothing is kept. */
export const NOTHING_KEPT: Kept = { bytes: 0, clear: () => {} };
