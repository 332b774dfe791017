/**
 * Those who call this end.
 * @module
 */

import type { Address } from "../network.ts";
import { splitAddress } from "./address.ts";
import { Connection, type ConnectionEnd } from "./connection.ts";
import type { Outgoing } from "./frames.ts";
import type { Door, Line } from "./line.ts";
import type { Outbox } from "./outbox.ts";
import type { PeerContext } from "./peer.ts";

/** After the system refused a connection, such as for want of handles. */
const REFUSED_PAUSE_MS = 100;

/** Somebody who called and cannot be called: what is meant for them goes back on their own connection. */
export class Guest {
  readonly #connection: Connection;
  readonly #outbox: Outbox;

  constructor(connection: Connection, outbox: Outbox) {
    this.#connection = connection;
    this.#outbox = outbox;
  }

  send(message: Outgoing): void {
    this.#outbox.add(message);
    this.#connection.flushSoon();
  }
}

/** How many are let in, and what becomes of them. */
export interface ReceptionOptions {
  readonly maxConnections: number;
  readonly makeOutbox: () => Outbox;
  readonly ended: (why: ConnectionEnd) => void;
}

/** See the module's page. */
export class Reception {
  readonly #context: PeerContext;
  readonly #options: ReceptionOptions;
  readonly #connections = new Set<Connection>();
  readonly #guests = new Map<Address, Guest>();

  constructor(context: PeerContext, options: ReceptionOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The guest of that name, if one is here. */
  guest(name: Address): Guest | undefined {
    return this.#guests.get(name);
  }

  /** Lets callers in until the door is closed. */
  async accept(door: Door): Promise<void> {
    const { signal, clock } = this.#context;
    while (!signal.aborted) {
      try {
        const line = await door.accept();
        if (signal.aborted || this.#connections.size >= this.#options.maxConnections) line.close();
        else this.#welcome(line);
      } catch {
        if (signal.aborted) return;
        // The node must not become deaf because the system was short of something for a moment.
        await clock.sleep(REFUSED_PAUSE_MS).catch(() => {});
      }
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #welcome(line: Line): void {
    const { address, clock, maxFrameBytes, connectTimeoutMs } = this.#context;
    const outbox = this.#options.makeOutbox();
    let name: Address | null = null;
    let guest: Guest | null = null;
    const events = {
      hello: (theirs: Address) => {
        timer.cancel();
        name = theirs;
        // Who can be called is called back: a name alone does not turn another's messages this way.
        if (splitAddress(theirs) !== null) return;
        guest = new Guest(connection, outbox);
        this.#guests.set(theirs, guest);
      },
      message: (channel: string, body: Uint8Array) => this.#context.receive(name as Address, channel, body),
      ended: (why: ConnectionEnd) => {
        timer.cancel();
        this.#connections.delete(connection);
        if (name !== null && guest !== null && this.#guests.get(name) === guest) this.#guests.delete(name);
        outbox.clear();
        this.#options.ended(why);
      },
    };
    // Whether a caller still lives is its own end's business to find out: this one has promised it nothing.
    const connection = new Connection(line, { address, outbox, events, maxFrameBytes, silence: null });
    this.#connections.add(connection);
    const timer = clock.setTimer(connectTimeoutMs, () => connection.close());
  }
}
