/** What a core may cost, counted in steps of the model: the same on every machine. */
import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/check.ts";
import { setModel } from "../../porcupine/models/set.ts";
import type { SetInput, SetOutput } from "../../porcupine/models/set.ts";
import type { Operation } from "../../porcupine/types.ts";
import { crowd } from "./generate/crowd.ts";
import { crowdSet } from "./generate/crowd_objects.ts";
import { Random } from "./generate/random.ts";

/** Five clients at a set that is read as a whole, and one reading, late, that is told what an early one was told. */
function staleReading(seed: number): readonly Operation<SetInput, SetOutput>[] {
  const size = { clients: 5, operations: 400, lieFrom: Infinity, lostEvery: 0 };
  const history: Operation<SetInput, SetOutput>[] = [];
  let now = 0;
  for (const event of crowd(crowdSet({ members: true }), size, new Random(seed))) {
    now++;
    if (event.kind === "call") {
      const { client, input } = event;
      history.push({ client, input, callAt: now, outcome: { status: "unknown" } });
    } else if (event.kind === "return") {
      const outcome = { status: "ok", output: event.output, returnAt: now } as const;
      history[event.operation] = { ...history[event.operation], outcome };
    }
  }
  const isReading = ({ input }: Operation<SetInput, SetOutput>): boolean => input.f === "members";
  const early = history.findIndex((operation, i) => i > 150 && isReading(operation));
  const late = history.findIndex((operation, i) => i > 250 && isReading(operation));
  const [told, outcome] = [history[early].outcome, history[late].outcome];
  assert(told.status === "ok" && outcome.status === "ok");
  history[late] = { ...history[late], outcome: { ...outcome, output: told.output } };
  return history;
}

Deno.test("a set read as a whole, where a search says that it is impossible: a small core takes less than 100,000 steps", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const history = staleReading(seed);
    const model = setModel({ members: true });
    if ("steps" in model) throw new TypeError("a set has one next state");
    let steps = 0;
    const step: typeof model.step = (...given) => {
      steps++;
      return model.step(...given);
    };
    const verdict = checkOperations({ ...model, step }, history);
    assert(verdict.kind === "illegal" && verdict.coreIsMinimal);
    assertEquals(verdict.core.length, 1);
    assert(steps < 100_000, `seed ${seed}: ${steps} steps`);
  }
});
