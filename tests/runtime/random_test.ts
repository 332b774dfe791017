import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { hashLabel, mix, seededRandom } from "../../runtime/mod.ts";

function draws(seed: number, count = 8): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.below(4294967296));
}

Deno.test("the same seed gives the same draws for ever: these were written down", () => {
  assertEquals(draws(1, 3), [327133816, 1259150351, 2048113808]);
  assertEquals(draws(-5, 3), [2911854829, 1829805155, 1458472066]);
  assertEquals(seededRandom(1).split("disk").below(4294967296), 2273829718);
});

Deno.test("seeds that differ in one bit anywhere, or in the sign, give other draws", () => {
  const seen = new Set<string>();
  const seeds = [0, ...Array.from({ length: 53 }, (_, bit) => 2 ** bit), ...[1, 2, 3].map((seed) => -seed)];
  for (const seed of seeds) seen.add(draws(seed, 2).join());
  assertEquals(seen.size, seeds.length);
  for (const bad of [0.5, NaN, 2 ** 53]) assertThrows(() => seededRandom(bad), RangeError, "safe integer");
});

Deno.test("a split depends on seed and label only, not on draws already made, and labels do not meet", () => {
  const random = seededRandom(9);
  const before = random.split("a").next();
  random.next();
  assertEquals(random.split("a").next(), before);
  const firsts = new Set(
    Array.from({ length: 10_000 }, (_, at) => random.split(`consumer ${at}`).below(4294967296)),
  );
  assert(firsts.size > 9_990, `${firsts.size}`);
  assertNotEquals(random.split("a").split("b").next(), random.split("b").split("a").next());
});

Deno.test("draws are spread evenly: chi-square of 100 cells over 100,000 draws below 250", () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(seed).split("spread");
    const cells = new Array<number>(100).fill(0);
    for (let left = 100_000; left > 0; left--) cells[random.below(100)]++;
    const chi = cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert(chi < 250, `seed ${seed}: ${chi}`);
  }
});

Deno.test("between is inclusive, below exclusive, chance of 0 never and of 1 always", () => {
  const random = seededRandom(3);
  const seen = new Set(Array.from({ length: 1000 }, () => random.between(-2, 2)));
  assertEquals([...seen].sort((a, b) => a - b), [-2, -1, 0, 1, 2]);
  assertEquals(random.below(1), 0);
  for (let left = 1000; left > 0; left--) assert(!random.chance(0) && random.chance(1));
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1, NaN]) assertThrows(() => random.below(bad), RangeError);
  assertThrows(() => random.between(2, 1), RangeError);
});

Deno.test("mixing and hashing give 32 bits without a sign", () => {
  for (const value of [mix(0, 0), mix(1, 0), mix(0xffffffff, 0xffffffff), hashLabel(""), hashLabel("x")]) {
    assert(Number.isInteger(value) && value >= 0 && value < 2 ** 32);
  }
  assertNotEquals(mix(1, 2), mix(2, 1));
});
