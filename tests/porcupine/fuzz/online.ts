import { Checker, type Model, type Operation } from "../../../porcupine/mod.ts";

/** One event of a history, by the index of its operation. */
interface Event {
  readonly kind: "call" | "return" | "lost";
  readonly index: number;
}

/** The events of a history in order: at equal times calls before returns, by index. Losses are told soon after the call. */
export function eventsOf<Input, Output>(history: readonly Operation<Input, Output>[]): Event[] {
  const events: { event: Event; at: number; rank: number }[] = [];
  for (let index = 0; index < history.length; index++) {
    const { callAt, outcome } = history[index];
    events.push({ event: { kind: "call", index }, at: callAt, rank: 0 });
    if (outcome.status === "ok") {
      events.push({ event: { kind: "return", index }, at: outcome.returnAt, rank: 1 });
    } else if (index % 2 === 0) events.push({ event: { kind: "lost", index }, at: callAt + 3, rank: 2 });
  }
  events.sort((a, b) => a.at - b.at || a.rank - b.rank || a.event.index - b.event.index);
  return events.map(({ event }) => event);
}

/** Windows long and short, so that the past is summed up in short histories, too. */
export const WINDOWS: readonly number[] = [32, 8, 16, 24, 256];

/** Feeds a history to an on-line checker; answers the index of the operation it stopped at, or -1. */
export function firstRefused<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  windowAnswers: number,
): number {
  const checker = new Checker(model, { windowAnswers });
  for (const { kind, index } of eventsOf(history)) {
    const { client, input, outcome } = history[index];
    if (kind === "call") checker.call(index, client, input);
    if (kind === "lost") checker.lost(index);
    if (kind === "return" && outcome.status === "ok" && checker.return(index, outcome.output).kind !== "ok") {
      return index;
    }
  }
  return -1;
}

/**
 * The first answer that makes the prefix impossible; -1 if there is none. Who has returned later explains nothing, so that a prefix
 * is possible if a longer one is: it is looked for by halving.
 */
export function firstImpossible<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  possible: (model: Model<State, Input, Output>, prefix: readonly Operation<Input, Output>[]) => boolean,
): number {
  const events = eventsOf(history);
  const returns = events.flatMap(({ kind }, at) => (kind === "return" ? [at] : []));
  const isPossible = (count: number): boolean => {
    const called = new Set<number>();
    const returned = new Set<number>();
    for (const { kind, index } of events.slice(0, count === 0 ? 0 : returns[count - 1] + 1)) {
      if (kind === "call") called.add(index);
      if (kind === "return") returned.add(index);
    }
    return possible(
      model,
      history.flatMap((operation, i): Operation<Input, Output>[] => {
        if (!called.has(i)) return [];
        return [returned.has(i) ? operation : { ...operation, outcome: { status: "unknown" } }];
      }),
    );
  };
  if (isPossible(returns.length)) return -1;
  let [good, bad] = [0, returns.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (isPossible(middle)) good = middle;
    else bad = middle;
  }
  return events[returns[bad - 1]].index;
}

/** What is wrong where a checker has stopped, if it should have stopped elsewhere; numbers as of `firstImpossible`. */
export function stopFault(expected: number, got: number): string | undefined {
  return expected === got ? undefined : `it should have stopped at ${expected}, it stopped at ${got}`;
}
