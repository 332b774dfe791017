/**
 * Virtual time: one queue of events, and after each event one exact drain of the microtasks.
 *
 * Time stands still until all promises that can move have moved, so an `await` costs no virtual time and no run depends on
 * how many `await`s a program makes. Inside, time is whole microseconds; clocks show milliseconds.
 * @module
 */

import type { Clock, Timer } from "../../runtime/mod.ts";
import { SimulationError } from "./errors.ts";
import type { SimulationErrorCode } from "./errors.ts";
import { inMacrotask, probeSyncDrain, watchUncaught } from "./host.ts";
import { EventQueue } from "./queue.ts";
import type { EventState, ExtractedEvent, SimEvent } from "./queue.ts";
import { sleepOn } from "./sleep.ts";
import { KIND, Trace } from "./trace.ts";

/** How the loop lets promises run: `auto` takes the synchronous drain where there is one, `macrotask` never does. */
export type Drain = "auto" | "macrotask";

/** How a loop is made. */
export interface LoopOptions {
  /** Named in every error, so that a failure can be replayed. */
  readonly seed: number;
  /** Gets every event. */
  readonly trace: Trace;
  /** How promises are let run. */
  readonly drain: Drain;
  /** Runs before the first event of a slice; what it returns runs after the last one. The guard lives here. */
  readonly aroundSlice: () => () => void;
  /** True for a rejection that may go unhandled: the last words of a crashed process. */
  readonly isExpected: (error: unknown) => boolean;
}

/** What a loop does if nobody says otherwise: the fastest drain, no guard, no rejection forgiven. */
export function plainLoopOptions(seed: number): LoopOptions {
  return {
    seed,
    trace: new Trace({ recording: false }),
    drain: "auto",
    aroundSlice: () => () => {},
    isExpected: () => false,
  };
}

/** When a run ends; it ends at the first of them. */
export interface RunLimits {
  /** Runs all events due until this virtual time, and leaves the clock there. */
  readonly untilMs?: number;
  /** Asked before the first and after each event. */
  readonly until?: () => boolean;
  /** A fuse against endless runs: more events than this are an error. */
  readonly maxEvents?: number;
}

/** Why a run ended. `idle`: nothing is scheduled any more. */
export type RunEnd = "time" | "until" | "idle" | "stopped";

/** What a run did. */
export interface RunResult {
  /** Why it ended. */
  readonly end: RunEnd;
  /** What `stop` was given, else empty. */
  readonly stopReason: string;
  /** Events of this run. */
  readonly events: number;
  /** Virtual time at its end. */
  readonly nowMs: number;
}

/** A macrotask hop after this many events lets Ctrl-C, and rejections nobody handled, be heard. */
const SLICE_EVENTS = 16384;

class CallbackEvent implements SimEvent, Timer {
  readonly kind = KIND.control;
  readonly node = -1;
  readonly peer = -1;
  readonly digest = 0;
  state: EventState = "idle";
  readonly #queue: EventQueue;
  readonly #callback: () => void;

  constructor(queue: EventQueue, callback: () => void) {
    this.#queue = queue;
    this.#callback = callback;
  }

  ready(): boolean {
    return true;
  }

  fire(): void {
    this.#callback();
  }

  cancel(): void {
    this.#queue.cancel(this);
  }
}

/** Delays in milliseconds become whole microseconds here and nowhere else. Throws `RangeError` for nonsense. */
export function toMicroseconds(delayMs: number): number {
  if (!(delayMs >= 0 && delayMs <= 1e12)) {
    throw new RangeError(`Cannot wait ${delayMs} ms: give a number from 0 to 10^12`);
  }
  return Math.round(delayMs * 1000);
}

/** A run in progress. */
interface Run {
  readonly untilUs: number;
  readonly until: (() => boolean) | null;
  readonly lastEvent: number;
  readonly firstEvent: number;
  readonly finish: (end: RunEnd) => void;
}

let running = false;

/** See the module's page. */
export class Loop {
  /** The seed, for messages. */
  readonly seed: number;
  /** The fingerprint and log. */
  readonly trace: Trace;
  /** Called after each event and its drain; laws live here. It may call `stop`, or throw to fail the run. */
  afterEvent: ((event: SimEvent) => void) | null = null;
  /** The world's own undisturbed clock, for scripts and nemeses. */
  readonly clock: Clock;
  readonly #queue = new EventQueue();
  readonly #options: LoopOptions;
  #nowUs = 0;
  #events = 0;
  #stopReason: string | null = null;
  #failure: SimulationError | null = null;
  #last: SimEvent | null = null;

  /** A loop at virtual time 0 with nothing scheduled. */
  constructor(options: LoopOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.trace = options.trace;
    this.clock = {
      now: () => this.#nowUs / 1000,
      setTimer: (delayMs: number, callback: () => void) => this.schedule(delayMs, callback),
      sleep: (delayMs: number, signal?: AbortSignal) => sleepOn(this.clock, delayMs, signal),
    };
  }

  /** Virtual time in microseconds. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Events since the beginning. */
  get events(): number {
    return this.#events;
  }

  /** Scheduled events. */
  get pending(): number {
    return this.#queue.pending;
  }

  /** Runs `callback` once, `delayMs` from now, when everything already due by then has happened. */
  schedule(delayMs: number, callback: () => void): Timer {
    const event = new CallbackEvent(this.#queue, callback);
    this.#queue.push(this.#nowUs + toMicroseconds(delayMs), event);
    return event;
  }

  /** Adds an event of the world's own kinds, due `delayUs` (whole microseconds) from now. */
  push(delayUs: number, event: SimEvent): void {
    this.#queue.push(this.#nowUs + delayUs, event);
  }

  /** Takes back a scheduled or held event; harmless afterwards. */
  cancel(event: SimEvent): void {
    this.#queue.cancel(event);
  }

  /** Takes all scheduled events that match out of the queue and returns them in order; slow, for faults. */
  extract(matches: (event: SimEvent) => boolean): ExtractedEvent[] {
    return this.#queue.extract(matches);
  }

  /** Ends the present run after the present event, without an error. */
  stop(reason: string): void {
    this.#stopReason ??= reason;
  }

  /** Ends the present run after the present event; the run rejects with the first failure. */
  fail(cause: unknown, code: SimulationErrorCode = "failed"): void {
    if (this.#failure !== null) return;
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const where = `The simulation with seed ${this.seed} failed at ${this.#nowUs / 1000} ms of virtual time`;
    this.#failure = new SimulationError(code, `${where} (event ${this.#events}): ${what}`, { cause });
  }

  /**
   * Runs events until a limit is met, nothing is left, or somebody stops it.
   * Rejects with `SimulationError` after the first failure.
   */
  run(limits: RunLimits = {}): Promise<RunResult> {
    return this.#start(limits, () => {});
  }

  /**
   * Runs `script` inside the simulation, as an inhabitant that no fault touches, until it settles; resolves with its
   * value or rejects with its error. Whatever is still scheduled then waits for the next run. A script that has not settled
   * at `untilMs` of virtual time, or that nothing can wake any more, is an error.
   */
  async play<T>(script: () => Promise<T>, limits: Omit<RunLimits, "until"> = {}): Promise<T> {
    let settled = false;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    promise.then(() => settled = true, () => settled = true);
    const begin = () => void script().then(resolve, reject);
    const result = await this.#start({ ...limits, until: () => settled }, begin);
    if (settled) return await promise;
    const why = result.end === "stopped"
      ? `the run was stopped: ${result.stopReason}`
      : result.end === "time"
      ? "it had to end by then"
      : "nothing is scheduled to wake it";
    throw new SimulationError(
      "standstill",
      `A script still waits at ${result.nowMs} ms of virtual time (seed ${this.seed}), but ${why}`,
    );
  }

  #start(limits: RunLimits, begin: () => void): Promise<RunResult> {
    if (running) {
      const message = "Cannot run two simulations at once in one realm: await the first one, or use workers";
      return Promise.reject(new SimulationError("busy", message));
    }
    running = true;
    this.#stopReason = null;
    this.#failure = null;
    const unwatch = watchUncaught((error) => {
      if (!this.#options.isExpected(error)) this.fail(error);
    });
    const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
    const run: Run = {
      untilUs: limits.untilMs === undefined ? Infinity : toMicroseconds(limits.untilMs),
      until: limits.until ?? null,
      firstEvent: this.#events,
      lastEvent: this.#events + (limits.maxEvents ?? Infinity),
      finish: (end) => {
        unwatch();
        running = false;
        const events = this.#events - run.firstEvent;
        if (this.#failure !== null) reject(this.#failure);
        else resolve({ end, stopReason: this.#stopReason ?? "", events, nowMs: this.#nowUs / 1000 });
      },
    };
    inMacrotask(() => {
      const drain = this.#options.drain === "auto" ? probeSyncDrain() : null;
      if (drain === null) this.#runByMacrotasks(run, begin);
      else this.#runSlice(run, drain, begin);
    });
    return promise;
  }

  /** The fast way: many events in one macrotask, each followed by a synchronous drain. */
  #runSlice(run: Run, drain: () => void, begin: () => void): void {
    const endSlice = this.#options.aroundSlice();
    let end: RunEnd | null = null;
    try {
      begin();
      drain();
      for (let left = SLICE_EVENTS; left > 0; left--) {
        end = this.#next(run);
        if (end !== null) break;
        drain();
        if (this.afterEvent !== null && this.#last !== null) this.afterEvent(this.#last);
      }
    } catch (error) {
      this.fail(error);
    }
    try {
      drain();
    } finally {
      endSlice();
    }
    inMacrotask(() => {
      if (end !== null || this.#failure !== null) run.finish(end ?? "stopped");
      else this.#runSlice(run, drain, () => {});
    });
  }

  /** The portable way: one macrotask for each event; the engine drains the microtasks in between. */
  #runByMacrotasks(run: Run, begin: () => void): void {
    const endSlice = this.#options.aroundSlice();
    const step = (action: () => RunEnd | null): void => {
      let end: RunEnd | null = null;
      try {
        end = action();
      } catch (error) {
        this.fail(error);
      }
      inMacrotask(() => {
        if (end === null && this.#failure === null) return step(afterDrain);
        endSlice();
        run.finish(end ?? "stopped");
      });
    };
    const afterDrain = (): RunEnd | null => {
      if (this.afterEvent !== null && this.#last !== null) this.afterEvent(this.#last);
      return this.#next(run);
    };
    this.#last = null;
    step(() => {
      begin();
      return null;
    });
  }

  /** Fires the next event; anything but `null` means that there is none to fire in this run. */
  #next(run: Run): RunEnd | null {
    if (this.#failure !== null || this.#stopReason !== null) return "stopped";
    if (run.until !== null && run.until()) return "until";
    for (;;) {
      const dueUs = this.#queue.nextTime();
      if (dueUs === Infinity || dueUs > run.untilUs) {
        if (run.untilUs === Infinity) return "idle";
        if (run.untilUs > this.#nowUs) this.#nowUs = run.untilUs;
        return "time";
      }
      const event = this.#queue.pop();
      this.#nowUs = dueUs;
      if (!event.ready()) continue;
      if (this.#events >= run.lastEvent) {
        this.fail(
          new Error("more events than the run's maxEvents allows: something never comes to rest"),
          "budget",
        );
        return "stopped";
      }
      this.#events++;
      this.trace.fold(dueUs, event.kind, event.node, event.peer, event.digest);
      this.#last = event;
      event.fire();
      return null;
    }
  }
}
