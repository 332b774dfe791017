import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { check, Folder } from "./run.ts";

/** Transactions as jepsen writes them down: one reads, later, the state before one that had ended. */
const STALE = `{:process 0, :type :invoke, :f :txn, :value [[:append :x 1] [:r :y nil]], :time 12, :index 0}
{:process 0, :type :ok, :f :txn, :value [[:append :x 1] [:r :y nil]], :time 13, :index 1}
{:process :nemesis, :type :info, :f :start, :value nil}
{:process 1, :type :invoke, :f :txn, :value [[:r :x nil]]}
{:process 1, :type :ok, :f :txn, :value [[:r :x []]]}
{:process 2, :type :invoke, :f :txn, :value [[:append :x 2]]}
{:process 2, :type :info, :f :txn, :value [[:append :x 2]]}
{:process 3, :type :invoke, :f :txn, :value [[:r :x nil]]}
{:process 3, :type :ok, :f :txn, :value [[:r :x [1 2]]]}
`;

Deno.test("an EDN history of list-append is judged by the level that is asked for, and the lines of a cycle are told", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("stale.edn", STALE);
  const strict = await check(file, "--model", "list-append");
  assertEquals(strict.code, 1, strict.err);
  assertStringIncludes(
    strict.out,
    "4 transactions of 4 processes, 1 without an answer (edn, model list-append)",
  );
  assertStringIncludes(
    strict.out,
    "NOT STRICT SERIALIZABLE  G-single-realtime: T1 must come before T0 (T1 read []",
  );
  assertStringIncludes(strict.out, "T0, line 1  {append(x, 1) read(y) -> nothing}  process 0, 0 to 1");
  assertStringIncludes(strict.out, "what still holds: strong-session-serializable");
  const weaker = await check(file, "--model", "txn", "--level", "serializable");
  assertEquals(weaker.code, 0, weaker.err);
  assertStringIncludes(weaker.out, "SERIALIZABLE  an order of all transactions explains every answer");
  assertStringIncludes(weaker.out, "and not more: G-single-realtime");
});

Deno.test("what a failed transaction of an EDN history wrote, and somebody read, is an aborted read", async () => {
  await using folder = await Folder.make();
  const file = await folder.write(
    "aborted.edn",
    `[{:process 0, :type :invoke, :f :txn, :value [[:w 1 10]]} {:process 0, :type :fail, :f :txn, :value [[:w 1 10]]}
      {:process 1, :type :invoke, :f :txn, :value [[:r 1 nil]]} {:process 1, :type :ok, :f :txn, :value [[:r 1 10]]}]`,
  );
  const { code, out } = await check(file, "--model", "rw-register", "--json");
  assertEquals(code, 1);
  const { strongest, anomalies, sentence } = JSON.parse(out);
  assertEquals([strongest, anomalies[0].kind, anomalies[0].transactions.length], [
    "read-uncommitted",
    "G1a",
    2,
  ]);
  assertStringIncludes(sentence, "T1 read 10 from 1, which T0 wrote, and that one was not committed");
});

Deno.test("the page of a cycle is complete in itself and escapes what the history says", async () => {
  await using folder = await Folder.make();
  const file = await folder.write("stale.edn", STALE.replaceAll(":x", '"<x>"'));
  const page = `${folder.path}/why.html`;
  assertEquals((await check(file, "--model", "list-append", "--html", page)).code, 1);
  const text = await Deno.readTextFile(page);
  assertStringIncludes(text, '<svg viewBox="0 0 640 380"');
  assertStringIncludes(text, "T1 before T0");
  assert(!text.includes("<x>") && !/https?:|src=/.test(text));
});

const HEAD = '{"format":"linhist-1","model":"txn"}\n';
const BAD: readonly (readonly [string, string, string, readonly string[]])[] = [
  ["a value that is appended twice", "bad.edn:3", "append of 1 to", [
    "{:process 0, :type :invoke, :f :txn, :value [[:append 5 1]]}",
    "{:process 0, :type :ok, :f :txn, :value [[:append 5 1]]}",
    "{:process 1, :type :invoke, :f :txn, :value [[:append 5 1]]}",
    "{:process 1, :type :ok, :f :txn, :value [[:append 5 1]]}",
  ]],
  ["a step of another kind", "bad.edn:1", 'expected a step, as ["append", key, value]', [
    "{:process 0, :type :invoke, :f :txn, :value [[:cas 5 1]]}",
  ]],
  ["an answer with other steps than were asked for", "bad.edn:2", "expected the steps that were asked for", [
    "{:process 0, :type :invoke, :f :txn, :value [[:append 5 1]]}",
    "{:process 0, :type :ok, :f :txn, :value [[:append 5 2]]}",
  ]],
  ["a process with two transactions open", "bad.edn:2", "one open call for each client", [
    "{:process 0, :type :invoke, :f :txn, :value [[:append 5 1]]}",
    "{:process 0, :type :invoke, :f :txn, :value [[:append 5 2]]}",
  ]],
  ["an end without a beginning", "bad.edn:1", "an open txn of client 0", [
    "{:process 0, :type :ok, :f :txn, :value [[:append 5 1]]}",
  ]],
  ["a read of a list where a register is", "bad.edn:3", "is a list in one of the transactions", [
    "{:process 0, :type :invoke, :f :txn, :value [[:w 5 1]]}",
    "{:process 0, :type :ok, :f :txn, :value [[:w 5 1]]}",
    "{:process 1, :type :invoke, :f :txn, :value [[:r 5 nil]]}",
    "{:process 1, :type :ok, :f :txn, :value [[:r 5 [1]]]}",
  ]],
];

for (const [what, place, words, lines] of BAD) {
  Deno.test(`${what} is bad input, told with its line`, async () => {
    await using folder = await Folder.make();
    const file = await folder.write("bad.edn", lines.join("\n"));
    const { code, err } = await check(file, "--model", "txn");
    assertEquals(code, 3, err);
    assertStringIncludes(err, place);
    assertStringIncludes(err, words);
  });
}

Deno.test("our own lines name their model, and a time that is not finite or a level that is not known is refused", async () => {
  await using folder = await Folder.make();
  const line = '{"c":0,"f":"txn","v":[["w","r",1]],"o":"failed","s":0,"e":1}\n';
  assertEquals((await check(await folder.write("failed.jsonl", HEAD + line))).code, 0);
  const late = await check(await folder.write("late.jsonl", HEAD + line.replace('"e":1', '"e":1e999')));
  assertEquals(late.code, 3);
  assertStringIncludes(late.err, "late.jsonl:2");
  const level = await check("x", "--level", "perfect");
  assertEquals(level.code, 3);
  assertStringIncludes(level.err, "unknown level perfect; there are read-uncommitted, read-committed");
  const kv = await folder.write("kv.jsonl", '{"format":"linhist-1","model":"kv"}\n');
  assertStringIncludes((await check(kv, "--level", "serializable")).err, "is for transactions: list-append");
});

Deno.test("Where an ok is no proof it is said why: the order of registers, or appends that nobody read", async () => {
  await using folder = await Folder.make();
  const txn = (process: number, steps: string): string =>
    `{:process ${process}, :type :invoke, :f :txn, :value ${steps}}\n{:process ${process}, :type :ok, :f :txn, :value ${steps}}\n`;
  const lists = await folder.write("lists.edn", txn(0, "[[:append :x 1]]") + txn(1, "[[:append :x 2]]"));
  const appends = await check(lists, "--model", "list-append", "--level", "snapshot-isolation");
  assertEquals(appends.code, 0, appends.err);
  assertStringIncludes(
    appends.out,
    "SNAPSHOT ISOLATION  nothing was found against it; where the appends stand that nobody read is not known",
  );
  const registers = await folder.write("registers.edn", txn(0, "[[:w :x 1]]") + txn(1, "[[:w :x 2]]"));
  const writes = await check(registers, "--model", "rw-register", "--level", "snapshot-isolation");
  assertEquals(writes.code, 0, writes.err);
  assertStringIncludes(writes.out, "nothing was found against it; the order of 1 register is not known");
});

Deno.test("a file that was recorded from another model than the one asked for is refused by both names, transactions among them", async () => {
  await using folder = await Folder.make();
  const text = `{"format":"linhist-1","model":"txn"}
{"c":1,"f":"txn","v":[["append","x",1]],"o":[["append","x",1]],"s":0,"e":1}
`;
  const file = await folder.write("txn.jsonl", text);
  for (const asked of ["kv", "list-append"]) {
    const { code, err } = await check(file, "--model", asked);
    assertEquals(code, 3);
    assertStringIncludes(err, `txn.jsonl:1: expected a history for model ${asked}, found one for model txn`);
  }
  assertEquals((await check(file, "--model", "txn")).code, 0);
  const slip = await check(await folder.write("empty.edn", ""), "--model", "list-apend");
  assertStringIncludes(slip.err, "(list-append is the nearest name)");
});
