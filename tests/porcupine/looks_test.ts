import { assert, assertEquals } from "@std/assert";
import { ILLEGAL, type KvInput, kvModel, type KvOutput, type Operation } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { compete } from "../../porcupine/search/compete.ts";
import { Ahead } from "../../porcupine/search/ahead.ts";
import { Glimpse } from "../../porcupine/search/glimpse.ts";
import { FEW_STEPS, Looks } from "../../porcupine/search/looks.ts";
import { compile } from "../../porcupine/search/problem.ts";
import { States } from "../../porcupine/search/states.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { Random, randomCase } from "./fuzz/random.ts";
import { kvShape } from "./fuzz/shapes.ts";
import { families, type HistorySpec, simulate } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

/** Looks ahead that may be long, and what they remember: `porcupine/search/looks.ts`, `porcupine/search/dead_ends.ts`. */

type History = readonly Operation<KvInput, KvOutput>[];

/** Looks from the beginning of a history of one key; `credit`: steps that have been earned. */
function lookingAt(history: History, credit: number) {
  const model = plain(kvModel());
  if ("steps" in model) throw new TypeError("kv has a step");
  const [part] = partition(model, history, orderHistory(history));
  const budget = new Budget({});
  const problem = compile(model, new Questions(recorded(history), part));
  const walk = new Walk(problem, new States(problem, budget));
  const nodes = new Int32Array(walk.size);
  walk.first(nodes, 0, 0);
  const looks = new Looks(0);
  looks.useful(credit);
  const glimpse = new Glimpse(walk, new Ahead(walk), looks, budget);
  const after = (k: number) => model.step(model.init(), problem.inputs[k], problem.answers[k], budget);
  return { glimpse, looks, budget, problem, nodes, walk, after };
}

/** What all the looks from the beginning of a history say, one after the other; `undefined`: nothing, as one was cut short. */
function said(history: History, credit: number): (boolean | undefined)[] {
  const { glimpse, problem, nodes, walk, after } = lookingAt(history, credit);
  const answers: (boolean | undefined)[] = [];
  const say = (answer: boolean) => answers.push(answer && !glimpse.isFound ? undefined : answer);
  for (const target of problem.returns) {
    say(glimpse.mayAct(nodes, 0, target));
    say(glimpse.mayReturn(nodes, 0, target));
    if (!glimpse.begin(nodes, 0, target)) continue;
    for (const k of walk.open) {
      const next = k < 0 || k === target ? ILLEGAL : after(k);
      if (next !== ILLEGAL && next !== "") say(glimpse.mayReturnAfter(k, next));
    }
    say(glimpse.mayAct(nodes, 0, target));
  }
  return answers;
}

const append = (value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
  client: callAt,
  callAt,
  input: { f: "append", key: "x", value },
  outcome: { status: "ok", returnAt, output: { f: "append" } },
});
const put = (value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
  client: callAt,
  callAt,
  input: { f: "put", key: "x", value },
  outcome: { status: "ok", returnAt, output: { f: "put" } },
});
const get = (value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
  client: callAt,
  callAt,
  input: { f: "get", key: "x" },
  outcome: { status: "ok", returnAt, output: { f: "get", value } },
});

for (const unique of [false, true]) {
  Deno.test(`what a long look remembers changes no answer: ${unique ? "unique tokens" : "any tokens"}`, () => {
    let no = 0;
    forSeeds(`looks ${unique}`, 3_000, (seed) => {
      const random = new Random(seed);
      // Wrong answers, too: most looks that are in vain are for them.
      const { history } = randomCase(kvShape({ unique }), 3 + seed % 5, random, seed % 3);
      const short = said(history, 0);
      no += short.filter((answer) => answer === false).length;
      const long = said(history, 1e6);
      const isSame = short.every((answer, i) => answer === undefined || answer === long[i]);
      return isSame ? undefined : JSON.stringify(history);
    });
    assert(no > 100, `${no}`);
  });
}

Deno.test("looks are short, whatever they have earned, until a thousand configurations were made in a crowd", () => {
  const looks = new Looks();
  looks.useful(100_000);
  const steps = () => looks.steps(1, 5, false);
  for (let made = 0; made < 1023; made++) looks.made(16);
  for (let made = 0; made < 5000; made++) looks.made(15);
  assertEquals(steps(), FEW_STEPS);
  looks.made(16);
  assert(steps() > 100_000);
  assertEquals(looks.steps(1, 5, true), FEW_STEPS, "where answers were lost they are short anyway");
});

Deno.test("a look that was cut short has been nowhere in vain", () => {
  const history = [
    ..."abcdefg".split("").map((c, i) => append(c, i, 100 + i)),
    put("z", 10, 110),
    get("zabcdefg", 11, 90),
  ];
  for (let credit = 201; credit < 4_000; credit += 50) {
    const { glimpse, looks, nodes, problem } = lookingAt(history, credit);
    const [target] = problem.returns;
    assertEquals(glimpse.mayReturn(nodes, 0, target), true);
    const wasCut = !glimpse.isFound;
    looks.useful(1e6);
    assertEquals(glimpse.mayReturn(nodes, 0, target), true, `credit ${credit}`);
    assert(!wasCut || glimpse.isFound);
  }
});

Deno.test("long looks count as work, and where one was cut short the next one is not as long", () => {
  const history = [..."abcdefghij".split("").map((c, i) => append(c, i, 100 + i)), get("never", 11, 90)];
  const { glimpse, looks, budget, nodes, problem } = lookingAt(history, 20_000);
  const { work } = budget;
  assertEquals([glimpse.mayReturn(nodes, 0, problem.returns[0]), glimpse.isFound], [true, false]);
  assert(budget.work - work >= 70, `${budget.work - work}`);
  assert(looks.credit <= 0, `${looks.credit}`);
});

Deno.test("what replaces the state is gone on from once, in whatever order the others were placed before it", () => {
  const history = [
    ..."abcdef".split("").map((c, i) => append(c, i, 100 + i)),
    put("z", 10, 110),
    get("never", 11, 90),
  ];
  const { glimpse, looks, nodes, problem } = lookingAt(history, 100_000);
  assertEquals(glimpse.mayReturn(nodes, 0, problem.returns[0]), false);
  // All orders of seven take 13,699.
  const steps = looks.credit - 100_000;
  assert(steps < 10_000, `${steps}`);
});

Deno.test("what returned before an operation was called is not tried after it, though it need not be placed", () => {
  // Three that were absorbed, and need not be placed, and four that were called when they had returned.
  const history = [
    ..."abc".split("").map((c, i) => append(c, i, 10 + i)),
    ..."defg".split("").map((c, i) => append(c, 20 + i, 100 + i)),
    get("never", 30, 90),
  ];
  const { glimpse, looks, nodes, problem, walk } = lookingAt(history, 100_000);
  nodes.fill(0, 1 + problem.words, walk.size);
  assertEquals(glimpse.mayReturn(nodes, 0, 7), false);
  // Without that the orders of seven.
  const steps = looks.credit - 100_000;
  assert(steps > 1_000 && steps < 4_000, `${steps}`);
});

for (
  const { seed, key, most, was } of [
    { seed: 600, key: "16", most: 25_000, was: "296,000" },
    { seed: 1_006, key: "11", most: 400_000, was: "1.9 million" },
  ]
) {
  Deno.test(`where many appends are made at once it is worth it to look far ahead: less than ${most} configurations, not ${was}`, () => {
    const { bad } = simulate({ ...familySpec("kv-keys20"), seed });
    const history = (bad ?? []).filter(({ k }) => k === key).map(kvOperation);
    const [part] = partition(kvModel(), history, orderHistory(history));
    const budget = new Budget({});
    const { verdict } = compete(compile(plain(kvModel()), new Questions(recorded(history), part)), budget);
    assertEquals(verdict, "illegal");
    assert(budget.work < most, `it took ${budget.work}`);
  });
}

function familySpec(name: string): HistorySpec {
  const family = families().find((one) => one.name.startsWith(name));
  if (family === undefined) throw new TypeError(`there are no histories ${name}`);
  return family.spec;
}
