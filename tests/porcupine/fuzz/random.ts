import type { Operation } from "../../../porcupine/types.ts";

/** Numbers from a seed (Mulberry32): the same seed, the same numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `bound - 1`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }

  /** One of the items. */
  pick<const T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

/** How random histories of one model look. */
export interface Shape<State, Input, Output> {
  /** The state before the first operation. */
  init(): State;
  /** Draws a request. */
  input(random: Random): Input;
  /** What a correct object would do. */
  run(state: State, input: Input, random: Random): readonly [State, Output];
  /** Draws an answer that has nothing to do with any state. */
  guess(input: Input, random: Random): Output;
}

/** One interval, before its answer is known. */
interface Draft<Input> {
  client: number;
  input: Input;
  callAt: number;
  returnAt: number;
  lost: boolean;
  point: number;
}

/** A random history, and whether it is linearizable for certain: no answer of it was guessed. */
export interface RandomHistory<Input, Output> {
  readonly history: Operation<Input, Output>[];
  readonly truthful: boolean;
}

/**
 * A small random history: `size` operations of up to five clients, some never answered, some times equal. The answers are
 * those of a correct object working at random instants within the operations, except for a share that is guessed.
 */
export function randomHistory<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  size: number,
  random: Random,
): Operation<Input, Output>[] {
  return randomCase(shape, size, random).history;
}

/** A true history in which one answer, not among the first, may be wrong. */
export function nearlyTrue<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  size: number,
  random: Random,
): Operation<Input, Output>[] {
  const { history } = randomCase(shape, size, random, 0);
  const at = (size >>> 1) + random.below(size >>> 1);
  const { outcome, input } = history[at];
  if (outcome.status === "ok") {
    history[at] = { ...history[at], outcome: { ...outcome, output: shape.guess(input, random) } };
  }
  return history;
}

/** A longer history of a correct object, with three to six clients that are busy all the time and lose nothing. */
export function busyHistory<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  size: number,
  random: Random,
): Operation<Input, Output>[] {
  const open: { input: Input; callAt: number; output: Output | undefined }[] = [];
  const clients = 3 + random.below(4);
  const history: Operation<Input, Output>[] = [];
  let state = shape.init();
  for (let at = 0, called = 0; history.length < size; at++) {
    const client = random.below(clients);
    const draft = open[client];
    if (draft === undefined) {
      if (called++ < size) open[client] = { input: shape.input(random), callAt: at, output: undefined };
    } else if (draft.output === undefined) {
      [state, draft.output] = shape.run(state, draft.input, random);
    } else {
      const { input, callAt, output } = draft;
      history.push({ client, input, callAt, outcome: { status: "ok", output, returnAt: at } });
      delete open[client];
    }
  }
  return history.sort((a, b) => a.callAt - b.callAt);
}

/** The same as `randomHistory`, with what is known of it; `wrong` of ten answers are guessed. */
export function randomCase<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  size: number,
  random: Random,
  wrong: number = random.pick([0, 1, 1, 2, 4, 10]),
): RandomHistory<Input, Output> {
  const drafts = draftHistory(shape, size, random);
  const outputs = new Map<Draft<Input>, Output>();
  let state = shape.init();
  let truthful = true;
  for (const draft of [...drafts].sort((a, b) => a.point - b.point)) {
    if (draft.lost && random.below(2) === 0) continue;
    const [next, output] = shape.run(state, draft.input, random);
    state = next;
    const guessed = random.below(10) < wrong;
    if (guessed) truthful = false;
    outputs.set(draft, guessed ? shape.guess(draft.input, random) : output);
  }
  const history = drafts.map((draft) => {
    const { client, input, callAt, returnAt } = draft;
    const output = outputs.get(draft);
    if (draft.lost || output === undefined) {
      return { client, input, callAt, outcome: { status: "unknown" } } as const;
    }
    return { client, input, callAt, outcome: { status: "ok", output, returnAt } } as const;
  });
  return { history, truthful };
}

function draftHistory<State, Input, Output>(
  shape: Shape<State, Input, Output>,
  size: number,
  random: Random,
): Draft<Input>[] {
  const clients = 1 + random.below(5);
  const losses = random.pick([0, 0, 1, 2, 4]);
  const spread = random.pick([1, 3, 6, 12]);
  const free: number[] = Array.from({ length: clients }, () => 0);
  const names: number[] = free.map((_, i) => i);
  const drafts: Draft<Input>[] = [];
  let next = clients;
  for (let i = 0; i < size; i++) {
    const c = random.below(clients);
    const callAt = free[c] + random.below(3);
    const returnAt = callAt + random.below(spread);
    const lost = random.below(10) < losses;
    const point = callAt + (lost ? random.below(20) : random.below(100) / 100 * (returnAt - callAt));
    drafts.push({ client: names[c], input: shape.input(random), callAt, returnAt, lost, point });
    if (lost) names[c] = next++;
    free[c] = (lost ? callAt : returnAt) + 1;
  }
  return drafts;
}
