/**
 * Flotilla's own Raft in the labs' seat: messages on calls, writes to the persister, chunks to the apply channel.
 * @module
 */

import {
  type Answer,
  type Committed,
  type Message,
  messageCodec,
  RaftNode,
  type Receiver,
  type Transport,
} from "../../../raft/mod.ts";
import { decodeValue, encodeValue, type WireValue } from "../../../runtime/mod.ts";
import type { PeerState, RaftPeer, RaftSeat, StartResult } from "../raft/seat.ts";
import { PersisterStorage } from "./persister_storage.ts";

/** A message on a call: who sends it, and its bytes. */
type Envelope = readonly [from: number, message: Uint8Array];

const METHODS = ["preVoteRequest", "voteRequest", "appendRequest", "snapshotRequest"] as const;

/** The labs' call-and-reply network as Raft's transport: each answer goes back on the call that asked for it. */
export class CallTransport implements Transport {
  readonly #seat: RaftSeat;
  #receiver: Receiver | null = null;

  constructor(seat: RaftSeat) {
    this.#seat = seat;
    const serve = (envelope: Envelope) => this.#serve(envelope);
    seat.serve(Object.fromEntries(METHODS.map((method) => [method, serve])));
  }

  send(to: string, message: Message): void {
    const envelope: Envelope = [this.#seat.me, messageCodec.encode(message)];
    this.#seat.call<Uint8Array>(Number(to), message.type, envelope).then((reply) => {
      if (reply !== null) this.#receiver?.(to, messageCodec.decode(reply), null);
    });
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  #serve([from, bytes]: Envelope): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      // What the node withholds comes back as `null`, which a caller cannot tell from a lost reply.
      const answer: Answer = (reply) => resolve(reply === null ? null : messageCodec.encode(reply));
      this.#receiver?.(String(from), messageCodec.decode(bytes), answer);
    });
  }
}

/** One server of ours. */
export class FlotillaPeer implements RaftPeer {
  /** The node inside, for our own laws. */
  readonly node: RaftNode;

  readonly #storage: PersisterStorage;

  /** Puts a node into the labs' shape. */
  constructor(node: RaftNode, storage: PersisterStorage) {
    this.node = node;
    this.#storage = storage;
  }

  start(command: unknown): StartResult {
    return this.node.start(encodeValue(command as WireValue));
  }

  getState(): PeerState {
    const { term, isLeader } = this.node.state();
    const { hardStateSequence, flushedSequence } = this.node.core;
    // The labs want a term to be stored before anybody is told of it, and our disk takes its time.
    return { term: hardStateSequence <= flushedSequence ? term : this.#storage.savedTerm, isLeader };
  }

  snapshot(index: number, snapshot: Uint8Array): void {
    this.node.snapshot(index, snapshot);
  }

  persistBytes(): number {
    return this.node.logSizeBytes;
  }
}

/** Starts a server of Flotilla's own Raft. */
export async function makeFlotillaRaft(seat: RaftSeat): Promise<FlotillaPeer> {
  const disk = seat.random.split("disk");
  // One life in three has a disk that takes no time, as in the labs.
  const slowestMs = [0, 1, 5][disk.below(3)];
  const storage = new PersisterStorage(seat.persister, {
    incarnation: 1 + disk.below(0x7fffffff),
    rest: () => slowestMs === 0 ? Promise.resolve() : seat.clock.sleep(disk.next() * slowestMs),
  });
  // The service restores this one by itself; only a newer one is news to it.
  const restored = storage.recovered.snapshot?.index ?? 0;
  const node = await RaftNode.open({
    id: String(seat.me),
    members: seat.peers.map(String),
    storage,
    transport: new CallTransport(seat),
    clock: seat.clock,
    random: seat.random.split("node"),
    signal: seat.signal,
  });
  pump(node, seat, restored);
  return new FlotillaPeer(node, storage);
}

/** Feeds the labs' apply channel, for as long as the node lives. A node that dies of itself fails the test. */
async function pump(node: RaftNode, seat: RaftSeat, restored: number): Promise<void> {
  for await (const chunk of node.committed) await hand(chunk, seat, restored);
}

async function hand(chunk: Committed, seat: RaftSeat, restored: number): Promise<void> {
  if (chunk.type === "snapshot") {
    const { index, term, data } = chunk.snapshot;
    if (index > restored) await seat.apply({ type: "snapshot", index, term, snapshot: data });
    return;
  }
  // The labs' members never change.
  if (chunk.type === "configuration") return;
  let index = chunk.firstIndex;
  for (const { command } of chunk.entries) {
    await seat.apply({ type: "command", index: index++, command: decodeValue(command) });
  }
}
