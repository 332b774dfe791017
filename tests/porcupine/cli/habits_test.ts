/** The command line as people type it, and what they feed it by mistake. */
import { assert, assertEquals } from "@std/assert";
import { parseCommand } from "../../../porcupine/cli/flags.ts";
import { check, Folder } from "./run.ts";

const HEAD = '{"format":"linhist-1","model":"kv"}';
const GET = '{"c":1,"f":"get","k":"x","o":"","s":2,"e":3}';

Deno.test("Units are read in any case, with a space, and by their short names", () => {
  for (
    const [text, ms] of [["60s", 60_000], ["1.5S", 1_500], ["2 min", 120_000], ["90sec", 90_000], [
      "1H",
      3_600_000,
    ]] as const
  ) {
    assertEquals(parseCommand(["x", "--time", text])?.timeMs, ms, text);
  }
  for (
    const [text, bytes] of [["1gib", 2 ** 30], ["64 MB", 64e6], ["2G", 2 ** 31], ["1k", 1024], [
      "1TiB",
      2 ** 40,
    ]] as const
  ) {
    assertEquals(parseCommand(["x", "--memory", text])?.memoryBytes, bytes, text);
  }
});

Deno.test("The standard input named twice is refused: the second time it would be an empty, linearizable history", async () => {
  const { code, err } = await check("-", "x", "-");
  assertEquals([code, err], [3, "- is named twice; the standard input can be read once"]);
});

Deno.test("A picture goes into a folder that exists, with or without a slash; the standard output takes none", async () => {
  await using folder = await Folder.make();
  const one = await folder.write("one.jsonl", `${HEAD}\n${GET}\n`);
  const two = await folder.write("two.jsonl", `${HEAD}\n${GET}\n`);
  await folder.write("pages/readme.txt", "");
  assertEquals((await check(one, two, "--html", `${folder.path}/pages`)).code, 0);
  for (const name of ["one", "two"]) {
    const page = await Deno.readTextFile(`${folder.path}/pages/${name}.jsonl.html`);
    assert(page.startsWith("<!doctype html>"), page.slice(0, 100));
  }
  const { code, err } = await check(one, "--html", "-");
  assertEquals([code, err.startsWith("--html - names no file")], [3, true], err);
});

Deno.test("A page that cannot be written is told before the check, whose verdict would be lost with it, and none is left behind", async () => {
  await using folder = await Folder.make();
  const broken = await folder.write("broken.jsonl", `${HEAD}\nnonsense\n`);
  const { code, err } = await check(broken, "--html", `${broken}/why.html`);
  assertEquals([code, err.startsWith(`${broken}/why.html cannot be written: `)], [3, true], err);
  const page = `${folder.path}/why.html`;
  assertEquals((await check(broken, "--html", page)).code, 3);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["broken.jsonl"]);
  const good = await folder.write("good.jsonl", `${HEAD}\n${GET}\n`);
  assertEquals((await check(good, "--html", page)).code, 0);
  assertEquals((await check(good, "--html", page)).code, 0);
  assert((await Deno.readTextFile(page)).startsWith("<!doctype html>"));
});

Deno.test("A history in which nothing happens is said to be one", async () => {
  await using folder = await Folder.make();
  const { code, err } = await check(await folder.write("none.jsonl", `${HEAD}\n`));
  assertEquals(code, 0);
  assert(err.includes("there is no operation in it"), err);
});

Deno.test("An EDN vector or list with nothing in it is a history in which nothing happens, and one left open is none", async () => {
  await using folder = await Folder.make();
  for (const [i, text] of ["[]", "()\n", " [ ] ; nobody came\n", "[ ; nobody came\n]\n"].entries()) {
    const { code, err } = await check(await folder.write(`${i}.edn`, text), "--model", "register");
    assertEquals(code, 0, text);
    assert(err.includes("there is no operation in it"), err);
  }
  for (const text of ["[)", "[", "[] {:process 0}", "[1]"]) {
    assertEquals((await check(await folder.write("odd.edn", text), "--model", "register")).code, 3, text);
  }
});

Deno.test("Two histories in one file are refused at the second header", async () => {
  await using folder = await Folder.make();
  const { code, err } = await check(await folder.write("two.jsonl", `${HEAD}\n${GET}\n${HEAD}\n${GET}\n`));
  assertEquals(code, 3);
  assert(err.includes("two.jsonl:3: expected one header, in the first line"), err);
});

Deno.test("Names and values do not tell the reader's terminal what to do, nor turn its lines round", async () => {
  await using folder = await Folder.make();
  const evil = "\u001b[2J\u009b1m\u202e";
  const lines = [
    { format: "linhist-1", model: "register" },
    { c: `${evil}ann`, f: "write", k: evil, v: evil, s: 0, e: 1 },
    { c: `${evil}bob`, f: "read", k: evil, o: `${evil}!`, s: 2, e: 3 },
  ];
  const file = await folder.write("evil.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { code, out } = await check(file);
  assertEquals(code, 1);
  assert(out.includes("\\u001b[2J\\u009b1m\\u202ebob"), out);
  assertEquals([...out].filter((letter) => evil.includes(letter) && !"[2J1m".includes(letter)), [], out);
});

Deno.test("JSON lines without their header are told so, whatever the flags say of them", async () => {
  await using folder = await Folder.make();
  for (const line of [GET, '  { "a": 1 }']) {
    const { code, err } = await check(await folder.write("bare.jsonl", `\n${line}\n`), "--model", "kv");
    assertEquals(code, 3);
    assert(err.includes('bare.jsonl:2: expected a header before the JSON lines, {"format":"linhist-1"'), err);
  }
});

Deno.test("A picture does not overwrite what is no page: of --html *.jsonl a shell makes the name of a history", async () => {
  await using folder = await Folder.make();
  const text = `${HEAD}\n${GET}\n`;
  const [one, two] = [await folder.write("one.jsonl", text), await folder.write("two.jsonl", text)];
  for (const [page, file] of [[one, two], [two, two], [await folder.write("p/two.jsonl.html", text), two]]) {
    const { code, out, err } = await check(file, "--html", page);
    assertEquals(
      [code, out, err.startsWith(`${page} is no page, and would be overwritten`)],
      [3, "", true],
      err,
    );
    assertEquals(await Deno.readTextFile(page), text);
  }
  assertEquals((await check(two, "--html", `${folder.path}/p/`)).code, 3);
  const page = await folder.write("page.html", "\n<html><head></head></html>");
  const empty = await folder.write("empty.html", "");
  for (const path of [page, empty]) assertEquals((await check(two, "--html", path)).code, 0);
});

Deno.test("Each file of a run has a page of its own, whatever the files are called", async () => {
  await using folder = await Folder.make();
  const names = ["x/a", "y/a", "a-2", "z/A", "a-3", "y/a-3"];
  const files: string[] = [];
  for (const name of names) files.push(await folder.write(name, `${HEAD}\n${GET}\n`));
  const { code, out } = await check(...files, "--json", "--html", `${folder.path}/pages/`);
  const pages = out.split("\n").map((line): string => JSON.parse(line).picture.split("/").at(-1));
  assertEquals(code, 0);
  assertEquals(pages, ["a.html", "a-4.html", "a-2.html", "A-5.html", "a-3.html", "a-3-2.html"]);
  assertEquals(new Set(pages.map((page) => page.toLowerCase())).size, names.length);
});

Deno.test("Of a command line that makes no sense a program that asks for JSON hears in JSON", async () => {
  for (
    const args of [["--json"], ["x", "--json", "--modle", "kv"], ["-", "-", "--json"], ["no*such", "--json"]]
  ) {
    const { code, out, err } = await check(...args);
    const report = { report: "check-1", file: null, error: { code: "usage", message: err } };
    assertEquals([code, out], [3, JSON.stringify(report)]);
  }
  const { code, out } = await check("--wrong", "--", "--json");
  assertEquals([code, out], [3, ""]);
});
