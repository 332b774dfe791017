import { assert, assertEquals } from "@std/assert";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideRegister } from "../../porcupine/fast/register.ts";
import { tabulate } from "../../porcupine/fast/register_table.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { decideWhole, forSeeds, WAYS } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** A register of which each value is written once, with many compare-and-sets; one answer of three histories of four is another. */
function swaps(seed: number, clients: number, ops: number): History {
  const random = new Random(seed);
  const spec = specOf({ clients, ops, reads: 0.3, cas: 0.5, crashed: random.pick([0, 0, 2]), seed });
  const history: History = simulate(spec).ok.map(registerOperation);
  const at = random.below(ops);
  const { input, outcome } = history[at];
  if (outcome.status !== "ok" || input.f !== "cas" || seed % 4 === 0) return history;
  const swapped = outcome.output.f === "cas" && !outcome.output.swapped;
  history[at] = { ...history[at], outcome: { ...outcome, output: { f: "cas", swapped } } };
  return history;
}

/** What the fast path says; `undefined`: nothing. */
function decided(history: History) {
  const model = registerModel();
  assert(model.kind?.type === "register");
  const [part] = partition(model, history, orderHistory(history));
  const budget = new Budget({});
  const table = tabulate(model.kind, { questions: new Questions(recorded(history), part), budget });
  assert(table !== undefined);
  return decideRegister(table, part, budget);
}

const title = "compare-and-sets that failed are judged alike without a search and by the general search";
Deno.test(title, () =>
  forSeeds(title, 300, (seed) => {
    const history = swaps(seed, 3 + seed % 6, 40);
    const quick = decided(history);
    if (quick === undefined) return undefined;
    const { verdict } = decideWhole(registerModel(), history, WAYS["the frontier search"]);
    if (quick.verdict !== verdict) return `${quick.verdict} at once, ${verdict} by the search`;
    return quick.verdict === "ok" ? faultOf(registerModel(), history, Array.from(quick.order)) : undefined;
  }));

for (
  const { clients, ops, runs, most } of [
    { clients: 5, ops: 2000, runs: 24, most: 0 },
    { clients: 50, ops: 2000, runs: 24, most: 0 },
    // A dozen of them find no place in each: if one could not be helped, the history would be searched.
    { clients: 10, ops: 20_000, runs: 8, most: 1 },
  ]
) {
  Deno.test(`where compare-and-sets of ${clients} clients find no place in ${ops} operations, blocks are moved, and almost nothing is left to a search`, () => {
    let left = 0;
    for (let seed = 400; seed < 400 + runs; seed++) {
      const history: History = simulate(specOf({ clients, ops, cas: 0.3, seed })).ok.map(
        registerOperation,
      );
      const quick = decided(history);
      if (quick === undefined) {
        left++;
        continue;
      }
      assert(quick.verdict === "ok", `seed ${seed} is true`);
      assertEquals(faultOf(registerModel(), history, Array.from(quick.order)), undefined);
    }
    assert(left <= most, `${left} of ${runs} were left to a search`);
  });
}

const at = (callAt: number, returnAt: number, input: RegisterInput, output: RegisterOutput) =>
  ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt, output } }) as const;

Deno.test("a compare-and-set that failed although its value was there all the time is impossible beside who saw that", () => {
  const history: History = [
    at(0, 9, { f: "write", value: 1 }, { f: "write" }),
    at(1, 2, { f: "read" }, { f: "read", value: 1 }),
    at(3, 4, { f: "cas", from: 1, to: 2 }, { f: "cas", swapped: false }),
    at(5, 20, { f: "cas", from: 1, to: 3 }, { f: "cas", swapped: true }),
    at(6, 21, { f: "write", value: 4 }, { f: "write" }),
  ];
  const quick = decided(history);
  assert(quick?.verdict === "illegal");
  assertEquals(quick.suspects, [1, 2, 3]);
});

Deno.test("a compare-and-set without an answer is nobody who saw its value: it need not have found it", () => {
  const lost = { f: "cas", from: 1, to: 3 } as const;
  const history: History = [
    at(0, 9, { f: "write", value: 1 }, { f: "write" }),
    at(1, 21, { f: "write", value: 4 }, { f: "write" }),
    at(2, 3, { f: "read" }, { f: "read", value: 1 }),
    at(4, 5, { f: "cas", from: 1, to: 2 }, { f: "cas", swapped: false }),
    { client: 6, callAt: 6, input: lost, outcome: { status: "unknown" } },
  ];
  const quick = decided(history);
  assertEquals(
    quick?.verdict === "ok" && faultOf(registerModel(), history, Array.from(quick.order)),
    undefined,
  );
});

Deno.test("To make room for a failed swap what had to be there before is not moved to a time when it was over", () => {
  const history: History = [
    at(1, 60, { f: "write", value: 5 }, { f: "write" }),
    at(2, 15, { f: "write", value: 2 }, { f: "write" }),
    at(3, 4, { f: "write", value: 1 }, { f: "write" }),
    at(10, 40, { f: "cas", from: 1, to: 9 }, { f: "cas", swapped: false }),
    at(20, 30, { f: "read" }, { f: "read", value: 1 }),
    at(42, 45, { f: "write", value: 3 }, { f: "write" }),
    at(50, 60, { f: "read" }, { f: "read", value: 3 }),
    at(70, 71, { f: "cas", from: 3, to: 4 }, { f: "cas", swapped: true }),
  ];
  const quick = decided(history);
  // The 5 can have been written while the swap was open; the 2 was there before the 1.
  assert(quick?.verdict === "ok");
  assertEquals(faultOf(registerModel(), history, Array.from(quick.order)), undefined);
});
