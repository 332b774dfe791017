/** A search that is put off is gone on with: it costs what it costs, comes to what it would, and holds no more than it may. */
import { assert, assertEquals } from "@std/assert";
import {
  type Keyed,
  keyedModel,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
} from "../../porcupine/mod.ts";
import { type Attempt, attempt, type Task } from "../../porcupine/attempt.ts";
import { Budget, type BudgetOptions } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { decide } from "../../porcupine/decide.ts";
import { recorded } from "../../porcupine/parts.ts";
import { decideInRounds } from "../../porcupine/rounds.ts";
import { NOT_BEGUN, type Pending, Shelf } from "../../porcupine/shelf.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { counting } from "./fuzz/counting.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type Input = Keyed<RegisterInput>;
type History = Operation<Input, RegisterOutput>[];
type Stepping = Model<RegisterValue, Input, RegisterOutput>;

const KEYED = keyedModel(registerModel());
const STEP_ONLY: Stepping = plain<RegisterValue, Input, RegisterOutput>(KEYED);
/** Of a declared kind the general search is not asked. */
const { kind: _kind, ...HINTED } = KEYED;

/** A crowd on five values for each seed, one key after the other. */
function crowds(seeds: readonly number[], isWrong = false): History {
  return seeds.flatMap((seed, key) => {
    const { ok, bad } = simulate(
      specOf({ clients: 20, ops: 120, values: 5, reads: 1 / 3, cas: 1 / 3, seed }),
    );
    return (isWrong ? bad ?? ok : ok).map(registerOperation).map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      callAt: operation.callAt + key / 100,
      input: { key: `k${key}`, input: operation.input },
    }));
  });
}

/** Everything that the rounds need. */
function opened(model: Stepping, history: History, options: BudgetOptions = {}) {
  const budget = new Budget(options);
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared) throw new TypeError("no limit strikes so early");
  return { ...prepared, model, recorded: recorded(history), swept: [], strategy: "search", budget } as const;
}

/** The first partition as something to be decided. */
function first(model: Stepping, history: History, options: BudgetOptions = {}) {
  const { parts: [part], recorded, budget, strategy } = opened(model, history, options);
  return { model, recorded, part, budget, strategy };
}

/** Rations that grow by so much from so little, and what was pending after each but the last. */
function inRounds(task: Task<RegisterValue, Input, RegisterOutput>, least: number, growth: number) {
  const from = task.budget.work;
  const pendings: Pending<RegisterValue, Input, RegisterOutput>[] = [];
  let pending: Pending<RegisterValue, Input, RegisterOutput> = NOT_BEGUN;
  for (let most = least;; most *= growth) {
    const tried: Attempt<RegisterValue, Input, RegisterOutput> = attempt(task, most, pending);
    const work = task.budget.work - from;
    task.budget.ration(Infinity);
    if (work <= most && task.budget.stopped === undefined) return { ...tried, work, pendings };
    task.budget.work = from;
    pendings.push(pending = tried.pending);
  }
}

const same = "a search that is put off and gone on with decides the same, at the same cost";
Deno.test(same, () => {
  const seen = new Set<string>();
  forSeeds(same, 12, (seed) => {
    const history = crowds([seed], seed % 3 === 0);
    for (const model of [STEP_ONLY, HINTED]) {
      const whole = first(model, history);
      const from = whole.budget.work;
      const alone = decide(model, whole.recorded, whole.part, whole.budget, {
        strategy: "search",
        contest: "both",
      });
      for (const [least, growth] of [[50, 1.5], [200, 2], [700, 4]] as const) {
        const { decision, work, pendings } = inRounds(first(model, history), least, growth);
        assertEquals(decision, alone);
        assertEquals(work, whole.budget.work - from);
        for (const { kind } of pendings) seen.add(kind);
      }
    }
    return undefined;
  });
  assertEquals([...seen].sort(), ["found", "nothing", "search"]);
});

Deno.test("a search is cut short where a turn would cost twice its ration, and is begun again", () => {
  const task = first(STEP_ONLY, crowds([9]));
  const from = task.budget.work;
  for (const most of [20, 40, 80]) {
    const { pending } = attempt(task, most, NOT_BEGUN);
    const work = task.budget.work - from;
    assert(work > most && work <= 2 * most + 1, `${work} of ${most}`);
    if (work > 2 * most) assertEquals(pending, NOT_BEGUN);
    task.budget.ration(Infinity);
    task.budget.work = from;
  }
});

Deno.test("many hard keys that are put off take hardly more steps than each of them alone", () => {
  const seeds = [9, 4, 5, 6];
  const together = { steps: 0 };
  const alone = { steps: 0 };
  decideInRounds(opened(counting(STEP_ONLY, together), crowds(seeds)));
  for (const seed of seeds) decideInRounds(opened(counting(STEP_ONLY, alone), crowds([seed])));
  assert(together.steps < 1.25 * alone.steps, `${together.steps} steps, not ${alone.steps}`);
});

Deno.test("a result that a round has not allowed is told all the same once a limit has struck", () => {
  const task = first(STEP_ONLY, crowds([9]));
  const { decision, pendings } = inRounds(task, 50, 1.02);
  const found = pendings.find(({ kind }) => kind === "found");
  assert(found !== undefined);
  const late = first(STEP_ONLY, crowds([9]));
  late.budget.stopped = "time";
  assertEquals(attempt(late, Infinity, found).decision, decision);
});

/** What is pending after little work, and the shelf's own estimate of it. */
function pendingOf(options: BudgetOptions = {}) {
  const task = first(STEP_ONLY, crowds([9]), options);
  const { pending } = attempt(task, 700, NOT_BEGUN);
  task.budget.ration(Infinity);
  if (pending.kind !== "search") throw new TypeError("it is between two turns");
  return { pending, bytes: pending.competition.bytes };
}

Deno.test("what is kept holds an eighth of the memory at most: what finds no room is begun again", () => {
  const { pending, bytes } = pendingOf();
  const shelf = new Shelf<RegisterValue, Input, RegisterOutput>(
    new Budget({ memoryLimitBytes: 8 * 2.5 * bytes, heldBytes: () => 0 }),
  );
  for (const p of [0, 1, 2]) shelf.put(p, pending);
  assertEquals(shelf.bytes, 2 * bytes);
  assertEquals([0, 1, 2].map((p) => shelf.take(p).kind), ["search", "search", "nothing"]);
  assertEquals([shelf.bytes, shelf.take(0).kind], [0, "nothing"]);
});

Deno.test("what is kept counts for the memory limit, and is forgotten before that strikes", () => {
  const { pending, bytes } = pendingOf();
  const memoryLimitBytes = 16 * bytes;
  const counted = new Budget({ memoryLimitBytes, heldBytes: () => 0 });
  const shelf = new Shelf<RegisterValue, Input, RegisterOutput>(counted);
  shelf.put(0, pending);
  assertEquals([counted.allow(15 * bytes), shelf.bytes], [true, bytes]);
  assertEquals([counted.allow(15 * bytes + 1), shelf.bytes], [true, 0]);
  assertEquals(counted.allow(16 * bytes + 1), false);

  // The same if it is the process that has grown.
  let held = 0;
  const grown = new Budget({ memoryLimitBytes: 2 ** 30, heldBytes: () => held });
  const kept = new Shelf<RegisterValue, Input, RegisterOutput>(grown);
  kept.put(0, pending);
  held = 2 ** 30 + 30 * 2 ** 20;
  assertEquals([grown.expired(), kept.bytes], [false, 0]);
});

Deno.test("a search that is gone on with holds what it has held while it was kept: that is no growth of the process", () => {
  const [mib, limit] = [2 ** 20, 2 ** 30];
  let held = 0;
  const budget = new Budget({ memoryLimitBytes: limit, heldBytes: () => held });
  const kept = { bytes: 0, clear: () => {} };
  budget.kept = kept;
  assert(budget.allow(4 * mib));
  // It is put off, and another one is at work meanwhile.
  kept.bytes = 4 * mib;
  held = limit + 40 * mib;
  assert(budget.allow(100));
  kept.bytes = 0;
  assert(budget.allow(4 * mib + 100));
  assertEquals(budget.allow(8 * mib), false);
});
