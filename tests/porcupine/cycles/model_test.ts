import { assertEquals } from "@std/assert";
import {
  checkOperations,
  type MicroOperation,
  type TransactionKey,
  transactionModel,
} from "../../../porcupine/mod.ts";
import { asked, type Deal } from "./asked.ts";

const done = (process: string, callAt: number, operations: readonly MicroOperation[]): Deal =>
  asked([{ process, callAt, operations, outcome: { status: "ok", returnAt: callAt + 1 } }])[0];
const lost = (process: string, operations: readonly MicroOperation[]): Deal =>
  asked([{ process, callAt: 0, operations, outcome: { status: "unknown" } }])[0];

Deno.test("an infinite number is a value of its own, in a register and in a list", () => {
  const values = [Infinity, -Infinity, 1, "Infinity", true];
  for (const strategy of ["auto", "search"] as const) {
    const kindOf = (steps: readonly [MicroOperation, MicroOperation]): string =>
      checkOperations(transactionModel(), [done("a", 0, [steps[0]]), done("b", 2, [steps[1]])], { strategy })
        .kind;
    for (const value of values) {
      for (const found of values) {
        const wanted = value === found ? "ok" : "illegal";
        const title = `${typeof value} ${value}, ${typeof found} ${found}`;
        assertEquals(
          kindOf([{ f: "write", key: "r", value }, { f: "read", key: "r", found }]),
          wanted,
          title,
        );
        const read = { f: "read", key: "l", found: [found] } as const;
        assertEquals(kindOf([{ f: "append", key: "l", value }, read]), wanted, title);
      }
    }
  }
});

Deno.test("states that hold the same under other keys are not the same, be they infinite, or 1 and its text", () => {
  const pairs: readonly (readonly [TransactionKey, TransactionKey])[] = [[Infinity, -Infinity], [1, "1"]];
  for (const [one, other] of [...pairs, ...pairs.map(([one, other]) => [other, one] as const)]) {
    const writing = (key: TransactionKey): Deal =>
      lost(`${typeof key} ${key}`, [{ f: "write", key, value: 1 }]);
    const seen = done("c", 2, [{ f: "read", key: one, found: 1 }, { f: "read", key: other, found: null }]);
    const history = [writing(one), writing(other), seen];
    for (const order of [history, [history[1], history[0], seen]]) {
      assertEquals(
        checkOperations(transactionModel(), order, { strategy: "search" }).kind,
        "ok",
        `${one}, ${other}`,
      );
    }
  }
});
