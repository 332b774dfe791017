/**
 * All ways to give the nodes other names.
 * @module
 */

/** Every order of 0 .. `count` - 1, the identity first. */
export function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  const orders: number[][] = [];
  for (let last = count - 1; last >= 0; last--) {
    for (const head of permutations(count - 1)) {
      orders.push([...head.map((item) => item < last ? item : item + 1), last]);
    }
  }
  return orders;
}
