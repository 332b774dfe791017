/** What is told of an impossible answer on line: with the operations that make it so, the answer itself among them. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  type CheckerStatus,
  counterModel,
  kvModel,
  lockModel,
  logModel,
  type Model,
  mutexModel,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { queueShape } from "./fuzz/collections.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { counterShape, lockShape, logShape, mutexShape } from "./fuzz/objects.ts";
import { eventsOf } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";

/** What is wrong with what the checker tells of one small random history, if it stops. */
function faultOfStory<Truth, State, Input, Output>(
  model: Model<State, Input, Output>,
  shape: Shape<Truth, Input, Output>,
  seed: number,
): string | undefined {
  const random = new Random(seed);
  const history = randomHistory(shape, 2 + random.below(6), random);
  const checker = new Checker(model);
  const answered = new Set<number>();
  for (const { kind, index } of eventsOf(history)) {
    const { client, input, outcome } = history[index];
    if (kind === "call") checker.call(index, client, input);
    if (kind === "lost") checker.lost(index);
    if (kind !== "return" || outcome.status !== "ok") continue;
    answered.add(index);
    const status = checker.return(index, outcome.output);
    if (status.kind !== "illegal") continue;
    const { window, sentence, operation } = status;
    if (!window.includes(operation)) return `${operation} is not among ${window}: ${sentence}`;
    const start = model.describeState?.(model.init());
    if (!sentence.includes(`the last ${window.length} operations, beginning with `)) return sentence;
    // What has been summed up may have ended in another state.
    if (!sentence.includes(`beginning with ${start}, `)) return undefined;
    const told = [...window].map((i) =>
      answered.has(i) ? history[i] : { ...history[i], outcome: { status: "unknown" } as const }
    );
    return oracle(model, told) ? `${window} can be: ${sentence}` : undefined;
  }
  return undefined;
}

const STORIES: Readonly<Record<string, (seed: number) => string | undefined>> = {
  "a register": (seed) => faultOfStory(registerModel(), registerShape({ unique: true, cas: false }), seed),
  "a register whose values repeat": (seed) => faultOfStory(registerModel(), registerShape(), seed),
  "a text": (seed) => faultOfStory(kvModel(), kvShape({ unique: true }), seed),
  "a value with a version": (seed) => faultOfStory(versionedKvModel(), versionedShape(), seed),
  "a queue": (seed) => faultOfStory(queueModel(), queueShape({ unique: true }), seed),
  "a log": (seed) => faultOfStory(logModel(), logShape({ unique: true }), seed),
  "a counter": (seed) => faultOfStory(counterModel(), counterShape({ byOne: true }), seed),
  "a mutex": (seed) => faultOfStory(mutexModel(), mutexShape(), seed),
  "a lock": (seed) => faultOfStory(lockModel(), lockShape({ gaps: false }), seed),
};

for (const [name, story] of Object.entries(STORIES)) {
  Deno.test(`on line: the operations told of ${name} are impossible together, and the last answer is one of them`, () => {
    forSeeds(name, 200, story);
  });
}

Deno.test("on line: an answer that nothing was kept for is told as the one that is impossible", () => {
  const checker = new Checker(queueModel());
  checker.call(1, "ann", { f: "dequeue" });
  assertEquals(checker.return(1, { f: "dequeue", value: "never put in" }), {
    kind: "illegal",
    operation: 1,
    partition: "",
    sentence: 'Client ann\'s dequeue() -> "never put in" is impossible: ' +
      "no order of the last 1 operations, beginning with [], gives these answers.",
    window: [1],
  });
});

/** What is told of the last answer of a register of which two operations were lost. */
function toldOfLost(model: Model<RegisterValue, RegisterInput, RegisterOutput>): CheckerStatus {
  const checker = new Checker(model, { windowAnswers: 5 });
  let operation = 0;
  const ask = (input: RegisterInput, output: RegisterOutput) => {
    checker.call(++operation, "ann", input);
    return checker.return(operation, output);
  };
  const write = (value: number) => ask({ f: "write", value }, { f: "write" });
  const read = (value: number) => ask({ f: "read" }, { f: "read", value });
  for (const input of [{ f: "write", value: 1 }, { f: "cas", from: 5, to: 1 }] as const) {
    checker.call(++operation, "bob", input);
    checker.lost(operation);
  }
  for (let i = 0; i < 3; i++) write(5);
  // One of the two that were lost has made this 1, and is done: only together could they explain the reads to come.
  for (let i = 0; i < 2; i++) read(1);
  write(7);
  read(1);
  write(5);
  return read(1);
}

Deno.test("on line: it is told that lost operations may have been done in the states that a window begins with", () => {
  const { kind: _kind, ...searched } = registerModel();
  for (const model of [registerModel(), searched as ReturnType<typeof registerModel>]) {
    const status = toldOfLost(model);
    if (status.kind !== "illegal") throw new Error(status.kind);
    assertEquals(status.window, [1, 2, 7, 8, 9, 10, 11]);
    assertEquals(
      status.sentence,
      "Client ann's read() -> 1 is impossible: no order of the last 7 operations, beginning with 1, " +
        "in which some of them may have been done already, gives these answers.",
    );
  }
});
