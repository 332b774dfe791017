import type { Operation } from "../../../porcupine/types.ts";

/**
 * Makes a failing history small: takes operations out, and answers away, as long as it still fails. What is left needs each
 * of its operations.
 */
export function shrink<Input, Output>(
  history: readonly Operation<Input, Output>[],
  fails: (history: readonly Operation<Input, Output>[]) => boolean,
): readonly Operation<Input, Output>[] {
  let least = history;
  for (let width = least.length >>> 1; width >= 1;) {
    const smaller = withoutSome(least, width).find(fails) ??
      (width === 1 ? lost(least).find(fails) : undefined);
    if (smaller === undefined) width >>>= 1;
    else least = smaller;
  }
  return least;
}

function withoutSome<T>(items: readonly T[], width: number): readonly (readonly T[])[] {
  const starts = Array.from({ length: Math.ceil(items.length / width) }, (_, i) => i * width);
  return starts.map((start) => [...items.slice(0, start), ...items.slice(start + width)]);
}

/** The history with one answer lost, in every way. */
function lost<Input, Output>(
  history: readonly Operation<Input, Output>[],
): readonly (readonly Operation<Input, Output>[])[] {
  return history.flatMap((operation, i) => {
    if (operation.outcome.status === "unknown") return [];
    const crashed: Operation<Input, Output> = { ...operation, outcome: { status: "unknown" } };
    return [[...history.slice(0, i), crashed, ...history.slice(i + 1)]];
  });
}
