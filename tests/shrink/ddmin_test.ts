import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../runtime/mod.ts";
import { ddmin } from "./ddmin.ts";

Deno.test("what is found holds, and leaving out any one item more does not (300 seeds)", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const items = Array.from({ length: random.between(1, 24) }, (_, item) => item);
    // Holds if one of two drawn groups is there whole: what is minimal need not be smallest.
    const groups = [1, 2].map(() => new Set(items.filter(() => random.chance(0.2))));
    const holds = (part: readonly number[]) =>
      groups.some((group) => [...group].every((one) => part.includes(one)));
    const found = await ddmin(items, (part) => Promise.resolve(holds(part)), () => false);
    assert(holds(found), `seed ${seed}`);
    for (const item of found) {
      assert(!holds(found.filter((one) => one !== item)), `seed ${seed}: ${item} is spare`);
    }
    assertEquals(found, found.toSorted((left, right) => left - right), `seed ${seed} changed the order`);
  }
});

Deno.test("when time is up the best so far is given", async () => {
  let tries = 0;
  const found = await ddmin(Array.from({ length: 64 }, (_, item) => item), (part) => {
    tries++;
    return Promise.resolve(part.includes(5) && part.includes(60));
  }, () => tries >= 6);
  assert(found.includes(5) && found.includes(60) && found.length < 64 && tries <= 7);
});
