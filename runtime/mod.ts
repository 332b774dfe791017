/**
 * The one seam between Flotilla and the world: clock, random, network, disk and a signal.
 *
 * @example Draw reproducible chance
 * ```ts
 * import { seededRandom } from "@flotilla/flotilla/runtime";
 * import { assert } from "@std/assert";
 *
 * const random = seededRandom(42);
 * assert(random.between(1, 6) <= 6);
 * ```
 * @module
 */

export type { Clock, Timer } from "./clock.ts";
export type { Disk, DiskErrorCode, DiskFile } from "./disk.ts";
export { DiskError } from "./disk.ts";
export type { Address, Channel, Codec, Network, NetworkCounters, Port } from "./network.ts";
export type { Random } from "./random.ts";
export { hashLabel, mix, seededRandom } from "./random.ts";
export type { Runtime } from "./runtime.ts";
export { ByteReader, ByteWriter } from "./bytes.ts";
export { WireError, type WireErrorCode } from "./wire_error.ts";
export { copyValue, decodeValue, encodeValue, wireCodec, type WireLimits, type WireValue } from "./wire.ts";
export {
  type CallCounters,
  type CallOptions,
  defineService,
  type Handlers,
  type Methods,
  type RpcCounters,
  RpcError,
  type RpcErrorCode,
  RpcPeer,
  type RpcRuntime,
  type Service,
} from "./rpc.ts";
