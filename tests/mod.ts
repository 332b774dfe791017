/**
 * For those who test: the labs as suites for any implementation, and the simulated world that everything here is broken in.
 *
 * @example A message that is lost every second time, for an hour that takes no time
 * ```ts
 * import { RELIABLE, World } from "@flotilla/flotilla/testing";
 * import { assert } from "@std/assert";
 *
 * const channel = {
 *   name: "beacon",
 *   codec: { encode: () => new Uint8Array(1), decode: () => 1, copy: (signal: number) => signal },
 * };
 * const world = new World({ seed: 1, conditions: { ...RELIABLE, lossRate: 0.5 } });
 * let seen = 0;
 * world.machine("ship").boot(({ network }) => void network.open(channel, () => seen++));
 * world.machine("tower").boot(async ({ network, clock }) => {
 *   const port = network.open(channel, () => {});
 *   for (let second = 0; second < 3600; second++) {
 *     port.send("ship", 1);
 *     await clock.sleep(1000);
 *   }
 * });
 * await world.run();
 * assert(seen > 1700 && seen < 1900);
 * ```
 * @module
 */

export * from "./labs/mod.ts";
export * from "./sim/mod.ts";
