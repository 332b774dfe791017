import { answerOf } from "../../../porcupine/levels/session.ts";
import type { LevelName } from "../../../porcupine/levels/types.ts";
import type { Model, Operation } from "../../../porcupine/types.ts";
import { nexts } from "../fuzz/oracle.ts";

/**
 * Whether a guarantee holds, by trying every order: no pruning, no memory, nothing shared with what is tested but the
 * definition. For histories of one partition and up to about seven operations, in the order of their calls.
 */
export function guaranteeHolds<State, Input, Output>(
  level: LevelName,
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const mustPrecede = (a: number, b: number): boolean =>
    a < b && operations[a].client === operations[b].client && operations[a].outcome.status === "ok" &&
    asks(level, model, operations[a], operations[b]);
  return extend(
    operations,
    mustPrecede,
    [model.init()],
    ([state], i) => nexts(model, state, operations[i]).map((next) => [next]),
  );
}

/** Whether reads that see one of the last `k` states explain a history in real time. */
export function isStaleBy<State, Input, Output>(
  k: number,
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const mustPrecede = (a: number, b: number): boolean => {
    const { outcome } = operations[a];
    return outcome.status === "ok" && outcome.returnAt < operations[b].callAt;
  };
  return extend(operations, mustPrecede, [model.init()], (states, i) => {
    const operation = operations[i];
    if (onlyReads(model, operation.input)) {
      return states.slice(-k).some((state) => nexts(model, state, operation).length > 0) ? [states] : [];
    }
    const after = nexts(model, states[states.length - 1], operation);
    if (after.length === 0) return [];
    return model.effect?.(operation.input, answerOf(operation)) === "read"
      ? [states]
      : after.map((next) => [...states, next]);
  });
}

/** Whether a request only reads: as the model says, or as it would be without any answer. */
function onlyReads<State, Input, Output>(model: Model<State, Input, Output>, input: Input): boolean {
  if (model.readOnly === undefined) return model.effect?.(input, { known: false }) === "read";
  return model.readOnly(input);
}

/** Tries every order in which the answered operations occur once, the others at most once. */
function extend<State, Input, Output>(
  operations: readonly Operation<Input, Output>[],
  mustPrecede: (a: number, b: number) => boolean,
  states: readonly State[],
  step: (states: readonly State[], operation: number) => readonly (readonly State[])[],
): boolean {
  const used = operations.map(() => false);
  const go = (now: readonly State[]): boolean => {
    if (operations.every(({ outcome }, i) => used[i] || outcome.status === "unknown")) return true;
    for (let i = 0; i < operations.length; i++) {
      if (used[i] || operations.some((_, j) => j !== i && !used[j] && mustPrecede(j, i))) continue;
      used[i] = true;
      if (step(now, i).some(go)) return true;
      used[i] = false;
    }
    return false;
  };
  return go(states);
}

function asks<State, Input, Output>(
  level: LevelName,
  model: Model<State, Input, Output>,
  first: Operation<Input, Output>,
  later: Operation<Input, Output>,
): boolean {
  const effect = ({ input, outcome }: Operation<Input, Output>): string =>
    model.readOnly?.(input) === true
      ? "read"
      : model.effect?.(input, answerOf({ input, outcome, client: 0, callAt: 0 })) ?? "update";
  const reads = (operation: Operation<Input, Output>): boolean =>
    operation.outcome.status === "ok" && ["read", "update"].includes(effect(operation));
  const writes = (operation: Operation<Input, Output>): boolean => effect(operation) !== "read";
  switch (level) {
    case "sequential":
      return true;
    case "readYourWrites":
      return writes(first) && reads(later);
    case "monotonicReads":
      return reads(first) && reads(later);
    case "monotonicWrites":
      return writes(first) && writes(later);
    case "writesFollowReads":
      return reads(first) && writes(later);
  }
}
