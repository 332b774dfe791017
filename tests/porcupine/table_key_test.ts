import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { tableKey } from "../../porcupine/table_key.ts";
import type { StateKey } from "../../porcupine/types.ts";

/** Keys that are near to one another in one way of writing them or another. */
const KEYS: readonly StateKey[] = [
  ...[
    0n,
    1n,
    -1n,
    2n ** 62n,
    2n ** 63n,
    2n ** 63n + 1n,
    2n ** 64n,
    2n ** 64n + 1n,
    2n ** 200n,
    2n ** 200n + 1n,
  ],
  ...[-(2n ** 63n), -(2n ** 63n) - 1n, -(2n ** 200n)],
  ...[0, 1, -1, 2 ** 63, 0.5, true, false, null, undefined],
  ...["", "\0", "\0\0", "1", "\x001", (2n ** 200n).toString(16), `\0${(2n ** 200n).toString(16)}`],
  ...[`\0\0${(2n ** 200n).toString(16)}`, `\0${(-(2n ** 200n)).toString(16)}`, (2n ** 63n).toString(16)],
];

Deno.test("keys of a table are the same exactly if a model's keys are", () => {
  for (const [i, key] of KEYS.entries()) {
    assertStrictEquals(tableKey(key), tableKey(key));
    for (const other of KEYS.slice(i + 1)) assertNotEquals(tableKey(key), tableKey(other), String(other));
  }
});

Deno.test("whole numbers of more than 64 bits are texts, of which the host does not look at the lowest bits only", () => {
  for (const key of KEYS) {
    const isWide = typeof key === "bigint" && BigInt.asIntN(64, key) !== key;
    assertEquals(typeof tableKey(key), isWide ? "string" : typeof key);
  }
});
