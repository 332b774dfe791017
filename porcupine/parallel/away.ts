import { checkUnnamed } from "../check.ts";
import { hostNow } from "../clock.ts";
import {
  type CheckOptions,
  type Model,
  type ModelSource,
  type Operation,
  PorcupineError,
  type UnknownVerdict,
  type Verdict,
} from "../types.ts";
import { survives } from "../copies.ts";
import { after, Helper, rest } from "../workers.ts";
import type { Failure } from "./messages.ts";

/** So long a check stays here: most are over by then, and starting a thread takes half as long. */
const STAY_MS = 25;
/** So many operations are copied before this thread listens again. */
const PIECE = 4096;
/** A thread that was told to stop and has not said so by then is ended: it may be within a step that does not return. */
const GRACE_MS = 40;
/** One that has not loaded its model by then is done without: its module may wait for something that only this thread has. */
const LOAD_MS = 5000;
/** A host's timer goes off at once if it is set to more. */
const LONGEST_MS = 2 ** 31 - 1;

/** A check that somebody may stop. */
export interface AwayOptions extends CheckOptions {
  /** Stops the check. */
  readonly signal: AbortSignal;
  /** Threads besides this one. */
  readonly workers: number;
}

/**
 * A check that can be stopped by a signal. A thread that searches hears no signal; so, if a check takes long, it is made in
 * another thread, while this one listens. Answers `undefined` if that cannot be done here.
 */
export async function checkAway<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: AwayOptions,
): Promise<Verdict | undefined> {
  const now = options.now ?? hostNow;
  const start = now();
  const timeLimitMs = Math.min(STAY_MS, options.timeLimitMs ?? STAY_MS);
  const verdict = checkUnnamed(model, operations, { ...options, timeLimitMs });
  // Within its time no limit can have cut anything short. An earlier limit is the caller's.
  if (now() - start < timeLimitMs || timeLimitMs < STAY_MS) return verdict;
  const { source } = model;
  // Another thread has another clock, and without shared memory nothing could be told to it while it works.
  if (source === undefined || options.workers < 1 || options.now !== undefined) return undefined;
  if (typeof SharedArrayBuffer === "undefined") return undefined;
  const visit = new Visit(source, options);
  try {
    const outcome = await visit.check(operations, () => (options.timeLimitMs ?? Infinity) - (now() - start));
    return outcome?.kind === "unknown" ? further(outcome, verdict, operations) : outcome;
  } finally {
    visit.end();
  }
}

type Outcome = Verdict | "unstarted" | Failure;

/** What is known of a check that another thread has not finished, if that thread says nothing. */
function cutShort(reason: UnknownVerdict["reason"]): UnknownVerdict {
  return { kind: "unknown", reason, linearizableUpTo: -1, partitions: [] };
}

/**
 * Two checks of one history were cut short, the second by `last`: what either has found out is true. One that has just begun in
 * another thread, where no code is warm, may have come less far than the one before it.
 */
export function further<Input, Output>(
  last: UnknownVerdict,
  before: Verdict,
  operations: readonly Operation<Input, Output>[],
): UnknownVerdict {
  if (before.kind !== "unknown" || reach(before, operations) <= reach(last, operations)) return last;
  return { ...before, reason: last.reason };
}

/** The instant up to which a history is known to be linearizable. */
function reach<Input, Output>(
  { linearizableUpTo }: UnknownVerdict,
  operations: readonly Operation<Input, Output>[],
): number {
  const outcome = operations[linearizableUpTo]?.outcome;
  return outcome?.status === "ok" ? outcome.returnAt : -Infinity;
}

/** One check in another thread. */
class Visit {
  readonly #options: AwayOptions;
  readonly #stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #helper: Helper;
  readonly #outcome: Promise<Outcome>;
  readonly #ready: Promise<void>;
  #settle: (outcome: Outcome) => void = () => {};
  #begin: () => void = () => {};
  #cancelGrace: () => void = () => {};
  #cancelLimit: () => void = () => {};

  constructor(source: ModelSource, options: AwayOptions) {
    this.#options = options;
    this.#outcome = new Promise((resolve) => this.#settle = resolve);
    this.#ready = new Promise((resolve) => this.#begin = resolve);
    this.#helper = new Helper();
    this.#helper.employer = {
      hear: (reply) => {
        if (reply.kind === "ready") this.#begin();
        if (reply.kind === "checked") this.#settle(reply.verdict);
      },
      fail: (failure) => this.#settle(failure),
      lose: () => this.#settle("unstarted"),
    };
    if (this.#helper.hasStarted) this.#helper.load(source, null);
    else this.#settle("unstarted");
    options.signal.addEventListener("abort", this.#abort);
    if (options.signal.aborted) this.#abort();
  }

  /** Sends the operations and waits for the verdict; `undefined` if they cannot be sent. */
  async check<Input, Output>(
    operations: readonly Operation<Input, Output>[],
    timeLeftMs: () => number,
  ): Promise<Verdict | undefined> {
    const { explain, strategy, memoryLimitBytes, timeLimitMs, workers } = this.#options;
    if (timeLimitMs !== undefined) {
      // The thread looks at its limits itself, unless it is within a step, or has never come so far.
      const leftMs = Math.min(LONGEST_MS, Math.max(0, timeLeftMs()) + GRACE_MS);
      this.#cancelLimit = after(leftMs, () => this.#settle(cutShort("time")));
    }
    for (let at = 0; at < operations.length; at += PIECE) {
      // Of a history that is not there as a whole nothing can be said.
      if (Atomics.load(this.#stop, 0) === 1) return cutShort("aborted");
      if (timeLeftMs() <= 0) return cutShort("time");
      const piece = operations.slice(at, at + PIECE);
      if (!survives(piece) || !this.#helper.send({ kind: "operations", operations: piece })) return undefined;
      await rest(0, () => {});
    }
    const cancelLoad = after(LOAD_MS, () => this.#settle("unstarted"));
    await Promise.race([this.#ready, this.#outcome]);
    cancelLoad();
    this.#helper.send({
      kind: "check",
      options: {
        ...(explain !== undefined && { explain }),
        ...(strategy !== undefined && { strategy }),
        ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
        ...(timeLimitMs !== undefined && { timeLimitMs: Math.max(0, timeLeftMs()) }),
      },
      workers: workers - 1,
      stop: this.#stop,
    });
    const outcome = await this.#outcome;
    if (outcome === "unstarted") return undefined;
    if (outcome.kind === "failed") throw new PorcupineError(outcome.code, outcome.message);
    return outcome;
  }

  /** Ends the thread. */
  end(): void {
    this.#options.signal.removeEventListener("abort", this.#abort);
    this.#cancelGrace();
    this.#cancelLimit();
    this.#helper.end();
  }

  readonly #abort = (): void => {
    Atomics.store(this.#stop, 0, 1);
    this.#cancelGrace = after(GRACE_MS, () => this.#settle(cutShort("aborted")));
  };
}
