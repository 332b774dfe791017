/** Sizes are told apart in steps of this share of the largest. */
const STEP = 1 / 4;

/**
 * In which order partitions of these sizes are given away: the large ones first, so that nobody has to wait for one in the end.
 * Of those that are about as large the last come first, because whoever gives them away begins with the first: what lies ready
 * for a helper would otherwise be what this thread comes to next, and takes back.
 */
export function turnsOf(sizes: readonly number[]): Int32Array {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 1);
  const steps = sizes.map((size) => Math.round(size / (STEP * largest)));
  return Int32Array.from(sizes.keys()).sort((a, b) => steps[b] - steps[a] || b - a);
}
