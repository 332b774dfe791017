import type { Model, Operation } from "../../../porcupine/types.ts";
import { ILLEGAL } from "../../../porcupine/types.ts";

/**
 * Decides linearizability by trying every order: no cache, no pruning, nothing shared with the checker. For histories of
 * up to about eight operations; a set of operations is a mask.
 */
export function oracle<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const count = operations.length;
  if (count > 31) throw new RangeError(`${count} operations are too many to try every order`);
  const keys = operations.map(({ input }) => model.partitionKey?.(input) ?? "");
  const partOf = keys.map((key) => keys.indexOf(key));
  const states = keys.map(() => model.init());
  let answered = 0;
  /** By operation: those that returned before it was called. */
  const before = operations.map(({ callAt }) => {
    let mask = 0;
    for (let j = 0; j < count; j++) {
      const { outcome } = operations[j];
      if (outcome.status === "ok" && outcome.returnAt < callAt) mask |= 1 << j;
    }
    return mask;
  });
  for (let i = 0; i < count; i++) if (operations[i].outcome.status === "ok") answered |= 1 << i;
  function extend(used: number): boolean {
    if ((answered & ~used) === 0) return true;
    for (let i = 0; i < count; i++) {
      if ((used & (1 << i)) !== 0 || (before[i] & ~used) !== 0) continue;
      const part = partOf[i];
      const state = states[part];
      for (const next of nexts(model, state, operations[i])) {
        states[part] = next;
        if (extend(used | (1 << i))) return true;
      }
      states[part] = state;
    }
    return false;
  }
  return extend(0);
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
  if ("steps" in model) return model.steps(state, input, answer, CONTEXT);
  const next = model.step(state, input, answer, CONTEXT);
  return next === ILLEGAL ? [] : [next as State];
}

const CONTEXT = { expired: () => false };

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
