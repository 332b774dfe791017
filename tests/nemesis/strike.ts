/**
 * A fault that was begun: how it ends, and whether it was felt.
 * @module
 */

import type { MachineClock } from "../sim/clock.ts";
import type { Felt } from "../sim/felt.ts";
import type { Machine } from "../sim/machine.ts";

/** See the module's page. */
export interface Strike {
  /** Ends the fault. */
  readonly end: () => void;
  /**
   * Whether anything has happened otherwise so far than it would have without the fault: a message was lost, a process is dead, a clock
   * shows another time. To have called an injector proves nothing.
   */
  readonly felt: () => boolean;
}

/** A fault whose injector counts. */
export function counted(felt: Felt, end: () => void): Strike {
  return { end, felt: () => felt.count > 0 };
}

/** A fault that upsets a clock: it must show another time than it would have, by a microsecond at least, when the fault ends. */
export function onClock(clock: MachineClock, begin: () => void, end: () => void): Strike {
  const before = clock.aheadUs;
  begin();
  let gainedUs: number | null = null;
  return {
    end() {
      gainedUs ??= clock.aheadUs - before;
      end();
    },
    felt: () => Math.abs(gainedUs ?? clock.aheadUs - before) >= 1,
  };
}

/** Kills by `kill`; says how many of `machines` lived before and did not afterwards. */
export function deathsBy(machines: readonly Machine[], kill: () => void): number {
  const alive = machines.filter(({ running }) => running);
  kill();
  return alive.filter(({ running }) => !running).length;
}
