/** Logs whose entries repeat, and of which appends were lost: who has written what was read. */
import { assert, assertEquals } from "@std/assert";
import { type LogInput, logModel, type LogOutput, type Operation } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideLog } from "../../porcupine/fast/log.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { fewValuesShape } from "./fuzz/logs.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory } from "./fuzz/random.ts";
import { shrink } from "./fuzz/shrink.ts";

type History = readonly Operation<LogInput, LogOutput>[];

const model = logModel();

/** What is said, its order replayed. */
function quick(history: History): string | undefined {
  const [part] = partition(model, history, orderHistory(history));
  assert(model.kind?.type === "log");
  const found = decideLog(model.kind, {
    questions: new Questions(recorded(history), part),
    budget: new Budget({}),
  });
  if (found?.verdict !== "ok") return found?.verdict;
  return faultOf(model, history, Array.from(found.order, (k) => part.ids[k])) ?? "ok";
}

const title =
  "logs whose entries repeat, half of the appends lost: what is said without a search is what all orders say";
Deno.test(title, () =>
  forSeeds(title, 3000, (seed) => {
    const random = new Random(seed);
    const shape = fewValuesShape({
      values: random.pick([["x"], ["x", "y"], ["x", "y", "z"]]),
      told: random.pick([10, 10, 5]),
      places: 4,
    });
    const history = randomHistory(shape, 2 + random.below(7), random).map((one): History[number] =>
      one.input.f === "append" && random.below(2) === 0 ? { ...one, outcome: { status: "unknown" } } : one
    );
    const wrong = (part: History): string | undefined => {
      const said = part.length === 0 ? undefined : quick(part);
      return said === undefined || said === (oracle(model, part) ? "ok" : "illegal") ? undefined : said;
    };
    if (wrong(history) === undefined) return undefined;
    const least = shrink(history, (part) => wrong(part) !== undefined);
    return `${wrong(least)}\n${least.map((operation) => JSON.stringify(operation)).join("\n")}`;
  }));

/** Appends of two values by turns, all lost, one called at each even instant; then so many entries are read. */
function lost(
  count: number,
  read: number,
  value = (place: number): string => place % 3 === 0 ? "x" : "y",
): History {
  return [
    ...Array.from({ length: count }, (_, i): History[number] => ({
      client: i,
      callAt: 2 * i,
      input: { f: "append", value: i % 2 === 0 ? "x" : "y" },
      outcome: { status: "unknown" },
    })),
    ...Array.from({ length: read }, (_, i): History[number] => ({
      client: "reader",
      callAt: 3 * i + 5,
      input: { f: "read", offset: i },
      outcome: { status: "ok", output: { f: "read", found: { value: value(i) } }, returnAt: 3 * i + 6 },
    })),
  ];
}

Deno.test("a thousand entries of two values, each append of them lost, are told apart without a search", () => {
  assertEquals(quick(lost(2000, 1000)), "ok");
  // There are as many of one value as of the other, and in the end more of one have been read than were called.
  assertEquals(quick(lost(2000, 1000, () => "x")), "illegal");
  assertEquals(quick(lost(1330, 1000)), "illegal");
});
