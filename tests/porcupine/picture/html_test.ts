import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Annotation,
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  PorcupineError,
  renderHtml,
} from "../../../porcupine/mod.ts";
import { buildScene } from "../../../porcupine/picture/scene.ts";
import { visible } from "../../../porcupine/visible.ts";
import { withOperations } from "../generate/operations.ts";
import { simulate, specOf } from "../generate.ts";
import { Random } from "../generate/random.ts";
import { findChromium } from "./browser.ts";

Deno.test("A page holds no value unescaped, whatever the history says", () => {
  const nasty = "</script><script>alert(1)</script><!-- \u2028 & \" ' <b>";
  const operations: Operation<KvInput, KvOutput>[] = [{
    client: nasty,
    callAt: 0,
    input: { f: "put", key: nasty, value: nasty },
    outcome: { status: "ok", returnAt: 1, output: { f: "put" } },
  }];
  const html = renderHtml({ model: kvModel(), operations }, checkOperations(kvModel(), operations), {
    title: nasty,
    facts: { [nasty]: nasty },
    annotations: [{ lane: nasty, at: 0, text: nasty, colour: nasty }],
  });
  assertEquals(html.match(/<\/script>/g)?.length, 3, "the page's own three scripts");
  assertEquals(html.includes("<script>alert"), false);
  assertEquals(html.includes("<b>"), false);
});

Deno.test("What turns the direction of writing, or is no letter, is written out in a page", () => {
  const evil = "a\u202eb\u0007\u2066";
  const operations: Operation<KvInput, KvOutput>[] = [{
    client: evil,
    callAt: 0,
    input: { f: "get", key: evil },
    outcome: { status: "ok", returnAt: 1, output: { f: "get", value: evil } },
  }];
  const verdict = checkOperations(kvModel(), operations);
  const html = renderHtml({ model: kvModel(), operations }, verdict, {
    title: evil,
    facts: { [evil]: evil },
  });
  assertEquals(/[\u202e\u2066]/.test(html), false);
  const { facts } = buildScene({ model: kvModel(), operations }, verdict, {});
  assert(facts.sentence.includes("\\u202e"), facts.sentence);
  // The joiner of a family stays.
  assertEquals(visible("שלום 👩‍👧 \u0007"), "שלום 👩‍👧 \\u0007");
});

Deno.test("Halves of letters are written out, so that two that differ are shown as two, and whole ones stay", () => {
  assertEquals(visible("a\ud800b\ud801"), "a\\ud800b\\ud801");
  assertEquals(visible("\udc00\ud83d\ude00\ud83d"), "\\udc00\u{1f600}\\ud83d");
  const operations: Operation<KvInput, KvOutput>[] = ["\ud800", "\ud801"].map((client) => ({
    client,
    callAt: 0,
    input: { f: "put", key: client, value: client },
    outcome: { status: "unknown" },
  }));
  const html = renderHtml({ model: kvModel(), operations }, checkOperations(kvModel(), operations), {
    title: "\udc00",
  });
  assertEquals(html.isWellFormed(), true);
});

Deno.test("A page names nothing outside itself", () => {
  const html = renderHtml({ model: kvModel(), operations: [] }, checkOperations(kvModel(), []));
  for (const pattern of [/\bsrc\s*=/, /\bhref\s*=/, /url\(/, /@import/, /https?:/]) {
    assertEquals(pattern.test(html), false, String(pattern));
  }
  assert(html.includes(`default-src 'none'`));
});

const LARGE = [
  { name: "versions, 10 clients", spec: { model: "kvv", clients: 10, keys: 20, maybe: 0.05 } },
  { name: "200 keys, 50 clients", spec: { model: "kv", keys: 200, clients: 50, reads: 0.4, puts: 0.06 } },
] as const;

// Where there is a browser, the second is measured in it.
for (const { name, spec } of findChromium() === undefined ? LARGE : LARGE.slice(0, 1)) {
  Deno.test(`A page of 100,000 operations (${name}) has at most 3 million bytes`, () => {
    const { ok } = simulate(specOf({ ...spec, ops: 100_000, seed: 11 }));
    const bytes = withOperations(spec.model, ok, {
      use: ({ model, operations }) => {
        const verdict = checkOperations(model, operations);
        assertEquals(verdict.kind, "ok");
        return new TextEncoder().encode(renderHtml({ model, operations }, verdict)).length;
      },
    });
    console.log(`${name}: ${bytes} bytes`);
    assert(bytes <= 3_000_000, `${bytes} bytes`);
  });
}

Deno.test("10,000 writes and reads of 32 random digits on 200 keys take a tenth of the 3 million bytes: each value is packed once", () => {
  const random = new Random(5);
  const held = new Map<string, string>();
  const operations = Array.from({ length: 10_000 }, (_, i): Operation<KvInput, KvOutput> => {
    const key = `user ${random.below(200)}`;
    const { client, callAt } = { client: i % 50, callAt: 10 * i };
    if (random.below(2) === 0) {
      const value = held.get(key) ?? "";
      const output = { f: "get", value } as const;
      return {
        client,
        callAt,
        input: { f: "get", key },
        outcome: { status: "ok", returnAt: callAt + 1, output },
      };
    }
    const value = Array.from({ length: 32 }, () => random.below(16).toString(16)).join("");
    held.set(key, value);
    const outcome = { status: "ok", returnAt: callAt + 1, output: { f: "put" } } as const;
    return { client, callAt, input: { f: "put", key, value }, outcome };
  });
  const empty = renderHtml({ model: kvModel(), operations: [] }, checkOperations(kvModel(), [])).length;
  const bytes = renderHtml({ model: kvModel(), operations }, checkOperations(kvModel(), operations)).length;
  assert(bytes - empty <= 300_000, `${bytes - empty} bytes`);
});

for (
  const [what, annotation, says] of [
    ["without a lane", { at: 1, text: "cut" }, "annotation 0 lacks its words"],
    ["that is nothing", null, "annotation 0"],
    ["with an end that nobody knows", { lane: "net", at: 1, end: 9, text: "cut" }, "has no option end"],
    ["at no time", { lane: "net", at: null, text: "cut" }, "annotation 0 is at null"],
    ["until NaN", { lane: "net", at: 1, until: NaN, text: "cut" }, "until NaN; give finite numbers"],
  ] as const
) {
  Deno.test(`An annotation ${what} is refused, and not drawn as another one`, () => {
    const model = kvModel();
    const annotations = [annotation] as unknown as readonly Annotation[];
    const draw = () => renderHtml({ model, operations: [] }, checkOperations(model, []), { annotations });
    assertThrows(draw, PorcupineError, says);
  });
}
