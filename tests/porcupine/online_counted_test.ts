import { assertEquals } from "@std/assert";
import { Checker, counterModel, logModel } from "../../porcupine/mod.ts";
import { reluctant } from "./fuzz/reluctant.ts";

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

Deno.test("a look at a counter or a log that was not carried out says nothing, whatever there is", () => {
  const counter = new Checker(reluctant(counterModel()));
  counter.call(1, "ann", { f: "add", amount: 1 });
  counter.return(1, { done: { f: "add" } });
  counter.call(2, "bob", { f: "read" });
  assertEquals(counter.return(2, "not done").kind, "ok");
  counter.call(3, "bob", { f: "read" });
  assertEquals(counter.return(3, { done: { f: "read", value: 0 } }).kind, "illegal");
  const log = new Checker(reluctant(logModel()));
  log.call(1, "ann", { f: "append", value: "a" });
  log.return(1, { done: { f: "append", offset: 0 } });
  log.call(2, "bob", { f: "read", offset: 0 });
  assertEquals(log.return(2, "not done").kind, "ok");
  log.call(3, "bob", { f: "length" });
  assertEquals(log.return(3, { done: { f: "length", length: 0 } }).kind, "illegal");
});

Deno.test("an entry that was read has been appended, whatever its append says", () => {
  const log = new Checker(reluctant(logModel()));
  log.call(1, "ann", { f: "append", value: "a" });
  log.call(2, "bob", { f: "read", offset: 0 });
  assertEquals(log.return(2, { done: { f: "read", found: { value: "a" } } }).kind, "ok");
  assertEquals(log.return(1, "not done").kind, "illegal");
});

Deno.test("an append that came after the second entry was there is not the first one, though both are long past", () => {
  for (const [value, expected] of [["late", "illegal"], ["lost", "ok"]] as const) {
    const log = new Checker(logModel());
    log.call(0, "ann", { f: "append", value: "lost" });
    log.lost(0);
    log.call(1, "bob", { f: "append", value: "second" });
    log.return(1, { f: "append", offset: 1 });
    for (let k = 2; k < 20; k++) {
      log.call(k, "bob", { f: "length" });
      log.return(k, { f: "length", length: 2 });
    }
    log.call(20, "cid", { f: "append", value: "late" });
    log.call(21, "bob", { f: "read", offset: 0 });
    assertEquals(log.kept < 8, true, "most is forgotten");
    assertEquals(log.return(21, { f: "read", found: { value } }).kind, expected);
  }
});
