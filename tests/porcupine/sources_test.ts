import { assert, assertEquals } from "@std/assert";
import { registerModel } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import {
  FAILED,
  INITIAL,
  READ,
  type RegisterTable,
  SWAP,
  tabulate,
  WRITE,
} from "../../porcupine/fast/register_table.ts";
import { foundBy, sourcesOf, withFailed } from "../../porcupine/fast/sources.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { type Part, partition, Questions, recorded } from "../../porcupine/parts.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

/** A crowd's history on few values, some of them swapped, some answers lost, as the fast paths of registers see it. */
function tableOf(
  seed: number,
): { readonly table: RegisterTable; readonly part: Part; readonly budget: Budget } {
  const spec = specOf({ model: "register", clients: 6, ops: 160, seed, values: 3, cas: 0.4, crashed: 3 });
  const history = simulate(spec).ok.map(registerOperation);
  const model = registerModel();
  assert(model.kind?.type === "register");
  const [part] = partition(model, history, orderHistory(history));
  const budget = new Budget({});
  const table = tabulate(model.kind, { questions: new Questions(recorded(history), part), budget });
  assert(table !== undefined);
  return { table, part, budget };
}

/**
 * Whether the value of a writer is certainly gone when `reader` is called: something that writes, or found another value, has begun after
 * the writer returned, and ended before that. The initial value was written before everything.
 */
function isGone(
  { op, makers, value, count }: RegisterTable,
  { call, ret }: Part,
  w: number,
  reader: number,
): boolean {
  const [written, since] = w === makers.length ? [INITIAL, -1] : [value[makers[w]], ret[makers[w]]];
  for (let k = 0; k < count; k++) {
    if (call[k] <= since || ret[k] >= call[reader]) continue;
    if (op[k] === WRITE || op[k] === SWAP || (op[k] === READ && value[k] !== written)) return true;
  }
  return false;
}

Deno.test("who may have written what was found, or what a failed compare-and-set found, is whoever began in time, has the value, and is not gone (seeds 1 to 40)", () => {
  let adopted = 0;
  let initial = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { table, part, budget } = tableOf(seed);
    const { makers, value, from, op } = table;
    const known = sourcesOf(table, part, budget);
    assert(known !== undefined);
    const failed = table.failed.filter((_, at) => at % 3 !== 0);
    const sources = withFailed(known, failed, { table, part, budget });
    assertEquals([...sources.readers], [...known.readers, ...failed]);
    sources.readers.forEach((reader, i) => {
      const fits = (written: number): boolean =>
        op[reader] === FAILED ? written !== from[reader] : written === foundBy(table, reader);
      const expected = [...makers, -1].flatMap((maker, w) => {
        const hasBegun = maker < 0 || part.call[maker] < part.ret[reader];
        const isIt = hasBegun && fits(maker < 0 ? INITIAL : value[maker]) && !isGone(table, part, w, reader);
        return isIt ? [w] : [];
      });
      const found = sources.writers.subarray(sources.starts[i], sources.starts[i + 1]);
      assertEquals([...found].sort((a, b) => a - b), expected, `seed ${seed}, reader ${reader}`);
      assertEquals(sources.counts[i], expected.length);
      if (op[reader] === FAILED) adopted += expected.length;
      initial += Number(expected.includes(makers.length));
    });
  }
  assert(adopted > 2000 && initial > 40, `${adopted} and ${initial}`);
});
