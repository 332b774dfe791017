/**
 * What the page draws, as data that travels in it.
 * @module
 */

/** A machine's state from `at` on: how it looks, in a few letters, in words by number. */
export type StateRow = readonly [at: number, node: number, look: string, short: string, words: number];
/** A fault: kind, from, until, words. */
export type FaultRow = readonly [kind: string, from: number, until: number, words: string];
/** A message: sender, receiver, sent, arrived (-1: lost), words by number. */
export type MessageRow = readonly [from: number, to: number, sent: number, arrived: number, words: number];
/** A stretch of time: answers, median and greatest latency. */
export type BinRow = readonly [at: number, answers: number, median: number, greatest: number];

/** Everything; times in virtual milliseconds. */
export interface PageData {
  readonly endMs: number;
  /** When a law was broken; -1 if none was. */
  readonly brokenMs: number;
  readonly nodes: readonly string[];
  readonly states: readonly StateRow[];
  /** What states say, by number. */
  readonly stateWords: readonly string[];
  /** Where one group of machines ends and the next one begins: the first machine of each but the first. */
  readonly groups: readonly number[];
  readonly faults: readonly FaultRow[];
  readonly phases: readonly (readonly [at: number, words: string])[];
  /** Messages from `messagesFrom` on; earlier ones are left out. */
  readonly messages: readonly MessageRow[];
  readonly messagesFrom: number;
  readonly words: readonly string[];
  readonly bins: readonly BinRow[];
  readonly binMs: number;
}
