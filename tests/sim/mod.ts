/**
 * The simulated world: virtual time, a network, disks and processes that misbehave on command, all replayable from one seed.
 *
 * @example Two machines talk, in no real time at all
 * ```ts
 * import { World } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = {
 *   encode: (message: string) => new TextEncoder().encode(message),
 *   decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
 *   copy: (message: string) => message,
 * };
 * const channel = { name: "greetings", codec: text };
 * const world = new World({ seed: 1 });
 * const heard: string[] = [];
 * world.machine("anna").boot(({ network }) => {
 *   network.open(channel, (from, message) => heard.push(`${from} says ${message}`));
 * });
 * world.machine("bert").boot(async ({ network, clock }) => {
 *   const port = network.open(channel, () => {});
 *   await clock.sleep(3_600_000);
 *   port.send("anna", "an hour has passed");
 * });
 * await world.run();
 * assertEquals(heard, ["bert says an hour has passed"]);
 * ```
 * @module
 */

export type { Address, Channel, Clock, Codec, Disk, DiskError, DiskFile } from "../../runtime/mod.ts";
export type { Network, NetworkCounters, Port, Random, Runtime, Timer } from "../../runtime/mod.ts";
export { Chance } from "./chance.ts";
export { MachineClock } from "./clock.ts";
export {
  LOCAL_AREA,
  LONG_REORDERING_REPLY,
  LONG_TIMEOUT,
  RELIABLE,
  SHORT_TIMEOUT,
  STORM,
  UNRELIABLE_REPLY,
  UNRELIABLE_REQUEST,
} from "./conditions.ts";
export type { Delay, LinkConditions } from "./conditions.ts";
export type { CrashLoss } from "./crash_loss.ts";
export { CrashFates } from "./crash_loss.ts";
export { HEALTHY_SYNC, SimDisk } from "./disk.ts";
export type { DiskCall, DiskObserver } from "./disk_watch.ts";
export type { DiskOperation } from "./disk_trouble.ts";
export { SimulationError } from "./errors.ts";
export type { SimulationErrorCode } from "./errors.ts";
export type { Felt } from "./felt.ts";
export { AmbientError } from "./guard.ts";
export { Loop } from "./loop.ts";
export type { Drain, LoopOptions, RunEnd, RunLimits, RunResult } from "./loop.ts";
export { Machine } from "./machine.ts";
export type { Program } from "./machine.ts";
export { SimNetwork } from "./network.ts";
export { ProcessCrash } from "./process.ts";
export type { SimEvent } from "./queue.ts";
export type { EventState, ExtractedEvent } from "./queue.ts";
export { allLinks, cutLinks } from "./shapes.ts";
export type { LinkPair, PartitionShape } from "./shapes.ts";
export type { Isolation, NetworkObserver } from "./switchboard.ts";
export { compareTraces, EVENT_KINDS, KIND, readTraceLines, Trace } from "./trace.ts";
export type { EventKind, TraceComparison, TraceLine } from "./trace.ts";
export { World } from "./world.ts";
export type { WorldOptions } from "./world.ts";
