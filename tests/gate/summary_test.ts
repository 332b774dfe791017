import { assertEquals } from "@std/assert";
import { countTests } from "./summary.ts";

Deno.test("the summary of a test run is counted, with and without colours, steps and ignored tests", () => {
  assertEquals(countTests("\nok | 12 passed | 0 failed (8ms)\n", 0), { passed: 12, failed: 0 });
  assertEquals(
    countTests("\n\x1b[0m\x1b[32mok\x1b[0m | 12 passed | 0 failed \x1b[38;5;245m(8ms)\x1b[0m\n", 0),
    {
      passed: 12,
      failed: 0,
    },
  );
  assertEquals(countTests("FAILED | 0 passed (1 step) | 4 failed (2 steps) | 1 ignored (23ms)\n", 1), {
    passed: 0,
    failed: 4,
  });
  assertEquals(countTests("ok | 3 passed | 0 failed | 1 ignored | 7 filtered out (1m2s)\n", 0).passed, 3);
});

Deno.test("only the last summary counts: a test may run tests and print theirs", () => {
  const output = "FAILED | 0 passed | 1 failed (1ms)\nok | 5 passed | 0 failed (8ms)\n";
  assertEquals(countTests(output, 0), { passed: 5, failed: 0 });
});

Deno.test("no summary, no test, or a bad exit code without a failed test is a failure", () => {
  assertEquals(countTests("error: Type checking failed.\n", 1), { passed: 0, failed: 1 });
  assertEquals(countTests("", 0), { passed: 0, failed: 1 });
  assertEquals(countTests("ok | 0 passed | 0 failed (1ms)\n", 0), { passed: 0, failed: 1 });
  assertEquals(countTests("ok | 4 passed | 0 failed (1ms)\n", 1), { passed: 4, failed: 1 });
});
