import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import { constantOf, type Edge, type Moves, onlyReads } from "./moves.ts";
import { Layer, type Place, type Use } from "./places.ts";
import { NOWHERE, type Rows } from "./numbers.ts";
import type { Space } from "./space.ts";

/** Whether there is an order; `unknown` if a limit has struck, or too many answers are open at once. */
export type Finding = "possible" | "impossible" | "unknown";

/** Answers that may be open at once: one bit of a number each. */
const MOST_OPEN = 30;

/** What the orders are made of. */
export interface Material {
  readonly space: Space;
  readonly moves: Moves;
  readonly part: Part;
  readonly budget: Budget;
}

/** A believed answer. */
interface Claim {
  readonly operation: number;
  readonly rows: Rows;
  /** It leaves each state in which it is possible as it is. */
  readonly isRead: boolean;
  /** The state that it leads to from everywhere; {@linkcode NOWHERE}: it is not like that. */
  readonly constant: number;
  /** It leads to a state from which nothing leads on and in which no believed answer is possible that is not possible everywhere. */
  readonly isIdle: boolean;
  bit: number;
}

/** What happens at the return of a believed answer: it is due. */
interface Level {
  readonly due: Claim;
  /** Those called before, and not due before. */
  readonly open: readonly Claim[];
  /** The bits of those that are idle. */
  readonly idle: number;
  readonly before: number;
}

/**
 * Whether some answers alone are possible: only these are believed, and every other operation may be placed at any time after its
 * call, or never.
 *
 * Unbelieved operations that do the same form a group. At first each group is taken to have any number of operations from its first
 * call on. If there is no order even so, there is none. If there is one, and at each place it has used no group more often than that
 * had been called, it is an order indeed. Otherwise the groups that it used too often are *scarce*: their operations are counted from
 * then on, and the search begins again. Each time at least one more group is scarce, so that it comes to an end.
 */
export function findOrder(material: Material, believed: readonly number[]): Finding {
  // To put answers in order takes a small part of what a search takes for them.
  material.budget.spend(believed.length >>> 2);
  const search = new Search(material, new Set(believed));
  const scarce: number[] = [];
  for (;;) {
    const found = search.run(scarce);
    if (found === "none") return "impossible";
    if (found === "unknown") return "unknown";
    const before = scarce.length;
    scarce.push(...search.overused(found));
    if (scarce.length === before) return "possible";
  }
}

class Search {
  readonly #moves: Moves;
  readonly #budget: Budget;
  /** By return; `undefined`: too many are open at once. */
  readonly #levels: readonly Level[] | undefined;
  /** By group: the calls of its operations that are not believed. */
  readonly #calls: readonly (readonly number[])[];
  /** By group: its place among the scarce ones; -1: it is not scarce. */
  readonly #scarce: Int32Array;
  #known: Layer[] = [];
  #todo: { readonly place: Place; readonly at: number }[] = [];
  #steps = 0;

  constructor({ space, moves, part, budget }: Material, members: ReadonlySet<number>) {
    this.#moves = moves;
    this.#budget = budget;
    this.#calls = moves.groups.map(({ operations }) =>
      operations.filter((k) => !members.has(k)).map((k) => part.call[k])
    );
    this.#scarce = new Int32Array(moves.groups.length).fill(-1);
    this.#levels = levelsOf(claimsOf(space, moves, members), part);
  }

  /** Looks for an order, depth first: what has to be placed before an answer that is due is placed as late as that. */
  run(scarce: readonly number[]): Use | "start" | "none" | "unknown" {
    const levels = this.#levels;
    if (levels === undefined) return "unknown";
    scarce.forEach((group, i) => this.#scarce[group] = i);
    this.#known = levels.map(() => new Layer());
    this.#todo = [];
    let found = this.#reach(
      { state: 0, placed: 0, used: scarce.map(() => 0), isFirm: true, last: "start" },
      0,
    );
    for (let next = this.#todo.pop(); next !== undefined && found === undefined; next = this.#todo.pop()) {
      if (!this.#mayGoOn(next.at)) return "unknown";
      found = this.#goOn(next.place, next.at);
    }
    return found?.last ?? "none";
  }

  /** The groups that an order used more often than they had been called. */
  overused(last: Use | "start"): readonly number[] {
    const uses: Use[] = [];
    for (let use = last; use !== "start"; use = use.earlier) uses.push(use);
    const counts = new Map<number, number>();
    const over = new Set<number>();
    for (const { group, before } of uses.reverse()) {
      const count = counts.get(group) ?? 0;
      counts.set(group, count + 1);
      if (!this.#isCalled(group, count, before)) over.add(group);
    }
    return [...over];
  }

  /** Whether a group of which so many are used has one more that was called before an instant. */
  #isCalled(group: number, used: number, before: number): boolean {
    const calls = this.#calls[group];
    return used < calls.length && calls[used] < before;
  }

  /** Notes a place for later; answers it if it is the end of an order. */
  #reach(given: Place, level: number): Place | undefined {
    const levels = this.#levels ?? [];
    let place = given;
    let at = level;
    for (; at < levels.length; at++) {
      const { open, due } = levels[at];
      place = withReads(place, open);
      if ((place.placed & due.bit) === 0) break;
      place = { ...place, placed: place.placed & ~due.bit, isFirm: true };
    }
    if (at === levels.length) return place;
    if (this.#known[at].add(place)) this.#todo.push({ place, at });
    return undefined;
  }

  /** Goes on from a place in every way that may matter; the likeliest last, since that is tried first. */
  #goOn(place: Place, at: number): Place | undefined {
    const { open, due } = (this.#levels ?? [])[at];
    let found: Place | undefined;
    // What overwrites makes up for what was placed just before it without being believed: without that there is an order, too.
    if (place.isFirm) {
      const idle = { ...place, placed: place.placed | this.#idleAt(at) };
      const hides = idle.placed !== place.placed;
      for (const edge of this.#moves.constants) found ??= this.#suppose(idle, edge, at, hides);
    }
    for (const edge of this.#moves.from[place.state]) found ??= this.#suppose(place, edge, at, false);
    for (const claim of open) {
      // One that is idle gives nothing away if it is placed just before what overwrites, or when it is due.
      if (claim !== due && !claim.isIdle) found ??= this.#believe(place, claim, at);
    }
    return found ?? this.#believe(place, due, at);
  }

  #believe(place: Place, { rows, bit, constant }: Claim, at: number): Place | undefined {
    if ((place.placed & bit) !== 0) return undefined;
    // The same: what it overwrites need not have been placed.
    if (constant !== NOWHERE && !place.isFirm) return undefined;
    const idle = constant === NOWHERE ? 0 : this.#idleAt(at);
    let found: Place | undefined;
    for (const row of rows) {
      const state = row[place.state];
      if (state < 0) continue;
      found ??= this.#reach({ ...place, state, placed: place.placed | bit | idle, isFirm: true }, at);
    }
    return found;
  }

  /** `hides`: what is idle was placed just before it, so that it leads on though the state was there already. */
  #suppose(place: Place, { group, to }: Edge, at: number, hides: boolean): Place | undefined {
    this.#steps++;
    const { open, before } = (this.#levels ?? [])[at];
    const scarce = this.#scarce[group];
    if (to === place.state && !hides) return undefined;
    if (!this.#isCalled(group, scarce < 0 ? 0 : place.used[scarce], before)) return undefined;
    // In a state that nothing leads on from but what would lead on from here as well nobody needs to be.
    const isOfUse = this.#moves.from[to].length > 0 ||
      open.some(({ bit, constant, rows }) =>
        constant === NOWHERE && (place.placed & bit) === 0 && rows.some((row) => row[to] >= 0)
      );
    if (!isOfUse) return undefined;
    const used = scarce < 0 ? place.used : place.used.map((count, i) => i === scarce ? count + 1 : count);
    const last = { group, before, earlier: place.last };
    return this.#reach({ state: to, placed: place.placed, used, isFirm: false, last }, at);
  }

  #idleAt(at: number): number {
    return (this.#levels ?? [])[at].idle;
  }

  #mayGoOn(at: number): boolean {
    this.#budget.spend(((this.#levels ?? [])[at].open.length + this.#steps) >>> 3);
    this.#steps = 0;
    return this.#budget.goOn();
  }
}

/** A read that is possible here is placed: wherever it stood later, it can be taken from there. */
function withReads(place: Place, open: readonly Claim[]): Place {
  let { placed } = place;
  for (const { bit, isRead, rows } of open) {
    if (isRead && (placed & bit) === 0 && rows.some((row) => row[place.state] >= 0)) placed |= bit;
  }
  return placed === place.placed ? place : { ...place, placed, isFirm: true };
}

function claimsOf(space: Space, moves: Moves, members: ReadonlySet<number>): Claim[] {
  const claims = [...members].map((operation) => {
    const rows = space.told(operation);
    const constant = constantOf(rows, space.explored);
    return { operation, rows, constant, isRead: onlyReads(rows, space.explored), isIdle: false, bit: 0 };
  });
  const particular = claims.filter(({ constant }) => constant === NOWHERE);
  return claims.map((claim) => {
    const { constant } = claim;
    if (constant === NOWHERE || moves.from[constant].length > 0) return claim;
    const isIdle = !particular.some(({ rows }) => rows.some((row) => row[constant] >= 0));
    return { ...claim, isIdle };
  });
}

function levelsOf(claims: readonly Claim[], part: Part): Level[] | undefined {
  const byCall = [...claims].sort((a, b) => part.call[a.operation] - part.call[b.operation]);
  const byReturn = [...claims].sort((a, b) => part.ret[a.operation] - part.ret[b.operation]);
  const levels: Level[] = [];
  let open: Claim[] = [];
  let called = 0;
  for (const due of byReturn) {
    const before = part.ret[due.operation];
    for (; called < byCall.length && part.call[byCall[called].operation] < before; called++) {
      if (open.length >= MOST_OPEN) return undefined;
      const taken = bitsOf(open);
      byCall[called].bit = ~taken & (taken + 1);
      open = [...open, byCall[called]];
    }
    levels.push({ due, open, idle: bitsOf(open.filter(({ isIdle }) => isIdle)), before });
    open = open.filter((claim) => claim !== due);
  }
  return levels;
}

function bitsOf(claims: readonly Claim[]): number {
  return claims.reduce((bits, { bit }) => bits | bit, 0);
}
