import type { ClientId } from "../types.ts";
import { FormatError, type FormatErrorCode, type Place } from "./errors.ts";

/** A value as the file formats hold it, before a model gives it a meaning. */
export type Datum =
  | null
  | boolean
  | number
  | string
  | readonly Datum[]
  | { readonly [name: string]: Datum };

/** How a recorded operation ended; `value` is `null` for an answer that carries nothing. */
export type RawResult =
  | { readonly status: "ok"; readonly value: Datum; readonly at: number; readonly line: number }
  | { readonly status: "unknown" };

/** An operation as recorded, whatever the format. */
export interface RawOperation {
  /** The line of its call, from 1. */
  readonly line: number;
  /** Who asked. */
  readonly client: ClientId;
  /** What was asked: `read`, `put` ... */
  readonly f: string;
  /** The key; `null` where the format names none. */
  readonly key: string | null;
  /** The argument; `null` if there is none. */
  readonly argument: Datum;
  /** The version asked for by a versioned put; `null` elsewhere. */
  readonly version: Datum;
  /** The instant of the call. */
  readonly callAt: number;
  /** How it ended. */
  readonly result: RawResult;
}

/** Writes a datum for a message. */
export function showDatum(datum: Datum): string {
  // JSON writes NaN and Infinity as null.
  if (typeof datum === "number" && !Number.isFinite(datum)) return String(datum);
  return JSON.stringify(datum) ?? "nothing";
}

/** Whether a number is what the file says. Whole numbers beyond 2^53 are not: two of them may have become one. */
export function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** Throws unless the number can be an instant. Integers beyond 2^53 are refused: two instants may have become one. */
export function requireInstant(value: Datum, name: string, place: Place): number {
  if (typeof value !== "number") {
    throw new FormatError("malformed-line", place, {
      expected: `a number for ${name}`,
      found: showDatum(value),
    });
  }
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const expected = `a finite time within 2^53 for ${name} (subtract the start of the recording)`;
    throw new FormatError("bad-time", place, { expected, found: String(value) });
  }
  return value;
}

/** Follows who has a call open, so that a second call of one client is refused. */
export class ClientWatch {
  readonly #file: string;
  readonly #busy = new Map<ClientId, { until: number; line: number }>();

  constructor(file: string) {
    this.#file = file;
  }

  /** A call of `client` at `callAt` that returns at `until` (Infinity: never, or not known yet). */
  call(client: ClientId, callAt: number, until: number, line: number): void {
    const last = this.#busy.get(client);
    if (last !== undefined && callAt < last.until) {
      const open = last.until === Infinity ? "never returned" : `returns at ${last.until}`;
      throw this.#error("overlapping-calls", line, {
        expected: `one open call for each client`,
        found: `a call of client ${client} at ${callAt} while its call of line ${last.line} ${open}`,
      });
    }
    this.#busy.set(client, { until, line });
  }

  /** The open call of `client` returned: it may call again. */
  release(client: ClientId): void {
    this.#busy.delete(client);
  }

  #error(code: FormatErrorCode, line: number, problem: { expected: string; found: string }): FormatError {
    return new FormatError(code, { file: this.#file, line }, problem);
  }
}
