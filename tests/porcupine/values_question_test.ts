import { assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { READ, SWAP } from "../../porcupine/fast/register_table.ts";
import { orderHistory } from "../../porcupine/history.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { partition } from "../../porcupine/parts.ts";
import { askValues } from "../../porcupine/search/values/question.ts";

Deno.test("a swap that may have been over at the beginning does not stand for one of the same that has to be placed", () => {
  const swap: RegisterInput = { f: "cas", from: 0, to: 1 };
  const swapped: RegisterOutput = { f: "cas", swapped: true };
  const read: RegisterInput = { f: "read" };
  const at = (
    callAt: number,
    returnAt: number,
    input: RegisterInput,
    output: RegisterOutput,
  ): Operation<RegisterInput, RegisterOutput> => ({
    client: callAt,
    callAt,
    input,
    outcome: { status: "ok", returnAt, output },
  });
  const history = [
    // Called before the beginning, it returns before the other swap does.
    at(0, 6, swap, swapped),
    at(1, 2, read, { f: "read", value: 0 }),
    at(3, 7, swap, swapped),
    // By now somebody has swapped, and nobody swaps back.
    at(4, 5, read, { f: "read", value: 1 }),
  ];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const table = {
    count: 4,
    op: Uint8Array.of(SWAP, READ, SWAP, READ),
    value: Int32Array.of(1, 0, 1, 1),
    from: Int32Array.of(0, 0, 0, 0),
    values: 2,
    settled: true,
  };
  const question = { table, part, since: part.call[1], start: "any", endless: [], widths: [16] } as const;
  assertEquals(askValues(question, new Budget({})), Int32Array.of(1, 2, 3));
});
