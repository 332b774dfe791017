import { LEVELS } from "../../../porcupine/levels/levels.ts";
import { checkLevels, type PartLevels } from "../../../porcupine/levels/mod.ts";
import type { Model, Operation } from "../../../porcupine/mod.ts";
import { guaranteeHolds, isStaleBy } from "./oracle.ts";

/**
 * What is wrong with the report on the levels of a small history, against trying every order; `undefined` if nothing is. The
 * history must be in the order of its calls, and no client may have two calls open.
 */
export function levelsFault<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): string | undefined {
  const { parts, sentence } = checkLevels(model, history, { timeLimitMs: Infinity });
  const keyOf = ({ input }: Operation<Input, Output>): string => model.partitionKey?.(input) ?? "";
  const keys = [...new Set(history.map(keyOf))];
  if (parts.map(({ key }) => key).join() !== keys.join()) return `other keys than ${keys}: ${sentence}`;
  for (const part of parts) {
    const fault = faultOfPart(model, history.filter((one) => keyOf(one) === part.key), part);
    if (fault !== undefined) return `key ${JSON.stringify(part.key)}: ${fault}: ${sentence}`;
  }
  return sentence === "" ? "there is no sentence" : undefined;
}

function faultOfPart<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { linearizable, levels, staleness, lag }: PartLevels,
): string | undefined {
  const isLinearizable = isStaleBy(1, model, history);
  if (linearizable !== yesOrNo(isLinearizable)) return `linearizable is not ${linearizable}`;
  for (const level of LEVELS) {
    // At equal times calls count as overlapping for linearizability, also those of one client; it decides then.
    const holds = isLinearizable || guaranteeHolds(level, model, history);
    if (levels[level].holds !== yesOrNo(holds)) return `${level} is not ${levels[level].holds}`;
  }
  const expected = stalenessOf(model, history);
  const found = staleness.kind === "exact" ? staleness.k : staleness.kind === "none" ? Infinity : NaN;
  if (found !== expected) return `the reads are ${expected}-atomic, not ${JSON.stringify(staleness)}`;
  return lag !== null && lag.staleReads > 0 && isLinearizable ? "reads are stale, and are not" : undefined;
}

function yesOrNo(holds: boolean): "yes" | "no" {
  return holds ? "yes" : "no";
}

/** The least `k` for which reads that see one of the last `k` states explain the history; `Infinity` if none does. */
function stalenessOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): number {
  for (let k = 1; k <= history.length + 1; k++) if (isStaleBy(k, model, history)) return k;
  return Infinity;
}

/**
 * Few clients with long sessions: each operation goes to the first client that is free. One whose answer was lost is free at
 * once, so that demands meet lost answers, too.
 */
export function inSessions<Input, Output>(
  history: readonly Operation<Input, Output>[],
): Operation<Input, Output>[] {
  const until: number[] = [];
  return [...history].sort((a, b) => a.callAt - b.callAt).map((operation) => {
    const { callAt, outcome } = operation;
    let client = 0;
    while (until[client] > callAt) client++;
    until[client] = outcome.status === "ok" ? outcome.returnAt : callAt;
    return { ...operation, client };
  });
}
