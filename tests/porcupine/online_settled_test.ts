/** On line: what is searched, because a value was written twice, is watched again once it is certain what the object holds. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  kvModel,
  type Model,
  priorityQueueModel,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  stackModel,
} from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { priorityQueueShape, queueShape, stackShape } from "./fuzz/collections.ts";
import { firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";

type Register = Model<RegisterValue, RegisterInput, RegisterOutput>;

/** A register that is watched, and goes back to its watch at the first chance. */
class Story {
  readonly #checker: Checker<RegisterValue, RegisterInput, RegisterOutput>;

  constructor(model: Register = registerModel()) {
    this.#checker = new Checker(model, { windowAnswers: 1 });
  }

  write(operation: number, value: number): this {
    this.#checker.call(operation, operation, { f: "write", value });
    return this;
  }

  written(operation: number): this {
    this.#checker.return(operation, { f: "write" });
    return this;
  }

  read(operation: number): this {
    this.#checker.call(operation, operation, { f: "read" });
    return this;
  }

  seen(operation: number, value: number | null): string {
    return this.#checker.return(operation, { f: "read", value }).kind;
  }

  lost(operation: number): this {
    this.#checker.lost(operation);
    return this;
  }

  /** One value twice: from here on it is searched. Whatever is open stays so. */
  repeated(): this {
    return this.write(901, 9).written(901).write(902, 9).written(902);
  }
}

Deno.test("a register in which one value was written twice is watched again: at most 60 operations are kept, and a lie is met", () => {
  const checker = new Checker(registerModel());
  let kept = 0;
  for (let i = 0; i < 5000; i++) {
    // Twice one value, three thousand operations before the end.
    const value = i === 2001 ? 2000 : i;
    checker.call(2 * i, "writer", { f: "write", value });
    checker.call(2 * i + 1, "reader", { f: "read" });
    checker.return(2 * i, { f: "write" });
    checker.return(2 * i + 1, { f: "read", value });
    // For a while there is always something open.
    if (i % 2 === 0) checker.call(-i - 1, "late", { f: "read" });
    else checker.return(-i, { f: "read", value });
    if (i > 3000) kept = Math.max(kept, checker.kept);
  }
  assertEquals(checker.status.kind, "ok");
  assertEquals(kept <= 60, true, `${kept} operations were kept`);
  checker.call(-1, "late", { f: "read" });
  assertEquals(checker.return(-1, { f: "read", value: 4998 }).kind, "illegal");
});

Deno.test("on line: two writes that were open at once leave either value behind", () => {
  for (const [value, expected] of [[1, "ok"], [2, "ok"], [9, "illegal"]] as const) {
    const story = new Story().repeated().write(1, 1).write(2, 2).written(2).written(1);
    assertEquals(story.read(3).seen(3, value), expected, `read ${value}`);
  }
});

Deno.test("on line: so they do if something else was certain before, and was never gone back to", () => {
  for (const [value, expected] of [[1, "ok"], [2, "ok"], [9, "illegal"]] as const) {
    const story = new Story().write(901, 9).written(901).read(3).write(902, 9).written(902);
    story.write(1, 1).write(2, 2).written(2).written(1);
    assertEquals(story.seen(3, 9), "ok");
    assertEquals(story.read(4).seen(4, value), expected, `read ${value}`);
  }
});

type RegisterKind = Extract<NonNullable<Register["kind"]>, { type: "register" }>;

/** A register of which some answers mean something odd. */
function odd(
  step: (output: RegisterOutput, input: RegisterInput) => RegisterValue | undefined,
  view: (kind: RegisterKind) => RegisterKind["view"],
): Register {
  const model = registerModel();
  const { kind } = model;
  if (kind?.type !== "register" || !("step" in model)) throw new TypeError("a register is of its own kind");
  return {
    name: "odd register",
    init: model.init,
    step: (state, input, answer, context) =>
      (answer.known ? step(answer.output, input) : undefined) ?? model.step(state, input, answer, context),
    kind: { ...kind, view: view(kind) },
  };
}

Deno.test("on line: so they do if one of them is over when the search begins, at an answer that says otherwise than the call", () => {
  // A write of 1 whose answer came has written 101.
  const model = odd(
    (_output, input) => input.f === "write" && input.value === 1 ? 101 : undefined,
    ({ view }) => (input, answer) => {
      const isOdd = answer.known && input.f === "write" && input.value === 1;
      return isOdd ? { op: "write", value: 101 } : view(input, answer);
    },
  );
  for (const [value, expected] of [[101, "ok"], [2, "ok"], [1, "illegal"]] as const) {
    const story = new Story(model).write(1, 1).write(2, 2).written(2).written(1);
    for (const read of [3, 4]) assertEquals(story.read(read).seen(read, value), expected, `read ${value}`);
  }
});

Deno.test("on line: an answer that is not understood leaves nothing certain", () => {
  // Who reads 7 leaves 8 behind, whatever was there.
  const model = odd(
    (output) => output.f === "read" && output.value === 7 ? 8 : undefined,
    ({ view }) => (input, answer) => {
      const action = view(input, answer);
      return action?.op === "read" && action.value === 7 ? undefined : action;
    },
  );
  for (const [value, expected] of [[1, "ok"], [8, "ok"], [9, "illegal"]] as const) {
    const story = new Story(model).read(3).repeated().write(1, 1).written(1);
    assertEquals(story.seen(3, 7), "ok");
    assertEquals(story.read(4).seen(4, value), expected, `read ${value}`);
  }
});

Deno.test("on line: a write that was lost may take effect after everything that is certain", () => {
  for (const lostFirst of [true, false]) {
    const story = new Story();
    if (lostFirst) story.write(1, 1).lost(1).repeated();
    else story.repeated().write(1, 1).lost(1);
    story.write(2, 2).written(2).write(3, 3).written(3);
    assertEquals(story.read(4).seen(4, 3), "ok");
    assertEquals(story.read(5).seen(5, 1), "ok");
    assertEquals(story.read(6).seen(6, 3), "illegal");
  }
});

Deno.test("on line: a read that was called before the last write may see what was there before", () => {
  const story = () => new Story().repeated().read(1).write(2, 2).written(2);
  assertEquals(story().seen(1, 9), "ok");
  assertEquals(story().seen(1, 2), "ok");
  assertEquals(story().seen(1, 7), "illegal");
});

/** Every kind that comes back to its watch, with values that repeat. */
function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  const title =
    `on line, back and forth between watch and search, it stops at the first impossible answer: ${name}`;
  Deno.test(title, () =>
    forSeeds(title, 30, (seed) => {
      const history = randomHistory(shape(), 6 + seed % 4, new Random(seed));
      const expected = firstImpossible(model, history, oracle);
      const got = firstRefused(model, history, 1 + seed % 2);
      return stopFault(expected, got);
    }));
}

compare("register", registerModel(), () => registerShape({ cas: false }));
compare("kv", kvModel(), () => kvShape());
compare("kv, puts alone", kvModel(), () => kvShape({ appends: false }));
compare("queue", queueModel(), () => queueShape({ unique: false }));
compare("stack", stackModel(), () => stackShape({ unique: false }));
compare("priority queue", priorityQueueModel(), () => priorityQueueShape({ unique: false, order: "min" }));
