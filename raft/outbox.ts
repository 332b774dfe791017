/**
 * Messages that wait for the disk: none leaves before the write that it vouches for is stored.
 * @module
 */

import type { Message, ReplyMessage } from "./message.ts";
import type { Answer, Transport } from "./transport.ts";
import type { NodeId, Term } from "./types.ts";

interface HeldSend {
  /** The write it waits for. */
  readonly after: number;
  readonly to: NodeId;
  readonly message: Message;
  /** The call it answers, or null if it goes out as a message of its own. */
  readonly answer: Answer | null;
}

/** What a node sends, in order. */
export class Outbox {
  readonly #transport: Transport;
  #held: HeldSend[] = [];

  /** Nothing is held. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Sends at once. */
  send(to: NodeId, message: Message, answer: Answer | null): void {
    if (answer !== null) answer(message as ReplyMessage);
    else this.#transport.send(to, message);
  }

  /** Keeps a message until the write `after` is stored. */
  hold(after: number, to: NodeId, message: Message, answer: Answer | null): void {
    this.#held.push({ after, to, message, answer });
  }

  /** Every write up to `flushed` is stored, and the node is in `term`. */
  release(flushed: number, term: Term): void {
    if (this.#held.length === 0) return;
    const waiting = this.#held;
    this.#held = [];
    for (const held of waiting) {
      if (held.after > flushed) this.#held.push(held);
      // What was to be said in a term that is over no longer holds: the log behind an acknowledgement may be gone.
      else if (isStale(held.message, term)) held.answer?.(null);
      else this.send(held.to, held.message, held.answer);
    }
  }

  /** The node is dead: whoever waits for an answer hears that there is none. */
  drop(): void {
    for (const held of this.#held) held.answer?.(null);
    this.#held = [];
  }
}

/** Whether `message` speaks for a term that its sender has left. A yes to a preliminary vote names the next term. */
function isStale(message: Message, term: Term): boolean {
  return message.term < term;
}
