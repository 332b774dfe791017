/** Answers whether some answers alone are impossible. */
export interface Asked {
  impossible(believed: readonly number[]): boolean;
  /** Whether a limit has struck: then no more questions are answered. */
  readonly isSpent: boolean;
}

/** QuickXplain (Junker 2004): the members of `pool` that are needed, given that all of `base` and `pool` is impossible. */
export function reduce(
  asker: Asked,
  base: readonly number[],
  pool: readonly number[],
  ask: boolean,
): number[] {
  if (ask && asker.impossible(base)) return [];
  // Without answers nothing more is left out, and going through the halves would cost the square of their number.
  if (pool.length <= 1 || asker.isSpent) return [...pool];
  const half = pool.length >>> 1;
  const near = pool.slice(0, half);
  const far = pool.slice(half);
  const needed = reduce(asker, [...base, ...near], far, true);
  return [...reduce(asker, [...base, ...needed], near, needed.length > 0), ...needed];
}
