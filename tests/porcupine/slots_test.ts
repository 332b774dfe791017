import { assert, assertEquals } from "@std/assert";
import { NEVER, orderHistory } from "../../porcupine/history.ts";
import { type RegisterInput, registerModel, type RegisterOutput } from "../../porcupine/mod.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { compile, READ } from "../../porcupine/search/problem.ts";
import { Slots } from "../../porcupine/search/slots.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import type { RegisterOperation } from "./generate/told.ts";
import { registerOperation } from "./generate/operations.ts";

const title =
  "whichever way a search goes, what it may place is in order of calls, and without hints what was lost is last";
Deno.test(title, () =>
  forSeeds(title, 20, (seed) => {
    const random = new Random(seed);
    const spec = specOf({ clients: 12, ops: 80, values: 3, cas: 0.3, crashed: random.below(6), seed });
    const history = simulate(spec).ok.map(registerOperation);
    const model = random.below(2) === 0 ? registerModel() : plain(registerModel());
    const [part] = partition(model, history, orderHistory(history));
    const problem = compile(model, new Questions(recorded(history), part));
    const slots = new Slots(problem);
    for (let move = 0; move < 60; move++) {
      slots.moveTo(random.below(problem.returns.length + 1));
      const isLost = (k: number) => problem.watches && problem.ret[k] === NEVER;
      const open = [...slots.open].filter((k) => k >= 0 && problem.effect[k] !== READ);
      const wanted = open.toSorted((a, b) => Number(isLost(a)) - Number(isLost(b)) || a - b).join();
      const found = slots.placeable.subarray(0, slots.placeables).join();
      if (found !== wanted) return `at level ${slots.level} ${found}, and not ${wanted}`;
    }
  }));

Deno.test("among thousands of lost answers an operation finds its place by halving", () => {
  const history: RegisterOperation[] = Array.from({ length: 2000 }, (_, i) => ({
    client: `c${i}`,
    callAt: 2 * i,
    input: { f: "write", value: i },
    outcome: i % 2 === 0
      ? { status: "unknown" }
      : { status: "ok", returnAt: 2 * i + 5, output: { f: "write" } },
  }));
  for (const model of [registerModel(), plain(registerModel())]) {
    const [part] = partition(model, history, orderHistory(history));
    let compared = 0;
    class Counting extends Slots<unknown, RegisterInput, RegisterOutput> {
      override isBefore(left: number, right: number): boolean {
        compared++;
        return super.isBefore(left, right);
      }
    }
    const slots = new Counting(compile(model, new Questions(recorded(history), part)));
    slots.moveTo(slots.problem.returns.length);
    slots.moveTo(0);
    assertEquals(slots.placeables, slots.open.filter((k) => k >= 0).length);
    assert(compared < 4000 * 14, `${compared} comparisons`);
  }
});
