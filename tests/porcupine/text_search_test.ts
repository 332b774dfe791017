/** The search of texts whose tokens repeat, by itself: in a check a guess often answers before it. */
import { assert, assertEquals } from "@std/assert";
import { type KvInput, kvModel, type KvOutput, type Operation } from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { readTexts } from "../../porcupine/fast/text.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { searchText } from "../../porcupine/search/texts/decide.ts";
import { decideWhole, forSeeds, WAYS } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { nearlyTrue, Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { shrink } from "./fuzz/shrink.ts";

type History = readonly Operation<KvInput, KvOutput>[];

const model = kvModel();

/** What the search says, with indices of the history; `undefined` if it comes to no answer. */
function searched(history: History, budget = new Budget({}), widths?: readonly number[]) {
  const [part] = partition(model, history, orderHistory(history));
  assert(model.kind?.type === "text");
  const written = readTexts(model.kind, { questions: new Questions(recorded(history), part), budget });
  assert(written !== undefined);
  const found = searchText({ written, initial: "", part }, budget, widths);
  return found && { verdict: found.verdict, order: Array.from(found.order, (k) => part.ids[k]) };
}

/** One text, of a few tokens; what is done to it is drawn from a list. */
function textShape(
  tokens: readonly string[],
  requests: readonly KvInput["f"][],
): Shape<string, KvInput, KvOutput> {
  return {
    init: () => "",
    input(random) {
      const f = random.pick(requests);
      return f === "get" ? { f, key: "k" } : { f, key: "k", value: random.pick(tokens) };
    },
    run: (state, input) =>
      input.f === "get"
        ? [state, { f: "get", value: state }]
        : [input.f === "put" ? input.value : state + input.value, { f: input.f }],
    guess(input, random) {
      if (input.f !== "get") return { f: input.f };
      return { f: "get", value: Array.from({ length: random.below(4) }, () => random.pick(tokens)).join("") };
    },
  };
}

function drawnShape(random: Random): Shape<string, KvInput, KvOutput> {
  const tokens = random.pick([["a"], ["a", "b"], ["a", "b", "ab"], ["a", "aa"], ["a", "b", "c"]]);
  const requests = random.pick(
    [
      ["get", "append"],
      ["get", "put", "append"],
      ["get", "append", "append", "put"],
      ["get", "get", "append", "append", "append", "put"],
    ] as const,
  );
  return textShape(tokens, requests);
}

/** What is wrong with what the search says of a history, and of the least part of it with which something is. */
function faultIn(history: History, widths: readonly number[] | undefined, judge: (part: History) => boolean) {
  const wrong = (part: History): string | undefined => {
    const found = part.length === 0 ? undefined : searched(part, undefined, widths);
    if (found === undefined) return undefined;
    if ((found.verdict === "ok") !== judge(part)) return `it is not ${found.verdict}`;
    return found.verdict === "ok" ? faultOf(model, part, found.order) : undefined;
  };
  if (wrong(history) === undefined) return undefined;
  const least = shrink(history, (part) => wrong(part) !== undefined);
  return `${wrong(least)}\n${least.map((operation) => JSON.stringify(operation)).join("\n")}`;
}

/** How many configurations are kept; without the last one it may find nothing. */
const WIDTHS = [undefined, undefined, [1, 2, 1 << 20], [1], [2]] as const;

const small = "what the search of texts says of small ones is what all orders say, and its orders replay";
Deno.test(small, () =>
  forSeeds(small, 2500, (seed) => {
    const random = new Random(seed);
    const history = randomHistory(drawnShape(random), 2 + random.below(7), random);
    return faultIn(history, random.pick(WIDTHS), (part) => oracle(model, part));
  }));

const longer = "longer texts are judged alike by the search of texts and by the general one";
Deno.test(longer, () =>
  forSeeds(longer, 400, (seed) => {
    const random = new Random(seed);
    const make = random.pick([randomHistory, nearlyTrue]);
    const history = make(drawnShape(random), 10 + random.below(12), random);
    return faultIn(
      history,
      random.pick(WIDTHS),
      (part) => decideWhole(model, part, WAYS["the frontier search"]).verdict === "ok",
    );
  }));

/** Many clients append few letters to one text, and sometimes put one; a fifth of the answers is lost; read now and then. */
function crowd(seed: number, clients: number): History {
  const random = new Random(seed);
  const shape = textShape(["a", "b"], ["append", "append", "append", "append", "append", "get", "put"]);
  const drafts = Array.from({ length: clients }, (_, client) => {
    let now = random.below(100);
    return Array.from({ length: 12 }, () => {
      const callAt = now;
      const effectAt = callAt + 1 + random.below(100);
      now = effectAt + 1 + random.below(100);
      return {
        client,
        callAt,
        effectAt,
        returnAt: now++,
        input: shape.input(random),
        isLost: random.below(5) === 0,
      };
    });
  }).flat();
  let text = "";
  return drafts.sort((a, b) => a.effectAt - b.effectAt).map(({ client, callAt, returnAt, input, isLost }) => {
    if (isLost && random.below(2) === 0) return { client, callAt, input, outcome: { status: "unknown" } };
    const [next, output] = shape.run(text, input, random);
    text = next;
    return {
      client,
      callAt,
      input,
      outcome: isLost ? { status: "unknown" } : { status: "ok", output, returnAt },
    };
  });
}

const crowded =
  "texts of two letters, 24 clients, a fifth of the answers lost: an order is found with little work";
Deno.test(crowded, () =>
  forSeeds(crowded, 20, (seed) => {
    const history = crowd(seed, 24);
    const budget = new Budget({});
    const found = searched(history, budget);
    if (found?.verdict !== "ok") return found?.verdict ?? "undecided";
    return faultOf(model, history, found.order) ??
      (budget.work < 250_000 ? undefined : `${budget.work} steps`);
  }));

function operation(
  callAt: number,
  input: KvInput,
  value: string | undefined,
  returnAt: number,
): History[number] {
  const output: KvOutput = input.f === "get" ? { f: "get", value: value ?? "" } : { f: input.f };
  return { client: callAt, callAt, input, outcome: { status: "ok", output, returnAt } };
}

const get = (callAt: number, value: string, returnAt = callAt + 1) =>
  operation(callAt, { f: "get", key: "k" }, value, returnAt);
const put = (callAt: number, value: string, returnAt: number) =>
  operation(callAt, { f: "put", key: "k", value }, undefined, returnAt);
const append = (callAt: number, value: string, returnAt: number) =>
  operation(callAt, { f: "append", key: "k", value }, undefined, returnAt);

Deno.test("a letter that is appended again and again by forty clients: not too many are read, nor fewer than before", () => {
  const appends = Array.from({ length: 40 }, (_, i) => append(i, "x", 100 + i));
  const read = (at: number, count: number) => get(at, "x".repeat(count));
  assertEquals(searched([...appends, read(50, 30), read(200, 40)])?.verdict, "ok");
  assertEquals(searched([...appends, read(50, 30), read(200, 41)])?.verdict, "illegal");
  assertEquals(searched([...appends, read(50, 30), read(60, 29)])?.verdict, "illegal");
});

Deno.test("of two appends of one letter the first may have been overwritten, and the second be what is read", () => {
  const history = [append(0, "x", 10), put(5, "p", 6), append(7, "x", 12), get(8, "px"), get(13, "px")];
  const found = searched(history);
  assertEquals(found?.verdict, "ok");
  assertEquals(faultOf(model, history, found?.order ?? []), undefined);
});

Deno.test("a put may have to follow another one at once, once that was read", () => {
  const history = [put(0, "a", 20), put(1, "b", 21), get(2, "a", 22), get(3, "b", 10), get(23, "b")];
  const found = searched(history);
  assertEquals(found?.verdict, "ok");
  assertEquals(faultOf(model, history, found?.order ?? []), undefined);
});

Deno.test("where more configurations are made in one place than are looked at, that proves nothing", () => {
  const all = Array.from({ length: 20 }, (_, i) => i);
  const name = (i: number) => String.fromCharCode(97 + i);
  const history = [
    ...all.map((i) => put(i, name(i), 100 + i)),
    ...all.map((i) => get(20 + i, name(i), 200 + i)),
    append(40, "z", 300),
    get(41, "tz", 42),
  ];
  assertEquals(searched(history, undefined, [1]), undefined);
  assertEquals(searched(history)?.verdict, "ok");
});
