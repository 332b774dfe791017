/**
 * The directed links of the simulated network and the faults laid over them.
 *
 * A fault has a name, and `mend(name)` takes exactly that fault away again, so overlapping faults heal independently.
 * @module
 */

import { checkConditions, RELIABLE } from "./conditions.ts";
import type { LinkConditions } from "./conditions.ts";
import type { SimEvent } from "./queue.ts";

/** One direction between two machines. */
export class Link {
  readonly from: number;
  readonly to: number;
  /** Keys the chance of this link: depends on the two names only. */
  readonly key: number;
  /** How many messages have entered it. */
  sent = 0;
  /** How many faults cut it at present. */
  cuts = 0;
  /** Messages that wait because the link is clogged; `null` if it is not. */
  clogged: SimEvent[] | null = null;
  conditions: LinkConditions;
  /** Conditions for some kinds of messages only; `null` (the usual case) costs nothing. */
  byKind: Map<string, LinkConditions> | null = null;
  /** When a slow line will have finished what it was given. */
  busyUntilUs = 0;
  /** When the latest message on an in-order link arrives. */
  lastArrivalUs = 0;

  constructor(from: number, to: number, key: number, conditions: LinkConditions) {
    this.from = from;
    this.to = to;
    this.key = key;
    this.conditions = conditions;
  }

  /**
   * Other conditions are another line: what is still crawling along the old one holds up nothing on this. Without it a link that
   * is healed would stay as slow as its worst message.
   */
  becomesAnotherLine(): void {
    this.busyUntilUs = 0;
    this.lastArrivalUs = 0;
  }
}

/** What a named fault does to its links. */
type Effect =
  | { readonly kind: "cut" }
  | { readonly kind: "clog" }
  | { readonly kind: "open" }
  | { readonly kind: "degrade"; readonly conditions: LinkConditions; readonly only: string | null };

interface Fault {
  readonly links: readonly Link[];
  effect: Effect;
}

/** The named faults and what is in force on each link because of them. */
export class LinkFaults {
  readonly #faults = new Map<string, Fault>();
  readonly #release: (held: SimEvent[]) => void;
  #base: LinkConditions = RELIABLE;

  /** `release` gets the messages of a link that is unclogged. */
  constructor(release: (held: SimEvent[]) => void) {
    this.#release = release;
  }

  /** The conditions of a link that no fault touches; a link to oneself is always reliable. */
  baseOf(from: number, to: number): LinkConditions {
    return from === to ? RELIABLE : this.#base;
  }

  /** Changes the conditions of all untouched links; `existing` are those that need to be told. */
  setBase(conditions: LinkConditions, existing: readonly Link[]): void {
    checkConditions(conditions);
    this.#base = conditions;
    this.#refresh(existing);
  }

  /** The names of the faults in force. */
  get names(): string[] {
    return [...this.#faults.keys()];
  }

  has(name: string): boolean {
    return this.#faults.has(name);
  }

  /** Lays a fault over `links`; a fault of the same name is mended first. */
  set(name: string, links: readonly Link[], effect: Effect): void {
    if (effect.kind === "degrade") checkConditions(effect.conditions);
    this.mend(name);
    this.#faults.set(name, { links, effect });
    this.#refresh(links);
  }

  /** Changes what a fault in force does; for links that flap. */
  alter(name: string, effect: Effect): void {
    const fault = this.#faults.get(name);
    if (fault === undefined) return;
    fault.effect = effect;
    this.#refresh(fault.links);
  }

  /** Takes a fault away; harmless if it is not in force. */
  mend(name: string): void {
    const fault = this.#faults.get(name);
    if (fault === undefined) return;
    this.#faults.delete(name);
    this.#refresh(fault.links);
  }

  /** Works out anew what is in force on `links`. */
  #refresh(links: readonly Link[]): void {
    const touched = new Map<Link, LinkConditions>();
    const clogged = new Set<Link>();
    for (const link of links) touched.set(link, link.conditions);
    for (const link of touched.keys()) {
      link.cuts = 0;
      link.conditions = this.baseOf(link.from, link.to);
      link.byKind = null;
    }
    for (const { links, effect } of this.#faults.values()) {
      for (const link of links) {
        if (!touched.has(link)) continue;
        if (effect.kind === "cut") link.cuts++;
        if (effect.kind === "clog") clogged.add(link);
        if (effect.kind === "degrade") degrade(link, effect.conditions, effect.only);
      }
    }
    for (const [link, before] of touched) {
      if (link.conditions !== before) link.becomesAnotherLine();
      this.#clog(link, clogged.has(link));
    }
  }

  #clog(link: Link, clogged: boolean): void {
    const held = link.clogged;
    if (clogged) {
      link.clogged ??= [];
    } else if (held !== null) {
      link.clogged = null;
      this.#release(held);
    }
  }
}

function degrade(link: Link, conditions: LinkConditions, only: string | null): void {
  if (only === null) {
    link.conditions = conditions;
    return;
  }
  link.byKind ??= new Map();
  link.byKind.set(only, conditions);
}
