/** What `@std/testing/time` declares, in the part this project may use. Every duration is in milliseconds. */

export declare class FakeTime {
  constructor(start?: number | string | Date | null);
  /** Milliseconds since the epoch at which the fake began. */
  readonly start: number;
  get now(): number;
  tick(ms?: number): void;
  tickAsync(ms?: number): Promise<void>;
  runMicrotasks(): Promise<void>;
  restore(): void;
  [Symbol.dispose](): void;
}
