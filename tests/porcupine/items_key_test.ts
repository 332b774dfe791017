import { assertEquals } from "@std/assert";
import { itemsKey } from "../../porcupine/models/items_key.ts";
import { Random } from "./fuzz/random.ts";

type Item = number | string | bigint | boolean;

/** Values that are near to one another in one way of writing or packing them or another. */
const ITEMS: readonly Item[] = [
  ...[0, 1, 2, 10, 12, 2 ** 15, 2 ** 15 + 1, 2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2 ** 15, 2 ** 45, 2 ** 45 + 1],
  ...[2 ** 53 - 1, 2 ** 53, -1, -12, 0.5, 1.5, Infinity, -Infinity],
  ...["", "1", "1,2", ",", '"', "true", "0", "\u7fff\0\0\0\u0001", "1n"],
  ...[0n, 1n, 12n, true, false],
];

Deno.test("rows of items have the same key exactly if they are the same row: whole numbers, and whatever else", () => {
  const random = new Random(3);
  const byKey = new Map<string, readonly Item[]>();
  const few = ITEMS.slice(0, 13);
  for (let i = 0; i < 20_000; i++) {
    const from = random.pick([few, few, ITEMS]);
    const row = Array.from({ length: random.below(4) }, () => random.pick(from));
    const key = itemsKey(row);
    const before = byKey.get(key) ?? row;
    assertEquals(before.length, row.length);
    for (const [at, item] of row.entries()) assertEquals(before[at], item, `row ${row.map(String)}`);
    byKey.set(key, row);
  }
});

Deno.test("zero has one key, whatever its sign, and a row of thousands has a key, too", () => {
  assertEquals(itemsKey([-0, 1]), itemsKey([0, 1]));
  const long = Array.from({ length: 100_000 }, (_, i) => i);
  assertEquals(itemsKey(long) === itemsKey([...long.slice(0, -1), 7]), false);
});
