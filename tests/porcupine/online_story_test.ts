import { assertEquals } from "@std/assert";
import {
  Checker,
  ILLEGAL,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type VersionedKvInput,
  type VersionedKvOutput,
} from "../../porcupine/mod.ts";
import { registerModel, type Versioned, versionedKvModel } from "../../porcupine/mod.ts";
import { eventsOf } from "./fuzz/online.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type Store = Model<Versioned, VersionedKvInput, VersionedKvOutput>;

/** A watched store, told what happens in a few words; operations are numbered as in the story. */
class Story {
  readonly #checker: Checker<Versioned, VersionedKvInput, VersionedKvOutput>;
  #fillers = 1000;

  constructor(model: Store) {
    this.#checker = new Checker(model);
  }

  put(operation: number, version: number, value: string): void {
    this.#checker.call(operation, operation, { f: "put", key: "k", value, version });
  }

  get(operation: number): void {
    this.#checker.call(operation, operation, { f: "get", key: "k" });
  }

  answered(operation: number, result: "ok" | "version" | "maybe"): string {
    return this.#checker.return(operation, { f: "put", result }).kind;
  }

  seen(operation: number, value: string, version: number): string {
    return this.#checker.return(operation, { f: "get", value, version }).kind;
  }

  /** Enough answers that say nothing new, for the past to be looked for. */
  timePasses(value: string, version: number): void {
    for (let i = 0; i < 40; i++) {
      this.get(++this.#fillers);
      assertEquals(this.seen(this.#fillers, value, version), "ok");
    }
  }
}

Deno.test("a version that two puts may have made is read late, with a value that neither of them wrote", () => {
  for (const [value, expected] of [["a", "ok"], ["b", "ok"], ["z", "illegal"]]) {
    const story = new Story(versionedKvModel());
    story.put(1, 0, "a");
    story.put(2, 0, "b");
    story.answered(1, "maybe");
    story.answered(2, "maybe");
    story.get(3);
    story.put(4, 1, "c");
    assertEquals(story.answered(4, "ok"), "ok");
    story.timePasses("c", 2);
    assertEquals(story.seen(3, value, 1), expected, `read ${value}`);
  }
});

Deno.test("what refused puts say of the time of a version that is kept is known to the search that takes over", () => {
  const model: Store = versionedKvModel();
  const { kind } = model;
  if (kind?.type !== "versioned") throw new TypeError("the store has versions");
  const story = new Story({
    ...model,
    // The kind does not fit reads of version 1: from the first one on it is searched.
    kind: {
      ...kind,
      view(input, answer) {
        const action = kind.view(input, answer);
        return action?.op === "get" && answer.known && action.version === 1 ? undefined : action;
      },
    },
  });
  story.timePasses("", 0);
  story.put(1, 0, "a");
  story.put(2, 0, "x");
  story.answered(2, "version"); // so version 1 has begun
  story.put(3, 1, "y");
  story.put(4, 1, "b");
  story.answered(3, "version"); // so version 2 has
  story.get(5);
  story.answered(1, "ok");
  assertEquals(story.answered(4, "ok"), "ok");
  story.timePasses("b", 2);
  assertEquals(story.seen(5, "a", 1), "illegal");
});

Deno.test("twenty thousand writes and reads take no more memory than a hundred operations, and the first lie is met", () => {
  const checker = new Checker(registerModel());
  let kept = 0;
  for (let i = 0; i < 20_000; i++) {
    checker.call(3 * i, "writer", { f: "write", value: i });
    checker.call(3 * i + 1, "reader", { f: "read" });
    checker.return(3 * i, { f: "write" });
    checker.return(3 * i + 1, { f: "read", value: i });
    kept = Math.max(kept, checker.kept);
  }
  assertEquals(checker.status.kind, "ok");
  assertEquals(kept < 100, true, `${kept} operations were kept`);
  checker.call(-1, "late", { f: "read" });
  const status = checker.return(-1, { f: "read", value: 19_998 });
  assertEquals(status.kind === "illegal" && status.operation, -1);
});

for (const [windowAnswers, most] of [[256, 4 * 256 + 64], [32, 4 * 32 + 64]] as const) {
  Deno.test(`of three thousand reads, writes and swaps of five values at most ${most} are kept, and a lie is met at once`, () => {
    const spec = specOf({ clients: 5, ops: 3000, seed: 5, reads: 1 / 3, cas: 1 / 3, values: 5 });
    const history = simulate(spec).ok.map(registerOperation);
    const checker = new Checker(registerModel(), { windowAnswers });
    let kept = 0;
    for (const { kind, index } of eventsOf(history)) {
      const { client, input, outcome } = history[index];
      if (kind === "call") checker.call(index, client, input);
      else if (outcome.status === "ok") checker.return(index, outcome.output);
      kept = Math.max(kept, checker.kept);
    }
    assertEquals(checker.status.kind, "ok");
    assertEquals(kept <= most, true, `${kept} operations were kept`);
    checker.call(-1, "late", { f: "read" });
    assertEquals(checker.return(-1, { f: "read", value: 7 }).kind, "illegal");
  });
}

Deno.test("an on-line answer's limit holds for all that is done for it, whatever a step takes", () => {
  let now = 0;
  const slow: Model<number, number | "read", number> = {
    name: "slow counter",
    init: () => 0,
    step: (state, input, answer) => {
      now += 10;
      if (input !== "read") return state + input;
      return answer.known && answer.output !== state ? ILLEGAL : state;
    },
  };
  const checker = new Checker(slow, { timeLimitMs: 500, now: () => now });
  checker.call(-1, -1, 0.25);
  assertEquals(checker.return(-1, 0.25).kind, "ok");
  for (let i = 0; i < 12; i++) checker.call(i, i, 2 ** i);
  checker.call(99, 99, "read");
  const started = now;
  // No sum of those that are open: a great many orders would have to be tried.
  const status = checker.return(99, 2 ** 12 - 0.5);
  assertEquals(status.kind === "unknown" && status.reason, "time");
  assertEquals(now - started <= 600, true, `it took ${now - started}`);
});

Deno.test("a get that is answered after the past is summed up may have seen a put that was called after that", () => {
  const checker = new Checker(kvModel());
  let number = 0;
  const call = (input: KvInput): number => {
    checker.call(++number, number, input);
    return number;
  };
  const answered = (operation: number, output: KvOutput): void => {
    assertEquals(checker.return(operation, output).kind, "ok");
  };
  const put = (value: string): void => answered(call({ f: "put", key: "k", value }), { f: "put" });
  // One token twice: from here on it is searched.
  put("0 ");
  for (let i = 0; i < 13; i++) put(`${i} `);
  // While it is open there is no put that could still come.
  answered(call({ f: "append", key: "k", value: "b " }), { f: "append" });
  const early = call({ f: "get", key: "k" });
  answered(call({ f: "append", key: "k", value: "a " }), { f: "append" });
  // From here on one is open, so that the past ends here.
  const open = call({ f: "get", key: "k" });
  put("new ");
  answered(early, { f: "get", value: "new " });
  for (let i = 0; i < 20; i++) put(`${i} more `);
  answered(open, { f: "get", value: "19 more " });
});
