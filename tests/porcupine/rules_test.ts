import { assertEquals } from "@std/assert";
import {
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  type QueueInput,
  queueModel,
  type QueueOutput,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { decideWhole, WAYS } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";

/** What random histories hit too seldom: for each rule of the search a history that needs its fine print. */
function isOk<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): void {
  for (const [way, options] of Object.entries(WAYS)) {
    const decision = decideWhole(model, history, options);
    assertEquals(decision.verdict, "ok", way);
    assertEquals(faultOf(model, history, Array.from(decision.order)), undefined, way);
  }
}

function change(
  f: "put" | "append",
  value: string,
  callAt: number,
  returnAt: number,
): Operation<KvInput, KvOutput> {
  return {
    client: callAt,
    callAt,
    input: { f, key: "x", value },
    outcome: { status: "ok", returnAt, output: { f } },
  };
}

function get(value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> {
  const outcome = { status: "ok", returnAt, output: { f: "get", value } } as const;
  return { client: callAt, callAt, input: { f: "get", key: "x" }, outcome };
}

Deno.test("of two equal appends the absorbed one is not used where the owed one must be (h)", () => {
  // The put wipes out the first append. Both gets see one "a": the second append's, or nothing is left for it.
  isOk(kvModel(), [
    change("append", "a", 0, 30),
    change("put", "p", 5, 10),
    change("append", "a", 15, 40),
    get("pa", 16, 20),
    get("pa", 50, 55),
  ]);
});

Deno.test("an append absorbed by a put may still be used after it (c)", () => {
  isOk(kvModel(), [change("append", "a", 0, 40), change("put", "p", 5, 10), get("pa", 15, 20)]);
});

Deno.test("two puts in a row are not pointless if a get saw the first (d)", () => {
  isOk(kvModel(), [change("put", "p", 0, 40), change("put", "q", 0, 40), get("p", 1, 41), get("q", 42, 43)]);
});

Deno.test("two swaps that each need the value that the other one wrote are impossible (chains)", () => {
  const swap = (from: number, to: number): Operation<RegisterInput, RegisterOutput> => ({
    client: from,
    callAt: 0,
    input: { f: "cas", from, to },
    outcome: { status: "ok", returnAt: 9, output: { f: "cas", swapped: true } },
  });
  for (const [way, options] of Object.entries(WAYS)) {
    assertEquals(decideWhole(registerModel(), [swap(1, 2), swap(2, 1)], options).verdict, "illegal", way);
  }
});

Deno.test("a value whose dequeue had returned when another one was called in comes first, though its enqueue was lost", () => {
  const enqueue = (client: number, value: number, callAt: number): Operation<QueueInput, QueueOutput> => ({
    client,
    callAt,
    input: { f: "enqueue", value },
    outcome: { status: "unknown" },
  });
  const dequeue = (client: number, value: number, callAt: number, returnAt: number) => ({
    client,
    callAt,
    input: { f: "dequeue" },
    outcome: { status: "ok", returnAt, output: { f: "dequeue", value } },
  } as const);
  isOk(queueModel(), [dequeue(1, 11, 0, 8), enqueue(4, 38, 9), enqueue(2, 11, 2), dequeue(3, 38, 5, 16)]);
});

Deno.test("a write that satisfied a read is followed by another write before anything returns", () => {
  const write = (client: number, value: string, callAt: number, returnAt: number) => ({
    client,
    callAt,
    input: { f: "write", value },
    outcome: { status: "ok", returnAt, output: { f: "write" } },
  } as const);
  const read = (client: number, value: string, callAt: number, returnAt: number) => ({
    client,
    callAt,
    input: { f: "read" },
    outcome: { status: "ok", returnAt, output: { f: "read", value } },
  } as const);
  const history: Operation<RegisterInput, RegisterOutput>[] = [
    write(1, "a", 0, 20),
    write(2, "b", 1, 21),
    read(3, "a", 2, 19),
    read(4, "b", 3, 10),
    read(4, "b", 22, 23),
    // Values that repeat, and may be swapped, are not for the zones.
    write(4, "a", 30, 31),
    write(4, "b", 32, 33),
    { client: 5, callAt: 34, input: { f: "cas", from: "b", to: "c" }, outcome: { status: "unknown" } },
  ];
  isOk(registerModel(), history);
});
