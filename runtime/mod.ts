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
