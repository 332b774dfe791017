import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { Claims } from "../../porcupine/fast/claims.ts";
import { decideRegister } from "../../porcupine/fast/register.ts";
import { tabulate } from "../../porcupine/fast/register_table.ts";
import { Pace } from "../../porcupine/fast/pace.ts";
import { Settled } from "../../porcupine/fast/settled.ts";
import { sourcesOf } from "../../porcupine/fast/sources.ts";
import { refute } from "../../porcupine/fast/unplaced.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { decideWhole, forSeeds, WAYS } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";
import { shrink } from "./fuzz/shrink.ts";
import { type HistorySpec, simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];
type Given = readonly History[number][];

/** A history as the fast paths of registers see it. */
function tableOf(history: Given) {
  const model = registerModel();
  assert(model.kind?.type === "register");
  const [part] = partition(model, history, orderHistory(history));
  const budget = new Budget({});
  const table = tabulate(model.kind, { questions: new Questions(recorded(history), part), budget });
  assert(table !== undefined && !table.unique);
  return { table, part, budget };
}

/** What is found without a search; `undefined`: nothing. */
function decided(history: Given) {
  const { table, part, budget } = tableOf(history);
  const found = decideRegister(table, part, budget);
  if (found === undefined) return undefined;
  const named = (numbers: Iterable<number>) => Array.from(numbers, (k) => part.ids[k]);
  if (found.verdict === "ok") return { verdict: found.verdict, order: named(found.order) };
  assert(found.verdict === "illegal");
  return { verdict: found.verdict, suspects: named(found.suspects) };
}

/** Whether values repeat. */
function isForIt(history: Given): boolean {
  const written = history.flatMap(({ input, outcome }) => {
    if (input.f === "write") return [input.value];
    const hasFailed = outcome.status === "ok" && outcome.output.f === "cas" && !outcome.output.swapped;
    return input.f === "cas" && !hasFailed ? [input.to] : [];
  });
  return new Set([null, ...written]).size <= written.length;
}

/** Only some answers are believed; who failed brings nothing about, whoever is believed. */
function believing(history: Given, believed: readonly number[]): History {
  const hasFailed = ({ outcome }: History[number]): boolean =>
    outcome.status === "ok" && outcome.output.f === "cas" && !outcome.output.swapped;
  return history.flatMap((one, i): History => {
    if (believed.includes(i)) return [one];
    return hasFailed(one) ? [] : [{ ...one, outcome: { status: "unknown" } }];
  });
}

/** What is wrong with what is found; `undefined` if nothing is. */
function fault(history: Given): string | undefined {
  if (!isForIt(history)) return undefined;
  const found = decided(history);
  if (found === undefined) return undefined;
  if (found.verdict === "ok") return faultOf(registerModel(), history, found.order);
  if (oracle(registerModel(), history)) return "it is possible, and called illegal";
  return oracle(registerModel(), believing(history, found.suspects))
    ? `${found.suspects} alone are possible, and are accused`
    : undefined;
}

const small =
  "registers whose values repeat are judged as by trying all orders, and who is accused is impossible alone";
Deno.test(small, () => {
  let known = 0;
  let count = 0;
  forSeeds(small, 600, (seed) => {
    const random = new Random(seed);
    const history = randomHistory(registerShape({ cas: seed % 2 === 0 }), 4 + random.below(6), random);
    if (isForIt(history)) count++;
    if (isForIt(history) && decided(history) !== undefined) known++;
    if (fault(history) === undefined) return undefined;
    const least = shrink(history, (part) => fault(part) !== undefined);
    return `${fault(least)}\n${least.map((one) => JSON.stringify(one)).join("\n")}`;
  });
  assert(count < 100 || known > 0.97 * count, `${known} of ${count} were decided without a search`);
});

/** A true history, a few reads of which may be wrong. */
function nearlyTrue(seed: number, spec: Partial<HistorySpec>, wrong: number): History {
  const random = new Random(seed);
  const { values, ops, ...rest } = specOf({ crashed: random.pick([0, 0, 2, 6]), ...spec, seed });
  const history: History = simulate({ ...rest, values, ops }).ok.map(registerOperation);
  for (let i = 0; i < wrong; i++) {
    const at = random.below(ops);
    const { input, outcome } = history[at];
    if (outcome.status !== "ok" || input.f !== "read") continue;
    const output = { f: "read", value: random.below(values) } as const;
    history[at] = { ...history[at], outcome: { ...outcome, output } };
  }
  return history;
}

function searched(history: Given): boolean {
  return decideWhole(registerModel(), history, WAYS["the frontier search"]).verdict === "ok";
}

const middling = "registers whose values repeat are judged alike without a search and by the general search";
Deno.test(middling, () =>
  forSeeds(middling, 600, (seed) => {
    const spec = { clients: 3 + seed % 6, values: 2 + seed % 13, ops: 40, cas: 0.2 * (seed % 4) };
    const history = nearlyTrue(seed, spec, seed % 4);
    const quick = isForIt(history) ? decided(history) : undefined;
    if (quick === undefined) return undefined;
    if ((quick.verdict === "ok") !== searched(history)) {
      const least = shrink(history, (part) => {
        const found = isForIt(part) ? decided(part) : undefined;
        return found !== undefined && (found.verdict === "ok") !== searched(part);
      });
      const told = least.map((one) => JSON.stringify(one)).join("\n");
      return `${quick.verdict} at once, not by the search\n${told}`;
    }
    return quick.verdict === "ok" ? faultOf(registerModel(), history, quick.order) : undefined;
  }));

const refuted =
  "of reads that are not settled it is found out whether there is any way to give them to writers";
Deno.test(refuted, () => {
  let wrong = 0;
  let count = 0;
  forSeeds(refuted, 2000, (seed) => {
    count++;
    const history = nearlyTrue(seed, { clients: 4, values: 3, ops: 16, cas: 0.3 * (seed % 2) }, 1);
    if (!isForIt(history)) return undefined;
    const { table, part, budget } = tableOf(history);
    const sources = sourcesOf(table, part, budget);
    assert(sources !== undefined);
    const claims = new Claims(table.makers, part, budget.scratch);
    const settled = new Settled(table, part, sources, claims, new Pace(claims, budget));
    // Whatever zones rule out is left to be found by trying all ways.
    const ran = settled.run(0);
    const found = ran === "much"
      ? refute({ table, part, sources, settled, restless: settled.open }, budget)
      : ran;
    if (found === undefined) {
      // More than so many are not looked at together; and only reads and what swapped.
      const isAll = settled.open.length <= 16 && history.every(({ input }) => input.f !== "cas");
      return isAll && !searched(history) ? "it is impossible, and a way was found" : undefined;
    }
    assert(found.verdict === "illegal");
    wrong++;
    const believed = found.suspects.map((k) => part.ids[k]);
    return searched(believing(history, believed))
      ? `${believed} alone are possible, and are accused`
      : undefined;
  });
  assert(count < 2000 || wrong > 0, "none was refuted");
});

/** Writes and reads, each value written many times. */
function crowd(clients: number, values: number, seed: number, ops = 4000): History {
  return simulate(specOf({ clients, values, ops, seed, reads: 0.5 })).ok.map(registerOperation);
}

for (
  const [clients, values] of [[8, 2], [20, 3], [50, 5], [8, 20], [20, 20], [50, 20], [50, 100], [100, 1000]]
) {
  const title =
    `what ${clients} clients wrote again and again, ${values} values, is put in order without a search`;
  Deno.test(title, () =>
    forSeeds(title, 2, (seed) => {
      const history = crowd(clients, values, 1000 * seed + values);
      const found = decided(history);
      if (found?.verdict !== "ok") return `${found?.verdict}`;
      return faultOf(registerModel(), history, found.order);
    }));
}

for (
  const [clients, values, crashed] of [[20, 5, 0], [50, 5, 0], [50, 10, 20], [50, 100, 0], [30, 100, 20]]
) {
  const title =
    `what ${clients} clients swapped, ${values} values, ${crashed} answers lost, is put in order without a search`;
  Deno.test(title, () =>
    forSeeds(title, 2, (seed) => {
      const spec = {
        clients,
        values,
        crashed,
        ops: 4000,
        seed: 1000 * seed + values,
        reads: 1 / 3,
        cas: 1 / 3,
      };
      const history = simulate(specOf(spec)).ok.map(registerOperation);
      const found = decided(history);
      if (found?.verdict !== "ok") return `${found?.verdict}`;
      return faultOf(registerModel(), history, found.order);
    }));
}

/** The same, and a read in the middle that answers what was written well before. */
function stale(clients: number, values: number, seed: number, ops: number): History {
  const history = crowd(clients, values, seed, ops);
  let at = ops >>> 1;
  while (history[at].input.f !== "read" || history[at].outcome.status !== "ok") at++;
  const { outcome } = history[at];
  assert(outcome.status === "ok");
  const before = history.findLast(({ input }, i) => i < at - 3 * clients && input.f === "write");
  assert(before?.input.f === "write");
  const output = { f: "read", value: before.input.value } as const;
  history[at] = { ...history[at], outcome: { ...outcome, output } };
  return history;
}

for (const [clients, values] of [[8, 100], [50, 100], [20, 1000], [50, 1000]]) {
  const title =
    `a value of ${values} that was gone when one of ${clients} clients read it is found, with a minimal core`;
  Deno.test(title, () => {
    let wrong = 0;
    forSeeds(title, 4, (seed) => {
      const verdict = checkOperations(registerModel(), stale(clients, values, seed, 3000));
      // It may have been written again, or late.
      if (verdict.kind === "ok") return undefined;
      wrong++;
      if (verdict.kind !== "illegal") return verdict.kind;
      return verdict.coreIsMinimal && verdict.core.length <= 40
        ? undefined
        : `a core of ${verdict.core.length}`;
    });
    assert(wrong > 0, "none was wrong");
  });
}

const at = (client: string, callAt: number, returnAt: number, value: number | null, f: "write" | "read") =>
  ({
    client,
    callAt,
    input: f === "write" ? { f, value } : { f },
    outcome: { status: "ok", returnAt, output: f === "write" ? { f } : { f, value } },
  }) as History[number];

Deno.test("of two writes of a value the one that was gone is not what is read, and its answer is accused", () => {
  // 1 is written, then 2, then 1 again, which is called only after the read has returned.
  const history = [
    at("a", 0, 1, 1, "write"),
    at("b", 2, 3, 2, "write"),
    at("c", 4, 5, 1, "read"),
    at("d", 6, 7, 1, "write"),
  ];
  const found = decided(history);
  assertEquals(found?.verdict, "illegal");
  assertEquals([...found?.suspects ?? []].sort(), [0, 1, 2]);
});

Deno.test("a read of another value shows that a value was gone, one of the same value does not", () => {
  const seen = (value: number) => [
    at("a", 0, 1, 1, "write"),
    // It may take effect early, and then be read.
    at("b", 0, 9, 2, "write"),
    at("c", 2, 3, value, "read"),
    at("d", 4, 5, 1, "read"),
    at("e", 10, 11, 1, "write"),
  ];
  assertEquals(decided(seen(2))?.verdict, "illegal");
  assertEquals(decided(seen(1))?.verdict, "ok");
});

Deno.test("what zones rule out for a read is accused together with whoever marks their ends", () => {
  const history = [
    at("a", 0, 20, 1, "write"),
    at("b", 1, 2, 2, "write"),
    at("c", 3, 4, 2, "read"),
    // Of the two writes of 1 the second is called too late, and the first is nowhere between the two of 2.
    at("d", 5, 6, 1, "read"),
    at("e", 7, 8, 2, "read"),
    at("f", 30, 31, 1, "write"),
  ];
  const found = decided(history);
  assertEquals(found?.verdict, "illegal");
  assertEquals([...found?.suspects ?? []].sort(), [0, 1, 2, 3, 4]);
});

Deno.test("compare-and-sets that failed find their place among values that repeat", () => {
  const failed = (callAt: number, returnAt: number, from: number): History[number] => ({
    client: `f${callAt}`,
    callAt,
    input: { f: "cas", from, to: 9 },
    outcome: { status: "ok", returnAt, output: { f: "cas", swapped: false } },
  });
  const history = [
    at("a", 0, 1, 1, "write"),
    at("b", 2, 8, 2, "write"),
    at("c", 9, 10, 1, "write"),
    failed(3, 7, 1),
    at("d", 11, 12, 1, "read"),
  ];
  const found = decided(history);
  assert(found?.verdict === "ok");
  assertEquals(faultOf(registerModel(), history, found.order), undefined);
  // 1 was there all the time.
  assertEquals(decided([...history, failed(13, 14, 1)])?.verdict, undefined);
});

Deno.test("a swap without an answer has written nothing if it can have found nothing", () => {
  const lost: History[number] = {
    client: "lost",
    callAt: 0,
    input: { f: "cas", from: 5, to: 6 },
    outcome: { status: "unknown" },
  };
  const history = [lost, at("a", 1, 2, 1, "write"), at("b", 3, 4, 1, "write"), at("c", 5, 6, 6, "read")];
  const found = decided(history);
  assertEquals(found?.verdict, "illegal");
  assertEquals([...found?.suspects ?? []].sort(), [0, 2, 3]);
  assertEquals(decided([at("d", 0, 9, 5, "write"), ...history])?.verdict, "ok");
});

Deno.test("while reads are given away, or are found out about, the clock is looked at", () => {
  const history = crowd(50, 20, 7, 20_000);
  const { table, part } = tableOf(history);
  let looks = 0;
  const found = decideRegister(
    table,
    part,
    new Budget({ timeLimitMs: 1000, now: () => looks++ < 0 ? 0 : 1 }),
  );
  assertEquals(found?.verdict, "ok");
  assert(looks > 60, `${looks} looks`);
});
