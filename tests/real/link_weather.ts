/**
 * What becomes of each message on one directed link, drawn from the conditions that are in force.
 * @module
 */

import type { Random } from "../../runtime/mod.ts";
import type { Delay, LinkConditions } from "../sim/conditions.ts";
import type { Piece } from "./proxy.ts";

/** Conditions for all messages, or for those of one kind. */
export interface Weather {
  readonly conditions: LinkConditions;
  /** The kind that is meant; null for all. */
  readonly only: string | null;
}

/** See the module's page. */
export class LinkWeather {
  readonly #random: Random;
  /** When the last message that may not be overtaken is due. */
  #lastMs = 0;
  /** When the line has room for the next byte. */
  #freeMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** How many milliseconds later each copy of `piece` arrives. `weathers`: the latest one that means it is in force. */
  fate(piece: Piece, weathers: readonly Weather[], nowMs: number): readonly number[] {
    const conditions = weathers.findLast(({ only }) => only === null || only === piece.kind)?.conditions;
    if (conditions === undefined) return [0];
    const random = this.#random;
    const { lossRate, duplicateRate, holdBack, bytesPerSecond, inOrder } = conditions;
    // Drawn for every message, so that what becomes of one does not hang on the fate of another.
    const [lost, twice] = [random.chance(lossRate), random.chance(duplicateRate)];
    if (lost) return [];
    const copies = twice ? 2 : 1;
    return Array.from({ length: copies }, () => {
      let dueMs = nowMs + drawDelayMs(conditions.delay, random);
      if (random.chance(holdBack.rate)) {
        dueMs += holdBack.minMs + random.next() * random.next() * holdBack.spreadMs;
      }
      if (bytesPerSecond > 0) {
        this.#freeMs = Math.max(this.#freeMs, nowMs) + piece.bytes.length / bytesPerSecond * 1000;
        dueMs = Math.max(dueMs, this.#freeMs);
      }
      if (inOrder) dueMs = this.#lastMs = Math.max(this.#lastMs, dueMs);
      return dueMs - nowMs;
    });
  }
}

/** Draws how long something takes, in milliseconds. */
export function drawDelayMs(delay: Delay, random: Random): number {
  switch (delay.kind) {
    case "none":
      return 0;
    case "fixed":
      return delay.ms;
    case "uniform":
      return delay.lowMs + random.next() * (delay.highMs - delay.lowMs);
    case "exponential":
      return Math.min(delay.minMs - Math.log(1 - random.next()) * delay.meanMs, delay.maxMs);
  }
}
