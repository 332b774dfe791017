import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { findOrder, Moves, Space } from "../../porcupine/closed/mod.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { bankModel } from "../../porcupine/models/bank.ts";
import { counterModel } from "../../porcupine/models/counter.ts";
import { kvModel } from "../../porcupine/models/kv.ts";
import { lockModel } from "../../porcupine/models/lock.ts";
import { mutexModel } from "../../porcupine/models/mutex.ts";
import { queueModel } from "../../porcupine/models/queue.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import type { RegisterInput, RegisterOutput } from "../../porcupine/models/register.ts";
import { setModel } from "../../porcupine/models/set.ts";
import { versionedKvModel } from "../../porcupine/models/versioned_kv.ts";
import type { VersionedKvInput, VersionedKvOutput } from "../../porcupine/models/versioned_kv.ts";
import { partition, recorded } from "../../porcupine/parts.ts";
import { ILLEGAL, type Model, type Operation, type Value } from "../../porcupine/types.ts";
import { queueShape, setShape } from "./fuzz/collections.ts";
import { faultOfBelieved, SKIPPED } from "./fuzz/believed.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { counting } from "./fuzz/counting.ts";
import { bankShape, counterShape, lockShape, mutexShape } from "./fuzz/objects.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";
import { shrink } from "./fuzz/shrink.ts";
import { simulate, specOf } from "./generate.ts";
import { withOperations } from "./generate/operations.ts";

function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  /** The largest share of the histories that may show nothing. */
  mostSkipped = 0.02,
): void {
  Deno.test(`of answers that are believed alone it is found out whether they are possible, as by trying all orders: ${name}`, () => {
    let count = 0;
    let skipped = 0;
    forSeeds(name, 300, (seed) => {
      const random = new Random(seed);
      const history = randomHistory(shape(), 3 + random.below(5), random);
      const share = 1 + random.below(4);
      const chosen = new Map(history.map((one) => [one, random.below(4) < share]));
      const found = (part: readonly Operation<Input, Output>[]) =>
        faultOfBelieved(model, part, part.map((one) => chosen.get(one) === true));
      const wrong = (part: readonly Operation<Input, Output>[]) => {
        const what = found(part);
        return what === SKIPPED ? undefined : what;
      };
      count++;
      if (found(history) === SKIPPED) skipped++;
      if (wrong(history) === undefined) return undefined;
      const least = shrink(history, (part) => wrong(part) !== undefined);
      return `${wrong(least)}\n${least.map((one) => JSON.stringify(one)).join("\n")}`;
    });
    // Of one seed alone no share can be told.
    assert(count < 100 || skipped <= mostSkipped * count, `${skipped} of ${count} histories showed nothing`);
  });
}

/** A register in which a write whose answer is lost has not happened: with an answer it leads where without one it does not. */
const forgetful: Model<Value, RegisterInput, RegisterOutput> = {
  name: "forgetful register",
  init: () => null,
  step: (state, input, answer) => {
    if (!answer.known) return state;
    if (answer.output.f === "read") return answer.output.value === state ? state : ILLEGAL;
    return input.f === "write" ? input.value : state;
  },
};

compare("register that forgets", forgetful, () => registerShape({ cas: false }));
compare("register", plain(registerModel()), () => registerShape());
compare("register, unique values", plain(registerModel()), () => registerShape({ unique: true }));
compare("register, no cas", plain(registerModel()), () => registerShape({ cas: false }));
compare("kv", plain(kvModel()), () => kvShape());
compare("versioned kv", plain(versionedKvModel()), () => versionedShape());
compare("counter", plain(counterModel()), () => counterShape());
compare("counter, counted up by one", plain(counterModel()), () => counterShape({ byOne: true }));
compare("mutex", plain(mutexModel()), mutexShape);
compare("lock", plain(lockModel()), () => lockShape({ gaps: false }));
compare(
  "lock, increasing tokens",
  plain(lockModel({ tokens: "increasing" })),
  () => lockShape({ gaps: true }),
);
compare("set, read as a whole", plain(setModel({ members: true })), () => setShape({ members: true }));
compare("queue", plain(queueModel()), () => queueShape({ unique: false }), 0.15);
compare("bank", plain(bankModel({ accounts: { a: 2, b: 1 } })), bankShape);

/** A write, a swap or a read of a register, by hand. */
function asked(input: RegisterInput, callAt: number): Operation<RegisterInput, RegisterOutput> {
  return { client: callAt, callAt, input, outcome: { status: "unknown" } };
}

function told(
  input: RegisterInput,
  [callAt, returnAt]: readonly [number, number],
  output: RegisterOutput,
): Operation<RegisterInput, RegisterOutput> {
  return { client: callAt, callAt, input, outcome: { status: "ok", output, returnAt } };
}

const BY_HAND: Readonly<Record<string, readonly Operation<RegisterInput, RegisterOutput>[]>> = {
  "a write that is due between two reads stands before the write that they need": [
    told({ f: "write", value: 5 }, [0, 10], { f: "write" }),
    asked({ f: "write", value: 1 }, 1),
    told({ f: "read" }, [2, 3], { f: "read", value: 1 }),
    told({ f: "read" }, [12, 13], { f: "read", value: 1 }),
  ],
  "of two ways to a value the one is taken that does without the write that is needed later": [
    asked({ f: "write", value: 4 }, 0),
    asked({ f: "write", value: 3 }, 1),
    asked({ f: "cas", from: 4, to: 1 }, 2),
    asked({ f: "cas", from: 3, to: 1 }, 3),
    told({ f: "read" }, [10, 11], { f: "read", value: 1 }),
    told({ f: "read" }, [12, 13], { f: "read", value: 3 }),
  ],
};

for (const [title, history] of Object.entries(BY_HAND)) {
  Deno.test(title, () => {
    assertEquals(oracle(registerModel(), history), true);
    assertEquals(faultOfBelieved(plain(registerModel()), history, history.map(() => true)), undefined);
  });
}

for (
  const [what, spec] of Object.entries({
    "a register of different values": specOf({ clients: 10, ops: 1000, seed: 11 }),
    "a register of different values that lost answers": specOf({
      clients: 5,
      ops: 1000,
      seed: 12,
      crashed: 20,
    }),
    "a versioned value": specOf({ model: "kvv", clients: 5, ops: 1000, seed: 13 }),
  })
) {
  Deno.test(`of a thousand operations on ${what}, seen through nothing but a step function, the core is minimal and short`, () => {
    const { bad } = simulate(spec);
    if (bad === undefined) throw new TypeError("there is an answer that can be falsified");
    withOperations(spec.model, bad, {
      use: ({ model, operations }) => {
        const verdict = checkOperations(plain(model), operations);
        assert(verdict.kind === "illegal");
        assertEquals([verdict.coreIsMinimal, verdict.core.length <= 4], [true, true], verdict.sentence);
      },
    });
  });
}

/** All states of the one object of a history. */
function spaceOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Space | undefined {
  const [part] = partition(model, history, orderHistory(history));
  const called = Array.from(part.ids, (_, k) => k);
  const scope = { model, recorded: recorded(history), part, called, answered: [], places: called.length };
  return Space.of(scope, new Budget({}));
}

Deno.test("That an object has too many states is found out along one order, before all operations are asked about all of them", () => {
  const counter = { steps: 0 };
  const model = counting(plain(versionedKvModel()), counter);
  const history = Array.from({ length: 3000 }, (_, i): Operation<VersionedKvInput, VersionedKvOutput> => ({
    client: 0,
    callAt: 2 * i,
    input: { f: "put", key: "x", value: `${i}`, version: i },
    outcome: { status: "ok", returnAt: 2 * i + 1, output: { f: "put", result: "ok" } },
  }));
  assertEquals(spaceOf(model, history), undefined);
  // There are 3,001 of them; in all of those that there is room for, every operation takes 600,000.
  assert(counter.steps < 5000, `${counter.steps} steps`);
});

Deno.test("Of three thousand operations on an object with few states the impossible answer is told alone", () => {
  const history = Array.from({ length: 3000 }, (_, i): Operation<RegisterInput, RegisterOutput> => ({
    client: 0,
    callAt: 2 * i,
    input: i % 2 === 0 ? { f: "write", value: i % 10 } : { f: "read" },
    outcome: {
      status: "ok",
      returnAt: 2 * i + 1,
      output: i % 2 === 0 ? { f: "write" } : { f: "read", value: i === 2001 ? 7 : (i - 1) % 10 },
    },
  }));
  // Five values, and none at first.
  assertEquals(spaceOf(plain(registerModel()), history)?.size, 6);
  const verdict = checkOperations(plain(registerModel()), history);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.core, [2001]);
  assert(verdict.coreIsMinimal);
});

/** Who holds the one permit, in a list. */
type Permits = { readonly holders: readonly number[] };
type Ask = "acquire" | "look";

function askFor(state: Permits, request: Ask): Permits | undefined {
  if (state.holders.length > 0) return undefined;
  return request === "look" ? state : { holders: [1] };
}

const base = { name: "permit", init: (): Permits => ({ holders: [] }) };
const ONE_STEP: Model<Permits, Ask, null> = {
  ...base,
  step: (state, request) => askFor(state, request) ?? ILLEGAL,
};
const ALL_STEPS: Model<Permits, Ask, null> = {
  ...base,
  steps: (state, request) => [askFor(state, request)].filter((next) => next !== undefined),
};

for (const model of [ONE_STEP, ALL_STEPS]) {
  const made = "step" in model ? "step" : "steps";
  Deno.test(`no state is made of what is impossible, however many were called: a model with ${made}`, () => {
    // Of a thousand it is found out first how many states they make one after the other.
    const asked: Ask[] = [...new Array<Ask>(1100).fill("look"), "acquire", "acquire"];
    const history = asked.map((input, i): Operation<Ask, null> => {
      const outcome = { status: "ok", output: null, returnAt: 2 * i + 1 } as const;
      return { client: 1, callAt: 2 * i, input, outcome };
    });
    history.push({ client: 2, callAt: 2201, input: "acquire", outcome: { status: "unknown" } });
    const verdict = checkOperations(model, history);
    assert(verdict.kind === "illegal");
    assertEquals([verdict.core, verdict.coreIsMinimal, verdict.firstImpossible], [[1100, 1101], true, 1101]);
  });
}

Deno.test("Whether answers alone are possible is unknown once a limit has struck", () => {
  const at = (callAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt: callAt + 1, output } }) as const;
  const model = plain(registerModel());
  const history = [
    at(0, { f: "write", value: 1 }, { f: "write" }),
    at(2, { f: "read" }, { f: "read", value: 1 }),
    at(4, { f: "read" }, { f: "read", value: 2 }),
  ];
  const [part] = partition(model, history, orderHistory(history));
  const limit = new AbortController();
  const budget = new Budget({ signal: limit.signal });
  const all = [0, 1, 2];
  const space = Space.of(
    { model, recorded: recorded(history), part, called: all, answered: all, places: 3 },
    budget,
  );
  if (space === undefined) throw new TypeError("these are few states");
  const material = { space, moves: new Moves(space, all), part, budget };
  assertEquals([findOrder(material, [0, 1]), findOrder(material, [1, 2])], ["possible", "impossible"]);
  limit.abort();
  for (let i = 0; i < 100_000 && budget.goOn(); i++);
  assertEquals(findOrder(material, [1, 2]), "unknown");
});

Deno.test("What was overwritten may be there again at once, by another write that asked for the same and is not believed", () => {
  const at = (callAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({
      client: `${callAt} ${input.f}`,
      callAt,
      input,
      outcome: { status: "ok", returnAt: callAt, output },
    }) as const;
  const history = [
    at(2, { f: "write", value: 1 }, { f: "write" }),
    at(3, { f: "cas", from: 1, to: 0 }, { f: "cas", swapped: true }),
    at(5, { f: "read" }, { f: "read", value: 0 }),
    at(2, { f: "write", value: 1 }, { f: "write" }),
    at(3, { f: "write", value: 2 }, { f: "write" }),
  ];
  const verdict = checkOperations(registerModel(), history);
  if (verdict.kind !== "illegal") throw new TypeError("two writes were over before the third one");
  assertEquals([...verdict.core].sort(), [0, 2, 3, 4]);
});
