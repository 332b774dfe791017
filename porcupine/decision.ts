/** How one partition was decided; operations are numbered within the partition. */
export interface Decision {
  readonly verdict: "ok" | "illegal" | "unknown";
  /** An order of the whole partition if `ok`, otherwise of a part of it. */
  readonly order: Int32Array;
  /** How many returns, in their order, can be explained at least. */
  readonly reached: number;
  /** Operations that are held to contradict each other by themselves; empty if the search has no idea. */
  readonly suspects: readonly number[];
  /** Whether it is proved that the suspects are a minimal core: they contradict each other, and do not with one less. */
  readonly areCore: boolean;
  /** In a few words what is wrong with the suspects; empty if unknown. */
  readonly reason: string;
}
