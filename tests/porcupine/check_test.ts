import { assertEquals } from "@std/assert";
import { bankModel, checkOperations, kvModel } from "../../porcupine/mod.ts";

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

Deno.test("A bank makes a transfer exactly if there is enough money, and then says so", () => {
  const model = bankModel({ accounts: { a: 5, b: 0 } });
  const isPossible = (amount: number, done: boolean): boolean =>
    checkOperations(model, [{
      client: 1,
      callAt: 0,
      input: { f: "transfer", from: "a", to: "b", amount },
      outcome: { status: "ok", returnAt: 1, output: { f: "transfer", done } },
    }]).kind === "ok";
  assertEquals([isPossible(5, true), isPossible(5, false)], [true, false]);
  assertEquals([isPossible(6, true), isPossible(6, false)], [false, true]);
});
