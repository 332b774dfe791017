import type { ClientId } from "../types.ts";
import { FormatError, type Place } from "./errors.ts";
import type { Datum, RawOperation } from "./raw.ts";

/** The call half of an operation. */
export interface RawCall {
  readonly client: ClientId;
  readonly f: string;
  readonly key: string | null;
  readonly argument: Datum;
}

interface OpenCall extends RawCall {
  readonly line: number;
  readonly at: number;
  lost: boolean;
}

/**
 * Pairs the events of a log into operations; the position of an event is its time. Holds what is open, and nothing of
 * what is closed.
 */
export class EventPairs {
  readonly #file: string;
  readonly #open = new Map<ClientId, OpenCall>();
  #done: RawOperation[] = [];
  #clock = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** An operation starts. */
  call(call: RawCall, place: Place): void {
    const open = this.#open.get(call.client);
    if (open !== undefined) {
      const why = open.lost
        ? "ended without an answer, so that the client may not come back"
        : "is still open";
      throw new FormatError("overlapping-calls", place, {
        expected: "one open call for each client",
        found: `a call of client ${call.client} whose call of line ${open.line} ${why}`,
      });
    }
    this.#open.set(call.client, { ...call, line: place.line, at: this.#clock++, lost: false });
  }

  /** The open operation of `client` answered; answers what it was. */
  close(client: ClientId, f: string, value: Datum, place: Place): RawOperation {
    const open = this.#take(client, f, place);
    this.#open.delete(client);
    const result = { status: "ok", value, at: this.#clock++, line: place.line } as const;
    const operation = { ...finished(open), result };
    this.#done.push(operation);
    return operation;
  }

  /** The open operation of `client` certainly did not take place, or says nothing. */
  drop(client: ClientId, f: string, place: Place): void {
    this.#take(client, f, place);
    this.#open.delete(client);
  }

  /** No answer will come: it may take effect later, or never, and the client does not come back. */
  lose(client: ClientId, f: string, place: Place): void {
    const open = this.#take(client, f, place);
    open.lost = true;
    this.#done.push({ ...finished(open), result: { status: "unknown" } });
  }

  /** The operations finished since the last time. */
  take(): RawOperation[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  /** The end of the file: what is open stays open for ever. */
  finish(): RawOperation[] {
    for (const open of this.#open.values()) {
      if (!open.lost) this.#done.push({ ...finished(open), result: { status: "unknown" } });
    }
    this.#open.clear();
    return this.take();
  }

  #take(client: ClientId, f: string, place: Place): OpenCall {
    const open = this.#open.get(client);
    if (open === undefined || open.lost || open.f !== f) {
      const has = open === undefined
        ? "none"
        : open.lost
        ? "one that ended without an answer"
        : `a ${open.f}`;
      throw new FormatError("return-without-call", { file: this.#file, line: place.line }, {
        expected: `an open ${f} of client ${client}`,
        found: has,
      });
    }
    return open;
  }
}

function finished(open: OpenCall): Omit<RawOperation, "result"> {
  const { line, client, f, key, argument, at } = open;
  return { line, client, f, key, argument, version: null, callAt: at };
}
