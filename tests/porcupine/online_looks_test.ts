/** On line: what a call that changes nothing can have seen while it hung, of a past that is summed up by now. */
import { assertEquals } from "@std/assert";
import { Checker, setModel } from "../../porcupine/mod.ts";

const MEMBERS = { f: "members" } as const;
const ADDED = { f: "add", changed: true } as const;

/** A set that grows is watched without a search, which is what is tried here. */
function searchedSet() {
  const { kind: _, ...model } = setModel({ members: true });
  return model;
}

/**
 * While one asks for all members, two others are added at once, and somebody sees them both; then the past is summed up, and the one
 * is answered.
 */
function judge(values: readonly number[], windowAnswers: number): readonly [status: string, kept: number] {
  const checker = new Checker(searchedSet(), { windowAnswers });
  checker.call(0, "ann", MEMBERS);
  checker.call(1, "bob", { f: "add", value: 1 });
  checker.call(2, "cid", { f: "add", value: 2 });
  checker.call(3, "dan", MEMBERS);
  checker.return(3, { f: "members", values: [1, 2] });
  checker.return(1, ADDED);
  checker.return(2, ADDED);
  for (let k = 4; k < 16; k++) {
    checker.call(k, "dan", { f: "add", value: 1 });
    checker.return(k, { f: "add", changed: false });
  }
  const { kept } = checker;
  return [checker.return(0, { f: "members", values }).kind, kept];
}

for (const windowAnswers of [1, 2, 4]) {
  Deno.test(`on line: a look that has hung may have been on either of two ways that lead to the same, window ${windowAnswers}`, () => {
    const kept = windowAnswers < 4 ? 2 : 4;
    for (const seen of [[], [1], [2], [1, 2]]) assertEquals(judge(seen, windowAnswers), ["ok", kept]);
    assertEquals(judge([3], windowAnswers), ["illegal", kept]);
  });
}
