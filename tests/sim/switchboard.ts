/**
 * The data path of the simulated network: what happens to one message between `send` and `receive`.
 * @module
 */

import { hashLabel, mix } from "../../runtime/mod.ts";
import type { Channel, Network, NetworkCounters, Port } from "../../runtime/mod.ts";
import { Chance } from "./chance.ts";
import { drawDelayUs } from "./conditions.ts";
import type { LinkConditions } from "./conditions.ts";
import { Link, LinkFaults, type Weather } from "./links.ts";
import type { Loop } from "./loop.ts";
import { Traffic } from "./process.ts";
import type { Process, Receiver } from "./process.ts";
import type { EventState, SimEvent } from "./queue.ts";
import { KIND } from "./trace.ts";

/** How sender and receiver are kept from sharing objects: through the real codec, or by the codec's deep copy. */
export type Isolation = "wire" | "copy";

/** Watches messages; laws live here. `from` and `to` are machine numbers; the message must not be changed or kept. */
export interface NetworkObserver {
  /** A live process hands a message to the network, which may yet lose it. */
  onSend(from: number, to: number, channel: string, message: unknown): void;
  /** A live process is about to receive a message. */
  onDeliver(from: number, to: number, channel: string, message: unknown): void;
}

/** How a network is made. */
export interface NetworkOptions {
  readonly isolation: Isolation;
  /** Whether the trace covers the bytes of every message (with wire isolation). */
  readonly traceContent: boolean;
}

/** The questions a message's chance answers; the second copy of a message asks with `COPY` added. */
const LOSE = 1;
const DUPLICATE = 2;
const HELD_BACK = 3;
const HELD_SPREAD = 4;
const HELD_FOR = 5;
const DELAY = 6;
const COPY = 16;

class Delivery implements SimEvent {
  readonly kind = KIND.deliver;
  readonly node: number;
  readonly peer: number;
  readonly digest: number;
  state: EventState = "idle";
  readonly board: Switchboard;
  readonly link: Link;
  readonly channel: number;
  readonly payload: unknown;

  constructor(board: Switchboard, link: Link, channel: number, nth: number, payload: unknown) {
    this.node = link.to;
    this.peer = link.from;
    this.digest = messageDigest(channel, nth);
    this.board = board;
    this.link = link;
    this.channel = channel;
    this.payload = payload;
  }

  ready(): boolean {
    return this.board.admit(this);
  }

  fire(): void {
    this.board.deliver(this);
  }
}

function messageDigest(channel: number, nth: number): number {
  return (Math.imul(nth, 64) ^ channel) | 0;
}

function checksum(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash;
}

/** See the module's page. */
export class Switchboard {
  readonly faults: LinkFaults;
  readonly totals: Traffic = new Traffic();
  classify: ((channel: string, message: unknown) => string) | null = null;
  describe: ((channel: string, message: unknown) => string) | null = null;
  observer: NetworkObserver | null = null;
  readonly loop: Loop;
  readonly #wire: boolean;
  readonly #traceContent: boolean;
  readonly #chance: Chance;
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #processes: (Process | null)[] = [];
  readonly #links: Map<string, Link>[] = [];
  readonly #channels: string[] = [];

  constructor(loop: Loop, options: NetworkOptions) {
    this.loop = loop;
    this.#wire = options.isolation === "wire";
    this.#traceContent = options.traceContent && this.#wire;
    this.#chance = new Chance(loop.seed, "network");
    this.faults = new LinkFaults((held) => held.forEach((event) => loop.push(0, event)));
  }

  /** All machine names, by number. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** All links used so far. */
  get links(): Link[] {
    return this.#links.flatMap((links) => [...links.values()]);
  }

  /** Makes a machine known. */
  addMachine(node: number, name: string): void {
    this.#names[node] = name;
    this.#numbers.set(name, node);
    this.#processes[node] = null;
    this.#links[node] = new Map();
  }

  /** Connects an incarnation in place of the last one. */
  attach(process: Process): void {
    this.#processes[process.node] = process;
  }

  /** The link between two machines; `null` if there is no such machine. */
  link(from: number, to: string): Link | null {
    const known = this.#links[from].get(to);
    if (known !== undefined) return known;
    const number = this.#numbers.get(to);
    if (number === undefined) return null;
    const key = mix(hashLabel(this.#names[from]), hashLabel(to));
    const link = new Link(from, number, key, this.faults.baseOf(from, number));
    this.#links[from].set(to, link);
    return link;
  }

  /** The number of a machine; throws `RangeError` for a name that is none. */
  machineNumber(name: string): number {
    const number = this.#numbers.get(name);
    if (number === undefined) {
      throw new RangeError(`Cannot find a machine named ${name}: call world.machine() first`);
    }
    return number;
  }

  /** The number of a channel. */
  channelNumber(name: string): number {
    const known = this.#channels.indexOf(name);
    return known >= 0 ? known : this.#channels.push(name) - 1;
  }

  /** A live process sends: counts the message, shows it to the observer and decides its fate. */
  send<M>(process: Process, channel: Channel<M>, number: number, to: string, message: M): void {
    if (!process.alive) return;
    const bytes = this.#wire ? channel.codec.encode(message) : null;
    this.#count(process, bytes);
    const link = this.link(process.node, to);
    const nth = link === null ? 0 : link.sent++;
    const digest = messageDigest(number, nth) ^ (this.#traceContent && bytes !== null ? checksum(bytes) : 0);
    const trace = this.loop.trace;
    trace.fold(this.loop.nowUs, KIND.send, process.node, link === null ? -1 : link.to, digest);
    if (trace.recording) trace.describe(this.#words(channel.name, message));
    if (link === null) return this.#lost(process.node, -1, digest);
    this.observer?.onSend(link.from, link.to, channel.name, message);
    const weather = link.byKind === null ? link.weather : this.#weatherFor(link, channel.name, message);
    const { conditions } = weather;
    if (link.cuts > 0) {
      link.feelCuts();
      return this.#lost(link.from, link.to, digest);
    }
    if (conditions.lossRate > 0 && this.#chance.unit(link.key, nth, LOSE) < conditions.lossRate) {
      if (weather.felt !== null) weather.felt.count++;
      return this.#lost(link.from, link.to, digest);
    }
    const lineUs = conditions.bytesPerSecond === 0
      ? 0
      : this.#line(link, conditions, bytes ?? channel.codec.encode(message));
    this.#dispatch(link, weather, number, nth, lineUs, 0, bytes ?? channel.codec.copy(message));
    if (
      conditions.duplicateRate > 0 && this.#chance.unit(link.key, nth, DUPLICATE) < conditions.duplicateRate
    ) {
      trace.fold(this.loop.nowUs, KIND.duplicate, link.from, link.to, digest);
      this.#dispatch(link, weather, number, nth, lineUs, COPY, bytes ?? channel.codec.copy(message));
    }
  }

  /** Decides at the time of arrival whether a message may be received now. */
  admit(delivery: Delivery): boolean {
    const { link } = delivery;
    if (link.clogged !== null) {
      delivery.state = "held";
      link.clogged.push(delivery);
      link.feelClogs();
      return false;
    }
    const process = this.#processes[link.to];
    if (link.cuts === 0 && process !== null && process.alive) return process.admit(delivery);
    if (link.cuts > 0) link.feelCuts();
    this.#lost(link.from, link.to, delivery.digest);
    return false;
  }

  /** Hands an admitted message to its receiver. */
  deliver(delivery: Delivery): void {
    const { link, payload } = delivery;
    const process = this.#processes[link.to];
    const receiver = process?.receivers[delivery.channel];
    if (process === null || receiver === undefined) return;
    const bytes = this.#wire && payload instanceof Uint8Array ? payload : null;
    const message = bytes === null ? payload : receiver.codec.decode(bytes);
    const size = bytes === null ? 0 : bytes.length;
    process.traffic.messagesReceived++;
    process.traffic.bytesReceived += size;
    this.totals.messagesReceived++;
    this.totals.bytesReceived += size;
    const channel = this.#channels[delivery.channel];
    if (this.loop.trace.recording) this.loop.trace.describe(this.#words(channel, message));
    this.observer?.onDeliver(link.from, link.to, channel, message);
    receiver.receive(this.#names[link.from], message);
  }

  #count(process: Process, bytes: Uint8Array | null): void {
    const size = bytes === null ? 0 : bytes.length;
    process.traffic.messagesSent++;
    process.traffic.bytesSent += size;
    this.totals.messagesSent++;
    this.totals.bytesSent += size;
  }

  #words(channel: string, message: unknown): string {
    return this.describe === null ? channel : `${channel}: ${this.describe(channel, message)}`;
  }

  #weatherFor(link: Link, channel: string, message: unknown): Weather {
    const kind = this.classify === null ? channel : this.classify(channel, message);
    return link.byKind?.get(kind) ?? link.weather;
  }

  /** Queues the bytes on a slow line and returns how long until the last of them is through, in microseconds. */
  #line(link: Link, conditions: LinkConditions, bytes: Uint8Array): number {
    const nowUs = this.loop.nowUs;
    const freeUs = Math.max(nowUs, link.busyUntilUs) +
      Math.ceil(bytes.length * 1e6 / conditions.bytesPerSecond);
    link.busyUntilUs = freeUs;
    return freeUs - nowUs;
  }

  #dispatch(
    link: Link,
    { conditions, felt, usualUs }: Weather,
    channel: number,
    nth: number,
    lineUs: number,
    question: number,
    payload: unknown,
  ): void {
    const chance = this.#chance;
    const { delay, holdBack } = conditions;
    let delayUs = lineUs;
    if (delay.kind !== "none") delayUs += drawDelayUs(delay, chance, link.key, nth, DELAY + question);
    if (holdBack.rate > 0 && chance.unit(link.key, nth, HELD_BACK + question) < holdBack.rate) {
      const spreadMs = chance.unit(link.key, nth, HELD_SPREAD + question) * holdBack.spreadMs;
      const heldMs = holdBack.minMs + chance.unit(link.key, nth, HELD_FOR + question) * spreadMs;
      delayUs += Math.round(heldMs * 1000);
    }
    if (felt !== null && (delayUs > usualUs || question === COPY)) felt.count++;
    if (conditions.inOrder) {
      const arrivalUs = Math.max(this.loop.nowUs + delayUs, link.lastArrivalUs);
      link.lastArrivalUs = arrivalUs;
      delayUs = arrivalUs - this.loop.nowUs;
    }
    this.loop.push(delayUs, new Delivery(this, link, channel, nth, payload));
  }

  #lost(from: number, to: number, digest: number): void {
    this.loop.trace.fold(this.loop.nowUs, KIND.lose, from, to, digest);
  }
}

/** The network as one incarnation sees it. */
export class NetworkFace implements Network {
  readonly #board: Switchboard;
  readonly #process: Process;

  constructor(board: Switchboard, process: Process) {
    this.#board = board;
    this.#process = process;
  }

  get address(): string {
    return this.#process.name;
  }

  get counters(): NetworkCounters {
    return this.#process.traffic.snapshot();
  }

  open<M>(channel: Channel<M>, receive: (from: string, message: M) => void): Port<M> {
    const process = this.#process;
    const board = this.#board;
    const number = board.channelNumber(channel.name);
    if (process.receivers[number] !== undefined) {
      throw new TypeError(
        `Cannot open channel ${channel.name} on ${process.name}: it is open already, close it first`,
      );
    }
    const receiver: Receiver = { codec: channel.codec, receive };
    process.receivers[number] = receiver;
    return {
      send: (to, message) => board.send(process, channel, number, to, message),
      close: () => {
        if (process.receivers[number] === receiver) process.receivers[number] = undefined;
      },
    };
  }
}
