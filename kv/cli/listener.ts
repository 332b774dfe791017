/**
 * A port that many strangers call: bounded in connections, bytes and patience.
 * @module
 */

import { setImmediate } from "node:timers";

/** One conversation, whatever its language. It touches no socket. */
export interface Talk {
  /** Where the next bytes go. Never empty. */
  readonly space: Uint8Array;
  /** `count` bytes have come. Throws `TalkError` if they make no sense. */
  took(count: number): void;
  /** Whether a request has begun and not ended. */
  readonly halfway: boolean;
  /** Whether a request has no answer yet. */
  readonly busy: boolean;
  /** The other end has gone, or is sent away. */
  closed(): void;
}

/** What a talk does with its connection. */
export interface TalkOutput {
  /** Sends `text` as UTF-8; all that is sent in one turn goes out in one write. */
  send(text: string): void;
  /** Closes the connection once everything is sent. */
  end(): void;
  /** Resolves when little enough waits to be sent. */
  drained(): Promise<void>;
}

/** Bytes that make no sense; `answer` is what the client is told before the connection ends. */
export class TalkError extends Error {
  /** The class, for logs. */
  override readonly name = "TalkError";
  /** What the client is told. */
  readonly answer: string;

  constructor(answer: string) {
    super(answer);
    this.answer = answer;
  }
}

/** How a port is kept. */
export interface ListenerOptions {
  /** Begins a conversation. */
  readonly talk: (output: TalkOutput) => Talk;
  /** Most connections at once. */
  readonly maxConnections: number;
  /** What one too many is told. */
  readonly fullAnswer: string;
  /** A request that has begun must end within this; a client that does not take its answers is given up after it. */
  readonly stallMs: number;
  /** A connection on which nothing happens is closed after this. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Answers wait for a slow client up to this; then no more is read from it. */
const MAX_OUTGOING = 1 << 20;
/** Nor is more than this read from a client before all of it has been answered. */
const MAX_UNANSWERED_BYTES = 16 << 20;
const ANSWER_BYTES = 2048;
const SWEEP_MS = 1000;
const REFUSED_PAUSE_MS = 100;
const encoder = new TextEncoder();

/** Counts what happened at a port. */
export interface ListenerCounters {
  connections: number;
  accepted: number;
  turnedAway: number;
  /** Closed for bytes that made no sense. */
  hostile: number;
  /** Closed for patience. */
  stalled: number;
}

/** See the module's page. */
export class Listener {
  readonly counters: ListenerCounters = {
    connections: 0,
    accepted: 0,
    turnedAway: 0,
    hostile: 0,
    stalled: 0,
  };
  readonly #listener: Deno.Listener<Deno.Conn>;
  readonly #options: ListenerOptions;
  readonly #open = new Set<TalkLine>();
  readonly #sweeper: ReturnType<typeof setInterval>;

  /** Lets clients in until the signal fires. */
  constructor(listener: Deno.Listener<Deno.Conn>, options: ListenerOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    options.signal.addEventListener("abort", () => this.close(), { once: true });
    void this.#accept();
  }

  /** Closes the port and every connection. */
  close(): void {
    clearInterval(this.#sweeper);
    try {
      this.#listener.close();
    } catch {
      // Closed already.
    }
    for (const line of this.#open) line.close();
  }

  async #accept(): Promise<void> {
    const { signal, maxConnections, fullAnswer } = this.#options;
    while (!signal.aborted) {
      try {
        const conn = await this.#listener.accept();
        if (signal.aborted) return conn.close();
        if (this.#open.size >= maxConnections) {
          this.counters.turnedAway++;
          void conn.write(encoder.encode(fullAnswer)).catch(() => {}).finally(() => closeQuietly(conn));
        } else void this.#welcome(conn);
      } catch (error) {
        if (signal.aborted || error instanceof Deno.errors.BadResource) return;
        // Short of handles for a moment, or a handshake that failed: the port must not become deaf for it.
        await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
      }
    }
  }

  async #welcome(conn: Deno.Conn): Promise<void> {
    const line = new TalkLine(conn, this.#options.talk);
    this.#open.add(line);
    this.counters.accepted++;
    this.counters.connections = this.#open.size;
    const end = await line.serve();
    if (end === "hostile") this.counters.hostile++;
    this.#open.delete(line);
    this.counters.connections = this.#open.size;
  }

  #sweep(): void {
    const { stallMs, idleMs } = this.#options;
    const now = performance.now();
    for (const line of this.#open) {
      const quietMs = now - line.movedMs;
      if (quietMs < Math.min(stallMs, idleMs)) continue;
      if (!(line.stuck && quietMs >= stallMs) && quietMs < idleMs) continue;
      this.counters.stalled++;
      line.close();
    }
  }
}

/** One connection. */
class TalkLine implements TalkOutput {
  readonly #conn: Deno.Conn;
  readonly #talk: Talk;
  /** In pieces: all that waits may be longer than any string can be. */
  #outgoing: string[] = [];
  #outgoingLength = 0;
  #answers: Uint8Array | null = null;
  #flushing = false;
  #ending = false;
  #closed = false;
  #drained: (() => void)[] = [];
  /** When something last came or went. */
  movedMs: number = performance.now();

  constructor(conn: Deno.Conn, talk: (output: TalkOutput) => Talk) {
    this.#conn = conn;
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    this.#talk = talk(this);
  }

  /** Whether it waits for its client: half a request has come, or answers are not taken. */
  get stuck(): boolean {
    return this.#talk.halfway || this.#flushing;
  }

  async serve(): Promise<"over" | "hostile"> {
    let unanswered = 0;
    try {
      while (!this.#closed && !this.#ending) {
        const count = await this.#conn.read(this.#talk.space);
        if (count === null) break;
        this.movedMs = performance.now();
        if (!this.#talk.busy) unanswered = 0;
        unanswered += count;
        this.#talk.took(count);
        if (this.#outgoingLength > MAX_OUTGOING) await this.drained();
        while (unanswered > MAX_UNANSWERED_BYTES && this.#talk.busy && !this.#closed) await afterTurn();
      }
      // Half a goodbye: what was asked before it is still answered.
      await this.#finish();
    } catch (error) {
      if (error instanceof TalkError) {
        // What was asked before is answered first. A client counts its answers: this one, sent at once, would pass for that of a
        // write that is still under way, and tell of it that it was refused.
        await this.#finish();
        this.send(error.answer);
        await this.#finish();
        return "hostile";
      }
    } finally {
      this.close();
    }
    return "over";
  }

  /** Resolves when all that was asked has been answered, and all answers are sent, or the connection is closed. */
  async #finish(): Promise<void> {
    while (this.#talk.busy && !this.#closed) await afterTurn(5);
    while (this.#flushing && !this.#closed) await afterTurn(1);
  }

  send(text: string): void {
    if (this.#closed) return;
    const last = this.#outgoing.length - 1;
    if (last >= 0 && this.#outgoing[last].length < MAX_OUTGOING) this.#outgoing[last] += text;
    else this.#outgoing.push(text);
    this.#outgoingLength += text.length;
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => void this.#flush());
  }

  end(): void {
    this.#ending = true;
    if (!this.#flushing) this.close();
  }

  drained(): Promise<void> {
    if (this.#closed || this.#outgoingLength <= MAX_OUTGOING) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeQuietly(this.#conn);
    this.#talk.closed();
    this.#wake();
  }

  async #flush(): Promise<void> {
    try {
      while (this.#outgoing.length > 0 && !this.#closed) {
        const text = this.#outgoing.shift() as string;
        const bytes = this.#encoded(text);
        this.#outgoingLength -= text.length;
        if (this.#outgoingLength <= MAX_OUTGOING) this.#wake();
        for (let at = 0; at < bytes.length;) {
          at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
          this.movedMs = performance.now();
        }
      }
    } catch {
      this.close();
    }
    this.#flushing = false;
    if (this.#ending) this.close();
  }

  /** Most answers are short, and the last one has been written: a buffer of their own each would cost more than they do. */
  #encoded(text: string): Uint8Array {
    if (text.length * 3 > ANSWER_BYTES) return encoder.encode(text);
    this.#answers ??= new Uint8Array(ANSWER_BYTES);
    return this.#answers.subarray(0, encoder.encodeInto(text, this.#answers).written);
  }

  #wake(): void {
    const drained = this.#drained;
    this.#drained = [];
    for (const resolve of drained) resolve();
  }
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}

function afterTurn(ms = 0): Promise<void> {
  return new Promise((resolve) => ms === 0 ? setImmediate(() => resolve()) : setTimeout(resolve, ms));
}
