/** Counters whose additions are not all one, in crowds: what is known without a search, with a core that is minimal. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type CounterInput,
  counterModel,
  type CounterOutput,
  type Operation,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decide, decideQuickly } from "../../porcupine/decide.ts";
import { canSumTo } from "../../porcupine/fast/subset_sums.ts";
import { Selections } from "../../porcupine/fast/selections.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";

type CounterOperation = Operation<CounterInput, CounterOutput>;

function add(amount: number, callAt: number, returnAt: number | "lost"): CounterOperation {
  const outcome = returnAt === "lost"
    ? { status: "unknown" } as const
    : { status: "ok", output: { f: "add" }, returnAt } as const;
  return { client: callAt, callAt, input: { f: "add", amount }, outcome };
}

function told(amount: number, value: number, callAt: number, returnAt: number): CounterOperation {
  const outcome = { status: "ok", output: { f: "addAndGet", value }, returnAt } as const;
  return { client: callAt, callAt, input: { f: "addAndGet", amount }, outcome };
}

function read(value: number, callAt: number, returnAt = callAt + 1): CounterOperation {
  const outcome = { status: "ok", output: { f: "read", value }, returnAt } as const;
  return { client: `reader ${callAt}`, callAt, input: { f: "read" }, outcome };
}

function quickly(
  history: readonly CounterOperation[],
  initial = 0,
): "ok" | "illegal" | "unknown" | undefined {
  const model = counterModel({ initial });
  const [part] = partition(model, history, orderHistory(history));
  const found = decideQuickly(model, new Questions(recorded(history), part), new Budget({}));
  if (found?.verdict === "ok") {
    assertEquals(faultOf(model, history, Array.from(found.order, (k) => part.ids[k])), undefined);
  }
  return found?.verdict;
}

const COUNT = 2000;

/** Amounts from 1 to 9, all at once or one after the other. */
function crowd(atOnce: boolean): readonly CounterOperation[] {
  return Array.from(
    { length: COUNT },
    (_, i) => atOnce ? add(1 + i % 9, i, COUNT + i) : add(1 + i % 9, 2 * i, 2 * i + 1),
  );
}

const SUM = crowd(true).reduce((sum, { input }) => sum + (input.f === "add" ? input.amount : 0), 0);

for (const atOnce of [true, false]) {
  const when = atOnce ? "at once" : "one after the other";
  Deno.test(`of ${COUNT} additions of 1 to 9 ${when} it is known without a search what can be read`, () => {
    const after = 5 * COUNT;
    assertEquals(quickly([...crowd(atOnce), read(SUM, after)]), "ok");
    for (
      const [value, core] of [
        // Of the largest as few as exceed it.
        [10, 3],
        [900, 102],
        // All that are one: whichever other was left out, it would be more than one too few.
        [SUM - 1, 1 + 223],
        [SUM + 1, 1],
        [-1, 1],
        [0.5, 1],
      ]
    ) {
      const history = [...crowd(atOnce), read(value, after)];
      assertEquals(quickly(history), "illegal", `${value}`);
      const verdict = checkOperations(counterModel(), history);
      assert(verdict.kind === "illegal");
      assertEquals([verdict.core.length, verdict.coreIsMinimal, verdict.firstImpossible], [
        core,
        true,
        COUNT,
      ]);
    }
  });
}

Deno.test(`of ${COUNT} additions of one a read of one less has a core of all of them, known to be minimal`, () => {
  const ones = Array.from({ length: COUNT }, (_, i) => add(1, i, COUNT + i));
  const verdict = checkOperations(counterModel(), [...ones, read(COUNT - 1, 5 * COUNT)]);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core.length, verdict.coreIsMinimal], [COUNT + 1, true]);
});

Deno.test("additions that are open, or lost, are counted or not; no part of sevens comes to eight", () => {
  const sevens = Array.from({ length: 40 }, (_, i) => add(7, i, i % 3 === 0 ? "lost" : 1000 + i));
  assertEquals(quickly([...sevens, read(7 * 23, 100)]), "ok");
  assertEquals(quickly([...sevens, read(8, 100)]), "illegal");
  assertEquals(quickly([...sevens, read(3 + 8, 100)], 3), "illegal");
});

Deno.test("what was added between two reads comes to their difference, or one of the two is wrong", () => {
  const both = [add(3, 0, 50), add(5, 1, 51)];
  assertEquals(quickly([...both, read(3, 10), read(8, 20)]), "ok");
  // Each by itself is possible.
  assertEquals(quickly([...both, read(3, 10), read(5, 20)]), "illegal");
  assertEquals(quickly([...both, read(5, 10), read(3, 20)]), "illegal");
  assertEquals(quickly([add(3, 0, 50), told(5, 8, 1, 51), read(4, 10)]), "illegal");
  assertEquals(quickly([add(3, 0, 50), told(5, 8, 1, 51), read(8, 10)]), "ok");
  assertEquals(quickly([told(5, 8, 0, 9), told(3, 8, 1, 8), add(3, 0, 9)]), "illegal");
});

Deno.test("what returns while a sum is read is counted or not, and nothing is put where it had returned before", () => {
  const during = [add(5, 0, 1), add(4, 5, 15)];
  assertEquals([5, 9].map((value) => quickly([...during, read(value, 10, 20)])), ["ok", "ok"]);
  assertEquals(quickly([...during, read(13, 10, 20), add(-1, 30, 31)]), "illegal");
  const history = [add(2, 0, 1), add(3, 2, 10), read(3, 0, 20), read(5, 0, 21)];
  assertEquals(quickly(history), undefined);
  assertEquals(checkOperations(counterModel(), history).kind, "illegal");
});

Deno.test("what is added between two that saw the same sum is counted by the later one", () => {
  // The one that was told the sum saw it before the addition was called; the read after it had returned.
  const history = [add(2, 2, "lost"), told(1, 3, 3, 3), add(1, 6, 6), read(3, 7, 7)];
  const verdict = checkOperations(counterModel(), history);
  assertEquals(verdict.kind, "illegal");
  assert(verdict.kind === "illegal" && verdict.coreIsMinimal, "its core is minimal");
  assertEquals(checkOperations(counterModel(), [...history.slice(0, 3), read(4, 7, 7)]).kind, "ok");
});

Deno.test("one sum may be seen for a long time", () => {
  assertEquals(quickly([add(2, 0, 1), read(2, 2), read(2, 4), add(3, 5, 6), read(5, 7)]), "ok");
});

Deno.test("of who counts down only what one answer says by itself is known without a search", () => {
  const history = [add(5, 0, 1), add(-3, 2, "lost"), add(4, 3, 90)];
  for (const value of [2, 5, 6, 9]) {
    assertEquals(quickly([...history, read(value, 10)]), undefined, `${value}`);
    assertEquals(checkOperations(counterModel(), [...history, read(value, 10)]).kind, "ok");
  }
  assertEquals(quickly([...history, read(1, 10)]), "illegal");
  assertEquals(quickly([...history, read(10, 10)]), "illegal");
  // What takes away and had returned is believed like the rest.
  const core = (value: number): readonly number[] => {
    const verdict = checkOperations(counterModel(), [
      add(5, 0, 1),
      add(-3, 2, 3),
      add(-9, 4, 80),
      read(value, 10),
    ]);
    assert(verdict.kind === "illegal" && verdict.coreIsMinimal);
    return verdict.core;
  };
  assertEquals(core(5), [1, 3]);
  assertEquals(core(1), [3]);
  assertEquals(quickly([add(5, 0, 1), add(-3, 2, 3), add(-9, 4, 80), read(11, 10)]), "illegal");
});

Deno.test("a counter that begins with a fraction is searched: 0.1 and four ones are 4.1, though 4.1 less 0.1 is not four", () => {
  const ones = [0, 2, 4, 6].map((at) => add(1, at, at + 1));
  assertEquals(
    checkOperations(counterModel({ initial: 0.1 }), [...ones, read(0.1 + 1 + 1 + 1 + 1, 9)]).kind,
    "ok",
  );
});

Deno.test("the sums of some numbers, and the ways to come to them, are those of trying all subsets", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = new Random(seed);
    const numbers = Array.from({ length: random.below(9) }, () => 1 + random.below(12));
    const sum = random.below(40);
    const ways = new Set<string>();
    for (let subset = 0; subset < 1 << numbers.length; subset++) {
      const some = numbers.filter((_, i) => (subset >> i & 1) === 1);
      if (some.reduce((total, number) => total + number, 0) === sum) ways.add(`${some.toSorted()}`);
    }
    assertEquals(canSumTo(numbers, sum, { left: 1e6 }), ways.size > 0, `seed ${seed}`);
    const selections = new Selections(numbers, sum);
    const found = new Set<string>();
    for (let way = selections.next(); way !== undefined; way = selections.next()) {
      found.add(`${way.map((i) => numbers[i]).toSorted()}`);
    }
    assertEquals([...found].sort(), [...ways].sort(), `seed ${seed}`);
  }
});

/** Clients that add and read; `wrong`: one sum is another than it was. */
function lively(seed: number): readonly CounterOperation[] {
  const random = new Random(seed);
  const clients = 2 + random.below(5);
  const free = Array.from({ length: clients }, () => 0);
  const planned: { at: number; callAt: number; returnAt: number; amount: number; kind: number }[] = [];
  for (let i = 0; i < 8 + random.below(22); i++) {
    const client = i % clients;
    const callAt = free[client] + random.below(3);
    const at = callAt + 1 + random.below(9);
    const returnAt = free[client] = at + 1 + random.below(9);
    planned.push({ at, callAt, returnAt, amount: random.below(5), kind: random.below(10) });
  }
  let total = 0;
  const history: CounterOperation[] = [];
  for (const { callAt, returnAt, amount, kind } of planned.sort((a, b) => a.at - b.at)) {
    if (kind > 4) total += amount;
    const seen = total + (random.below(40) === 0 ? 1 + random.below(3) : 0);
    if (kind <= 4) history.push(read(seen, callAt, returnAt));
    else if (kind < 7) history.push(told(amount, seen, callAt, returnAt));
    else history.push(add(amount, callAt, kind === 9 ? "lost" : returnAt));
  }
  return history;
}

Deno.test("counters of up to six clients: what is known at once, the search finds, too", () => {
  let known = 0;
  let wrong = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const history = lively(seed);
    const quick = quickly(history);
    if (quick === undefined) continue;
    known++;
    const model = counterModel();
    const [part] = partition(model, history, orderHistory(history));
    const options = { strategy: "search", contest: "both" } as const;
    const searched = decide(model, recorded(history), part, new Budget({}), options);
    assertEquals(quick, searched.verdict, `seed ${seed}`);
    if (quick === "illegal") wrong++;
  }
  assert(known > 560 && wrong > 80, `${known} known at once, ${wrong} of them wrong`);
});

Deno.test("Of a counter that only grows and is seen to shrink the two who saw that are suspected, and nobody else", () => {
  const history = [add(1, 0, "lost"), add(2, 0.5, "lost"), add(4, 0.7, "lost"), add(8, 0.8, "lost")];
  history.push(read(1, 2), read(3, 6), read(7, 10), read(3, 20), read(7, 25), read(15, 30));
  const model = counterModel();
  const [part] = partition(model, history, orderHistory(history));
  const found = decideQuickly(model, new Questions(recorded(history), part), new Budget({}));
  assert(found?.verdict === "illegal");
  assertEquals(Array.from(found.suspects, (k) => part.ids[k]).sort(), [6, 7]);
});
