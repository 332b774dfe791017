/** Each guarantee against every order, on small random histories, crashed operations and repeated values included. */
import {
  type Model,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../../porcupine/mod.ts";
import { forSeeds, subject } from "../fuzz/compare.ts";
import { registerShape } from "../fuzz/shapes.ts";
import { HINTED } from "../fuzz/subjects.ts";

/** Each write may be forgotten at once: one answer, two states. */
const FORGETFUL: Model<RegisterValue, RegisterInput, RegisterOutput> = {
  name: "forgetful register",
  init: () => null,
  steps: (state, input, answer) => {
    if (input.f === "write") return [input.value, state];
    return !answer.known || (answer.output.f === "read" && answer.output.value === state) ? [state] : [];
  },
  readOnly: ({ f }) => f === "read",
};

const forgetful = subject({
  name: "register that may forget a write",
  model: FORGETFUL,
  shape: () => registerShape({ cas: false }),
});

/** What only reads is told by `effect` alone. */
const { readOnly: _, ...register } = registerModel();
const untold = subject({
  name: "register that has effect and no readOnly",
  model: register,
  shape: () => registerShape({ cas: true }),
});

// A slice; `-- --times N` makes it longer, and oracle_main.ts --levels the long run.
for (const one of [...HINTED, forgetful, untold]) {
  const title = `guarantees and staleness are what every order says: ${one.name}`;
  // Those that are read off the history in ways of their own, and not searched for, are looked at more closely.
  const count = /^(register|kv|versioned)/.test(one.name) ? 60 : 25;
  Deno.test(title, () => forSeeds(title, count, one.levels));
}
