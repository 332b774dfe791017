/** A search of a register that is joined to one from the middle finds what it would have found alone, to the last decision. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { tabulate } from "../../porcupine/fast/register_table.ts";
import { Questions, recorded } from "../../porcupine/parts.ts";
import { ValueContest, type ValueFinding, WIDTHS } from "../../porcupine/search/values/decide.ts";
import { type Later, Marks, planOf, searchLater } from "../../porcupine/search/values/relay.ts";
import { ValueSearch } from "../../porcupine/search/values/search.ts";
import {
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Crowds on few values; some answers are lost, one may be wrong. */
function crowd(seed: number): History {
  const random = new Random(seed);
  const spec = specOf({
    clients: random.pick([5, 12, 24]),
    ops: 250,
    values: random.pick([2, 5]),
    reads: 0.35,
    cas: random.pick([0, 0.35]),
    crashed: random.pick([0, 0, 3]),
    seed,
  });
  const { ok, bad } = simulate(spec);
  return (seed % 3 === 0 ? bad ?? ok : ok).map(registerOperation);
}

/** The contest on a history, and the work it takes. */
function contestOf(history: History): { contest: ValueContest; budget: Budget } {
  const model = registerModel();
  const budget = new Budget({});
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared || model.kind?.type !== "register") throw new TypeError("there is no limit");
  const [part] = prepared.parts;
  const questions = new Questions(recorded(history), part);
  const table = tabulate(model.kind, { questions, budget });
  const contest = table && ValueContest.of(table, part, budget);
  if (contest === undefined) throw new TypeError("these are registers");
  budget.work = 0;
  return { contest, budget };
}

interface Outcome {
  readonly found: ValueFinding | undefined;
  readonly work: number;
}

function alone(history: History): Outcome {
  const { contest, budget } = contestOf(history);
  const found = contest.run(budget);
  if (found === "met") throw new TypeError("there is nobody to meet");
  return { found, work: budget.work };
}

/** The same with a search that begins at `begin`, and has been made before; answers how often they met, too. */
function together(history: History, begin: number): Outcome & { readonly meetings: number } {
  const { contest, budget } = contestOf(history);
  const plan = planOf(contest.operations, begin, WIDTHS);
  const marks = new Marks(plan, new Int32Array(Marks.room(plan)));
  const later = plan.widths.map((_, widthIndex): Later => {
    const own = new Budget({});
    return searchLater(new ValueSearch(contest.operations, own), marks, widthIndex, () => own.work);
  });
  contest.follow(marks);
  let meetings = 0;
  let found = contest.run(budget);
  for (; found === "met"; meetings++) found = contest.join(later[contest.widthIndex], budget);
  return { found, work: budget.work, meetings };
}

const title = "joined to a search from the middle, a search finds the same order at the same cost as alone";
Deno.test(title, () => {
  let meetings = 0;
  forSeeds(title, 30, (seed) => {
    const history = crowd(seed);
    const one = alone(history);
    for (const share of [0.1, 0.4, 0.7]) {
      const { meetings: times, ...two } = together(history, Math.floor(share * 200));
      assertEquals(two, one, `seed ${seed}, from ${share} on`);
      meetings += times;
    }
    return undefined;
  });
  assert(meetings > 0, "no two searches have ever met: nothing was tried");
});

Deno.test("a search that has met another one which is gone goes on by itself, and finds the same", () => {
  let meetings = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const history = crowd(seed);
    const { contest, budget } = contestOf(history);
    const plan = planOf(contest.operations, 40, WIDTHS);
    const marks = new Marks(plan, new Int32Array(Marks.room(plan)));
    for (let widthIndex = 0; widthIndex < 2; widthIndex++) {
      searchLater(new ValueSearch(contest.operations, new Budget({})), marks, widthIndex, () => 0);
    }
    contest.follow(marks);
    let found = contest.run(budget);
    for (; found === "met"; meetings++) found = contest.run(budget);
    assertEquals({ found, work: budget.work }, alone(history), `seed ${seed}`);
  }
  assert(meetings > 0, "no two searches have ever met: nothing was tried");
});
