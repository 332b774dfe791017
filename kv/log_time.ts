/**
 * Time that every replica agrees on, without clocks that agree.
 *
 * A leader stamps its entries with how long it has led, by its own monotonic clock. Log time is the sum over all leaders,
 * so nobody's clock is ever compared with anybody else's, and a lease can last longer than promised but never shorter.
 * @module
 */

import type { Term } from "../raft/types.ts";
import type { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import type { Clock } from "../runtime/clock.ts";

/** Log time, as a replica has applied it. */
export class LogTime {
  #nowMs = 0;
  /** The term of the last stamp, and how long its leader had led by then. */
  #term: Term = 0;
  #ledMs = 0;

  /** Milliseconds of log time. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The term of the last stamp. */
  get term(): Term {
    return this.#term;
  }

  /** How long the leader of that term had led by then. */
  get ledMs(): number {
    return this.#ledMs;
  }

  /** An entry of `term` is applied whose leader had led for `ledMs` when it was proposed. */
  advance(term: Term, ledMs: number): void {
    if (term !== this.#term) {
      this.#term = term;
      this.#ledMs = 0;
    }
    // Entries can be stamped out of order by less than a millisecond's rounding; time must not go back.
    if (ledMs <= this.#ledMs) return;
    this.#nowMs += ledMs - this.#ledMs;
    this.#ledMs = ledMs;
  }

  /** Writes all of it. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#nowMs);
    writer.varint(this.#term);
    writer.varint(this.#ledMs);
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): LogTime {
    const time = new LogTime();
    time.#nowMs = reader.varint();
    time.#term = reader.varint();
    time.#ledMs = reader.varint();
    return time;
  }
}

/** How long this node has led, on its own clock. */
export class Reign {
  readonly #clock: Clock;
  #since: number | null = null;

  /** A node that does not lead. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The node leads from now on. */
  begin(): void {
    this.#since = this.#clock.now();
  }

  /** The node leads no longer. */
  end(): void {
    this.#since = null;
  }

  /** Whole milliseconds, rounded down: log time must not run ahead. */
  get ledMs(): number {
    return this.#since === null ? 0 : Math.max(0, Math.floor(this.#clock.now() - this.#since));
  }
}
