/**
 * The real network: messages over TCP, plain or by TLS.
 * @module
 */

import type { Address, Channel, Codec, Network, NetworkCounters, Port } from "../network.ts";
import type { Random } from "../random.ts";
import { WireError } from "../wire_error.ts";
import { type HostPort, splitAddress } from "./address.ts";
import { denoClock } from "./clock.ts";
import type { ConnectionEnd } from "./connection.ts";
import { FRAME_OVERHEAD_BYTES, MAX_NAME_BYTES } from "./frames.ts";
import { callPlainly, type Door, openPlainDoor } from "./line.ts";
import { Outbox, type Overflow } from "./outbox.ts";
import { Peer, type PeerContext } from "./peer.ts";
import { entropyRandom } from "./random.ts";
import { Reception } from "./reception.ts";
import { callByTls, type DenoTls, openTlsDoor } from "./tls.ts";

const MAX_CONNECTIONS = 1024;
const CONNECT_TIMEOUT_MS = 3000;

/** How the real network is used. */
export interface DenoNetworkOptions {
  /**
   * `host:port` at which this end is called; port 0 takes a free one. `null` for an end that only calls, such as a client: it
   * takes no port, and its answers come back on the connections that it opened.
   */
  readonly address: Address | null;
  /** The address that peers are to call, where it is not the one listened at, as with `0.0.0.0`. */
  readonly advertise?: Address;
  /** The end of everything: the listener, the connections, the timers. */
  readonly signal: AbortSignal;
  /** Spreads the pauses between attempts, and names an end that only calls. @default {from the system's entropy} */
  readonly random?: Random;
  /** Longest message, in and out. @default {64 MiB} */
  readonly maxFrameBytes?: number;
  /** What may wait for one peer. @default {16 MiB} */
  readonly maxQueueBytes?: number;
  /** Which message is dropped when that is full. @default {"dropOldest"} */
  readonly overflow?: Overflow;
  /** How many may be connected to this end at once, and how many it calls at once. @default {1024} */
  readonly maxConnections?: number;
  /** An attempt to connect is given up, and a caller that does not say who it is is sent away, after this. @default {3000} */
  readonly connectTimeoutMs?: number;
  /**
   * A peer that gives no sign of life for this long after something was sent is asked for one, and given up after as long
   * again. Without that, what is sent after a partition may wait minutes for the system to try again. @default {3000}
   */
  readonly silenceMs?: number;
  /** Pauses after failed attempts: the first, doubling up to the longest. @default {{ first: 20, most: 500 }} */
  readonly backoffMs?: { readonly first: number; readonly most: number };
  /**
   * A connection that this end had opened to `peer` was lost: its process has probably died, or was restarted. A hint only,
   * which comes sooner than any timeout; nothing follows from it for certain.
   */
  readonly onPeerClosed?: (peer: Address) => void;
  /**
   * An attempt to connect to `peer` failed: most likely nobody listens there. What was to be sent is lost, and whoever waits for an
   * answer to it need not wait for a timeout. Told after every attempt that fails; a hint only.
   */
  readonly onPeerUnreached?: (peer: Address) => void;
  /**
   * Every line is enciphered, and both of its ends show a certificate of one authority. An end that is called is opened by
   * {@linkcode openDenoNetwork} then. @default {plain TCP: for a loopback or a private network}
   */
  readonly tls?: DenoTls;
}

/** What went through a real end of the network. */
export interface DenoNetworkCounters extends NetworkCounters {
  /** Messages that this end gave up: the queue was full, or there was no way to the peer. */
  readonly messagesDropped: number;
  /** Connections on which something came that was not ours, or was too large. */
  readonly connectionsRefused: number;
}

/** A real end of the network. Made by {@linkcode denoNetwork}. */
export interface DenoNetwork extends Network {
  /** Totals since the start. Messages that were dropped count as sent. */
  readonly counters: DenoNetworkCounters;
}

/**
 * An end of the real network.
 *
 * All messages that are sent in one turn of the event loop go out in one write. Connections are opened when there is something
 * to send, and again when they were lost; what could not be sent meanwhile is dropped and counted, as the weak contract of
 * {@linkcode Network} allows. Whatever is not ours on a connection ends that connection and nothing else.
 *
 * Without `tls` nobody is asked for a password, and nothing is enciphered: whoever reaches the port can speak for any peer.
 * Listen on a loopback or a private network then.
 *
 * Throws what `Deno.listen` throws, and `TypeError` for an address that is not `host:port`, or for one that is to be listened
 * at by TLS: see {@linkcode openDenoNetwork}.
 *
 * @example One end asks, the other answers
 * ```ts
 * import { defineService, RpcPeer, seededRandom } from "@flotilla/flotilla/runtime";
 * import { denoClock, denoNetwork } from "@flotilla/flotilla/runtime/deno";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const { signal } = death;
 * const service = defineService<{ double: { request: number; reply: number } }>("maths", ["double"]);
 * const common = { clock: denoClock(signal), random: seededRandom(1), signal };
 * const server = denoNetwork({ address: "127.0.0.1:0", signal });
 * new RpcPeer({ ...common, network: server }, service, { double: (request) => request * 2 });
 * const client = new RpcPeer({ ...common, network: denoNetwork({ address: null, signal }) }, service, null);
 * assertEquals(await client.call(server.address, "double", 21, { timeoutMs: 5000 }), 42);
 * death.abort();
 * ```
 */
export function denoNetwork(options: DenoNetworkOptions): DenoNetwork {
  if (options.address === null) return new TcpNetwork(options, null);
  if (options.tls === undefined) {
    options.signal.throwIfAborted();
    return new TcpNetwork(options, openPlainDoor(parseAddress(options.address)));
  }
  throw new TypeError("Cannot listen by TLS at once: use openDenoNetwork, and await it");
}

/**
 * Like {@linkcode denoNetwork}, for ends that are called by TLS too. Rejects with what that throws, and with the error of
 * `node:tls` for certificates or keys that make no sense.
 */
export async function openDenoNetwork(options: DenoNetworkOptions): Promise<DenoNetwork> {
  const { address, tls, signal, maxConnections, connectTimeoutMs } = options;
  if (address === null || tls === undefined) return denoNetwork(options);
  signal.throwIfAborted();
  const door = await openTlsDoor(parseAddress(address), tls, {
    maxStrangers: maxConnections ?? MAX_CONNECTIONS,
    strangerMs: connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  });
  if (signal.aborted) door.close();
  return new TcpNetwork(options, door);
}

interface Receiver {
  receive(from: Address, body: Uint8Array): void;
}

class TcpNetwork implements DenoNetwork {
  readonly address: Address;
  readonly #signal: AbortSignal;
  readonly #maxBodyBytes: number;
  readonly #maxPeers: number;
  readonly #context: PeerContext;
  readonly #reception: Reception;
  readonly #makeOutbox: () => Outbox;
  readonly #receivers = new Map<string, Receiver>();
  readonly #peers = new Map<Address, Peer>();
  /** What peers that are called from here call themselves, where that is something else. */
  readonly #ownNames = new Map<Address, Address>();
  readonly #counters = {
    messagesSent: 0,
    bytesSent: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesDropped: 0,
    connectionsRefused: 0,
  };

  constructor(options: DenoNetworkOptions, door: Door | null) {
    const {
      signal,
      tls,
      maxFrameBytes = 64 << 20,
      maxConnections = MAX_CONNECTIONS,
      connectTimeoutMs = CONNECT_TIMEOUT_MS,
      silenceMs = 3000,
    } = options;
    signal.throwIfAborted();
    const random = options.random ?? entropyRandom();
    this.address = options.advertise ?? door?.address ?? callerName(random);
    this.#signal = signal;
    this.#maxBodyBytes = maxFrameBytes - FRAME_OVERHEAD_BYTES;
    this.#maxPeers = maxConnections;
    this.#makeOutbox = () =>
      new Outbox(options.maxQueueBytes ?? 16 << 20, options.overflow ?? "dropOldest", (count) => {
        this.#counters.messagesDropped += count;
      });
    this.#context = {
      address: this.address,
      clock: denoClock(signal),
      random: random.split("pauses"),
      signal,
      maxFrameBytes,
      connectTimeoutMs,
      silenceMs,
      backoffMs: options.backoffMs ?? { first: 20, most: 500 },
      call: (target, giveUp) =>
        tls === undefined ? callPlainly(target, giveUp) : callByTls(target, tls, giveUp),
      receive: (from, channel, body) => this.#receive(from, channel, body),
      ended: (peer, why) => {
        this.#countEnd(why);
        if (why !== "closed") outside(() => options.onPeerClosed?.(peer));
      },
      unreached: (peer) => outside(() => options.onPeerUnreached?.(peer)),
      idle: (peer) => this.#forget(peer),
      named: (peer, name) => {
        // Called by another name than its own, as localhost for 127.0.0.1: its answers must still be known for its.
        if (name !== peer && splitAddress(name) !== null) this.#ownNames.set(peer, name);
        else this.#ownNames.delete(peer);
      },
    };
    this.#reception = new Reception(this.#context, {
      maxConnections,
      makeOutbox: this.#makeOutbox,
      ended: (why) => this.#countEnd(why),
    });
    if (door !== null) void this.#reception.accept(door);
    signal.addEventListener("abort", () => this.#die(door), { once: true });
  }

  get counters(): DenoNetworkCounters {
    return { ...this.#counters };
  }

  open<M>(channel: Channel<M>, receive: (from: Address, message: M) => void): Port<M> {
    const { name, codec } = channel;
    if (this.#receivers.has(name)) {
      throw new TypeError(
        `Cannot open channel ${name} on ${this.address}: it is open already, close it first`,
      );
    }
    if (name === "" || name.length * 3 > MAX_NAME_BYTES) {
      throw new TypeError(
        `Cannot open channel ${name}: give a name of at most ${MAX_NAME_BYTES / 3} characters`,
      );
    }
    const receiver = { receive: (from: Address, body: Uint8Array) => deliver(codec, body, from, receive) };
    this.#receivers.set(name, receiver);
    return {
      send: (to, message) => this.#send(to, name, codec.encode(message)),
      close: () => {
        if (this.#receivers.get(name) === receiver) this.#receivers.delete(name);
      },
    };
  }

  isSame(left: Address, right: Address): boolean {
    return (this.#ownNames.get(left) ?? left) === (this.#ownNames.get(right) ?? right);
  }

  #send(to: Address, channel: string, body: Uint8Array): void {
    if (this.#signal.aborted) return;
    if (body.length > this.#maxBodyBytes) {
      const what = `Cannot send ${body.length} bytes on ${channel}: the limit is ${this.#maxBodyBytes}`;
      throw new WireError("tooLarge", what);
    }
    this.#counters.messagesSent++;
    this.#counters.bytesSent += body.length;
    const message = { channel, body };
    const way = this.#peers.get(to) ?? this.#reception.guest(to) ?? this.#newPeer(to);
    if (way === null) this.#counters.messagesDropped++;
    else way.send(message);
  }

  /** Somebody to be called for the first time, or again after a while. Null where there is no way to call. */
  #newPeer(address: Address): Peer | null {
    const target = splitAddress(address);
    // Strangers can make this end call anybody, by asking in another's name: so there is an end to it.
    if (target === null || this.#peers.size >= this.#maxPeers) return null;
    const peer = new Peer(address, target, this.#context, this.#makeOutbox());
    this.#peers.set(address, peer);
    return peer;
  }

  #receive(from: Address, channel: string, body: Uint8Array): void {
    const receiver = this.#receivers.get(channel);
    // Closed, or not open yet: lost, like a message to a process that is not there.
    if (receiver === undefined) return;
    this.#counters.messagesReceived++;
    this.#counters.bytesReceived += body.length;
    receiver.receive(from, body);
  }

  #forget(peer: Address): void {
    this.#peers.delete(peer);
    this.#ownNames.delete(peer);
  }

  #countEnd(why: ConnectionEnd): void {
    if (why === "hostile") this.#counters.connectionsRefused++;
  }

  #die(door: Door | null): void {
    door?.close();
    this.#receivers.clear();
    this.#reception.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
  }
}

/** Throws `WireError` for a body that `codec` cannot make sense of, whatever the codec throws. */
function deliver<M>(
  codec: Codec<M>,
  body: Uint8Array,
  from: Address,
  receive: (from: Address, message: M) => void,
): void {
  let message: M;
  try {
    message = codec.decode(body);
  } catch (cause) {
    throw cause instanceof WireError
      ? cause
      : new WireError("malformed", "Cannot decode a message", { cause });
  }
  outside(() => receive(from, message));
}

/** Calls code that is not the network's. */
function outside(action: () => void): void {
  try {
    action();
  } catch (error) {
    // A bug of this node, not of the sender: it must be seen, and the connection has nothing to do with it.
    reportError(error);
  }
}

/** No colon in it: nobody takes it for an address that can be called. */
function callerName(random: Random): Address {
  const [high, low] = ["high", "low"].map((part) => random.split(part).below(4294967296));
  return `caller-${high.toString(36)}${low.toString(36)}`;
}

function parseAddress(address: Address): HostPort {
  const parts = splitAddress(address);
  if (parts === null) {
    throw new TypeError(`Cannot listen at "${address}": give host:port, as in 127.0.0.1:7001`);
  }
  return parts;
}
