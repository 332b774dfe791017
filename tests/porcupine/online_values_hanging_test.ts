/** On line: registers whose values repeat, beside calls that hang: what may be answered late, and what is forgotten meanwhile. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  type Model,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultBesideHanging } from "./fuzz/hanging.ts";
import { Random } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";

const register = () => registerModel({ initial: 0 });
type Register = ReturnType<typeof register>;

/** Reads of 1, or what is asked of 1, or answered writes of 2, are not understood: then another search goes on. */
function hiding(what: number): Register {
  const model = register();
  const { kind } = model;
  if (kind?.type !== "register") throw new TypeError("a register is of its own kind");
  const view: typeof kind.view = (input, answer) => {
    const action = kind.view(input, answer);
    const isHidden = (what === 1 && action?.op === "read" && action.value === 1) ||
      (what === 2 && answer.known && action?.op === "cas" && action.from === 1) ||
      (what === 3 && answer.known && action?.op === "write" && action.value === 2);
    return isHidden ? undefined : action;
  };
  return { ...model, kind: { ...kind, view } };
}

Deno.test("on line, while calls on a register hang, each answer is judged as by trying all orders", () => {
  forSeeds("hanging register", 400, (seed) => {
    const random = new Random(seed);
    const shape = { ...registerShape({ cas: random.below(3) > 0 }), init: () => 0 };
    return faultBesideHanging(hiding(random.below(8)), shape, random);
  });
});

type Step =
  | readonly [operation: number, asked: RegisterInput]
  | readonly [operation: number, what: "->", answer: RegisterOutput]
  | readonly [operation: number, what: "lost"];

const read = { f: "read" } as const;
const saw = (value: number) => ({ f: "read", value }) as const;
const write = (value: number) => ({ f: "write", value }) as const;
const written = { f: "write" } as const;
const cas = (from: number, to: number) => ({ f: "cas", from, to }) as const;
const [swapped, failed] = [true, false].map((done) => ({ f: "cas", swapped: done } as const));

/** Asks and answers, and says what comes of the last answer; that nothing else is impossible is required. */
function story(
  steps: readonly Step[],
  model: Model<unknown, RegisterInput, RegisterOutput> = register(),
  windowAnswers = 2,
) {
  const checker = new Checker(model, { windowAnswers });
  let kind = "";
  for (const [operation, asked, answer] of steps) {
    assertEquals(checker.status.kind, "ok", `before operation ${operation}`);
    if (answer !== undefined) kind = checker.return(operation, answer).kind;
    else if (asked === "lost") checker.lost(operation);
    else if (asked !== "->") checker.call(operation, operation, asked);
  }
  return { kind, kept: checker.kept };
}

/** One who writes some values, one after the other, and reads them. */
function alone(first: number, values: readonly number[]): Step[] {
  return values.flatMap((value, k): Step[] => {
    const at = first + 2 * k;
    return [[at, write(value)], [at, "->", written], [at + 1, read], [at + 1, "->", saw(value)]];
  });
}

const busy = alone(100, [1, 2, 1, 2, 1, 2, 1, 2, 4, 2, 1]);

Deno.test("on line: a read that has hung has seen any value that there was since its call, and no other", () => {
  const hung: Step[] = [...alone(10, [1, 1, 3, 1]), [0, read], ...busy];
  const ends = [0, 1, 2, 3, 4].map((value) => story([...hung, [0, "->", saw(value)]]).kind);
  assertEquals(ends, ["illegal", "ok", "ok", "illegal", "ok"]);
});

Deno.test("on line: a read that has hung has not seen what was overwritten before its call, though who wrote it returns later", () => {
  const over: Step[] = [...alone(10, [1, 1]), [1, write(7)], [2, read], [2, "->", saw(7)], ...alone(20, [1])];
  const steps: Step[] = [...over, [0, read], [1, "->", written], ...busy];
  assertEquals([7, 4].map((value) => story([...steps, [0, "->", saw(value)]]).kind), ["illegal", "ok"]);
});

Deno.test("on line: a compare-and-set that has hung has failed if another value was there, and not if it was done", () => {
  const early = alone(10, [1, 1, 5]);
  const asked: Step = [0, cas(5, 6)];
  const undone: Step[] = [...early, asked, ...busy];
  const done: Step[] = [...early, asked, [1, read], [1, "->", saw(6)], ...busy];
  const endOf = (steps: readonly Step[], answer: RegisterOutput) => story([...steps, [0, "->", answer]]).kind;
  assertEquals([endOf(undone, swapped), endOf(undone, failed)], ["ok", "ok"]);
  assertEquals([endOf(done, swapped), endOf(done, failed)], ["ok", "illegal"]);
  const same = [...early, asked, ...alone(100, [5, 5, 5, 5, 5, 5])];
  assertEquals([endOf(same, swapped), endOf(same, failed)], ["ok", "illegal"]);
});

Deno.test("on line: what a write that has hung was taken to have done is done once", () => {
  const used: Step[] = [...alone(10, [1, 1]), [0, write(3)], [1, read], [1, "->", saw(3)], ...busy];
  const again: Step[] = [[2, read], [2, "->", saw(3)]];
  assertEquals(story([...used, ...again]).kind, "illegal");
  assertEquals(story([...used, [0, "->", written]]).kind, "ok");
  assertEquals(story([...alone(10, [1, 1]), [0, write(3)], ...busy, ...again]).kind, "ok");
  assertEquals(
    story([...alone(10, [1, 1]), [0, write(3)], ...busy, [0, "->", written], ...again]).kind,
    "ok",
  );
  assertEquals(
    story([...alone(10, [1, 1]), [0, write(3)], ...busy, [0, "->", written], ...alone(40, [1]), ...again])
      .kind,
    "illegal",
  );
});

Deno.test("on line: of two writes of a value that hang any may be answered first, and the other one is still to come", () => {
  const steps: Step[] = [
    ...alone(10, [1, 1]),
    [0, write(3)],
    [1, write(3)],
    [2, read],
    [2, "->", saw(3)],
    ...busy,
    [1, "->", written],
    ...alone(40, [1]),
    [3, read],
    [3, "->", saw(3)],
  ];
  assertEquals(story(steps).kind, "ok");
  assertEquals(
    story([...steps, [0, "->", written], ...alone(60, [1]), [4, read], [4, "->", saw(3)]]).kind,
    "illegal",
  );
});

Deno.test("on line: of two like compare-and-sets that hang it may be the later one that has swapped", () => {
  const steps: Step[] = [
    ...alone(10, [1, 5]),
    [0, cas(5, 6)],
    [1, cas(5, 6)],
    [2, read],
    [2, "->", saw(6)],
    ...busy,
  ];
  assertEquals(story([...steps, [0, "->", failed], [1, "->", swapped]]).kind, "ok");
  assertEquals(story([...steps, [0, "->", failed], [1, "->", failed]]).kind, "illegal");
});

Deno.test("on line: who swapped in the place of one that failed has swapped once", () => {
  for (const [one, other] of [[0, 1], [1, 0]]) {
    const early: Step[] = [...alone(10, [1, 5]), [0, cas(5, 6)], [1, cas(5, 6)], [2, read], [
      2,
      "->",
      saw(6),
    ]];
    const late: Step[] = [...busy, [one, "->", failed], ...alone(40, [5]), [3, read], [3, "->", saw(6)]];
    assertEquals(story([...early, ...late]).kind, "illegal", `${one} has failed`);
    const denied: Step[] = [...early, ...busy, [one, "->", failed], [other, "->", swapped]];
    assertEquals(story(denied).kind, "ok");
  }
});

Deno.test("on line: one that hangs may have failed where one that was lost may have swapped, in a long window, too", () => {
  const early: Step[] = [...alone(10, [1, 5]), [0, cas(5, 6)], [1, cas(5, 6)], [1, "lost"], [2, read], [
    2,
    "->",
    saw(6),
  ]];
  const steps: Step[] = [...early, ...busy, ...alone(200, [2, 1, 2, 1, 2, 1, 2, 1])];
  assertEquals(story([...steps, [0, "->", failed]], register(), 16).kind, "ok");
});

for (const [what, asked] of Object.entries({ write: write(3), read, "compare-and-set": cas(3, 4) })) {
  Deno.test(`on line: while a ${what} hangs 2 answers of a register are kept, and not all`, () => {
    const steps = alone(100, Array.from({ length: 100 }, (_, k) => k % 3));
    const { kept, kind } = story([...alone(10, [1, 1]), [0, asked], ...steps]);
    assertEquals([kind, kept < 9], ["ok", true], `${kept} operations are kept`);
  });
}

Deno.test("on line: what calls have seen while they hung is known to the search that takes over", () => {
  const early = alone(10, [1, 1, 3, 2]);
  const late = alone(100, [2, 5, 2, 5, 2, 4, 2, 4]);
  const end: Step[] = [[1, write(1)], [1, "->", written], [2, read], [2, "->", saw(1)]];
  for (const [value, expected] of [[3, "illegal"], [4, "ok"], [5, "ok"], [7, "illegal"]] as const) {
    const steps: Step[] = [...early, [0, read], ...late, ...end, [0, "->", saw(value)]];
    assertEquals(story(steps, hiding(1)).kind, expected, `${value}`);
  }
});

Deno.test("on line: what was done while it hung is not denied to the search that takes over", () => {
  const early: Step[] = [...alone(10, [1, 1, 5]), [0, cas(5, 6)], [3, read], [3, "->", saw(6)]];
  const end: Step[] = [[1, write(1)], [1, "->", written], [2, read], [2, "->", saw(1)]];
  const steps = [...early, ...alone(100, [2, 5, 2, 5, 2, 4]), ...end];
  const kinds = [swapped, failed].map((answer) => story([...steps, [0, "->", answer]], hiding(1)).kind);
  assertEquals(kinds, ["ok", "illegal"]);
});

Deno.test("on line: that a compare-and-set failed while it hung is known to the search that takes over, by whatever one value that shows it", () => {
  for (const [before, expected] of [[2, "ok"], [5, "illegal"]] as const) {
    const early: Step[] = [...alone(10, [1, 1, before]), [0, cas(5, 6)], [3, write(5)], [3, "->", written]];
    // What is not understood, and changes nothing.
    const end: Step[] = [[1, cas(1, 7)], [1, "->", failed]];
    const steps = [...early, ...alone(100, [5, 5, 5, 5, 5, 5]), ...end];
    assertEquals(story([...steps, [0, "->", failed]], hiding(2)).kind, expected);
  }
});

Deno.test("on line: the search that takes over is told the state that a swap has led to, though it had been taken for one that could not", () => {
  const steps: Step[] = [
    [0, read],
    [1, cas(2, 3)],
    [2, read],
    [2, "->", saw(0)],
    [3, read],
    [4, cas(0, 1)],
    [5, write(0)],
    [0, "->", saw(0)],
    [6, cas(0, 2)],
    [5, "->", written],
    [6, "->", failed],
    [7, cas(2, 0)],
    [1, "->", failed],
    [3, "->", saw(0)],
    [8, read],
    [9, cas(1, 3)],
    [10, read],
    [7, "lost"],
    [8, "->", saw(3)],
    [11, read],
    [12, read],
    [10, "->", saw(3)],
    [13, read],
    [12, "->", saw(3)],
    [9, "->", swapped],
    [4, "lost"],
    [14, write(0)],
    [15, cas(0, 0)],
    [14, "->", written],
    [13, "->", saw(3)],
  ];
  assertEquals(story(steps, hiding(2)).kind, "ok");
});

Deno.test("on line: a write that was lost and read is not there for a second time, whatever the window", () => {
  const lost: Step[] = [...alone(10, [0, 0]), [1, write(1)], [1, "lost"], [2, read], [2, "->", saw(1)]];
  for (let windowAnswers = 2; windowAnswers < 12; windowAnswers++) {
    for (let idle = 1; idle < 12; idle++) {
      const zeros = Array.from({ length: idle }, () => 0);
      const steps: Step[] = [...lost, ...alone(100, zeros), [3, read], [3, "->", saw(1)]];
      assertEquals(story(steps, register(), windowAnswers).kind, "illegal", `${windowAnswers}, ${idle}`);
    }
  }
});

Deno.test("on line: compare-and-sets that were lost keep nothing but themselves, however many they are", () => {
  const checker = new Checker(register(), { windowAnswers: 16 });
  for (let k = 0; k < 8; k++) checker.call(k, k, cas(7, 8));
  for (let k = 0; k < 8; k++) checker.lost(k);
  for (let k = 8; k < 208; k++) {
    checker.call(k, "ann", { f: "write", value: k % 3 });
    assertEquals(checker.return(k, { f: "write" }).kind, "ok");
    assertEquals(checker.kept < 32, true, `${checker.kept} are kept after ${k}`);
  }
});

for (const hanging of [0, 1, 5]) {
  Deno.test(`on line: where a crowd's past is too much to be summed up beside calls that hang it is kept, and no limit has struck: ${hanging}`, () => {
    const [random, shape, clients] = [new Random(1), registerShape(), 30];
    const checker = new Checker(register(), { windowAnswers: hanging === 5 ? 64 : 256 });
    for (let k = 0; k < hanging; k++) checker.call(-1 - k, "hangs", cas(1, 2));
    const open: ({ readonly input: RegisterInput; output?: RegisterOutput } | undefined)[] = [];
    let state: RegisterValue = 0;
    for (let called = 0; called < 500;) {
      const client = random.below(clients);
      const one = open[client];
      if (one === undefined) {
        const input = shape.input(random);
        open[client] = { input };
        checker.call(client, client, input);
        called++;
      } else if (one.output === undefined) [state, one.output] = shape.run(state, one.input, random);
      else {
        open[client] = undefined;
        assertEquals(checker.return(client, one.output).kind, "ok");
      }
    }
  });
}
