/** In which order partitions are given to other threads. */
import { assertEquals } from "@std/assert";
import { largestFirst } from "../../porcupine/parallel/backlog.ts";

Deno.test("the largest partitions are given away first, of those that are about as large the last ones: this thread begins with the first", () => {
  const order = (sizes: readonly number[]) => [...largestFirst(sizes)];
  assertEquals(order([100, 1000, 90, 980]), [3, 1, 2, 0]);
  assertEquals(order([5000, 5100, 4900, 5050]), [3, 2, 1, 0]);
  assertEquals(order([400, 6000, 400, 400, 6000]), [4, 1, 3, 2, 0]);
  assertEquals(order([900, 500, 200]), [0, 1, 2]);
  assertEquals(order([0, 0]), [1, 0]);
  assertEquals(order([]), []);
});
