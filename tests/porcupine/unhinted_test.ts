import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { kvModel } from "../../porcupine/models/kv.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { Competition } from "../../porcupine/search/compete.ts";
import type { Finish } from "../../porcupine/search/result.ts";
import { compile, type Problem, unhinted } from "../../porcupine/search/problem.ts";
import { replays } from "../../porcupine/search/replay.ts";
import { simulate, specOf } from "./generate.ts";
import { kvOperation } from "./generate/operations.ts";

/** Twenty clients append and read a text; what they append repeats, so that no fast path knows who wrote what. */
function crowded(): Problem<string, unknown, unknown> {
  const spec = specOf({ model: "kv", clients: 20, ops: 100, seed: 2, reads: 0.5, puts: 0.05, values: 60 });
  const history = simulate(spec).ok.map(kvOperation);
  const model = kvModel();
  const [part] = partition(model, history, orderHistory(history));
  return compile(model, new Questions(recorded(history), part)) as Problem<string, unknown, unknown>;
}

Deno.test("what hints do not help with is decided as if there were none, in one thread as in two", () => {
  const problem = crowded();
  const alone = new Competition(problem, new Budget({}));
  let finish: Finish | undefined;
  while (finish === undefined) finish = alone.turn();
  assertEquals(finish.result.verdict, "ok");
  assert(replays(problem, finish.result.order, 0, new Budget({})));
  // Whoever has the other search in another thread compares by rounds of the whole competition.
  assertEquals(finish.round, alone.rounds.depth);
  const depth = new Competition(problem, new Budget({}));
  let found: Finish | undefined;
  while (found === undefined) found = depth.depthTurn();
  assertEquals(found, finish);
});

Deno.test("a competition without hints begins where that with hints begins, and believes none of them", () => {
  const problem = { ...crowded(), starts: [{ state: "begun ", spent: [1], free: [0] }] };
  const bare = unhinted(problem);
  assertEquals(bare.starts, problem.starts);
  assert(bare.watches);
  const { effect, readOnly, kind } = bare.model;
  assertEquals([effect, readOnly, kind], [undefined, undefined, undefined]);
});

Deno.test("a model that inherits its step is searched without its hints, too", () => {
  const problem = crowded();
  const bare = unhinted({ ...problem, model: Object.create(problem.model) });
  const search = new Competition(bare, new Budget({}));
  let finish: Finish | undefined;
  while (finish === undefined) finish = search.turn();
  assertEquals(finish.result.verdict, "ok");
});
