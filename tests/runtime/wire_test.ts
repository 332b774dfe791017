import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  ByteWriter,
  copyValue,
  decodeValue,
  encodeValue,
  seededRandom,
  WireError,
  type WireValue,
} from "../../runtime/mod.ts";
import { drawValue, sameValue, tamper } from "./values.ts";

const given = Deno.args.map(Number).filter((seed) => Number.isSafeInteger(seed));
const SEEDS = given.length > 0 ? given : [1, 2, 3];

function at(seed: number, round: number): string {
  return `seed ${seed}, round ${round}. Repeat: deno test -A tests/runtime/wire_test.ts -- ${seed}\n`;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Whether nothing of `one` is reachable from `other`. */
function sharesNothing(one: WireValue, other: WireValue): boolean {
  const seen = new Set<unknown>();
  const walk = (value: WireValue, visit: (value: object) => void) => {
    if (typeof value !== "object" || value === null) return;
    visit(value);
    if (value instanceof Uint8Array) visit(value.buffer);
    else for (const child of Object.values(value)) walk(child, visit);
  };
  walk(one, (value) => seen.add(value));
  let shared = false;
  walk(other, (value) => shared ||= seen.has(value));
  return !shared;
}

for (const seed of SEEDS) {
  Deno.test(`400 values come back as they went, and a copy equals them and shares nothing (seed ${seed})`, () => {
    const random = seededRandom(seed).split("values");
    for (let round = 0; round < 400; round++) {
      const value = drawValue(random);
      const bytes = encodeValue(value);
      const decoded = decodeValue(bytes);
      const copy = copyValue(value);
      assert(sameValue(decoded, value) && sameValue(copy, value), at(seed, round));
      assert(sameBytes(encodeValue(decoded), bytes) && sameBytes(encodeValue(copy), bytes), at(seed, round));
      assert(sharesNothing(value, copy) && sharesNothing(value, decoded), at(seed, round));
    }
  });

  Deno.test(`1,500 tampered encodings give a WireError or a value that encodes again, nothing else (seed ${seed})`, () => {
    const random = seededRandom(seed).split("hostile");
    const outcomes = { refused: 0, read: 0 };
    for (let round = 0; round < 1500; round++) {
      const bytes = tamper(random, encodeValue(drawValue(random, 3)));
      let value: WireValue;
      try {
        value = decodeValue(bytes);
        outcomes.read++;
      } catch (error) {
        assert(error instanceof WireError, `${at(seed, round)}${error}`);
        outcomes.refused++;
        continue;
      }
      // Keys may stand in another order: JavaScript puts those that look like numbers first.
      const again = encodeValue(value);
      assert(again.length === bytes.length, at(seed, round));
      assert(sameBytes(encodeValue(decodeValue(again)), again), at(seed, round));
    }
    assert(outcomes.refused > 150 && outcomes.read > 75, JSON.stringify(outcomes));
  });
}

Deno.test("an encoding cut at any byte is refused as truncated or malformed, and one with a byte too many, too", () => {
  const value = {
    term: 300,
    vote: "n1",
    entries: [{ command: new Uint8Array([1, 2, 3]), at: 0.5 }, null, true, -7],
  };
  const bytes = encodeValue(value);
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeValue(bytes.subarray(0, length)), WireError);
  }
  assertThrows(() => decodeValue(new Uint8Array([...bytes, 0])), WireError, "too many");
});

const LYING: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["an array of 2^49 values", [8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
  ["an object of 2^49 fields", [9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
  ["2^49 bytes", [7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
  ["a string of 2^49 bytes", [6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
  ["a number of 56 bits", [3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ["a number that never ends", [3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ["a number in a longer form than needed", [3, 0x80, 0x81, 0x00]],
  ["a small number in the form of a large one", [3, 5]],
  ["minus zero as a whole number", [4, 0]],
  ["a double that is whole", [5, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]],
  ["a double that is not a number", [5, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
  ["a double that is infinite", [5, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]],
  ["a string that is not UTF-8", [6, 2, 0xc3, 0x28]],
  ["a string with half a surrogate pair", [6, 3, 0xed, 0xa0, 0x80]],
  ["a string in overlong UTF-8", [6, 2, 0xc0, 0x80]],
  ["a key twice", [9, 2, 1, 97, 0, 1, 97, 0]],
  ["__proto__ twice", [
    9,
    2,
    9,
    ...new TextEncoder().encode("__proto__"),
    0,
    9,
    ...new TextEncoder().encode("__proto__"),
    0,
  ]],
  ["an unknown tag", [77]],
  ["nothing", []],
];
for (const [what, bytes] of LYING) {
  Deno.test(`bytes that claim ${what} are refused`, () => {
    assertThrows(() => decodeValue(Uint8Array.from(bytes)), WireError);
  });
}

Deno.test("a length that lies costs no memory: 20,000 claims of 2^49 values are refused in no time", () => {
  const claim = Uint8Array.from([8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]);
  for (let left = 20_000; left > 0; left--) assertThrows(() => decodeValue(claim), WireError);
});

Deno.test("nesting of 64 travels, of 65 does not, and 10 million levels of hostile nesting do not overflow the stack", () => {
  let nested: WireValue = 1;
  for (let level = 0; level < 64; level++) nested = [nested];
  assertEquals(decodeValue(encodeValue(nested)), nested);
  assertEquals(copyValue(nested), nested);
  assertThrows(() => encodeValue([nested]), WireError, "nested too deeply");
  assertThrows(() => copyValue([nested]), WireError, "nested too deeply");
  const hostile = new Uint8Array(20_000_000);
  for (let byte = 0; byte < hostile.length; byte += 2) hostile.set([8, 1], byte);
  assertThrows(() => decodeValue(hostile), WireError, "nested this deeply");
});

Deno.test("limits are the reader's own: 100 bytes, 3 levels", () => {
  const bytes = encodeValue(new Uint8Array(100));
  assertThrows(() => decodeValue(bytes, { maxBytes: 100 }), WireError, "the limit is 100");
  assertThrows(() => decodeValue(encodeValue([[[[1]]]]), { maxDepth: 3 }), WireError);
});

Deno.test("keys that mean something to JavaScript are only keys", () => {
  const writer = new ByteWriter();
  writer.u8(9);
  writer.varint(2);
  writer.string("__proto__");
  writer.raw(encodeValue({ polluted: true }));
  writer.string("constructor");
  writer.raw(encodeValue({ prototype: { polluted: true } }));
  const value = decodeValue(writer.take()) as { [key: string]: WireValue };
  assertEquals(Object.keys(value), ["__proto__", "constructor"]);
  assertStrictEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals("polluted" in value, false);
  assertEquals("polluted" in {}, false);
  assertEquals(Object.keys(copyValue(value)), ["__proto__", "constructor"]);
  assertEquals(encodeValue(copyValue(value)), encodeValue(value));
});

class Point {
  readonly x = 1;
}
class List extends Array<number> {}
const circle: { self?: unknown } = {};
circle.self = circle;
const UNENCODABLE: readonly (readonly [what: string, value: unknown, path: string])[] = [
  ["undefined", { a: { b: undefined } }, "undefined at a.b"],
  ["undefined by itself", undefined, "Cannot send undefined:"],
  ["a function", { a: [1, () => 1] }, "function at a[1]"],
  ["a symbol", [Symbol("x")], "symbol at [0]"],
  ["a bigint", [[1n]], "bigint at [0][0]"],
  ["NaN", { a: NaN }, "NaN at a"],
  ["Infinity", [0, -Infinity], "-Infinity at [1]"],
  ["an instance of a class", { p: new Point() }, "an instance of Point at p"],
  ["a URL", { u: new URL("x:y") }, "an instance of URL at u"],
  ["a map", new Map(), "an instance of Map"],
  ["an array of a class of its own", { l: List.of(1, 2) }, "an instance of List at l"],
  ["an array with a hole", { l: [1, , 2] }, "undefined at l[1]"], // deno-lint-ignore no-sparse-arrays
  ["a typed array of another kind", new Uint16Array(2), "an instance of Uint16Array"],
  ["an array buffer", new ArrayBuffer(2), "an instance of ArrayBuffer"],
  ["a boxed string", new String("x"), "an instance of String"],
  ["half a surrogate pair", { s: "a\ud800" }, "half a surrogate pair at s"],
  ["half a surrogate pair in a key", { k: { "\udc00": 1 } }, "a key with half a surrogate pair at k"],
  ["a circle", circle, "in a circle"],
];
for (const [what, value, message] of UNENCODABLE) {
  Deno.test(`${what} is refused by encode and by copy, with the path to it`, () => {
    for (const act of [encodeValue, copyValue]) {
      const error = assertThrows(() => act(value as WireValue), WireError, message);
      assertEquals(error.code, "unencodable");
    }
  });
}

Deno.test("bytes of a subclass, and of a part of a buffer, travel as plain bytes and share nothing", () => {
  class Chunk extends Uint8Array {
    override slice(): Uint8Array<ArrayBuffer> {
      return this as unknown as Uint8Array<ArrayBuffer>;
    }
  }
  const chunk = new Chunk([1, 2, 3]);
  for (const bytes of [chunk, new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)]) {
    for (const copy of [copyValue(bytes), decodeValue(encodeValue(bytes))]) {
      assertEquals(copy, new Uint8Array([1, 2, 3]));
      assert(copy !== bytes && (copy as Uint8Array).buffer !== bytes.buffer);
    }
  }
});
