import { Budget, type StopReason } from "../budget.ts";
import { type Answer, type ClientId, type HistoryEvent, type Model, PorcupineError } from "../types.ts";
import { noEvent } from "../history.ts";
import { requireKey } from "../parts.ts";
import { requireEvent, requireNamed } from "../require/history.ts";
import { CHECK_NAMES, type Names, requireNames } from "../require/names.ts";
import { requireModel } from "../require/model.ts";
import { type Known, namingModel } from "../naming_model.ts";
import { isSameAnswer } from "../thrown.ts";
import { guards } from "./guard.ts";
import { tellClient, tellKey, tellRequest, tellState } from "../tell.ts";
import { Soundness } from "./soundness.ts";
import { byCall, type CheckerOptions, type Watch, type Watched, watchedCall } from "./watched.ts";

export type { CheckerOptions } from "./watched.ts";

/** An operation whose answer will never come: its client crashed, or gave up. */
export interface LostEvent {
  /** Which kind of event this is. */
  readonly kind: "lost";
  /** The operation. */
  readonly operation: number;
}

/** So many partitions, at least, before those that are as new are looked for. */
const LEAST_SWEEP = 64;

const NAMES: Names<CheckerOptions> = CHECK_NAMES;

/** An operation that is open, and who watches it: its key is asked for once, since a request may be changed afterwards. */
interface Open<State, Input, Output> {
  readonly watched: Watched<Input, Output>;
  readonly key: string;
  readonly part: Watch<State, Input, Output>;
}

/** How a history stands that is still going on. */
export type CheckerStatus =
  | { readonly kind: "ok" }
  | {
    readonly kind: "illegal";
    /** The operation whose answer no order explains, together with those that came before. */
    readonly operation: number;
    /** The key of its partition. */
    readonly partition: string;
    /** One sentence that says why. */
    readonly sentence: string;
    /** The operations of the partition that still mattered, by call; the impossible one is among them. */
    readonly window: readonly number[];
  }
  | {
    readonly kind: "unknown";
    /** Which limit struck. */
    readonly reason: "time" | "memory" | "aborted";
    /** The operation at whose answer it struck; up to the one before all is well. */
    readonly operation: number;
  };

/**
 * Judges a history while it happens: feed it calls and returns in the order in which they happen. It reports at the first
 * answer that is impossible. Of what is settled it keeps only the states in which the object may be, so that it can run for
 * ever: its memory is bounded by what is open at once, by operations that were lost, and by what the object holds. An object that
 * is searched, and whose answers can tell many states apart (`tells`), keeps all that came after the oldest call that is open: tell
 * `lost` when nobody waits any longer. Each model says whether it is watched whatever crowd is at work, or searched, so that an
 * answer may take long: `timeLimitMs` bounds that.
 *
 * @example
 * ```ts
 * import { Checker, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const checker = new Checker(registerModel());
 * checker.call(1, "ann", { f: "write", value: 1 });
 * checker.return(1, { f: "write" });
 * checker.call(2, "bob", { f: "read" });
 * const status = checker.return(2, { f: "read", value: null });
 * if (status.kind !== "illegal" || status.operation !== 2) throw new Error(status.kind);
 * ```
 */
export class Checker<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #options: CheckerOptions;
  readonly #begin: () => Watch<State, Input, Output>;
  readonly #soundness: Soundness<State, Input, Output>;
  readonly #parts = new Map<string, Watch<State, Input, Output>>();
  readonly #open = new Map<number, Open<State, Input, Output>>();
  #clock = 0;
  #sweepAt = LEAST_SWEEP;
  /** What the model threw, if it did: what it was asked then is not known, so that nothing can be said any more. */
  #failure: { readonly error: unknown } | undefined;
  #status: CheckerStatus = { kind: "ok" };

  /** A history in which nothing has happened yet. Throws a {@linkcode PorcupineError} on a limit that makes no sense. */
  constructor(model: Model<State, Input, Output>, options: CheckerOptions = {}) {
    requireModel(model);
    requireNames("Checker", options, NAMES);
    // Refuses bad limits now, and not at the first answer.
    new Budget(options);
    const { windowAnswers = 1 } = options;
    if (!Number.isSafeInteger(windowAnswers) || windowAnswers < 1) {
      const message = `windowAnswers is ${windowAnswers}; give a whole number of at least 1, or leave it out`;
      throw new PorcupineError("bad-limit", message);
    }
    this.#model = namingModel(model, (input, answer) => this.#find(input, answer));
    this.#options = options;
    this.#begin = guards(this.#model, options);
    this.#soundness = new Soundness(this.#model, options);
  }

  /** How the history stands. Once it is not `ok` it stays so, and later events are not looked at. */
  get status(): CheckerStatus {
    return this.#status;
  }

  /** How many operations are kept in memory. */
  get kept(): number {
    let kept = 0;
    for (const part of this.#parts.values()) kept += part.size;
    return kept;
  }

  /**
   * An operation begins. `operation` is any number by which its end can be told from others that are open. Throws a
   * {@linkcode PorcupineError} if it is open already.
   */
  call(operation: number, client: ClientId, input: Input): void {
    if (this.#status.kind !== "ok") return;
    requireNamed(operation);
    if (this.#open.has(operation)) {
      throw new PorcupineError(
        "duplicate-operation",
        `operation ${operation} is called again while it is open; give each open operation a number of its own`,
        operation,
      );
    }
    const key = this.#keyOf(input);
    let part = this.#parts.get(key);
    if (part === undefined) {
      if (this.#parts.size >= this.#sweepAt) this.#asking(() => this.#sweep());
      this.#parts.set(key, part = this.#asking(this.#begin));
    }
    const watched = watchedCall<Input, Output>(operation, client, input, this.#clock++);
    this.#open.set(operation, { watched, key, part });
    const called = part;
    this.#asking(() => called.call(watched));
  }

  /**
   * An operation ends with an answer. Throws a {@linkcode PorcupineError} if it is not open, and one of code `model-threw` if the
   * model throws: then it does so at every later answer, too, as nothing is known any more.
   */
  return(operation: number, output: Output): CheckerStatus {
    if (this.#status.kind !== "ok") return this.#status;
    const { watched, key, part } = this.#take(operation, "returns");
    watched.status = "returned";
    watched.ret = this.#clock++;
    watched.answer = { known: true, output };
    const tryModel = this.#soundness.due();
    const standing = this.#struck() ?? this.#asking(() => part.answer(watched));
    if (tryModel !== undefined) this.#asking(() => tryModel(watched, part));
    if (standing === "illegal") {
      // What it would have been kept for is not kept by whoever finds it impossible; without it the others are possible.
      const { operations } = part;
      const window = operations.includes(watched) ? [...operations] : [...operations, watched].sort(byCall);
      this.#status = {
        kind: "illegal",
        operation,
        partition: key,
        sentence: this.#asking(() => this.#phrase(part, key, watched, window.length)),
        window: window.map(({ name }) => name),
      };
    } else if (standing !== "ok") this.#status = { kind: "unknown", reason: standing, operation };
    return this.#status;
  }

  /**
   * No answer to an operation will ever come: it may take effect at any time, or never. Saying so lets the checker forget the
   * past before it. Throws a {@linkcode PorcupineError} if it is not open.
   */
  lost(operation: number): void {
    if (this.#status.kind !== "ok") return;
    const { watched, part } = this.#take(operation, "is lost");
    watched.status = "lost";
    const tryModel = this.#soundness.due();
    this.#asking(() => part.lose(watched));
    if (tryModel !== undefined) this.#asking(() => tryModel(watched, part));
  }

  /** The same as `call`, `return` and `lost`, for a stream of events. */
  feed(event: HistoryEvent<Input, Output> | LostEvent): CheckerStatus {
    requireEvent(event, -1);
    switch (event.kind) {
      case "call":
        this.call(event.operation, event.client, event.input);
        break;
      case "return":
        this.return(event.operation, event.output);
        break;
      case "lost":
        this.lost(event.operation);
        break;
      default:
        throw noEvent(event, -1);
    }
    return this.#status;
  }

  /**
   * A limit that leaves no time or no memory at all, as for a whole history: then not even what a watch finds at once is looked
   * for; and a signal that has fired, which a watch does not ask.
   */
  #struck(): StopReason | undefined {
    const { timeLimitMs, memoryLimitBytes, signal } = this.#options;
    if (signal?.aborted === true) return "aborted";
    return timeLimitMs === 0 ? "time" : memoryLimitBytes === 0 ? "memory" : undefined;
  }

  /**
   * Forgets the partitions that are as new: else a set would remember every value that ever was in it. To ask the model about
   * thousands of them takes long where a step does: so a call has the limit that an answer has, and whom it left no time for
   * comes first the next time.
   */
  #sweep(): void {
    const { timeLimitMs, signal, now } = this.#options;
    const budget = new Budget({
      ...(timeLimitMs !== undefined && { timeLimitMs }),
      ...(signal !== undefined && { signal }),
      ...(now !== undefined && { now }),
    });
    for (const [key, part] of [...this.#parts]) {
      if (budget.expired()) break;
      const isAsNew = part.isAsNew(budget);
      this.#parts.delete(key);
      if (!isAsNew) this.#parts.set(key, part);
    }
    const { size } = this.#parts;
    this.#sweepAt = budget.stopped === undefined ? Math.max(LEAST_SWEEP, 2 * size) : size + LEAST_SWEEP;
  }

  /** What throws once throws from then on: an answer that was not judged would pass for one that is possible. */
  #asking<T>(ask: () => T): T {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return ask();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Which operation a function that threw was asked about: one that is open, or is kept. */
  #find(input: Input, answer: Answer<Output> | undefined): Known | undefined {
    const open = Array.from(this.#open.values(), ({ watched }) => watched);
    const kept = [open, ...[...this.#parts.values()].map(({ operations }) => operations)];
    for (const some of kept) {
      for (const { name, client, input: asked, answer: got } of some) {
        if (Object.is(asked, input) && (answer === undefined || isSameAnswer(got, answer))) {
          return { index: name, client };
        }
      }
    }
    return undefined;
  }

  #keyOf(input: Input): string {
    if (this.#model.partitionKey === undefined) return "";
    const key = this.#model.partitionKey(input);
    if (typeof key !== "string") requireKey(key);
    return key;
  }

  #take(operation: number, what: string): Open<State, Input, Output> {
    const found = this.#open.get(operation);
    if (found === undefined) {
      requireNamed(operation);
      const message = `operation ${operation} ${what}, but it is not open; call it first, and end it once`;
      throw new PorcupineError("return-without-call", message, operation);
    }
    this.#open.delete(operation);
    return found;
  }

  #phrase(
    part: Watch<State, Input, Output>,
    key: string,
    { client, input, answer }: Watched<Input, Output>,
    count: number,
  ): string {
    const what = `${tellClient(client)}'s ${tellRequest(this.#model, input, answer)}`;
    const where = key === "" ? "" : ` on key ${tellKey(key)}`;
    const describe = (state: State): string => tellState(this.#model, state);
    const states = [...new Set(part.states.slice(0, 4).map(describe))];
    const more = part.states.length > 4 ? ", or another state" : "";
    // What is open is kept, though in these states it may have been done.
    const underway = part.isUnderway ? ", in which some of them may have been done already" : "";
    return `Client ${what} is impossible${where}: no order of the last ${count} operations, ` +
      `beginning with ${states.join(" or ")}${more}${underway}, gives these answers.`;
  }
}
