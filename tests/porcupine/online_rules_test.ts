/** For each rule of the on-line watches a history that needs its fine print. */
import { assertEquals } from "@std/assert";
import {
  Checker,
  type CounterInput,
  counterModel,
  type CounterOutput,
  type KvInput,
  kvModel,
  type KvOutput,
  type LockInput,
  lockModel,
  type LockOutput,
  type LockState,
  logModel,
  type LogOutput,
  type Model,
  queueModel,
  type QueueOutput,
  versionedKvModel,
} from "../../porcupine/mod.ts";

/** Calls are `[operation, request]`, answers `[operation, "->", answer]`, losses `[operation, "lost"]`. */
type Line<Input, Output> =
  | readonly [operation: number, input: Input]
  | readonly [operation: number, arrow: "->", output: Output]
  | readonly [operation: number, lost: "lost"];

/** The operation at whose answer the checker stops; 0: it does not. */
function stopsAt<State, Input, Output>(
  model: Model<State, Input, Output>,
  lines: readonly Line<Input, Output>[],
): number {
  const checker = new Checker(model);
  for (const [operation, second, ...rest] of lines) {
    if (second === "lost") checker.lost(operation);
    else if (second === "->") { for (const output of rest) checker.return(operation, output); }
    else checker.call(operation, operation, second as Input);
  }
  return checker.status.kind === "illegal" ? checker.status.operation : 0;
}

const put = (value: string) => ({ f: "enqueue", value }) as const;
const take = { f: "dequeue" } as const;
const done = { f: "enqueue" } as const;
const out = (value: string | null): QueueOutput => ({ f: "dequeue", value });

/** x is put in before y, and y comes out while `open` can have taken x out. */
const OVERTAKEN = [
  [1, put("x")],
  [1, "->", done],
  [2, put("y")],
  [2, "->", done],
  [3, take],
  [4, take],
  [4, "->", out("y")],
] as const;

Deno.test("on line: a value that a later one has overtaken comes out for who was called before that, and for nobody else", () => {
  assertEquals(stopsAt(queueModel(), [...OVERTAKEN, [3, "->", out("x")]]), 0);
  assertEquals(stopsAt(queueModel(), [...OVERTAKEN, [5, take], [5, "->", out("x")]]), 5);
  assertEquals(stopsAt(queueModel(), [...OVERTAKEN, [3, "->", out(null)]]), 3);
});

Deno.test("on line: a queue is empty for nobody while a value is in that comes out later", () => {
  const story = (...between: readonly Line<typeof take | ReturnType<typeof put>, QueueOutput>[]): number =>
    stopsAt(queueModel(), [
      [1, put("x")],
      [1, "->", done],
      [2, take],
      ...between,
      [4, take],
      [4, "->", out("x")],
      [2, "->", out(null)],
    ]);
  assertEquals(story(), 0);
  assertEquals(story([3, put("y")], [3, "->", done]), 2);
});

Deno.test("on line: what a lost dequeue must have taken out comes out for nobody else, however late", () => {
  const story: Line<typeof take | ReturnType<typeof put>, QueueOutput>[] = [
    [1, take],
    [1, "lost"],
    [2, put("x")],
    [2, "->", done],
    [3, take],
    [3, "->", out(null)],
  ];
  for (let i = 10; i < 14; i++) {
    story.push([i, put(String(i))], [i, "->", done], [i + 100, take], [i + 100, "->", out(String(i))]);
  }
  assertEquals(stopsAt(queueModel(), [...story, [5, take], [5, "->", out("x")]]), 5);
  assertEquals(stopsAt(queueModel(), story), 0);
});

const written = (f: "put" | "append", value: string) => ({ f, key: "k", value }) as const;
const get = { f: "get", key: "k" } as const;
const seen = (value: string): KvOutput => ({ f: "get", value });
const wrote = (f: "put" | "append"): KvOutput => ({ f });

Deno.test("on line: a token stands behind those that were appended before it", () => {
  const story = (text: string): number =>
    stopsAt(kvModel(), [
      [1, written("put", "p ")],
      [2, written("append", "a ")],
      [2, "->", wrote("append")],
      [3, written("append", "x ")],
      [3, "->", wrote("append")],
      [1, "->", wrote("put")],
      [4, get],
      [4, "->", seen(text)],
    ]);
  assertEquals(story("p a x "), 0);
  assertEquals(story("p x "), 0);
  assertEquals(story("p x a "), 4);
});

Deno.test("on line: of two texts that were read one continues the other, whichever is longer and whichever was read first", () => {
  const story = (first: string, second: string): number =>
    stopsAt(kvModel(), [
      [1, written("append", "a ")],
      [2, written("append", "b ")],
      [3, written("append", "c ")],
      [4, get],
      [5, get],
      [4, "->", seen(first)],
      [5, "->", seen(second)],
    ]);
  assertEquals(story("a b ", "a b c "), 0);
  assertEquals(story("a b c ", "a b "), 0);
  assertEquals(story("a b ", "b a c "), 5);
  assertEquals(story("a b ", "b "), 5);
  assertEquals(story("b a c ", "a b "), 5);
});

Deno.test("on line: a text is read no more once the next one was read", () => {
  const story = (text: string): number =>
    stopsAt(kvModel(), [
      [1, written("put", "p ")],
      [1, "->", wrote("put")],
      [2, written("append", "a ")],
      [3, get],
      [3, "->", seen("p a ")],
      [4, get],
      [4, "->", seen(text)],
    ]);
  assertEquals(story("p a "), 0);
  assertEquals(story("p "), 4);
});

const added = (value: string) => ({ f: "append", value }) as const;
const told = (offset: number | "unsaid"): LogOutput => ({ f: "append", offset });
const length = { f: "length" } as const;
const long = (length: number): LogOutput => ({ f: "length", length });

Deno.test("on line: an append that has returned stands in the log, whether it told where or not", () => {
  const story = (offset: number | "unsaid", end: number): number =>
    stopsAt(logModel(), [[1, added("a")], [1, "->", told(offset)], [2, length], [2, "->", long(end)]]);
  for (const offset of [0, "unsaid"] as const) {
    assertEquals(story(offset, 1), 0);
    assertEquals(story(offset, 0), 2);
    assertEquals(story(offset, 2), 2);
  }
});

Deno.test("on line: of two entries that were not told apart the one called later may be the earlier one", () => {
  // The first one is open: who has returned must be the only entry.
  const story = (end: number): number =>
    stopsAt(logModel(), [
      [1, added("a")],
      [2, added("b")],
      [2, "->", told("unsaid")],
      [3, length],
      [3, "->", long(end)],
    ]);
  assertEquals(story(1), 0);
  assertEquals(story(2), 0);
  assertEquals(story(3), 3);
});

const watchedLock = lockModel({ tokens: "increasing" });
const { fencing: _fencing, ...searchedLock } = watchedLock;

for (const [how, model] of [["watched", watchedLock], ["searched", searchedLock]] as const) {
  Deno.test(`on line: a lost holder of a lock may have had the token that a lost release names: ${how}`, () => {
    const acquire = { f: "acquire" } as const;
    const story = (named: number): number =>
      stopsAt<LockState, LockInput, LockOutput>(model, [
        [1, { f: "release", token: named }],
        [1, "lost"],
        [2, acquire],
        [3, acquire],
        [3, "->", { f: "acquire", token: null }],
        [4, acquire],
        [4, "->", { f: "acquire", token: 8 }],
      ]);
    assertEquals(story(3), 0);
    assertEquals(story(0), 4);
  });
}

for (const [how, model] of [["watched", watchedLock], ["searched", searchedLock]] as const) {
  Deno.test(`on line: who holds a lock without having told his token has none that is over, whoever was refused with that: ${how}`, () => {
    const acquire = { f: "acquire" } as const;
    const story = (last: number): number =>
      stopsAt<LockState, LockInput, LockOutput>(model, [
        [1, { f: "release", token: 3 }],
        [2, acquire],
        [2, "->", { f: "acquire", token: 5 }],
        [3, { f: "release", token: 5 }],
        [3, "->", { f: "release", released: true }],
        [4, acquire],
        [5, acquire],
        [5, "->", { f: "acquire", token: null }],
        [6, { f: "release", token: 3 }],
        [6, "->", { f: "release", released: false }],
        [4, "->", { f: "acquire", token: last }],
      ]);
    assertEquals(story(6), 0);
    assertEquals(story(3), 4);
  });
}

Deno.test("on line: a counter that was counted up by one, and then by two, is searched from then on, with what was counted", () => {
  const read = { f: "read" } as const;
  const story = (value: number): number =>
    stopsAt(counterModel(), [
      ...Array.from({ length: 20 }, (_, i) =>
        [
          [i + 1, { f: "add", amount: 1 }],
          [i + 1, "->", { f: "add" }],
        ] as const).flat(),
      [30, { f: "add", amount: 2 }],
      [30, "->", { f: "add" }],
      [31, read],
      [31, "->", { f: "read", value }],
    ]);
  assertEquals(story(22), 0);
  assertEquals(story(21), 31);
});

Deno.test("on line: what was appended to a put that has not returned had begun by the time that the append returned", () => {
  const write = (f: "put" | "append", value: string) => ({ f, key: "x", value }) as const;
  const story = (between: boolean): number =>
    stopsAt(kvModel(), [
      [1, write("put", "p,")],
      [2, write("append", "a,")],
      [2, "->", { f: "append" }],
      ...between ? [[3, write("put", "q,")], [3, "->", { f: "put" }]] as const : [],
      [4, { f: "get", key: "x" }],
      [4, "->", { f: "get", value: "p,a," }],
    ]);
  assertEquals(story(false), 0);
  assertEquals(story(true), 4);
});

Deno.test("on line: a put that was refused while another one was open says that the other one is done", () => {
  const write = (value: string, version: number) => ({ f: "put", key: "x", value, version }) as const;
  const story = (version: number, value: string): number =>
    stopsAt(versionedKvModel(), [
      [1, write("a", 0)],
      [1, "->", { f: "put", result: "ok" }],
      [2, write("b", 1)],
      [3, write("c", 1)],
      [3, "->", { f: "put", result: "version" }],
      [4, { f: "get", key: "x" }],
      [4, "->", { f: "get", value, version }],
    ]);
  assertEquals(story(2, "b"), 0);
  assertEquals(story(1, "a"), 4);
});

Deno.test("on line: from what was counted, and is past, a search goes on at the same number", () => {
  const lines: Line<CounterInput, CounterOutput>[] = [];
  for (let i = 1; i <= 40; i++) {
    lines.push([i, { f: "addAndGet", amount: 1 }], [i, "->", { f: "addAndGet", value: i }]);
  }
  // Of amounts that differ there is no log: a search goes on.
  lines.push([50, { f: "add", amount: 2 }], [50, "->", { f: "add" }], [51, { f: "read" }]);
  assertEquals(stopsAt(counterModel(), [...lines, [51, "->", { f: "read", value: 42 }]]), 0);
  assertEquals(stopsAt(counterModel(), [...lines, [51, "->", { f: "read", value: 41 }]]), 51);
});

Deno.test("on line: a text that is past takes no other with it that is its end", () => {
  const lines: Line<KvInput, KvOutput>[] = [
    [1, written("put", "ab")],
    [1, "->", wrote("put")],
    [2, get],
    [2, "->", seen("ab")],
    [3, written("put", "b")],
    [3, "->", wrote("put")],
  ];
  for (let i = 10; i < 60; i++) lines.push([i, get], [i, "->", seen("b")]);
  assertEquals(stopsAt(kvModel(), lines), 0);
});

Deno.test("on line: a put whose answer speaks of another value than it asked to store is for a search to judge", () => {
  const model = versionedKvModel();
  if (model.kind?.type !== "versioned") throw new TypeError("a versioned kv is versioned");
  const { kind } = model;
  const view: typeof kind.view = (input, answer) => {
    const action = kind.view(input, answer);
    return action?.op === "put" && answer.known ? { ...action, value: "other" } : action;
  };
  const story = (value: string): number =>
    stopsAt({ ...model, kind: { ...kind, view } }, [
      [1, { f: "put", key: "x", value: "a", version: 0 }],
      [1, "->", { f: "put", result: "ok" }],
      [2, { f: "get", key: "x" }],
      [2, "->", { f: "get", value, version: 1 }],
    ]);
  assertEquals(story("a"), 0);
  assertEquals(story("other"), 2);
});

Deno.test("on line: who was appended without telling where stands before those that were called after that", () => {
  const story = (offset: number): number =>
    stopsAt(logModel(), [
      [1, added("a")],
      [1, "->", told("unsaid")],
      [2, added("b")],
      [2, "->", told(offset)],
    ]);
  assertEquals([story(0), story(1), story(2)], [2, 0, 2]);
  // The same where one hole is filled by somebody who came too late for the other one.
  const holes = (offset: number): number =>
    stopsAt(logModel(), [
      [1, added("a")],
      [2, added("b")],
      [2, "->", told(0)],
      [1, "->", told("unsaid")],
      [3, added("b")],
      [3, "->", told("unsaid")],
      [4, added("b")],
      [4, "->", told(offset)],
    ]);
  assertEquals([holes(2), holes(3)], [4, 0]);
});
