/**
 * A node's only way to reach another: addressed messages over typed channels.
 *
 * The contract is weak on purpose: a message may be lost, repeated, delayed or overtaken by a later one. Whoever
 * needs more (an answer, a deadline, exactly-once) builds it on top, see `rpc.ts`.
 * @module
 */

/** Where a message goes: `host:port` on a real network, a node's name in the simulated one. */
export type Address = string;

/**
 * How messages of one kind become bytes and come back.
 *
 * `copy(m)` must equal `decode(encode(m))`: the simulator calls it instead of both where speed counts, so that sender
 * and receiver never share an object.
 */
export interface Codec<M> {
  /** Encodes `message`. Throws `WireError` for a value that cannot travel. */
  encode(message: M): Uint8Array;
  /** Decodes `bytes`, which may come from anybody. Throws `WireError` unless they are exactly one message. */
  decode(bytes: Uint8Array): M;
  /** A deep copy that shares nothing mutable with `message`. Bytes that are never written again may be shared. */
  copy(message: M): M;
}

/** A named stream of messages of one kind; both ends must open it under the same name. */
export interface Channel<M> {
  /** Unique on one network. */
  readonly name: string;
  /** How its messages travel. */
  readonly codec: Codec<M>;
}

/** One node's end of a channel. */
export interface Port<M> {
  /** Sends `message` towards `to` and forgets it. Never throws for an unreachable peer. */
  send(to: Address, message: M): void;
  /** Stops receiving; messages that arrive later are dropped. */
  close(): void;
}

/** What went through one node's end of the network since it started. */
export interface NetworkCounters {
  /** Messages handed over, whether they arrived or not. */
  readonly messagesSent: number;
  /** The bytes of those messages. */
  readonly bytesSent: number;
  /** Messages that reached an open channel. */
  readonly messagesReceived: number;
  /** The bytes of those messages. */
  readonly bytesReceived: number;
}

/** What a node may ask of the network. */
export interface Network {
  /** This node's own address, the `from` that its peers see. */
  readonly address: Address;
  /** Totals since the node started. Bytes count encoded message bodies. */
  readonly counters: NetworkCounters;
  /**
   * Opens a channel. `receive` runs once for each message that arrives, never while `send` is on the stack.
   * Throws `TypeError` if the channel is open already.
   */
  open<M>(channel: Channel<M>, receive: (from: Address, message: M) => void): Port<M>;
  /**
   * Whether both addresses are one end's, as far as this one has heard: its own, or others by which it was called from here, as
   * localhost for 127.0.0.1. Not there where every end has one address.
   */
  isSame?(left: Address, right: Address): boolean;
}
