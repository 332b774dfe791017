import { assertEquals } from "@std/assert";
import { checkOperations, kvModel } from "../../porcupine/mod.ts";

Deno.test("a get that misses a finished append is illegal", () => {
  const verdict = checkOperations(kvModel(), [
    {
      client: 1,
      callAt: 0,
      input: { f: "append", key: "x", value: "a" },
      outcome: { status: "ok", returnAt: 1, output: { f: "append" } },
    },
    {
      client: 2,
      callAt: 2,
      input: { f: "get", key: "x" },
      outcome: { status: "ok", returnAt: 3, output: { f: "get", value: "" } },
    },
  ]);
  assertEquals(verdict.kind, "illegal");
});
