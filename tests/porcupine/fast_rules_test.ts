/** For each condition of a short cut a history that does not meet it. */
import { assertEquals } from "@std/assert";
import {
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { faultOf } from "./fuzz/oracle.ts";

function kv(callAt: number, input: KvInput, output: KvOutput): Operation<KvInput, KvOutput> {
  return { client: callAt, callAt, input, outcome: { status: "ok", output, returnAt: callAt + 1 } };
}

function register(
  callAt: number,
  input: RegisterInput,
  output: RegisterOutput,
): Operation<RegisterInput, RegisterOutput> {
  return { client: callAt, callAt, input, outcome: { status: "ok", output, returnAt: callAt + 1 } };
}

Deno.test("tokens that end alike are cut where they end only if that character stands nowhere else in them", () => {
  const key = "k";
  const history = [
    kv(0, { f: "put", key, value: "aba" }, { f: "put" }),
    kv(2, { f: "append", key, value: "ca" }, { f: "append" }),
    kv(4, { f: "get", key }, { f: "get", value: "abaca" }),
  ];
  assertEquals(checkOperations(kvModel(), history).kind, "ok");
});

Deno.test("a history that was not written down by call is put in order", () => {
  const history = [
    register(6, { f: "read" }, { f: "read", value: 2 }),
    register(4, { f: "cas", from: 1, to: 2 }, { f: "cas", swapped: true }),
    register(2, { f: "read" }, { f: "read", value: 1 }),
    register(0, { f: "write", value: 1 }, { f: "write" }),
  ];
  const verdict = checkOperations(registerModel(), history);
  assertEquals(verdict.kind, "ok");
  if (verdict.kind !== "ok") return;
  assertEquals(verdict.linearization, [3, 2, 1, 0]);
  assertEquals(faultOf(registerModel(), history, verdict.linearization), undefined);
  const stale = [register(8, { f: "read" }, { f: "read", value: 1 }), ...history];
  assertEquals(checkOperations(registerModel(), stale).kind, "illegal");
});

Deno.test("nothing is swapped from NaN, which is unequal to itself, not even where the register holds it", () => {
  const swap = (swapped: boolean) => register(0, { f: "cas", from: NaN, to: 1 }, { f: "cas", swapped });
  const model = registerModel({ initial: NaN });
  assertEquals(checkOperations(model, [swap(true)]).kind, "illegal");
  assertEquals(checkOperations(model, [swap(false)]).kind, "ok");
});
