/**
 * A peer that this end calls: connects when there is something to send, again after a loss, with growing pauses.
 * @module
 */

import type { Clock, Timer } from "../clock.ts";
import type { Address } from "../network.ts";
import type { Random } from "../random.ts";
import type { HostPort } from "./address.ts";
import { Connection, type ConnectionEnd } from "./connection.ts";
import type { Outgoing } from "./frames.ts";
import type { Line } from "./line.ts";
import type { Outbox } from "./outbox.ts";

/** What a peer needs of its network. */
export interface PeerContext {
  /** This end's own address. */
  readonly address: Address;
  readonly clock: Clock;
  /** Spreads the pauses. */
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly maxFrameBytes: number;
  readonly connectTimeoutMs: number;
  readonly silenceMs: number;
  readonly backoffMs: { readonly first: number; readonly most: number };
  /** Opens a line. */
  call(target: HostPort, signal: AbortSignal): Promise<Line>;
  receive(from: Address, channel: string, body: Uint8Array): void;
  ended(peer: Address, why: ConnectionEnd): void;
  /** An attempt to call the peer came to nothing. */
  unreached(peer: Address): void;
  /** Nothing is open and nothing waits: the peer may be forgotten. */
  idle(peer: Address): void;
  /** The peer called `peer` says that it is `name`. */
  named(peer: Address, name: Address): void;
}

/** How things stand with the peer. */
type Contact =
  | { readonly kind: "idle" | "connecting" }
  /** The last attempt failed; the next one waits for this timer. */
  | { readonly kind: "pausing"; readonly timer: Timer }
  | { readonly kind: "connected"; readonly connection: Connection; readonly sinceMs: number };

/** See the module's page. */
export class Peer {
  readonly #address: Address;
  readonly #target: HostPort;
  readonly #context: PeerContext;
  readonly #outbox: Outbox;
  #line: Contact = { kind: "idle" };
  #pauseMs = 0;

  constructor(address: Address, target: HostPort, context: PeerContext, outbox: Outbox) {
    this.#address = address;
    this.#target = target;
    this.#context = context;
    this.#outbox = outbox;
  }

  send(message: Outgoing): void {
    this.#outbox.add(message);
    if (this.#line.kind === "connected") this.#line.connection.flushSoon();
    else if (this.#line.kind === "idle") void this.#connect();
  }

  close(): void {
    if (this.#line.kind === "connected") this.#line.connection.close();
    if (this.#line.kind === "pausing") this.#line.timer.cancel();
    this.#outbox.clear();
  }

  async #connect(): Promise<void> {
    const { clock, signal, connectTimeoutMs } = this.#context;
    this.#line = { kind: "connecting" };
    const giveUp = new AbortController();
    const onDeath = () => giveUp.abort();
    const timer = clock.setTimer(connectTimeoutMs, onDeath);
    signal.addEventListener("abort", onDeath, { once: true });
    try {
      const line = await this.#context.call(this.#target, giveUp.signal);
      if (signal.aborted) line.close();
      else this.#connected(line);
    } catch (error) {
      // A permission that was not given is nobody's absence, and waiting does not help.
      if (error instanceof Deno.errors.NotCapable) reportError(error);
      this.#pause();
      if (!signal.aborted) this.#context.unreached(this.#address);
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", onDeath);
    }
  }

  #connected(line: Line): void {
    const { address, maxFrameBytes, clock, silenceMs } = this.#context;
    const connection = new Connection(line, {
      address,
      maxFrameBytes,
      silence: { clock, ms: silenceMs },
      outbox: this.#outbox,
      events: {
        // It goes by the name under which it was called: whoever waits for an answer from there knows no other.
        hello: (name) => this.#context.named(this.#address, name),
        message: (channel, body) => this.#context.receive(this.#address, channel, body),
        ended: (why) => this.#ended(why),
      },
    });
    this.#line = { kind: "connected", connection, sinceMs: clock.now() };
  }

  #ended(why: ConnectionEnd): void {
    const { clock, backoffMs } = this.#context;
    // A peer that takes calls and hangs up at once is not called in a tight circle.
    if (this.#line.kind === "connected" && clock.now() - this.#line.sinceMs > backoffMs.most) {
      this.#pauseMs = 0;
    }
    this.#pause();
    this.#context.ended(this.#address, why);
  }

  /** What waits is dropped: it would come late, and whoever needs an answer asks again. */
  #pause(): void {
    this.#outbox.clear();
    const { clock, random, signal, backoffMs } = this.#context;
    if (signal.aborted) {
      this.#line = { kind: "idle" };
      return;
    }
    this.#pauseMs = Math.min(backoffMs.most, this.#pauseMs === 0 ? backoffMs.first : this.#pauseMs * 2);
    const timer = clock.setTimer(this.#pauseMs * (0.5 + random.next() / 2), () => {
      this.#line = { kind: "idle" };
      if (this.#outbox.empty) this.#context.idle(this.#address);
      else void this.#connect();
    });
    this.#line = { kind: "pausing", timer };
  }
}
