import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { deadline, delay, pooledMap } from "@std/async";
import { parseArgs } from "@std/cli/parse-args";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { FakeTime } from "@std/testing/time";

Deno.test("assertions narrow types, whichever registry they come from", () => {
  const value: string | number = JSON.parse("1");
  assert(typeof value === "number");
  assertEquals(value.toFixed(1), "1.0");

  const text: unknown = ["a"].at(0);
  assertStrictEquals(text, "a");
  assertEquals(text.length, 1);

  const error: unknown = new TypeError("wrong kind");
  assertInstanceOf(error, TypeError);
  assertEquals(error.message, "wrong kind");

  const thrown = assertThrows(
    () => {
      throw new RangeError("too far");
    },
    RangeError,
    "far",
  );
  assertEquals(thrown.message, "too far");
});

Deno.test("assertions see what differs, and say it with an AssertionError", () => {
  assertThrows(() => assertEquals({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }), Error, "not equal");
  assertThrows(() => assertEquals(new Uint8Array([1]), new Uint8Array([2])));
  assertThrows(() => assertEquals(new Map([["a", 1]]), new Map([["a", 2]])));
});

Deno.test("options of a command line keep their declared types", () => {
  const given = parseArgs(["--json", "--seed", "7", "file", "--key=a", "--key=b"], {
    boolean: ["json", "help"],
    string: ["seed", "out", "runs", "key"],
    collect: ["key"],
    default: { runs: "3" },
  });
  const json: boolean = given.json;
  const seed: string | undefined = given.seed;
  const runs: string = given.runs;
  const keys: string[] = given.key;
  assertEquals(
    { json, seed, runs, keys, out: given.out, rest: given._ },
    { json: true, seed: "7", runs: "3", keys: ["a", "b"], out: undefined, rest: ["file"] },
  );
});

Deno.test("a pool maps in order, and faked time moves only when told", async () => {
  const doubled = await Array.fromAsync(pooledMap(2, [1, 2, 3], (n) => Promise.resolve(n * 2)));
  assertEquals(doubled, [2, 4, 6]);

  using time = new FakeTime(1_000);
  const slept = delay(500).then(() => time.now);
  time.tick(499);
  assertEquals(time.now, 1_499);
  await time.tickAsync(1);
  assertEquals(await slept, 1_500);
});

Deno.test("a deadline that is kept changes nothing", async () => {
  assertEquals(await deadline(Promise.resolve("in time"), 60_000), "in time");
});

describe("a describe block", () => {
  let prepared = false;
  beforeAll(() => {
    prepared = true;
  });
  it("runs its preparation before its tests", () => assert(prepared));
});
