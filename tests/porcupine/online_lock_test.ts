/** On line: locks with tokens one after the other; what is kept of them, and what is told of an impossible answer. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  Checker,
  checkOperations,
  keyedModel,
  type LockInput,
  lockModel,
  type LockOutput,
  type LockState,
  type Operation,
  PorcupineError,
} from "../../porcupine/mod.ts";
import { LockWatch } from "../../porcupine/online/lock_watch.ts";
import { type Watched, watchedCall } from "../../porcupine/online/watched.ts";
import { disturbed } from "./fuzz/disturbed.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { eventsOf, firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";

const MODEL = lockModel();

/** A lock whose tokens are named when they are near, also by who does not know them. */
function nearShape(): Shape<number, LockInput, LockOutput> {
  let changes = 0;
  const near = (random: Random): number => Math.max(1, Math.ceil(changes / 2) + 1 - random.below(3));
  return {
    init: () => 0,
    input: (random) => random.below(2) === 0 ? { f: "acquire" } : { f: "release", token: near(random) },
    run: (state, input) => {
      const isHeld = state % 2 === 1;
      const isDone = input.f === "acquire" ? !isHeld : isHeld && 2 * input.token === state + 1;
      const next = isDone ? state + 1 : state;
      changes = Math.max(changes, next);
      if (input.f === "release") return [next, { f: "release", released: isDone }];
      return [next, { f: "acquire", token: isDone ? (next + 1) / 2 : null }];
    },
    guess: ({ f }, random) =>
      f === "release"
        ? { f, released: random.below(2) === 0 }
        : { f, token: random.below(3) === 0 ? null : near(random) },
  };
}

const small = "on line, a lock whose tokens are near stops at the first impossible answer";
Deno.test(small, () =>
  forSeeds(small, 300, (seed) => {
    const history = seed % 3 === 0
      ? disturbed(nearShape(), 6 + seed % 4, seed)
      : randomHistory(nearShape(), 5 + seed % 5, new Random(seed));
    return stopFault(firstImpossible(MODEL, history, oracle), firstRefused(MODEL, history, 256));
  }));

const long =
  "on line, a lock whose tokens are near agrees with checking every prefix of 30 to 100 operations";
Deno.test(long, () =>
  forSeeds(long, 30, (seed) => {
    const history = disturbed(nearShape(), 30 + seed % 70, seed);
    const possible: typeof oracle = (one, prefix) =>
      checkOperations(one, prefix, { explain: "verdict", strategy: "search" }).kind === "ok";
    return stopFault(firstImpossible(MODEL, history, possible), firstRefused(MODEL, history, 256));
  }));

/** What the watch says of the first impossible answer; `undefined` if there is none. */
function impossible(history: readonly Operation<LockInput, LockOutput>[]) {
  const fencing = MODEL.fencing;
  if (fencing === undefined) throw new Error("the model declares no lock");
  const watch = new LockWatch<LockState, LockInput, LockOutput>(fencing);
  const open = new Map<number, Watched<LockInput, LockOutput>>();
  let clock = 0;
  for (const { kind, index } of eventsOf(history)) {
    const { client, input, outcome } = history[index];
    const watched = open.get(index) ?? watchedCall(index, client, input, clock);
    open.set(index, watched);
    clock++;
    if (kind === "call") watch.call(watched);
    else if (kind === "lost") {
      watched.status = "lost";
      watch.lose(watched);
    } else if (outcome.status === "ok") {
      Object.assign(watched, {
        status: "returned",
        ret: clock - 1,
        answer: { known: true, output: outcome.output },
      });
      if (watch.answer(watched) === "illegal") return { states: watch.states, operations: watch.operations };
    }
  }
  return undefined;
}

const core = "on line, what is told of a lock's impossible answer is impossible by itself, and is not all";
Deno.test(core, () => {
  let [told, all] = [0, 0];
  forSeeds(core, 200, (seed) => {
    const history = disturbed(nearShape(), 20 + seed % 20, seed);
    const found = impossible(history);
    if (found === undefined) return undefined;
    const { states: [state], operations } = found;
    told += operations.length;
    all += history.length;
    const model = { ...MODEL, init: () => state };
    const rest = operations.map(({ client, input, call, ret, answer }): Operation<LockInput, LockOutput> => ({
      client,
      input,
      callAt: call,
      outcome: answer.known ? { status: "ok", returnAt: ret, output: answer.output } : { status: "unknown" },
    }));
    const { kind } = checkOperations(model, rest, { explain: "verdict", strategy: "search" });
    return kind === "illegal" ? undefined : `${kind}, from ${JSON.stringify(state)}`;
  });
  assertEquals(told < all / 2, true, `${told} of ${all} operations were told`);
});

for (const end of ["lost", "open"] as const) {
  Deno.test(`on line: a lock keeps twelve operations at most of forty thousand, though four stay ${end}`, () => {
    const checker = new Checker(MODEL);
    const done = (operation: number, input: LockInput, output: LockOutput): string => {
      checker.call(operation, operation, input);
      return checker.return(operation, output).kind;
    };
    const hanging = [{ f: "acquire" }, { f: "release", token: 1 }, { f: "release", token: 90 }, {
      f: "acquire",
    }] as const;
    for (const [operation, input] of hanging.entries()) {
      checker.call(operation, operation, input);
      if (end === "lost") checker.lost(operation);
    }
    let kept = 0;
    for (let token = 1; token <= 20_000; token++) {
      assertEquals(done(10, { f: "acquire" }, { f: "acquire", token }), "ok");
      assertEquals(done(11, { f: "release", token }, { f: "release", released: true }), "ok");
      kept = Math.max(kept, checker.kept);
    }
    assertEquals(kept <= 12, true, `${kept} operations were kept`);
    // One of the two acquisitions may hold it now, and then the other one.
    assertEquals(done(12, { f: "acquire" }, { f: "acquire", token: null }), "ok");
    assertEquals(done(13, { f: "release", token: 20_001 }, { f: "release", released: true }), "ok");
    assertEquals(done(14, { f: "acquire" }, { f: "acquire", token: null }), "ok");
    assertEquals(done(15, { f: "release", token: 20_002 }, { f: "release", released: true }), "ok");
    assertEquals(done(16, { f: "acquire" }, { f: "acquire", token: null }), "illegal");
  });
}

Deno.test("on line: who was lost has taken a lock once, and no other one again", () => {
  const checker = new Checker(keyedModel(MODEL));
  const done = (operation: number, input: LockInput, output: LockOutput): string => {
    checker.call(operation, operation, { key: "k", input });
    return checker.return(operation, output).kind;
  };
  checker.call(1, 1, { key: "k", input: { f: "acquire" } });
  checker.lost(1);
  assertEquals(done(2, { f: "acquire" }, { f: "acquire", token: null }), "ok");
  assertEquals(done(3, { f: "release", token: 1 }, { f: "release", released: true }), "ok");
  assertEquals(done(4, { f: "acquire" }, { f: "acquire", token: 2 }), "ok");
  assertEquals(done(5, { f: "release", token: 1 }, { f: "release", released: false }), "ok");
  assertEquals(done(6, { f: "release", token: 2 }, { f: "release", released: true }), "ok");
  assertEquals(done(7, { f: "acquire" }, { f: "acquire", token: null }), "illegal");
});

Deno.test("on line: a release that hangs does not keep what comes after it, and may not say that it was refused", () => {
  const checker = new Checker(MODEL);
  const done = (operation: number, input: LockInput, output: LockOutput): string => {
    checker.call(operation, operation, input);
    return checker.return(operation, output).kind;
  };
  assertEquals(done(10, { f: "acquire" }, { f: "acquire", token: 1 }), "ok");
  checker.call(1, 1, { f: "release", token: 1 });
  let kept = 0;
  for (let token = 2; token <= 2000; token++) {
    assertEquals(done(10, { f: "acquire" }, { f: "acquire", token }), "ok");
    assertEquals(done(11, { f: "release", token }, { f: "release", released: true }), "ok");
    kept = Math.max(kept, checker.kept);
  }
  assertEquals(kept, 1);
  checker.call(2, 2, { f: "release", token: 1 });
  assertEquals(checker.return(1, { f: "release", released: false }).kind, "illegal");
  const { status } = checker;
  assertEquals(
    status.kind === "illegal" && status.sentence,
    "Client 1's release(token 1) -> refused is impossible: no order of the last 3 operations, beginning with " +
      "held with token 1, gives these answers.",
  );
});

Deno.test("on line: a lock keeps four operations at most, though each release is lost once and then repeated", () => {
  const checker = new Checker(MODEL);
  let kept = 0;
  for (let token = 1; token <= 2000; token++) {
    checker.call(1, 1, { f: "acquire" });
    checker.return(1, { f: "acquire", token });
    checker.call(2, 2, { f: "release", token });
    checker.lost(2);
    // Every other time the lost one was heard of.
    checker.call(3, 3, { f: "release", token });
    assertEquals(checker.return(3, { f: "release", released: token % 2 === 0 }).kind, "ok");
    kept = Math.max(kept, checker.kept);
  }
  assertEquals(kept <= 4, true, `${kept} operations were kept`);
});

Deno.test("on line: a lost release is forgotten once another one of its token says that it was the one", () => {
  const checker = new Checker(MODEL);
  const acquire = (token: number): string => {
    checker.call(9, 9, { f: "acquire" });
    return checker.return(9, { f: "acquire", token }).kind;
  };
  acquire(1);
  checker.call(1, 1, { f: "release", token: 1 });
  checker.call(2, 2, { f: "release", token: 1 });
  checker.lost(1);
  // One of the two has released it, and then nobody else will.
  assertEquals([acquire(2), checker.kept], ["ok", 2]);
  assertEquals([checker.return(2, { f: "release", released: true }).kind, checker.kept], ["ok", 0]);
});

for (
  const [what, token] of [["a text", "1"], ["a half", 1.5], ["none", undefined], ["nothing", 0]] as const
) {
  Deno.test(`on line: a token that is ${what} is given to nobody, and who names it is refused`, () => {
    const started = () => {
      const checker = new Checker(MODEL);
      checker.call(1, 1, { f: "acquire" });
      checker.return(1, { f: "acquire", token: 1 });
      checker.call(2, 2, { f: "release", token: token as unknown as number });
      return checker;
    };
    const acquired = new Checker(MODEL);
    acquired.call(1, 1, { f: "acquire" });
    assertEquals(acquired.return(1, { f: "acquire", token: token as unknown as number }).kind, "illegal");
    assertEquals(started().return(2, { f: "release", released: true }).kind, "illegal");
    assertEquals(started().return(2, { f: "release", released: false }).kind, "ok");
  });
}

Deno.test("on line: what declares a lock without saying all of it is refused, and what it throws is told", () => {
  const half = { ...MODEL, fencing: { view: MODEL.fencing?.view } };
  const refused = assertThrows(() => new Checker(half as unknown as typeof MODEL), PorcupineError);
  assertEquals(refused.message.includes("has no stateAfter"), true, refused.message);
  const odd = { ...MODEL, fencing: { ...MODEL.fencing, tokens: "falling" } };
  const unordered = assertThrows(() => new Checker(odd as unknown as typeof MODEL), PorcupineError);
  assertEquals(unordered.message.includes("give consecutive or increasing"), true, unordered.message);
  const view = () => {
    throw new Error("no such word");
  };
  const stateAfter = MODEL.fencing?.stateAfter ?? view;
  const checker = new Checker({ ...MODEL, fencing: { tokens: "consecutive", view, stateAfter } });
  const thrown = assertThrows(() => checker.call(1, "ann", { f: "acquire" }), PorcupineError);
  assertEquals([thrown.code, thrown.message.includes("no such word")], ["model-threw", true]);
});
