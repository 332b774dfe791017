import { Budget } from "./budget.ts";
import { decide, type Decision } from "./decide.ts";
import { explain } from "./explain.ts";
import { operationsFromEvents, orderHistory, type Part, partition, returnsOf } from "./history.ts";
import type { CheckOptions, HistoryEvent, Model, Operation, PartitionReport, Verdict } from "./types.ts";

/**
 * Judges a history given as operations with times. Throws a {@linkcode PorcupineError} if the history makes no sense: a
 * time that is not finite, a return before its call, a limit below 0.
 *
 * @example
 * ```ts
 * import { checkOperations, registerModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(registerModel(), [
 *   { client: 1, callAt: 0, input: { f: "write", value: 1 }, outcome: { status: "ok", returnAt: 1, output: { f: "write" } } },
 *   { client: 1, callAt: 2, input: { f: "read" }, outcome: { status: "ok", returnAt: 3, output: { f: "read", value: null } } },
 * ], { timeLimitMs: 10_000 });
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function checkOperations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  const budget = new Budget(options);
  const parts = partition(model, operations, orderHistory(operations));
  const strategy = options.strategy ?? "auto";
  const decisions: Decision[] = [];
  for (const part of parts) {
    const decision = decide(model, operations, part, budget, { strategy, contest: "both" });
    decisions.push(decision);
    if (decision.verdict === "illegal") break;
  }
  return conclude({ model, operations, parts, decisions, budget, options });
}

/**
 * Judges a history given as a sequence of events. Throws a {@linkcode PorcupineError} on a return without a call and on an
 * operation that is called twice.
 */
export function checkEvents<State, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly HistoryEvent<Input, Output>[],
  options: CheckOptions = {},
): Verdict {
  return checkOperations(model, operationsFromEvents(events), options);
}

/** Everything a verdict is made of. */
export interface Findings<State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
  readonly parts: readonly Part[];
  /** Parallel to `parts`, but possibly shorter: the rest was not looked at. */
  readonly decisions: readonly Decision[];
  readonly budget: Budget;
  readonly options: CheckOptions;
}

/** Makes the verdict on a history from the decisions on its partitions. */
export function conclude<State, Input, Output>(findings: Findings<State, Input, Output>): Verdict {
  const { parts, decisions } = findings;
  const partitions = parts.map((part, i) => report(part, decisions[i]));
  const guilty = decisions.findIndex((decision) => decision.verdict === "illegal");
  if (guilty >= 0) {
    const { model, operations, budget, options } = findings;
    const part = parts[guilty];
    const why = explain({
      model,
      operations,
      part,
      budget,
      effort: options.explain ?? "full",
      decision: decisions[guilty],
    });
    partitions[guilty] = { ...partitions[guilty], linearization: why.longest };
    const { core, coreIsMinimal, firstImpossible, sentence } = why;
    return {
      kind: "illegal",
      partition: part.key,
      core,
      coreIsMinimal,
      firstImpossible,
      sentence,
      partitions,
    };
  }
  if (decisions.some((decision) => decision.verdict === "unknown")) {
    const reason = findings.budget.stopped ?? "time";
    return { kind: "unknown", reason, linearizableUpTo: linearizableUpTo(parts, decisions), partitions };
  }
  return { kind: "ok", linearization: merge(parts, decisions), partitions };
}

function report(part: Part, decision: Decision | undefined): PartitionReport {
  const operations = Array.from(part.ids);
  if (decision === undefined) return { key: part.key, operations, verdict: "skipped", linearization: [] };
  return {
    key: part.key,
    operations,
    verdict: decision.verdict,
    linearization: decision.order.map((k) => part.ids[k]),
  };
}

/**
 * Merges the orders of the partitions into one of the whole history (Herlihy and Wing: linearizability is local). Each
 * operation gets the earliest instant its own order allows; by these instants they are put in line.
 */
function merge(parts: readonly Part[], decisions: readonly Decision[]): number[] {
  if (parts.length === 1) return decisions[0].order.map((k) => parts[0].ids[k]);
  let end = 0;
  for (const part of parts) end = Math.max(end, part.call[part.call.length - 1] + 1);
  // Instants are ranks of calls, so each partition's operations fall into few buckets, already in order.
  const buckets = new Map<number, number[]>();
  const instants: number[] = [];
  for (let i = 0; i < parts.length; i++) {
    let at = 0;
    for (const k of decisions[i].order) {
      at = Math.max(at, parts[i].call[k]);
      const bucket = buckets.get(at);
      if (bucket !== undefined) bucket.push(parts[i].ids[k]);
      else {
        buckets.set(at, [parts[i].ids[k]]);
        instants.push(at);
      }
    }
  }
  const order: number[] = [];
  for (const at of Int32Array.from(instants).sort()) for (const id of buckets.get(at) ?? []) order.push(id);
  return order;
}

/** The last operation, by return, up to which every partition is explained. */
function linearizableUpTo(parts: readonly Part[], decisions: readonly Decision[]): number {
  let bound = Infinity;
  let best = { rank: -1, id: -1 };
  const returns = parts.map(returnsOf);
  for (let i = 0; i < parts.length; i++) {
    const reached = decisions[i]?.verdict === "ok" ? returns[i].length : decisions[i]?.reached ?? 0;
    if (reached < returns[i].length) bound = Math.min(bound, parts[i].ret[returns[i][reached]]);
  }
  for (let i = 0; i < parts.length; i++) {
    for (const k of returns[i]) {
      const rank = parts[i].ret[k];
      if (rank >= bound) break;
      if (rank > best.rank) best = { rank, id: parts[i].ids[k] };
    }
  }
  return best.id;
}
