import type { LogInput, LogOutput, Value } from "../../../porcupine/mod.ts";
import type { Shape } from "./random.ts";

/** A log of few values that is asked for its first places; of ten appends so many are told theirs. */
export function fewValuesShape(
  { values, told, places }: {
    readonly values: readonly Value[];
    readonly told: number;
    readonly places: number;
  },
): Shape<readonly Value[], LogInput, LogOutput> {
  return {
    init: () => [],
    input(random) {
      if (random.below(5) < 3) return { f: "append", value: random.pick(values) };
      return random.below(5) === 0 ? { f: "length" } : { f: "read", offset: random.below(places) };
    },
    run(state, input, random) {
      if (input.f === "append") {
        const offset = random.below(10) < told ? state.length : "unsaid";
        return [[...state, input.value], { f: "append", offset }];
      }
      if (input.f === "length") return [state, { f: "length", length: state.length }];
      const found = input.offset < state.length ? { value: state[input.offset] } : "end";
      return [state, { f: "read", found }];
    },
    guess(input, random) {
      if (input.f === "append") return { f: "append", offset: random.below(places) };
      if (input.f === "length") return { f: "length", length: random.below(places) };
      return { f: "read", found: random.below(3) > 0 ? { value: random.pick(values) } : "end" };
    },
  };
}
