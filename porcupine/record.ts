import type { LostEvent } from "./online/checker.ts";
import { type Names, requireNames } from "./require/names.ts";
import { tellClient } from "./tell.ts";
import { type ClientId, type HistoryEvent, type Operation, PorcupineError } from "./types.ts";

/** How a history is recorded. */
export interface RecorderOptions<Input, Output> {
  /**
   * Told of each event as it happens. With `(event) => checker.feed(event)` an on-line `Checker` judges while the test
   * still runs.
   */
  readonly onEvent?: (event: HistoryEvent<Input, Output> | LostEvent) => void;
  /**
   * A clock that never goes back, such as `() => performance.now()`, for times that mean something to a reader. Without it
   * events are counted: 0, 1, 2 ... What has the same time overlaps: where the clock is coarse a check of `operations` may find
   * possible what an on-line `Checker`, which is told which event came first, does not.
   */
  readonly now?: () => number;
}

const NAMES: Names<RecorderOptions<unknown, unknown>> = { onEvent: true, now: true };

/**
 * Makes a history of what asynchronous clients do: wrap each request in `run`.
 *
 * @example A counter that forgets: two increments at once, and one is lost
 * ```ts
 * import { type CounterInput, counterModel, type CounterOutput, checkOperations, Recorder } from "@flotilla/flotilla/porcupine";
 *
 * let stored = 0;
 * async function increment(): Promise<number> {
 *   const seen = stored;
 *   await Promise.resolve();
 *   return stored = seen + 1;
 * }
 *
 * const recorder = new Recorder<CounterInput, CounterOutput>();
 * const client = (name: string) =>
 *   recorder.run(name, { f: "addAndGet", amount: 1 }, async () => ({ f: "addAndGet", value: await increment() }));
 * await Promise.all([client("ann"), client("bob")]);
 *
 * const verdict = checkOperations(counterModel(), recorder.operations);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export class Recorder<Input, Output> {
  readonly #options: RecorderOptions<Input, Output>;
  readonly #operations: Operation<Input, Output>[] = [];
  readonly #busy = new Set<ClientId>();
  #count = 0;

  /** A history in which nothing has happened yet. */
  constructor(options: RecorderOptions<Input, Output> = {}) {
    requireNames("Recorder", options, NAMES);
    this.#options = options;
  }

  /**
   * The operations so far, by call; those that are open have no answer yet. The array is a copy: what happens later does not
   * change it.
   */
  get operations(): readonly Operation<Input, Output>[] {
    return [...this.#operations];
  }

  /**
   * Records one request of a client: `send` sends it and resolves to the answer in the model's words.
   *
   * If `send` throws, no answer came: the request may have taken effect, may still do so, or never will, and the error is
   * thrown on. Where an error says for certain what happened ("refused", "not found"), catch it in `send` and return the
   * answer that stands for it.
   *
   * Throws a {@linkcode PorcupineError} of code `overlapping-calls` if the client's last request is still open.
   */
  async run(client: ClientId, input: Input, send: () => Output | Promise<Output>): Promise<Output> {
    if (typeof send !== "function") {
      const message = `client ${tellClient(client)}: what sends the request is no function; ` +
        'give one, as in () => store.get("x")';
      throw new PorcupineError("bad-operation", message);
    }
    const operation = this.#call(client, input);
    let output: Output;
    try {
      output = await send();
    } catch (error) {
      this.#busy.delete(client);
      this.#options.onEvent?.({ kind: "lost", operation });
      throw error;
    }
    this.#return(operation, output);
    return output;
  }

  #call(client: ClientId, input: Input): number {
    const operation = this.#operations.length;
    if (this.#busy.has(client)) {
      const message = `client ${tellClient(client)} calls while its last call is open; ` +
        "give each concurrent caller a name of its own";
      throw new PorcupineError("overlapping-calls", message, operation);
    }
    // Taken before the request leaves, and the return after its answer came: an interval that is too long hides an error at
    // worst, one that is too short invents one.
    this.#operations.push({ client, input, callAt: this.#time(), outcome: { status: "unknown" } });
    this.#busy.add(client);
    try {
      this.#options.onEvent?.({ kind: "call", operation, client, input });
    } catch (error) {
      // Nothing is sent: the client would otherwise be told at every later request that this one is open.
      this.#busy.delete(client);
      throw error;
    }
    return operation;
  }

  #return(operation: number, output: Output): void {
    const called = this.#operations[operation];
    this.#busy.delete(called.client);
    this.#operations[operation] = {
      ...called,
      outcome: { status: "ok", output, returnAt: this.#time() },
    };
    this.#options.onEvent?.({ kind: "return", operation, output });
  }

  #time(): number {
    return this.#options.now?.() ?? this.#count++;
  }
}
