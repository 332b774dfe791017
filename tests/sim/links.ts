/**
 * The directed links of the simulated network and the faults laid over them.
 *
 * A fault has a name, and `mend(name)` takes exactly that fault away again, so overlapping faults heal independently.
 * @module
 */

import { checkConditions, longestDelayUs, RELIABLE } from "./conditions.ts";
import type { LinkConditions } from "./conditions.ts";
import { type Felt, FeltCount } from "./felt.ts";
import type { SimEvent } from "./queue.ts";

/** The conditions in force for a message, and whose doing they are. */
export interface Weather {
  readonly conditions: LinkConditions;
  /** Counts the messages that fare worse than without the fault; null where no fault is. */
  readonly felt: FeltCount | null;
  /** No message takes longer than this where no fault is. */
  readonly usualUs: number;
}

const ALWAYS_FINE: Weather = { conditions: RELIABLE, felt: null, usualUs: 0 };

/** One direction between two machines. */
export class Link {
  readonly from: number;
  readonly to: number;
  /** Keys the chance of this link: depends on the two names only. */
  readonly key: number;
  /** How many messages have entered it. */
  sent = 0;
  /** How many faults cut it at present ... */
  cuts = 0;
  /** ... and what counts for each that a message was lost to it. */
  cutBy: FeltCount[] = [];
  /** Messages that wait because the link is clogged; `null` if it is not. */
  clogged: SimEvent[] | null = null;
  /** What counts for each fault that clogs it. */
  cloggedBy: FeltCount[] = [];
  weather: Weather;
  /** The weather for some kinds of messages only; `null` (the usual case) costs nothing. */
  byKind: Map<string, Weather> | null = null;
  /** When a slow line will have finished what it was given. */
  busyUntilUs = 0;
  /** When the latest message on an in-order link arrives. */
  lastArrivalUs = 0;

  constructor(from: number, to: number, key: number, weather: Weather) {
    this.from = from;
    this.to = to;
    this.key = key;
    this.weather = weather;
  }

  /** A message is lost to the cuts. */
  feelCuts(): void {
    for (const felt of this.cutBy) felt.count++;
  }

  /** A message has to wait. */
  feelClogs(): void {
    for (const felt of this.cloggedBy) felt.count++;
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
  readonly felt: FeltCount;
  effect: Effect;
}

/** The named faults and what is in force on each link because of them. */
export class LinkFaults {
  readonly #faults = new Map<string, Fault>();
  readonly #release: (held: SimEvent[]) => void;
  #base: Weather = ALWAYS_FINE;

  /** `release` gets the messages of a link that is unclogged. */
  constructor(release: (held: SimEvent[]) => void) {
    this.#release = release;
  }

  /** The weather on a link that no fault touches; a link to oneself is always reliable. */
  baseOf(from: number, to: number): Weather {
    return from === to ? ALWAYS_FINE : this.#base;
  }

  /** Changes the conditions of all untouched links; `existing` are those that need to be told. */
  setBase(conditions: LinkConditions, existing: readonly Link[]): void {
    checkConditions(conditions);
    this.#base = { conditions, felt: null, usualUs: longestDelayUs(conditions.delay) };
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
  set(name: string, links: readonly Link[], effect: Effect): Felt {
    if (effect.kind === "degrade") checkConditions(effect.conditions);
    this.mend(name);
    const felt = new FeltCount();
    this.#faults.set(name, { links, effect, felt });
    this.#refresh(links);
    return felt;
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
    for (const link of links) touched.set(link, link.weather.conditions);
    for (const link of touched.keys()) {
      link.cutBy = [];
      link.cloggedBy = [];
      link.weather = this.baseOf(link.from, link.to);
      link.byKind = null;
    }
    for (const { links, effect, felt } of this.#faults.values()) {
      for (const link of links) {
        if (!touched.has(link)) continue;
        if (effect.kind === "cut") link.cutBy.push(felt);
        if (effect.kind === "clog") link.cloggedBy.push(felt);
        if (effect.kind === "degrade") this.#degrade(link, effect, felt);
      }
    }
    for (const [link, before] of touched) {
      link.cuts = link.cutBy.length;
      if (link.weather.conditions !== before) link.becomesAnotherLine();
      this.#clog(link, link.cloggedBy.length > 0);
    }
  }

  #degrade(link: Link, { conditions, only }: Effect & { kind: "degrade" }, felt: FeltCount): void {
    const weather: Weather = { conditions, felt, usualUs: this.baseOf(link.from, link.to).usualUs };
    if (only === null) {
      link.weather = weather;
      return;
    }
    link.byKind ??= new Map();
    link.byKind.set(only, weather);
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
