/** Histories of our own chaos runs whose models are not among those shipped: read with the codecs that lie beside them. */
import { assert, assertEquals } from "@std/assert";
import { check, Folder } from "./run.ts";

const codec = (path: string): string =>
  decodeURIComponent(new URL(`../../${path}`, import.meta.url).pathname);
const WATCH = codec("workloads/watch_model.ts");
const TASKS = codec("mapreduce/sim/table_codec.ts");

const WATCHED = [
  '{"format":"linhist-1","model":"watch"}',
  '{"c":0,"f":"put","k":"x","v":"a","o":1,"s":0,"e":1}',
  '{"c":1,"f":"next","o":[0,1,"x","a"],"s":2,"e":3}',
  "",
].join("\n");
const REF = '{"task":0,"attempt":7,"version":0}';
// A reduce (task 1) may not be given out before the map has been won.
const WON = [
  '{"format":"linhist-1","model":"tasks","maps":1,"reduces":1}',
  `{"c":0,"f":"ask","v":{"worker":"w"},"o":{"op":"ask","answer":{"kind":"task","ref":${REF}}},"s":0,"e":1}`,
  `{"c":0,"f":"report","v":{"ref":${REF},"outcome":{"kind":"done"}},"o":{"op":"report","accepted":true},"s":2,"e":3}`,
  '{"c":1,"f":"reopen","v":{"task":0},"o":{"op":"reopen"},"s":4,"e":5}',
  "",
].join("\n");

for (
  const { what, file, good, bad } of [
    { what: "watchers", file: WATCH, good: WATCHED, bad: WATCHED.replace('"x","a"],', '"x","b"],') },
    { what: "a task table", file: TASKS, good: WON, bad: WON.replace('"ref":{"task":0', '"ref":{"task":1') },
  ]
) {
  Deno.test(`A history of ${what} is judged with --model FILE: good, bad, and without it refused`, async () => {
    await using folder = await Folder.make();
    const ok = await folder.write("ok.jsonl", good);
    const wrong = await folder.write("wrong.jsonl", bad);
    const codes = [await check(ok, "--model", file), await check(wrong, "--model", file), await check(ok)];
    assertEquals(codes.map(({ code }) => code), [0, 1, 3], codes.map(({ err }) => err).join("\n"));
    assert(codes[2].err.includes("or --model FILE.ts with a codec for it"), codes[2].err);
  });
}

Deno.test("A task table's line that says nothing of a task is refused with file and line", async () => {
  await using folder = await Folder.make();
  for (
    const [line, from, to] of [[2, '"worker":"w"', '"work":"w"'], [3, '"accepted":true', '"done":1'], [
      4,
      '"task":0},',
      '"t":0},',
    ]] as const
  ) {
    const lines = WON.split("\n").map((text, i) => i === line - 1 ? text.replace(from, to) : text);
    const { code, err } = await check(await folder.write("h.jsonl", lines.join("\n")), "--model", TASKS);
    assertEquals([code, err.includes(`h.jsonl:${line}: expected `)], [3, true], err);
  }
});
