/**
 * From a state and a move to the next state, in the form in which equal states are equal rows.
 * @module
 */

import type { Atlas, Move } from "./atlas.ts";
import { pay, wipesLeft } from "./budget.ts";
import type { Breach } from "./history.ts";
import { createRow, type Row } from "./store.ts";

/** What makes the search small. All of it can be switched off, to see that nothing else changes. */
export interface Reductions {
  /** Nodes have no names: states that differ by a renaming are one. */
  readonly renaming: boolean;
  /** A state is dropped for one with more messages and otherwise equal. */
  readonly covering: boolean;
  /** A deed that leaves its node as it was and only sends is done at once: its messages can do no harm undelivered. */
  readonly eagerWords: boolean;
  /** Messages without any effect left are forgotten. */
  readonly forgetting: boolean;
}

/** Everything on. */
export const ALL_REDUCTIONS: Reductions = {
  renaming: true,
  covering: true,
  eagerWords: true,
  forgetting: true,
};

/** Makes successors; reuses its rows. */
export class Successors {
  readonly #atlas: Atlas;
  readonly #reductions: Reductions;
  readonly #scratch: Row;
  #best: Row;
  #other: Row;
  #inNetwork = new Uint8Array(1 << 10);
  /** A law broken by a deed that was done at once, with the deed. */
  broken: { readonly move: Move; readonly breach: Breach } | null = null;
  /** The renaming that {@linkcode canonical} chose. */
  renaming = 0;

  constructor(atlas: Atlas, reductions: Reductions) {
    this.#atlas = atlas;
    this.#reductions = reductions;
    this.#scratch = createRow(atlas.scope.nodes);
    this.#best = createRow(atlas.scope.nodes);
    this.#other = createRow(atlas.scope.nodes);
  }

  /** The state after node number `node` made `move`, with `history`; not yet in canonical form. */
  after(row: Row, node: number, move: Move, history: number, budget: number): Row {
    const next = this.#scratch;
    next.nodes.set(row.nodes);
    next.nodes[node] = move.node;
    next.history = history;
    next.budget = budget;
    next.count = 0;
    const { letters, senders, receivers } = this.#atlas;
    if (this.#inNetwork.length < letters.length) this.#inNetwork = new Uint8Array(letters.length * 2);
    for (let at = 0; at < row.count; at++) {
      const letter = row.letters[at];
      if (senders[letter] === node || receivers[letter] === node) this.#post(letter, next);
      else {
        next.letters[next.count++] = letter;
        this.#inNetwork[letter] = 1;
      }
    }
    const old = next.count;
    for (const letter of move.sent) this.#post(letter, next);
    if (this.#reductions.eagerWords) this.#speakAtOnce(next, node, old);
    for (let at = 0; at < next.count; at++) this.#inNetwork[next.letters[at]] = 0;
    return next;
  }

  #post(letter: number, next: Row): void {
    const kept = this.#remains(letter, next);
    if (kept === -1) return;
    if (kept >= this.#inNetwork.length) {
      const larger = new Uint8Array(kept * 2);
      larger.set(this.#inNetwork);
      this.#inNetwork = larger;
    }
    if (this.#inNetwork[kept] === 1) return;
    this.#inNetwork[kept] = 1;
    next.letters[next.count++] = kept;
  }

  /** What has to be kept of a message: its number, or that of a simpler one, or -1 for nothing. */
  #remains(letter: number, row: Row): number {
    if (!this.#reductions.forgetting) return letter;
    // An emptied disk knows nothing: as long as one may be emptied, every old message may still be heard.
    if (wipesLeft(row.budget) > 0) return letter;
    const { senders, receivers } = this.#atlas;
    return this.#atlas.remains(letter, row.nodes[receivers[letter]], row.nodes[senders[letter]]);
  }

  /**
   * Does every deed that leaves its node as it is and costs nothing. Only the changed node's own deeds, and what comes of
   * messages that are new, can have anything to add to a state where all this was done before.
   */
  #speakAtOnce(next: Row, changed: number, old: number): void {
    const { receivers } = this.#atlas;
    this.#speakUnasked(next, changed);
    for (let at = 0; at < next.count; at++) {
      const letter = next.letters[at];
      const to = receivers[letter];
      if (at < old && to !== changed) continue;
      const move = this.#atlas.deliver(next.nodes[to], letter);
      if (move === null) continue;
      if (move.breach !== null) this.broken ??= { move, breach: move.breach };
      if (move.node !== next.nodes[to] || move.outcome.ready.length > 0) continue;
      for (const answer of move.sent) this.#post(answer, next);
    }
  }

  #speakUnasked(next: Row, node: number): void {
    for (const move of this.#atlas.speech(next.nodes[node])) {
      if (this.#atlas.remember(next.history, move) !== next.history) continue;
      if (pay(next.budget, move.cost) !== next.budget) continue;
      if (move.breach !== null) this.broken ??= { move, breach: move.breach };
      for (const letter of move.sent) this.#post(letter, next);
    }
  }

  /** `row` with its letters sorted and, of all renamings, the one that comes first. */
  canonical(row: Row): Row {
    const { renamings } = this.#atlas;
    sort(row);
    this.renaming = 0;
    if (!this.#reductions.renaming) return row;
    let found = false;
    for (let by = 0; by < renamings.length; by++) {
      if (!this.#keepsOrder(row, renamings[by])) continue;
      this.#rename(row, by, this.#other);
      if (found && compare(this.#other, this.#best) >= 0) continue;
      [this.#best, this.#other] = [this.#other, this.#best];
      this.renaming = by;
      found = true;
    }
    return this.#best;
  }

  /** Nodes that look different stand in the order of their looks, so only look-alikes are tried both ways round. */
  #keepsOrder(row: Row, names: readonly number[]): boolean {
    const { founders } = this.#atlas.scope;
    for (let left = 0; left < names.length; left++) {
      for (let right = 0; right < names.length; right++) {
        if (names[left] >= names[right]) continue;
        // A founder never stands in the place of one that joins.
        if (left < founders !== right < founders) continue;
        if (this.#atlas.look(row.nodes[left]) > this.#atlas.look(row.nodes[right])) return false;
      }
    }
    return true;
  }

  #rename(row: Row, by: number, into: Row): void {
    const names = this.#atlas.renamings[by];
    for (let node = 0; node < names.length; node++) {
      into.nodes[names[node]] = this.#atlas.renameNode(by, row.nodes[node]);
    }
    into.history = this.#atlas.renameHistory(by, row.history);
    into.budget = row.budget;
    into.count = row.count;
    for (let at = 0; at < row.count; at++) {
      into.letters[at] = this.#atlas.renameLetter(by, row.letters[at]);
    }
    if (by !== 0) sort(into);
  }
}

/** Insertion sort: two dozen numbers, mostly in order. */
function sort({ letters, count }: Row): void {
  for (let at = 1; at < count; at++) {
    const letter = letters[at];
    let to = at - 1;
    while (to >= 0 && letters[to] > letter) {
      letters[to + 1] = letters[to];
      to--;
    }
    letters[to + 1] = letter;
  }
}

function compare(left: Row, right: Row): number {
  for (let node = 0; node < left.nodes.length; node++) {
    if (left.nodes[node] !== right.nodes[node]) return left.nodes[node] - right.nodes[node];
  }
  if (left.history !== right.history) return left.history - right.history;
  // A renaming leaves the budget alone.
  for (let at = 0; at < left.count; at++) {
    if (left.letters[at] !== right.letters[at]) return left.letters[at] - right.letters[at];
  }
  return 0;
}
