/** On line: priority queues into which each value is put once, in sweeps of every length. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  checkOperations,
  type Operation,
  type PriorityQueueInput,
  priorityQueueModel,
  type PriorityQueueOutput,
} from "../../porcupine/mod.ts";
import { priorityQueueShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { busyHistory, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { crowd } from "./generate/crowd.ts";
import { crowdPriorities } from "./generate/crowd_objects.ts";
import { Random as KeyedRandom } from "./generate/random.ts";

/** With 1 whatever can be forgotten is forgotten at each answer. */
const SWEEPS = [1, 8, 256];

type Prioritized = Operation<PriorityQueueInput, PriorityQueueOutput>;

const small =
  "on line, a priority queue is stopped at the first answer that no order of all operations explains";
Deno.test(small, () =>
  forSeeds(small, 6000, (seed) => {
    const random = new Random(seed);
    const order = random.pick(["min", "max"]);
    const history = randomHistory(priorityQueueShape({ unique: true, order }), 2 + random.below(7), random);
    const model = priorityQueueModel({ order });
    return stopFault(firstImpossible(model, history, oracle), firstRefused(model, history, SWEEPS[seed % 3]));
  }));

/** One that now and then gives out what is not the best: most answers are possible all the same, as others are open. */
function faulty(): Shape<readonly number[], PriorityQueueInput, PriorityQueueOutput> {
  const shape = priorityQueueShape({ unique: true, order: "min" });
  return {
    ...shape,
    run: (state, input, random) => {
      const at = random.below(4) === 0 ? 1 + random.below(2) : 0;
      if (input.f === "insert" || at >= state.length) return shape.run(state, input, random);
      const value = [...state].sort((left, right) => left - right)[at];
      return [state.filter((one) => one !== value), { f: "extract", value }];
    },
  };
}

/** Busy clients of a faulty priority queue; one answer of so many is lost. */
function faultyHistory(seed: number, size: number, lostEvery: number): Prioritized[] {
  const random = new Random(seed);
  return busyHistory(faulty(), size, random).map((operation) =>
    random.below(lostEvery) === 0 ? { ...operation, outcome: { status: "unknown" } } : operation
  );
}

function fault(history: readonly Prioritized[], sweep: number): string | undefined {
  const model = priorityQueueModel();
  const expected = firstImpossible(
    model,
    history,
    (_, prefix) => checkOperations(model, prefix).kind === "ok",
  );
  return stopFault(expected, firstRefused(model, history, sweep));
}

const long = "on line, a faulty priority queue is stopped where checking every prefix says so";
Deno.test(
  long,
  () =>
    forSeeds(
      long,
      2000,
      (seed) => fault(faultyHistory(seed, 8 + seed % 11, 4 + seed % 5 * 4), SWEEPS[seed % 3]),
    ),
);

const copies =
  "on line, what a priority queue's watch has kept is all that the search needs once a value is put in twice";
Deno.test(copies, () =>
  forSeeds(copies, 1400, (seed) => {
    const from = 6 + seed % 5;
    const history = faultyHistory(seed, 14, 5 + seed % 4 * 5).map((operation, i) => {
      const { input } = operation;
      // From then on everything that is put in was put in before.
      return i < from || input.f !== "insert" ? operation : { ...operation, input: { ...input, value: 38 } };
    });
    return fault(history, SWEEPS[seed % 2]);
  }));

const honest = "on line, nothing is complained of that a true priority queue did for busy clients";
Deno.test(honest, () =>
  forSeeds(honest, 1000, (seed) => {
    const history = busyHistory(priorityQueueShape({ unique: true, order: "min" }), 60, new Random(seed));
    return stopFault(-1, firstRefused(priorityQueueModel(), history, SWEEPS[seed % 3]));
  }));

for (const [clients, lostEvery] of [[5, 0], [30, 0], [5, 25], [30, 100]] as const) {
  const losing = lostEvery === 0 ? "none of them lost" : `one of ${lostEvery} of them lost`;
  const title =
    `on line, a true priority queue is believed for 400 operations of ${clients} busy clients, ${losing}`;
  Deno.test(title, () =>
    forSeeds(title, 50, (seed) => {
      const checker = new Checker(priorityQueueModel(), { windowAnswers: SWEEPS[seed % 3] });
      const options = { clients, operations: 400, lieFrom: Infinity, lostEvery };
      for (const event of crowd(crowdPriorities(), options, new KeyedRandom(seed))) checker.feed(event);
      return checker.status.kind === "ok" ? undefined : `it stopped: ${JSON.stringify(checker.status)}`;
    }));
}

/** A priority queue's checker that is told what happens in few words. An operation's number is what it puts in. */
function story(windowAnswers = 1) {
  const checker = new Checker(priorityQueueModel(), { windowAnswers });
  const call = (value: number, id = value): void => checker.call(id, id, { f: "insert", value });
  const inserted = (id: number): string => checker.return(id, { f: "insert" }).kind;
  const extract = (...ids: readonly number[]): void =>
    ids.forEach((id) => checker.call(id, id, { f: "extract" }));
  const extracted = (id: number, value: number | null): string =>
    checker.return(id, { f: "extract", value }).kind;
  /** Insertions, one after the other. */
  const insert = (...ids: readonly number[]): void => {
    for (const id of ids) {
      call(id);
      assertEquals(inserted(id), "ok");
    }
  };
  let next = 1000;
  /** A value comes and goes, so many times, while nothing else happens. */
  const over = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const id = next++;
      insert(id);
      extract(-id);
      assertEquals(extracted(-id, id), "ok");
    }
  };
  return {
    checker,
    call,
    inserted,
    insert,
    extract,
    extracted,
    over,
    lost: (id: number) => checker.lost(id),
  };
}

Deno.test("on line, of a priority queue in which a value lies for ever no more is kept for each that came and went before it", () => {
  const { insert, over, checker } = story(256);
  insert(9999);
  over(2000);
  assertEquals(checker.kept < 100, true, `${checker.kept} operations are kept`);
});

Deno.test("on line, of 3,000 values in a priority queue, put in in no order, each comes out in its turn, and none before", () => {
  const { insert, extract, extracted } = story();
  // 1789 and 3001 have no divisor in common: each value once.
  for (let i = 1; i <= 3000; i++) insert((i * 1789) % 3001);
  for (let value = 1; value <= 2000; value++) {
    extract(-value);
    assertEquals(extracted(-value, value), "ok");
  }
  extract(-9000);
  assertEquals(extracted(-9000, 2500), "illegal");
});

Deno.test("on line, what lost extractions have certainly taken out of a priority queue is forgotten together with them", () => {
  const { insert, extract, extracted, lost, over, checker } = story(256);
  for (let id = 1; id <= 500; id++) {
    insert(id);
    extract(-id);
    lost(-id);
    over(1);
  }
  over(200);
  assertEquals(checker.kept < 100, true, `${checker.kept} operations are kept`);
  extract(9000);
  assertEquals(extracted(9000, 500), "illegal");
});

Deno.test("on line, a lost extraction takes one value out of a priority queue, at any time, and no second one", () => {
  for (const first of [3, 2]) {
    const { insert, extract, extracted, lost } = story();
    extract(10);
    lost(10);
    insert(1, 2, 3, 4);
    extract(11);
    // The lost one has taken 1; or else it would have to take 2 as well.
    assertEquals(extracted(11, first), first === 2 ? "ok" : "illegal");
    if (first === 3) continue;
    extract(12);
    assertEquals(extracted(12, 4), "illegal");
  }
});

Deno.test("on line, a priority queue is found empty if lost extractions can have taken out what was in, and that is gone then", () => {
  for (const [lostOnes, expected] of [[1, "illegal"], [2, "ok"]] as const) {
    const { insert, extract, extracted, lost } = story();
    insert(1, 2);
    for (let k = 0; k < lostOnes; k++) {
      extract(10 + k);
      lost(10 + k);
    }
    extract(20);
    assertEquals(extracted(20, null), expected);
    if (expected === "illegal") continue;
    extract(21);
    assertEquals(extracted(21, 2), "illegal");
  }
});

Deno.test("on line, a value comes out of a priority queue later, when more open extractions can have taken out what was better", () => {
  const { insert, extract, extracted } = story();
  insert(5, 1);
  extract(11);
  insert(2);
  extract(12, 13);
  // When 11 was called nobody could take out 1. After the calls of 12 and 13 they have taken out 1 and 2.
  assertEquals(extracted(11, 5), "ok");
  assertEquals(extracted(12, 1), "ok");
  extract(14);
  assertEquals(extracted(14, 2), "illegal");
});

Deno.test("on line, what open extractions are supposed to have taken out of a priority queue is supposed anew when one of them says otherwise", () => {
  const { insert, extract, extracted } = story();
  extract(10);
  insert(1);
  insert(5);
  extract(11);
  insert(2);
  extract(12, 13);
  // 10 has taken 1, and 5 came out before 2 was put in; unless 1 and 2 were taken by two of the others.
  assertEquals(extracted(11, 5), "ok");
  insert(7);
  assertEquals(extracted(10, 7), "ok");
  assertEquals(extracted(12, 1), "ok");
  assertEquals(extracted(13, 2), "ok");
});

Deno.test("on line, what is in the way of a value in a priority queue is so until the extraction of it is called, also if that has returned", () => {
  const { insert, extract, extracted } = story();
  insert(9, 3);
  extract(20);
  insert(5);
  extract(21);
  assertEquals(extracted(21, 3), "ok");
  // 9 comes out after 3, and 5 was in by then.
  assertEquals(extracted(20, 9), "illegal");
});

Deno.test("on line, who came out of a priority queue before a worse value did still needs somebody who took out what was better", () => {
  const { insert, extract, extracted } = story();
  insert(1, 5, 9);
  extract(10, 11);
  // 10 has taken 1.
  assertEquals(extracted(11, 5), "ok");
  insert(2);
  extract(12, 13);
  assertEquals(extracted(13, 9), "ok");
  // It has not, and 12 was called too late.
  assertEquals(extracted(10, 2), "illegal");
});

Deno.test("on line, what must be out of a priority queue some day need not be out yet when another value comes out", () => {
  const { insert, extract, extracted } = story();
  insert(1, 3, 9);
  extract(20, 21);
  insert(5);
  extract(22);
  // 22 has taken 1, when 5 was in.
  assertEquals(extracted(20, 3), "ok");
  assertEquals(extracted(21, 9), "illegal");
});

Deno.test("on line, what came into a priority queue while a value could not yet come out has been taken out with what was in the way", () => {
  const { insert, extract, extracted, lost } = story();
  insert(1, 9);
  extract(20);
  insert(2);
  extract(21, 22);
  lost(21);
  lost(22);
  // Not before the calls of 21 and 22, of which one has taken 1, and the other one 2.
  assertEquals(extracted(20, 9), "ok");
  extract(30);
  assertEquals(extracted(30, 2), "illegal");
});

Deno.test("on line, a search that takes over from a priority queue's watch is told what was in the way of what must be out", () => {
  const { insert, extract, extracted, call } = story();
  insert(9, 3);
  extract(20);
  insert(5);
  extract(21);
  assertEquals(extracted(21, 3), "ok");
  extract(22);
  // After 3, so that 22 has taken 5.
  assertEquals(extracted(20, 9), "ok");
  insert(100);
  call(100, 101);
  extract(30);
  assertEquals(extracted(30, 5), "illegal");
});

Deno.test("on line, a search that takes over from a priority queue's watch is told whose extraction says what must be out", () => {
  const { insert, extract, extracted, lost, call } = story();
  extract(10, 11);
  lost(10);
  lost(11);
  insert(1, 7, 9, 5);
  extract(21, 20);
  // The lost ones have taken 1 and 7, as 21 takes 5.
  assertEquals(extracted(20, 9), "ok");
  extract(30);
  assertEquals(extracted(21, 5), "ok");
  insert(100);
  call(100, 101);
  extract(40);
  assertEquals(extracted(40, 7), "illegal");
});
