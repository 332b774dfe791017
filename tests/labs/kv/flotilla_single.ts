/**
 * Flotilla's own single servers in the labs' seats.
 * @module
 */

import {
  type CallServer,
  ExactlyOnceClerk,
  type ExactlyOnceMethods,
  ExactlyOnceServer,
  VersionedClerk,
  VersionedLock,
  type VersionedMethods,
  VersionedServer,
} from "../../../kv/mod.ts";
import type { Handlers, Methods } from "../../../runtime/mod.ts";
import type { RaftHandlers } from "../raft/seat.ts";
import type { AppendClerk, ClerkSeat, SingleServerSeat, VersionedClerkFace } from "./seat.ts";
import type { MakeLock } from "./single_2025.ts";

/** Starts the server of 2024. */
export function makeExactlyOnceServer(seat: SingleServerSeat): void {
  seat.serve(labHandlers(new ExactlyOnceServer().handlers));
}

/** A clerk of 2024. */
export function makeExactlyOnceClerk(seat: ClerkSeat): AppendClerk {
  const { clock, random, signal } = seat;
  return new ExactlyOnceClerk({ call: callOn<ExactlyOnceMethods>(seat), clock, random, signal });
}

/** Starts the server of 2025. */
export function makeVersionedServer(seat: SingleServerSeat): void {
  seat.serve(labHandlers(new VersionedServer().handlers));
}

/** A clerk of 2025. */
export function makeSingleVersionedClerk(seat: ClerkSeat): VersionedClerkFace {
  const { clock, random, signal } = seat;
  return new VersionedClerk({ call: callOn<VersionedMethods>(seat), clock, random, signal });
}

/** A lock of 2025. */
export const makeVersionedLock: MakeLock = (clerk, name, { clock, random }) =>
  new VersionedLock({ store: clerk, name, clock, random: random.split(`lock ${name}`) });

function callOn<M extends Methods>(seat: ClerkSeat): CallServer<M> {
  const [server] = seat.servers;
  return (method, request) => seat.call(server, method, request);
}

function labHandlers<M extends Methods>(handlers: Handlers<M>): RaftHandlers {
  const entries = Object.entries(handlers).map(([method, handle]) =>
    [method, (request: M[string]["request"]) => handle(request, "a clerk")] as const
  );
  return Object.fromEntries(entries);
}
