import { checkUnnamed } from "../check.ts";
import type { Bounds } from "./bounds.ts";
import type { Effort } from "./effort.ts";
import { peelStaleReads } from "./peel.ts";
import { isReadOnly, type Sessions } from "./session.ts";
import { staleModel } from "./stale_model.ts";
import type { Staleness } from "./types.ts";

/** Finds the smallest `k` for a partition that is not linearizable, between the bounds if there are some. */
export function findStaleness<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  bounds: Bounds | undefined,
  effort: Effort,
): Staleness {
  const { model, operations, ids } = sessions;
  // Only what is nothing but a read may be stale.
  if (!ids.some((id) => isReadOnly(model, operations[id].input))) return { kind: "none" };
  // k of 1 is linearizability, which has been refused.
  const least = Math.max(2, bounds?.atLeast ?? 2);
  const peeled = peelStaleReads(sessions, effort.part(0.5));
  const high = Math.min(peeled ?? Infinity, bounds?.atMost ?? Infinity);
  if (high < Infinity) return narrow(sessions, { low: Math.min(least, high), high }, effort);
  // Beyond that a read may see any state there ever was.
  const most = 1 + sessions.writes.reduce((sum, mark) => sum + mark, 0);
  for (let low = least, k = least;; k = Math.min(2 * k, most)) {
    const verdict = judge(sessions, k, effort);
    if (verdict === "unknown") return { kind: "atLeast", k: low };
    if (verdict === "ok") return narrow(sessions, { low, high: k }, effort);
    if (k >= most) return { kind: "none" };
    low = k + 1;
  }
}

/** The smallest `k` from `low` on, given that `high` will do. */
function narrow<State, Input, Output>(
  sessions: Sessions<State, Input, Output>,
  { low, high }: { low: number; high: number },
  effort: Effort,
): Staleness {
  while (low < high) {
    const middle = (low + high) >> 1;
    const verdict = judge(sessions, middle, effort);
    if (verdict === "unknown") return { kind: "between", atLeast: low, atMost: high };
    if (verdict === "ok") high = middle;
    else low = middle + 1;
  }
  return { kind: "exact", k: high };
}

function judge<State, Input, Output>(
  { model, operations, ids }: Sessions<State, Input, Output>,
  k: number,
  effort: Effort,
): "ok" | "illegal" | "unknown" {
  const part = ids.map((id) => operations[id]);
  const { kind } = checkUnnamed(staleModel(model, k), part, {
    timeLimitMs: effort.remainingMs,
    memoryLimitBytes: MEMORY_BYTES,
    ...effort.heeded,
    explain: "verdict",
  });
  return kind;
}

const MEMORY_BYTES = 256 * 1024 * 1024;
