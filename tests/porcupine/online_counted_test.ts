import { assertEquals } from "@std/assert";
import { Checker, counterModel } from "../../porcupine/mod.ts";

Deno.test("what made a count that was seen had been called by then: an addition that came later is still to be counted", () => {
  const checker = new Checker(counterModel());
  const add = { f: "add", amount: 1 } as const;
  const read = { f: "read" } as const;
  const two = { f: "read", value: 2 } as const;
  for (const lost of [0, 1]) {
    checker.call(lost, `lost ${lost}`, add);
    checker.lost(lost);
  }
  checker.call(2, "reader", read);
  checker.return(2, two);
  checker.call(3, "adder", add);
  // These may have read before the third addition, but it was over before the last read was called.
  const readers = Array.from({ length: 600 }, (_, i) => 10 + i);
  for (const id of readers) checker.call(id, id, read);
  checker.return(3, { f: "add" });
  for (const id of readers) checker.return(id, two);
  assertEquals(checker.status.kind, "ok");
  checker.call(4, "reader", read);
  checker.return(4, two);
  assertEquals(checker.status.kind, "illegal");
});
