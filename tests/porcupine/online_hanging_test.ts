/** On line: what is forgotten, and what is not, while a call hangs open. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  bagModel,
  bankModel,
  Checker,
  type CheckerStatus,
  ILLEGAL,
  jepsenRegisterModel,
  kvBatchModel,
  type Model,
  type PriorityQueueInput,
  priorityQueueModel,
  type PriorityQueueOutput,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  setModel,
  stackModel,
} from "../../porcupine/mod.ts";
import { bagShape, priorityQueueShape, setShape, stackShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultBesideHanging, randomObject, randomReadable } from "./fuzz/hanging.ts";
import { bankShape, jepsenRegisterShape, kvBatchShape } from "./fuzz/objects.ts";
import { Random } from "./fuzz/random.ts";

/** A priority queue of no known kind, which no watch of its own is for. */
function searchedQueue(): Model<unknown, PriorityQueueInput, PriorityQueueOutput> {
  const { kind: _, ...model } = priorityQueueModel();
  return model as Model<unknown, PriorityQueueInput, PriorityQueueOutput>;
}

/** A set that is read as a whole, and watched; and the same of no known kind, which is searched. */
const WATCHED_SET = setModel({ members: true });
const SEARCHED_SET: typeof WATCHED_SET = (({ kind: _, ...model }) => model)(WATCHED_SET);

const OBJECTS: Readonly<Record<string, (random: Random) => string | undefined>> = {
  "a random object": (random) => {
    const { model, shape } = randomObject(random);
    return faultBesideHanging(model, shape, random);
  },
  "a random object that is read": (random) => {
    const { model, shape } = randomReadable(random);
    return faultBesideHanging(model, shape, random);
  },
  "a stack": (random) =>
    faultBesideHanging(stackModel(), stackShape({ unique: random.below(2) === 0 }), random),
  "a priority queue": (random) =>
    faultBesideHanging(priorityQueueModel(), priorityQueueShape({ unique: true, order: "min" }), random),
  "a priority queue that is searched": (random) =>
    faultBesideHanging(
      searchedQueue(),
      priorityQueueShape({ unique: random.below(2) === 0, order: "min" }),
      random,
    ),
  "a bag": (random) => faultBesideHanging(bagModel(), bagShape({ unique: false }), random),
  "a set read as a whole": (random) => faultBesideHanging(WATCHED_SET, setShape({ members: true }), random),
  "a set read as a whole that is searched": (random) =>
    faultBesideHanging(SEARCHED_SET, setShape({ members: true }), random),
  "a bank": (random) => faultBesideHanging(bankModel({ accounts: { a: 2, b: 1 } }), bankShape(), random),
  "batches": (random) => faultBesideHanging(kvBatchModel(), kvBatchShape(), random),
  "a register that may say it did nothing": (random) =>
    faultBesideHanging(jepsenRegisterModel(), jepsenRegisterShape(), random),
};

for (const [name, fault] of Object.entries(OBJECTS)) {
  Deno.test(`on line, while calls hang, each answer is judged as by trying all orders: ${name}`, () => {
    forSeeds(name, 60, (seed) => fault(new Random(seed)));
  });
}

/** A priority queue with three busy clients, beside one whose call hangs. */
class Busy {
  readonly checker: Checker<unknown, PriorityQueueInput, PriorityQueueOutput>;
  kept = 0;
  readonly #random = new Random(1);
  readonly #clients:
    ({ input: PriorityQueueInput; output: PriorityQueueOutput | undefined; name: number } | undefined)[] = [
      undefined,
      undefined,
      undefined,
    ];
  #items: number[] = [];
  #name = 1;

  constructor(model: Model<unknown, PriorityQueueInput, PriorityQueueOutput>) {
    this.checker = new Checker(model);
  }

  /** So many answers more, all of them true. */
  goOn(answers: number): void {
    const random = this.#random;
    for (let answered = 0; answered < answers;) {
      const client = random.below(3);
      const now = this.#clients[client];
      if (now === undefined) {
        const puts = this.#items.length < 6 && random.below(2) === 0;
        const input = puts ? { f: "insert", value: random.below(1000) } as const : { f: "extract" } as const;
        this.#clients[client] = { input, output: undefined, name: this.#name };
        this.checker.call(this.#name++, client, input);
      } else if (now.output === undefined) now.output = this.#do(now.input);
      else {
        this.#clients[client] = undefined;
        assertEquals(this.checker.return(now.name, now.output), { kind: "ok" });
        this.kept = Math.max(this.kept, this.checker.kept);
        answered++;
      }
    }
  }

  /** What hung is done now, and answered. */
  end(name: number, input: PriorityQueueInput): CheckerStatus {
    return this.checker.return(name, this.#do(input));
  }

  #do(input: PriorityQueueInput): PriorityQueueOutput {
    if (input.f === "extract") return { f: "extract", value: this.#items.shift() ?? null };
    this.#items.push(Number(input.value));
    this.#items.sort((left, right) => left - right);
    return { f: "insert" };
  }
}

Deno.test("on line: while an insertion hangs some 400 of 4,000 operations are kept, and its answer is accepted", () => {
  const busy = new Busy(searchedQueue());
  busy.checker.call(0, "hangs", { f: "insert", value: 500 });
  busy.goOn(4000);
  assertEquals(busy.kept < 450, true, `${busy.kept} operations were kept`);
  assertEquals(busy.end(0, { f: "insert", value: 500 }), { kind: "ok" });
  busy.goOn(300);
});

Deno.test("on line: an insertion that has hung, and whose answer no insertion has, is impossible", () => {
  const busy = new Busy(searchedQueue());
  busy.checker.call(0, "hangs", { f: "insert", value: 500 });
  busy.goOn(1000);
  assertEquals(busy.checker.return(0, { f: "extract", value: 500 } as const).kind, "illegal");
});

/** An object that answers each client how it stood, and what a request that hangs is told of that. */
function toldLate(output: number): string {
  const model: Model<number, number, number> = {
    name: "swap",
    init: () => 0,
    step: (state, input, answer) => answer.known && answer.output !== state ? ILLEGAL : input,
  };
  const checker = new Checker(model, { windowAnswers: 4 });
  const swap = (name: number, input: number, old: number) => {
    checker.call(name, "ann", input);
    return checker.return(name, old).kind;
  };
  swap(1, 1, 0);
  checker.call(0, "bob", 3);
  for (const [name, input, old] of [[2, 2, 1], [3, 3, 2], [4, 1, 3], [5, 2, 1]]) {
    assertEquals(swap(name, input, old), "ok");
  }
  // After 2 comes what bob has put there.
  assertEquals(swap(6, 1, 3), "ok");
  for (let name = 7; name < 40; name++) assertEquals(swap(name, 1, 1), "ok");
  assertEquals(checker.kept < 12, true, `${checker.kept} operations are kept`);
  return checker.return(0, output).kind;
}

Deno.test("on line: a call that has hung is believed only what it can have found where it must have been done", () => {
  assertEquals([0, 1, 2, 3].map(toldLate), ["illegal", "illegal", "ok", "illegal"]);
});

Deno.test("on line: a model whose answers do what its requests do not is told so, or keeps what it was asked", () => {
  const model: Model<string, string, string> = {
    name: "stamps",
    init: () => "",
    step: (_state, input, answer) =>
      input === "look" ? "looked" : answer.known ? answer.output : "some stamp",
  };
  const checker = new Checker(model, { windowAnswers: 4 });
  checker.call(0, "bob", "stamp");
  for (let name = 1; name < 40; name++) {
    checker.call(name, "ann", "look");
    checker.return(name, "");
  }
  assertThrows(
    () => checker.return(0, "blue"),
    Error,
    "leads to a state with an answer that it does not lead to",
  );
  const honest = new Checker(model, { windowAnswers: 4 });
  honest.call(0, "bob", "stamp");
  for (let name = 1; name < 40; name++) {
    honest.call(name, "ann", "stamp");
    honest.return(name, "red");
  }
  assertEquals([honest.kept, honest.return(0, "blue").kind], [40, "ok"]);
});

/** A set to which one adds and takes from, beside who has asked for all members and hangs. */
function membersLate(model: typeof WATCHED_SET, values: readonly number[]): string {
  const checker = new Checker(model, { windowAnswers: 8 });
  let name = 1;
  const change = (f: "add" | "remove", value: number): void => {
    checker.call(++name, "ann", { f, value });
    assertEquals(checker.return(name, { f, changed: true }).kind, "ok");
  };
  change("add", 1);
  change("add", 50);
  change("remove", 50);
  checker.call(0, "bob", { f: "members" });
  for (let k = 2; k < 40; k++) {
    change("add", k);
    change("remove", k - 1);
  }
  assertEquals(checker.kept < 18, true, `${checker.kept} operations are kept`);
  return checker.return(0, { f: "members", values }).kind;
}

Deno.test("on line: while a read of a whole set hangs the states since its call are kept, and not what led to them", () => {
  for (const model of [WATCHED_SET, SEARCHED_SET]) {
    for (const values of [[1], [1, 2], [20], [20, 21], [39]]) {
      assertEquals(membersLate(model, values), "ok", `${values}`);
    }
    for (const values of [[], [1, 3], [1, 50], [19, 21], [40]]) {
      assertEquals(membersLate(model, values), "illegal", `${values}`);
    }
  }
});

/** A register that is searched, in windows of four: what is asked and answered, and what comes of the last answer. */
function searched(
  steps: readonly (readonly [number, RegisterInput] | readonly [number, "->", RegisterOutput])[],
): string {
  const { kind: _kind, ...model } = registerModel({ initial: 0 });
  const checker = new Checker(model, { windowAnswers: 4 });
  let kind = "";
  for (const [name, asked, answer] of steps) {
    if (asked !== "->") checker.call(name, name, asked);
    else if (answer !== undefined) kind = checker.return(name, answer).kind;
  }
  return kind;
}

/** One who writes a value again and again, and reads it. */
function again(
  from: number,
  value: number,
): (readonly [number, RegisterInput] | readonly [number, "->", RegisterOutput])[] {
  return Array.from({ length: 10 }, (_, k) => from + 2 * k).flatMap((name) => [
    [name, { f: "write", value }] as const,
    [name, "->", { f: "write" }] as const,
    [name + 1, { f: "read" }] as const,
    [name + 1, "->", { f: "read", value }] as const,
  ]);
}

Deno.test("on line: a read that has hung may have seen what was overwritten before it returned", () => {
  const early = [
    ...again(100, 0),
    [0, { f: "read" }],
    [1, { f: "write", value: 7 }],
    [2, { f: "write", value: 8 }],
    [2, "->", { f: "write" }],
    [1, "->", { f: "write" }],
    [3, { f: "read" }],
    [3, "->", { f: "read", value: 8 }],
    ...again(200, 5),
  ] as const;
  const ends = [0, 5, 6, 7, 8].map((value) => searched([...early, [0, "->", { f: "read", value }]]));
  assertEquals(ends, ["ok", "ok", "illegal", "ok", "ok"]);
});

Deno.test("on line: a read that has hung has not seen what a compare-and-set would have done that failed", () => {
  for (const swapped of [true, false]) {
    const early = [
      ...again(100, 0),
      [0, { f: "read" }],
      [1, { f: "cas", from: 0, to: 7 }],
      ...again(200, 5),
      [1, "->", { f: "cas", swapped }],
      ...again(300, 6),
    ] as const;
    const ends = [0, 5, 6, 7].map((value) => searched([...early, [0, "->", { f: "read", value }]]));
    assertEquals(ends, ["ok", "ok", "ok", swapped ? "ok" : "illegal"]);
  }
});

/** What is said of a write that is read, hangs, is lost and is read once more, where other values were written between. */
function readTwice(windowAnswers: number, before: number, after: number): string {
  const { kind: _kind, ...model } = registerModel({ initial: 0 });
  const checker = new Checker(model, { windowAnswers });
  let name = 1;
  const write = (): void => {
    checker.call(++name, "ann", { f: "write", value: 0 });
    checker.return(name, { f: "write" });
  };
  const read = (value: number): string => {
    checker.call(++name, "ann", { f: "read" });
    return checker.return(name, { f: "read", value }).kind;
  };
  checker.call(1, "bob", { f: "write", value: 1 });
  assertEquals(read(1), "ok");
  for (let k = 0; k < before + after; k++) {
    if (k === before) checker.lost(1);
    write();
    assertEquals(read(0), "ok");
  }
  return read(1);
}

Deno.test("on line: a write that has hung, was read and is lost is not there to be read once more, whatever the window", () => {
  for (let windowAnswers = 1; windowAnswers < 10; windowAnswers++) {
    for (let before = 0; before < 8; before++) {
      for (let after = 1; after < 8; after++) {
        const kind = readTwice(windowAnswers, before, after);
        assertEquals(kind, "illegal", `in windows of ${windowAnswers}, lost after ${before}, then ${after}`);
      }
    }
  }
});
