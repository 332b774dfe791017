/**
 * A client's session: operations that run exactly once, several of them at a time.
 * @module
 */

import { type RefusedCode, RefusedError, UnknownOutcomeError } from "./errors.ts";
import { type Asked, type AskOptions, Link, type LinkOptions } from "./link.ts";
import { MAX_WINDOW } from "./sessions.ts";
import { decodeOpened, type Opened } from "./envelope.ts";
import { Turns } from "./turns.ts";

/** How long one operation may take. */
export interface CallOptions {
  /** Gives up after this many milliseconds; `Infinity` for never. @default {the client's} */
  readonly timeoutMs?: number;
  /** Gives up at once. */
  readonly signal?: AbortSignal;
}

/** What a client of a replicated machine is made of. */
export type SessionClientOptions = LinkOptions & SessionSettings;

/** What a session is told. */
export interface SessionSettings {
  /** How long an operation may take unless it says otherwise; `Infinity` for ever. @default {10,000} */
  readonly timeoutMs?: number;
  /** Most operations in flight; further ones wait for their turn. At most 1,024. @default {256} */
  readonly window?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_WINDOW = 256;

/** One session and its numbers. A number given away never comes back, whatever became of its operation. */
class Session {
  readonly id: number;
  /** On the client's clock: unused after this, it may be gone. */
  freshUntilMs: number;
  readonly #freshForMs: number;
  #next = 1;
  /** Numbers of operations whose outcome is still awaited, in order. */
  readonly #open = new Set<number>();

  constructor(opened: Opened, nowMs: number) {
    this.id = opened.id;
    // Half of what the servers promise: clocks may run at different speeds.
    this.#freshForMs = opened.ttlMs / 2;
    this.freshUntilMs = nowMs + this.#freshForMs;
  }

  /** Everything below is settled: answered or given up. */
  get settledBelow(): number {
    for (const lowest of this.#open) return lowest;
    return this.#next;
  }

  /** Operations from the oldest open one to the newest. */
  get span(): number {
    return this.#next - this.settledBelow;
  }

  take(nowMs: number): number {
    this.freshUntilMs = nowMs + this.#freshForMs;
    const sequence = this.#next++;
    this.#open.add(sequence);
    return sequence;
  }

  settle(sequence: number): void {
    this.#open.delete(sequence);
  }
}

/** An operation's place: its session and its number there. */
interface Turn {
  readonly session: Session;
  readonly sequence: number;
}

/** A client of one replicated machine. */
export class SessionClient {
  /** The link to the servers. */
  readonly link: Link;
  readonly #timeoutMs: number;
  readonly #window: number;
  #session: Session | null = null;
  #opening = false;
  readonly #turns: Turns;

  /**
   * Opens the client's end; a session is opened with the first operation that needs one.
   * Throws `RangeError` for a window that the servers would not grant.
   */
  constructor(options: SessionClientOptions) {
    const { window = DEFAULT_WINDOW } = options;
    if (!(Number.isSafeInteger(window) && window >= 1 && window <= MAX_WINDOW)) {
      throw new RangeError(`Cannot use a window of ${window}: give a whole number from 1 to ${MAX_WINDOW}`);
    }
    this.link = new Link(options);
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#window = window;
    this.#turns = new Turns(this.link.clock);
  }

  /**
   * Executes `command` exactly once and resolves to the machine's reply.
   * Throws `RefusedError` if it was not executed and never will be, `UnknownOutcomeError` if nobody can tell.
   */
  async submit(command: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const limits = this.#limits(options);
    const { session, sequence } = await this.#turn(limits);
    try {
      const request = {
        session: session.id,
        sequence,
        // At the first send; a later one would settle no more than this operation's own retries need.
        settledBelow: session.settledBelow,
        command,
      };
      const asked = await this.link.ask("submit", request, limits);
      return this.#finish(session, asked, limits.signal);
    } finally {
      session.settle(sequence);
      this.#wake();
    }
  }

  /** Asks the machine; the answer is linearizable. Throws `RefusedError` if none came. */
  async query(question: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const limits = this.#limits(options);
    const asked = await this.link.ask("query", question, limits);
    if (asked.kind === "applied") return asked.reply;
    throw toRefused(asked, limits.signal);
  }

  /**
   * Waits, at the leader, for a change that `question` is about, but not longer than `waitMs`; then asks what is so far.
   * Throws `RefusedError` if no answer came.
   */
  async watch(question: Uint8Array, waitMs: number, options: CallOptions = {}): Promise<Uint8Array> {
    const limits = this.#limits(options);
    const asked = await this.link.ask("watch", { question, timeoutMs: waitMs }, {
      ...limits,
      patienceMs: waitMs,
    });
    if (asked.kind === "applied") return asked.reply;
    throw toRefused(asked, limits.signal);
  }

  /** Fails what is in flight and releases the client's end. */
  close(): void {
    this.link.close();
  }

  /** Lets `using` close the client. */
  [Symbol.dispose](): void {
    this.close();
  }

  #limits(options: CallOptions): AskOptions {
    const deadlineMs = this.link.now() + (options.timeoutMs ?? this.#timeoutMs);
    return options.signal === undefined ? { deadlineMs } : { deadlineMs, signal: options.signal };
  }

  #finish(session: Session, asked: Asked, signal: AbortSignal | undefined): Uint8Array {
    switch (asked.kind) {
      case "applied":
        return asked.reply;
      case "sessionUnknown":
        // An earlier try may have been executed before the servers forgot the session.
        if (this.#session === session) this.#session = null;
        throw new UnknownOutcomeError("The servers no longer know this session: read back what became of it");
      case "ended":
        if (!asked.sent) throw toRefused(asked, signal);
        throw new UnknownOutcomeError(`Gave up (${asked.why}) on an operation that may yet be executed`, {
          cause: signal?.reason,
        });
      case "invalid":
        if (!asked.mayBeExecuted) throw toRefused(asked, signal);
        // An earlier server, of a newer version, may have understood it.
        throw new UnknownOutcomeError(`The last server that was asked says: ${asked.message}`);
    }
  }

  /** Waits for a session with room in its window, and takes a number in the same turn: many wait for the same room. */
  async #turn(limits: AskOptions): Promise<Turn> {
    try {
      return await this.#takeTurn(limits);
    } finally {
      // It may have been woken and not have used it, or have opened a session in which there is room for others.
      this.#wake();
    }
  }

  async #takeTurn(limits: AskOptions): Promise<Turn> {
    for (;;) {
      if (limits.signal?.aborted) throw toRefused(ended("aborted"), limits.signal);
      if (this.link.leftMs(limits.deadlineMs) === 0) throw toRefused(ended("timeout"), limits.signal);
      // Nothing is at stake yet: better a new session than one that the servers may have forgotten.
      if (this.#session !== null && this.link.now() >= this.#session.freshUntilMs) this.#session = null;
      if (this.#session !== null && this.#session.span < this.#window) {
        return { session: this.#session, sequence: this.#session.take(this.link.now()) };
      }
      if (this.#session === null && !this.#opening) await this.#open(limits);
      // Also for a session that another operation opens: it may have more time than this one.
      else await this.#turns.wait(this.link.leftMs(limits.deadlineMs), limits.signal);
    }
  }

  /** Opens a session, also for those that wait meanwhile; if this operation's time is up first, one of them opens it. */
  async #open(limits: AskOptions): Promise<void> {
    this.#opening = true;
    const asked = await this.link.ask("open", null, limits).finally(() => this.#opening = false);
    if (asked.kind !== "applied") throw toRefused(asked, limits.signal);
    this.#session = new Session(decodeOpened(asked.reply), this.link.now());
  }

  /** As many as there is room for. */
  #wake(): void {
    this.#turns.wake(this.#session === null ? 1 : this.#window - this.#session.span);
  }
}

function ended(why: "timeout" | "aborted"): Asked {
  return { kind: "ended", why, sent: false };
}

function toRefused(asked: Asked, signal: AbortSignal | undefined): RefusedError {
  if (asked.kind === "invalid") return new RefusedError("invalid", asked.message);
  const code: RefusedCode = asked.kind === "ended" ? asked.why : "closed";
  const why = { timeout: "the time was up", aborted: "it was aborted", closed: "this end is closed" }[code];
  return new RefusedError(code, `Cannot execute: ${why}`, { cause: signal?.reason });
}
