/**
 * What a link does to messages, and how long things take: plain data, ready for a fault plan in JSON.
 * @module
 */

import type { Chance } from "./chance.ts";

/** How long something takes. */
export type Delay =
  | { readonly kind: "none" }
  | { readonly kind: "fixed"; readonly ms: number }
  | { readonly kind: "uniform"; readonly lowMs: number; readonly highMs: number }
  | { readonly kind: "exponential"; readonly minMs: number; readonly meanMs: number; readonly maxMs: number };

/** The condition of one directed link. */
export interface LinkConditions {
  /** The share of messages that vanish. */
  readonly lossRate: number;
  /** The share of messages that arrive a second time, with a delay of their own. */
  readonly duplicateRate: number;
  /** How long a message takes. */
  readonly delay: Delay;
  /** The share of messages held back for `minMs` + uniform(0 .. uniform(0 .. `spreadMs`)): long reordering. */
  readonly holdBack: { readonly rate: number; readonly minMs: number; readonly spreadMs: number };
  /** How fast the link drains, as a slow line does; 0 means without limit. */
  readonly bytesPerSecond: number;
  /** True if no message may overtake an earlier one, as on one TCP connection. */
  readonly inOrder: boolean;
}

const NEVER = { rate: 0, minMs: 0, spreadMs: 0 } as const;

/** Nothing is lost and nothing takes time: the labs' reliable network. */
export const RELIABLE: LinkConditions = {
  lossRate: 0,
  duplicateRate: 0,
  delay: { kind: "none" },
  holdBack: NEVER,
  bytesPerSecond: 0,
  inOrder: false,
};

/** The labs' unreliable network, requests: 0 to 26 ms, one in ten lost. */
export const UNRELIABLE_REQUEST: LinkConditions = {
  ...RELIABLE,
  lossRate: 0.1,
  delay: { kind: "uniform", lowMs: 0, highMs: 26 },
};

/** The labs' unreliable network, replies: one in ten lost. */
export const UNRELIABLE_REPLY: LinkConditions = { ...RELIABLE, lossRate: 0.1 };

/** The labs' long reordering, replies only: two in three are held back by 200 to 2,199 ms. */
export const LONG_REORDERING_REPLY: LinkConditions = {
  ...RELIABLE,
  holdBack: { rate: 600 / 900, minMs: 200, spreadMs: 1999 },
};

/** What an unreachable peer costs a caller in the labs before it learns of it: 0 to 99 ms ... */
export const SHORT_TIMEOUT: Delay = { kind: "uniform", lowMs: 0, highMs: 99 };

/** ... or 0 to 6,999 ms while long delays are on. */
export const LONG_TIMEOUT: Delay = { kind: "uniform", lowMs: 0, highMs: 6999 };

/** A local network: 0.1 to 0.5 ms, in order. */
export const LOCAL_AREA: LinkConditions = {
  ...RELIABLE,
  delay: { kind: "uniform", lowMs: 0.1, highMs: 0.5 },
  inOrder: true,
};

/** A link at its worst: lossy, repeating, with delays up to seconds. */
export const STORM: LinkConditions = {
  ...RELIABLE,
  lossRate: 0.2,
  duplicateRate: 0.1,
  delay: { kind: "exponential", minMs: 1, meanMs: 60, maxMs: 5000 },
  holdBack: { rate: 0.05, minMs: 200, spreadMs: 4000 },
};

/** Draws a delay in whole microseconds. `who`, `nth` and `question` key the chance; uses `question` only. */
export function drawDelayUs(
  delay: Delay,
  chance: Chance,
  who: number,
  nth: number,
  question: number,
): number {
  switch (delay.kind) {
    case "none":
      return 0;
    case "fixed":
      return Math.round(delay.ms * 1000);
    case "uniform": {
      const spread = (delay.highMs - delay.lowMs) * 1000;
      return Math.round(delay.lowMs * 1000 + chance.unit(who, nth, question) * spread);
    }
    case "exponential": {
      const drawn = -Math.log(1 - chance.unit(who, nth, question)) * delay.meanMs;
      return Math.round(Math.min(delay.minMs + drawn, delay.maxMs) * 1000);
    }
  }
}

/** The longest that `delay` ever draws, in microseconds. */
export function longestDelayUs(delay: Delay): number {
  switch (delay.kind) {
    case "none":
      return 0;
    case "fixed":
      return Math.round(delay.ms * 1000);
    case "uniform":
      return Math.round(delay.highMs * 1000);
    case "exponential":
      return Math.round(delay.maxMs * 1000);
  }
}

/** Throws `RangeError` unless `delay` makes sense, so that a broken plan fails where it is applied. */
export function checkDelay(delay: Delay): void {
  const times = delay.kind === "none"
    ? []
    : delay.kind === "fixed"
    ? [0, delay.ms]
    : delay.kind === "uniform"
    ? [0, delay.lowMs, delay.highMs]
    : [0, delay.minMs, delay.maxMs];
  for (let at = 1; at < times.length; at++) {
    if (!(times[at] >= times[at - 1] && times[at] <= 1e9)) {
      throw new RangeError(
        `Cannot use the delay ${JSON.stringify(delay)}: give times that rise from 0 to at most 10^9 ms`,
      );
    }
  }
}

/** Throws `RangeError` unless `conditions` make sense. */
export function checkConditions(conditions: LinkConditions): void {
  checkDelay(conditions.delay);
  const { lossRate, duplicateRate, holdBack, bytesPerSecond } = conditions;
  for (const rate of [lossRate, duplicateRate, holdBack.rate]) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new RangeError(`Cannot use the rate ${rate}: give a number from 0 to 1`);
    }
  }
  if (!(bytesPerSecond >= 0)) {
    throw new RangeError(
      `Cannot use ${bytesPerSecond} bytes per second: give a positive number, or 0 for no limit`,
    );
  }
}
