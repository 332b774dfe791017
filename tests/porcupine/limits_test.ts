import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  PorcupineError,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type UnknownVerdict,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decide } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, recorded } from "../../porcupine/parts.ts";
import { decideWhole, plain, WAYS } from "./fuzz/compare.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

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
  const verdict = unknownOf(checkOperations(model, hard(), { timeLimitMs: 500, now: () => now += 1 }));
  assertEquals(verdict.reason, "time");
  // The clock moves by one with every look, so that looks after the limit would be seen.
  assert(now <= 550, `the clock was looked at until ${now}`);
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
    const verdict = unknownOf(checkOperations(model, hard(), { memoryLimitBytes: limit }));
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

Deno.test("a table that would not fit beside the old one is not made", () => {
  const mib = 2 ** 20;
  let held = 0;
  const budget = new Budget({ memoryLimitBytes: 512 * mib, now: () => 0, heldBytes: () => held });
  held = 400 * mib;
  assertEquals(budget.allow(40 * mib), true);
  assertEquals(budget.allow(240 * mib), false);
  assertEquals(budget.stopped, "memory");
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
