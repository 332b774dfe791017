/** On line: stacks onto which each value is put once, in sweeps of every length. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  checkOperations,
  type Operation,
  type StackInput,
  stackModel,
  type StackOutput,
} from "../../porcupine/mod.ts";
import type { Item } from "../../porcupine/models/answers.ts";
import { stackShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { busyHistory, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { crowd } from "./generate/crowd.ts";
import { crowdStack } from "./generate/crowd_objects.ts";
import { Random as KeyedRandom } from "./generate/random.ts";

/** With 1 whatever can be forgotten is forgotten at each answer. */
const SWEEPS = [1, 8, 256];

const small = "on line, a stack is stopped at the first answer that no order of all operations explains";
Deno.test(small, () =>
  forSeeds(small, 6000, (seed) => {
    const random = new Random(seed);
    const history = randomHistory(stackShape({ unique: true }), 2 + random.below(7), random);
    const model = stackModel();
    return stopFault(firstImpossible(model, history, oracle), firstRefused(model, history, SWEEPS[seed % 3]));
  }));

/** A stack that now and then pops what lies beneath the top: most answers are possible all the same, as others are open. */
function faulty(): Shape<readonly Item[], StackInput, StackOutput> {
  const shape = stackShape({ unique: true });
  return {
    ...shape,
    run: (state, input, random) => {
      const at = random.below(4) === 0 ? 1 + random.below(2) : 0;
      if (input.f === "push" || at >= state.length) return shape.run(state, input, random);
      return [state.filter((_, i) => i !== at), { f: "pop", value: state[at] }];
    },
  };
}

/** Busy clients of a faulty stack; one answer of so many is lost. */
function faultyHistory(seed: number, size: number, lostEvery: number): Operation<StackInput, StackOutput>[] {
  const random = new Random(seed);
  return busyHistory(faulty(), size, random).map((operation) =>
    random.below(lostEvery) === 0 ? { ...operation, outcome: { status: "unknown" } } : operation
  );
}

function fault(history: readonly Operation<StackInput, StackOutput>[], sweep: number): string | undefined {
  const model = stackModel();
  const expected = firstImpossible(
    model,
    history,
    (_, prefix) => checkOperations(model, prefix).kind === "ok",
  );
  return stopFault(expected, firstRefused(model, history, sweep));
}

const long = "on line, a faulty stack is stopped where checking every prefix says so";
Deno.test(
  long,
  () => forSeeds(long, 2000, (seed) => fault(faultyHistory(seed, 8 + seed % 9, 12), SWEEPS[seed % 3])),
);

const copies =
  "on line, what a stack's watch has kept is all that the search needs once a value is pushed twice";
Deno.test(copies, () =>
  forSeeds(copies, 700, (seed) => {
    const history = faultyHistory(seed, 12, 20).map((operation, i) => {
      const { input } = operation;
      // From the eighth operation on everything that is pushed was pushed before.
      return i < 8 || input.f !== "push" ? operation : { ...operation, input: { ...input, value: 38 } };
    });
    return fault(history, SWEEPS[seed % 2]);
  }));

const honest = "on line, nothing is complained of that a true stack did for busy clients";
Deno.test(honest, () =>
  forSeeds(honest, 1000, (seed) => {
    const history = busyHistory(stackShape({ unique: true }), 60, new Random(seed));
    return stopFault(-1, firstRefused(stackModel(), history, SWEEPS[seed % 3]));
  }));

for (const [clients, lostEvery] of [[5, 0], [30, 0], [5, 25], [30, 100]] as const) {
  const losing = lostEvery === 0 ? "none of them lost" : `one of ${lostEvery} of them lost`;
  const title = `on line, a true stack is believed for 400 operations of ${clients} busy clients, ${losing}`;
  Deno.test(title, () =>
    forSeeds(title, 50, (seed) => {
      const checker = new Checker(stackModel(), { windowAnswers: SWEEPS[seed % 3] });
      const options = { clients, operations: 400, lieFrom: Infinity, lostEvery };
      for (const event of crowd(crowdStack(), options, new KeyedRandom(seed))) checker.feed(event);
      return checker.status.kind === "ok" ? undefined : `it stopped: ${JSON.stringify(checker.status)}`;
    }));
}

/** A stack's checker that is told what happens in few words. */
function story(windowAnswers = 1) {
  const checker = new Checker(stackModel(), { windowAnswers });
  let next = 1000;
  const told = {
    push: (id: number) => checker.call(id, id, { f: "push", value: id }),
    pushed: (id: number) => checker.return(id, { f: "push" }).kind,
    pop: (id: number) => checker.call(id, id, { f: "pop" }),
    popped: (id: number, value: number | null) => checker.return(id, { f: "pop", value }).kind,
    lost: (id: number) => checker.lost(id),
    /** A push and a pop, one after the other, while nothing else happens. */
    over: (count: number) => {
      for (let i = 0; i < count; i++) {
        const id = next++;
        told.push(id);
        told.pushed(id);
        const pop = next++;
        told.pop(pop);
        assertEquals(told.popped(pop, id), "ok");
      }
    },
    checker,
  };
  return told;
}

Deno.test("on line, of a stack on which a value lies for ever no more is kept for each that came and went above it", () => {
  const { push, pushed, over, checker } = story(256);
  push(1);
  pushed(1);
  over(2000);
  assertEquals(checker.kept < 100, true, `${checker.kept} operations are kept`);
});

Deno.test("on line, of a stack beside a pop that hangs, and one that was lost, no more is kept for what came and went", () => {
  for (const how of ["hangs", "was lost"]) {
    const { push, pushed, pop, lost, over, checker } = story(256);
    push(1);
    pushed(1);
    pop(2);
    if (how === "was lost") lost(2);
    over(2000);
    assertEquals(checker.kept < 100, true, `${checker.kept} operations are kept beside a pop that ${how}`);
  }
});

Deno.test("on line, who lies beneath another on a stack is not popped before it, however much came and went above", () => {
  for (const [value, expected] of [[1, "illegal"], [3, "ok"]] as const) {
    const { push, pushed, pop, popped, over } = story();
    push(1);
    pushed(1);
    push(2);
    push(3);
    pushed(2);
    pushed(3);
    pop(4);
    assertEquals(popped(4, 2), "ok");
    over(40);
    // 1 is beneath 3.
    pop(5);
    assertEquals(popped(5, value), expected);
  }
});

Deno.test("on line, a lost pop takes one value off a stack, at any time, and no second one", () => {
  const { push, pushed, pop, popped, lost } = story();
  pop(1);
  lost(1);
  for (const id of [2, 3, 4]) {
    push(id);
    pushed(id);
  }
  pop(5);
  assertEquals(popped(5, 3), "ok");
  push(6);
  pushed(6);
  pop(7);
  assertEquals(popped(7, 2), "illegal");
});

Deno.test("on line, what a stack must have lost before it was found empty is not popped afterwards", () => {
  const { push, pushed, pop, popped, lost, over } = story();
  pop(1);
  lost(1);
  push(2);
  pushed(2);
  pop(3);
  assertEquals(popped(3, null), "ok");
  over(40);
  pop(4);
  assertEquals(popped(4, 2), "illegal");
});

Deno.test("on line, what a pop that hangs must have taken off a stack is not popped by one that came later", () => {
  const { push, pushed, pop, popped, over } = story();
  pop(1);
  for (const id of [2, 3]) {
    push(id);
    pushed(id);
  }
  pop(4);
  assertEquals(popped(4, 2), "ok");
  over(3);
  pop(5);
  assertEquals(popped(5, 3), "illegal");
});

Deno.test("on line, a search that takes over from a stack's watch is told when what is over was there", () => {
  const { push, pushed, pop, popped, checker } = story();
  push(1);
  push(2);
  pushed(2);
  push(3);
  pushed(1);
  pop(4);
  assertEquals(popped(4, 2), "ok");
  pushed(3);
  // From here on it is searched. 1 is beneath 2, and 3 was pushed when 2 was gone.
  checker.call(5, 5, { f: "push", value: 3 });
  pop(6);
  assertEquals(popped(6, 1), "illegal");
});

Deno.test("on line, whom open pops are supposed to have taken off a stack is supposed anew when one of them says otherwise", () => {
  const { push, pushed, pop, popped } = story();
  const put = (...ids: readonly number[]): void => {
    for (const id of ids) {
      push(id);
      pushed(id);
    }
  };
  put(1, 2);
  for (const id of [10, 11, 12]) pop(id);
  // 10 or 11 has taken 2.
  assertEquals(popped(12, 1), "ok");
  put(3, 4, 5);
  pop(13);
  pop(14);
  // Two more of 10, 11 and 13 have taken 4 and 5.
  assertEquals(popped(14, 3), "ok");
  assertEquals(popped(10, 4), "ok");
  assertEquals(popped(13, 2), "illegal");
});
