import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Watched } from "./watched.ts";

/** Operations, by call, and those of them that returned, by return, as a part of a history whose times are ranks. */
export function partOf(
  operations: readonly Watched<unknown, unknown>[],
  returns: readonly Watched<unknown, unknown>[],
): Part {
  const count = operations.length;
  const numbers = new Map(operations.map((watched, k) => [watched, k]));
  const call = new Int32Array(count);
  const ret = new Int32Array(count).fill(NEVER);
  let end = 0;
  let c = 0;
  const order = Int32Array.from(returns, (watched) => numbers.get(watched) ?? -1);
  for (let r = 0; r <= returns.length; r++) {
    const limit = r < returns.length ? returns[r].ret : NEVER;
    while (c < count && operations[c].call < limit) call[c++] = end++;
    if (r < returns.length) ret[order[r]] = end++;
  }
  return { key: "", ids: Int32Array.from({ length: count }, (_, k) => k), call, ret, returns: order, end };
}
