/** The door of the on-line checker: what it refuses, that this leaves it as it was, and that nothing is looked at after its verdict. */
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Checker, PorcupineError, registerModel } from "../../porcupine/mod.ts";

const WRITE = { f: "write", value: 1 } as const;
const READ = { f: "read" } as const;

function codeOf(act: () => unknown): string {
  return assertThrows(act, PorcupineError).code;
}

Deno.test("on line: a window of no answers, or of a number that is none, is refused", () => {
  for (const windowAnswers of [0, -1, 0.5, 1.5, NaN, Infinity]) {
    assertEquals(codeOf(() => new Checker(registerModel(), { windowAnswers })), "bad-limit");
  }
  assertEquals(new Checker(registerModel(), { windowAnswers: 1 }).status.kind, "ok");
});

Deno.test("on line: what is refused leaves the checker as it was", () => {
  const checker = new Checker(registerModel());
  checker.feed({ kind: "call", operation: 1, client: "ann", input: WRITE });
  const nothing = { none: undefined } as unknown as { readonly none: number };
  for (const none of [NaN, nothing.none]) {
    assertEquals(codeOf(() => checker.call(none, "bob", READ)), "bad-operation");
    assertEquals(codeOf(() => checker.return(none, { f: "write" })), "bad-operation");
    assertEquals(codeOf(() => checker.lost(none)), "bad-operation");
  }
  assertEquals(codeOf(() => checker.call(1, "bob", READ)), "duplicate-operation");
  assertEquals(codeOf(() => checker.return(2, { f: "write" })), "return-without-call");
  assertEquals(codeOf(() => checker.lost(2)), "return-without-call");
  assertEquals([checker.kept, checker.status.kind], [1, "ok"]);
  assertEquals(checker.feed({ kind: "return", operation: 1, output: { f: "write" } }).kind, "ok");
  // It is over, so that its number may be used again; and one that is lost is not answered any more.
  for (const end of ["is answered", "is lost"] as const) {
    assertEquals(codeOf(() => checker.return(1, { f: "write" })), "return-without-call", end);
    checker.feed({ kind: "call", operation: 1, client: "bob", input: READ });
    if (end === "is lost") checker.feed({ kind: "lost", operation: 1 });
    else checker.feed({ kind: "return", operation: 1, output: { f: "read", value: 1 } });
  }
  assertEquals(codeOf(() => checker.return(1, { f: "read", value: 1 })), "return-without-call");
  checker.call(1, "bob", READ);
  assertEquals(
    checker.feed({ kind: "return", operation: 1, output: { f: "read", value: null } }).kind,
    "illegal",
  );
});

Deno.test("on line: nothing is looked at after the verdict, not even what would be refused", () => {
  const checker = new Checker(registerModel());
  checker.call(1, "ann", READ);
  checker.call(2, "bob", READ);
  const { kept } = checker;
  const verdict = checker.return(1, { f: "read", value: 7 });
  assertEquals(verdict.kind, "illegal");
  checker.call(2, "bob", READ);
  checker.call(3, "bob", WRITE);
  checker.lost(2);
  checker.lost(4);
  assertStrictEquals(checker.return(2, { f: "read", value: null }), verdict);
  assertStrictEquals(checker.feed({ kind: "return", operation: 9, output: { f: "write" } }), verdict);
  assertStrictEquals(checker.status, verdict);
  assertEquals(checker.kept <= kept, true);
});
