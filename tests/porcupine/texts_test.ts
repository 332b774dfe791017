/** Partitions of texts, read in the order of the history and judged in another thread: the same decision, at the same cost. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { readAlong } from "../../porcupine/readings.ts";
import { beginQuickly } from "../../porcupine/decide.ts";
import type { Decision } from "../../porcupine/decision.ts";
import {
  checkInParallel,
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  WorkerPool,
} from "../../porcupine/mod.ts";
import type { Assignment } from "../../porcupine/parallel/assignment.ts";
import { decideWritten, readTexts } from "../../porcupine/fast/text.ts";
import { decideTexts, Texts } from "../../porcupine/parallel/texts.ts";
import { type Part, Questions, type Recorded, recorded } from "../../porcupine/parts.ts";
import { ValueContest } from "../../porcupine/search/values/decide.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { hurried } from "./fuzz/hurried.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

type History = Operation<KvInput, KvOutput>[];

/** Clients that write and append on a few keys; some answers are lost, one may be wrong, and tokens may repeat. */
function texts(seed: number, ops: number, keys: number): History {
  const random = new Random(seed);
  const spec = specOf({
    model: "kv",
    clients: random.pick([3, 8]),
    ops,
    keys,
    reads: 0.4,
    puts: random.pick([0, 0.06]),
    crashed: random.pick([0, 0, 4]),
    seed,
  });
  const { ok, bad } = simulate(spec);
  const history = (seed % 3 === 0 ? bad ?? ok : ok).map(kvOperation);
  return seed % 4 === 1 ? history.map(shortened) : history;
}

/** Of each token only its last characters are left: so tokens repeat, and the fast path may have no answer. */
function shortened(operation: Operation<KvInput, KvOutput>): Operation<KvInput, KvOutput> {
  const { input } = operation;
  return input.f === "get" || input.value.length < 3 ? operation : {
    ...operation,
    input: { ...input, value: input.value.slice(-2) },
  };
}

function assignmentOf(history: History): Assignment<string, KvInput, KvOutput> {
  const budget = new Budget({});
  const prepared = prepare(kvModel(), history, budget);
  if ("kind" in prepared) throw new TypeError("there is no limit");
  const readings = readAlong(kvModel(), history, { budget, partitions: 2, least: 0 });
  return {
    model: kvModel(),
    workers: 1,
    history: { ...recorded(history), readings },
    prepared,
    swept: [],
    budget,
    options: {},
  };
}

/** What came of it, and the work it took, as a text: lists of thousands are compared in no time like that. */
function judge(decide: (budget: Budget) => Decision | undefined): string {
  const budget = new Budget({});
  const decision = decide(budget);
  return JSON.stringify([decision && { ...decision, order: Array.from(decision.order) }, budget.work]);
}

function assertSame(one: unknown, other: unknown, message: string): void {
  assert(JSON.stringify(one) === JSON.stringify(other), message);
}

/** Whether a partition is decided by its tokens. */
function hasGuess(history: Recorded<KvInput, KvOutput>, part: Part): boolean {
  const { kind } = kvModel();
  assert(kind?.type === "text");
  const budget = new Budget({});
  const written = readTexts(kind, { questions: new Questions(history, part), budget });
  return written !== undefined && decideWritten(written, part, budget) !== undefined;
}

const title =
  "a partition of texts is judged in three ways alike: by its fast path, as read before, and as sent";
Deno.test(title, () => {
  let searched = 0;
  forSeeds(title, 24, (seed) => {
    const given = assignmentOf(texts(seed, seed === 7 ? 17_000 : 200, 2));
    const read = Texts.of(given);
    for (const [task, part] of given.prepared.parts.entries()) {
      const decide = (history: Recorded<KvInput, KvOutput>) => (budget: Budget) => {
        const begun = beginQuickly(given.model, new Questions(history, part), budget);
        if (begun instanceof ValueContest) throw new TypeError("texts are no values");
        return begun;
      };
      const alone = judge(decide(recorded(given.history.operations)));
      if (!hasGuess(given.history, part)) searched++;
      assertSame(judge(decide(given.history)), alone, `seed ${seed}, key ${part.key}`);
      const sent = structuredClone(read?.tasksOf([task], given.prepared.parts)?.[0]);
      assertSame(
        judge((budget) => sent && decideTexts(sent, budget)),
        alone,
        `seed ${seed}, key ${part.key}`,
      );
    }
    return undefined;
  });
  assert(
    searched > 0,
    "each partition was decided by its tokens: nothing was tried of those that are searched",
  );
});

const whole =
  "keys of texts have the same verdicts and certificates in two threads as in one, also where a fast path has no answer, or a thread ends";
Deno.test(whole, async () => {
  const seeds: number[] = [];
  forSeeds(whole, 5, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  const pool = new WorkerPool({ workers: 1 });
  try {
    for (const seed of seeds) {
      // The first thousands of operations are never shared out.
      const history = texts(seed, 12_000, 24);
      const alone = checkOperations(kvModel(), history);
      assertSame(await checkInParallel(kvModel(), history, { pool, now: hurried() }), alone, `seed ${seed}`);
      const doomed = new WorkerPool({ workers: 1 });
      const clock = hurried(() => doomed.end(), 10 + 7 * seed);
      assertSame(
        await checkInParallel(kvModel(), history, { pool: doomed, now: clock }),
        alone,
        `seed ${seed}`,
      );
      doomed.end();
    }
  } finally {
    pool.end();
  }
});

Deno.test("an operation of which a model's kind says nothing is not taken for one that does nothing", async () => {
  const history = texts(2, 9_000, 6);
  const at = history.findIndex(({ input, outcome }) => input.f === "get" && outcome.status === "ok");
  const { outcome } = history[at];
  if (outcome.status === "unknown") throw new TypeError("it has been answered");
  // A get that is answered as if it had been a put: it is impossible.
  history[at] = { ...history[at], outcome: { ...outcome, output: { f: "put" } } };
  const given = assignmentOf(history);
  const read = Texts.of(given);
  const task = given.prepared.parts.findIndex(({ ids }) => ids.includes(at));
  assertEquals(read?.tasksOf([task], given.prepared.parts), undefined);
  const questions = new Questions(given.history, given.prepared.parts[task]);
  assertEquals(beginQuickly(kvModel(), questions, new Budget({})), undefined);
  const both = await checkInParallel(kvModel(), history, { workers: 1, now: hurried() });
  assertEquals(both, checkOperations(kvModel(), history));
  assertEquals(both.kind, "illegal");
});
