/** On line: objects with two states, whatever their model; what is kept of them, and when a search takes over. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Answer,
  Checker,
  checkOperations,
  ILLEGAL,
  type Illegal,
  type JepsenInput,
  jepsenMutexModel,
  type JepsenOutput,
  type Model,
  mutexModel,
  type MutexOutput,
  PorcupineError,
  setModel,
} from "../../porcupine/mod.ts";
import { disturbed } from "./fuzz/disturbed.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { mutexShape } from "./fuzz/objects.ts";
import { setShape } from "./fuzz/collections.ts";
import { firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";

/** A lamp: `break` leaves it broken for good; `toggle` does what no watch understands. */
interface LampInput {
  readonly f: "on" | "off" | "toggle" | "break" | "look";
}

type Lamp = "dark" | "lit" | "broken";

/** `unsaid`: it does not tell what it found. */
interface LampOutput {
  readonly found: Lamp | "unsaid";
}

const LEADS_TO = {
  on: { dark: "lit", lit: "lit", broken: "broken" },
  off: { dark: "dark", lit: "dark", broken: "broken" },
  toggle: { dark: "lit", lit: "dark", broken: "broken" },
  break: { dark: "broken", lit: "broken", broken: "broken" },
  look: { dark: "dark", lit: "lit", broken: "broken" },
} as const;

const LAMP: Model<Lamp, LampInput, LampOutput> = {
  name: "lamp",
  init: () => "dark",
  step: (state: Lamp, { f }: LampInput, answer: Answer<LampOutput>): Lamp | Illegal =>
    answer.known && answer.output.found !== "unsaid" && answer.output.found !== state
      ? ILLEGAL
      : LEADS_TO[f][state],
};

/** `odd`: one operation of so many is one that no watch understands; 0: none. */
function lampShape(odd: number): Shape<Lamp, LampInput, LampOutput> {
  const isOdd = (random: Random): boolean => odd > 0 && random.below(odd) === 0;
  return {
    init: () => "dark",
    input: (random) => ({
      f: isOdd(random) ? random.pick(["toggle", "break"]) : random.pick(["on", "off", "look"]),
    }),
    run: (state, { f }, random) => [LEADS_TO[f][state], { found: isOdd(random) ? "unsaid" : state }],
    guess: (_input, random) => ({ found: random.pick(["dark", "lit", "lit", "broken"]) }),
  };
}

/** Jepsen's mutex: one of four requests fails for certain, wherever it would have been possible, too. */
function failingShape(): Shape<boolean, JepsenInput, JepsenOutput> {
  return {
    init: () => false,
    input: (random) => ({ f: random.pick(["acquire", "release"]), value: null }),
    run(held, { f }, random) {
      const isPossible = (f === "acquire") !== held;
      const isDone = isPossible && random.below(4) > 0;
      return [isDone ? f === "acquire" : held, { type: isDone ? "ok" : "fail", value: null }];
    },
    guess: (_input, random) => ({ type: random.pick(["ok", "fail"]), value: null }),
  };
}

interface Tried<Truth, State, Input, Output> {
  readonly model: Model<State, Input, Output>;
  readonly shape: () => Shape<Truth, Input, Output>;
}

function compare<Truth, State, Input, Output>(
  name: string,
  { model, shape }: Tried<Truth, State, Input, Output>,
): void {
  const small = `on line, an object with two states stops at the first impossible answer: ${name}`;
  Deno.test(small, () =>
    forSeeds(small, 60, (seed) => {
      const history = randomHistory(shape(), 5 + seed % 5, new Random(seed));
      const expected = firstImpossible(model, history, oracle);
      const got = firstRefused(model, history, 256);
      return stopFault(expected, got);
    }));
  const long = `on line, an object with two states agrees with checking every prefix: ${name}`;
  Deno.test(long, () =>
    forSeeds(long, 6, (seed) => {
      const history = disturbed(shape(), 30 + seed % 60, seed);
      const possible: typeof oracle = (one, prefix) =>
        checkOperations(one, prefix, { explain: "verdict", strategy: "search" }).kind === "ok";
      const expected = firstImpossible(model, history, possible);
      const got = firstRefused(model, history, 256);
      return stopFault(expected, got);
    }));
}

compare("mutex", { model: mutexModel(), shape: mutexShape });
compare("mutex whose requests may fail", { model: jepsenMutexModel(), shape: failingShape });
compare("set", { model: setModel(), shape: () => setShape({ members: false }) });
compare("lamp", { model: LAMP, shape: () => lampShape(0) });
compare("lamp that breaks", { model: LAMP, shape: () => lampShape(12) });
compare("lamp that breaks late", { model: LAMP, shape: () => lampShape(40) });

/** Acquires and releases are called with `+` and `-`; answers say whether they were granted. */
class Story {
  readonly checker = new Checker(mutexModel());

  call(operation: number, sign: "+" | "-"): this {
    this.checker.call(operation, operation, { f: sign === "+" ? "acquire" : "release" });
    return this;
  }

  lost(operation: number): this {
    this.checker.lost(operation);
    return this;
  }

  answered(operation: number, sign: "+" | "-", granted: boolean): string {
    const output: MutexOutput = { f: sign === "+" ? "acquire" : "release", granted };
    return this.checker.return(operation, output).kind;
  }

  /** Called and answered. */
  done(operation: number, sign: "+" | "-", granted = true): this {
    assertEquals(this.call(operation, sign).answered(operation, sign, granted), "ok");
    return this;
  }
}

Deno.test("on line: a mutex is held by one whose answer is not in, and by one only", () => {
  const story = () => new Story().call(1, "+").done(2, "+", false);
  assertEquals(story().answered(1, "+", true), "ok");
  assertEquals(story().answered(1, "+", false), "illegal");
  assertEquals(story().call(3, "+").answered(3, "+", true), "illegal");
  assertEquals(story().done(3, "-").call(4, "+").answered(4, "+", false), "illegal");
  // Who was called after somebody was refused cannot be the one who held it then.
  assertEquals(story().call(3, "+").answered(1, "+", false), "illegal");
  assertEquals(story().lost(1).done(3, "-").call(4, "-").answered(4, "-", true), "illegal");
});

Deno.test("on line: who is refused has met whatever the mutex was in since it was asked", () => {
  const story = () => new Story().call(1, "+").call(2, "-").done(3, "+").done(4, "-");
  assertEquals(story().answered(1, "+", false), "ok");
  assertEquals(story().answered(2, "-", false), "ok");
  const refused = () => {
    const one = story();
    assertEquals(one.answered(1, "+", false), "ok");
    return one;
  };
  assertEquals(refused().answered(2, "-", false), "ok");
  assertEquals(refused().answered(2, "-", true), "illegal");
  assertEquals(refused().call(5, "+").answered(5, "+", false), "illegal");
});

Deno.test("on line: of two that were granted the one called later is not taken for the earlier holder", () => {
  const story = (late: boolean): string => {
    const one = new Story().call(1, "+").call(8, "+").done(2, "+", false);
    // Somebody holds it, and it is released: then it is held anew.
    one.done(3, "-");
    if (late) one.call(4, "+");
    one.done(5, "+", false);
    return (late ? one : one.call(4, "+")).answered(4, "+", true);
  };
  assertEquals(story(true), "ok");
  assertEquals(story(false), "illegal");
});

for (const lost of [true, false]) {
  Deno.test(`on line: a mutex keeps ten operations at most of forty thousand, though ${lost ? "three were lost" : "three are never answered"}`, () => {
    const story = new Story();
    for (const operation of [1, 2, 3]) {
      story.call(operation, "+");
      if (lost) story.lost(operation);
    }
    let kept = 0;
    for (let i = 10; i < 40_010; i += 2) {
      story.done(i, "+").done(i + 1, "-");
      // Once in a while it was one of the three.
      if (i === 100 || i === 200) story.done(i + 100_000, "+", false).done(i + 200_000, "-");
      kept = Math.max(kept, story.checker.kept);
    }
    assertEquals(kept <= 10, true, `${kept} operations were kept`);
    story.done(7, "-", false).done(8, "+", false).done(9, "-");
    assertEquals(story.call(6, "+").answered(6, "+", false), "illegal");
  });
}

Deno.test("on line: the search that takes over from a watch knows what was forgotten", () => {
  const story = (last: Lamp): string => {
    const checker = new Checker(LAMP);
    const done = (operation: number, f: LampInput["f"], found: LampOutput["found"]): string => {
      checker.call(operation, operation, { f });
      return checker.return(operation, { found }).kind;
    };
    checker.call(1, 1, { f: "look" });
    for (let i = 10; i < 1000; i += 2) {
      assertEquals([done(i, "on", "dark"), done(i + 1, "off", "lit")], ["ok", "ok"]);
    }
    assertEquals(done(2, "toggle", "unsaid"), "ok");
    checker.call(3, 3, { f: "look" });
    assertEquals(checker.return(1, { found: last }).kind, last === "broken" ? "illegal" : "ok");
    return last === "broken" ? "illegal" : checker.return(3, { found: last }).kind;
  };
  assertEquals(story("lit"), "ok");
  assertEquals(story("dark"), "illegal");
  assertEquals(story("broken"), "illegal");
});

Deno.test("on line: what was lost before there was a second state may do something from there", () => {
  for (const [isLost, expected] of [[true, "ok"], [false, "illegal"]] as const) {
    const checker = new Checker(LAMP);
    if (isLost) {
      checker.call(1, 1, { f: "off" });
      checker.lost(1);
    }
    for (const [operation, f, found] of [[2, "look", "dark"], [3, "on", "dark"]] as const) {
      checker.call(operation, operation, { f });
      assertEquals(checker.return(operation, { found }).kind, "ok");
    }
    checker.call(4, 4, { f: "look" });
    assertEquals(checker.return(4, { found: "dark" }).kind, expected);
  }
});

Deno.test("on line: a value of a set that may have been added by a lost request is not forgotten", () => {
  const checker = new Checker(setModel());
  checker.call(1, 1, { f: "add", value: "x" });
  checker.lost(1);
  const contains = (operation: number, value: string, present: boolean): string => {
    checker.call(operation, operation, { f: "contains", value });
    return checker.return(operation, { f: "contains", present }).kind;
  };
  assertEquals(contains(2, "x", false), "ok");
  for (let i = 10; i < 400; i++) assertEquals(contains(i, String(i), false), "ok");
  assertEquals(checker.kept <= 1, true, `${checker.kept} operations were kept`);
  assertEquals([contains(3, "x", true), contains(4, "x", false)], ["ok", "illegal"]);
});

Deno.test("on line: an answer's limit holds while an object has two states, however slow its steps, and for each answer anew", () => {
  let now = 0;
  let cost = 0;
  const slow: Model<Lamp, LampInput, LampOutput> = {
    ...LAMP,
    step: (state, input, answer, context) => {
      now += cost;
      return "step" in LAMP ? LAMP.step(state, input, answer, context) : state;
    },
  };
  const checker = new Checker(slow, { timeLimitMs: 100, now: () => now });
  for (let i = 1; i < 50; i++) {
    checker.call(i, i, { f: "look" });
    now += 90;
    assertEquals(checker.return(i, { found: "dark" }).kind, "ok");
  }
  cost = 30;
  for (let i = 100; i < 110; i++) checker.call(i, i, { f: "on" });
  const started = now;
  const status = checker.return(100, { found: "dark" });
  assertEquals(status.kind === "unknown" && status.reason, "time");
  assertEquals(now - started <= 160, true, `it took ${now - started}`);
});

Deno.test("on line: a mutex is watched although requests fail, and however many were lost", () => {
  const model = jepsenMutexModel();
  let steps = 0;
  const counted: Model<boolean, JepsenInput, JepsenOutput> = {
    ...model,
    step(state: boolean, input, answer, context) {
      if (steps++ > 4000) throw new Error("a search has taken over");
      return "step" in model ? model.step(state, input, answer, context) : state;
    },
  };
  const checker = new Checker(counted);
  const ask = (operation: number, f: string) => checker.call(operation, operation, { f, value: null });
  for (let i = 0; i < 40; i++) {
    ask(i, i % 2 === 0 ? "acquire" : "release");
    checker.lost(i);
  }
  const types = ["fail", "ok", "fail", "ok", "ok"] as const;
  for (let i = 100; i < 400; i++) {
    // One after the other; two in a row are possible by what was lost.
    ask(i, i % 3 === 0 ? "release" : "acquire");
    const { kind } = checker.return(i, { type: i < 140 ? types[i % 5] : "fail", value: null });
    assertEquals(kind, "ok");
  }
});

Deno.test("on line: what is impossible is told with the operations that make it so", () => {
  const story = new Story();
  for (let i = 10; i < 100; i += 2) story.done(i, "+").done(i + 1, "-");
  story.call(1, "+").done(2, "+", false);
  assertEquals(story.call(3, "+").answered(3, "+", true), "illegal");
  const { status } = story.checker;
  assertEquals(status.kind === "illegal" && [...status.window].sort(), [1, 2, 3]);
  assertEquals(
    status.kind === "illegal" && status.sentence,
    "Client 3's acquire() is impossible: no order of the last 3 operations, beginning with free, gives these answers.",
  );
});

Deno.test("on line: a step that forgets to answer makes no second state", () => {
  const forgets: Model<Lamp, LampInput, LampOutput> = {
    ...LAMP,
    // As a caller without types may write it.
    step: (state, { f }, answer) => {
      if (answer.known && answer.output.found !== state) return ILLEGAL;
      return f === "on" ? undefined as unknown as Lamp : state;
    },
  };
  const checker = new Checker(forgets);
  checker.call(1, 1, { f: "on" });
  assertThrows(() => checker.return(1, { found: "dark" }), PorcupineError, "returned undefined");
});
