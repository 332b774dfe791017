/**
 * The labs' network in virtual time: named ends, named servers, calls that may be lost, late or overtaken, but always
 * return.
 *
 * Every rule and number is the labs' own (labrpc); what goes beyond them is off unless switched on, and named so.
 * @module
 */

import { encodeValue, hashLabel, type WireValue } from "../../../runtime/mod.ts";
import { Chance, type Loop } from "../../sim/mod.ts";
import { LabFailure } from "../failure.ts";
import { LabCall } from "./call.ts";
import { type LabHost, UNTOUCHED_HOST } from "./host.ts";
import type { CallSurroundings, EndState, LabHandlers, LabServer, RequestFaults } from "./parts.ts";

/** What one can do with a client end. */
export interface LabEnd {
  /** Its name. */
  readonly name: string;
  /** Resolves to the reply, or to `null` if none came. Rejects with `WireError` if `request` cannot travel. */
  call(method: string, request: unknown): Promise<unknown>;
}

const NO_REQUEST_FAULTS: RequestFaults = { duplicateRate: 0, lateRate: 0, lateMaxMs: 200 };

/** See the module's page. */
export class LabNetwork implements CallSurroundings {
  /** The labs' `Reliable`: off, requests take 0 to 26 ms and one in ten requests and one in ten replies is lost. */
  reliable = true;
  /** The labs' `LongDelays`: on, calls to who cannot be reached fail after up to 6,999 ms instead of 99 ms. */
  longDelays = false;
  /** The labs' `LongReordering`: on, two replies in three are held back for 200 to 2,199 ms. */
  longReordering = false;
  /**
   * The longest time that a request or a reply waits for its turn. The official network gives every call a task of its
   * own, and the scheduler decides which goes first: calls overtake each other even on a perfect network.
   */
  turnMs = 0.2;
  /** Beyond the labs; nothing unless set. */
  requestFaults: RequestFaults = NO_REQUEST_FAULTS;
  /** Calls attempted, lost ones included. */
  totalCount = 0;
  /** Encoded bytes of all requests attempted and of all replies delivered. */
  totalBytes = 0;
  /** The simulation that this network lives in. @internal */
  readonly loop: Loop;
  /** Decides everything, by end and number of the call. @internal */
  readonly chance: Chance;
  readonly #ends = new Map<string, EndState>();
  readonly #servers = new Map<string, LabServer | null>();

  /** A reliable network without ends and servers. */
  constructor(loop: Loop) {
    this.loop = loop;
    this.chance = new Chance(loop.seed, "labrpc");
  }

  /** Makes a client end, disabled and unconnected. */
  makeEnd(name: string, host: LabHost = UNTOUCHED_HOST): LabEnd {
    if (this.#ends.has(name)) throw new TypeError(`Cannot make the end ${name}: there is one of that name`);
    const end: EndState = {
      name,
      key: hashLabel(name),
      host,
      server: null,
      enabled: false,
      repliesLost: false,
      calls: 0,
    };
    this.#ends.set(name, end);
    return { name, call: (method, request) => this.#call(end, method, request) };
  }

  /** Adds a server, in place of one of the same name. */
  addServer(name: string, handlers: LabHandlers, host: LabHost = UNTOUCHED_HOST): void {
    this.#servers.set(name, { handlers, host, count: 0 });
  }

  /** Removes a server. Calls that it works on fail, although they may have been carried out. */
  deleteServer(name: string): void {
    this.#servers.set(name, null);
  }

  /** Binds an end to a server's name, for life. */
  connect(end: string, server: string): void {
    const state = this.#end(end);
    if (state.server !== null) throw new TypeError(`Cannot connect ${end}: it is connected already`);
    state.server = server;
  }

  /** Lets calls on an end through, or not: one direction of a partition. */
  enable(end: string, enabled: boolean): void {
    this.#end(end).enabled = enabled;
  }

  /** Beyond the labs: requests on this end arrive, but no reply comes back. */
  loseReplies(end: string, lost: boolean): void {
    this.#end(end).repliesLost = lost;
  }

  /** Calls that `server` was given since it was added; 0 if it is not there. */
  count(server: string): number {
    return this.#servers.get(server)?.count ?? 0;
  }

  /** Calls that were made on an end, lost ones included. */
  callsOn(end: string): number {
    return this.#end(end).calls;
  }

  /** Whom a call on `end` reaches now, or `null`. @internal */
  serverOf(end: EndState): LabServer | null {
    return end.enabled && end.server !== null ? this.#servers.get(end.server) ?? null : null;
  }

  /** An error in a test or an implementation, not in the network: ends the run. @internal */
  fatal(message: string, cause: unknown): void {
    this.loop.fail(new LabFailure(message, { cause }));
  }

  #end(name: string): EndState {
    const end = this.#ends.get(name);
    if (end === undefined) throw new RangeError(`Cannot find an end named ${name}`);
    return end;
  }

  #call(end: EndState, method: string, request: unknown): Promise<unknown> {
    let bytes: Uint8Array;
    try {
      bytes = encodeValue(request as WireValue);
    } catch (error) {
      return Promise.reject(error);
    }
    // Nothing leaves a dead process, not even a count.
    if (!end.host.alive) return Promise.resolve(null);
    this.totalCount++;
    this.totalBytes += bytes.length;
    return new Promise((resolve) =>
      new LabCall(this, end, { nth: end.calls++, method, bytes, resolve }).begin()
    );
  }
}
