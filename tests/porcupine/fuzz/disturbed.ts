import type { Operation } from "../../../porcupine/mod.ts";
import { busyHistory, Random, randomHistory, type Shape } from "./random.ts";

/** A history of busy or random clients, of whom one may be told a lie, and two are never heard of though they are. */
export function disturbed<Truth, Input, Output>(
  shape: Shape<Truth, Input, Output>,
  size: number,
  seed: number,
): Operation<Input, Output>[] {
  const random = new Random(seed);
  const history = (seed % 2 === 0 ? randomHistory : busyHistory)(shape, size, random);
  const at = (size >>> 1) + random.below(size >>> 1);
  for (
    const [k, isLost] of [[at, false], [random.below(size), true], [random.below(size), true]] as const
  ) {
    const { outcome, input } = history[k];
    if (outcome.status !== "ok") continue;
    history[k] = {
      ...history[k],
      outcome: isLost ? { status: "unknown" } : { ...outcome, output: shape.guess(input, random) },
    };
  }
  return history;
}
