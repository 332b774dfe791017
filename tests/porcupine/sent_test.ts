/** What is sent to another thread is the same there; what would not be stays here. */
import { assertEquals, assertThrows } from "@std/assert";
import { checkInParallel, checkOperations, WorkerPool } from "../../porcupine/mod.ts";
import { isAlike, survives, Unsendable } from "../../porcupine/copies.ts";
import { layOut } from "../../porcupine/parallel/columns.ts";
import { plainRegisters, Read, registers, turns, Write } from "./sent_model.ts";

const NO_LIES: ReadonlyMap<string, unknown> = new Map();
const classes = turns(200, (key, value) => value === undefined ? new Read(key) : new Write(key, value));
const plain = turns(200, (key, value) => value === undefined ? { key } : { key, value });

Deno.test("requests that are instances of classes are judged in two threads as in one, since a copy has no class", async () => {
  const alone = checkOperations(registers(NO_LIES), classes);
  assertEquals(alone.kind, "ok");
  assertEquals(await checkInParallel(registers(NO_LIES), classes, { workers: 1 }), alone);
});

Deno.test("requests that are instances of classes are judged as they are while a signal is listened to", async () => {
  const { signal } = new AbortController();
  const verdict = await checkInParallel(registers(NO_LIES), classes, { workers: 1, signal });
  assertEquals(verdict.kind, "ok");
});

Deno.test("a pool's thread has the model that it is asked about, though JSON has one word for what makes two of them", async () => {
  using pool = new WorkerPool({ workers: 1 });
  const told: string[] = [];
  for (const lies of [NO_LIES, new Map([["k199", 5n]]), NO_LIES, new Map([["k198", 5n]])]) {
    const verdict = await checkInParallel(plainRegisters(lies), plain, { pool, explain: "verdict" });
    told.push(verdict.kind === "illegal" ? verdict.partition : verdict.kind);
  }
  assertEquals(told, ["ok", "k199", "ok", "k198"]);
});

Deno.test("a model that is made of what cannot be sent is judged in one thread", async () => {
  const lies = new Map([["k199", () => "never"]]);
  const alone = checkOperations(plainRegisters(lies), plain);
  assertEquals(alone.kind, "illegal");
  assertEquals(await checkInParallel(plainRegisters(lies), plain, { workers: 1 }), alone);
});

class Point {
  constructor(readonly x: number) {}
}

Deno.test("a copy is what it is a copy of if there is no class, function, symbol or circle in it", () => {
  const circle: { self: unknown } = { self: null };
  circle.self = circle;
  const date = new Date(0);
  for (
    const value of [1, "a", 5n, null, undefined, NaN, [1, [2]], { a: { b: [] } }, new Map([[{ a: 1 }, [2]]])]
  ) {
    assertEquals(survives(value), true, String(value));
  }
  for (const value of [new Set([1]), new Uint8Array(2), date]) assertEquals(survives(value), true);
  const odd = [
    new Point(1),
    [new Point(1)],
    { a: new Point(1) },
    new Map([[1, new Point(1)]]),
    new Set([circle]),
  ];
  for (const value of [...odd, circle, () => 1, Symbol("a"), new Error("a"), /a/, Object.create(null)]) {
    assertEquals(survives(value), false);
  }
  assertEquals(survives(new (class extends Array<number> {})(1)), false);
  assertEquals(survives(new (class extends Uint8Array {})(1)), false);
  assertEquals(survives(new (class extends Date {})(0)), false);
  assertEquals(survives(Object.assign(new Map(), { more: 1 })), false);
});

Deno.test("a list with an instance of a class in it, however deep, is not laid out to be sent", () => {
  for (const one of [new Point(1), [new Point(1)], { a: { b: { c: { d: new Point(1) } } } }]) {
    assertThrows(() => layOut([{ f: "get" }, one]), Unsendable);
    assertThrows(() => layOut([one]), Unsendable);
  }
});

Deno.test("values are alike only if nobody can tell them apart", () => {
  const different = [
    ...[null, NaN, Infinity, -Infinity, 0, -0, "null", 5n, 5, undefined, true],
    ...[[], {}, [1], [1, 2], { a: 1 }, { a: 1, b: 2 }, { b: 2, a: 1 }, { a: undefined }, new Array(1), [
      undefined,
    ]],
    ...[new Map(), new Set(), new Map([["a", 1]]), new Map([["a", 2]]), new Set(["a"]), new Point(1)],
  ];
  for (const [i, left] of different.entries()) {
    for (const [j, right] of different.entries()) {
      const isSame = i === j && !(left instanceof Point);
      assertEquals(isAlike(left, right), isSame, `${i}, ${j}`);
    }
  }
  assertEquals(isAlike({ a: [new Map([[1, new Set([2n])]])] }, { a: [new Map([[1, new Set([2n])]])] }), true);
});
