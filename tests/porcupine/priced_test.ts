import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { logModel } from "../../porcupine/models/log.ts";
import type { LogInput, LogOutput } from "../../porcupine/models/log.ts";
import { mutexModel } from "../../porcupine/models/mutex.ts";
import { weighed } from "../../porcupine/explain/priced.ts";
import { type DeterministicModel, ILLEGAL, type Operation } from "../../porcupine/types.ts";
import { plain } from "./fuzz/compare.ts";
import { crowdLog, crowdMutex } from "./generate/crowd_objects.ts";
import { crowd, type CrowdObject } from "./generate/crowd.ts";
import { Random } from "./generate/random.ts";

/** What clients of an object were told, one of them wrongly. */
function lying<Input, Output>(
  object: CrowdObject<Input, Output>,
  clients: number,
  operations: number,
): Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  const options = { clients, operations, lieFrom: operations * 0.6, lostEvery: 0 };
  let at = 0;
  for (const event of crowd(object, options, new Random(7))) {
    const { operation: k } = event;
    if (event.kind === "call") {
      history[k] = { client: event.client, callAt: at++, input: event.input, outcome: { status: "unknown" } };
    } else if (event.kind === "return") {
      history[k] = { ...history[k], outcome: { status: "ok", output: event.output, returnAt: at++ } };
    }
  }
  return history;
}

function lyingLog(operations: number): Operation<LogInput, LogOutput>[] {
  return lying(crowdLog({ told: true }), 4, operations);
}

/** The steps that it takes to judge and explain a history of a log by its step function alone. */
function stepsFor(history: readonly Operation<LogInput, LogOutput>[]): number {
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
  return steps;
}

Deno.test("A core that cannot be made small is not looked for with millions of steps over states of many entries", () => {
  const steps = stepsFor(lyingLog(200));
  assert(steps < 10_000, `it took ${steps} steps`);
});

Deno.test("Of a thousand operations on a log, too, no small core is looked for until tens of thousands of steps are taken", () => {
  const steps = stepsFor(lyingLog(1000));
  assert(steps < 22_000, `it took ${steps} steps`);
});

Deno.test("Steps over states of thousands of characters are worth configurations, and those over small states are not", () => {
  const workOf = (characters: number): number => {
    const budget = new Budget({});
    const model = weighed<readonly string[], null, null>(
      { name: "one state", init: () => ["a".repeat(characters)], step: (state) => state },
      budget,
    );
    if ("steps" in model) throw new TypeError("it has one next state");
    for (let i = 0; i < 1024; i++) model.step(model.init(), null, { known: false }, budget);
    return budget.work;
  };
  assert(workOf(10) < 64, `small: ${workOf(10)}`);
  assert(workOf(4096) > 4096, `large: ${workOf(4096)}`);
});

Deno.test("The first impossible answer is looked for where the search gave out, and not in the middle of what is left", () => {
  const verdict = checkOperations(plain(mutexModel()), lying(crowdMutex(), 5, 1000));
  assert(verdict.kind === "illegal");
  assertEquals(verdict.firstImpossible, 602, verdict.sentence);
});

/** A number that only its class can see. */
class Hidden {
  readonly #value: number;

  constructor(value: number) {
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }
}

Deno.test("A core is looked for over states that cannot be written down, if the model compares them itself", () => {
  const step: DeterministicModel<Hidden, "add" | "get", number>["step"] = ({ value }, input, answer) => {
    if (input === "add") return new Hidden(value + 1);
    return answer.known && answer.output !== value ? ILLEGAL : new Hidden(value);
  };
  const counter = { name: "hidden counter", init: () => new Hidden(0), step };
  // Crowds of five, each of which ends before the next begins, and an answer that none of them explains.
  const history: Operation<"add" | "get", number>[] = Array.from({ length: 60 }, (_, i) => ({
    client: i % 5,
    input: i % 5 === 0 ? "get" : "add",
    callAt: i - i % 5,
    outcome: { status: "ok", returnAt: i - i % 5 + 4.5, output: i === 55 ? 7 : (i / 5) * 4 },
  }));
  for (
    const model of [
      { ...counter, key: ({ value }: Hidden) => value },
      { ...counter, equal: (left: Hidden, right: Hidden) => left.value === right.value },
    ]
  ) {
    const verdict = checkOperations(model, history);
    assert(verdict.kind === "illegal");
    assertEquals([verdict.firstImpossible, verdict.coreIsMinimal], [55, true], verdict.sentence);
  }
});
