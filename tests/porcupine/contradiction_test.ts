import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  checkTransactions,
  keyedModel,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type StepContext,
  type Transaction,
  transactionModel,
  type Verdict,
} from "../../porcupine/mod.ts";
import { Budget, Expired } from "../../porcupine/budget.ts";
import { contradicted } from "../../porcupine/contradicted.ts";
import { suggested } from "../../porcupine/suggested.ts";
import { contradictionOf } from "../../porcupine/cycles/contradiction.ts";
import { NEVER, orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { asked, byCoarseClock, type Deal } from "./cycles/asked.ts";
import { smallHistory, twisted } from "./cycles/compare.ts";
import { historyOf, STORES } from "./cycles/stores.ts";
import { believing, faultOfVerdict, upTo } from "./fuzz/certificate.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { Random } from "./fuzz/random.ts";
import { read, type RegisterOperation, write } from "./generate/told.ts";

type History = RegisterOperation[];

/** No limit ever strikes. */
const UNLIMITED = { expired: () => false };

/** A register with nothing but a step, and something that is known of its history. */
function knowing(
  contradiction: Model<unknown, RegisterInput, RegisterOutput>["contradiction"],
): Model<number | null, RegisterInput, RegisterOutput> & { readonly asked: () => number } {
  const { kind: _kind, effect: _effect, readOnly: _readOnly, partitionKey: _key, ...model } = registerModel();
  let asked = 0;
  return {
    ...model as unknown as Model<number | null, RegisterInput, RegisterOutput>,
    contradiction: (operations, context) => {
      asked++;
      return contradiction?.(operations, context);
    },
    asked: () => asked,
  };
}

/** The last read is stale. */
const STALE: History = [write(1, 1, 0, 1), read(2, 1, 2, 3), write(1, 2, 4, 5), read(2, 1, 6, 7)];

/** The read of 1, the write of 2 and the other read of 1 were answered, one after the other. */
function staleAfterTwo(operations: readonly Operation<RegisterInput, RegisterOutput>[]) {
  const isStale = operations.length === 4 && [1, 2, 3].every((k) => operations[k].outcome.status === "ok");
  return isStale ? [3, 2] : undefined;
}

Deno.test("what a model knows to contradict each other is illegal without a search, and its core is looked for there", () => {
  const model = knowing(staleAfterTwo);
  const [part] = partition(model, STALE, orderHistory(STALE));
  const found = contradicted(model, new Questions(recorded(STALE), part), new Budget({}));
  assert(found?.verdict === "illegal");
  assertEquals(found.suspects, [3, 2]);
  const verdict = checkOperations(model, STALE);
  assert(verdict.kind === "illegal" && verdict.coreIsMinimal && verdict.coreStandsAlone);
  assertEquals([verdict.core, verdict.firstImpossible], [[1, 2, 3], 3]);
  assert(model.asked() > 1, "it is asked about a few answers, too");
});

Deno.test("whoever asks for a search alone is told of no contradiction, and where none is known there is a search", () => {
  const model = knowing(() => [3, 2]);
  assertEquals(checkOperations(model, STALE, { strategy: "search" }).kind, "illegal");
  assertEquals(model.asked(), 0);
  const silent = knowing(() => undefined);
  assertEquals(checkOperations(silent, STALE).kind, "illegal");
  assertEquals(checkOperations(silent, STALE.slice(0, 3)).kind, "ok");
  assert(silent.asked() > 0);
});

Deno.test("what are no answers of what was asked about is refused, and what a model throws over it is named", () => {
  const lost = { ...write(3, 9, 0, 1), outcome: { status: "unknown" } } as const;
  const told = "knows of a contradiction between what are no answers of 5 operations";
  const history = [lost, ...STALE];
  for (const named of [[1, 1], [5], [-1], [0.5], ["0"], "0", { 0: 0 }, [], [0]]) {
    const model = knowing(() => named as unknown as number[]);
    assertThrows(() => checkOperations(model, history), Error, told, JSON.stringify(named));
  }
  const throwing = knowing(() => {
    throw new RangeError("none");
  });
  assertThrows(() => checkOperations(throwing, STALE), Error, "contradiction of the model");
  const mistaken = { ...knowing(undefined), contradiction: [1, 2] } as unknown as ReturnType<typeof knowing>;
  assertThrows(() => checkOperations(mistaken, STALE), Error, "give a function, or leave it out");
});

Deno.test("an answer that is not believed has not come for what contradicts it either", () => {
  const [part] = partition(registerModel(), STALE, orderHistory(STALE));
  const model = knowing(staleAfterTwo);
  const ask = (one: typeof part) => contradicted(model, new Questions(recorded(STALE), one), new Budget({}));
  assertEquals(ask(part)?.verdict, "illegal");
  assertEquals(
    ask({ ...part, ret: part.ret.with(2, NEVER), returns: part.returns.filter((k) => k !== 2) }),
    undefined,
  );
});

Deno.test("many objects of a model that knows of contradictions are asked one by one, and not swept", () => {
  const one = knowing(staleAfterTwo);
  const model = keyedModel(one);
  const of = (key: string, history: History) =>
    history.map((one) => ({ ...one, client: `${key}${one.client}`, input: { key, input: one.input } }));
  const verdict = checkOperations(model, [...of("x", STALE.slice(0, 3)), ...of("y", STALE)]);
  assert(verdict.kind === "illegal" && verdict.partition === "y" && verdict.coreIsMinimal);
  assertEquals(verdict.core, [4, 5, 6]);
  assert(one.asked() > 1);
});

const committed = (
  client: string,
  callAt: number,
  returnAt: number,
  operations: Transaction["operations"],
): Deal => asked([{ process: client, callAt, operations, outcome: { status: "ok", returnAt } }])[0];

Deno.test("of one client's transactions that meet at one instant neither is known to be the first", () => {
  const history = [
    committed("ann", 0, 5, [{ f: "read", key: "x", found: 1 }]),
    committed("ann", 5, 9, [{ f: "write", key: "x", value: 1 }]),
  ];
  const verdict = checkOperations(transactionModel(), history);
  assert(verdict.kind === "ok");
  assertEquals(verdict.linearization, [1, 0]);
  assertEquals(
    checkOperations(transactionModel(), [history[0], { ...history[1], callAt: 6 }]).kind,
    "illegal",
  );
});

Deno.test("a cycle of two whose answers were lost, shown at the ends of long rows of values, is one that the others contradict", () => {
  const both = (process: string, a: number, b: number): Transaction => ({
    process,
    callAt: 0,
    operations: [{ f: "write", key: "a", value: a }, { f: "write", key: "b", value: b }],
    outcome: { status: "unknown" },
  });
  const found = (process: string, key: string, value: number): Transaction => ({
    process,
    callAt: 0,
    operations: [{ f: "read", key, found: value }],
    outcome: { status: "ok", returnAt: 10 },
  });
  // Each value is made from the one before, and only the last one of all was asked for late.
  const row = (key: string): Transaction[] =>
    Array.from({ length: 120 }, (_, i): Transaction => ({
      process: `${key}${i}`,
      callAt: i === 119 ? 20 : 0,
      operations: [{ f: "read", key, found: i + 2 }, { f: "write", key, value: i + 3 }],
      outcome: { status: "ok", returnAt: 1000 },
    }));
  const history = [
    both("u", 1, 2),
    both("v", 2, 1),
    found("c", "a", 1),
    found("d", "b", 1),
    ...row("a"),
    ...row("b"),
  ];
  const named = contradictionOf(history) ?? [];
  assert(named.some((t) => history[t].outcome.status === "ok"), `${named}`);
  assertEquals(checkOperations(transactionModel(), asked(history), { explain: "verdict" }).kind, "illegal");
});

Deno.test("of a cycle of lost transactions it is who read their order that is named", () => {
  const lost = (process: string, a: number, b: number): Transaction => ({
    process,
    callAt: 0,
    operations: [{ f: "append", key: "a", value: a }, { f: "append", key: "b", value: b }],
    outcome: { status: "unknown" },
  });
  const list = (process: string, key: string): Transaction => ({
    process,
    callAt: 0,
    operations: [{ f: "read", key, found: [1, 2] }],
    outcome: { status: "ok", returnAt: 10 },
  });
  const bystander = { ...list("e", "z"), operations: [] };
  const history = [lost("u", 1, 2), lost("v", 2, 1), list("c", "a"), bystander, list("d", "b")];
  assertEquals([...contradictionOf(history) ?? []].sort(), [0, 1, 2, 4]);
  const verdict = checkOperations(transactionModel(), asked(history));
  assert(verdict.kind === "illegal" && verdict.coreIsMinimal && verdict.coreStandsAlone);
  assertEquals(verdict.core, [2, 4]);
});

Deno.test("an answer to another request is impossible by itself, in a crowd, too, and what is no transaction is refused first (seeds 1 to 5)", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const size = {
      processes: 20,
      each: 8,
      lists: 2,
      registers: 2,
      steps: 4,
      lost: 5,
      failed: 5,
      finalReads: true,
    };
    const history = asked(historyOf("strict", size, new Random(seed)));
    const at = history.findIndex(({ outcome }, i) => i > 80 && outcome.status === "ok");
    const operations = [{ f: "write", key: "r0", value: "of another" }] as const;
    const output = { f: "txn", committed: true, operations } as const;
    const swapped = history.map((deal, i): Deal =>
      i === at && deal.outcome.status === "ok" ? { ...deal, outcome: { ...deal.outcome, output } } : deal
    );
    const verdict = checkOperations(transactionModel(), swapped, LIMITS);
    assert(verdict.kind === "illegal" && verdict.coreIsMinimal && verdict.coreStandsAlone, `seed ${seed}`);
    assertEquals([verdict.core, verdict.firstImpossible], [[at], at], `seed ${seed}`);
    const none = {
      ...history[0],
      client: "none",
      input: { f: "txn", operations: "none" },
    } as unknown as Deal;
    assertEquals(transactionModel().contradiction?.([...swapped, none], UNLIMITED), undefined);
  }
});

Deno.test("nothing is known of transactions that write a value twice", () => {
  const history = [
    committed("a", 0, 1, [{ f: "write", key: "x", value: 1 }]),
    committed("b", 2, 3, [{ f: "write", key: "x", value: 2 }]),
    committed("c", 4, 5, [{ f: "write", key: "x", value: 1 }]),
    committed("d", 6, 7, [{ f: "read", key: "x", found: 1 }]),
  ];
  assertEquals(transactionModel().contradiction?.(history, UNLIMITED), undefined);
  assertEquals(checkOperations(transactionModel(), history).kind, "ok");
});

Deno.test("no order of a few transactions is missed, and what is said of an illegal history is so, against all orders", () => {
  const seen = { ok: 0, illegal: 0, known: 0 };
  const title = "transactions that contradict each other";
  forSeeds(title, 700, (seed) => {
    const random = new Random(seed + 0.25);
    const { history: small } = smallHistory(seed);
    const history = random.below(2) === 0 ? small : twisted(small, random);
    if (history.length > 7) return undefined;
    const deals = random.below(3) === 0 ? byCoarseClock(asked(history), 2 + random.below(4)) : asked(history);
    // Whether what was asked for came from one client does not matter here: it may have several open at once.
    const crowd = deals.map((deal): Deal => random.below(3) === 0 ? { ...deal, client: "same" } : deal);
    const model = transactionModel();
    const known = model.contradiction?.(crowd, UNLIMITED);
    const verdict = checkOperations(model, crowd);
    if (verdict.kind !== "unknown") seen[verdict.kind]++;
    if (known !== undefined) seen.known++;
    const fault = known !== undefined && oracle(model, crowd)
      ? `there is an order, and ${known} are said to contradict each other`
      : faultOfVerdict(model, crowd, verdict);
    return fault && `${fault}\n${crowd.map((deal) => JSON.stringify(deal)).join("\n")}`;
  });
  assert(seen.ok > 100 && seen.illegal > 100 && seen.known > 100, JSON.stringify(seen));
});

/** What a crowd saw of a store that isolates less than it says, or of a strict one, with an answer changed. */
function crowded(seed: number): Transaction[] {
  const random = new Random(seed);
  const isStrict = seed % 2 === 0;
  const processes = 5 + random.below(36);
  const history = historyOf(isStrict ? "strict" : STORES[1 + random.below(STORES.length - 1)], {
    processes,
    each: Math.ceil((40 + random.below(300)) / processes),
    lists: random.below(4),
    registers: 1 + random.below(3),
    steps: 1 + random.below(4),
    lost: [0, 5, 15][random.below(3)],
    failed: [0, 10][random.below(2)],
    finalReads: random.below(2) === 0,
  }, random);
  return isStrict ? twisted(history, random) : history;
}

/** What the search may hold, counted: the same everywhere. */
const LIMITS = { memoryLimitBytes: 1 << 26, heldBytes: () => 0 } as const;
const BARELY = { ...LIMITS, memoryLimitBytes: 1 << 22, explain: "verdict" } as const;
const LITTLE = { ...BARELY, memoryLimitBytes: 1 << 20, strategy: "search" } as const;

/** What is wrong with what is said of a crowd's history, of which not all orders can be tried. */
function faultOfIllegal(
  history: readonly Deal[],
  verdict: Verdict & { kind: "illegal" },
): string | undefined {
  const model = transactionModel();
  const { core, firstImpossible, sentence } = verdict;
  const isImpossible = (some: readonly number[]): boolean =>
    model.contradiction?.(believing(history, some), UNLIMITED) !== undefined ||
    checkOperations(model, believing(history, some), LITTLE).kind === "illegal";
  // Of what takes all that was asked before for granted nothing is known without it.
  if (!verdict.coreStandsAlone) return undefined;
  if (!isImpossible(core)) return `nothing is known to be wrong with the core ${core}`;
  for (const member of verdict.coreIsMinimal ? core : []) {
    const others = believing(history, core.filter((i) => i !== member));
    const without = checkOperations(model, others, BARELY);
    if (without.kind !== "ok") return `the core ${core} is ${without.kind} without ${member}`;
    const fault = faultOf(model, others, without.linearization);
    if (fault !== undefined) return fault;
  }
  if (checkOperations(model, upTo(history, firstImpossible, false), BARELY).kind === "illegal") {
    return `before ${firstImpossible} there was an impossible answer`;
  }
  if (checkOperations(model, upTo(history, firstImpossible, true), BARELY).kind === "ok") {
    return `${firstImpossible} is possible`;
  }
  return /^[A-Z].*\.$/s.test(sentence) ? undefined : `this is no sentence: ${sentence}`;
}

Deno.test("a crowd's transactions that contradict each other are illegal with a small core, where a search gives up (seeds 1 to 40)", () => {
  const seen = { illegal: 0, minimal: 0, searched: 0, givenUp: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const history = crowded(seed);
    const apart = history.map((one, process) => ({ ...one, process }));
    const isWrong = checkTransactions(apart).kind === "illegal";
    assertEquals(contradictionOf(apart) !== undefined, isWrong, `seed ${seed}`);
    if (!isWrong) continue;
    const deals = asked(history);
    const verdict = checkOperations(transactionModel(), deals, LIMITS);
    assert(verdict.kind === "illegal", `seed ${seed}: ${verdict.kind}`);
    assert(verdict.core.length < 6, `seed ${seed}: ${verdict.core}`);
    assertEquals(faultOfIllegal(deals, verdict), undefined, `seed ${seed}`);
    seen.illegal++;
    seen.minimal += Number(verdict.coreIsMinimal && verdict.coreStandsAlone);
    const { kind } = checkOperations(transactionModel(), deals, LITTLE);
    assert(kind !== "ok", `seed ${seed}: a search has found an order`);
    if (kind === "illegal") seen.searched++;
    else seen.givenUp++;
  }
  assert(seen.illegal > 25 && seen.searched > 5 && seen.givenUp > 5, JSON.stringify(seen));
  assert(seen.minimal > 0.9 * seen.illegal, JSON.stringify(seen));
});

Deno.test("of transactions that contradict each other two threads say what one says (seeds 1 to 6)", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const deals = asked(crowded(2 * seed + 1));
    const verdict = checkOperations(transactionModel(), deals, LIMITS);
    assertEquals(
      await checkInParallel(transactionModel(), deals, { ...LIMITS, workers: 2 }),
      verdict,
      `seed ${seed}`,
    );
  }
});

/** Transactions one after the other, each of which reads the list that the one before has appended to; the last one is stale. */
function chain(length: number): Deal[] {
  return Array.from({ length }, (_, i) => {
    const found = Array.from({ length: Math.min(i, length - 2) }, (_, j) => j);
    return committed(`c${i}`, 2 * i, 2 * i + 1, [{ f: "read", key: "x", found }, {
      f: "append",
      key: "x",
      value: i,
    }]);
  });
}

Deno.test("a limit strikes while it is worked out what is known of transactions, and not only when that is done", () => {
  const history = chain(800);
  const model = transactionModel();
  for (const known of [model.suggest, model.contradiction]) {
    let looks = 0;
    known?.(history, { expired: () => ++looks === 0 });
    assert(looks > 60, `${looks} looks`);
    for (let until = 1; until < looks; until += 7) {
      let asked = 0;
      const answer = known?.(history, { expired: () => ++asked >= until });
      assertEquals([answer, asked], [undefined, until], "it is over at once, and nothing is known");
    }
  }
});

for (const what of ["suggest", "contradiction"] as const) {
  Deno.test(`where ${what} is in no hurry it is asked to the end, though a ration of work is used up`, () => {
    const [part] = partition(registerModel(), STALE, orderHistory(STALE));
    const budget = new Budget({ timeLimitMs: 1e6 });
    budget.ration(0);
    budget.spend(1);
    assertEquals(budget.stopped, "effort");
    const asked: boolean[] = [];
    const model = {
      ...registerModel(),
      [what]: (_: History, context: StepContext) => void asked.push(context.expired()),
    };
    const questions = new Questions(recorded(STALE), part);
    const decision = (what === "suggest" ? suggested : contradicted)(model, questions, budget);
    assertEquals([decision, asked], [undefined, [false]]);
  });

  Deno.test(`where ${what} takes long it is told that time is up, and if it knows nothing then, no search is prepared`, () => {
    const [part] = partition(registerModel(), STALE, orderHistory(STALE));
    let now = 0;
    const budget = new Budget({ timeLimitMs: 50, now: () => now });
    const slow = (_: History, context: StepContext) => {
      while (now < 90 && !context.expired()) now++;
      return undefined;
    };
    const model = { ...registerModel(), [what]: slow };
    const questions = new Questions(recorded(STALE), part);
    assertThrows(() => (what === "suggest" ? suggested : contradicted)(model, questions, budget), Expired);
    assertEquals(now, 50);
  });
}
