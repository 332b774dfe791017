/** What is sent to a worker as columns arrives as it was. */
import { assertEquals } from "@std/assert";
import { layOut, listOf } from "../../porcupine/parallel/columns.ts";
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

Deno.test("what cannot be sent is refused when it is sent, not lost on the way", () => {
  let message = "";
  try {
    structuredClone(layOut([{ f: "get", key: () => 1 }]));
  } catch (error) {
    message = Error.isError(error) ? error.name : "";
  }
  assertEquals(message, "DataCloneError");
});
