import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/check.ts";
import { logModel } from "../../porcupine/models/log.ts";
import type { LogInput, LogOutput } from "../../porcupine/models/log.ts";
import type { DeterministicModel, Operation } from "../../porcupine/types.ts";
import { crowdLog } from "./generate/crowd_objects.ts";
import { crowd } from "./generate/crowd.ts";
import { Random } from "./generate/random.ts";

/** What clients of a log were told, one of them wrongly. */
function lyingLog(operations: number): Operation<LogInput, LogOutput>[] {
  const history: Operation<LogInput, LogOutput>[] = [];
  const options = { clients: 4, operations, lieFrom: operations * 0.6, lostEvery: 0 };
  let at = 0;
  for (const event of crowd(crowdLog({ told: true }), options, new Random(7))) {
    const { operation: k } = event;
    if (event.kind === "call") {
      history[k] = { client: event.client, callAt: at++, input: event.input, outcome: { status: "unknown" } };
    } else if (event.kind === "return") {
      history[k] = { ...history[k], outcome: { status: "ok", output: event.output, returnAt: at++ } };
    }
  }
  return history;
}

Deno.test("A core that cannot be made small is not looked for with millions of steps over states of many entries", () => {
  const history = lyingLog(200);
  const model = logModel();
  if ("steps" in model) throw new TypeError("a log has one next state");
  let steps = 0;
  const counting: DeterministicModel<ReturnType<typeof model.init>, LogInput, LogOutput> = {
    name: "log, step only",
    init: () => model.init(),
    step: (state, input, answer, context) => {
      steps++;
      return model.step(state, input, answer, context);
    },
  };
  const verdict = checkOperations(counting, history);
  assertEquals(verdict.kind, "illegal");
  assert(steps < 50_000, `it took ${steps} steps`);
});
