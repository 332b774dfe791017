/**
 * What Raft asks of a network: to carry messages between members, sometimes.
 * @module
 */

import type { Message, ReplyMessage } from "./message.ts";
import type { NodeId } from "./types.ts";

/**
 * Takes the one answer to a request that came over a call-and-reply network; `null` when the node withholds it, because
 * what it would have said no longer holds.
 */
export type Answer = (reply: ReplyMessage | null) => void;

/** Takes a message that arrived. `answer` is null on a network of one-way messages: replies are then sent like requests. */
export type Receiver = (from: NodeId, message: Message, answer: Answer | null) => void;

/** A weak network: messages may be lost, repeated, delayed and reordered. */
export interface Transport {
  /** Sends towards `to` and forgets it. */
  send(to: NodeId, message: Message): void;
  /** Names who takes what arrives. Called once. Nothing is delivered while `send` or this call is on the stack. */
  receive(receiver: Receiver): void;
}
