import type { Model, Operation } from "../../../porcupine/types.ts";
import { ILLEGAL } from "../../../porcupine/types.ts";

/**
 * Decides linearizability by trying every order: no cache, no pruning, nothing shared with the checker. For histories of
 * up to about eight operations.
 */
export function oracle<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const used = operations.map(() => false);
  function extend(states: ReadonlyMap<string, State>): boolean {
    if (operations.every((operation, i) => used[i] || operation.outcome.status === "unknown")) return true;
    for (let i = 0; i < operations.length; i++) {
      if (used[i] || !mayBeNext(i)) continue;
      used[i] = true;
      const key = model.partitionKey?.(operations[i].input) ?? "";
      const state = states.get(key) ?? model.init();
      if (nexts(model, state, operations[i]).some((next) => extend(new Map(states).set(key, next)))) {
        return true;
      }
      used[i] = false;
    }
    return false;
  }
  function mayBeNext(i: number): boolean {
    return operations.every(({ outcome }, j) =>
      used[j] || j === i || outcome.status === "unknown" || outcome.returnAt >= operations[i].callAt
    );
  }
  return extend(new Map());
}

/** The states one operation may lead to. */
export function nexts<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, outcome }: Operation<Input, Output>,
): readonly State[] {
  const answer = outcome.status === "ok"
    ? { known: true, output: outcome.output } as const
    : { known: false } as const;
  const context = { expired: () => false };
  if ("steps" in model) return model.steps(state, input, answer, context);
  const next = model.step(state, input, answer, context);
  return next === ILLEGAL ? [] : [next as State];
}

/**
 * What is wrong with a linearization, or `undefined` if it replays: each operation at most once, every answered one
 * present, real time respected, every step legal.
 */
export function faultOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
): string | undefined {
  if (new Set(order).size !== order.length) return "an operation occurs twice";
  const present = new Set(order);
  const missing = operations.findIndex(({ outcome }, i) => outcome.status === "ok" && !present.has(i));
  if (missing >= 0) return `operation ${missing} is missing`;
  let latestCall = -Infinity;
  const states = new Map<string, readonly State[]>();
  for (const i of order) {
    const { callAt, outcome, input } = operations[i];
    if (outcome.status === "ok" && outcome.returnAt < latestCall) return `operation ${i} comes too late`;
    latestCall = Math.max(latestCall, callAt);
    const key = model.partitionKey?.(input) ?? "";
    const next = (states.get(key) ?? [model.init()]).flatMap((state) => nexts(model, state, operations[i]));
    if (next.length === 0) return `operation ${i} is illegal where it stands`;
    states.set(key, next);
  }
  return undefined;
}
