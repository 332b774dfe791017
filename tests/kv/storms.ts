/**
 * The storms that this layer's tests sail.
 * @module
 */

import { EVERY_FAULT } from "./nemesis.ts";
import { BAD_NETWORK, GOOD_NETWORK, type StormOptions } from "./storm.ts";

/** One kind of storm. */
export interface Storm {
  /** What goes on, in words. */
  readonly what: string;
  /** What it is made of. */
  readonly options: (seed: number) => Omit<StormOptions, "seed">;
}

/** All kinds. */
export const STORMS: readonly Storm[] = [
  {
    what: "five clients, three servers, a bad network",
    options: () => ({
      servers: 3,
      clients: 5,
      keys: 3,
      forMs: 10_000,
      faults: [],
      conditions: BAD_NETWORK,
      timeoutMs: 5000,
    }),
  },
  {
    what: "five clients, partitions of every shape",
    options: () => ({
      servers: 5,
      clients: 5,
      keys: 3,
      forMs: 10_000,
      faults: ["halves", "isolateLeader", "oneWay"],
      conditions: GOOD_NETWORK,
      timeoutMs: 3000,
    }),
  },
  {
    what: "five clients, crashes, a snapshot every 1,000 bytes",
    options: () => ({
      servers: 3,
      clients: 5,
      keys: 3,
      forMs: 10_000,
      faults: ["crash", "crashLeader", "crashAll"],
      conditions: GOOD_NETWORK,
      server: { maxRaftStateBytes: 1000 },
      timeoutMs: 3000,
    }),
  },
  {
    what: "impatient clients, everything at once, a session table that overflows",
    options: (seed) => ({
      servers: seed % 2 === 0 ? 3 : 5,
      clients: 8,
      keys: 4,
      forMs: 12_000,
      faults: EVERY_FAULT,
      conditions: BAD_NETWORK,
      server: { maxRaftStateBytes: 1000, maxSessions: 6 },
      timeoutMs: 700,
    }),
  },
];
