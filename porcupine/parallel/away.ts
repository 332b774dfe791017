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
    return await visit.check(operations, () => (options.timeLimitMs ?? Infinity) - (now() - start));
  } finally {
    visit.end();
  }
}

type Outcome = Verdict | "unstarted" | Failure;

const STOPPED: UnknownVerdict = { kind: "unknown", reason: "aborted", linearizableUpTo: -1, partitions: [] };

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
    if (this.#helper.hasStarted) this.#helper.load(source);
    else this.#settle("unstarted");
    options.signal.addEventListener("abort", this.#abort);
    if (options.signal.aborted) this.#abort();
  }

  /** Sends the operations and waits for the verdict; `undefined` if they cannot be sent. */
  async check<Input, Output>(
    operations: readonly Operation<Input, Output>[],
    timeLeftMs: () => number,
  ): Promise<Verdict | undefined> {
    for (let at = 0; at < operations.length && Atomics.load(this.#stop, 0) === 0; at += PIECE) {
      const piece = operations.slice(at, at + PIECE);
      if (!survives(piece) || !this.#helper.send({ kind: "operations", operations: piece })) return undefined;
      await rest(0, () => {});
    }
    await Promise.race([this.#ready, this.#outcome]);
    const { explain, strategy, memoryLimitBytes, timeLimitMs, workers } = this.#options;
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
    this.#helper.end();
  }

  readonly #abort = (): void => {
    Atomics.store(this.#stop, 0, 1);
    this.#cancelGrace = after(GRACE_MS, () => this.#settle(STOPPED));
  };
}
