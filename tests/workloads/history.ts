/**
 * Writes down what clients ask and what they are told, in the order in which it happens.
 *
 * Two things at one virtual instant still have an order, and the checker may use it: every time carries a trifle more than the
 * one before.
 * @module
 */

import type { Operation } from "../../porcupine/types.ts";

/** An operation under way. */
export interface Ticket {
  readonly number: number;
}

interface Draft<Input, Output> {
  readonly client: string;
  readonly input: Input;
  readonly callAt: number;
  returnAt: number;
  output: Output | null;
  refused: boolean;
}

/** How much later, in milliseconds, a thing is that happens at the same virtual instant: far below a microsecond. */
const TRIFLE_MS = 1e-7;

/** The history of one run. Times are virtual milliseconds. */
export class Recorder<Input, Output> {
  readonly #now: () => number;
  readonly #drafts: Draft<Input, Output>[] = [];
  readonly #ghosts: Operation<Input, Output>[] = [];
  #position = 0;
  #ok = 0;
  #refused = 0;

  /** @param now Virtual time in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The present instant, later than every one before. */
  instant(): number {
    return this.#now() + ++this.#position * TRIFLE_MS;
  }

  /** A client asks. */
  call(client: string, input: Input): Ticket {
    const draft = { client, input, callAt: this.instant(), returnAt: 0, output: null, refused: false };
    return { number: this.#drafts.push(draft) - 1 };
  }

  /** It was answered. */
  answered(ticket: Ticket, output: Output): void {
    const draft = this.#drafts[ticket.number];
    draft.returnAt = this.instant();
    draft.output = output;
    this.#ok++;
  }

  /** It was certainly not executed: it leaves no trace in the history. */
  refused(ticket: Ticket): void {
    this.#drafts[ticket.number].refused = true;
    this.#refused++;
  }

  /** Operations by how they ended; those under way count as unknown. */
  get counts(): { readonly ok: number; readonly refused: number; readonly unknown: number } {
    const unknown = this.#drafts.length - this.#ok - this.#refused;
    return { ok: this.#ok, refused: this.#refused, unknown };
  }

  /** Operations called by then that may have been executed. */
  askedBy(ms: number): number {
    return this.#drafts.filter(({ callAt, refused }) => !refused && callAt <= ms).length;
  }

  /** How long each answered operation took and when it was answered, in virtual milliseconds. */
  get latencies(): { readonly atMs: number; readonly tookMs: number }[] {
    return this.#drafts.filter(({ output }) => output !== null).map(({ callAt, returnAt }) => ({
      atMs: returnAt,
      tookMs: returnAt - callAt,
    }));
  }

  /** Something that nobody asks for may happen at any time from `fromMs` on: the end of a lease. It does not count as asked. */
  ghost(client: string, input: Input, fromMs: number): void {
    this.#ghosts.push({ client, input, callAt: fromMs, outcome: { status: "unknown" } });
  }

  /** The history so far, in the order of the calls. */
  operations(): Operation<Input, Output>[] {
    const asked = this.#drafts.filter((draft) => !draft.refused).map((
      { client, input, callAt, returnAt, output },
    ): Operation<Input, Output> => ({
      client,
      input,
      callAt,
      outcome: output === null ? { status: "unknown" } : { status: "ok", output, returnAt },
    }));
    if (this.#ghosts.length === 0) return asked;
    return [...asked, ...this.#ghosts].sort((left, right) => left.callAt - right.callAt);
  }
}
