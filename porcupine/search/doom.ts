import { beginsWith } from "../begins.ts";
import { NEVER } from "../history.ts";
import { firstAtLeast } from "../parts.ts";
import type { ModelKind } from "../types.ts";
import type { Problem } from "./problem.ts";
import type { States } from "./states.ts";
import type { Doom } from "./walk.ts";

/**
 * Reduction (e), looking ahead: what an answer still to come rules out now. Each kind of model has its own way; a model
 * without a declared kind has none. `until`: what is called after that rank is not part of the problem, so that answers
 * which came later rule out nothing: who knows what they saw.
 */
export function doomFor<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  until: number = NEVER,
): Doom {
  const kind = problem.model.kind;
  return kind?.type === "text" ? textDoom(problem, states, { kind, until }) : () => false;
}

interface TextPart<Input, Output> {
  readonly kind: Extract<ModelKind<Input, Output>, { type: "text" }>;
  readonly until: number;
}

/**
 * Texts only grow until they are replaced. So if no replacing put can come before the next get, the text must be a
 * beginning of what that get will answer; otherwise no way to go on exists. "The next get" is the one that returns first
 * among those called after this level, and none can have been placed yet. A put can still come if it is called before
 * that get returns, and returns at this level or later.
 */
function textDoom<State, Input, Output>(
  problem: Problem<State, Input, Output>,
  states: States<State, Input, Output>,
  { kind, until }: TextPart<Input, Output>,
): Doom {
  const { count, returns, called, call, ret } = problem;
  const values: (string | undefined)[] = new Array(count);
  // latestPut[k]: when the last put among the operations before k returns.
  const latestPut = new Int32Array(count + 1).fill(-1);
  for (let k = 0; k < count; k++) {
    const action = kind.view(problem.inputs[k], problem.answers[k]);
    if (action === undefined) return () => false;
    if (action.op === "get" && ret[k] !== NEVER && ret[k] <= until) values[k] = action.value;
    latestPut[k + 1] = Math.max(latestPut[k], action.op === "put" ? ret[k] : -1);
  }
  const due = nextGets(values, ret);
  const wanted: (string | undefined)[] = new Array(returns.length);
  for (let p = 0; p < returns.length; p++) {
    const get = due[called[p]];
    if (get < 0) continue;
    const before = firstAtLeast(call, ret[get]);
    if (latestPut[before] < ret[returns[p]]) wanted[p] = values[get];
  }
  return (level, state) => {
    const target = level < wanted.length ? wanted[level] : undefined;
    if (target === undefined) return false;
    const text: unknown = states.values[state];
    return typeof text === "string" && !beginsWith(target, text);
  };
}

/** For each operation the get that returns first among it and those called later, or -1. */
function nextGets(values: readonly (string | undefined)[], ret: Int32Array): Int32Array {
  const due = new Int32Array(values.length + 1).fill(-1);
  for (let k = values.length - 1; k >= 0; k--) {
    const later = due[k + 1];
    due[k] = values[k] !== undefined && (later < 0 || ret[k] < ret[later]) ? k : later;
  }
  return due;
}
