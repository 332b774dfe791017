import type { FastResult } from "./result.ts";

type Illegal = Extract<FastResult, { verdict: "illegal" }>;

/** A get read what nothing has written. */
export function unexplained(get: number): Illegal {
  return {
    verdict: "illegal",
    suspects: [get],
    reason: "what it read is not made of anything that was written",
  };
}

/** Two gets read texts that cannot both have been there. */
export function forked(left: number, right: number): Illegal {
  return { verdict: "illegal", suspects: [left, right], reason: "neither text continues the other" };
}

/** The texts of two gets, or one text, hold an operation in two places. */
export function seenTwice(left: number, right: number): Illegal {
  const suspects = left === right ? [left] : [left, right];
  return { verdict: "illegal", suspects, reason: "one operation seems to have taken effect twice" };
}
