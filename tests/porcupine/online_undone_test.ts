/** On line: registers whose values repeat, where a request that hung for long is told that it did nothing. */
import { assert, assertEquals } from "@std/assert";
import {
  adaptModel,
  Checker,
  etcdModel,
  type Model,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultBesideHanging } from "./fuzz/hanging.ts";
import { Random, type Shape } from "./fuzz/random.ts";
import { reluctant, type Reluctantly } from "./fuzz/reluctant.ts";
import { registerShape } from "./fuzz/shapes.ts";
import { crowd, type CrowdObject } from "./generate/crowd.ts";
import { crowdValues } from "./generate/crowd_objects.ts";
import { Random as CrowdRandom } from "./generate/random.ts";

/** An answer, or that nothing was done. */
type Output = RegisterOutput | "not done";

/** A register of which any request may be told that it did nothing. */
const MODEL: Model<RegisterValue, RegisterInput, Output> = adaptModel<
  RegisterValue,
  RegisterInput,
  Output,
  RegisterInput,
  RegisterOutput
>(registerModel({ initial: 0 }), {
  name: "reluctant",
  input: (input) => input,
  answer: (_input, answer) => {
    if (!answer.known) return answer;
    return answer.output === "not done" ? "didNothing" : { known: true, output: answer.output };
  },
});

/** One of so many requests is not carried out. */
function reluctantShape(
  { init: _init, ...inner }: Shape<RegisterValue, RegisterInput, RegisterOutput>,
  one: number,
): Shape<RegisterValue, RegisterInput, Output> {
  return {
    init: () => 0,
    input: inner.input,
    run: (state, input, random) =>
      random.below(one) === 0 ? [state, "not done"] : inner.run(state, input, random),
    guess: (input, random) => random.below(2) === 0 ? "not done" : inner.guess(input, random),
  };
}

const title =
  "on line, while calls on a register hang that may do nothing, each answer is judged as by trying all orders";
Deno.test(title, () =>
  forSeeds(title, 400, (seed) => {
    const random = new Random(seed);
    const shape = registerShape({ cas: random.below(2) === 0 });
    return faultBesideHanging(MODEL, reluctantShape(shape, 2 + random.below(6)), random);
  }));

const write = (value: number) => ({ f: "write", value }) as const;

/** Nothing is ever 99: this changes nothing. And the model does not say what it does, so that whoever goes by values gives up. */
const MURMUR = { f: "cas", from: 99, to: 99 } as const;

const MURMURING: typeof MODEL = murmuring();

function murmuring(): typeof MODEL {
  const { kind } = MODEL;
  assert(kind?.type === "register");
  const view: typeof kind.view = (input, answer) =>
    input.f === "cas" && input.from === MURMUR.from ? undefined : kind.view(input, answer);
  return { ...MODEL, kind: { ...kind, view } };
}

/**
 * A register that others have brought to 0 last; one writes what is given, and hangs. The same value is then read so many times, or
 * the 0. What it means that the write has done nothing.
 */
function toldLate(
  before: readonly RegisterInput[],
  { value, seen, reads, windowAnswers }: Record<"value" | "seen" | "reads" | "windowAnswers", number>,
  isHandedOver: boolean,
): string {
  const checker = new Checker(MURMURING, { windowAnswers });
  let operation = 0;
  const ask = (input: RegisterInput, output: Output) => {
    checker.call(++operation, "ann", input);
    assertEquals(checker.return(operation, output).kind, "ok");
  };
  checker.call(0, "bob", write(value));
  for (const input of before) {
    ask(input, input.f === "cas" ? { f: "cas", swapped: true } : { f: "write" });
  }
  for (let i = 0; i < reads; i++) ask({ f: "read" }, { f: "read", value: seen });
  if (isHandedOver) ask(MURMUR, { f: "cas", swapped: false });
  return checker.return(0, "not done").kind;
}

/** Which end with another value than 0, though some write 0; the values in which a write can have been done were written, or swapped. */
const BEFORE: readonly (readonly RegisterInput[])[] = [
  [write(5), write(6), write(5)],
  [write(5), write(5)],
  [write(0), { f: "cas", from: 0, to: 5 }],
  [write(0), { f: "cas", from: 0, to: 6 }, { f: "cas", from: 6, to: 5 }],
];

Deno.test("on line: a write that has hung and was read has not done nothing, whatever the window, and whatever there was before", () => {
  for (const before of BEFORE) {
    for (const windowAnswers of [2, 3, 4, 8, 32, 64]) {
      for (const reads of [1, 2, 3, 5, 10, 50, 200]) {
        for (const isHandedOver of [false, true]) {
          const what = JSON.stringify({ before, windowAnswers, reads, isHandedOver });
          const told = (value: number, seen: number): string =>
            toldLate(before, { value, seen, reads, windowAnswers }, isHandedOver);
          for (const value of [0, 1]) {
            assertEquals(told(value, value), "illegal", what);
            assertEquals(told(value, 5), "ok", what);
          }
          assertEquals(told(5, 5), "ok", what);
        }
      }
    }
  }
});

Deno.test("on line: etcd's register is not ok if a write that was read has failed, of however many reads", () => {
  for (const reads of [10, 3000]) {
    const checker = new Checker(etcdModel());
    let operation = 0;
    const ask = (input: RegisterInput, value: number | null) => {
      checker.call(++operation, "ann", input);
      assertEquals(checker.return(operation, { type: "ok", value }).kind, "ok");
    };
    for (const value of [5, 6, 5]) ask(write(value), null);
    checker.call(0, "bob", write(1));
    for (let i = 0; i < reads; i++) ask({ f: "read" }, 1);
    assertEquals(checker.return(0, { type: "fail" }).kind, "illegal");
  }
});

/** What a search may hold, counted: the same everywhere. */
const LIMITS = { memoryLimitBytes: 1 << 22, heldBytes: () => 0 } as const;

Deno.test("on line: of a crowd whose requests may do nothing each answer is judged by values, and the model is asked little (8 crowds of 15 clients)", () => {
  const model = reluctant(registerModel());
  assert("step" in model);
  let undone = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const random = new CrowdRandom(seed);
    let steps = 0;
    const step: typeof model.step = (...asked) => {
      steps++;
      return model.step(...asked);
    };
    const checker = new Checker({ ...model, step }, LIMITS);
    const size = { clients: 15, operations: 1500, lieFrom: Infinity, lostEvery: 40 };
    for (const event of crowd(reluctantValues(random), size, random)) {
      const { operation } = event;
      if (event.kind === "call") checker.call(operation, event.client, event.input);
      else if (event.kind === "lost") checker.lost(operation);
      else {
        undone += Number(event.output === "not done");
        checker.return(operation, event.output);
      }
    }
    assertEquals(checker.status, { kind: "ok" }, `seed ${seed}`);
    assert(steps < 1_000, `seed ${seed}: ${steps} steps`);
  }
  assert(undone > 1_000, `${undone} did nothing`);
});

/** A register of five values; one of six requests is not carried out. */
function reluctantValues(random: CrowdRandom): CrowdObject<RegisterInput, Reluctantly<RegisterOutput>> {
  const { ask, run } = crowdValues({ values: 5, swaps: true });
  return {
    ask,
    run: (input, client) => random.below(6) === 0 ? "not done" : { done: run(input, client) },
    lie: () => undefined,
  };
}
