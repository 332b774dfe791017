/**
 * One server behind a network that loses things.
 * @module
 */

import type { Clock } from "../../runtime/clock.ts";
import type { Address } from "../../runtime/network.ts";
import type { Random } from "../../runtime/random.ts";
import {
  type Handlers,
  type Methods,
  RpcError,
  RpcPeer,
  type RpcRuntime,
  type Service,
} from "../../runtime/rpc.ts";

/** Calls the server. Resolves to null when no reply came, whether or not the server has executed the call. */
export type CallServer<M extends Methods> = <K extends keyof M & string>(
  method: K,
  request: M[K]["request"],
) => Promise<M[K]["reply"] | null>;

/** What a clerk of a single server is made of. */
export interface SingleClerkOptions<M extends Methods> {
  /** The way to the server. */
  readonly call: CallServer<M>;
  /** For pauses between two tries. */
  readonly clock: Clock;
  /** Draws the clerk's id and its pauses. */
  readonly random: Random;
  /** The clerk's death: its calls reject with the signal's reason. */
  readonly signal: AbortSignal;
}

/** The way to a server at `address`, over a runtime's network. */
export function callOverRpc<M extends Methods>(
  runtime: RpcRuntime,
  service: Service<M>,
  to: { readonly address: Address; readonly timeoutMs: number },
): CallServer<M> {
  const peer = new RpcPeer(runtime, service, null);
  return async (method, request) => {
    try {
      return await peer.call(to.address, method, request, { timeoutMs: to.timeoutMs });
    } catch (error) {
      if (error instanceof RpcError && error.code === "timeout") return null;
      throw error;
    }
  };
}

/** Serves `handlers` on a runtime's network, until the runtime dies. */
export function serveOverRpc<M extends Methods>(
  runtime: RpcRuntime,
  service: Service<M>,
  handlers: Handlers<M>,
): RpcPeer<M> {
  return new RpcPeer(runtime, service, handlers);
}

/** Tries until a reply comes. `onRetry` hears of every try but the first, before it is made. */
export async function untilAnswered<M extends Methods, K extends keyof M & string>(
  options: SingleClerkOptions<M>,
  method: K,
  request: M[K]["request"],
  onRetry: () => void = () => {},
): Promise<M[K]["reply"]> {
  const { call, clock, random, signal } = options;
  for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    signal.throwIfAborted();
    const reply = await call(method, request);
    if (reply !== null) return reply;
    // By chance, so that clerks who failed together do not come back together.
    await clock.sleep(pauseMs * (0.5 + random.next() / 2), signal);
    onRetry();
  }
}

const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 100;
