/**
 * What the leader knows of one follower, and how fast it may send.
 *
 * ```
 *            accepted                 window free
 *   probe ------------> replicate ----------------> more appends in flight
 *     ^  <------------      |
 *     |     rejected        | next entry compacted away
 *     |                     v
 *     +---- installed --- snapshot
 * ```
 * @module
 */

import type { AnySnapshot, Index } from "../types.ts";

/** After so many heartbeats without new bytes, an answer that asks for a chunk again is taken at its word. */
export const PATIENT_BEATS = 2;

/** How entries reach the follower at present. */
export type ProgressState =
  /** The logs' last common entry is being looked for: one append at a time. */
  | { readonly type: "probe"; waiting: boolean }
  /** The logs are known to agree: appends are pipelined, `next` runs ahead of the acknowledgements. */
  | { readonly type: "replicate" }
  /**
   * The follower needs entries that are gone: chunks of `snapshot` travel, resumed at `offset`. `reading`: one has been asked for from the
   * disk and has not come yet. `beats`: heartbeats since bytes were sent, counted up to `PATIENT_BEATS`.
   */
  | {
    readonly type: "snapshot";
    readonly snapshot: AnySnapshot;
    offset: number;
    reading: boolean;
    beats: number;
  };

/** An append that was sent and not yet acknowledged. */
export interface InFlight {
  /** The last entry of the append. */
  readonly lastIndex: Index;
  /** Its command bytes. */
  readonly sizeBytes: number;
}

/** The leader's view of one follower. */
export interface Progress {
  /** What the follower is known to hold durably. A fact: it never falls while the follower keeps its disk. */
  match: Index;
  /** The next index to send. A guess: always above `match`. */
  next: Index;
  /** How entries reach the follower at present. */
  state: ProgressState;
  /** Appends under way, oldest first; bounded in number and bytes by the limits. */
  inFlight: InFlight[];
  /** Command bytes under way. */
  inFlightBytes: number;
  /** Whether it answered since the last quorum check. */
  active: boolean;
  /** The highest read round it answered. */
  round: number;
  /** Which memory of the follower `match` speaks of; -1 before its first answer. */
  incarnation: number;
  /** False for an amnesiac: it is kept up to date but never counts towards a majority. */
  counts: boolean;
  /** False for a learner, which never counts either. Both have to be true. */
  votes: boolean;
}

/** What a new leader assumes of a follower, or learner: nothing stored, everything to send from `next` on. */
export function createProgress(next: Index, votes = true): Progress {
  return {
    match: 0,
    next,
    state: { type: "probe", waiting: false },
    inFlight: [],
    inFlightBytes: 0,
    active: true,
    round: 0,
    incarnation: -1,
    counts: true,
    votes,
  };
}

/** Looks for the last common entry again, from `next` on. */
export function becomeProbe(progress: Progress, next: Index): void {
  progress.state = { type: "probe", waiting: false };
  progress.next = next;
  progress.inFlight = [];
  progress.inFlightBytes = 0;
}

/** Pipelines from just behind `match`. */
export function becomeReplicate(progress: Progress): void {
  progress.state = { type: "replicate" };
  progress.next = progress.match + 1;
  progress.inFlight = [];
  progress.inFlightBytes = 0;
}

/** Sends `snapshot` in chunks. */
export function becomeSnapshot(progress: Progress, snapshot: AnySnapshot): void {
  progress.state = { type: "snapshot", snapshot, offset: 0, reading: false, beats: 0 };
  progress.inFlight = [];
  progress.inFlightBytes = 0;
}

/** Records an append under way. */
export function addInFlight(progress: Progress, lastIndex: Index, sizeBytes: number): void {
  progress.inFlight.push({ lastIndex, sizeBytes });
  progress.inFlightBytes += sizeBytes;
}

/** Frees what the follower now holds. An acknowledgement covers every earlier append, whose own answer may be lost. */
export function freeInFlight(progress: Progress, upTo: Index): void {
  let done = 0;
  while (done < progress.inFlight.length && progress.inFlight[done].lastIndex <= upTo) {
    progress.inFlightBytes -= progress.inFlight[done].sizeBytes;
    done++;
  }
  if (done > 0) progress.inFlight.splice(0, done);
}
