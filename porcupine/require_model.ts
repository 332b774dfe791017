import { PorcupineError } from "./types.ts";

/** What a model must have, as a caller without types may hand it in. */
interface Handed {
  readonly name?: unknown;
  readonly init?: unknown;
  readonly step?: unknown;
  readonly steps?: unknown;
}

/**
 * Refuses what is no model. The types do so already; but from JavaScript, or behind a cast, a step that is asynchronous answers
 * a promise to everything, and a history would be called possible, or impossible, whatever is in it.
 */
export function requireModel(model: Handed): void {
  const name = typeof model.name === "string" ? `the model ${JSON.stringify(model.name)}` : "the model";
  const { init, step, steps } = model;
  if (typeof init !== "function") throw refused(`${name} has no init(); give it its first state`);
  const taken = steps === undefined ? step : steps;
  if (typeof taken !== "function") {
    throw refused(
      `${name} has no step(state, input, answer); give it that, or steps(...) for several next states`,
    );
  }
  for (const [what, part] of [["init", init], [steps === undefined ? "step" : "steps", taken]] as const) {
    // "[object AsyncFunction]", "[object GeneratorFunction]" ...
    const kind = Object.prototype.toString.call(part);
    if (kind === "[object Function]") continue;
    throw refused(`${what} of ${name} is asynchronous or a generator; a model answers at once`);
  }
}

/** Refuses next states that are no list. */
export function requireStates<State>(states: readonly State[]): readonly State[] {
  if (Array.isArray(states)) return states;
  throw refused("steps(...) of the model answers no array; give it one of the states that may come next");
}

function refused(message: string): PorcupineError {
  return new PorcupineError("model-mismatch", message);
}
