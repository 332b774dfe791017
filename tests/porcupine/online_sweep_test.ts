/** The on-line checker forgets the objects that are as new once there are many of them: that must change no answer. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  counterModel,
  keyedModel,
  lockModel,
  logModel,
  type Model,
  mutexModel,
  type Operation,
  queueModel,
  registerModel,
  setModel,
} from "../../porcupine/mod.ts";
import { queueShape, setShape } from "./fuzz/collections.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { counterShape, lockShape, logShape, mutexShape } from "./fuzz/objects.ts";
import { eventsOf, firstRefused, stopFault } from "./fuzz/online.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { registerShape } from "./fuzz/shapes.ts";

/** So many objects are looked through for those that are as new. */
const MANY = 64;

/** So few answers are gone through before the past is summed up. */
const WINDOW = 4;

/** The same as `firstRefused`, but that after so many events many other objects are asked something that hangs. */
function firstRefusedAmongMany<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  after: number,
): number {
  const checker = new Checker(keyedModel(model), { windowAnswers: WINDOW });
  for (const [at, { kind, index }] of eventsOf(history).entries()) {
    if (at === after) {
      for (let other = 0; other < MANY; other++) {
        checker.call(history.length + other, other, { key: `other ${other}`, input: history[0].input });
      }
    }
    const { client, input, outcome } = history[index];
    if (kind === "call") checker.call(index, client, { key: "", input });
    if (kind === "lost") checker.lost(index);
    if (kind === "return" && outcome.status === "ok" && checker.return(index, outcome.output).kind !== "ok") {
      return index;
    }
  }
  return -1;
}

/** What is wrong with where a random history is found impossible. */
function fault<Truth, State, Input, Output>(
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  seed: number,
): string | undefined {
  const random = new Random(seed);
  const history = randomHistory(shape(), 4 + random.below(12), random);
  const expected = firstRefused(model, history, WINDOW);
  return stopFault(expected, firstRefusedAmongMany(model, history, random.below(2 * history.length)));
}

function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  Deno.test(`on line: it makes no difference when objects that are as new are forgotten: ${name}`, () => {
    forSeeds(name, 150, (seed) => fault(model, shape, seed));
  });
}

/** A set that is read as a whole, of no known kind: no watch is for it. */
function searchedSet() {
  const { kind: _, ...model } = setModel({ members: true });
  return model;
}

compare("register", registerModel(), () => registerShape());
compare("register, unique values", registerModel(), () => registerShape({ unique: true }));
compare("register, a step and nothing else", plain(registerModel()), () => registerShape());
compare("mutex", mutexModel(), mutexShape);
compare("mutex, a step and nothing else", plain(mutexModel()), mutexShape);
compare("lock", lockModel(), () => lockShape({ gaps: true }));
compare("queue", queueModel(), () => queueShape({ unique: false }));
compare("queue, unique values", queueModel(), () => queueShape({ unique: true }));
compare("set", setModel({ members: true }), () => setShape({ members: true }));
compare("set that is searched", searchedSet(), () => setShape({ members: true }));
compare("counter", counterModel(), () => counterShape());
compare("log", logModel(), () => logShape());

Deno.test("on line: a register is not as new after a swap to its first value that failed", () => {
  const done = <Input, Output>(client: number, input: Input, output: Output): Operation<Input, Output> => ({
    client,
    callAt: 2 * client,
    input,
    outcome: { status: "ok", output, returnAt: 2 * client + 1 },
  });
  const model = registerModel({ initial: 0 });
  const history = [
    done(0, { f: "write", value: 1 } as const, { f: "write" } as const),
    done(1, { f: "write", value: 1 } as const, { f: "write" } as const),
    done(2, { f: "cas", from: 5, to: 0 } as const, { f: "cas", swapped: false } as const),
    done(3, { f: "read" } as const, { f: "read", value: 1 } as const),
  ];
  assertEquals(firstRefusedAmongMany(model, history, 6), -1);
});

Deno.test("on line: an object is not as new by what returned last, if that took effect before the past was summed up", () => {
  // A read found the first value, and returned after the swap that came behind it.
  assertEquals(fault(registerModel(), () => registerShape({ unique: true }), 1180), undefined);
  assertEquals(fault(registerModel(), () => registerShape(), 3075), undefined);
  assertEquals(fault(plain(registerModel()), () => registerShape(), 768), undefined);
  assertEquals(fault(queueModel(), () => queueShape({ unique: false }), 3878), undefined);
  assertEquals(fault(counterModel(), () => counterShape(), 3726), undefined);
});

Deno.test("on line: a set of which something is open is not as new, though that did nothing to it yet", () => {
  for (const model of [setModel({ members: true }), searchedSet()]) {
    assertEquals(fault(model, () => setShape({ members: true }), 2992), undefined);
  }
});

Deno.test("on line: a register whose values repeat is not as new while it holds another value than its first one", () => {
  const checker = new Checker(keyedModel(registerModel()));
  for (const [id, value] of [1, 2, 1].entries()) {
    checker.call(id, "writer", { key: "x", input: { f: "write", value } });
    checker.return(id, { f: "write" });
  }
  for (let other = 0; other < 2 * MANY; other++) {
    checker.call(10 + other, other, { key: `other ${other}`, input: { f: "read" } });
  }
  checker.call(1000, "reader", { key: "x", input: { f: "read" } });
  assertEquals(checker.return(1000, { f: "read", value: 1 }).kind, "ok");
});
