/**
 * One incarnation of a node: from a boot to the crash that ends it.
 *
 * Whatever was started for an incarnation checks `admit` before it happens: timers and messages of a dead one never
 * fire, those of a paused one wait for the resume.
 * @module
 */

import type { Codec, NetworkCounters } from "../../runtime/mod.ts";
import { type Felt, FeltCount } from "./felt.ts";
import type { SimEvent } from "./queue.ts";

/** The reason of a crashed process' signal. */
export class ProcessCrash extends Error {
  /** Always `ProcessCrash`. */
  override readonly name = "ProcessCrash";

  /** `name` is the machine's. */
  constructor(name: string, incarnation: number) {
    super(`Process ${name} (incarnation ${incarnation}) crashed`);
  }
}

/** The receiving end of a channel. */
export interface Receiver {
  readonly codec: Codec<unknown>;
  receive(from: string, message: unknown): void;
}

/** What went through a node's end of the network, still counting. */
export class Traffic implements NetworkCounters {
  messagesSent = 0;
  bytesSent = 0;
  messagesReceived = 0;
  bytesReceived = 0;

  /** The present totals, fixed. */
  snapshot(): NetworkCounters {
    const { messagesSent, bytesSent, messagesReceived, bytesReceived } = this;
    return { messagesSent, bytesSent, messagesReceived, bytesReceived };
  }
}

/** See the module's page. */
export class Process {
  /** The machine's number. */
  readonly node: number;
  readonly name: string;
  /** 1 for the machine's first boot. */
  readonly incarnation: number;
  readonly traffic = new Traffic();
  /** By channel number. */
  readonly receivers: (Receiver | undefined)[] = [];
  readonly #controller = new AbortController();
  #alive = true;
  #held: SimEvent[] | null = null;
  #felt = new FeltCount();

  constructor(node: number, name: string, incarnation: number) {
    this.node = node;
    this.name = name;
    this.incarnation = incarnation;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#held !== null;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if `event` of this process may happen now; a paused process keeps it for later. */
  admit(event: SimEvent): boolean {
    if (this.#held === null) return this.#alive;
    event.state = "held";
    this.#held.push(event);
    this.#felt.count++;
    return false;
  }

  /** Stops the whole process, as SIGSTOP does; what it gives counts what has to wait. */
  pause(): Felt {
    this.#felt = new FeltCount();
    if (this.#alive) this.#held ??= [];
    return this.#felt;
  }

  /** Lets it go on; returns what was held back, in order, to be scheduled again. */
  resume(): SimEvent[] {
    const held = this.#held ?? [];
    this.#held = null;
    return held.filter((event) => event.state === "held");
  }

  /** From here on nothing leaves; the signal is aborted later by `announceDeath`, when the disk has had its crash. */
  die(): SimEvent[] {
    this.#alive = false;
    return this.resume();
  }

  /** Aborts the signal. */
  announceDeath(): void {
    this.#controller.abort(new ProcessCrash(this.name, this.incarnation));
  }
}
