/**
 * The simulated world: machines, one network, one virtual time, all from one seed.
 * @module
 */

import { DiskError, hashLabel, mix, seededRandom } from "../../runtime/mod.ts";
import type { Clock, Random } from "../../runtime/mod.ts";
import { MachineClock } from "./clock.ts";
import type { Delay, LinkConditions } from "./conditions.ts";
import { RELIABLE } from "./conditions.ts";
import { HEALTHY_SYNC, SimDisk } from "./disk.ts";
import { Guard } from "./guard.ts";
import { forgiveRejections } from "./host.ts";
import { Loop } from "./loop.ts";
import type { Drain, RunLimits, RunResult } from "./loop.ts";
import { Machine } from "./machine.ts";
import { SimNetwork } from "./network.ts";
import { ProcessCrash } from "./process.ts";
import type { SimEvent } from "./queue.ts";
import { Switchboard } from "./switchboard.ts";
import type { Isolation } from "./switchboard.ts";
import { KIND, Trace } from "./trace.ts";

/** How a world is made. */
export interface WorldOptions {
  /** Everything that happens follows from it and from the programs. A safe integer. */
  readonly seed: number;
  /** How messages are kept from being shared: the real codec (default `wire`), or the codec's `copy`, which is faster. */
  readonly isolation?: Isolation;
  /** The conditions of all links; default `RELIABLE`. */
  readonly conditions?: LinkConditions;
  /** How long a healthy disk takes for a sync; default 0.1 to 0.5 ms. */
  readonly syncDelay?: Delay;
  /** Keeps the whole event log; default false. */
  readonly record?: boolean;
  /** Lets the trace cover the bytes of every message, too, with wire isolation; default false. */
  readonly traceContent?: boolean;
  /** Whether asking the real world is an error while the simulation runs; default true. */
  readonly guard?: boolean;
  /** How promises are let run; default `auto`. */
  readonly drain?: Drain;
  /** Whether each machine's clock starts somewhere else, as monotonic clocks do; default true. Else all start at 0. */
  readonly scatterClocks?: boolean;
}

/** Machines' clocks start this far apart at most. */
const SCATTER_US = 3_600_000_000;

/** See the module's page. */
export class World {
  /** The seed everything follows from. */
  readonly seed: number;
  /** How messages are kept from being shared. */
  readonly isolation: Isolation;
  /** The fingerprint and, if asked for, the event log. */
  readonly trace: Trace;
  /** The network and what may go wrong with it. */
  readonly network: SimNetwork;
  /** The loop itself, for those who schedule. */
  readonly loop: Loop;
  readonly #board: Switchboard;
  readonly #machines = new Map<string, Machine>();
  readonly #syncDelay: Delay;
  readonly #scatterClocks: boolean;

  /** A world at virtual time 0 without machines. */
  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.isolation = options.isolation ?? "wire";
    this.#syncDelay = options.syncDelay ?? HEALTHY_SYNC;
    this.#scatterClocks = options.scatterClocks ?? true;
    this.trace = new Trace({ recording: options.record ?? false });
    const guard = options.guard === false ? null : new Guard((error) => this.loop.fail(error, "ambient"));
    this.loop = new Loop({
      seed: options.seed,
      trace: this.trace,
      drain: options.drain ?? "auto",
      aroundSlice: () => guard === null ? () => {} : guard.install(),
      isExpected: isLastWord,
    });
    this.#board = new Switchboard(this.loop, {
      isolation: this.isolation,
      traceContent: options.traceContent ?? false,
    });
    this.network = new SimNetwork(this.#board);
    this.network.setConditions(options.conditions ?? RELIABLE);
  }

  /** True time, which no fault touches; for scripts, clients' histories and nemeses. */
  get clock(): Clock {
    return this.loop.clock;
  }

  /** True time in milliseconds. */
  get nowMs(): number {
    return this.loop.nowUs / 1000;
  }

  /** Called after each event and the promises it moved; laws live here. It may call `stop`, or throw to fail the run. */
  set afterEvent(observer: ((event: SimEvent) => void) | null) {
    this.loop.afterEvent = observer;
  }

  /** All machines, in the order in which they were made. */
  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  /** The machine of that name; made on first mention. */
  machine(name: string): Machine {
    const known = this.#machines.get(name);
    if (known !== undefined) return known;
    const node = this.#machines.size;
    const originUs = this.#scatterClocks
      ? mix(this.seed >>> 0, hashLabel(name)) / 4294967296 * SCATTER_US
      : 0;
    const machine = new Machine(name, node, {
      loop: this.loop,
      board: this.#board,
      disk: new SimDisk(this.loop, { node, name }, this.#syncDelay),
      clock: new MachineClock(this.loop, node, Math.floor(originUs)),
    });
    this.trace.name(node, name);
    this.#board.addMachine(node, name);
    this.#machines.set(name, machine);
    return machine;
  }

  /** Chance for a purpose of the world itself (a workload, a nemesis), apart from every machine's. */
  random(purpose: string): Random {
    return seededRandom(this.seed).split(`world ${purpose}`);
  }

  /** Puts a remark into the trace: a client's operation, a phase of a test. Only words that follow from the seed. */
  note(words: string): void {
    this.trace.fold(this.loop.nowUs, KIND.note, -1, -1, hashLabel(words) | 0);
    if (this.trace.recording) this.trace.describe(words);
  }

  /** See `Loop.run`. */
  run(limits: RunLimits = {}): Promise<RunResult> {
    return this.loop.run(limits);
  }

  /** See `Loop.play`. */
  play<T>(script: () => Promise<T>, limits: Omit<RunLimits, "until"> = {}): Promise<T> {
    return this.loop.play(script, limits);
  }

  /** Ends the present run after the present event, without an error. */
  stop(reason: string): void {
    this.loop.stop(reason);
  }

  /** Ends the present run after the present event with an error; for laws that find a violation in a callback. */
  fail(error: unknown): void {
    this.loop.fail(error);
  }

  /** Crashes everything, so that no promise and no timer outlives the world. */
  end(): void {
    for (const machine of this.#machines.values()) machine.crash("kept");
  }
}

/** Rejections with which dead processes end, whatever they are wrapped in; nobody needs to handle them. */
function isLastWord(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProcessCrash || (cause instanceof DiskError && cause.code === "closed")) return true;
  }
  return false;
}

forgiveRejections(isLastWord);
