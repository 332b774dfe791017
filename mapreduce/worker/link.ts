/**
 * A worker's line to its coordinator.
 * @module
 */

import { type Address, RpcPeer, type RpcRuntime } from "../../runtime/mod.ts";
import type { Answer, AttemptRef, Mark, Outcome } from "../coordinator/types.ts";
import { type Hello, MAP_REDUCE, type MapReduceMethods, type Welcome } from "../service.ts";

/** An answer within this is only late, not lost. */
const TIMEOUT_MS = 3000;
/** A question parks at the coordinator for half a second. */
const LEAST_TIMEOUT_MS = 1000;

/** Whoever goes does not wait long to hear that this was understood. */
const FAREWELL_MS = 500;

/** What a worker may say; each call rejects with `RpcError` when no answer came. */
export interface Link {
  /** Introduces the worker and learns of the job. */
  hello(hello: Hello): Promise<Welcome>;
  /** Asks for work; `ask` counts up with each new question, and stays for the same one again. */
  ask(job: string, worker: string, ask: number): Promise<Answer>;
  /** Says how an attempt ended; true if it counts. */
  report(job: string, worker: string, ref: AttemptRef, outcome: Outcome): Promise<boolean>;
  /** Says that the worker lives and how far it is; false if nobody wants its attempt any more. */
  renew(
    job: string,
    worker: string,
    ref: AttemptRef,
    state: { readonly mark: Mark | null; readonly bytes: number },
  ): Promise<boolean>;
  /** Says that the worker goes, so that nobody waits for it. */
  leave(worker: string): Promise<void>;
  /** Calls that wait for an answer reject: there is reason to think that none will come. */
  giveUp(): void;
  /** Lets go of the line; calls that wait for an answer reject. */
  close(): void;
}

/**
 * A line over the runtime's network.
 * @param patienceMs An answer is not waited for much longer than the worker waits for its coordinator.
 */
export function openLink(runtime: RpcRuntime, coordinator: Address, patienceMs: number = TIMEOUT_MS): Link {
  const peer = new RpcPeer<MapReduceMethods>(runtime, MAP_REDUCE, null);
  const { signal } = runtime;
  const timeoutMs = Math.max(LEAST_TIMEOUT_MS, Math.min(TIMEOUT_MS, patienceMs));
  const options = { timeoutMs, signal };
  return {
    hello: (hello) => peer.call(coordinator, "hello", hello, options),
    ask: (job, worker, ask) => peer.call(coordinator, "ask", { job, worker, ask }, options),
    report: async (job, worker, ref, outcome) =>
      (await peer.call(coordinator, "report", { job, worker, ref, outcome }, options)).accepted,
    renew: async (job, worker, ref, { mark, bytes }) =>
      (await peer.call(coordinator, "renew", { job, worker, ref, mark, bytes }, options)).accepted,
    leave: async (worker) => {
      await peer.call(coordinator, "leave", { worker }, { timeoutMs: FAREWELL_MS, signal });
    },
    giveUp: () => peer.giveUp(coordinator),
    close: () => peer.close(),
  };
}
