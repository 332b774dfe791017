/**
 * Many seeds at once: one worker a core, one seed at a time each, results in the order of the seeds.
 *
 * Which worker ran a seed, and when it was done, cannot be seen in the results.
 * @module
 */

/** A module whose seeds can be run. It must be importable by its URL. */
export interface SeedModule<Options, Result> {
  /** Runs one seed; options and result must be JSON-able. */
  runSeed(seed: number, options: Options): Result | Promise<Result>;
}

/** What became of a seed. */
export type SeedOutcome<Result> =
  | { readonly kind: "done"; readonly seed: number; readonly result: Result }
  /** `runSeed` threw, or its worker died. */
  | { readonly kind: "failed"; readonly seed: number; readonly message: string };

/** Which seeds to run, and how. */
export interface SeedRunOptions<Options> {
  /** The URL of a `SeedModule`, for example `import.meta.resolve("./one_seed.ts")`. */
  readonly module: string;
  /** Taken as workers become free, so it may be endless or end when time is up. */
  readonly seeds: Iterable<number>;
  /** Handed to every `runSeed`. */
  readonly options: Options;
  /** How many workers; 0 runs everything in this realm, for debuggers and profilers. */
  readonly workers: number;
  /** Ends everything at once; what is complete up to there has been given out. */
  readonly signal?: AbortSignal;
}

/** What goes to a worker: first the module, then seeds. */
export type ToWorker =
  | { readonly kind: "load"; readonly module: string; readonly options: unknown }
  | { readonly kind: "run"; readonly seed: number };

/** How far results may be ahead of the oldest unfinished seed, for each worker; bounds the memory. */
const AHEAD_PER_WORKER = 64;

/**
 * Runs seeds and gives out what became of them, in the order of `seeds`.
 * Leaving the loop early ends the workers.
 */
export async function* runSeeds<Options, Result>(
  run: SeedRunOptions<Options>,
): AsyncGenerator<SeedOutcome<Result>, void, void> {
  if (run.workers === 0) {
    yield* runHere<Options, Result>(run);
    return;
  }
  const pool = new Pool<Options, Result>(run);
  try {
    for (let outcome = await pool.next(); outcome !== null; outcome = await pool.next()) yield outcome;
  } finally {
    pool.end();
  }
}

/** Runs one seed and turns an error into an outcome. */
export async function runOne<Options, Result>(
  module: SeedModule<Options, Result>,
  seed: number,
  options: Options,
): Promise<SeedOutcome<Result>> {
  try {
    return { kind: "done", seed, result: await module.runSeed(seed, options) };
  } catch (error) {
    return {
      kind: "failed",
      seed,
      message: error instanceof Error ? error.stack ?? error.message : String(error),
    };
  }
}

async function* runHere<Options, Result>(
  run: SeedRunOptions<Options>,
): AsyncGenerator<SeedOutcome<Result>, void, void> {
  const module: SeedModule<Options, Result> = await import(run.module);
  for (const seed of run.seeds) {
    if (run.signal?.aborted) return;
    yield await runOne(module, seed, run.options);
  }
}

/** A seed that was handed out; the list of them keeps the order. */
interface Slot<Result> {
  readonly seed: number;
  outcome: SeedOutcome<Result> | null;
}

class Pool<Options, Result> {
  readonly #run: SeedRunOptions<Options>;
  readonly #seeds: Iterator<number>;
  readonly #slots: Slot<Result>[] = [];
  readonly #workers = new Set<Worker>();
  readonly #idle: (() => void)[] = [];
  #seedsLeft = true;
  #ended = false;
  #wake: () => void = () => {};
  readonly #onAbort = (): void => this.end();

  constructor(run: SeedRunOptions<Options>) {
    this.#run = run;
    this.#seeds = run.seeds[Symbol.iterator]();
    if (run.signal?.aborted) this.#ended = true;
    run.signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (let worker = 0; worker < run.workers && !this.#ended; worker++) this.#hire();
  }

  /** The next outcome in order; `null` when there will be none. */
  async next(): Promise<SeedOutcome<Result> | null> {
    for (;;) {
      const first = this.#slots[0];
      if (first !== undefined && first.outcome !== null) {
        this.#slots.shift();
        for (const proceed of this.#idle.splice(0)) proceed();
        return first.outcome;
      }
      if (this.#ended || (first === undefined && !this.#seedsLeft)) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends all workers at once. */
  end(): void {
    this.#ended = true;
    this.#run.signal?.removeEventListener("abort", this.#onAbort);
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
    this.#wake();
  }

  #hire(): void {
    const worker = new Worker(import.meta.resolve("./worker_main.ts"), { type: "module" });
    this.#workers.add(worker);
    let current: Slot<Result> | null = null;
    const proceed = (): void => {
      if (this.#ended) return;
      current = this.#take();
      if (current !== null) send(worker, { kind: "run", seed: current.seed });
      else if (this.#seedsLeft) this.#idle.push(proceed);
      this.#wake();
    };
    worker.onmessage = (event: MessageEvent<SeedOutcome<Result>>) => {
      if (current !== null) current.outcome = event.data;
      proceed();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#workers.delete(worker);
      if (current !== null) current.outcome = { kind: "failed", seed: current.seed, message: event.message };
      if (!this.#ended) this.#hire();
      this.#wake();
    };
    send(worker, { kind: "load", module: this.#run.module, options: this.#run.options });
    proceed();
  }

  #take(): Slot<Result> | null {
    if (!this.#seedsLeft || this.#slots.length >= this.#run.workers * AHEAD_PER_WORKER) return null;
    const next = this.#seeds.next();
    if (next.done) {
      this.#seedsLeft = false;
      return null;
    }
    const slot: Slot<Result> = { seed: next.value, outcome: null };
    this.#slots.push(slot);
    return slot;
  }
}

function send(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
