/**
 * A replicated state machine, and the key/value store on it.
 * @module
 */

export { Clerk } from "./clerk.ts";
export type { ClientCall } from "./envelope.ts";
export { RefusedError, UnknownOutcomeError } from "./errors.ts";
export type { RefusedCode } from "./errors.ts";
export { Link } from "./link.ts";
export type { Asked, AskOptions, LinkOptions } from "./link.ts";
export type { Machine } from "./machine.ts";
export type { Outcome, RefusalCode } from "./outcome.ts";
export type { Answer, CallRequest, MachineMethods } from "./protocol.ts";
export { Replica } from "./replica.ts";
export type { ReplicaOptions } from "./replica.ts";
export { KvServer, MachineServer, replicate } from "./server.ts";
export type { ServerOptions } from "./server.ts";
export { SessionClient } from "./session_client.ts";
export type { CallOptions, SessionClientOptions } from "./session_client.ts";
export { Store } from "./store.ts";
