/**
 * Single servers: a store for when one machine is enough, and what the labs begin with.
 * @module
 */

export { callOverRpc, type CallServer, serveOverRpc, type SingleClerkOptions } from "./call.ts";
export {
  ExactlyOnceClerk,
  type ExactlyOnceMethods,
  ExactlyOnceServer,
  exactlyOnceService,
  type WriteRequest,
} from "./exactly_once.ts";
export {
  type PutAnswer,
  type PutOutcome,
  VersionedClerk,
  type VersionedClerkOptions,
  type VersionedMethods,
  VersionedServer,
  versionedService,
  type VersionedStore,
  type VersionedValue,
} from "./versioned.ts";
export { VersionedLock, type VersionedLockOptions } from "./versioned_lock.ts";
