import { ILLEGAL, type Model, type Operation, type PartitionReport } from "../types.ts";
import { worded } from "../tell.ts";
import { visible } from "../visible.ts";
import type { PictureHistory } from "./options.ts";

/** The states along a partition's order. */
export interface Replay<State> {
  /** After each operation, in words; empty where it is as before. */
  readonly states: readonly string[];
  /** What the object may hold at the end. */
  readonly ends: readonly State[];
  /**
   * Operations that are placed although no state there gives their answer. The longest order of an unexplained partition
   * ends in time: an answer that came later is not believed yet.
   */
  readonly doubted: readonly number[];
}

/** A nondeterministic model may be in several states at once; a few are enough to look at. */
const MAX_STATES = 8;

/**
 * Describing a long text costs as much as copying it, so that describing it after each of 100,000 appends would take a
 * minute. Past this many bytes only the last states are described: there the order ends, and there the reader looks.
 */
const MAX_DESCRIBED_BYTES = 512 * 1024 * 1024;
const LAST_STATES = 500;

/** Runs the model along the order of a partition. */
export function replay<State, Input, Output>(
  { model, operations }: PictureHistory<State, Input, Output>,
  { linearization }: PartitionReport,
): Replay<State> {
  let current: readonly State[] = [model.init()];
  let shown = describeState(model, current[0]);
  let describedBytes = 0;
  const states: string[] = [];
  const doubted: number[] = [];
  for (let k = 0; k < linearization.length; k++) {
    const operation = operations[linearization[k]];
    let next = current.flatMap((state) => nexts(model, state, operation));
    if (next.length === 0) {
      doubted.push(linearization[k]);
      next = current.flatMap((state) =>
        nexts(model, state, { ...operation, outcome: { status: "unknown" } })
      );
    }
    current = next.slice(0, MAX_STATES);
    for (const state of current) describedBytes += model.sizeBytes?.(state) ?? 64;
    const kept = describedBytes < MAX_DESCRIBED_BYTES || k >= linearization.length - LAST_STATES;
    const text = kept ? describeStates(model, current) : "(too long to be kept for every step)";
    states.push(text === shown ? "" : text);
    shown = text;
  }
  return { states, ends: current, doubted };
}

function describeStates<State, Input, Output>(
  model: Model<State, Input, Output>,
  states: readonly State[],
): string {
  if (states.length === 1) return describeState(model, states[0]);
  return [...new Set(states.map((state) => describeState(model, state)))].join(" or ");
}

/**
 * The operations of a partition that real time allows to come next where its order ends, and that no state there allows:
 * what a reader looks at to see why the order stops.
 */
export function impossibleNext<State, Input, Output>(
  { model, operations }: PictureHistory<State, Input, Output>,
  part: PartitionReport,
  ends: readonly State[],
): number[] {
  const done = new Set(part.linearization);
  const left = part.operations.filter((index) => !done.has(index));
  let deadline = Infinity;
  for (const index of left) {
    const { outcome } = operations[index];
    if (outcome.status === "ok") deadline = Math.min(deadline, outcome.returnAt);
  }
  return left.filter((index) =>
    operations[index].callAt <= deadline &&
    ends.every((state) => nexts(model, state, operations[index]).length === 0)
  );
}

function nexts<State, Input, Output>(
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

/** Longer descriptions are cut: a picture is no place for a megabyte. */
const MAX_TEXT = 240;

function oneLine(text: string): string {
  const flat = visible(text.replaceAll(/\r?\n|\r/g, "\u23ce"));
  return flat.length <= MAX_TEXT ? flat : `${flat.slice(0, MAX_TEXT - 40)}...${flat.slice(-30)}`;
}

/** An operation in one line. */
export function describeOperation<State, Input, Output>(
  model: Model<State, Input, Output>,
  { input, outcome }: Operation<Input, Output>,
): string {
  const answer = outcome.status === "ok"
    ? { known: true, output: outcome.output } as const
    : { known: false } as const;
  const plain = (): string => `${worded(input)} -> ${answer.known ? worded(answer.output) : "?"}`;
  return oneLine(model.describeOperation?.(input, answer) ?? plain());
}

/** A state in one line. */
export function describeState<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
): string {
  return oneLine(model.describeState?.(state) ?? worded(state));
}
