/**
 * All that a node may ask of the outside world, in one value.
 * @module
 */

import type { Clock } from "./clock.ts";
import type { Disk } from "./disk.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";

/**
 * The one seam between a node and the world. `runtime/deno.ts` gives a real one, `tests/sim/` a simulated one.
 */
export interface Runtime {
  /** Time. */
  readonly clock: Clock;
  /** Chance; split it by name, one label per consumer. */
  readonly random: Random;
  /** The others. */
  readonly network: Network;
  /** What outlives the node. */
  readonly disk: Disk;
  /**
   * The node's death. Abort is a crash: nothing leaves afterwards, a late sync acknowledges nothing, streams error
   * with the reason.
   */
  readonly signal: AbortSignal;
}
