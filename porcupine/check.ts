import type {
  Answer,
  CheckOptions,
  HistoryEvent,
  Model,
  Operation,
  PartitionReport,
  Verdict,
} from "./types.ts";
import { ILLEGAL } from "./types.ts";
import { NEVER, operationsFromEvents, orderHistory, type Part, partition } from "./history.ts";
import { hostNow } from "./clock.ts";

/** Judges a history given as operations with times. */
export function checkOperations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  const now = options.now ?? hostNow;
  const started = now();
  const history = orderHistory(operations);
  const partitions: PartitionReport[] = [];
  const points: { id: number; at: number; part: number }[] = [];
  for (const part of partition(model, operations, history)) {
    const expired = (): "time" | "aborted" | undefined =>
      options.signal?.aborted
        ? "aborted"
        : options.timeLimitMs !== undefined && now() - started > options.timeLimitMs
        ? "time"
        : undefined;
    const found = searchSimply(model, operations, part, expired);
    const order = found.order.map((k) => part.ids[k]);
    const base = { key: part.key, operations: [...part.ids], linearization: order };
    if (typeof found.verdict !== "boolean") {
      partitions.push({ ...base, verdict: "unknown" });
      return { kind: "unknown", reason: found.verdict, linearizableUpTo: -1, partitions };
    }
    if (!found.verdict) {
      partitions.push({ ...base, verdict: "illegal" });
      const firstImpossible = part.ids[found.stuck];
      return {
        kind: "illegal",
        partition: part.key,
        core: [...part.ids].filter((_, k) => part.ret[k] <= part.ret[found.stuck]),
        coreIsMinimal: false,
        firstImpossible,
        sentence: `no order of the operations explains the answer of operation ${firstImpossible}`,
        partitions,
      };
    }
    let at = -1;
    for (const k of found.order) {
      at = Math.max(at, part.call[k]);
      points.push({ id: part.ids[k], at, part: partitions.length });
    }
    partitions.push({ ...base, verdict: "ok" });
  }
  points.sort((a, b) => a.at - b.at || a.part - b.part);
  return { kind: "ok", linearization: points.map((point) => point.id), partitions };
}

/** Judges a history given as a sequence of events. */
export function checkEvents<State, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly HistoryEvent<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  return checkOperations(model, operationsFromEvents(events), options);
}

function searchSimply<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  part: Part,
  expired: () => "time" | "aborted" | undefined,
): { verdict: boolean | "time" | "aborted"; order: number[]; stuck: number } {
  const count = part.ids.length;
  const answers: Answer<Output>[] = [...part.ids].map((id) => {
    const outcome = operations[id].outcome;
    return outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false };
  });
  const byReturn = [...part.ids.keys()].filter((k) => part.ret[k] !== NEVER).sort((a, b) =>
    part.ret[a] - part.ret[b]
  );
  const done = new Uint8Array(count);
  const seen = new Set<string>();
  const order: number[] = [];
  let best: number[] = [];
  let stuck = 0;
  let steps = 0;
  const context = { expired: () => expired() !== undefined };
  const visit = (state: State, first: number): boolean | "time" | "aborted" => {
    while (first < byReturn.length && done[byReturn[first]]) first++;
    if (order.length > best.length) best = [...order];
    if (first === byReturn.length) return true;
    if (first > stuck) stuck = first;
    const key = `${done.join("")}:${typeof state}:${model.key?.(state) ?? JSON.stringify(state)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const limit = part.ret[byReturn[first]];
    for (let k = 0; k < count && part.call[k] < limit; k++) {
      if (done[k]) continue;
      if ((++steps & 255) === 0) {
        const why = expired();
        if (why !== undefined) return why;
      }
      const input = operations[part.ids[k]].input;
      const nexts = "steps" in model
        ? model.steps(state, input, answers[k], context)
        : [model.step(state, input, answers[k], context)];
      for (const next of nexts) {
        if (next === ILLEGAL) continue;
        done[k] = 1;
        order.push(k);
        const result = visit(next as State, first);
        if (result !== false) return result;
        order.pop();
        done[k] = 0;
      }
    }
    return false;
  };
  const verdict = visit(model.init(), 0);
  return { verdict, order: verdict === true ? order : best, stuck: byReturn[stuck] ?? 0 };
}
