/**
 * The real world: the one place where Flotilla touches the clock, chance, network and disk of its machine.
 * @module
 */

export { denoClock } from "./deno/clock.ts";
export { denoDisk } from "./deno/disk.ts";
