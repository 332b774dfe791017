/** What `@std/async` declares, in the part this project may use. Every duration is in milliseconds. */

export interface DelayOptions {
  signal?: AbortSignal;
  /** `false` lets the process end while the timer is still armed. */
  persistent?: boolean;
}
export declare function delay(ms: number, options?: DelayOptions): Promise<void>;

export declare function abortable<T>(p: Promise<T>, signal: AbortSignal): Promise<T>;
export declare function abortable<T>(p: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T>;

export interface DeadlineOptions {
  signal?: AbortSignal;
}
/** Rejects with a `DOMException` named `TimeoutError` when `ms` has passed first. */
export declare function deadline<T>(p: Promise<T>, ms: number, options?: DeadlineOptions): Promise<T>;

/** At most `poolLimit` calls of `iteratorFn` at a time; results in the order of the input. */
export declare function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;

export interface RetryOptions {
  multiplier?: number;
  maxTimeout?: number;
  maxAttempts?: number;
  minTimeout?: number;
  jitter?: number;
  signal?: AbortSignal;
}
export declare class RetryError extends Error {
  constructor(cause: unknown, attempts: number);
}
export declare function retry<T>(fn: (() => Promise<T>) | (() => T), options?: RetryOptions): Promise<T>;
