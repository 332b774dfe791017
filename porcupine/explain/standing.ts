import type { Budget } from "../budget.ts";
import { canonical } from "../canonical.ts";
import { NEVER } from "../history.ts";
import { type Part, partBefore, Questions, type Recorded } from "../parts.ts";
import { ILLEGAL, type Model } from "../types.ts";

/** More states than these nobody reads. */
const MOST_TOLD = 3;
/** Operations that may be open at once: one bit of a number each. */
const MOST_OPEN = 30;

/**
 * All states in which an operation can stand, in any order of what was answered before it returned; `undefined` if they are many, or
 * the work is spent.
 *
 * Every order is gone through, and no rule leaves one out. Operations are placed level by level: before a return only as many as an
 * order places until the operation that returns is placed. So each beginning of an order is met, at the first return of an
 * operation that is not in it. Those met after the call of the operation in question are the ones that it can follow.
 */
export function statesBefore<State, Input, Output>(
  { model, recorded, part, budget }: {
    readonly model: Model<State, Input, Output>;
    readonly recorded: Recorded<Input, Output>;
    readonly part: Part;
    readonly budget: Budget;
  },
  x: number,
): readonly State[] | undefined {
  const { equal, key } = model;
  // Only the model can compare its states, one by one.
  if (equal !== undefined && key === undefined) return undefined;
  const earlier = partBefore(part, part.ret[x]);
  const questions = new Questions(recorded, earlier);
  const numbers = new Map<unknown, number>();
  const states: State[] = [];
  const numberOf = (state: State): number => {
    const isPlain = typeof state !== "object" || state === null;
    const text = key !== undefined ? key(state) : isPlain ? state : canonical(state);
    if (typeof text === "string") budget.spend(text.length >>> 6);
    // A text and an object that is written down so are two states.
    const name = key === undefined && isPlain && typeof text === "string" ? `text ${text}` : text;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, states.push(state) - 1);
    return states.length - 1;
  };
  const seen = new Set<number>();
  let layer = [{ placed: 0, state: numberOf(model.init()) }];
  let open: { readonly k: number; readonly bit: number }[] = [];
  let called = 0;
  for (const due of [...earlier.returns, x]) {
    const before = due === x ? NEVER : earlier.ret[due];
    for (; called < earlier.call.length && earlier.call[called] < before; called++) {
      if (called === x) continue;
      const taken = open.reduce((bits, { bit }) => bits | bit, 0);
      if (open.length >= MOST_OPEN) return undefined;
      open = [...open, { k: called, bit: ~taken & (taken + 1) }];
    }
    const dueBit = open.find(({ k }) => k === due)?.bit ?? 0;
    const todo = layer;
    const known = new Set(todo.map(({ placed, state }) => state * 2 ** MOST_OPEN + placed));
    layer = [];
    const next = new Set<number>();
    for (let i = 0; i < todo.length; i++) {
      const { placed, state } = todo[i];
      if ((placed & dueBit) !== 0) {
        const name = state * 2 ** MOST_OPEN + placed - dueBit;
        if (!next.has(name)) layer.push({ placed: placed - dueBit, state });
        next.add(name);
        continue;
      }
      if (before > part.call[x] && seen.add(state).size > MOST_TOLD) return undefined;
      for (const { k, bit } of open) {
        if ((placed & bit) !== 0) continue;
        if (!budget.goOn() || !budget.mayStep()) return undefined;
        for (const to of nexts(model, states[state], questions, k, budget)) {
          const place = { placed: placed | bit, state: numberOf(to) };
          const name = place.state * 2 ** MOST_OPEN + place.placed;
          if (!known.has(name)) todo.push(place);
          known.add(name);
        }
      }
    }
    open = open.filter(({ k }) => k !== due);
  }
  return budget.stopped === undefined ? [...seen].map((state) => states[state]) : undefined;
}

function nexts<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  questions: Questions<Input, Output>,
  k: number,
  budget: Budget,
): readonly State[] {
  if ("steps" in model) return model.steps(state, questions.input(k), questions.answer(k), budget);
  const next = model.step(state, questions.input(k), questions.answer(k), budget);
  return next === ILLEGAL ? [] : [next];
}
