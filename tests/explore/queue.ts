/**
 * In which order the states are looked into.
 *
 * `shortest`: as they were found, so that the first broken law has a shortest story. `gathering`: those whose nodes have
 * got least far come first. Most deeds bring a node further, so by the time a state is looked into, every way to it has
 * been found, and of its many sets of messages only the largest are left: a fifth of the work.
 * @module
 */

import { lastIndex } from "../../raft/core/log.ts";
import type { NodeState } from "./node.ts";

/** The order of a search. */
export type Order = "shortest" | "gathering";

/** Numbers that come out with the least measure first, equal ones as they went in. */
export class MeasuredQueue {
  readonly #buckets: number[][] = [];
  readonly #taken: number[] = [];
  #least = 0;
  #size = 0;

  /** How many numbers wait. */
  get size(): number {
    return this.#size;
  }

  /** Puts `item` in. `measure` is a small natural number. */
  push(item: number, measure: number): void {
    while (this.#buckets.length <= measure) {
      this.#buckets.push([]);
      this.#taken.push(0);
    }
    this.#buckets[measure].push(item);
    if (measure < this.#least) this.#least = measure;
    this.#size++;
  }

  /** Takes the next number out; -1 if there is none. */
  pop(): number {
    for (; this.#least < this.#buckets.length; this.#least++) {
      const bucket = this.#buckets[this.#least];
      const at = this.#taken[this.#least];
      if (at === bucket.length) {
        // Given back as a whole: a bucket of millions must not be copied at each turn.
        if (at > 0) this.#buckets[this.#least] = [];
        this.#taken[this.#least] = 0;
        continue;
      }
      this.#taken[this.#least]++;
      this.#size--;
      return bucket[at];
    }
    return -1;
  }
}

/** How far a node has got. Nearly every deed raises it; a crash may lower it, which costs time and nothing else. */
export function progressOf({ core, disk }: NodeState): number {
  const { role, log } = core;
  let far = 40 * core.term + 4 * (disk.entries.length + log.flushed + lastIndex(log) + core.commit);
  if (core.vote !== null) far += 4;
  switch (role.type) {
    case "follower":
      return far;
    case "preCandidate":
      return far + role.granted.size;
    case "candidate":
      return far + 4 + role.granted.size;
    case "leader":
      far += 12;
      for (const { match, next, state } of role.progress.values()) {
        far += 3 * match + next + (state.type === "replicate" ? 1 : 0);
      }
      return far;
  }
}
