import { assertEquals } from "@std/assert";
import { argsort } from "../../porcupine/sort.ts";
import { Random } from "./fuzz/random.ts";

for (const count of [0, 1, 2, 3, 17, 1000, 4096, 4097, 20_000]) {
  Deno.test(`${count} numbers come in order, equal ones by their indices`, () => {
    for (const spread of [3, 1000, 2 ** 31]) {
      const random = new Random(count + spread);
      const values = Float64Array.from({ length: count }, () => {
        const value = random.below(spread) - spread / 2;
        return random.below(3) === 0
          ? value / 7
          : random.below(50) === 0
          ? -0
          : value * 2 ** random.below(20);
      });
      const expected = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
      assertEquals([...argsort(values)], expected);
    }
  });
}

Deno.test("infinite numbers come last and first", () => {
  assertEquals([...argsort(Float64Array.of(Infinity, 0, -Infinity, -1))], [2, 3, 1, 0]);
});
