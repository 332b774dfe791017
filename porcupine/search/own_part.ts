import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { Operation } from "../types.ts";

/**
 * One partition of a history in order of calls, the same as if all of it had been brought into order and dealt out. `own`: its
 * operations, in order. The times must have been found to be in order.
 */
export function ownPart<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  key: string,
  own: readonly number[],
): Part {
  const ids = Int32Array.from(own);
  const times = new Float64Array(ids.length);
  for (let k = 0; k < ids.length; k++) {
    const { outcome } = operations[ids[k]];
    times[k] = outcome.status === "ok" ? outcome.returnAt : Infinity;
  }
  const returns = Int32Array.from(own.keys()).filter((k) => times[k] < Infinity);
  returns.sort((a, b) => times[a] - times[b] || a - b);
  const call = new Int32Array(ids.length);
  const ret = new Int32Array(ids.length).fill(NEVER);
  let end = 0;
  let called = 0;
  for (let r = 0; r <= returns.length; r++) {
    const limit = r < returns.length ? times[returns[r]] : Infinity;
    // Calls come before returns at equal times.
    while (called < ids.length && operations[ids[called]].callAt <= limit) call[called++] = end++;
    if (r < returns.length) ret[returns[r]] = end++;
  }
  return { key, ids, call, ret, returns, end };
}
