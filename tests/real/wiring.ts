/**
 * Every pair of nodes has a line of its own in each direction, so that one can be bad or silent alone.
 *
 * Faults have names and may overlap: a link is cut as long as one of them cuts it, and of those that turn it bad the latest counts.
 * @module
 */

import { type Random, seededRandom } from "../../runtime/mod.ts";
import { type LinkConditions, LOCAL_AREA, RELIABLE } from "../sim/conditions.ts";
import type { LinkPair } from "../sim/shapes.ts";
import { frameSlicer } from "./frame_slicer.ts";
import { LinkWeather, type Weather } from "./link_weather.ts";
import { type Direction, OPEN, type Piece, Proxy } from "./proxy.ts";

/** Hears of every message between nodes. `number` tells apart what is under way from `from` to `to`. */
export type MessageListener = (
  what: "sent" | "arrived",
  message: { readonly from: string; readonly to: string; readonly piece: Piece; readonly number: number },
) => void;

/** How a wiring is made. */
export interface WiringOptions {
  /** Draws the fate of messages. @default {seed 0} */
  readonly random?: Random;
  readonly listener?: MessageListener;
}

type Fault =
  | { readonly kind: "cut"; readonly links: ReadonlySet<string> }
  | { readonly kind: "bad"; readonly links: ReadonlySet<string>; readonly weather: Weather };

/** The lines among some nodes. */
export class Wiring implements AsyncDisposable {
  readonly #lines = new Map<string, Proxy>();
  readonly #weathers = new Map<string, LinkWeather>();
  readonly #faults = new Map<string, Fault>();
  readonly #names: readonly string[];
  /** What every link is like when nothing special is wrong with it. */
  #usual: LinkConditions = RELIABLE;

  /** `ports` are where the nodes listen, by their names. */
  constructor(ports: ReadonlyMap<string, number>, options: WiringOptions = {}) {
    const { random = seededRandom(0), listener } = options;
    this.#names = [...ports.keys()];
    for (const from of this.#names) {
      for (const [to, port] of ports) {
        if (to === from) continue;
        const told = listener &&
          ((direction: Direction, what: "sent" | "arrived", piece: Piece, nth: number) => {
            const ends = direction === "forth" ? { from, to } : { from: to, to: from };
            // Both lines between two nodes carry messages in both directions: their numbers must not meet.
            listener(what, { ...ends, piece, number: nth * 2 + (from < to ? 0 : 1) });
          });
        this.#lines.set(
          key(from, to),
          new Proxy(port, { slicer: frameSlicer, ...(told && { listener: told }) }),
        );
        this.#weathers.set(key(from, to), new LinkWeather(random.split(`link ${key(from, to)}`)));
      }
    }
  }

  /** Where `from` calls `to`. */
  address(from: string, to: string): string {
    return `127.0.0.1:${this.#line(from, to).port}`;
  }

  /** What is said on `links` does not arrive until this is mended. */
  cut(fault: string, links: readonly LinkPair[]): void {
    this.#begin(fault, { kind: "cut", links: setOf(links) });
  }

  /** Messages on `links`, or only those of one kind, fare as `conditions` say. */
  degrade(
    fault: string,
    links: readonly LinkPair[],
    conditions: LinkConditions,
    only: string | null = null,
  ): void {
    this.#begin(fault, { kind: "bad", links: setOf(links), weather: { conditions, only } });
  }

  /** Ends a fault; harmless if it has ended. */
  mend(fault: string): void {
    if (this.#faults.delete(fault)) this.#apply();
  }

  /** Everything is as good as new. */
  mendAll(): void {
    this.#faults.clear();
    this.#usual = RELIABLE;
    this.#apply();
  }

  /** What the links are like when nothing special is wrong. Loopback is a local network by itself. */
  setConditions(conditions: LinkConditions): void {
    const local = JSON.stringify(conditions) === JSON.stringify(LOCAL_AREA);
    this.#usual = local ? RELIABLE : conditions;
    this.#apply();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line[Symbol.asyncDispose]()));
  }

  #begin(fault: string, what: Fault): void {
    this.#faults.set(fault, what);
    this.#apply();
  }

  /** What `from` says to `to` passes two lines, whoever of the two opened the connection. */
  #apply(): void {
    for (const from of this.#names) {
      for (const to of this.#names) {
        if (from === to) continue;
        const link = key(from, to);
        const state = this.#stateOf(link);
        this.#line(from, to).set("forth", state);
        this.#line(to, from).set("back", state);
      }
    }
  }

  #stateOf(link: string): Parameters<Proxy["set"]>[1] {
    const mine = [...this.#faults.values()].filter(({ links }) => links.has(link));
    if (mine.some(({ kind }) => kind === "cut")) return { kind: "cut" };
    const weathers: Weather[] = this.#usual === RELIABLE ? [] : [{ conditions: this.#usual, only: null }];
    for (const fault of mine) if (fault.kind === "bad") weathers.push(fault.weather);
    if (weathers.length === 0) return OPEN;
    const weather = this.#weathers.get(link);
    return { kind: "bad", fate: (piece) => weather?.fate(piece, weathers, performance.now()) ?? [0] };
  }

  #line(from: string, to: string): Proxy {
    const line = this.#lines.get(key(from, to));
    if (line === undefined) throw new RangeError(`Cannot find a line from ${from} to ${to}: name two nodes`);
    return line;
  }
}

function setOf(links: readonly LinkPair[]): ReadonlySet<string> {
  return new Set(links.map(([from, to]) => key(from, to)));
}

function key(from: string, to: string): string {
  return `${from} ${to}`;
}
