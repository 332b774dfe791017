/** Queues, stacks and priority queues into which values are put again and again: which orders are ruled out, or found, at once. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type Model,
  type Operation,
  priorityQueueModel,
  queueModel,
  stackModel,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decide, decideQuickly } from "../../porcupine/decide.ts";
import { firstClear } from "../../porcupine/fast/priority_queue.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";

type Words<Put extends string, Take extends string> = {
  readonly put: Put;
  readonly take: Take;
  readonly takenFrom: "front" | "back";
  readonly isSorted: boolean;
};

const QUEUE = { put: "enqueue", take: "dequeue", takenFrom: "front", isSorted: false } as const;
const STACK = { put: "push", take: "pop", takenFrom: "back", isSorted: false } as const;
const PRIORITY = { put: "insert", take: "extract", takenFrom: "front", isSorted: true } as const;

type Entry<Put extends string, Take extends string> = Operation<
  { readonly f: Put; readonly value: number } | { readonly f: Take },
  { readonly f: Put } | { readonly f: Take; readonly value: number | null }
>;

interface Size {
  readonly seed: number;
  readonly count: number;
  readonly clients: number;
  /** How many different values there are. */
  readonly values: number;
  /** One of so many answers is another than it was, or was lost; none if 0. */
  readonly wrongOf: number;
  readonly lostOf: number;
}

/** Clients that put in and take out. */
function lively<Put extends string, Take extends string>(
  { put, take, takenFrom, isSorted }: Words<Put, Take>,
  { seed, count, clients, values, wrongOf, lostOf }: Size,
): Entry<Put, Take>[] {
  const random = new Random(seed);
  const free = Array.from({ length: clients }, () => 0);
  const planned = Array.from({ length: count }, (_, i) => {
    const callAt = free[i % clients] + random.below(3);
    const at = callAt + 1 + random.below(7);
    const returnAt = free[i % clients] = at + 1 + random.below(7);
    return {
      client: i % clients,
      callAt,
      at,
      returnAt,
      value: random.below(values),
      puts: random.below(20) < 11,
    };
  }).sort((a, b) => a.at - b.at);
  const row: number[] = [];
  return planned.map(({ client, callAt, returnAt, value, puts }): Entry<Put, Take> => {
    let taken: number | null = null;
    if (puts) {
      row.push(value);
      if (isSorted) row.sort((a, b) => a - b);
    } else taken = (takenFrom === "front" ? row.shift() : row.pop()) ?? null;
    if (wrongOf > 0 && random.below(wrongOf) === 0) taken = random.below(values);
    const input = puts ? { f: put, value } : { f: take };
    if (lostOf > 0 && random.below(lostOf) === 0) {
      return { client, callAt, input, outcome: { status: "unknown" } };
    }
    const output = puts ? { f: put } : { f: take, value: taken };
    return { client, callAt, input, outcome: { status: "ok", output, returnAt } };
  });
}

function quickly<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): string | undefined {
  const [part] = partition(model, history, orderHistory(history));
  const found = decideQuickly(model, new Questions(recorded(history), part), new Budget({}));
  if (found?.verdict === "ok") {
    assertEquals(faultOf(model, history, Array.from(found.order, (k) => part.ids[k])), undefined);
  }
  return found?.verdict;
}

function searched<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): string {
  const [part] = partition(model, history, orderHistory(history));
  const options = { strategy: "search", contest: "both" } as const;
  return decide(model, recorded(history), part, new Budget({}), options).verdict;
}

/** How many small histories are known at once, and how many of them as impossible: what the search finds, too. */
function compare<S, Put extends string, Take extends string>(
  model: Model<S, Entry<Put, Take>["input"], OutputOf<Put, Take>>,
  words: Words<Put, Take>,
  histories: number,
): { readonly ok: number; readonly illegal: number } {
  const known = { ok: 0, illegal: 0 };
  for (let seed = 1; seed <= histories; seed++) {
    const size = { count: 8 + seed % 12, clients: 2 + seed % 4, values: 2 + seed % 5 };
    const history = lively(words, { seed, ...size, wrongOf: 30, lostOf: seed % 3 === 0 ? 12 : 0 });
    const quick = quickly(model, history);
    if (quick === undefined) continue;
    assertEquals(quick, searched(model, history), `seed ${seed}`);
    known[quick === "ok" ? "ok" : "illegal"]++;
  }
  return known;
}

type OutputOf<Put extends string, Take extends string> = { readonly f: Put } | {
  readonly f: Take;
  readonly value: number | null;
};

Deno.test("queues, stacks and priority queues whose values repeat: what is known at once, the search finds, too", () => {
  const queue = compare(queueModel(), QUEUE, 240);
  assert(queue.ok > 60 && queue.illegal > 20, JSON.stringify(queue));
  const priority = compare(priorityQueueModel(), PRIORITY, 240);
  assert(priority.ok > 60 && priority.illegal > 20, JSON.stringify(priority));
  const stack = compare(stackModel(), STACK, 240);
  assert(stack.illegal > 8, JSON.stringify(stack));
});

/** The same, one after the other, as a queue's. */
function story(words: string): Entry<"enqueue", "dequeue">[] {
  return words.split(" ").map((word, i) => ({
    client: 1,
    callAt: 2 * i,
    input: word.startsWith("+") ? { f: "enqueue", value: Number(word.slice(1)) } : { f: "dequeue" },
    outcome: {
      status: "ok",
      returnAt: 2 * i + 1,
      output: word.startsWith("+") ? { f: "enqueue" } : { f: "dequeue", value: Number(word.slice(1)) },
    },
  }));
}

Deno.test("copies of a queue leave as they were put in: the second of two cannot come before what was put in between", () => {
  assertEquals(quickly(queueModel(), story("+1 +2 +1 -1 -2 -1")), "ok");
  assertEquals(quickly(queueModel(), story("+1 +2 +1 -1 -1 -2")), "illegal");
  const verdict = checkOperations(queueModel(), story("+3 +4 +3 -3 -4 -3 +1 +2 +1 +9 -1 -1 -2 -9"));
  assert(verdict.kind === "illegal" && verdict.coreIsMinimal && verdict.firstImpossible === 11);
  assert(/another order than they went in/.test(verdict.sentence), verdict.sentence);
});

Deno.test("2000 operations of 50 clients on a queue of 200 values: a wrong order is known at once", () => {
  const size = { seed: 7, count: 2000, clients: 50, values: 200, lostOf: 0 };
  const history = lively(QUEUE, { ...size, wrongOf: 0 });
  const takes = history.filter(({ outcome }) => outcome.status === "ok" && "value" in outcome.output);
  const swapped = history.map((entry) => {
    const other = entry === takes[300] ? takes[420] : entry === takes[420] ? takes[300] : undefined;
    if (other === undefined || entry.outcome.status !== "ok" || other.outcome.status !== "ok") return entry;
    return { ...entry, outcome: { ...entry.outcome, output: other.outcome.output } };
  });
  assertEquals(quickly(queueModel(), swapped), "illegal");
});

Deno.test("a dequeue that was lost may have taken out the first of two copies", () => {
  const history = story("+1 +2 +1 -1 -2 -1");
  const lost = history.map((entry, i) =>
    i === 3 ? { ...entry, outcome: { status: "unknown" } as const } : entry
  );
  assertEquals(quickly(queueModel(), lost), undefined);
  assertEquals(checkOperations(queueModel(), lost).kind, "ok");
});

Deno.test("of two copies the one whose enqueue was called first may have been put in last", () => {
  const enqueue = (value: number, callAt: number, returnAt: number): Entry<"enqueue", "dequeue"> => ({
    client: callAt,
    callAt,
    input: { f: "enqueue", value },
    outcome: { status: "ok", returnAt, output: { f: "enqueue" } },
  });
  const out = story("-1 -5 -1").map((entry) => ({
    ...entry,
    callAt: entry.callAt + 20,
    outcome: entry.outcome.status === "ok"
      ? { ...entry.outcome, returnAt: entry.outcome.returnAt + 20 }
      : entry.outcome,
  }));
  const history = [enqueue(1, 0, 10), enqueue(1, 2, 3), enqueue(5, 4, 5), ...out];
  assertEquals(quickly(queueModel(), history), "ok");
});

Deno.test("a way through gaps that better values cover is gone once: from each gap on it one step leads to its end", () => {
  const clear = Int32Array.from({ length: 12 }, (_, gap) => gap < 9 ? gap + 1 : gap);
  assertEquals(firstClear(clear, 2), 9);
  assertEquals([...clear], [1, 2, 9, 9, 9, 9, 9, 9, 9, 9, 10, 11]);
  assertEquals([firstClear(clear, 0), firstClear(clear, 9), firstClear(clear, 11)], [9, 9, 11]);
});
