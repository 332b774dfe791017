/**
 * The real world: the one place where Flotilla touches the clock, chance, network and disk of its machine.
 * @module
 */

export { denoClock } from "./deno/clock.ts";
export { denoDisk, type DenoDiskOptions } from "./deno/disk.ts";
export {
  type DenoNetwork,
  denoNetwork,
  type DenoNetworkCounters,
  type DenoNetworkOptions,
  openDenoNetwork,
} from "./deno/network.ts";
export type { Overflow } from "./deno/outbox.ts";
export { entropyRandom } from "./deno/random.ts";
export { type DenoRuntime, denoRuntime, type DenoRuntimeOptions } from "./deno/runtime.ts";
export type { DenoTls } from "./deno/tls.ts";
