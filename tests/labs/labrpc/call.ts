/**
 * What happens to one call, from its request to its outcome.
 * @module
 */

import { decodeValue, encodeValue, type Timer, type WireValue } from "../../../runtime/mod.ts";
import { KIND } from "../../sim/mod.ts";
import type { CallSurroundings, EndState, LabServer } from "./parts.ts";

/** One call. @internal */
export interface CallParts {
  /** How many calls were made on this end before. */
  readonly nth: number;
  readonly method: string;
  readonly bytes: Uint8Array;
  readonly resolve: (reply: unknown) => void;
}

/** The questions that a call's chance answers. Second copies of a request ask with `COPY` added. */
const UNREACHABLE = 1;
const REQUEST_DELAY = 2;
const LOSE_REQUEST = 3;
const LOSE_REPLY = 4;
const HELD_BACK = 5;
const HELD_SPREAD = 6;
const HELD_FOR = 7;
const REQUEST_TURN = 8;
const REPLY_TURN = 9;
const DUPLICATE = 10;
const LATE = 11;
const LATE_FOR = 12;
const COPY = 32;

/** How often a waiting call looks whether its server is still there. */
const LOOK_MS = 100;

/** See the module's page. */
export class LabCall {
  readonly #network: CallSurroundings;
  readonly #end: EndState;
  readonly #parts: CallParts;
  /** As they were when the call was made, which is when the official network reads them, too. */
  readonly #reliable: boolean;
  readonly #longReordering: boolean;
  #settled = false;
  #look: Timer | null = null;

  /** Takes a call in; `begin` sends it on its way. */
  constructor(network: CallSurroundings, end: EndState, parts: CallParts) {
    this.#network = network;
    this.#end = end;
    this.#parts = parts;
    this.#reliable = network.reliable;
    this.#longReordering = network.longReordering;
  }

  /** Decides the fate of the request. */
  begin(): void {
    const network = this.#network;
    this.#note(KIND.send, "call");
    const server = network.serverOf(this.#end);
    if (server === null) {
      this.#later(this.#below(network.longDelays ? 7000 : 100, UNREACHABLE), () => this.#finish(null));
      return;
    }
    if (!this.#reliable && this.#unit(LOSE_REQUEST) < 0.1) {
      this.#later(this.#below(27, REQUEST_DELAY), () => this.#finish(null));
      return;
    }
    this.#send(server, 0);
    const { duplicateRate } = network.requestFaults;
    if (duplicateRate > 0 && this.#unit(DUPLICATE) < duplicateRate) this.#send(server, COPY);
  }

  #send(server: LabServer, copy: number): void {
    const { lateRate, lateMaxMs } = this.#network.requestFaults;
    let delayMs = this.#unit(REQUEST_TURN + copy) * this.#network.turnMs;
    if (!this.#reliable) delayMs += this.#below(27, REQUEST_DELAY + copy);
    const late = lateRate > 0 && this.#unit(LATE + copy) < lateRate;
    if (late) delayMs += 200 + this.#unit(LATE_FOR + copy) * (lateMaxMs - 200);
    this.#later(delayMs, () => {
      // The official network settles who is reached when the call is made. A request that was under way for seconds
      // arrives at whoever goes by that name by then, as on a real network.
      const reached = late ? this.#network.serverOf(this.#end) : server;
      if (reached !== null) this.#dispatch(reached, copy !== 0);
      if (copy === 0) this.#watch(reached);
    });
  }

  /** Has the server work on the request, in a task of its own. */
  #dispatch(server: LabServer, isCopy: boolean): void {
    server.count++;
    this.#note(KIND.deliver, isCopy ? "served again" : "served");
    server.host.run(() => {
      const { method, bytes } = this.#parts;
      const handler = server.handlers[method];
      if (handler === undefined) {
        return this.#network.fatal(
          `${this.#end.server} was called with the method "${method}", which it does not serve: give it to serve()`,
          null,
        );
      }
      try {
        const answer: unknown = handler(decodeValue(bytes) as never);
        const settle = (reply: unknown) => isCopy || this.#answered(server, reply);
        if (answer instanceof Promise) answer.then(settle, (error) => this.#threw(server, error));
        else settle(answer);
      } catch (error) {
        this.#threw(server, error);
      }
    });
  }

  #threw(server: LabServer, error: unknown): void {
    if (!server.host.alive) return;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#network.fatal(`${this.#end.server} threw while it served "${this.#parts.method}": ${what}`, error);
  }

  /** Looks every now and then whether an answer can still come. */
  #watch(server: LabServer | null): void {
    if (this.#settled) return;
    if (server === null) return this.#finish(null);
    this.#look = this.#later(LOOK_MS, () => {
      if (this.#network.serverOf(this.#end) !== server) this.#finish(null);
      else this.#watch(server);
    });
  }

  /** The handler is done: decides the fate of the reply. */
  #answered(server: LabServer, reply: unknown): void {
    if (this.#settled) return;
    // Encoded at once: what the server does to its state from here on must not change what it said.
    let bytes: Uint8Array;
    try {
      bytes = encodeValue(reply as WireValue);
    } catch (error) {
      return this.#threw(server, error);
    }
    const network = this.#network;
    // It has run, but whoever died or was cut off meanwhile has no answer to give.
    if (network.serverOf(this.#end) !== server || this.#end.repliesLost) return this.#finish(null);
    if (!this.#reliable && this.#unit(LOSE_REPLY) < 0.1) return this.#finish(null);
    let delayMs = this.#unit(REPLY_TURN) * network.turnMs;
    if (this.#longReordering && this.#unit(HELD_BACK) < 600 / 900) {
      delayMs += 200 + this.#below(1 + this.#below(2000, HELD_SPREAD), HELD_FOR);
    }
    this.#settle();
    server.host.replied();
    this.#later(delayMs, () => {
      network.totalBytes += bytes.length;
      this.#note(KIND.deliver, "answered");
      this.#resolve(decodeValue(bytes));
    });
  }

  #finish(reply: null): void {
    if (this.#settled) return;
    this.#settle();
    this.#note(KIND.lose, "no answer");
    this.#resolve(reply);
  }

  #settle(): void {
    this.#settled = true;
    this.#look?.cancel();
  }

  #resolve(reply: unknown): void {
    this.#end.host.run(() => this.#parts.resolve(reply));
  }

  #later(delayMs: number, callback: () => void): Timer {
    return this.#network.loop.schedule(delayMs, callback);
  }

  #unit(question: number): number {
    return this.#network.chance.unit(this.#end.key, this.#parts.nth, question);
  }

  #below(bound: number, question: number): number {
    return this.#network.chance.below(bound, this.#end.key, this.#parts.nth, question);
  }

  #note(kind: number, what: string): void {
    const { loop } = this.#network;
    const { nth, method, bytes } = this.#parts;
    loop.trace.fold(loop.nowUs, kind, -1, -1, this.#end.key ^ Math.imul(nth, 64) ^ bytes.length);
    if (!loop.trace.recording) return;
    loop.trace.describe(`${this.#end.name} ${method} #${nth} ${what}`);
  }
}
