/** Sets that are read as a whole: what grows is decided without a search, whatever was lost and however many were at it at once. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type Operation,
  type SetInput,
  setModel,
  type SetOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";

type History = Operation<SetInput, SetOutput>[];

const MODEL = setModel({ members: true });

const add = (value: number, callAt: number, returnAt?: number): History[number] => ({
  client: callAt,
  callAt,
  input: { f: "add", value },
  outcome: returnAt === undefined
    ? { status: "unknown" }
    : { status: "ok", returnAt, output: { f: "add", changed: "unsaid" } },
});

const members = (values: readonly number[], callAt: number, returnAt: number): History[number] => ({
  client: callAt,
  callAt,
  input: { f: "members" },
  outcome: { status: "ok", returnAt, output: { f: "members", values } },
});

/** Everybody adds a value of his own, all at once; many answers are lost; meanwhile some read, and see more and more. */
function allAtOnce(seed: number, values: number, readers: number): History {
  const random = new Random(seed);
  const points = Array.from({ length: values }, () => 1 + random.below(1000));
  const adds = points.map((point, v) =>
    random.below(2) === 0
      ? add(v, random.below(point))
      : add(v, random.below(point), point + 1 + random.below(1000))
  );
  const reads = Array.from({ length: readers }, () => {
    const point = random.below(1000) + 0.5;
    const found = points.flatMap((at, v) => at < point ? [v] : []);
    return members(found, point - random.below(400), point + random.below(400));
  });
  return [...adds, ...reads];
}

Deno.test("three hundred clients that add at once, half of them in vain for all they know, are no search", () => {
  forSeeds("all at once", 20, (seed) => {
    const history = allAtOnce(seed, 300, 30);
    // A search would have to go through the subsets of what is open.
    const verdict = checkOperations(MODEL, history, { memoryLimitBytes: 2 ** 22, heldBytes: () => 0 });
    if (verdict.kind !== "ok") return verdict.kind;
    return faultOf(MODEL, history, verdict.linearization);
  });
});

Deno.test("what was added and answered, and is not found, is told in a core of two; with the read that found it, of two, too", () => {
  const crowd = allAtOnce(1, 300, 30);
  const late = members([], 9000, 9001);
  const verdict = checkOperations(MODEL, [...crowd, late], { memoryLimitBytes: 2 ** 22, heldBytes: () => 0 });
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core.length, verdict.coreIsMinimal, verdict.firstImpossible], [
    2,
    true,
    crowd.length,
  ]);
});

Deno.test("two reads of which each found what the other did not contradict each other", () => {
  const history = [add(1, 0), add(2, 1), members([1], 2, 10), members([2], 3, 11)];
  const verdict = checkOperations(MODEL, history);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core, verdict.coreIsMinimal], [[2, 3], true]);
});

Deno.test("what nobody added is found by nobody, though something is taken out elsewhere", () => {
  const remove = { ...add(1, 2), input: { f: "remove", value: 1 } } as const;
  const verdict = checkOperations(MODEL, [add(1, 0), remove, members([1, 9], 5, 6), members([1], 7, 8)]);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core, verdict.firstImpossible], [[2], 2]);
});

Deno.test("the clock is looked at while members are gone through, of which there may be millions", () => {
  const all = Array.from({ length: 200_000 }, (_, v) => v);
  let now = 0;
  const verdict = checkOperations(MODEL, [members(all, 5, 6)], { timeLimitMs: 20, now: () => now++ });
  assertEquals(verdict.kind === "unknown" && verdict.reason, "time");
});

Deno.test("the values of a state are told in their own order, whatever the same model was asked before", () => {
  const used = setModel({ members: true });
  const history = [add(3, 0, 1), add(2, 2, 3), add(1, 4, 5), members([1, 2, 3], 6, 7)];
  assertEquals(checkOperations(used, history, { strategy: "search" }).kind, "ok");
  assertEquals(used.describeState?.(0b111n), "{1, 2, 3}");
});

Deno.test("Of several reads the two of which each found what the other did not are suspected", () => {
  const history = [add(1, 0), add(2, 1), add(3, 2)];
  history.push(
    members([1], 4, 10),
    members([1, 2], 5, 11),
    members([1, 3], 6, 12),
    members([1, 2, 3], 20, 21),
  );
  const [part] = partition(MODEL, history, orderHistory(history));
  const found = decideQuickly(MODEL, new Questions(recorded(history), part), new Budget({}));
  assert(found?.verdict === "illegal");
  assertEquals(Array.from(found.suspects, (k) => part.ids[k]).sort(), [4, 5]);
});

Deno.test("Of a set that is read fifteen hundred times the first impossible answer is told, though what is wrong at the end is seen first", () => {
  const history: History = [];
  let at = 0;
  for (let value = 0; value < 500; value++) {
    history.push(add(value, at, at + 1));
    for (let k = 0; k < 3; k++) {
      const all = Array.from({ length: value + 1 }, (_, v) => v);
      history.push(members(value === 494 && k === 2 ? all.slice(1) : all, at + 2 + 2 * k, at + 3 + 2 * k));
    }
    at += 8;
  }
  // Found by whoever looks for what nobody added, before reads are compared.
  history.push(members([999], at, at + 1));
  const verdict = checkOperations(MODEL, history);
  assert(verdict.kind === "illegal");
  // And an order of all that came before it.
  assertEquals([verdict.firstImpossible, verdict.partitions[0].linearization.length], [1979, 1979]);
});
