/** Bags in crowds: what is decided without a search, and that its answers hold. */
import { assert, assertEquals } from "@std/assert";
import {
  bagCodec,
  type BagInput,
  bagModel,
  type BagOutput,
  checkOperations,
  type Item,
  loadHistory,
  type Operation,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { bagShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { busyHistory, Random } from "./fuzz/random.ts";

type History = readonly Operation<BagInput, BagOutput>[];

function at(callAt: number, input: BagInput, output: BagOutput): History[number] {
  return { client: callAt, callAt, input, outcome: { status: "ok", returnAt: callAt + 1, output } };
}

const take = (callAt: number, value: Item | null): History[number] =>
  at(callAt, { f: "dequeue" }, { f: "dequeue", value });
const put = (callAt: number, value: string | number): History[number] =>
  at(callAt, { f: "enqueue", value }, { f: "enqueue" });
const lost = (callAt: number): History[number] => ({
  client: callAt,
  callAt,
  input: { f: "dequeue" },
  outcome: { status: "unknown" },
});

function quickly(history: History): ReturnType<typeof decideQuickly> {
  const budget = new Budget({});
  const [part] = partition(bagModel(), history, orderHistory(history), budget);
  return decideQuickly(bagModel(), new Questions(recorded(history), part), budget);
}

Deno.test("the order does not matter, how often a value is in it does", () => {
  const kind = (...history: History): string => checkOperations(bagModel(), history).kind;
  assertEquals(kind(put(0, "a"), put(2, "b"), take(4, "b"), take(6, "a"), take(8, null)), "ok");
  assertEquals(kind(put(0, "a"), put(2, "a"), take(4, "a"), take(6, "a")), "ok");
  assertEquals(kind(put(0, "a"), put(2, "a"), take(4, "a"), take(6, null)), "illegal");
  assertEquals(kind(put(0, "a"), take(4, "a"), take(6, "a")), "illegal");
  assertEquals(kind(put(0, "a"), take(4, null)), "illegal");
  assertEquals(kind(take(0, "a"), put(2, "a")), "illegal");
  assertEquals(kind(put(0, 1), take(2, "1")), "illegal");
});

Deno.test("a lost dequeue may be why a bag was found empty, and took out one value at most", () => {
  const kind = (...history: History): string => {
    const [quick, searched] = (["auto", "search"] as const).map((strategy) =>
      checkOperations(bagModel(), history, { strategy }).kind
    );
    assertEquals(quick, searched);
    return quick;
  };
  assertEquals(kind(put(0, "a"), lost(2), take(6, null)), "ok");
  assertEquals(kind(put(0, "a"), put(2, "b"), lost(4), take(6, null)), "illegal");
  assertEquals(kind(put(0, "a"), put(2, "b"), lost(4), take(6, "b"), take(8, null)), "ok");
  assertEquals(kind(put(0, "a"), put(2, "b"), lost(4), take(6, "a"), take(8, null)), "ok");
  assertEquals(kind(put(0, "a"), take(2, null), lost(4)), "illegal");
});

for (const unique of [true, false]) {
  const what = unique ? "values that are put in once" : "values that repeat";
  const title = `a crowd's bag of ${what} is decided without a search where nobody finds it empty`;
  Deno.test(title, () =>
    forSeeds(title, 20, (seed) => {
      const whole = busyHistory(bagShape({ unique }), unique ? 400 : 80, new Random(seed));
      const history = whole.filter(({ outcome }) =>
        outcome.status !== "ok" || outcome.output.f !== "dequeue" || outcome.output.value !== null
      );
      const decision = quickly(history);
      if (decision?.verdict !== "ok") return `a true bag is ${decision?.verdict}`;
      const verdict = checkOperations(bagModel(), history);
      if (verdict.kind !== "ok") return verdict.kind;
      const wrong = faultOf(bagModel(), history, verdict.linearization);
      if (wrong !== undefined) return wrong;
      // Somebody gets once more what somebody has got last.
      const last = history.findLast(({ outcome }) =>
        outcome.status === "ok" && outcome.output.f === "dequeue"
      );
      const value = last?.outcome.status === "ok" && last.outcome.output.f === "dequeue"
        ? last.outcome.output.value
        : null;
      const often = history.filter(({ input }) => input.f === "enqueue" && input.value === value).length;
      const more = Array.from({ length: often }, (_, i) => take(1e6 + 2 * i, value));
      const bad = checkOperations(bagModel(), [...history, ...more]);
      return bad.kind === "illegal" && bad.coreIsMinimal ? undefined : `${bad.kind}, and not minimal`;
    }));
}

Deno.test("a file's bag goes by the name that knossos gives it", async () => {
  const lines = [
    '{"format":"linhist-1","model":"unordered-queue"}',
    '{"c":1,"f":"enqueue","v":"a","s":0,"e":1}',
    '{"c":2,"f":"dequeue","s":2}',
    '{"c":1,"f":"dequeue","o":null,"s":4,"e":5}',
  ];
  const { model, operations } = await loadHistory(bagCodec, "b", [
    new TextEncoder().encode(lines.join("\n")),
  ]);
  const verdict = checkOperations(model, operations);
  assert(verdict.kind === "ok" && verdict.linearization.length === 3, verdict.kind);
});
