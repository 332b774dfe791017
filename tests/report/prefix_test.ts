import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkOperations,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { prefixOf } from "../workloads/prefix.ts";
import { prefixInWords } from "./report.ts";

const model = registerModel();

/** One client writes 1, 2, 3 and reads `last`. */
function history(last: number): Operation<RegisterInput, RegisterOutput>[] {
  const writes = [1, 2, 3].map((value) => ({
    client: "ann",
    callAt: value * 10,
    input: { f: "write", value } as const,
    outcome: { status: "ok", returnAt: value * 10 + 5, output: { f: "write" } } as const,
  }));
  const outcome = { status: "ok", returnAt: 45, output: { f: "read", value: last } } as const;
  return [...writes, { client: "ann", callAt: 40, input: { f: "read" }, outcome }];
}

Deno.test("a history that fits one order is said to fit as a whole", () => {
  const prefix = prefixOf(model, history(3), checkOperations(model, history(3)));
  assertEquals(prefix, { kind: "whole", answered: 4 });
  assertStringIncludes(prefixInWords(prefix), "All 4 answers fit one order.");
});

Deno.test("of a history that fits none the operation without a place is named, and how many before it fit", () => {
  const prefix = prefixOf(model, history(1), checkOperations(model, history(1)));
  assert(prefix.kind === "broken");
  assertEquals([prefix.answered, prefix.linearizable], [4, 3]);
  assertStringIncludes(prefix.misfit, "ann: ");
  const words = prefixInWords(prefix);
  assertStringIncludes(words, "The first 3 of 4 answers fit one order.");
  assert(!words.includes("All "), words);
});

Deno.test("a history that the checker gave up on is never said to fit", () => {
  for (const [linearizableUpTo, fit] of [[-1, 0], [1, 2]]) {
    const verdict = { kind: "unknown", reason: "time", linearizableUpTo, partitions: [] } as const;
    const prefix = prefixOf(model, history(3), verdict);
    assertEquals(prefix, { kind: "unknown", answered: 4, linearizable: fit });
    const words = prefixInWords(prefix);
    assertStringIncludes(words, `The first ${fit} of 4 answers fit one order.`);
    assertStringIncludes(words, "the checker gave up");
  }
});
