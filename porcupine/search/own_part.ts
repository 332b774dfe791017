import { NEVER } from "../history.ts";
import type { Part } from "../parts.ts";
import type { DeterministicModel, Operation } from "../types.ts";

/**
 * One partition of a history in order of calls, the same as if all of it had been brought into order and dealt out. `known`: those
 * of its operations of which that is known already; the others are looked for from `from` on. `undefined` if a time is bad there.
 */
export function ownPart<State, Input, Output>(
  model: DeterministicModel<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { key, known, from }: { readonly key: string; readonly known: readonly number[]; readonly from: number },
): Part | undefined {
  const ids = [...known];
  for (let i = from; i < operations.length; i++) {
    if (model.partitionKey?.(operations[i].input) === key) ids.push(i);
  }
  const calls = ids.map((id) => operations[id].callAt);
  const times = ids.map((id) => {
    const { outcome } = operations[id];
    return outcome.status === "ok" ? outcome.returnAt : Infinity;
  });
  for (let k = 0; k < ids.length; k++) {
    if (!(calls[k] >= (k === 0 ? -Infinity : calls[k - 1]) && times[k] >= calls[k])) return undefined;
  }
  const returns = Int32Array.from(ids.keys()).filter((k) => times[k] < Infinity);
  returns.sort((a, b) => times[a] - times[b] || a - b);
  const call = new Int32Array(ids.length);
  const ret = new Int32Array(ids.length).fill(NEVER);
  let end = 0;
  let called = 0;
  for (let r = 0; r <= returns.length; r++) {
    const limit = r < returns.length ? times[returns[r]] : Infinity;
    // Calls come before returns at equal times.
    while (called < ids.length && calls[called] <= limit) call[called++] = end++;
    if (r < returns.length) ret[returns[r]] = end++;
  }
  return { key, ids: Int32Array.from(ids), call, ret, returns, end };
}
