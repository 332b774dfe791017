import { assertEquals } from "@std/assert";
import { type CommandEnd, type Fate, judge as judgeAt } from "./judge.ts";

const TEST = "test -A x_test.ts";
const RUN = "run -A x.ts";

function judge(command: string, end: CommandEnd): Fate {
  return judgeAt(command, end, { soundMs: 1_000, limitMs: 300_000 });
}

Deno.test("a failing check kills, and its seed is read from what it says", () => {
  assertEquals(judge(TEST, { code: 1, output: "... seed 42 ...\nFAILED | 3 passed | 1 failed (2s)" }), {
    kind: "killed",
    seed: "42",
  });
  assertEquals(judge(RUN, { code: 1, output: "chaos: FAIL seed=7 rule=x" }), { kind: "killed", seed: "7" });
  assertEquals(judge(RUN, { code: 1, output: "a violation" }), { kind: "killed", seed: null });
});

Deno.test("a check that passes lets the mutant live, one that never ends does not", () => {
  assertEquals(judge(TEST, { code: 0, output: "ok | 4 passed | 0 failed (2s)" }), { kind: "survived" });
  assertEquals(judge(TEST, { code: null, output: "" }), { kind: "hung" });
});

Deno.test("a check that had hardly more time than it takes without the bug is not said to hang", () => {
  const fate = judgeAt(TEST, { code: null, output: "" }, { soundMs: 100_000, limitMs: 300_000 });
  assertEquals(fate, { kind: "broken", why: "its time was up too soon to tell: try --limit 800" });
});

Deno.test("a program that falls over checks nothing, in colour or not", () => {
  const ends = [
    "error: Uncaught (in promise) TypeError: x is not a function",
    "\x1b[0m\x1b[1m\x1b[31merror\x1b[0m: Uncaught (in promise) ReferenceError: x is not defined",
  ];
  for (const output of ends) assertEquals(judge(RUN, { code: 1, output }).kind, "broken", output);
  const test = "./x_test.ts (uncaught error)\nFAILED | 0 passed | 1 failed";
  assertEquals(judge(TEST, { code: 1, output: test }).kind, "broken");
});

Deno.test("a patch that does not load is broken, whatever the exit code", () => {
  const ends = [
    "error: Uncaught SyntaxError: Unexpected token",
    "error: Module not found",
    "The requested module './a.ts' does not provide an export named 'b'",
    "error: The module's source code could not be parsed: Expected ;",
  ];
  for (const output of ends) assertEquals(judge(RUN, { code: 1, output }).kind, "broken", output);
});

Deno.test("a test command without a failed test, and a harness that failed, prove nothing", () => {
  assertEquals(
    judge(TEST, { code: 1, output: "error: Import failed\nFAILED | 0 passed | 0 failed" }).kind,
    "broken",
  );
  assertEquals(judge(RUN, { code: 3, output: "chaos: HARNESS" }), {
    kind: "broken",
    why: "exit code 3: chaos: HARNESS",
  });
});
