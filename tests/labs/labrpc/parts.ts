/**
 * What the network knows of its ends and servers, and what a call needs of the network.
 * @module
 */

import type { Chance, Loop } from "../../sim/mod.ts";
import type { LabHost } from "./host.ts";

/** One function for each method. What it returns, at once or as a promise, is the reply. */
export type LabHandlers = { readonly [method: string]: (request: never) => unknown };

/** A server. */
export interface LabServer {
  /** What it answers. */
  readonly handlers: LabHandlers;
  /** Where it runs. */
  readonly host: LabHost;
  /** Calls handed to a handler. */
  count: number;
}

/** A client end. */
export interface EndState {
  /** Its name. */
  readonly name: string;
  /** Keys the chance of this end. */
  readonly key: number;
  /** Where it is used. */
  readonly host: LabHost;
  /** Whom it calls; `null` until it is connected. */
  server: string | null;
  /** Whether calls get through. */
  enabled: boolean;
  /** Beyond the labs: every reply on this end is lost, whatever becomes of the requests. */
  repliesLost: boolean;
  /** Calls made on it. */
  calls: number;
}

/** Beyond the labs: what else may befall a request. */
export interface RequestFaults {
  /** The share of requests that arrive a second time; the answer to the second one goes nowhere. */
  readonly duplicateRate: number;
  /** The share of requests, and of second copies, that are on their way for long. */
  readonly lateRate: number;
  /** How long at most; 200 ms at least. */
  readonly lateMaxMs: number;
}

/** The network as a call sees it. */
export interface CallSurroundings {
  /** Virtual time. */
  readonly loop: Loop;
  /** Decides everything, by end and number of the call. */
  readonly chance: Chance;
  /** See `LabNetwork`. */
  readonly reliable: boolean;
  /** See `LabNetwork`. */
  readonly longDelays: boolean;
  /** See `LabNetwork`. */
  readonly longReordering: boolean;
  /** See `LabNetwork`. */
  readonly turnMs: number;
  /** See `LabNetwork`. */
  readonly requestFaults: RequestFaults;
  /** See `LabNetwork`. */
  totalBytes: number;
  /** Whom a call on `end` reaches now, or `null`. */
  serverOf(end: EndState): LabServer | null;
  /** An error in a test or an implementation, not in the network: ends the run. */
  fatal(message: string, cause: unknown): void;
}
