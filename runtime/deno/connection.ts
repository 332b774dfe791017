/**
 * One TCP connection: messages out, joined into one write per turn of the event loop; messages in, one after another.
 * @module
 */

import { setImmediate } from "node:timers";
import type { Address } from "../network.ts";
import { WireError } from "../wire_error.ts";
import { FrameReader, joinFrames, MAX_NAME_BYTES, readWord, type Word, wordFrame } from "./frames.ts";
import type { Outbox } from "./outbox.ts";

/** A frame of the connection's own is no longer than this. */
const MAX_WORD_BYTES = MAX_NAME_BYTES + 16;
const NOTHING = new Uint8Array(0);

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

/** See the module's page. */
export class Connection {
  readonly #line: Deno.TcpConn;
  readonly #outbox: Outbox;
  readonly #events: ConnectionEvents;
  readonly #maxFrameBytes: number;
  readonly #sentNames = new Map<string, number>();
  readonly #heardNames: (string | undefined)[] = [];
  /** What goes out before any message. */
  #greeting: Uint8Array;
  /** Whether the other end has said who it is. */
  #greeted = false;
  #flushing = false;
  #open = true;

  /** Says hello as `address`, and sends what is in `outbox` and will be. */
  constructor(
    line: Deno.TcpConn,
    { address, outbox, events, maxFrameBytes }: {
      readonly address: Address;
      readonly outbox: Outbox;
      readonly events: ConnectionEvents;
      readonly maxFrameBytes: number;
    },
  ) {
    this.#line = line;
    this.#outbox = outbox;
    this.#events = events;
    this.#maxFrameBytes = maxFrameBytes;
    line.setNoDelay(true);
    line.setKeepAlive(true);
    this.#greeting = wordFrame({ kind: "hello", address });
    this.flushSoon();
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
    this.#line.close();
    this.#events.ended(why);
  }

  async #flush(): Promise<void> {
    try {
      while (this.#open && (this.#greeting.length > 0 || !this.#outbox.empty)) {
        const bytes = joinFrames(this.#greeting, this.#outbox.take(), this.#sentNames);
        this.#greeting = NOTHING;
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
    if (this.#greeted !== (word.kind === "channel")) {
      throw new WireError("malformed", "Cannot take this: a connection begins with one hello");
    }
    if (word.kind === "channel") {
      this.#heardNames[word.number] = word.name;
      return;
    }
    this.#greeted = true;
    frames.maxFrameBytes = this.#maxFrameBytes;
    this.#events.hello(word.address);
  }
}
