/** Objects with few states, on line: which of them there are, and when one configuration stands for another. */
import { assert, assertEquals } from "@std/assert";
import { NEVER } from "../../porcupine/history.ts";
import { areDominated, endsIn, reachable } from "../../porcupine/online/finite.ts";
import { ENDLESS } from "../../porcupine/online/patience.ts";
import { type Watched, watchedCall } from "../../porcupine/online/watched.ts";
import {
  Checker,
  counterModel,
  ILLEGAL,
  type Model,
  type MutexInput,
  mutexModel,
  type MutexOutput,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { forSeeds, subject } from "./fuzz/compare.ts";
import { mutexShape } from "./fuzz/objects.ts";

function write(name: number, ret: number): Watched<RegisterInput, RegisterOutput> {
  return {
    ...watchedCall<RegisterInput, RegisterOutput>(name, name, { f: "write", value: name }, name),
    ret,
  };
}

Deno.test("a configuration stands for another only if it has spent no more and owes no more", () => {
  const operations = [write(0, 9), write(1, NEVER)];
  const stands = (
    [spent, free]: readonly (readonly number[])[],
    [otherSpent, otherFree]: readonly (readonly number[])[],
  ) =>
    areDominated(
      registerModel(),
      [{ state: 7, spent: otherSpent, free: otherFree }],
      [{ state: 7, spent, free }],
      operations,
    );
  assertEquals(stands([[], [0]], [[0], []]), true, "free for spent");
  assertEquals(stands([[0], []], [[], [0]]), false, "spent for free");
  assertEquals(stands([[], []], [[], [0]]), false, "owed for free");
  assertEquals(stands([[], [0]], [[], []]), true, "free for owed");
  assertEquals(stands([[1], []], [[], []]), false, "spent, without an answer, for open");
  assertEquals(stands([[0], []], [[0, 1], []]), true, "open, without an answer, for spent");
  const [eight, seven] = [8, 7].map((state) => ({ state, spent: [], free: [] }));
  assertEquals(areDominated(registerModel(), [eight], [seven], operations), false, "of another state");
  assertEquals(areDominated(registerModel(), [seven, eight], [seven], operations), false, "for both");
});

Deno.test("of a mutex all states are found, of a counter it is told that there are many", () => {
  const acquire = watchedCall<{ f: "acquire" }, never>(0, 0, { f: "acquire" }, 0);
  assertEquals(reachable(mutexModel(), [false], [acquire]), [false, true]);
  const add = watchedCall<{ f: "add"; amount: number }, never>(0, 0, { f: "add", amount: 1 }, 0);
  assertEquals(reachable(counterModel(), [0], [add]), undefined);
});

Deno.test("of two thousand states that a past may have ended in each is not compared with all others", () => {
  let asked = 0;
  const key = (state: number): number => (asked++, state);
  const init = () => 0;
  const many = Array.from({ length: 2000 }, (_, k) => k);
  const stay = watchedCall<"stay", "done">(0, 0, "stay", 0);
  const still: Model<number, "stay", "done"> = { name: "still", init, key, step: (state) => state };
  assertEquals(reachable(still, many, [stay]), undefined);
  assertEquals(reachable(still, many, []), undefined);
  const scattered: Model<number, "stay", "done"> = { name: "scattered", init, key, steps: () => many };
  assertEquals(reachable(scattered, [0], [stay]), undefined);
  // Of 17 each with all others, three times over.
  assert(asked < 1000, String(asked));
});

Deno.test("an object that can be in thousands of states is not looked at as one of few, answer after answer", () => {
  let asked = 0;
  const model: Model<number, "scatter" | "stay", "done"> = {
    name: "scattered",
    init: () => 0,
    key: (state) => (asked++, state),
    steps: (state, input) => input === "scatter" ? Array.from({ length: 1000 }, (_, k) => k + 1) : [state],
  };
  const checker = new Checker(model, { windowAnswers: 8 });
  for (let k = 0; k < 40; k++) {
    // The first window has to find them.
    if (k === 8) asked = 0;
    checker.call(k, "ann", k === 0 ? "scatter" : "stay");
    assertEquals(checker.return(k, "done").kind, "ok");
  }
  assert(checker.kept < 16 && asked < 200_000, String(asked));
});

Deno.test("a register ends in what was written last for certain, and where two writes were last in neither", () => {
  const [first, second, third] = [write(1, 2.5), write(3, 5), write(4, 6)];
  const ends = (value: number, operations: Parameters<typeof endsIn>[2]["operations"]): boolean =>
    endsIn(registerModel(), value, { from: [null], operations, patience: ENDLESS });
  assertEquals(ends(3, [first, second]), true);
  assertEquals(ends(1, [first, second]), false);
  assertEquals(ends(3, [first, second, third]), false);
  assertEquals(ends(4, [first, second, third]), false);
});

Deno.test("a step that is cut short shows nothing of where an object ends", () => {
  const model: Model<number, number, number> = {
    name: "cut short",
    init: () => 0,
    step: (_state, input, _answer, context) => context.expired() ? ILLEGAL : input,
  };
  const watched: Watched<number, number> = { ...watchedCall<number, number>(1, "ann", 1, 0), ret: 1 };
  const patience = { mayStep: () => true, expired: () => true };
  assertEquals(endsIn(model, 7, { from: [0], operations: [watched], patience }), false);
});

/** A mutex in whose words it is not told that there is one next state at most: so it is searched. */
function searchedMutex(): Model<boolean, MutexInput, MutexOutput> {
  const model = mutexModel();
  if ("steps" in model) return model;
  const { step, ...base } = model;
  return {
    ...base,
    steps: (...asked) => {
      const next = step(...asked);
      return next === ILLEGAL ? [] : [next];
    },
  };
}

const AGREES = "a mutex that is searched on line agrees with checking every prefix of 60 to 100 operations";
Deno.test(AGREES, () => {
  const mutex = subject({ name: "mutex, steps", model: searchedMutex(), shape: mutexShape });
  forSeeds(AGREES, 1, (seed) => mutex.onlineAgainstPrefixes(seed, 60 + (seed % 41)));
});
