/**
 * The vocabulary of the checker: histories, models, limits and verdicts.
 *
 * Nothing in this file does anything; every other file speaks it.
 *
 * @module
 */
import type { Fencing } from "./fencing.ts";

export { PorcupineError, type PorcupineErrorCode } from "./error.ts";
export type { Fencing, LockAction, TokenOrder } from "./fencing.ts";
export type { IllegalVerdict, OkVerdict, PartitionReport, UnknownVerdict, Verdict } from "./verdict.ts";

/** Returned by {@linkcode DeterministicModel.step} when the answer is impossible in that state. */
export const ILLEGAL: unique symbol = Symbol("illegal");

/** The type of {@linkcode ILLEGAL}. */
export type Illegal = typeof ILLEGAL;

/** What is known about the answer of an operation: the answer itself, or nothing. */
export type Answer<Output> = { readonly known: true; readonly output: Output } | { readonly known: false };

/**
 * How an operation ended.
 *
 * - `ok`: an answer came back at `returnAt`. An answer such as "failed" or "maybe" is still an answer; what it means is
 *   the model's business.
 * - `unknown`: no answer ever came (crash, time-out, end of the recording). The operation may take effect at any instant
 *   after its call, or never.
 */
export type Outcome<Output> =
  | { readonly status: "ok"; readonly output: Output; readonly returnAt: number }
  | { readonly status: "unknown" };

/**
 * Who issued an operation. A client issues one after the other. Linearizability does not depend on who asked, and the checks
 * do not look at it; files, `Recorder` and `checkLevels`, which asks about sessions, refuse a client with two calls open.
 */
export type ClientId = string | number;

/**
 * One operation of a history. Times are any finite numbers on one clock (units do not matter); operation A precedes B
 * exactly when A returned strictly before B was called.
 */
export interface Operation<Input, Output> {
  /** Who issued it. */
  readonly client: ClientId;
  /** What was asked. */
  readonly input: Input;
  /** The instant just before the request was sent. */
  readonly callAt: number;
  /** How it ended. */
  readonly outcome: Outcome<Output>;
}

/**
 * A history as a sequence of events in the order in which they happened; the position is the time.
 * `operation` ties a return to its call and is unique within the history.
 */
export type HistoryEvent<Input, Output> =
  | { readonly kind: "call"; readonly operation: number; readonly client: ClientId; readonly input: Input }
  | { readonly kind: "return"; readonly operation: number; readonly output: Output };

/** What a slow `step` may ask while it works. */
export interface StepContext {
  /** True once the check's time limit or signal has struck: the step may then return {@linkcode ILLEGAL} at once. */
  expired(): boolean;
}

/** A value that can stand for a state: two states are the same exactly when their keys are `===`. */
export type StateKey = string | number | bigint | boolean | null | undefined;

/**
 * What an operation with a given input and answer does to states. A wrong declaration makes wrong verdicts.
 *
 * - `read`: where it is legal it leaves the state as it is (a failed compare-and-set is one).
 * - `overwrite`: it is legal in every state, and the state afterwards is the same from every state (a put).
 * - `blind`: it is legal in every state (an append, an increment without an answer).
 * - `update`: anything else.
 */
export type Effect = "read" | "overwrite" | "blind" | "update";

/**
 * Where a model comes from, so that another thread can build it again: the module's URL, the exported function that makes
 * the model, and its arguments, which must be plain data. Models that it takes as its first arguments are described alike.
 */
export interface ModelSource {
  /** The URL of the module, such as `import.meta.url` in the module itself. */
  readonly module: string;
  /** The exported function. */
  readonly name: string;
  /** Models to hand to the function, before the other arguments. */
  readonly models?: readonly ModelSource[];
  /** Its arguments. */
  readonly arguments?: readonly unknown[];
}

/** The parts common to deterministic and nondeterministic models. */
export interface ModelBase<State, Input, Output> {
  /** A short name, for messages. */
  readonly name: string;
  /** The state before the first operation. States are never mutated. */
  init(): State;
  /**
   * A primitive that stands for the state: equal keys exactly for equal states. Without it primitive states stand for
   * themselves, and other states are compared by `equal` if given, else by structure: class, fields, entries. The order in which
   * the fields of an object, the entries of a map or the members of a set were put there does not count, and private fields are
   * not seen: a step that goes by either needs a `key`.
   */
  key?(state: State): StateKey;
  /** State equality; needed only when there is no `key` and structural equality is not what is meant. */
  equal?(left: State, right: State): boolean;
  /** A hash consistent with `equal`; makes `equal` without `key` fast. */
  hash?(state: State): number;
  /** The part of the object an operation works on. Parts are independent and are judged one by one. */
  partitionKey?(input: Input): string;
  /** True if an operation with this input never changes the state, whatever it answers. */
  readOnly?(input: Input): boolean;
  /**
   * What an answer can tell of the state it is given in: where it is the same, the same answers are possible, and each of them has
   * the request done. (A push tells nothing, a pop what is on top.) So `Checker` can forget while a call hangs; not asked of `steps`.
   */
  tells?(state: State, input: Input): StateKey;
  /**
   * An order of some operations that may be a linearization, as indices into them, where something else than a search knows of one: it is
   * replayed, and counts only if the model's own step takes all of it. Of what it leaves out, what returned is put in wherever real time
   * allows, as if it did nothing. Asked once a partition, before any search; an answer that is not believed has not come there.
   * `undefined`: none is known, or it has `expired` before one was found. Not asked of `steps`.
   */
  suggest?(
    operations: readonly Operation<Input, Output>[],
    context: StepContext,
  ): readonly number[] | undefined;
  /**
   * Some of these operations whose answers show that no order explains all of them, as indices, where something else than a search
   * knows that. It is believed: the history is illegal then. A core is looked for among those named first; others may belong to it. Asked
   * where no suggested order replays, before any search, and again about a few answers alone to find the core; an answer that is not
   * believed has not come there. `undefined`: nothing is known, or it has `expired` before anything was.
   */
  contradiction?(
    operations: readonly Operation<Input, Output>[],
    context: StepContext,
  ): readonly number[] | undefined;
  /** More than `readOnly` says, for the search to use; `update` is always a safe answer. See {@linkcode Effect}. */
  effect?(input: Input, answer: Answer<Output>): Effect;
  /** One operation in a few words, such as `get("x") -> "1"`. */
  describeOperation?(input: Input, answer: Answer<Output>): string;
  /** A state in a few words. */
  describeState?(state: State): string;
  /** The state's size in bytes, for the memory limit; estimated when absent. */
  sizeBytes?(state: State): number;
  /** Where another thread finds the model; without it a check keeps to one thread. */
  readonly source?: ModelSource;
  /** The well-known type this model is an instance of, which opens the fast paths. */
  readonly kind?: ModelKind<Input, Output>;
  /** Declares a lock with tokens, which is then watched on line, and not searched. */
  readonly fencing?: Fencing<State, Input, Answer<Output>>;
}

/** A model whose next state is a function of state, input and answer. */
export interface DeterministicModel<State, Input, Output> extends ModelBase<State, Input, Output> {
  /**
   * The state after an operation, or {@linkcode ILLEGAL} if it cannot have answered so in that state. Where the answer is not
   * known, any answer is allowed: return the state that the request leads to. (If that depends on the answer, use `steps`.)
   *
   * Whatever is returned besides `ILLEGAL` is taken for a state. `undefined`, `null` and booleans are most often slips for
   * `ILLEGAL`, so they are refused as states unless `init()` returns one of the kind; `null` and booleans are accepted, too, if
   * the request leads to them whatever its answer.
   */
  step(state: State, input: Input, answer: Answer<Output>, context: StepContext): State | Illegal;
}

/** A model in which an operation may lead to several states. */
export interface NondeterministicModel<State, Input, Output> extends ModelBase<State, Input, Output> {
  /** Every state an operation may lead to; none if the answer is impossible. */
  steps(state: State, input: Input, answer: Answer<Output>, context: StepContext): readonly State[];
}

/** A sequential specification: what one client alone would see. */
export type Model<State, Input, Output> =
  | DeterministicModel<State, Input, Output>
  | NondeterministicModel<State, Input, Output>;

/** A value as the fast paths compare it: by `===`. */
export type Value = string | number | bigint | boolean | null;

/** One operation on a register. `read` is given only with its answer. */
export type RegisterAction =
  | { readonly op: "read"; readonly value: Value }
  | { readonly op: "write"; readonly value: Value }
  | { readonly op: "cas"; readonly from: Value; readonly to: Value; readonly swapped: boolean | "unknown" }
  | { readonly op: "nothing" };

/** One operation on a string that is read, replaced or appended to. */
export type TextAction =
  | { readonly op: "get"; readonly value: string }
  | { readonly op: "put"; readonly value: string }
  | { readonly op: "append"; readonly value: string }
  | { readonly op: "nothing" };

/** One operation on a value with a version that counts its changes. */
export type VersionedAction =
  | { readonly op: "get"; readonly value: string; readonly version: number }
  | {
    readonly op: "put";
    readonly value: string;
    readonly version: number;
    /** `stored`: it changed the value; `refused`: it did not; `maybe`: either. */
    readonly effect: "stored" | "refused" | "maybe";
  }
  | { readonly op: "nothing" };

/** One operation on a set, queue, stack, bag or priority queue. */
export type CollectionAction =
  | { readonly op: "insert"; readonly value: Value }
  | { readonly op: "remove"; readonly value: Value }
  | { readonly op: "removeEmpty" }
  /** It may have taken something out; its answer was lost. (One that was answered, but does not say what it took, fits none of these.) */
  | { readonly op: "removeAny" }
  | { readonly op: "contains"; readonly value: Value; readonly present: boolean }
  | { readonly op: "nothing" };

/** One operation on a set that is also asked for all its members at once. */
export type WholeSetAction =
  /** `changed`: it was told that the value was not there before. One that was told that it was there is a `contains`. */
  | { readonly op: "add"; readonly value: Value; readonly changed: boolean }
  /**
   * It may have taken the value out. `changed`: it was told that it did; `undefined`: the view does not say whether it was told so. One
   * that was told that there was nothing to take out is a `contains`.
   */
  | { readonly op: "remove"; readonly value: Value; readonly changed?: boolean }
  | { readonly op: "contains"; readonly value: Value; readonly present: boolean }
  | { readonly op: "members"; readonly values: readonly Value[] }
  | { readonly op: "nothing" };

/** One operation on a row of entries to which entries are added at the end. Places count from 0. */
export type LogAction =
  /** `at`: the place that the entry was given, if that is known. */
  | { readonly op: "append"; readonly value: Value; readonly at: number | "unknown" }
  | { readonly op: "read"; readonly at: number; readonly value: Value }
  /** There was no entry at this place. */
  | { readonly op: "end"; readonly at: number }
  | { readonly op: "length"; readonly length: number }
  /**
   * Only where entries are `counted`: so many of them at once, or, where it is less than nothing, so many less; `total`: the
   * length afterwards, if it is known.
   */
  | { readonly op: "add"; readonly amount: number; readonly total: number | "unknown" }
  | { readonly op: "nothing" };

/**
 * A declaration that the model behaves exactly like a well-known type, with a view that translates an operation.
 * The view answers `undefined` for what does not fit; the general search then decides. An operation without an answer is
 * translated too (a crashed `read` is `nothing`).
 */
export type ModelKind<Input, Output> =
  | {
    readonly type: "register";
    readonly initial: Value;
    view(input: Input, answer: Answer<Output>): RegisterAction | undefined;
  }
  | {
    readonly type: "text";
    readonly initial: string;
    view(input: Input, answer: Answer<Output>): TextAction | undefined;
  }
  | {
    readonly type: "versioned";
    readonly initial: string;
    view(input: Input, answer: Answer<Output>): VersionedAction | undefined;
  }
  | {
    readonly type: "priorityQueue";
    /** Which value comes out first. */
    readonly order: "min" | "max";
    view(input: Input, answer: Answer<Output>): CollectionAction | undefined;
  }
  | {
    readonly type: "log";
    /** `counted`: no entry is ever read, so that they are all alike. */
    readonly entries: "read" | "counted";
    view(input: Input, answer: Answer<Output>): LogAction | undefined;
  }
  | {
    readonly type: "wholeSet";
    view(input: Input, answer: Answer<Output>): WholeSetAction | undefined;
  }
  | {
    readonly type: "set" | "queue" | "stack";
    view(input: Input, answer: Answer<Output>): CollectionAction | undefined;
  }
  | {
    /** A removal takes out any of the values. */
    readonly type: "bag";
    view(input: Input, answer: Answer<Output>): CollectionAction | undefined;
  };

/** Limits and settings of one check. */
export interface CheckOptions {
  /** Give up after this many milliseconds on the clock `now`. No limit when absent. */
  readonly timeLimitMs?: number;
  /**
   * Give up when the search holds more than this many bytes, or the process has grown by more than that. No limit when
   * absent.
   */
  readonly memoryLimitBytes?: number;
  /**
   * Give up when this fires. `checkInParallel` listens while it works; the other checks keep the thread to themselves, so that
   * only what they call - a step, `now` - can fire it.
   */
  readonly signal?: AbortSignal;
  /** Milliseconds on a monotonic clock; the host's by default. */
  readonly now?: () => number;
  /** Bytes of memory that the process holds; the host's word by default. Asked only where there is a limit. */
  readonly heldBytes?: () => number;
  /**
   * `full` (default): an illegal verdict carries a minimal core and the first impossible operation. `verdict`: stop as soon
   * as the verdict is known; the core then is what was found on the way, and `firstImpossible` the answer at which the search
   * gave out.
   */
  readonly explain?: "full" | "verdict";
  /** `auto` (default) lets declared kinds use their fast paths; `search` always searches. */
  readonly strategy?: "auto" | "search";
}
