import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  renderHtml,
} from "../../../porcupine/mod.ts";
import { withOperations } from "../generate/operations.ts";
import { simulate, specOf } from "../generate.ts";
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
