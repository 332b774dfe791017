/** Requests and answers with fields that no list of fields names: under a symbol, not enumerable, of an array of numbers, throwing. */
import { assert, assertEquals } from "@std/assert";
import {
  checkInParallel,
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  renderHtml,
} from "../../porcupine/mod.ts";
import { survives } from "../../porcupine/copies.ts";
import { describeOperation } from "../../porcupine/picture/replay.ts";
import { hashOf } from "../../porcupine/same.ts";
import { Random } from "./fuzz/random.ts";
import { hiding, seenIn, sightings } from "./sent_model.ts";

const WAYS = Object.keys(hiding) as (keyof typeof hiding)[];

for (const way of WAYS) {
  Deno.test(`requests that hide what they ask for (${way}) are judged in two threads as in one`, async () => {
    const history: Operation<{ key: string; what: unknown }, number>[] = [];
    for (let i = 0; i < 2000; i++) {
      const [input, callAt] = [{ key: `k${i % 200}`, what: hiding[way](i) }, 2 * i];
      history.push({ client: i, input, callAt, outcome: { status: "ok", output: i, returnAt: callAt + 1 } });
    }
    const { signal } = new AbortController();
    assertEquals(checkOperations(sightings(way), history).kind, "ok");
    assertEquals((await checkInParallel(sightings(way), history, { workers: 1 })).kind, "ok");
    assertEquals((await checkInParallel(sightings(way), history, { workers: 1, signal })).kind, "ok");
  });
}

Deno.test("a copy that lacks a hidden field, or the rest of a large buffer, is none", () => {
  for (const way of WAYS) {
    assertEquals([survives(hiding[way](1)), survives([[hiding[way](1)]])], [false, false]);
  }
  const large = new ArrayBuffer(1 << 16);
  assertEquals([new Uint8Array(large, 8, 4), new Uint8Array(large)].map(survives), [false, false]);
  assertEquals([new Uint8Array(4), new Float64Array(1024), new BigInt64Array(1)].every(survives), true);
  assertEquals(survives(Object.create(Date.prototype, { at: { value: 1 } })), false);
});

Deno.test("a value whose parts are shared, forty levels deep, is looked at part by part and not way by way", () => {
  let value: object = { end: 1 };
  for (let i = 0; i < 40; i++) value = i % 2 === 0 ? { left: value, right: value } : [value, value];
  assertEquals([survives(value), survives([value, () => 1])], [true, false]);
});

type Request = { readonly f: "read" } | {
  readonly f: "write" | "swap";
  readonly from: unknown;
  readonly to: unknown;
};

/** A register whose requests are read by whoever knows where to look. */
function register(read: (part: unknown) => unknown): Model<unknown, Request, unknown> {
  return {
    name: "register",
    init: () => 0,
    describeOperation: ({ f }) => f,
    step: (state, request, answer) => {
      const is = (output: unknown) => !answer.known || answer.output === output;
      if (request.f === "read") return is(state) ? state : ILLEGAL;
      const swaps = request.f === "write" || read(request.from) === state;
      return !is(swaps) ? ILLEGAL : swaps ? read(request.to) : state;
    },
  };
}

/** What twelve clients did to a real register, each request taking effect at a moment of its own; `hide` is applied to what is asked. */
function crowd(seed: number, hide: (value: number) => unknown): Operation<Request, unknown>[] {
  const random = new Random(seed);
  const free: number[] = new Array(12).fill(0);
  const drafts = Array.from({ length: 300 }, () => {
    const client = random.below(12);
    const callAt = free[client] + 1 + random.below(5);
    const returnAt = free[client] = callAt + 2 + random.below(60);
    const f = (["read", "write", "swap", "swap"] as const)[random.below(4)];
    const [from, to] = [3 + random.below(4), 3 + random.below(4)];
    return {
      client,
      callAt,
      returnAt,
      f,
      from,
      to,
      at: callAt + random.below(returnAt - callAt),
      isLost: random.below(30) === 0,
    };
  });
  let state = 0;
  return drafts.sort((a, b) => a.at - b.at).map(({ client, callAt, returnAt, f, from, to, isLost }) => {
    const swaps = f === "write" || from === state;
    const output = f === "read" ? state : swaps;
    if (f !== "read" && swaps) state = to;
    const input: Request = f === "read" ? { f } : { f, from: hide(from), to: hide(to) };
    return {
      client,
      callAt,
      input,
      outcome: isLost ? { status: "unknown" } : { status: "ok", output, returnAt },
    };
  });
}

Deno.test("requests that differ in a hidden field alone are two requests to a search that has to work hard", () => {
  for (const way of WAYS.filter((way) => !way.startsWith("typed") && way !== "throwing")) {
    for (let seed = 1; seed <= 6; seed++) {
      assertEquals(
        checkOperations(register((part) => seenIn(way, part)), crowd(seed, hiding[way])).kind,
        "ok",
        way,
      );
    }
  }
});

Deno.test("lists of a class are compared with nothing: what their class keeps to itself is not seen", () => {
  class Row extends Array<number> {}
  assertEquals([hashOf(Row.of(1)), hashOf([Row.of(1)]), hashOf([1]) > 0], [-1, -1, true]);
});

Deno.test("a request with a field that throws when it is read is judged by what the step reads, and told without it", () => {
  const read = (part: unknown): unknown => seenIn("throwing", part);
  const write = (client: number, value: number): Operation<Request, unknown> => ({
    client,
    input: { f: "write", from: 0, to: hiding.throwing(value) },
    callAt: client,
    outcome: { status: "ok", output: true, returnAt: 10 + client },
  });
  const end = (output: unknown): Operation<Request, unknown> => (
    { client: 9, input: { f: "read" }, callAt: 20, outcome: { status: "ok", output, returnAt: 21 } }
  );
  const { describeOperation: _, ...model } = register(read);
  assertEquals(checkOperations(model, [write(1, 5), write(2, 6), end(5)]).kind, "ok");
  const verdict = checkOperations(model, [write(1, 5), write(2, 6), end(hiding.throwing(7))]);
  assert(verdict.kind === "illegal");
  assert(verdict.sentence.includes('{"seen":7,"lazy":...}'), verdict.sentence);
});

Deno.test("a picture is drawn of values that have no text, and shows what is in maps, sets and numbers", () => {
  const odd: readonly (readonly [value: unknown, says: string])[] = [
    [Object.assign(Object.create(null), { n: 1n }), '{"n":"1n"}'],
    [hiding.throwing(3), '{"seen":3,"lazy":...}'],
    [Object.create(Date.prototype), "{...}"],
    [new Map([["x", new Set([NaN])]]), '[["x",["NaN"]]]'],
    [-Infinity, '"-Infinity"'],
  ];
  for (const [input, says] of odd) {
    const outcome = { status: "ok", output: input, returnAt: 1 } as const;
    const model: Model<unknown, unknown, unknown> = { name: "odd", init: () => 0, step: (state) => state };
    const operations = [{ client: input as string, callAt: 0, input, outcome }];
    assertEquals(describeOperation(model, operations[0]), `${says} -> ${says}`);
    assert(renderHtml({ model, operations }, checkOperations(model, operations)).endsWith("</html>\n"));
  }
});
