import { assert, assertEquals } from "@std/assert";
import { heldByMajority, majority } from "./quorum.ts";

Deno.test("a majority of 1 to 7 members is 1, 2, 2, 3, 3, 4 and 4", () => {
  assertEquals([1, 2, 3, 4, 5, 6, 7].map(majority), [1, 2, 2, 3, 3, 4, 4]);
});

Deno.test("two majorities of up to 99 members always share one, and no smaller group would do", () => {
  for (let members = 1; members < 100; members++) {
    assert(2 * majority(members) > members, `two disjoint majorities of ${members}`);
    assert(2 * (majority(members) - 1) <= members, `the majority of ${members} is larger than it need be`);
  }
});

for (
  const [held, members, expected] of [
    [[5], 1, 5],
    [[3, 7], 2, 3],
    [[5, 0, 0], 3, 0],
    [[5, 4, 0], 3, 4],
    [[0, 9, 4, 7, 2], 5, 4],
    [[10, 9, 8, 8], 4, 8],
    [[9, 9], 5, 0],
    [[9, 8, 7], 5, 7],
  ] as const
) {
  Deno.test(`a cluster of ${members} that is known to hold [${held.join(", ")}] has ${expected} on a majority`, () => {
    assertEquals(heldByMajority(held, members), expected);
  });
}

Deno.test("what is held is the same in any order, and the numbers given are left in theirs", () => {
  const held = [3, 1, 4, 1, 5];
  for (let turn = 0; turn < held.length; turn++) {
    held.push(held.shift() as number);
    const before = held.slice();
    assertEquals(heldByMajority(held, 5), 3);
    assertEquals(held, before);
  }
});
