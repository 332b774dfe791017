import { assertEquals } from "@std/assert";
import { checkOperations, registerModel } from "../../porcupine/mod.ts";

for (const explain of ["verdict", "full"] as const) {
  Deno.test(`A contradiction that involves an operation without an answer names one with an answer, explained: ${explain}`, () => {
    const verdict = checkOperations(registerModel(), [
      { client: 0, callAt: 5, input: { f: "cas", from: 0, to: 2 }, outcome: { status: "unknown" } },
      {
        client: 1,
        callAt: 8,
        input: { f: "read" },
        outcome: { status: "ok", returnAt: 9, output: { f: "read", value: 2 } },
      },
    ], { explain });
    assertEquals(verdict.kind === "illegal" && verdict.firstImpossible, 1);
  });
}
