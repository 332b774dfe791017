import { assert, assertEquals } from "@std/assert";
import {
  ILLEGAL,
  type KvInput,
  kvModel,
  type KvOutput,
  lockModel,
  type Model,
  type Operation,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  stackModel,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { StepMemory } from "../../porcupine/search/memory.ts";
import { queueShape, stackShape } from "./fuzz/collections.ts";
import { decideWhole, forSeeds, plain, WAYS } from "./fuzz/compare.ts";
import { lockShape } from "./fuzz/objects.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";

/** Models that do not say what their operations do: the fine print of what is observed (`porcupine/search/outlook.ts`). */
const model = plain(registerModel());

type Register = Operation<RegisterInput, RegisterOutput>;

function write(value: string, callAt: number, returnAt: number): Register {
  return {
    client: callAt,
    callAt,
    input: { f: "write", value },
    outcome: { status: "ok", returnAt, output: { f: "write" } },
  };
}

function read(value: string | null, callAt: number, returnAt: number): Register {
  return {
    client: callAt,
    callAt,
    input: { f: "read" },
    outcome: { status: "ok", returnAt, output: { f: "read", value } },
  };
}

function isOk(history: readonly Register[]): void {
  for (const [way, options] of Object.entries(WAYS)) {
    const decision = decideWhole(model, history, options);
    assertEquals(decision.verdict, "ok", way);
    assertEquals(faultOf(model, history, Array.from(decision.order)), undefined, way);
  }
}

Deno.test("a write of the value that is there anyway may be needed after another write (n), (i)", () => {
  // When the second write of "a" is called it changes nothing; at its return it still does not; but "b" has to come first.
  isOk([write("a", 0, 1), write("a", 2, 10), write("b", 3, 12), read("a", 14, 15)]);
  isOk([write("a", 0, 1), write("a", 2, 10), read("a", 3, 4), write("b", 5, 12), read("a", 14, 15)]);
});

Deno.test("an owed write that has been seen to change something is placed even where it does not (n)", () => {
  // Seen to change null into "a"; the first write of "a" then makes it one that changes nothing.
  isOk([write("a", 0, 9), write("a", 1, 3), read("a", 4, 5), write("b", 10, 11), read("b", 12, 13)]);
});

Deno.test("two swaps, each of which needs the value that the other one takes away, are not absorbed together (c')", () => {
  const swap = (to: string, callAt: number, returnAt: number): Register => ({
    client: callAt,
    callAt,
    input: { f: "cas", from: "a", to },
    outcome: { status: "ok", returnAt, output: { f: "cas", swapped: true } },
  });
  const history = [
    write("a", 0, 1),
    swap("b", 2, 20),
    swap("c", 3, 21),
    write("d", 4, 10),
    read("d", 30, 31),
  ];
  for (const [way, options] of Object.entries(WAYS)) {
    assertEquals(decideWhole(model, history, options).verdict, "illegal", way);
  }
});

/** A dial of four positions that every turn moves on by one. */
const dial: Model<number, number | "turn", null> = {
  name: "dial",
  init: () => 0,
  step: (position, input) => {
    if (input === "turn") return (position + 1) % 4;
    return input === position ? position : ILLEGAL;
  },
};

function ask(input: number | "turn", callAt: number, returnAt: number): Operation<number | "turn", null> {
  return { client: callAt, callAt, input, outcome: { status: "ok", returnAt, output: null } };
}

Deno.test("an operation that is legal everywhere and leads elsewhere from each state absorbs nothing (c')", () => {
  const turns = [ask("turn", 0, 10), ask("turn", 1, 11), ask("turn", 2, 12)];
  for (const [way, options] of Object.entries(WAYS)) {
    assertEquals(decideWhole(dial, [...turns, ask(3, 13, 14)], options).verdict, "ok", way);
    for (const position of [0, 1, 2]) {
      assertEquals(decideWhole(dial, [...turns, ask(position, 13, 14)], options).verdict, "illegal", way);
    }
  }
});

Deno.test("a look ahead that is cut short proves nothing (e')", () => {
  const change = (value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
    client: callAt,
    callAt,
    input: { f: "append", key: "x", value },
    outcome: { status: "ok", returnAt, output: { f: "append" } },
  });
  const get = (value: string, callAt: number, returnAt: number): Operation<KvInput, KvOutput> => ({
    client: callAt,
    callAt,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt, output: { f: "get", value } },
  });
  const history: Operation<KvInput, KvOutput>[] = [];
  let text = "";
  // By these it is learnt that states do not come back, so that orders are looked at.
  for (let i = 0; i < 4; i++) {
    history.push(change(`a${i} `, 10 * i, 10 * i + 3), change(`b${i} `, 10 * i + 1, 10 * i + 4));
    text += `a${i} b${i} `;
    history.push(get(text, 10 * i + 5, 10 * i + 6));
  }
  // The order that the last get saw is the last one of some two thousand.
  const crowd = [0, 1, 2, 3, 4, 5].map((i) => change(`c${i} `, 100 + i, 200 + i));
  const seen = get(`${text}c5 c4 c3 c2 c1 c0 `, 110, 120);
  for (const [way, options] of Object.entries(WAYS)) {
    assertEquals(decideWhole(plain(kvModel()), [...history, ...crowd, seen], options).verdict, "ok", way);
  }
});

Deno.test("the memory of steps answers for the state and the operation that were asked about, or not at all", () => {
  const memory = new StepMemory<string>(4);
  const random = new Random(1);
  let found = 0;
  // 4000 questions for 256 places: some answers are there, most have been replaced by others.
  for (let time = 0; time < 5000; time++) {
    const [state, operation] = [random.below(200), random.below(20)];
    if (memory.find(state, operation, operation & 3)) found++;
    else memory.keep(state, operation, `${state} by ${operation}`);
    assertEquals(memory.next, `${state} by ${operation}`);
  }
  assert(found > 200 && found < 4000, `${found} found`);
});

/** Longer histories than all orders can be tried of: what is observed must lead to what the model itself says. */
function agree<Truth, State, Input, Output>(
  name: string,
  hinted: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
  longest: number,
): void {
  const bare = plain(hinted);
  const title = `a model with nothing but a step function is judged as with all its hints: ${name}`;
  Deno.test(title, () =>
    forSeeds(title, 10, (seed) => {
      const random = new Random(seed);
      const size = 8 + (seed % (longest - 7));
      const history = seed % 2 === 0
        ? randomHistory(shape(), size, random)
        : nearlyTrue(shape(), size, random);
      const expected = decideWhole(hinted, history, WAYS["the competing searches"]).verdict;
      for (const [way, options] of Object.entries(WAYS)) {
        const { verdict, order } = decideWhole(bare, history, options);
        if (verdict !== expected) return `${way}: ${verdict} instead of ${expected}`;
        const fault = verdict === "ok" ? faultOf(bare, history, Array.from(order)) : undefined;
        if (fault !== undefined) return `${way}: ${fault}`;
      }
      return undefined;
    }));
}

agree("register", registerModel(), () => registerShape(), 32);
agree(
  "register, unique values, no cas",
  registerModel(),
  () => registerShape({ unique: true, cas: false }),
  32,
);
agree("kv", kvModel(), () => kvShape(), 12);
agree("kv, unique tokens", kvModel(), () => kvShape({ unique: true }), 12);
agree("versioned kv", versionedKvModel(), () => versionedShape(), 24);
agree("queue", queueModel(), () => queueShape({ unique: false }), 10);
agree("stack", stackModel(), () => stackShape({ unique: true }), 10);
agree("lock, increasing tokens", lockModel({ tokens: "increasing" }), () => lockShape({ gaps: true }), 12);

Deno.test("a search is never guided to an operation before its call, and no order has one twice (kv, seed 9011103)", () => {
  const texts = plain(kvModel());
  const change = (f: "put" | "append", value: string, at: number): Operation<KvInput, KvOutput> => ({
    client: value + at,
    callAt: at,
    input: { f, key: "k", value },
    outcome: { status: "ok", returnAt: at, output: { f } },
  });
  const history: Operation<KvInput, KvOutput>[] = [
    change("put", "ab", 2),
    { client: "lost", callAt: 0, input: { f: "put", key: "k", value: "a" }, outcome: { status: "unknown" } },
    change("append", "ab", 0),
    change("append", "a", 5),
    change("append", "b", 6),
    {
      client: "reader",
      callAt: 8,
      input: { f: "get", key: "k" },
      outcome: { status: "ok", returnAt: 8, output: { f: "get", value: "ab" } },
    },
  ];
  for (const [way, options] of Object.entries(WAYS)) {
    const decision = decideWhole(texts, history, options);
    assertEquals(decision.verdict, "ok", way);
    assertEquals(faultOf(texts, history, Array.from(decision.order)), undefined, way);
  }
});
