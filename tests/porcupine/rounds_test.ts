/** Partitions are decided in rounds: a hard one does not hold up the contradiction in another, in any number of threads. */
import { assert, assertEquals } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  type Keyed,
  keyedModel,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  type Verdict,
  WorkerPool,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { recorded } from "../../porcupine/parts.ts";
import { allowances, decideInRounds } from "../../porcupine/rounds.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { hurried } from "./fuzz/hurried.ts";
import { counting } from "./fuzz/counting.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type Input = Keyed<RegisterInput>;
type History = Operation<Input, RegisterOutput>[];

const HINTED = keyedModel(registerModel());
/** The same with nothing but a step function; a worker finds it, too. */
const STEP_ONLY = {
  ...plain<RegisterValue, Input, RegisterOutput>(HINTED),
  source: {
    module: new URL("./fuzz/compare.ts", import.meta.url).href,
    name: "plain",
    models: HINTED.source === undefined ? [] : [HINTED.source],
  },
};

/** A crowd on five values, which takes a long search, or a few clients whose values all differ. */
interface Kind {
  readonly isHard: boolean;
  readonly isWrong: boolean;
  readonly seed: number;
}

/** A key for each, one after the other in order of their first calls. */
function keys(kinds: readonly Kind[]): History {
  return kinds.flatMap(({ isHard, isWrong, seed }, key) => {
    const size = isHard ? { clients: 24, ops: 200, values: 5 } : { clients: 4, ops: 60, values: 0 };
    const { ok, bad } = simulate(specOf({ ...size, seed, reads: 1 / 3, cas: 1 / 3 }));
    return (isWrong ? bad ?? ok : ok).map(registerOperation).map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      callAt: operation.callAt + key / 100,
      input: { key: `k${key}`, input: operation.input },
    }));
  });
}

const HARD = { isHard: true, isWrong: false, seed: 9 };
const EASY = { isHard: false, isWrong: false, seed: 5 };
const WRONG = { isHard: false, isWrong: true, seed: 5 };

const SEARCH = { strategy: "search", explain: "verdict" } as const;

Deno.test("a contradiction in a late key is found without the search that an early one takes", () => {
  const counter = { steps: 0 };
  const model = counting(STEP_ONLY, counter);
  const cost = (kinds: readonly Kind[], kind: "ok" | "illegal"): number => {
    counter.steps = 0;
    assertEquals(checkOperations(model, keys(kinds), SEARCH).kind, kind);
    return counter.steps;
  };
  const whole = cost([HARD], "ok");
  const late = cost([HARD, EASY, WRONG], "illegal");
  assert(late < whole / 2, `${late} steps, where the hard key alone takes ${whole}`);
});

Deno.test("what was put off is told as skipped, what was decided in an earlier round as what it is", () => {
  const verdict = checkOperations(STEP_ONLY, keys([HARD, EASY, WRONG, EASY, WRONG]), SEARCH);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.partition, "k2");
  const told = verdict.partitions.map((one) => one.verdict);
  assertEquals(told, ["skipped", "ok", "illegal", "skipped", "skipped"]);
  // Here the contradiction itself is hard to find.
  const late = checkOperations(STEP_ONLY, keys([HARD, { ...HARD, isWrong: true }, EASY]), SEARCH);
  assert(late.kind === "illegal");
  assertEquals(late.partitions[2].verdict, "ok");
});

/** A check of a model whose steps are what its clock counts. */
function within(kinds: readonly Kind[], timeLimitMs: number): Verdict {
  const counter = { steps: 0 };
  const options = { ...SEARCH, timeLimitMs, now: () => counter.steps };
  return checkOperations(counting(STEP_ONLY, counter), keys(kinds), options);
}

Deno.test("where a limit strikes in a hard key an impossible one behind it is known", () => {
  const limit = 60_000;
  assertEquals(within([HARD], limit).kind, "unknown");
  assertEquals(within([HARD, EASY, WRONG], limit).kind, "illegal");
});

Deno.test("where a limit strikes all that any round has explained is told", () => {
  for (const limit of [65_000, 80_000, 95_000]) {
    const verdict = within([HARD, { ...HARD, seed: 4 }, EASY], limit);
    assert(verdict.kind === "unknown", `${limit}`);
    assertEquals(verdict.partitions.map((one) => one.verdict), ["unknown", "unknown", "ok"]);
    for (const { linearization } of verdict.partitions) assert(linearization.length > 0, `${limit}`);
    assert(verdict.linearizableUpTo > 0);
  }
});

Deno.test("a partition is decided in the first round that allows what it costs, and that is all that is counted", () => {
  const history = keys([HARD, EASY, { ...HARD, seed: 4 }, EASY]);
  const budget = new Budget({});
  const prepared = prepare(STEP_ONLY, history, budget);
  if ("kind" in prepared) throw new TypeError("nothing limits it");
  const given = {
    ...prepared,
    model: STEP_ONLY,
    recorded: recorded(history),
    swept: [],
    strategy: "search",
  } as const;
  const from = budget.work;
  const together = decideInRounds({ ...given, budget });
  let sum = 0;
  for (const [p, part] of prepared.parts.entries()) {
    const own = new Budget({});
    const alone = decideInRounds({ ...given, parts: [part], budget: own });
    assertEquals(together[p], alone[0]);
    sum += own.work;
    const most = allowances(given, [0, 1], 0)(p);
    assertEquals(own.work > most, p % 2 === 0, `partition ${p} costs ${own.work} of ${most}`);
    assertEquals(allowances(given, [p], 0)(p), Infinity);
  }
  assertEquals(budget.work - from, sum);
});

const parity =
  "in any number of threads the same keys are put off, and the same one is told to be impossible";
Deno.test(parity, async () => {
  const seeds: number[] = [];
  forSeeds(parity, 3, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  let putOff = 0;
  for (const seed of seeds) {
    const random = new Random(seed);
    const history = keys([
      HARD,
      ...Array.from({ length: 2 + random.below(3) }, (_, i) => ({
        isHard: random.below(2) === 0,
        isWrong: random.below(3) === 0,
        seed: 100 * seed + i,
      })),
    ]);
    for (const [model, strategy] of [[HINTED, "auto"], [HINTED, "search"], [STEP_ONLY, "auto"]] as const) {
      const options = { strategy, explain: "verdict" } as const;
      const alone = checkOperations(model, history, options);
      if (alone.kind === "illegal" && alone.partitions[0].verdict === "skipped") putOff++;
      for (const [workers, looks] of [[1, Infinity], [2, 100]] as const) {
        const pool = new WorkerPool({ workers });
        const both = await checkInParallel(model, history, {
          ...options,
          pool,
          now: hurried(() => pool.end(), looks),
        });
        pool.end();
        assertEquals(
          both,
          alone,
          `seed ${seed}, ${strategy}, ${workers} workers, ended after ${looks} looks`,
        );
      }
    }
  }
  assert(putOff > 0, "no key was put off");
});
