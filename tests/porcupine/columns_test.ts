/** What is sent to a worker as columns arrives as it was. */
import { assertEquals, assertThrows } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { Unsendable } from "../../porcupine/copies.ts";
import { keyedModel, registerModel } from "../../porcupine/mod.ts";
import { layOut, layOutAlike, listOf } from "../../porcupine/parallel/columns.ts";
import { jobOf } from "../../porcupine/parallel/job.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";

/** Values of one sort, the odd one of another now and then. */
function listOfSeed(seed: number): unknown[] {
  const random = new Random(seed);
  const text = (): string => "héllo wörld".slice(random.below(6), 5 + random.below(7)) + random.below(3);
  const number = (): number => random.pick([0, -0, 1, -7, 2 ** 31, 0.5, NaN, Infinity, random.below(9)]);
  const primitive = (): unknown => random.pick([null, undefined, true, 3n, "", text(), number()]);
  // What is no plain object makes a list one that is sent as it is; so most lists have none.
  const lists = random.below(4) === 0;
  const record = (deep: number): unknown => {
    const field = (): unknown => random.below(4) > 0 || deep > 3 ? primitive() : record(deep + 1);
    return random.pick<() => unknown>([
      () => ({ f: "get", key: text() }),
      () => ({ key: text(), f: "get" }),
      () => ({ f: "put", key: text(), value: field() }),
      () => ({ f: "cas", from: number(), to: number(), more: field(), last: undefined }),
      () => lists ? [field(), field()] : {},
    ])();
  };
  const whole = (): number => random.below(50) === 0 ? -0 : random.below(300) - 150;
  const sort = random.pick<() => unknown>([
    whole,
    number,
    text,
    () => `${whole()}`.repeat(9),
    primitive,
    () => record(0),
    () => record(0),
  ]);
  return Array.from({ length: random.below(400) }, () => random.below(800) === 0 ? primitive() : sort());
}

const title =
  "lists of any values, laid out as columns and copied, are the same lists again, fields in the same order";
Deno.test(title, () =>
  forSeeds(title, 120, (seed) => {
    const list = listOfSeed(seed);
    const again = listOf(structuredClone(layOut(list)));
    assertEquals(again.map(told), list.map(told), `seed ${seed}`);
    return undefined;
  }));

Deno.test("lists of which it is known what is alike are the same lists again", () => {
  const random = new Random(1);
  for (const count of [1, 2, 60, 255]) {
    const different = Array.from({ length: count }, (_, cls) => ({ f: "write", value: cls * 7 }));
    let met = 0;
    // Numbered as they are met, and met again in between.
    const of = Int32Array.from(
      { length: 600 },
      (_, i) => i % 2 === 0 && met < count ? met++ : random.below(met),
    );
    const list = Array.from(of, (cls) => different[cls]);
    assertEquals(listOf(structuredClone(layOutAlike(list, { of, count }))), list);
  }
});

/** A value in words that tell -0 from 0, a field that is undefined from one that is not there, and the order of fields. */
function told(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return Object.is(value, -0) ? "-0" : `${typeof value} ${value}`;
  }
  if (Array.isArray(value)) return `[${value.map(told)}]`;
  return `{${Object.entries(value).map(([name, field]) => `${name}: ${told(field)}`)}}`;
}

Deno.test("a request whose field is called __proto__ arrives with that field, and with no other prototype", () => {
  const list = [JSON.parse('{"__proto__": {"f": "get"}, "key": "a"}')];
  const [again] = listOf(structuredClone(layOut(list)));
  assertEquals(Object.keys(Object(again)), ["__proto__", "key"]);
  assertEquals(Object.getPrototypeOf(again), Object.prototype);
});

Deno.test("what cannot be sent is refused when it is laid out, not lost on the way", () => {
  assertThrows(() => layOut([{ f: "get", key: () => 1 }]), Unsendable);
});

Deno.test("partitions that are sent together find their own requests and answers, and nothing of those between them", () => {
  const history = [..."abcbacabcc"].map((key, at) => ({
    client: at,
    callAt: at,
    input: { key, input: { f: "write", value: at } } as const,
    outcome: at % 4 === 3
      ? { status: "unknown" } as const
      : { status: "ok", returnAt: at + 0.5, output: { f: "write" } } as const,
  }));
  const prepared = prepare(keyedModel(registerModel()), history, new Budget({}));
  if ("kind" in prepared) throw new TypeError("there is no limit");
  const tasks = [2, 0].map((task) => ({ task, part: prepared.parts[task], most: Infinity }));
  const limits = { timeLeftMs: null, memoryLimitBytes: null };
  const job = jobOf({
    kind: "decide",
    check: 1,
    seat: 0,
    tasks,
    operations: history,
    alike: undefined,
    strategy: "auto",
    limits,
    cells: null,
  });
  const [asked, answered] = [listOf(job.inputs), listOf(job.outputs)];
  assertEquals(asked.length, tasks[0].part.ids.length + tasks[1].part.ids.length);
  for (const [i, { part }] of job.tasks.entries()) {
    const { ids } = tasks[i].part;
    assertEquals(Array.from(part.ids, (id) => asked[id]), Array.from(ids, (id) => history[id].input));
    assertEquals(
      Array.from(part.ids, (id) => answered[id]),
      Array.from(ids, (id) => history[id].outcome.status === "ok" ? { f: "write" } : undefined),
    );
  }
});
