/**
 * The only file of the checker's core that touches the world: the host's clock, used when the caller injects none.
 *
 * @module
 */

/** Milliseconds on the host's monotonic clock. */
export function hostNow(): number {
  return performance.now();
}
