/** On line: sets that are read as a whole, in sweeps of every length; and what the search is told once a value may come while it may go. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  checkOperations,
  jepsenSetModel,
  type Model,
  type Operation,
  type SetInput,
  setModel,
  type SetOutput,
} from "../../porcupine/mod.ts";
import type { Item } from "../../porcupine/models/answers.ts";
import { setShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { jepsenSetShape } from "./fuzz/objects.ts";
import { eventsOf, firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { busyHistory, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { reluctant, reluctantShape } from "./fuzz/reluctant.ts";
import { crowd } from "./generate/crowd.ts";
import { crowdSet } from "./generate/crowd_objects.ts";
import { Random as KeyedRandom } from "./generate/random.ts";

/** With 1 whatever can be forgotten is forgotten at each answer. */
const SWEEPS = [1, 2, 256];

const MODEL = setModel({ members: true });

type History = readonly Operation<SetInput, SetOutput>[];

function againstOracle<State, Truth, Input, Output>(
  model: Model<State, Input, Output>,
  shape: Shape<Truth, Input, Output>,
  seed: number,
): string | undefined {
  const random = new Random(seed);
  const history = randomHistory(shape, 2 + random.below(7), random);
  return stopFault(firstImpossible(model, history, oracle), firstRefused(model, history, SWEEPS[seed % 3]));
}

const small =
  "on line, a set that grows is stopped at the first answer that no order of all operations explains";
Deno.test(small, () =>
  forSeeds(
    small,
    6000,
    (seed) => againstOracle(MODEL, setShape({ members: true, grows: true, values: 2 + seed % 4 }), seed),
  ));

const failing = "on line, so is a set some of whose adds fail, and are told so";
Deno.test(failing, () => {
  const model = reluctant(MODEL);
  const shape = reluctantShape(setShape({ members: true, grows: true, values: 3 }), 5);
  forSeeds(failing, 4000, (seed) => againstOracle(model, shape, seed));
  forSeeds(failing, 2000, (seed) => againstOracle(jepsenSetModel(), jepsenSetShape(), seed));
});

/** A growing set that is sometimes seen as it was a while ago: most answers are possible all the same, as others are open. */
function faulty(values: number): Shape<readonly Set<Item>[], SetInput, SetOutput> {
  const shape = setShape({ members: true, grows: true, values });
  return {
    ...shape,
    init: () => [shape.init()],
    run: (states, input, random) => {
      const [now, ...before] = states;
      const seen = random.below(4) === 0 && input.f !== "add" ? random.pick(states) : now;
      const [next, output] = shape.run(seen, input, random);
      return [input.f === "add" ? [next, now, ...before].slice(0, 4) : states, output];
    },
  };
}

/** Busy clients of a faulty set; one answer of so many is lost. */
function faultyHistory(seed: number, size: number, lostEvery: number): History {
  const random = new Random(seed);
  return busyHistory(faulty(3 + seed % 9), size, random).map((operation) =>
    random.below(lostEvery) === 0 ? { ...operation, outcome: { status: "unknown" } } : operation
  );
}

function fault(history: History, sweep: number): string | undefined {
  const possible = (_: unknown, prefix: History): boolean => checkOperations(MODEL, prefix).kind === "ok";
  return stopFault(firstImpossible(MODEL, history, possible), firstRefused(MODEL, history, sweep));
}

const long = "on line, a faulty set that grows is stopped where checking every prefix says so";
Deno.test(
  long,
  () => forSeeds(long, 3000, (seed) => fault(faultyHistory(seed, 8 + seed % 40, 8), SWEEPS[seed % 3])),
);

const removing =
  "on line, what a growing set's watch has kept is all that the search needs once something is taken out";
Deno.test(removing, () =>
  forSeeds(removing, 6000, (seed) => {
    const random = new Random(seed);
    const growing = setShape({ members: true, grows: true, values: 1 + seed % 3 });
    const until = 3 + random.below(6);
    let asked = 0;
    const shape: Shape<Set<Item>, SetInput, SetOutput> = {
      ...growing,
      input: (draw) => {
        const input = growing.input(draw);
        return ++asked > until && input.f === "add" && draw.below(3) > 0 ? { ...input, f: "remove" } : input;
      },
    };
    return fault(randomHistory(shape, until + 2 + random.below(6), random), SWEEPS[seed % 3]);
  }));

/** A set whose values come once and go once, as a rule soon, that is sometimes seen as it was a while ago. */
function passing(again: boolean): Shape<readonly Set<Item>[], SetInput, SetOutput> {
  const shape = setShape({ members: true });
  let fresh = 0;
  const near = (random: Random): number => Math.max(0, fresh - 1 - random.below(4));
  return {
    init: () => [shape.init()],
    input: (random) => {
      const draw = random.below(8);
      if (draw < 2) return { f: "members" };
      if (draw < 4) return { f: "add", value: again && random.below(3) === 0 ? near(random) : fresh++ };
      return { f: draw < 6 ? "remove" : "contains", value: near(random) };
    },
    run: (states, input, random) => {
      const [now, ...before] = states;
      const changes = input.f === "add" || input.f === "remove";
      const seen = random.below(4) === 0 && !changes ? random.pick(states) : now;
      const [next, output] = shape.run(seen, input, random);
      return [changes ? [next, now, ...before].slice(0, 4) : states, output];
    },
    guess: (input, random) =>
      input.f === "members"
        ? { f: "members", values: [0, 1, 2, 3].filter(() => random.below(2) === 0) }
        : shape.guess(input, random),
  };
}

const going = "on line, a set whose values come and go is stopped where checking every prefix says so";
Deno.test(going, () =>
  forSeeds(going, 6000, (seed) => {
    const random = new Random(seed);
    const shape = passing(seed % 4 === 0);
    const history = seed % 2 === 0
      ? randomHistory(shape, 4 + random.below(9), random)
      : busyHistory(shape, 6 + random.below(12), random).map((operation): History[number] =>
        random.below(12) === 0 ? { ...operation, outcome: { status: "unknown" } } : operation
      );
    return fault(history, SWEEPS[seed % 3]);
  }));

const told =
  "on line, the operations told of a set that grows are impossible together, after the set that is told";
Deno.test(told, () => {
  let stopped = 0;
  forSeeds(told, 3000, (seed) => {
    const history = faultyHistory(seed, 20, 10);
    const checker = new Checker(MODEL, { windowAnswers: SWEEPS[seed % 2] });
    const answered = new Set<number>();
    for (const { kind, index } of eventsOf(history)) {
      const { client, input, outcome } = history[index];
      if (kind === "call") checker.call(index, client, input);
      if (kind === "lost") checker.lost(index);
      if (kind !== "return" || outcome.status !== "ok") continue;
      answered.add(index);
      const status = checker.return(index, outcome.output);
      if (status.kind !== "illegal") continue;
      stopped++;
      const window = status.window.map((i): History[number] =>
        answered.has(i) ? history[i] : { ...history[i], outcome: { status: "unknown" } }
      );
      const [, state] = /beginning with \{(.*?)\}/.exec(status.sentence) ?? ["", "?"];
      const before = state.split(", ").filter((value) => value !== "").map(Number);
      const begun = before.map((value, i): History[number] => ({
        client: "before",
        callAt: -2 * before.length + 2 * i - 1,
        input: { f: "add", value },
        outcome: {
          status: "ok",
          returnAt: -2 * before.length + 2 * i,
          output: { f: "add", changed: "unsaid" },
        },
      }));
      if (!status.window.includes(index)) return `${index} is not among ${status.window}`;
      return checkOperations(MODEL, [...begun, ...window]).kind === "illegal"
        ? undefined
        : `${status.window} can be: ${status.sentence}`;
    }
    return undefined;
  });
  assertEquals(stopped > 1000 || Deno.args.includes("--seed"), true, `only ${stopped} were stopped`);
});

for (const [clients, lostEvery] of [[2, 0], [5, 0], [30, 0], [5, 25], [30, 100]] as const) {
  const losing = lostEvery === 0 ? "none of them lost" : `one of ${lostEvery} of them lost`;
  const title =
    `on line, a true set that grows is believed for 2000 operations of ${clients} busy clients, ${losing}`;
  Deno.test(title, () =>
    forSeeds(title, 10, (seed) => {
      const checker = new Checker(MODEL, { windowAnswers: SWEEPS[seed % 3] });
      const options = { clients, operations: 2000, lieFrom: Infinity, lostEvery };
      let kept = 0;
      for (const event of crowd(crowdSet({ members: true, grows: true }), options, new KeyedRandom(seed))) {
        checker.feed(event);
        if (event.operation % 64 === 0) kept = Math.max(kept, checker.kept);
      }
      if (checker.status.kind !== "ok") return `it stopped: ${JSON.stringify(checker.status)}`;
      const most = 10 * clients + 20 + (lostEvery === 0 ? 0 : 3 * 2000 / lostEvery);
      return kept <= most ? undefined : `${kept} operations were kept`;
    }));
}

/** A checker that is told what happens one after the other. */
function alone(checker: Checker<bigint, SetInput, SetOutput>) {
  let name = 0;
  const ask = (input: SetInput, output: SetOutput): string => {
    checker.call(++name, "ann", input);
    return checker.return(name, output).kind;
  };
  return {
    ask,
    remove: (value: Item) => ask({ f: "remove", value }, { f: "remove", changed: true }),
    add: (value: Item) => ask({ f: "add", value }, { f: "add", changed: "unsaid" }),
    members: (values: readonly Item[]) => ask({ f: "members" }, { f: "members", values }),
  };
}

Deno.test("on line, a lost add that was found puts its value in once, and is not there to do so when that was taken out", () => {
  const checker = new Checker(MODEL, { windowAnswers: 1 });
  checker.call(0, "cid", { f: "add", value: 1 });
  checker.lost(0);
  const { members, ask } = alone(checker);
  assertEquals([members([1]), members([1]), members([1])], ["ok", "ok", "ok"]);
  // A value that may come and go at once: from here on all is searched.
  checker.call(100, "bob", { f: "add", value: 9 });
  checker.call(101, "dan", { f: "remove", value: 9 });
  assertEquals(ask({ f: "remove", value: 1 }, { f: "remove", changed: true }), "ok");
  assertEquals(members([1]), "illegal");
});

Deno.test("on line, a lost add may put its value in again where another add can have done so first", () => {
  const checker = new Checker(MODEL, { windowAnswers: 1 });
  const { members, ask } = alone(checker);
  // While this one hangs nothing is past.
  checker.call(0, "hal", { f: "contains", value: 9 });
  checker.call(100, "cid", { f: "add", value: 1 });
  checker.lost(100);
  checker.call(101, "dan", { f: "add", value: 1 });
  assertEquals(ask({ f: "contains", value: 1 }, { f: "contains", present: true }), "ok");
  checker.return(101, { f: "add", changed: "unsaid" });
  assertEquals(ask({ f: "remove", value: 1 }, { f: "remove", changed: true }), "ok");
  assertEquals([members([]), members([1])], ["ok", "ok"]);
});

Deno.test("on line, a member that an answer tells twice is in the set once", () => {
  const { add, members } = alone(new Checker(MODEL));
  for (let value = 0; value < 30; value++) {
    assertEquals(add(value), "ok");
    const all = Array.from({ length: value + 1 }, (_, k) => k);
    assertEquals(members([...all, value, 0]), "ok");
  }
  assertEquals(members([0, 0]), "illegal");
});

Deno.test("on line, of a set at which one client works alone no more than the last answers are kept", () => {
  const checker = new Checker(MODEL);
  const { add } = alone(checker);
  for (let value = 0; value < 1000; value++) assertEquals(add(value), "ok");
  assertEquals(checker.kept < 10, true, `${checker.kept} operations are kept`);
});

Deno.test("on line, the clock is looked at while the members of an answer are gone through", () => {
  let now = 0;
  const checker = new Checker(MODEL, { timeLimitMs: 5, now: () => now++ });
  const { add, members } = alone(checker);
  assertEquals(add(1), "ok");
  assertEquals(members(Array.from({ length: 100_000 }, () => 1)), "unknown");
  assertEquals(checker.status.kind === "unknown" && checker.status.reason, "time");
});

Deno.test("on line, a value that came and went is not kept, and may come again", () => {
  const checker = new Checker(MODEL);
  const { add, remove, members } = alone(checker);
  for (let round = 0; round < 300; round++) {
    assertEquals([add(round % 7), members([round % 7]), remove(round % 7), members([])], [
      "ok",
      "ok",
      "ok",
      "ok",
    ]);
  }
  assertEquals(checker.kept < 10, true, `${checker.kept} operations are kept`);
  assertEquals(members([3]), "illegal");
});

Deno.test("on line, what a read did not find was out by then, and so was what had gone before it", () => {
  const checker = new Checker(MODEL, { windowAnswers: 1 });
  const { add, members, ask } = alone(checker);
  for (const value of [1, 2, 3]) assertEquals(add(value), "ok");
  // All three are to be taken out at once.
  for (const value of [1, 2, 3]) checker.call(100 + value, `b${value}`, { f: "remove", value });
  assertEquals([members([1, 3]), members([1])], ["ok", "ok"]);
  assertEquals(ask({ f: "contains", value: 2 }, { f: "contains", present: false }), "ok");
  assertEquals(checker.return(102, { f: "remove", changed: true }).kind, "ok");
  assertEquals(members([1, 3]), "illegal");
});

Deno.test("on line, who is told that a removal did nothing has not taken out what another read missed", () => {
  const checker = new Checker(MODEL);
  const { add, members } = alone(checker);
  assertEquals(add(1), "ok");
  checker.call(100, "bob", { f: "remove", value: 1 });
  assertEquals(members([]), "ok");
  assertEquals(checker.return(100, { f: "remove", changed: false }).kind, "illegal");
});
