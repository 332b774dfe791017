/**
 * How much memory is really in use, as the labs' memory tests ask.
 * @module
 */

import v8 from "node:v8";
import vm from "node:vm";

let collect: (() => void) | null = null;

/** Bytes in use in this realm, after everything that nobody holds has been collected. */
export function liveHeapBytes(): number {
  if (collect === null) {
    v8.setFlagsFromString("--expose-gc");
    collect = vm.runInNewContext("gc") as () => void;
  }
  collect();
  collect();
  const { used_heap_size, external_memory } = v8.getHeapStatistics();
  return used_heap_size + external_memory;
}
