import { NEVER } from "../history.ts";
import { Equals } from "./equals.ts";
import type { Journal } from "./journal.ts";
import { OVERWRITE, type Problem, READ } from "./problem.ts";
import { ACTIVE, MET, Slots } from "./slots.ts";
import { NOTHING, SOMETHING, type States } from "./states.ts";

/**
 * Says of a configuration that it cannot be completed, because of answers that are still to come: reduction (e). It may
 * only say so when it is certain.
 */
export type Doom = (level: number, state: number, owed: Int32Array, at: number) => boolean;

/**
 * The rules of the search, shared by both orders of exploring it.
 *
 * A configuration is: the level `p` (whatever returned before `returns[p]` is placed, or left behind for good), a state, and
 * for each open operation one of
 *
 * - *owed*: not placed; it must be placed before it returns;
 * - *optional*: not placed; it may be placed, need not be (it never returned, or (c) or (n) has kept a place for it);
 * - *spent*: placed; it cannot be placed again.
 *
 * In memory: `[state, spent words, owed words]`. A *completion* of a configuration is an order of operations not spent, each
 * once, that keeps real time, is legal from the configuration's state on, and holds all that is owed and all that is called
 * later and answered. A rule is sound if *nothing is lost* (of configurations with a completion, one that has one is still
 * explored) and *nothing is gained wrongly* (each order found becomes a linearization). (a), (c) and (d) trust the effects
 * that the model declares (`Effect`); (n) trusts only what the step function was seen to do. The rules:
 *
 * **(a) Reads at once.** A read that is owed and legal in the current state is placed now. Sound: take any completion; it
 * places the read later. Move the read to the present. Every other step stays as it was, since the read changes no state; the
 * read is legal here; and real time is kept: the read has been called, and whatever must precede it returned before its call,
 * hence before this level, so that nothing of it is still to be placed.
 *
 * **(b) Lost answers are optional.** An operation that never returned starts optional: it precedes no other operation, so a
 * linearization may leave it out. Reads among them constrain nothing; `compile` drops them. Of two configurations of one
 * state, one that has spent no other operations, and owes no others, can do all that the other can: see `FrontierSearch`.
 *
 * **(c) Retroactive absorption.** When an overwriting operation is placed, every owed operation that is legal in every state
 * (blind or overwriting) becomes optional. *Nothing is lost*: optional allows more than owed. *Nothing is gained wrongly*: if
 * the absorbed operation is never placed later, insert it immediately before the overwriting one. It is open there (called
 * before this level, returns after it), it is legal there, and the state after the overwriting operation is the same as
 * without it. Several operations absorbed by the same one go there in any order. When an absorbed operation returns, both
 * ways are explored: it is placed now, or left behind for good.
 *
 * **(d) Pointless overwriting.** If placing an overwriting operation A made no owed read legal, the configuration that it
 * leads to does not go on with another overwriting operation B. Placing B *instead of* A leads to the same state; B absorbs
 * A, so that no more is owed; and less is spent. By (b) that configuration can do as much, and it is explored, too; or, where
 * (h) leaves out B, that of an equal operation. (If A is that one, what A leads to can do all that B after it would lead to.)
 *
 * **(h) Equal operations.** Among open unspent operations equal in input and answer, the one that returns first is used
 * first, unless it is optional and the other is owed. Sound: take a completion that places the later one, L, now, and the
 * earlier one, E, afterwards or nowhere. Exchange the two: E is placed now, L where E was; L is still open there, as it
 * returns later than E. If E was nowhere, it is optional, and so is L by the exception above: L may be nowhere, too.
 *
 * **(n) Nothing happens.** For models that do not say what their operations do. An owed operation that is legal in the
 * current state and leaves it as it is becomes optional: seen from outside, it is a read. *Nothing is lost*: optional allows
 * more than owed. *Nothing is gained wrongly*: if it is never placed later, insert it here: it is open, it is legal, and
 * every later step finds the state that it found. (It is not taken for good, as in (a): a write of the value that is there
 * anyway may be needed later, after another one.) And an optional operation is never placed where it leaves the state as it
 * is: take it out of a completion that begins with it, and what is left is a completion. (Where effects are declared this is
 * not done: (d) counts on what an overwriting operation absorbs, even if it writes what is there.)
 * An operation that was once seen to change a state is not asked again each time: leaving it owed is no less sound.
 */
export class Walk<State, Input, Output> extends Slots<State, Input, Output> {
  readonly states: States<State, Input, Output>;
  /** Integers in a configuration. */
  readonly size: number;
  /** Answers that came after this rank rule out nothing: who knows what they saw. */
  readonly until: number;
  /** Candidates found by {@linkcode candidates}. */
  readonly found: Int32Array;
  /** Where it is written down what is taken as a read; `undefined`: nowhere. */
  journal: Journal | undefined = undefined;
  /** Whether equal operations stand for one another (h): not before it is known which are equal. */
  knowsEquals = false;

  readonly #words: number;
  readonly #equals: Equals;

  /** `until`: what is called after that rank is not part of the problem; see {@linkcode until}. */
  constructor(
    problem: Problem<State, Input, Output>,
    states: States<State, Input, Output>,
    until: number = NEVER,
  ) {
    super(problem);
    this.until = until;
    this.states = states;
    this.#words = problem.words;
    this.size = 1 + 2 * problem.words;
    this.found = new Int32Array(problem.slots);
    this.#equals = new Equals(this);
  }

  /** Bytes held. */
  get bytes(): number {
    return 12 * this.problem.slots + 4 * this.problem.count;
  }

  /** Writes one of the configurations to begin with at `at`. */
  first(nodes: Int32Array, at: number, start: number): void {
    const { returns, count, called, starts, slot } = this.problem;
    const { state, spent, free } = starts[start];
    nodes.fill(0, at, at + this.size);
    nodes[at] = this.states.intern(state);
    this.#call(nodes, at, 0, returns.length === 0 ? count : called[0]);
    for (const k of [...spent, ...free]) {
      nodes[at + 1 + this.#words + (slot[k] >>> 5)] &= ~(1 << (slot[k] & 31));
    }
    for (const k of spent) nodes[at + 1 + (slot[k] >>> 5)] |= 1 << (slot[k] & 31);
    this.takeReads(nodes, at);
  }

  /**
   * What becomes of the operation that returns at this level. `owed`: it must be placed before the configuration may go
   * on. `optional`: it may be placed, or be left behind: the last occasion. `settled`: it is placed, or a satisfied read.
   */
  due(nodes: Int32Array, at: number): "owed" | "optional" | "settled" {
    const operation = this.problem.returns[this.level];
    const slot = this.problem.slot[operation];
    const word = at + 1 + (slot >>> 5);
    const bit = 1 << (slot & 31);
    if ((nodes[word + this.#words] & bit) !== 0) return "owed";
    return (nodes[word] & bit) !== 0 || this.problem.effect[operation] === READ ? "settled" : "optional";
  }

  /** Moves the level one on, with a configuration that is not owing: its returned operation leaves, new ones arrive. */
  advance(nodes: Int32Array, at: number): void {
    this.forward();
    this.follow(nodes, at);
  }

  /** Brings a configuration of the level before, owing nothing there, to the present level. */
  follow(nodes: Int32Array, at: number): void {
    const { returns, slot, called, count } = this.problem;
    const gone = slot[returns[this.level - 1]];
    nodes[at + 1 + (gone >>> 5)] &= ~(1 << (gone & 31));
    const from = called[this.level - 1];
    const to = this.level < returns.length ? called[this.level] : count;
    if (from === to) return;
    this.#call(nodes, at, from, to);
    this.#takeNewReads(nodes, at, from, to);
  }

  /**
   * Writes to `to` the configuration after placing `operation`, which leads to `state`, at the configuration `at`.
   * Answers whether a read was satisfied by it.
   */
  place(
    nodes: Int32Array,
    at: number,
    to: { nodes: Int32Array; at: number },
    operation: number,
    state: number,
  ): boolean {
    this.put(nodes, at, to, operation, state);
    return this.takeReads(to.nodes, to.at);
  }

  /** The same without the reads that can then be taken: the operation is spent, and what it absorbs is optional (c). */
  put(
    nodes: Int32Array,
    at: number,
    to: { nodes: Int32Array; at: number },
    operation: number,
    state: number,
  ): void {
    const words = this.#words;
    const target = to.nodes;
    const base = to.at;
    target[base] = state;
    for (let i = 1; i < this.size; i++) target[base + i] = nodes[at + i];
    const slot = this.problem.slot[operation];
    const bit = 1 << (slot & 31);
    target[base + 1 + (slot >>> 5)] |= bit;
    target[base + 1 + words + (slot >>> 5)] &= ~bit;
    if (this.problem.effect[operation] === OVERWRITE) {
      for (let w = 0; w < words; w++) target[base + 1 + words + w] &= ~this.absorbable[w];
    }
  }

  /** Places every owed read that is legal in the current state (a), (n); answers whether there was one. */
  takeReads(nodes: Int32Array, at: number): boolean {
    let taken = false;
    for (let w = 0; w < this.#words; w++) {
      const index = at + 1 + this.#words + w;
      let bits = nodes[index] & (this.reads[w] | this.watched[w]);
      while (bits !== 0) {
        const bit = bits & -bits;
        bits ^= bit;
        const operation = this.open[(w << 5) + 31 - Math.clz32(bit)];
        if (!this.#isMet(nodes[at], operation)) continue;
        this.journal?.take(operation);
        nodes[index] &= ~bit;
        taken = true;
      }
    }
    return taken;
  }

  /** Whether an open operation can be placed now without changing anything. */
  #isMet(state: number, operation: number): boolean {
    if (this.problem.effect[operation] === READ) return this.states.allows(state, operation);
    const outcome = this.states.outcome(state, operation);
    if (outcome !== SOMETHING) this.active[operation] = MET;
    else {
      const slot = this.problem.slot[operation];
      this.active[operation] = ACTIVE;
      this.watched[slot >>> 5] &= ~(1 << (slot & 31));
    }
    return outcome === NOTHING;
  }

  /** For an operation that returns at this level and is owed: whether it cannot be placed as things are. */
  isStuck(nodes: Int32Array, at: number): boolean {
    return this.problem.watches && !this.states.allows(nodes[at], this.problem.returns[this.level]);
  }

  /** Whether the operation that returns at this level has been seen to change a state. */
  get isDueActive(): boolean {
    return !this.problem.watches || this.active[this.problem.returns[this.level]] === ACTIVE;
  }

  /**
   * Leaves in `found` the operations worth placing next, and answers how many. Those called first come first: in an honest
   * history what has been open longest has most likely taken effect (by return, ten times as many orders are tried in vain).
   * `afterOverwrite`: the configuration came of an overwriting operation that satisfied no read (d).
   */
  candidates(nodes: Int32Array, at: number, afterOverwrite: boolean): number {
    const { effect, slot } = this.problem;
    const { found, placeable, placeables } = this;
    let count = 0;
    for (let i = 0; i < placeables; i++) {
      const operation = placeable[i];
      const s = slot[operation];
      if ((nodes[at + 1 + (s >>> 5)] & (1 << (s & 31))) !== 0) continue;
      if (afterOverwrite && effect[operation] === OVERWRITE) continue;
      found[count++] = operation;
    }
    return this.knowsEquals ? this.#equals.drop(nodes, at, count) : count;
  }

  /** Whether an open operation is owed in a configuration. */
  isOwed(nodes: Int32Array, at: number, operation: number): boolean {
    const slot = this.problem.slot[operation];
    return (nodes[at + 1 + this.#words + (slot >>> 5)] & (1 << (slot & 31))) !== 0;
  }

  /** Rule (n): whether placing an operation, which leads to a state, is in vain: it is optional, and nothing happens. */
  isInVain(nodes: Int32Array, at: number, operation: number, state: number): boolean {
    return state === nodes[at] && this.problem.watches && !this.isOwed(nodes, at, operation);
  }

  /** How an open operation stands in a configuration; `free`: it need not be placed (any more). */
  standing(nodes: Int32Array, at: number, operation: number): "owed" | "spent" | "free" {
    if (this.isOwed(nodes, at, operation)) return "owed";
    const slot = this.problem.slot[operation];
    return (nodes[at + 1 + (slot >>> 5)] & (1 << (slot & 31))) !== 0 ? "spent" : "free";
  }

  #call(nodes: Int32Array, at: number, from: number, to: number): void {
    const { slot, ret } = this.problem;
    for (let k = from; k < to; k++) {
      const s = slot[k];
      if (s < 0 || ret[k] === NEVER) continue;
      nodes[at + 1 + this.#words + (s >>> 5)] |= 1 << (s & 31);
    }
  }

  #takeNewReads(nodes: Int32Array, at: number, from: number, to: number): void {
    const { slot } = this.problem;
    for (let k = from; k < to; k++) {
      const s = slot[k];
      if (s < 0) continue;
      const word = s >>> 5;
      const bit = 1 << (s & 31);
      if (((this.reads[word] | this.watched[word]) & bit) === 0 || !this.#isMet(nodes[at], k)) continue;
      this.journal?.take(k);
      nodes[at + 1 + this.#words + word] &= ~bit;
    }
  }
}
