import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Checker,
  checkOperations,
  type DeterministicModel,
  ILLEGAL,
  type Model,
  type Operation,
  PorcupineError,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  type UnknownVerdict,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decide } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { DepthSearch } from "../../porcupine/search/depth.ts";
import { classify, compile } from "../../porcupine/search/problem.ts";
import { States } from "../../porcupine/search/states.ts";
import { Walk } from "../../porcupine/search/walk.ts";
import { decideWhole, plain, WAYS } from "./fuzz/compare.ts";
import { simulate, specOf } from "./generate.ts";
import { crowd } from "./generate/crowd.ts";
import { crowdRegister } from "./generate/crowd_objects.ts";
import { registerOperation } from "./generate/operations.ts";
import { type RegisterOperation, write } from "./generate/told.ts";
import { Random } from "./generate/random.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

const CROWD = { clients: 12, operations: 300, lieFrom: Infinity, lostEvery: 0 };

/** A history that only a long search decides: five values, 40 clients, no hints. */
function hard(): History {
  const spec = specOf({
    model: "register",
    clients: 40,
    ops: 2000,
    seed: 9,
    reads: 1 / 3,
    cas: 1 / 3,
    values: 5,
  });
  return simulate(spec).ok.map(registerOperation);
}

/** The history up to the return of one operation. */
function upTo(history: History, last: number): History {
  const { ret, call } = orderHistory(history);
  return history.flatMap((operation, i): History => {
    if (call[i] > ret[last]) return [];
    return [ret[i] > ret[last] ? { ...operation, outcome: { status: "unknown" } } : operation];
  });
}

function unknownOf(verdict: ReturnType<typeof checkOperations>): UnknownVerdict {
  assert(verdict.kind === "unknown", verdict.kind);
  return verdict;
}

Deno.test("a time limit is kept, and what is linearizable up to there is said", () => {
  let now = 0;
  const model = plain(registerModel());
  const verdict = unknownOf(checkOperations(model, hard(), { timeLimitMs: 30, now: () => now += 0.25 }));
  assertEquals(verdict.reason, "time");
  // The clock moves on with every look, so that looks after the limit would be seen.
  assert(now <= 32, `the clock was looked at until ${now}`);
  assert(verdict.linearizableUpTo >= 0);
  const prefix = upTo(hard(), verdict.linearizableUpTo);
  assertEquals(decideWhole(registerModel(), prefix, WAYS["the fast path"]).verdict, "ok");
});

Deno.test("a slow step learns that the time is over", () => {
  let now = 0;
  let told = false;
  const slow: Model<number, number, number> = {
    name: "slow",
    init: () => 0,
    step: (_state, input, _answer, context) => {
      for (let i = 0; i < 1000; i++) {
        now += 1;
        if (!context.expired()) continue;
        told = true;
        return ILLEGAL;
      }
      return input;
    },
  };
  const history = [0, 1, 2].map((client) => ({
    client,
    callAt: 0,
    input: client,
    outcome: { status: "ok", output: 0, returnAt: 9 },
  } as const));
  const verdict = unknownOf(checkOperations(slow, history, { timeLimitMs: 1500, now: () => now }));
  assertEquals([verdict.reason, told], ["time", true]);
  assert(now < 1600, `it ended at ${now}`);
});

const { init, step, key, readOnly, effect } = registerModel() as DeterministicModel<
  RegisterValue,
  RegisterInput,
  RegisterOutput
>;

interface Slow {
  readonly what: string;
  readonly hints: object;
  /** Whether it answers lists of states. */
  readonly several: boolean;
}

/** A register whose steps take so long by the clock, and that asks nobody how late it is. */
function slowRegister(
  { hints, several }: Slow,
  stepMs: number,
  clock: { now: number },
): Model<RegisterValue, RegisterInput, RegisterOutput> {
  const asked: typeof step = (...args) => {
    clock.now += stepMs;
    return step(...args);
  };
  const base = { ...hints, name: "slow register", init };
  if (!several) return { ...base, step: asked };
  return {
    ...base,
    steps: (...args) => {
      const next = asked(...args);
      return next === ILLEGAL ? [] : [next];
    },
  };
}

const SLOW: readonly Slow[] = [
  { what: "that says nothing of its operations", hints: {}, several: false },
  { what: "with hints", hints: { key, readOnly, effect }, several: false },
  { what: "with several next states", hints: {}, several: true },
];

for (const slow of SLOW) {
  for (const stepMs of [1, 20, 400]) {
    Deno.test(`once its time is over a model ${slow.what} is asked no more, whatever a step takes: ${stepMs} ms`, () => {
      const clock = { now: 0 };
      const model = slowRegister(slow, stepMs, clock);
      // After so many steps the most different ways of asking are in the midst of something.
      const timeLimitMs = 100 * stepMs;
      const verdict = checkOperations(model, hard(), { timeLimitMs, now: () => clock.now });
      assertEquals([unknownOf(verdict).reason, clock.now], ["time", timeLimitMs]);
    });

    Deno.test(`nor is it on line: ${slow.what}, ${stepMs} ms`, () => {
      const clock = { now: 0 };
      const model = slowRegister(slow, stepMs, clock);
      const checker = new Checker(model, { timeLimitMs: 200, now: () => clock.now });
      for (const event of crowd(crowdRegister({ swaps: true }), CROWD, new Random(3))) {
        if (event.kind === "call") checker.call(event.operation, event.client, event.input);
        if (event.kind !== "return") continue;
        clock.now = 0;
        const { kind } = checker.return(event.operation, event.output);
        assert(clock.now < 200 + stepMs, `an answer took ${clock.now} ms`);
        if (kind !== "ok") return;
      }
      assert(stepMs < 20, "it cannot have been done in time");
    });
  }
}

/** Values that are put and taken away, each an object of its own; a step takes so long by the clock. */
function slowSet(stepMs: number, clock: { now: number }): Model<boolean, readonly [string, boolean], null> {
  return {
    name: "slow set",
    init: () => false,
    step: (_state, [, isThere], _answer, context) => {
      clock.now += stepMs;
      return context.expired() ? ILLEGAL : isThere;
    },
    key: (state) => state,
    partitionKey: ([key]) => key,
  };
}

Deno.test("on line, a call takes no longer than an answer may, though old partitions are looked through", () => {
  const clock = { now: 0 };
  const checker = new Checker(slowSet(20, clock), { timeLimitMs: 400, now: () => clock.now });
  let longest = 0;
  for (let i = 0; i < 600; i++) {
    clock.now = 0;
    checker.call(i, 1, [`key ${i >> 1}`, i % 2 === 0]);
    longest = Math.max(longest, clock.now);
    assertEquals(checker.return(i, null).kind, "ok");
  }
  assert(longest >= 400 && longest <= 420, `a call took ${longest} ms`);
  // What there was no time for is forgotten later on, if not all of it.
  assert(checker.kept < 600, `${checker.kept} operations are kept`);
});

Deno.test("on line, a limit of no time at all leaves the first answer unknown, as it does a whole history", () => {
  for (const model of [registerModel(), plain(registerModel())]) {
    const checker = new Checker(model, { timeLimitMs: 0 });
    checker.call(1, "ann", { f: "write", value: 1 });
    assertEquals(checker.return(1, { f: "write" }), { kind: "unknown", reason: "time", operation: 1 });
  }
});

Deno.test("nor is a model with many keys", () => {
  let now = 0;
  const model: Model<RegisterValue, readonly [string, RegisterInput], RegisterOutput> = {
    name: "slow registers",
    init,
    step: (state, [, input], answer, context) => {
      now += 20;
      return step(state, input, answer, context);
    },
    partitionKey: ([key]) => key,
  };
  const history = hard().filter(({ input }) => input.f === "write").map((operation, i) =>
    ({ ...operation, input: [`key ${i % 50}`, operation.input] }) as const
  );
  for (const timeLimitMs of [100, 500, 1000]) {
    now = 0;
    unknownOf(checkOperations(model, history, { timeLimitMs, now: () => now }));
    assertEquals(now, timeLimitMs);
  }
});

Deno.test("a first step that is cut short proves nothing, whichever search takes it", () => {
  // A model that does not say what its operations do is looked at in other ways first.
  const hinted: Pick<Model<number, number, number>, "effect"> = { effect: () => "update" };
  for (
    const [contest, hints] of [["depth", hinted], ["depth", {}], ["frontier", hinted], [
      "both",
      hinted,
    ]] as const
  ) {
    let now = 0;
    const cutShort: Model<number, number, number> = {
      ...hints,
      name: "cut short",
      init: () => 0,
      step: (_state, input, _answer, context) => {
        now += 1000;
        return context.expired() ? ILLEGAL : input;
      },
    };
    const history = [{
      client: 1,
      callAt: 0,
      input: 1,
      outcome: { status: "ok", output: 0, returnAt: 9 },
    }] as const;
    const [part] = partition(cutShort, history, orderHistory(history));
    const budget = new Budget({ timeLimitMs: 500, now: () => now });
    const { verdict } = decide(cutShort, recorded(history), part, budget, { strategy: "search", contest });
    assertEquals(verdict, "unknown", contest);
  }
});

for (const megabytes of [1, 2]) {
  Deno.test(`a memory limit of ${megabytes} MiB ends the search before more is held`, () => {
    const model = plain(registerModel());
    const limit = megabytes * 2 ** 20;
    // What the process holds besides is other tests' business, which run at the same time.
    const options = { memoryLimitBytes: limit, heldBytes: () => 0 };
    const verdict = unknownOf(checkOperations(model, hard(), options));
    assertEquals(verdict.reason, "memory");
    assert(verdict.linearizableUpTo >= 0);
  });
}

Deno.test("what the process holds counts, too: garbage, and what a step holds", () => {
  for (const [grown, reason] of [[70, "memory"], [50, "time"]] as const) {
    let now = 0;
    const verdict = unknownOf(checkOperations(plain(registerModel()), hard(), {
      memoryLimitBytes: 64 * 2 ** 20,
      timeLimitMs: 100,
      now: () => now += 0.5,
      // It grows at once, to stay so; a little more than the limit is the host's own.
      heldBytes: () => now < 20 ? 100 * 2 ** 20 : (100 + grown + 16) * 2 ** 20,
    }));
    assertEquals(verdict.reason, reason);
  }
});

Deno.test("of a check whose signal fired before it nothing is asked of the model but its first state", () => {
  const asked = (): never => {
    throw new RangeError("asked");
  };
  const model = { ...registerModel(), partitionKey: asked, step: asked };
  const outcome = { status: "ok", output: { f: "write" }, returnAt: 1 } as const;
  const history = [{ client: 1, callAt: 0, input: { f: "write", value: 1 }, outcome } as const];
  const verdict = checkOperations(model, history, { signal: AbortSignal.abort() });
  assert(verdict.kind === "unknown");
  assertEquals([verdict.reason, verdict.linearizableUpTo, verdict.partitions], ["aborted", -1, []]);
});

Deno.test("an abort in the middle ends the check", () => {
  const controller = new AbortController();
  let looks = 0;
  const now = (): number => {
    if (++looks === 20) controller.abort();
    return looks;
  };
  const verdict = unknownOf(
    checkOperations(plain(registerModel()), hard(), { signal: controller.signal, now }),
  );
  assertEquals([verdict.reason, looks < 25], ["aborted", true]);
});

Deno.test("a limit that has struck before the start leaves everything unknown", () => {
  const verdict = unknownOf(checkOperations(registerModel(), hard(), { timeLimitMs: 0 }));
  assert(verdict.reason === "time" && verdict.linearizableUpTo >= -1);
});

Deno.test("a negative limit, a time that is not finite and a return before its call are errors", () => {
  const [first] = hard();
  const bad = (change: Partial<Operation<RegisterInput, RegisterOutput>>, options = {}) =>
    assertThrows(() => checkOperations(registerModel(), [{ ...first, ...change }], options), PorcupineError)
      .code;
  assertEquals(bad({}, { timeLimitMs: -1 }), "bad-limit");
  assertEquals(bad({ callAt: NaN }), "bad-time");
  assertEquals(
    bad({ callAt: 1e9, outcome: { status: "ok", output: { f: "write" }, returnAt: 1 } }),
    "return-before-call",
  );
});

Deno.test("the same history gives the same verdict and certificate every time", () => {
  const { bad } = simulate(
    specOf({ model: "register", clients: 12, ops: 300, seed: 4, reads: 0.4, cas: 0.3, values: 4 }),
  );
  const history = (bad ?? []).map(registerOperation);
  assertEquals(checkOperations(registerModel(), history), checkOperations(registerModel(), history));
});

Deno.test("where time is up in the middle of the only object, not all of it is said to be linearizable", () => {
  let now = 0;
  const cell: Model<number, number, number> = {
    name: "cell",
    init: () => 0,
    step: (state, input, answer) => {
      if (input === 3) now = 1000;
      return !answer.known || answer.output === state + 1 ? state + 1 : ILLEGAL;
    },
  };
  const history = [1, 2, 3, 4].map((input) =>
    ({
      client: 1,
      callAt: 2 * input,
      input,
      outcome: { status: "ok", output: input, returnAt: 2 * input + 1 },
    }) as const
  );
  const verdict = unknownOf(checkOperations(cell, history, { timeLimitMs: 10, now: () => now }));
  assertEquals([verdict.reason, verdict.linearizableUpTo < 2], ["time", true]);
});

Deno.test("the frames of a search do not grow past a memory limit, however much a frame takes where answers were lost", () => {
  const lost: RegisterOperation[] = Array.from({ length: 4000 }, (_, i) => ({
    client: `lost ${i}`,
    callAt: 0,
    input: { f: "write", value: i },
    outcome: { status: "unknown" },
  }));
  const answered = Array.from({ length: 4000 }, (_, i) => write(1, i, 2 * i + 1, 2 * i + 2));
  const history = [...lost, ...answered];
  const model = plain(registerModel());
  const [part] = partition(model, history, orderHistory(history));
  const limit = 2 ** 22;
  const budget = new Budget({ memoryLimitBytes: limit, heldBytes: () => 0 });
  const problem = compile(model, new Questions(recorded(history), part));
  const walk = new Walk(problem, new States(problem, budget));
  const search = new DepthSearch(walk, budget, () => false);
  assertEquals([search.run(1 << 20), budget.stopped], ["stopped", "memory"]);
  assert(search.furthest > 500, `came to level ${search.furthest}`);
  assert(search.bytes <= limit, `${search.bytes} bytes are held`);
});

Deno.test("a limit strikes while it is found out which operations are equal, and nothing is believed of them then", () => {
  const history = Array.from({ length: 300 }, (_, i) => write(1, i % 7, 2 * i, 2 * i + 1));
  const [part] = partition(registerModel(), history, orderHistory(history));
  for (const limit of [5, 50, 1e6]) {
    const problem = compile(registerModel(), new Questions(recorded(history), part));
    let now = 0;
    const isDone = classify(problem, new Budget({ timeLimitMs: limit, now: () => now += 3 }));
    assertEquals([isDone, problem.classes], limit === 1e6 ? [true, 7] : [false, 0]);
    assert(now <= Math.max(limit + 6, limit === 1e6 ? 1e4 : 0), `${now} ms for a limit of ${limit}`);
  }
});
