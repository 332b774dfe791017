import type { StepContext } from "../types.ts";

/** To be called in each round of a long loop; throws {@linkcode CutShort} once nobody needs the answer any more. */
export type Patience = () => void;

/** Thrown in the middle of what takes too long; whoever began it catches it. */
export class CutShort extends Error {
  /** Builds it. */
  constructor() {
    super("a limit of the check has struck");
    this.name = "CutShort";
  }
}

/** Whoever waits, waits to the end. */
export const ENDLESS: Patience = () => {};

/** A round takes less than a microsecond, but one that reads a long list takes as many as that has elements. */
const ROUNDS = 64;

/** As long as a check goes on: it is asked now and then. */
export function patienceOf(context: StepContext): Patience {
  let left = ROUNDS;
  return () => {
    if (--left > 0) return;
    left = ROUNDS;
    if (context.expired()) throw new CutShort();
  };
}
