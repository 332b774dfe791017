/** On line: registers whose values repeat, or are compared and set. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { READ, SWAP, WRITE } from "../../porcupine/fast/register_table.ts";
import { NEVER } from "../../porcupine/history.ts";
import {
  Checker,
  checkOperations,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { ValueLine } from "../../porcupine/online/value_line.ts";
import { ValueRun } from "../../porcupine/online/value_run.ts";
import { watchedCall } from "../../porcupine/online/watched.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { firstImpossible, firstRefused } from "./fuzz/online.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Some clients on few values; answers may be lost, and the last third of them wrong. */
function crowd(seed: number): History {
  const random = new Random(seed);
  const spec = specOf({
    clients: random.pick([2, 3, 5, 8, 12]),
    ops: 60 + random.below(140),
    values: random.pick([1, 2, 3, 5]),
    reads: random.pick([0.2, 1 / 3, 0.6]),
    cas: random.pick([0, 1 / 3, 0.7]),
    crashed: random.pick([0, 0, 2, 5, 10]),
    seed,
  });
  const history: History = simulate(spec).ok.map(registerOperation);
  for (let lies = random.below(3); lies > 0; lies--) {
    const at = Math.floor(history.length / 3) + random.below(history.length >> 1);
    const { outcome } = history[at];
    if (outcome.status !== "ok") continue;
    const output: RegisterOutput = outcome.output.f === "cas"
      ? { f: "cas", swapped: !outcome.output.swapped }
      : outcome.output.f === "read"
      ? { f: "read", value: random.below(spec.values ?? 2) }
      : outcome.output;
    history[at] = { ...history[at], outcome: { ...outcome, output } };
  }
  return history;
}

/** The same where each value is brought about once: what is read wrongly is another one, of about then. */
function chained(seed: number): History {
  const random = new Random(seed);
  const spec = specOf({
    clients: random.pick([2, 3, 5, 8, 12, 20]),
    ops: 60 + random.below(140),
    reads: random.pick([0.1, 1 / 3, 0.6]),
    cas: random.pick([0.2, 0.4, 0.7]),
    crashed: random.pick([0, 0, 2, 5, 10]),
    seed,
  });
  const history: History = simulate(spec).ok.map(registerOperation);
  for (let lies = random.below(4); lies > 0; lies--) {
    const at = Math.floor(history.length / 4) + random.below(history.length >> 1);
    const { outcome } = history[at];
    const other = history[at + 3 - random.below(12)]?.outcome;
    if (outcome.status !== "ok" || other?.status !== "ok") continue;
    const output: RegisterOutput = outcome.output.f === "cas"
      ? { f: "cas", swapped: !outcome.output.swapped }
      : outcome.output.f === "read" && other.output.f === "read"
      ? other.output
      : outcome.output;
    history[at] = { ...history[at], outcome: { ...outcome, output } };
  }
  return history;
}

/** Whether a register's window stops elsewhere than at the first impossible answer. */
function wrongStop(draw: (seed: number) => History, seed: number): string | undefined {
  const model = registerModel();
  const history = draw(seed);
  const windowAnswers = [2, 4, 8, 16, 32, 64][seed % 6];
  const expected = firstImpossible(
    model,
    history,
    (_, prefix) => checkOperations(model, prefix, { explain: "verdict" }).kind === "ok",
  );
  const got = firstRefused(model, history, windowAnswers);
  return expected === got
    ? undefined
    : `it should have stopped at ${expected}, it stopped at ${got} (${windowAnswers})`;
}

for (const [what, draw] of Object.entries({ repeat: crowd, "are compared and set": chained })) {
  const title = `a register whose values ${what} stops at the first impossible answer, whatever the window`;
  Deno.test(title, () => forSeeds(title, 40, (seed) => wrongStop(draw, seed)));
}

Deno.test("what was called right before the return from which a window is summed up counts once", () => {
  // Of two thousand histories the first one in which an operation that counts twice hides an impossible answer.
  assertEquals(wrongStop(chained, 1723), undefined);
});

Deno.test("a register whose values repeat is searched in masks no more once its view says nothing", () => {
  const model = registerModel();
  if (model.kind?.type !== "register") throw new TypeError("a register is of its own kind");
  const { view } = model.kind;
  // Of a read that saw 7 nothing is told.
  const kind = {
    ...model.kind,
    view: (...asked: Parameters<typeof view>) => {
      const action = view(...asked);
      return action?.op === "read" && action.value === 7 ? undefined : action;
    },
  };
  const checker = new Checker({ ...model, kind }, { windowAnswers: 4 });
  const put = (operation: number, value: number): void => {
    checker.call(operation, operation, write(value));
    checker.return(operation, written);
  };
  const look = (operation: number, value: number): string => {
    checker.call(operation, operation, read);
    return checker.return(operation, saw(value)).kind;
  };
  for (let i = 0; i < 40; i++) put(i, i % 3);
  checker.call(100, "late", { f: "cas", from: 7, to: 8 });
  put(101, 7);
  assertEquals(look(102, 7), "ok");
  assertEquals(look(103, 8), "ok");
  assertEquals(checker.return(100, { f: "cas", swapped: true }).kind, "ok");
  assertEquals(look(104, 7), "illegal");
});

/** A register of which one value was written twice: calls are `[operation, request]`, answers `[operation, "->", answer]`. */
function stopsAt(
  lines: readonly (readonly [number, RegisterInput] | readonly [number, "->", RegisterOutput])[],
): number {
  const checker = new Checker(registerModel({ initial: 0 }));
  for (const operation of [900, 901]) {
    checker.call(operation, "early", { f: "write", value: 0 });
    checker.return(operation, { f: "write" });
  }
  for (const [operation, second, ...outputs] of lines) {
    if (second !== "->") checker.call(operation, operation, second);
    for (const output of outputs) checker.return(operation, output);
  }
  return checker.status.kind === "illegal" ? checker.status.operation : 0;
}

const read = { f: "read" } as const;
const saw = (value: number) => ({ f: "read", value }) as const;
const write = (value: number) => ({ f: "write", value }) as const;
const written = { f: "write" } as const;

Deno.test("on line: a write is not moved behind a read that was asked for after it had returned", () => {
  const story = [
    [1, write(1)],
    [2, write(2)],
    [2, "->", written],
    [4, read],
    [1, "->", written],
    [5, read],
    [5, "->", saw(2)],
  ] as const;
  assertEquals(stopsAt([...story, [4, "->", saw(2)]]), 0);
  assertEquals(stopsAt([...story, [4, "->", saw(1)]]), 4);
});

Deno.test("on line: what a swap was taken to have done is not put down to a write that was asked for later", () => {
  const story = [
    [1, { f: "cas", from: 0, to: 1 }],
    [2, read],
    [2, "->", saw(1)],
    [3, write(1)],
    [3, "->", written],
  ] as const;
  assertEquals(stopsAt([...story, [1, "->", { f: "cas", swapped: true }]]), 0);
  assertEquals(stopsAt([...story, [1, "->", { f: "cas", swapped: false }]]), 1);
});

/** An operation that has returned, or not (`NEVER`); of a swap it is told what it asks for. */
function entry(
  op: number,
  [call, ret]: readonly [number, number],
  value: number,
  from: number | null = null,
) {
  const watched = watchedCall<RegisterInput, RegisterOutput>(call, call, { f: "read" }, call);
  return { watched: { ...watched, ret }, asked: "cas", op, value, from } as const;
}

function runOf(entries: readonly ReturnType<typeof entry>[]) {
  const returns = entries.filter(({ watched }) => watched.ret !== NEVER);
  returns.sort((left, right) => left.watched.ret - right.watched.ret);
  return new ValueRun(entries, returns, [1], new Budget({}));
}

Deno.test("on line: what the past has used up explains nothing more", () => {
  const swap = entry(SWAP, [0, NEVER], 2, 1);
  const run = runOf([swap, entry(READ, [1, 2], 2)]);
  const found = run.order([{ value: 1, spent: [], free: [] }], 8);
  assertEquals(typeof found === "string" ? found : found.order[0] === swap, true);
  assertEquals(run.order([{ value: 1, spent: [swap], free: [] }], 8), "illegal");
});

Deno.test("on line: from more than can be true a search comes to all that it comes to from what is true", () => {
  const put = entry(WRITE, [0, 2], 1);
  const swap = entry(SWAP, [1, 6], 2, 1);
  const other = entry(SWAP, [3, 7], 2, 1);
  const run = runOf([put, swap, other, entry(READ, [4, 5], 2)]);
  const truth = run.rowsAt(3, Infinity, [{ value: 1, spent: [put, swap], free: [] }]);
  const more = run.rowsAt(3, Infinity, [{ value: 1, spent: [], free: [put, swap] }]);
  if (typeof truth === "string" || typeof more === "string") throw new TypeError("that is possible");
  assertEquals(run.areDominated(truth, more, []), true);
  assertEquals(run.areDominated(more, truth, []), false);
});

Deno.test("what was lost and has been read once is not there for a second time, though its order is forgotten", () => {
  type Step =
    | readonly [operation: number, what: "call", request: RegisterInput]
    | readonly [operation: number, what: "return", answer: RegisterOutput]
    | readonly [operation: number, what: "lost"];
  const read = { f: "read" } as const;
  const write = (value: number) => ({ f: "write", value }) as const;
  const cas = (from: number, to: number) => ({ f: "cas", from, to }) as const;
  const [done, failed, two] = [{ f: "write" }, { f: "cas", swapped: false }, {
    f: "read",
    value: 2,
  }] as const;
  const swapped = { f: "cas", swapped: true } as const;
  const steps: readonly Step[] = [
    [7, "call", write(2)],
    [7, "lost"],
    [12, "call", write(1)],
    [12, "return", done],
    [18, "call", write(3)],
    [18, "return", done],
    [21, "call", cas(3, 0)],
    [21, "return", swapped],
    [30, "call", write(1)],
    [31, "call", write(3)],
    [31, "return", done],
    [30, "return", done],
    [33, "call", cas(0, 2)],
    [34, "call", cas(0, 0)],
    [35, "call", read],
    [36, "call", read],
    [33, "return", failed],
    [37, "call", read],
    [35, "return", two],
    [34, "return", failed],
    [39, "call", read],
    [37, "return", two],
    [39, "return", two],
    [40, "call", write(0)],
    [41, "call", cas(3, 0)],
    [40, "return", done],
    [42, "call", write(1)],
    [43, "call", cas(0, 3)],
    [36, "return", two],
    [41, "return", failed],
    [43, "return", failed],
    [44, "call", cas(1, 0)],
    [45, "call", write(3)],
    [44, "return", failed],
    [45, "return", done],
    [64, "call", read],
    [64, "return", two],
  ];
  const checker = new Checker(registerModel(), { windowAnswers: 3 });
  for (const step of steps) {
    const [operation] = step;
    if (step[1] === "call") checker.call(operation, operation, step[2]);
    else if (step[1] === "return") checker.return(operation, step[2]);
    else checker.lost(operation);
  }
  const { status } = checker;
  assertEquals(status.kind === "illegal" && status.operation, 64);
});

Deno.test("on line: what a swap was taken to have done is put down to another one only if that found the same value", () => {
  const story = (from: number) =>
    stopsAt([
      [1, { f: "cas", from: 0, to: 1 }],
      [2, { f: "cas", from, to: 1 }],
      [3, read],
      [3, "->", saw(1)],
      [1, "->", { f: "cas", swapped: false }],
    ]);
  assertEquals(story(0), 0);
  assertEquals(story(5), 1);
});

Deno.test("on line: a change of an order that takes too long to tell anew is none", () => {
  const line = new ValueLine<RegisterInput, RegisterOutput>(0);
  const steps = [1, 2, 3, 4].map((value, i) => entry(WRITE, [i, NEVER], value));
  line.follow(steps);
  const late = entry(WRITE, [5, NEVER], 7);
  line.effort = 0;
  assertEquals(line.change({ at: 0, inserted: [late], gone: -1 }), false);
  assertEquals(line.steps, steps);
  line.effort = 1;
  assertEquals(line.change({ at: 0, inserted: [late], gone: -1 }), true);
  assertEquals(line.steps, [late, ...steps]);
});

Deno.test("on line: of more than 32 operations that are open, too, each one is used up once", () => {
  const others = Array.from({ length: 39 }, (_, i) => entry(SWAP, [i, NEVER], 100 + i, 99));
  const swap = entry(SWAP, [39, NEVER], 2, 1);
  const run = runOf([...others, swap, entry(READ, [40, 41], 2)]);
  const found = run.order([{ value: 1, spent: [], free: [] }], 8);
  assertEquals(typeof found === "string" ? found : found.order[0] === swap, true);
  assertEquals(run.order([{ value: 1, spent: [swap], free: [] }], 8), "illegal");
});

Deno.test("on line: a register whose values repeat is followed in masks, and its steps are not asked what could be", () => {
  const model = registerModel({ initial: 0 });
  if ("steps" in model) throw new TypeError("a register has a step");
  let steps = 0;
  const step: typeof model.step = (...asked) => {
    steps++;
    return model.step(...asked);
  };
  const checker = new Checker({ ...model, step });
  for (let i = 0; i < 300; i++) {
    checker.call(i, "writer", write(i % 3));
    checker.call(1000 + i, "reader", read);
    checker.return(1000 + i, saw(i % 2 === 0 ? i % 3 : Math.max(0, i - 1) % 3));
    assertEquals(checker.return(i, written).kind, "ok");
  }
  assert(steps < 50, `${steps} steps`);
});
