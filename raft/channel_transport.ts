/**
 * Raft over a runtime's network: one channel, messages sent one way.
 * @module
 */

import type { Address, Channel, Codec, Network, Port } from "../runtime/network.ts";
import type { Message } from "./message.ts";
import type { Receiver, Transport } from "./transport.ts";
import type { Configuration, NodeId } from "./types.ts";

/**
 * Carries Raft messages over `network` between members whose addresses are known: from the beginning, or because a configuration has told them.
 */
export class ChannelTransport implements Transport {
  readonly #network: Network;
  readonly #channel: Channel<Message>;
  readonly #addressOf: Map<NodeId, Address>;
  readonly #memberAt = new Map<Address, NodeId>();
  #port: Port<Message> | null = null;

  /**
   * Opens nothing yet: the channel is opened by `receive`.
   *
   * @param network The node's own network.
   * @param name The channel's name; groups that share a process use different ones.
   * @param codec How messages become bytes.
   * @param addresses Where each member listens.
   */
  constructor(
    network: Network,
    name: string,
    codec: Codec<Message>,
    addresses: ReadonlyMap<NodeId, Address>,
  ) {
    this.#network = network;
    this.#channel = { name, codec };
    this.#addressOf = new Map(addresses);
    for (const [member, address] of addresses) this.#memberAt.set(address, member);
  }

  /**
   * Takes the addresses that `configuration` tells, for {@linkcode RaftOptions.onConfiguration}. A member without one keeps the address that it had. Nobody is
   * forgotten: whoever was removed may still ask, and is answered.
   */
  learn({ members }: Configuration): void {
    for (const { id, address } of members) {
      const known = this.#addressOf.get(id);
      if (address === "" || address === known) continue;
      if (known !== undefined && this.#memberAt.get(known) === id) this.#memberAt.delete(known);
      this.#addressOf.set(id, address);
      this.#memberAt.set(address, id);
    }
  }

  send(to: NodeId, message: Message): void {
    const address = this.#addressOf.get(to);
    if (address !== undefined) this.#port?.send(address, message);
  }

  /** A member whose address here is not the one under which it speaks, as localhost for 127.0.0.1. */
  #memberBehind(from: Address): NodeId | undefined {
    for (const [address, member] of this.#memberAt) {
      if (this.#network.isSame?.(address, from)) return member;
    }
    return undefined;
  }

  receive(receiver: Receiver): void {
    this.#port = this.#network.open(this.#channel, (from, message) => {
      const member = this.#memberAt.get(from) ?? this.#memberBehind(from);
      // Nobody knows whose word this is.
      if (member !== undefined) receiver(member, message, null);
    });
  }
}
