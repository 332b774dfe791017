/**
 * One TCP connection: messages out, joined into one write per turn of the event loop; messages in, one after another.
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../clock.ts";
import type { Address } from "../network.ts";
import { WireError } from "../wire_error.ts";
import { FrameReader, joinFrames, MAX_NAME_BYTES, readWord, type Word, wordFrame } from "./frames.ts";
import type { Line } from "./line.ts";
import type { Outbox } from "./outbox.ts";
import { SilenceWatch } from "./silence.ts";

/** A frame of the connection's own is no longer than this. */
const MAX_WORD_BYTES = MAX_NAME_BYTES + 16;

const PING: Word = { kind: "ping" };
const PONG: Word = { kind: "pong" };

/** Why a connection ended. */
export type ConnectionEnd =
  /** This end closed it. */
  | "closed"
  /** The other end did, or the line broke. */
  | "lost"
  /** What came was not ours, or too large. */
  | "hostile";

/** What a connection tells. */
export interface ConnectionEvents {
  /** The other end has said who it is. Comes before anything else. */
  hello(address: Address): void;
  /** Throws `WireError` for a body that is not what it should be. */
  message(channel: string, body: Uint8Array): void;
  ended(why: ConnectionEnd): void;
}

/** What a connection is made of. */
export interface ConnectionOptions {
  /** This end's own address. */
  readonly address: Address;
  readonly outbox: Outbox;
  readonly events: ConnectionEvents;
  readonly maxFrameBytes: number;
  /** The other end is given up when it shows no sign of life for twice as long; null where that is the other end's business. */
  readonly silence: { readonly clock: Clock; readonly ms: number } | null;
}

/** See the module's page. */
export class Connection {
  readonly #line: Line;
  readonly #outbox: Outbox;
  readonly #events: ConnectionEvents;
  readonly #maxFrameBytes: number;
  readonly #sentNames = new Map<string, number>();
  readonly #heardNames: (string | undefined)[] = [];
  readonly #watch: SilenceWatch | null;
  /** What goes out before any message: at most one word of each kind, however often the other end asks. */
  readonly #due = new Set<Word>();
  /** Whether the other end has said who it is. */
  #greeted = false;
  #flushing = false;
  #open = true;

  /** Says hello, and sends what is in the outbox and will be. */
  constructor(line: Line, options: ConnectionOptions) {
    const { address, outbox, events, maxFrameBytes, silence } = options;
    this.#line = line;
    this.#outbox = outbox;
    this.#events = events;
    this.#maxFrameBytes = maxFrameBytes;
    this.#watch = silence === null ? null : new SilenceWatch(silence.clock, silence.ms, {
      ask: () => this.#say(PING),
      lost: () => this.#end("lost"),
    });
    this.#say({ kind: "hello", address });
    void this.#read();
  }

  /** Sends what is in the outbox at the end of this turn, together with all that is added to it until then. */
  flushSoon(): void {
    if (this.#flushing || !this.#open) return;
    this.#flushing = true;
    setImmediate(() => void this.#flush());
  }

  /** Ends the connection; what has not been sent is lost. */
  close(): void {
    this.#end("closed");
  }

  #end(why: ConnectionEnd): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch?.stop();
    this.#line.close();
    this.#events.ended(why);
  }

  #say(word: Word): void {
    this.#due.add(word);
    this.flushSoon();
  }

  async #flush(): Promise<void> {
    try {
      while (this.#open && (this.#due.size > 0 || !this.#outbox.empty)) {
        const words = [...this.#due].map(wordFrame);
        this.#due.clear();
        const bytes = joinFrames(words, this.#outbox.take(), this.#sentNames);
        this.#watch?.sent();
        for (let at = 0; at < bytes.length;) at += await this.#line.write(bytes.subarray(at));
      }
    } catch {
      this.#end("lost");
    } finally {
      this.#flushing = false;
    }
  }

  async #read(): Promise<void> {
    const frames = new FrameReader(MAX_WORD_BYTES);
    try {
      while (this.#open) {
        const count = await this.#line.read(frames.space);
        if (count === null) break;
        frames.took(count);
        this.#watch?.heard();
        this.#takeFrames(frames);
      }
      this.#end("lost");
    } catch (error) {
      this.#end(error instanceof WireError ? "hostile" : "lost");
    }
  }

  #takeFrames(frames: FrameReader): void {
    for (let frame = frames.next(); frame !== null && this.#open; frame = frames.next()) {
      if (frame.channel === 0) {
        this.#takeWord(readWord(frame.body), frames);
        continue;
      }
      const name = this.#heardNames[frame.channel];
      if (name === undefined) {
        throw new WireError("malformed", "Cannot take a message on a channel without a name");
      }
      this.#events.message(name, frame.body);
    }
  }

  #takeWord(word: Word, frames: FrameReader): void {
    if (this.#greeted === (word.kind === "hello")) {
      throw new WireError("malformed", "Cannot take this: a connection begins with one hello");
    }
    switch (word.kind) {
      case "hello":
        this.#greeted = true;
        frames.maxFrameBytes = this.#maxFrameBytes;
        return this.#events.hello(word.address);
      case "channel":
        this.#heardNames[word.number] = word.name;
        return;
      case "ping":
        return this.#say(PONG);
      case "pong":
        return;
    }
  }
}
