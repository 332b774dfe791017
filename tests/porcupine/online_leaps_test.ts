/** On line: locks whose tokens increase by whatever; what is kept of them, and when a search takes over. */
import { assertEquals } from "@std/assert";
import { Checker, checkOperations, type LockInput, lockModel, type LockOutput } from "../../porcupine/mod.ts";
import { disturbed } from "./fuzz/disturbed.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { firstImpossible, firstRefused, stopFault } from "./fuzz/online.ts";
import { oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";

const MODEL = lockModel({ tokens: "increasing" });

/** Tokens are even, most of them one after the other. Of `strayEvery` releases one names any near token, the others one that may be held. */
function leapingShape(strayEvery: number): Shape<number, LockInput, LockOutput> {
  // The last token given out; negative: it is free again. Inputs may be drawn before anything is run.
  let highest = 0;
  const near = (random: Random): number => {
    const even = highest === 0 ? 2 + 2 * random.below(3) : highest - 2 * random.below(3) * random.below(2);
    return Math.max(1, random.below(strayEvery) === 0 ? even + 2 - random.below(5) : even);
  };
  return {
    init: () => 0,
    input: (random) => random.below(2) === 0 ? { f: "acquire" } : { f: "release", token: near(random) },
    run: (state, input, random) => {
      if (input.f === "release") {
        const released = state === input.token;
        return [released ? -state : state, { f: "release", released }];
      }
      if (state > 0) return [state, { f: "acquire", token: null }];
      highest = 2 - state + (random.below(4) === 0 ? random.below(4) : 0);
      return [highest, { f: "acquire", token: highest }];
    },
    guess: ({ f }, random) =>
      f === "release"
        ? { f, released: random.below(2) === 0 }
        : { f, token: random.below(3) === 0 ? null : near(random) },
  };
}

for (const strayEvery of [3, 1000]) {
  const small =
    `on line, a lock whose tokens increase stops at the first impossible answer: one of ${strayEvery} releases is of any token`;
  Deno.test(small, () =>
    forSeeds(small, 300, (seed) => {
      const shape = leapingShape(strayEvery);
      const history = seed % 3 === 0
        ? disturbed(shape, 6 + seed % 4, seed)
        : randomHistory(shape, 5 + seed % 5, new Random(seed));
      return stopFault(firstImpossible(MODEL, history, oracle), firstRefused(MODEL, history, 256));
    }));
  const long =
    `on line, a lock whose tokens increase agrees with checking every prefix: one of ${strayEvery} releases is of any token`;
  Deno.test(long, () =>
    forSeeds(long, 30, (seed) => {
      const history = disturbed(leapingShape(strayEvery), 30 + seed % 70, seed);
      const possible: typeof oracle = (one, prefix) =>
        checkOperations(one, prefix, { explain: "verdict", strategy: "search" }).kind === "ok";
      return stopFault(firstImpossible(MODEL, history, possible), firstRefused(MODEL, history, 256));
    }));
}

/** A lock that is told of what happens to it. */
class Story {
  readonly checker = new Checker(MODEL);
  #operation = 0;

  /** An operation begins; the number it has. */
  call(input: LockInput): number {
    this.checker.call(++this.#operation, this.#operation, input);
    return this.#operation;
  }

  /** It ends: with a token, or busy; released, or refused. */
  answer(operation: number, told: number | null | boolean): string {
    const output: LockOutput = typeof told === "boolean"
      ? { f: "release", released: told }
      : { f: "acquire", token: told };
    return this.checker.return(operation, output).kind;
  }

  /** Both, at once. */
  acquire(told: number | null): string {
    return this.answer(this.call({ f: "acquire" }), told);
  }

  /** Both, at once. */
  release(token: number, told: boolean): string {
    return this.answer(this.call({ f: "release", token }), told);
  }

  /** So many times it is acquired and released; the most operations that were kept. */
  goOn(times: number, from: number): number {
    let kept = 0;
    for (let token = from; token < from + 3 * times; token += 3) {
      assertEquals([this.acquire(token), this.release(token, true)], ["ok", "ok"]);
      kept = Math.max(kept, this.checker.kept);
    }
    return kept;
  }
}

Deno.test("on line: who holds a lock without having told his token is who names it, and nobody else", () => {
  const story = () => {
    const one = new Story();
    one.call({ f: "acquire" });
    assertEquals([one.acquire(5), one.release(5, true), one.acquire(null)], ["ok", "ok", "ok"]);
    return one;
  };
  assertEquals(story().answer(1, 7), "ok");
  assertEquals(story().answer(1, 5), "illegal");
  assertEquals(story().answer(1, null), "illegal");
  assertEquals(story().acquire(7), "illegal");
  assertEquals(story().release(7, true), "ok");
  const refused = story();
  assertEquals([refused.release(7, false), refused.answer(1, 7)], ["ok", "illegal"]);
  const released = story();
  assertEquals([released.release(7, true), released.answer(1, 9)], ["ok", "illegal"]);
});

Deno.test("on line: a token between two others was given out if who named it in time says so, and not otherwise", () => {
  const story = () => {
    const one = new Story();
    one.call({ f: "acquire" });
    one.call({ f: "release", token: 7 });
    assertEquals([one.acquire(5), one.release(5, true), one.acquire(9)], ["ok", "ok", "ok"]);
    return one;
  };
  assertEquals(story().answer(2, true), "ok");
  assertEquals(story().answer(2, false), "ok");
  assertEquals(story().answer(1, 7), "ok");
  assertEquals(story().answer(1, 6), "illegal");
  assertEquals(story().release(7, true), "illegal");
  const twice = story();
  assertEquals([twice.answer(1, 7), twice.answer(2, false)], ["ok", "illegal"]);
});

Deno.test("on line: of a lock whose tokens increase two operations are kept, though four were lost or do nothing", () => {
  const story = new Story();
  assertEquals([story.acquire(1), story.release(1, true)], ["ok", "ok"]);
  const hanging = [{ f: "acquire" }, { f: "release", token: 1 }, { f: "acquire" }] as const;
  for (const input of hanging) story.checker.lost(story.call(input));
  story.call({ f: "release", token: 1 });
  const kept = story.goOn(20_000, 4);
  assertEquals(kept <= 5, true, `${kept} operations were kept`);
  // One of the two acquisitions may hold it now, and then the other one.
  assertEquals([story.acquire(null), story.release(70_000, true)], ["ok", "ok"]);
  assertEquals([story.acquire(null), story.release(70_001, true), story.acquire(null)], [
    "ok",
    "ok",
    "illegal",
  ]);
});

Deno.test("on line: of a lock whose tokens increase it is known who hangs, and what he may be answered", () => {
  const story = (beforehand: boolean) => {
    const one = new Story();
    const hanging = one.call({ f: "acquire" });
    if (beforehand) assertEquals(one.release(1, true), "ok");
    assertEquals(one.goOn(300, 4) <= 602, true);
    return { one, hanging };
  };
  const used = story(true);
  assertEquals(used.one.answer(used.hanging, 1), "ok");
  const busy = story(false);
  assertEquals(busy.one.answer(busy.hanging, null), "ok");
  const taken = story(true);
  assertEquals(taken.one.answer(taken.hanging, null), "illegal");
  const late = new Story();
  assertEquals(late.acquire(1), "ok");
  const release = late.call({ f: "release", token: 1 });
  late.goOn(300, 4);
  assertEquals(late.answer(release, false), "illegal");
});

Deno.test("on line: what was lost, and is used up for certain, is not asked for again by a search", () => {
  const story = new Story();
  story.checker.lost(story.call({ f: "release", token: 6 }));
  assertEquals(story.acquire(2), "ok");
  story.checker.lost(story.call({ f: "release", token: 2 }));
  assertEquals([story.release(2, false), story.release(2, false)], ["ok", "ok"]);
  // No lock gives out such a token: this is left to the search.
  assertEquals(story.release(Number.NaN, false), "ok");
  assertEquals([story.acquire(7), story.acquire(null)], ["ok", "ok"]);
});

Deno.test("on line: a search that takes over knows how a lock was before its last change, if somebody open has seen it", () => {
  for (const isSwift of [true, false]) {
    const story = new Story();
    const acquire = story.call({ f: "acquire" });
    const early = story.call({ f: "release", token: 7 });
    assertEquals(story.acquire(5), "ok");
    if (isSwift) assertEquals(story.release(5, true), "ok");
    else {
      const release = story.call({ f: "release", token: 5 });
      assertEquals([story.acquire(7), story.answer(release, true)], ["ok", "ok"]);
    }
    // No lock gives out such a token: this is left to the search.
    assertEquals(story.release(Number.NaN, false), "ok");
    assertEquals([story.answer(acquire, null), story.answer(early, false)], ["ok", "ok"]);
    assertEquals(isSwift ? story.acquire(null) : story.release(7, false), "illegal");
  }
});

Deno.test("on line: who may have had a token between two others, and was lost, may also have had none", () => {
  const story = () => {
    const one = new Story();
    one.checker.lost(one.call({ f: "acquire" }));
    one.checker.lost(one.call({ f: "release", token: 7 }));
    for (const token of [5, 9]) assertEquals([one.acquire(token), one.release(token, true)], ["ok", "ok"]);
    assertEquals(one.acquire(null), "ok");
    return one;
  };
  const late = story();
  assertEquals([late.release(11, true), late.acquire(null)], ["ok", "illegal"]);
  assertEquals([story().acquire(9), story().acquire(11), story().release(7, true)], [
    "illegal",
    "illegal",
    "illegal",
  ]);
  // Nothing is left of the time when it may have been either way.
  assertEquals(late.checker.kept <= 3, true);
});

Deno.test("on line: with many tokens named that may have been given out, a search takes over", () => {
  const story = new Story();
  const acquires = Array.from({ length: 8 }, () => story.call({ f: "acquire" }));
  for (let token = 2; token < 10; token++) story.call({ f: "release", token });
  assertEquals([story.acquire(1), story.release(1, true), story.acquire(10)], ["ok", "ok", "ok"]);
  for (const [k, operation] of acquires.entries()) assertEquals(story.answer(operation, 9 - k), "ok");
  assertEquals(story.acquire(11), "illegal");
});

Deno.test("on line: who takes a lock and hangs is believed whatever token he names, though it is searched and others were refused for long", () => {
  for (const [token, kind] of [[7, "ok"], [0, "illegal"], [null, "illegal"]] as const) {
    const story = new Story();
    // No lock gives out such a token, so that a search takes over.
    assertEquals(story.release(0, false), "ok");
    const hanging = story.call({ f: "acquire" });
    for (let i = 0; i < 300; i++) assertEquals(story.acquire(null), "ok");
    assertEquals(story.answer(hanging, token), kind);
  }
});
