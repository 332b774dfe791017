/**
 * Who is still expected to come and be told that the job is over: nobody may leave before everything is there, and nobody
 * should be left waiting for a coordinator that has gone (lab 1).
 * @module
 */

/**
 * A worker whose call was lost together with the coordinator's former life makes it again after three seconds, and meanwhile
 * others may have done all there was to do.
 */
const REUNION_MS = 5000;

/** See the module's page. */
export class Attendance {
  readonly #leaseMs: number;
  /** Until when each worker that has not left is waited for. */
  readonly #untilMs = new Map<string, number>();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** The longest that anybody is waited for who may have outlived a coordinator. */
  get patienceMs(): number {
    return this.#leaseMs + REUNION_MS;
  }

  /** A worker called. Silent for a lease from now on, it is dead. */
  heard(worker: string, nowMs: number): void {
    this.#untilMs.set(worker, nowMs + this.#leaseMs);
  }

  /** A worker of the coordinator's former life, which may not know yet that there is a new one. */
  expect(worker: string, nowMs: number): void {
    this.#untilMs.set(worker, nowMs + this.patienceMs);
  }

  /** A worker has gone. */
  left(worker: string): void {
    this.#untilMs.delete(worker);
  }

  /** When the last one is given up; minus infinity if nobody is expected. */
  get lastMs(): number {
    return Math.max(...this.#untilMs.values());
  }
}
