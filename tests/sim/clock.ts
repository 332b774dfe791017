/**
 * Clocks that may be wrong: each machine's own runs from the world's virtual time with drift, jumps and stand-stills.
 * @module
 */

import type { Clock, Timer } from "../../runtime/mod.ts";
import { toMicroseconds } from "./loop.ts";
import type { Loop } from "./loop.ts";
import type { Process } from "./process.ts";
import type { EventState, SimEvent } from "./queue.ts";
import { sleepOn } from "./sleep.ts";
import { KIND } from "./trace.ts";

class TimerEvent implements SimEvent, Timer {
  readonly kind = KIND.timer;
  readonly node: number;
  readonly peer = -1;
  readonly digest: number;
  state: EventState = "idle";
  readonly process: Process;
  readonly #clock: MachineClock;
  readonly #loop: Loop;
  readonly #callback: () => void;

  constructor(loop: Loop, clock: MachineClock, process: Process, callback: () => void) {
    this.node = process.node;
    this.digest = process.incarnation;
    this.#clock = clock;
    this.#loop = loop;
    this.process = process;
    this.#callback = callback;
  }

  ready(): boolean {
    return this.process.admit(this);
  }

  fire(): void {
    this.#clock.onTimer?.();
    this.#callback();
  }

  cancel(): void {
    this.#loop.cancel(this);
  }
}

/** Keeps a time that is whole but for the last bits of a double from showing as one microsecond less. */
const ROUNDING_US = 1 / 1024;

/** A machine's clock and the ways to upset it. It outlives crashes, as hardware does. */
export class MachineClock {
  /** Hears of every timer that goes off, before its program does; `null` (the usual case) costs nothing. */
  onTimer: (() => void) | null = null;
  readonly #loop: Loop;
  readonly #node: number;
  /** Local time was `#localBaseUs` when virtual time was `#baseUs`, and runs `#rate` times as fast since. */
  #localBaseUs: number;
  #baseUs = 0;
  #rate = 1;
  /** Timers that wait for a frozen clock to go on, and how much virtual time each has left; `null` unless frozen. */
  #parked: { readonly timer: TimerEvent; readonly leftUs: number }[] | null = null;

  /**
   * The world makes it.
   * @internal
   */
  constructor(loop: Loop, node: number, originUs: number) {
    this.#loop = loop;
    this.#node = node;
    this.#localBaseUs = originUs;
  }

  /** The machine's own time in microseconds. */
  get localUs(): number {
    return Math.floor(this.#exactUs + ROUNDING_US);
  }

  /** How far it is ahead of a clock that was never upset, give or take what it started with. */
  get aheadUs(): number {
    return this.#exactUs - this.#loop.nowUs;
  }

  get #exactUs(): number {
    if (this.#parked !== null) return this.#localBaseUs;
    return this.#localBaseUs + (this.#loop.nowUs - this.#baseUs) * this.#rate;
  }

  /** From now on the clock gains `partsPerMillion` (may be negative) on true time. */
  drift(partsPerMillion: number): void {
    if (!(partsPerMillion > -1e6 && partsPerMillion <= 1e7)) {
      throw new RangeError(
        `Cannot let a clock drift by ${partsPerMillion} ppm: give more than -10^6 and at most 10^7`,
      );
    }
    this.#rebase(0);
    const rate = 1 + partsPerMillion / 1e6;
    const stretch = this.#rate / rate;
    this.#rate = rate;
    for (const { event, dueUs } of this.#loop.extract((event) => this.#owns(event))) {
      this.#loop.push(Math.ceil((dueUs - this.#loop.nowUs) * stretch), event);
    }
    this.#parked =
      this.#parked?.map(({ timer, leftUs }) => ({ timer, leftUs: Math.ceil(leftUs * stretch) })) ?? null;
    this.#note("drift", partsPerMillion);
  }

  /** The clock leaps ahead; timers that are overdue by then fire at once. Node clocks are monotonic, so it never leaps back. */
  jump(forwardMs: number): void {
    const forwardUs = toMicroseconds(forwardMs);
    this.#rebase(forwardUs);
    const sooner = Math.floor(forwardUs / this.#rate);
    for (const { event, dueUs } of this.#loop.extract((event) => this.#owns(event))) {
      this.#loop.push(Math.max(0, dueUs - this.#loop.nowUs - sooner), event);
    }
    this.#note("jump", forwardMs);
  }

  /** The clock stands still, and with it every timer; messages and disks go on. */
  freeze(): void {
    if (this.#parked !== null) return;
    this.#rebase(0);
    this.#parked = [];
    for (const { event, dueUs } of this.#loop.extract((event) => this.#owns(event))) {
      if (event instanceof TimerEvent) this.#park(event, dueUs - this.#loop.nowUs);
    }
    this.#note("freeze", 0);
  }

  /** Whether it is frozen. */
  get standsStill(): boolean {
    return this.#parked !== null;
  }

  /** A frozen clock goes on where it stood. */
  thaw(): void {
    if (this.#parked === null) return;
    const parked = this.#parked;
    this.#parked = null;
    this.#baseUs = this.#loop.nowUs;
    for (const { timer, leftUs } of parked) {
      if (timer.state === "held") this.#loop.push(leftUs, timer);
    }
    this.#note("thaw", 0);
  }

  /**
   * The clock as one incarnation sees it; it arms nothing any more once that is dead.
   * @internal
   */
  face(process: Process): Clock {
    const face: Clock = {
      now: () => this.localUs / 1000,
      setTimer: (delayMs, callback) => this.#arm(process, delayMs, callback),
      sleep: (delayMs, signal) => sleepOn(face, delayMs, signal),
    };
    return face;
  }

  #arm(process: Process, delayMs: number, callback: () => void): Timer {
    const timer = new TimerEvent(this.#loop, this, process, callback);
    const localUs = toMicroseconds(delayMs);
    // Rounded up: a timer must never fire before its own clock shows the time it was set for.
    const delayUs = this.#rate === 1 ? localUs : Math.ceil(localUs / this.#rate);
    if (!process.alive) return timer;
    if (this.#parked === null) this.#loop.push(delayUs, timer);
    else this.#park(timer, delayUs);
    return timer;
  }

  #park(timer: TimerEvent, leftUs: number): void {
    timer.state = "held";
    this.#parked?.push({ timer, leftUs });
  }

  #owns(event: SimEvent): boolean {
    return event instanceof TimerEvent && event.node === this.#node;
  }

  #rebase(forwardUs: number): void {
    this.#localBaseUs = this.#exactUs + forwardUs;
    this.#baseUs = this.#loop.nowUs;
  }

  #note(what: string, amount: number): void {
    this.#loop.trace.fold(this.#loop.nowUs, KIND.fault, this.#node, -1, Math.round(amount * 1000));
    if (this.#loop.trace.recording) this.#loop.trace.describe(`clock ${what} ${amount}`);
  }
}
