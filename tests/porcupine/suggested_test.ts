import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  type MicroOperation,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type TransactionInput,
  transactionModel,
  type TransactionOutput,
  transactionsOf,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { suggestOrder } from "../../porcupine/cycles/suggest.ts";
import { NEVER, orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { suggested } from "../../porcupine/suggested.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";
import { read, type RegisterOperation, write } from "./generate/told.ts";

type History = RegisterOperation[];
type Deal = Operation<TransactionInput, TransactionOutput>;

/** Two writes at once, and two reads of which the second one could have been before both. */
const HISTORY: History = [write(1, 1, 0, 10), write(2, 2, 1, 11), read(3, 2, 12, 13), read(4, null, 2, 14)];

/** A register with nothing but a step, and something to suggest. */
function suggesting(
  suggest: Model<unknown, RegisterInput, RegisterOutput>["suggest"],
): Model<number | null, RegisterInput, RegisterOutput> & { readonly asked: () => number } {
  const { kind: _kind, effect: _effect, readOnly: _readOnly, partitionKey: _key, ...model } = registerModel();
  let asked = 0;
  return {
    ...model as unknown as Model<number | null, RegisterInput, RegisterOutput>,
    suggest: (operations, context) => {
      asked++;
      return suggest?.(operations, context);
    },
    asked: () => asked,
  };
}

Deno.test("an order that a model suggests is the answer if it replays, and what it leaves out is put in where it did nothing", () => {
  const [part] = partition(registerModel(), HISTORY, orderHistory(HISTORY));
  // By the order of calls: write 1, write 2, the early read, the late one.
  for (const order of [[2, 0, 1, 3], [2, 0, 1]]) {
    const model = suggesting(() => order);
    const found = suggested(model, new Questions(recorded(HISTORY), part), new Budget({}));
    assertEquals(found?.order, Int32Array.of(2, 0, 1, 3));
    const verdict = checkOperations(model, HISTORY);
    assert(verdict.kind === "ok");
    assertEquals(verdict.linearization, [3, 0, 1, 2]);
  }
});

Deno.test("an order that does not replay, keeps no real time or leaves out what mattered is passed over, and the search decides", () => {
  const bad = [[2, 1, 0, 3], [0, 2, 1, 3], [3, 2, 0, 1], [2, 0, 3], [], undefined];
  for (const order of bad) {
    const model = suggesting(() => order);
    const verdict = checkOperations(model, HISTORY);
    assert(verdict.kind === "ok" && model.asked() === 1, `${order}`);
    assertEquals(faultOf(registerModel(), HISTORY, verdict.linearization), undefined);
  }
  const stale = [write(1, 1, 0, 1), read(2, null, 2, 3)];
  for (const order of [[0, 1], [1, 0], [0], undefined]) {
    assertEquals(checkOperations(suggesting(() => order), stale).kind, "illegal", `${order}`);
  }
});

Deno.test("whoever asks for a search alone is suggested nothing", () => {
  const model = suggesting(() => [2, 0, 1, 3]);
  assertEquals(checkOperations(model, HISTORY, { strategy: "search" }).kind, "ok");
  assertEquals(model.asked(), 0);
});

Deno.test("what is no order of what was asked about is refused, and what a suggestion throws is named", () => {
  const told = "suggests what is no order of 4 operations; answer an array of different indices";
  for (const order of [[0, 0], [4], [-1], [0.5], ["0"], "0", { 0: 0 }]) {
    assertThrows(() => checkOperations(suggesting(() => order as unknown as number[]), HISTORY), told);
  }
  const throwing = suggesting(() => {
    throw new RangeError("none");
  });
  assertThrows(() => checkOperations(throwing, HISTORY), Error, "suggest");
});

Deno.test("an answer that is not believed has not come for a suggestion either, and what it says does not matter then", () => {
  const history = [write(1, 1, 0, 1), read(2, null, 2, 3)];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const unbelieved = { ...part, ret: part.ret.with(1, NEVER), returns: part.returns.subarray(0, 1) };
  const seen: string[][] = [];
  const model = suggesting((operations) => {
    seen.push(operations.map(({ outcome }) => outcome.status));
    return [0];
  });
  const ask = (one: typeof part) => suggested(model, new Questions(recorded(history), one), new Budget({}));
  assertEquals(ask(part), undefined);
  assertEquals(ask(unbelieved)?.order, Int32Array.of(0));
  assertEquals(seen, [["ok", "ok"], ["ok", "unknown"]]);
});

/** What a client is going to do. */
interface Plan {
  readonly client: string;
  readonly callAt: number;
  readonly at: number;
  readonly returnAt: number;
  readonly steps: readonly MicroOperation[];
  readonly fails: boolean;
}

const FAILED = { f: "txn", committed: false } as const;

/** What clients of a store of transactions saw, whose work is done some time between the call and the answer. */
function dealsOf(
  seed: number,
  { clients, each, keys, lost, failed }: {
    readonly clients: number;
    readonly each: number;
    readonly keys: number;
    /** In a hundred: answers that are lost, transactions that did nothing. */
    readonly lost: number;
    readonly failed: number;
  },
): Deal[] {
  const random = new Random(seed);
  const plans: Plan[] = [];
  for (let c = 0; c < clients; c++) {
    let now = random.below(100);
    for (let n = 0; n < each; n++) {
      const at = now + 1 + random.below(300);
      const returnAt = at + 1 + random.below(300);
      const steps = Array.from({ length: 1 + random.below(4) }, (_, i): MicroOperation[] => {
        const key = `${random.below(3) === 0 ? "r" : "l"}${random.below(keys)}`;
        const found = { f: "read", key, found: null } as const;
        if (random.below(10) === 0) return [found];
        const value = `${c}.${n}.${i}`;
        return key.startsWith("l") ? [{ f: "append", key, value }] : [found, { f: "write", key, value }];
      }).flat();
      const fails = random.below(100) < failed;
      plans.push({ client: `${c}`, callAt: now, at, returnAt, steps, fails });
      now = returnAt + 1 + random.below(20);
    }
  }
  const held = new Map<string | number, string | readonly string[]>();
  const done = new Map<object, MicroOperation[]>();
  for (const plan of plans.filter(({ fails }) => !fails).sort((left, right) => left.at - right.at)) {
    done.set(
      plan,
      plan.steps.map((step): MicroOperation => {
        const before = held.get(step.key) ?? null;
        if (step.f === "read") return { ...step, found: before };
        const list = step.f === "append" && Array.isArray(before) ? before : [];
        held.set(step.key, step.f === "append" ? [...list, `${step.value}`] : `${step.value}`);
        return step;
      }),
    );
  }
  return plans.map((plan, i): Deal => {
    const { callAt, returnAt } = plan;
    const input = { f: "txn", operations: plan.steps } as const;
    if (plan.fails) {
      return { client: plan.client, callAt, input, outcome: { status: "ok", returnAt, output: FAILED } };
    }
    // A client whose answer was lost comes back under another name.
    if (random.below(100) < lost) {
      return { client: `lost ${i}`, callAt, input, outcome: { status: "unknown" } };
    }
    const operations = done.get(plan) ?? [];
    return {
      client: plan.client,
      callAt,
      input,
      outcome: { status: "ok", returnAt, output: { f: "txn", committed: true, operations } },
    };
  });
}

/** What the search may hold, counted: the same everywhere. */
const LIMITS = { memoryLimitBytes: 1 << 26, heldBytes: () => 0 } as const;

Deno.test("of a crowd's transactions the order comes from their dependencies, in one thread and in two, where a search gives up (seeds 1 to 12)", async () => {
  let given = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const history = dealsOf(seed, { clients: 9, each: 22, keys: 3, lost: 4, failed: 15 });
    const model = transactionModel();
    const verdict = checkOperations(model, history, LIMITS);
    assert(verdict.kind === "ok", `seed ${seed}: ${verdict.kind}`);
    assertEquals(faultOf(model, history, verdict.linearization), undefined, `seed ${seed}`);
    if (seed > 3) continue;
    assertEquals(await checkInParallel(model, history, { ...LIMITS, workers: 2 }), verdict, `seed ${seed}`);
    given += Number(checkOperations(model, history, { ...LIMITS, strategy: "search" }).kind === "unknown");
  }
  assert(given > 0, "these are no hard ones");
});

Deno.test("with an answer changed the dependencies suggest no order, and the verdict is that of a search (seeds 1 to 120)", () => {
  const seen = { ok: 0, illegal: 0, unknown: 0 };
  for (let seed = 1; seed <= 120; seed++) {
    const history = dealsOf(seed, { clients: 3, each: 3, keys: 2, lost: 10, failed: 10 });
    const random = new Random(seed + 0.5);
    const changed = history.map((deal): Deal => {
      const { outcome } = deal;
      if (outcome.status !== "ok" || !outcome.output.committed || random.below(4) > 0) return deal;
      const operations = outcome.output.operations.map((step): MicroOperation =>
        step.f === "read" && random.below(2) === 0 ? { ...step, found: null } : step
      );
      return { ...deal, outcome: { ...outcome, output: { f: "txn", committed: true, operations } } };
    });
    const model = transactionModel();
    const verdict = checkOperations(model, changed);
    assertEquals(verdict.kind, checkOperations(model, changed, { strategy: "search" }).kind, `seed ${seed}`);
    if (verdict.kind === "ok") {
      assertEquals(faultOf(model, changed, verdict.linearization), undefined, `seed ${seed}`);
    }
    seen[verdict.kind]++;
  }
  assert(seen.ok > 20 && seen.illegal > 20 && seen.unknown === 0, JSON.stringify(seen));
});

Deno.test("transactions that wait for each other, or write a value twice, are suggested no order", () => {
  const deal = (client: string, operations: readonly MicroOperation[]): Deal => ({
    client,
    callAt: 0,
    input: { f: "txn", operations },
    outcome: { status: "ok", returnAt: 9, output: { f: "txn", committed: true, operations } },
  });
  const append = (key: string, value: string): MicroOperation => ({ f: "append", key, value });
  const look = (key: string): MicroOperation => ({ f: "read", key, found: null });
  const skewed = [deal("a", [look("x"), append("y", "1")]), deal("b", [look("y"), append("x", "2")])];
  assertEquals(suggestOrder(transactionsOf(skewed)), undefined);
  const twice = [deal("a", [append("x", "1")]), deal("b", [append("x", "1")])];
  assertEquals(suggestOrder(transactionsOf(twice)), undefined);
  assertEquals(checkOperations(transactionModel(), twice).kind, "ok");
  const chain = [deal("a", [look("x")]), deal("b", [append("x", "1")])];
  assertEquals(suggestOrder(transactionsOf(chain)), [0, 1]);
});

Deno.test("a transaction that is answered with the steps of another was answered by nobody, though its own steps were done", () => {
  const asked: readonly MicroOperation[] = [{ f: "read", key: "x", found: null }];
  const write: MicroOperation = { f: "write", key: "x", value: 1 };
  const answered = (operations: readonly MicroOperation[]): readonly Deal[] => [{
    client: "a",
    callAt: 0,
    input: { f: "txn", operations: asked },
    outcome: { status: "ok", returnAt: 1, output: { f: "txn", committed: true, operations } },
  }, {
    client: "b",
    callAt: 2,
    input: { f: "txn", operations: asked },
    outcome: { status: "ok", returnAt: 3, output: { f: "txn", committed: true, operations: asked } },
  }];
  const judged = (operations: readonly MicroOperation[]) =>
    checkOperations(transactionModel(), answered(operations)).kind;
  assertEquals(judged(asked), "ok");
  // It was promised that who only reads changes nothing: so the other's "nothing is there" would have been believed after this write.
  assertEquals(judged([write]), "illegal");
  assertEquals(judged([...asked, ...asked]), "illegal");
  assertEquals(judged([{ f: "read", key: "y", found: null }]), "illegal");
  const { effect } = transactionModel();
  const one = { f: "txn", operations: [write] } as const;
  const other = { f: "txn", committed: true, operations: [{ ...write, value: 2 }] } as const;
  assertEquals(effect?.(one, { known: true, output: other }), "update");
});
