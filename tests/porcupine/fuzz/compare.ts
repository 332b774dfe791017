import { Budget } from "../../../porcupine/budget.ts";
import { decide, type DecideOptions, type Decision } from "../../../porcupine/decide.ts";
import { orderHistory, partition } from "../../../porcupine/history.ts";
import type { Model, Operation } from "../../../porcupine/types.ts";
import { faultOf, oracle } from "./oracle.ts";
import { Random, randomHistory, type Shape } from "./random.ts";

/** A model and the random histories to judge with it. */
export interface Subject<Truth, State, Input, Output> {
  readonly name: string;
  readonly model: Model<State, Input, Output>;
  readonly shape: () => Shape<Truth, Input, Output>;
}

/** A subject whose types do not matter any more. */
export interface AnySubject {
  readonly name: string;
  /** Compares with the oracle on the history of one seed; a text says what is wrong. */
  againstOracle(seed: number, options: DecideOptions): string | undefined;
  /** Compares two ways of deciding on a longer history. */
  againstSearch(seed: number, size: number): string | undefined;
}

/** Closes over a subject's types. */
export function subject<Truth, State, Input, Output>(
  given: Subject<Truth, State, Input, Output>,
): AnySubject {
  const { name, model, shape } = given;
  return {
    name,
    againstOracle(seed, options) {
      const random = new Random(seed);
      const history = randomHistory(shape(), 2 + random.below(6), random);
      return difference(model, history, oracle(model, history), decideWhole(model, history, options));
    },
    againstSearch(seed, size) {
      const history = randomHistory(shape(), size, new Random(seed));
      const searched = decideWhole(model, history, { strategy: "search", contest: "both" });
      return difference(
        model,
        history,
        searched.verdict === "ok",
        decideWhole(model, history, { strategy: "auto", contest: "both" }),
      );
    },
  };
}

/** The same model without anything that lets the checker prune. */
export function plain<State, Input, Output>(model: Model<State, Input, Output>): Model<State, Input, Output> {
  const { name, init } = model;
  const partition = model.partitionKey === undefined ? {} : { partitionKey: model.partitionKey };
  return "steps" in model
    ? { name, init, steps: model.steps, ...partition }
    : { name, init, step: model.step, ...partition };
}

/** Decides a history as one partition, whatever the model's keys; indices are those of the history. */
export function decideWhole<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: DecideOptions,
): Decision {
  const parts = partition(model, history, orderHistory(history));
  let order: number[] = [];
  for (const part of parts) {
    const decision = decide(model, history, part, new Budget({}), options);
    if (decision.verdict !== "ok") return decision;
    order = order.concat(decision.order.map((k) => part.ids[k]));
  }
  return { verdict: "ok", order, reached: 0, suspects: [], reason: "" };
}

function difference<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  expected: boolean,
  got: Decision,
): string | undefined {
  const shown = history.map((operation) => JSON.stringify(operation)).join("\n");
  if (got.verdict === "unknown") return `undecided:\n${shown}`;
  if ((got.verdict === "ok") !== expected) {
    return `it is ${expected ? "ok" : "illegal"}, the answer was ${got.verdict}:\n${shown}`;
  }
  if (got.verdict === "illegal") return undefined;
  const parts = new Set(history.map(({ input }) => model.partitionKey?.(input) ?? ""));
  // Orders of several partitions were strung together, so that only one partition's order can be replayed here.
  const fault = parts.size > 1 ? undefined : faultOf(model, history, got.order);
  return fault === undefined ? undefined : `the order ${got.order.join(" ")} is wrong, ${fault}:\n${shown}`;
}

/** Runs a comparison for many seeds; throws with the first seed that fails and how to run it alone. */
export function forSeeds(title: string, count: number, compare: (seed: number) => string | undefined): void {
  const only = Number(Deno.env.get("PORCUPINE_SEED") ?? "0");
  const times = Number(Deno.env.get("PORCUPINE_TIMES") ?? "1");
  const first = only > 0 ? only : 1;
  const last = only > 0 ? only : count * times;
  for (let seed = first; seed <= last; seed++) {
    const wrong = compare(seed);
    if (wrong !== undefined) {
      throw new Error(`${title}, seed ${seed} (PORCUPINE_SEED=${seed} runs it alone): ${wrong}`);
    }
  }
}
