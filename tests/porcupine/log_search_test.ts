/** The search of logs whose entries repeat, by itself: what is decided without a search is not left out. */
import { assert, assertEquals } from "@std/assert";
import { type LogInput, logModel, type LogOutput, type Operation, type Value } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { searchLog } from "../../porcupine/search/logs/decide.ts";
import { decideWhole, forSeeds, WAYS } from "./fuzz/compare.ts";
import { fewValuesShape } from "./fuzz/logs.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory } from "./fuzz/random.ts";
import { shrink } from "./fuzz/shrink.ts";

type History = readonly Operation<LogInput, LogOutput>[];

const model = logModel();

/** What the search says, its order replayed; `undefined` if it comes to no answer. */
function searched(history: History, widths?: readonly number[]): string | undefined {
  const [part] = partition(model, history, orderHistory(history));
  assert(model.kind?.type === "log");
  const input = { questions: new Questions(recorded(history), part), budget: new Budget({}) };
  const found = searchLog(model.kind, input, widths);
  if (found?.verdict !== "ok") return found?.verdict;
  return faultOf(model, history, Array.from(found.order, (k) => part.ids[k])) ?? "ok";
}

function faultIn(history: History, widths: readonly number[] | undefined, judge: (part: History) => boolean) {
  const wrong = (part: History): string | undefined => {
    const said = part.length === 0 ? undefined : searched(part, widths);
    return said === undefined || said === (judge(part) ? "ok" : "illegal") ? undefined : said;
  };
  if (wrong(history) === undefined) return undefined;
  const least = shrink(history, (part) => wrong(part) !== undefined);
  return `${wrong(least)}\n${least.map((operation) => JSON.stringify(operation)).join("\n")}`;
}

/** How many configurations are kept; without the last one it may find nothing. */
const WIDTHS = [undefined, undefined, [1], [2], [1, 1 << 20]] as const;
const VALUES = [["x"], ["x", "y"], ["x", "y", "z"]] as const;

const small = "what the search of logs says of small ones is what all orders say, and its orders replay";
Deno.test(small, () =>
  forSeeds(small, 4000, (seed) => {
    const random = new Random(seed);
    const shape = fewValuesShape({
      values: random.pick(VALUES),
      told: random.pick([0, 0, 5, 10]),
      places: 4,
    });
    const history = randomHistory(shape, 2 + random.below(7), random);
    return faultIn(history, random.pick(WIDTHS), (part) => oracle(model, part));
  }));

const longer = "longer logs are judged alike by their search and by the general one";
Deno.test(longer, () =>
  forSeeds(longer, 500, (seed) => {
    const random = new Random(seed);
    const shape = fewValuesShape({
      values: random.pick(VALUES),
      told: random.pick([0, 0, 5, 10]),
      places: 8,
    });
    const history = randomHistory(shape, 9 + random.below(12), random);
    return faultIn(
      history,
      random.pick(WIDTHS),
      (part) => decideWhole(model, part, WAYS["the frontier search"]).verdict === "ok",
    );
  }));

function operation(callAt: number, input: LogInput, output: LogOutput, returnAt: number): History[number] {
  return { client: callAt, callAt, input, outcome: { status: "ok", output, returnAt } };
}

function append(value: Value, callAt: number, returnAt: number): History[number] {
  return operation(callAt, { f: "append", value }, { f: "append", offset: "unsaid" }, returnAt);
}

function read(offset: number, value: Value, callAt: number): History[number] {
  return operation(callAt, { f: "read", offset }, { f: "read", found: { value } }, callAt + 1);
}

Deno.test("two hundred appends of two values, six at once, told no place and read in any order, are decided by their search", () => {
  const appends = Array.from({ length: 200 }, (_, i) => append(i % 3 === 0 ? "x" : "y", 10 * i, 10 * i + 55));
  const reads = appends.map((_, i) => read(i, i % 3 === 1 ? "x" : "y", 10 * i + 59));
  const [part] = partition(model, appends, orderHistory(appends));
  assertEquals(decideQuickly(model, new Questions(recorded(appends), part), new Budget({}))?.verdict, "ok");
  assertEquals(searched([...appends, ...reads]), "ok");
  const late = read(198, "x", 5000);
  assertEquals(searched([...appends, ...reads.slice(0, 198), late, read(199, "x", 5002)]), "illegal");
});
