/**
 * Breadth-first search over every state of a scope: what it finds first has the shortest story.
 * @module
 */

import { mix } from "../../runtime/random.ts";
import { act, type Action, possibleActions } from "./actions.ts";
import { canonical } from "./canon.ts";
import { brokenLaw } from "./laws.ts";
import { type ClusterState, firstState, type Scope } from "./model.ts";

/** What an exploration found. */
export type Exploration =
  /** Every state of the scope obeys the laws. */
  | {
    readonly kind: "exhausted";
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
  }
  /** A shortest way to a broken law. */
  | {
    readonly kind: "violation";
    readonly states: number;
    readonly transitions: number;
    readonly law: string;
    readonly trace: readonly Action[];
  }
  /** There were more states than allowed: nothing is proved. */
  | {
    readonly kind: "unfinished";
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
  };

/** Limits and progress of an exploration. */
export interface ExploreOptions {
  /** Stop, unproved, at this many states. */
  readonly maxStates: number;
  /** Called after each level. */
  readonly onLevel: (depth: number, frontier: number, states: number, transitions: number) => void;
}

interface Reached {
  readonly state: ClusterState;
  readonly number: number;
}

/** Visits every state of `scope`. Deterministic. */
export function explore(scope: Scope, options: ExploreOptions): Exploration {
  const first = firstState(scope);
  const seen = new FingerprintSet();
  seen.add(canonical(scope, first));
  const story = new Story();
  let frontier: Reached[] = [{ state: first, number: story.add(-1, 0) }];
  let transitions = 0;
  let depth = 0;
  while (frontier.length > 0) {
    const next: Reached[] = [];
    for (const { state, number } of frontier) {
      const actions = possibleActions(scope, state);
      for (let at = 0; at < actions.length; at++) {
        transitions++;
        const { after, law } = attempt(scope, state, actions[at]);
        if (law !== null || after === null) {
          const trace = retell(scope, [...story.choices(number), at]);
          return { kind: "violation", states: seen.size, transitions, law: law ?? "the step failed", trace };
        }
        if (!seen.add(canonical(scope, after))) continue;
        next.push({ state: after, number: story.add(number, at) });
      }
      if (seen.size > options.maxStates) return { kind: "unfinished", states: seen.size, transitions, depth };
    }
    depth++;
    options.onLevel(depth, next.length, seen.size, transitions);
    frontier = next;
  }
  return { kind: "exhausted", states: seen.size, transitions, depth };
}

function attempt(
  scope: Scope,
  state: ClusterState,
  action: Action,
): { readonly after: ClusterState | null; readonly law: string | null } {
  try {
    const after = act(scope, state, action);
    return { after, law: brokenLaw(after, action.node) };
  } catch (error) {
    return { after: null, law: error instanceof Error ? error.message : String(error) };
  }
}

function retell(scope: Scope, choices: readonly number[]): Action[] {
  let state = firstState(scope);
  const trace: Action[] = [];
  for (let at = 0; at < choices.length; at++) {
    const action = possibleActions(scope, state)[choices[at]];
    trace.push(action);
    if (at < choices.length - 1) state = act(scope, state, action);
  }
  return trace;
}

/** How each state was first reached: six bytes a state. */
class Story {
  #parents = new Int32Array(1 << 16);
  #choices = new Uint16Array(1 << 16);
  #count = 0;

  add(parent: number, choice: number): number {
    if (this.#count === this.#parents.length) {
      const parents = new Int32Array(this.#count * 2);
      parents.set(this.#parents);
      this.#parents = parents;
      const choices = new Uint16Array(this.#count * 2);
      choices.set(this.#choices);
      this.#choices = choices;
    }
    this.#parents[this.#count] = parent;
    this.#choices[this.#count] = choice;
    return this.#count++;
  }

  choices(number: number): number[] {
    const back: number[] = [];
    for (let at = number; this.#parents[at] !== -1; at = this.#parents[at]) back.push(this.#choices[at]);
    return back.reverse();
  }
}

/**
 * The states seen so far, as 64-bit fingerprints. Two states of 10 million share one with a chance of about 3 in a
 * million; then a state is missed, never a false alarm raised.
 */
class FingerprintSet {
  #high = new Uint32Array(1 << 16);
  #low = new Uint32Array(1 << 16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds `text`; false if it was there. */
  add(text: string): boolean {
    let high = 0x9747b28c;
    let low = text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high + code, 0x85ebca6b) ^ (high >>> 15);
    }
    return this.#insert(mix(high, low), mix(low, high) || 1);
  }

  #insert(high: number, low: number): boolean {
    if (this.#size * 2 >= this.#low.length) this.#grow();
    const mask = this.#low.length - 1;
    let at = low & mask;
    // A low half of 0 marks a free place; fingerprints never have it.
    while (this.#low[at] !== 0) {
      if (this.#low[at] === low && this.#high[at] === high) return false;
      at = (at + 1) & mask;
    }
    this.#low[at] = low;
    this.#high[at] = high;
    this.#size++;
    return true;
  }

  #grow(): void {
    const high = this.#high;
    const low = this.#low;
    this.#high = new Uint32Array(low.length * 2);
    this.#low = new Uint32Array(low.length * 2);
    this.#size = 0;
    for (let at = 0; at < low.length; at++) if (low[at] !== 0) this.#insert(high[at], low[at]);
  }
}
