import { assert, assertEquals } from "@std/assert";
import { type KeyRange, type ScanPage, Store, type StoreEvent } from "../../kv/mod.ts";
import { decodeWatchAnswer, encodeWatchQuestion } from "../../kv/store/question_codec.ts";
import { ALL, Bench } from "./store_bench.ts";

Deno.test("a scan gives a range in order, page by page, with the keys that are hard to order", () => {
  const bench = new Bench();
  const keys = ["", "a", "a\u0000", "ab", "b", "\ud7ff", "\ue000", "\u{10000}", "\u{10ffff}", "\uffff"];
  for (const key of keys) bench.put(key, `value of ${key}`);
  const sorted = [...keys].sort((left, right) => left < right ? -1 : 1);
  assertEquals(bench.scan(ALL).entries.map(({ key }) => key), sorted);
  assertEquals(bench.scan({ kind: "prefix", prefix: "a" }).entries.map(({ key }) => key), [
    "a",
    "a\u0000",
    "ab",
  ]);
  const between = bench.scan({ kind: "between", from: "a", to: "b" });
  assertEquals(between.entries.map(({ key }) => key), ["a", "a\u0000", "ab"]);
  const paged: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page: ScanPage = bench.scan(ALL, 3, after);
    paged.push(...page.entries.map(({ key }) => key));
    assertEquals(page.revision, keys.length);
    if (!page.more) break;
    after = paged[paged.length - 1];
  }
  assertEquals(paged, sorted);
  assertEquals(bench.scan(ALL, sorted.length).more, false);
});

Deno.test("a watcher sees every change of its range once and in order; batches come whole, whatever the limit", () => {
  const bench = new Bench();
  bench.put("a/1", "1");
  bench.put("b", "1");
  bench.batch({
    op: "batch",
    conditions: [],
    writes: [
      { op: "put", key: "a/2", value: "2", lease: 0 },
      { op: "put", key: "b", value: "2", lease: 0 },
      { op: "delete", key: "a/1" },
    ],
  });
  const range: KeyRange = { kind: "prefix", prefix: "a/" };
  const seen: StoreEvent[] = [];
  for (let through = 0, answers = 0; answers < 5; answers++) {
    const answer = bench.watch(through, range, 1);
    assert(answer.kind === "events");
    seen.push(...answer.events);
    through = answer.through;
  }
  assertEquals(seen, [
    { kind: "put", revision: 1, key: "a/1", value: "1", version: 1 },
    { kind: "put", revision: 3, key: "a/2", value: "2", version: 1 },
    { kind: "delete", revision: 3, key: "a/1", cause: "write" },
  ]);
});

Deno.test("old events are dropped by whole revisions, and who wants them is told so", () => {
  const bench = new Bench(new Store({ historyEvents: 10 }));
  for (let at = 0; at < 30; at++) bench.put(`k${at}`, "1");
  assertEquals(bench.watch(19), { kind: "compacted", compacted: 20 });
  const answer = bench.watch(20);
  assert(answer.kind === "events" && answer.events.length === 10 && answer.events[0].revision === 21);
  const small = new Bench(new Store({ historySize: 100 }));
  for (let at = 0; at < 10; at++) small.put("k", "x".repeat(60));
  assertEquals(small.watch(8), { kind: "compacted", compacted: 9 });
  small.put("k", "x".repeat(500));
  assertEquals(small.watch(10).kind, "events");
});

Deno.test("a member that was restored forgets old events when the others do: by their size, too", () => {
  const old = new Bench(new Store({ historySize: 100 }));
  const young = new Bench(new Store({ historySize: 100 }));
  for (let at = 0; at < 3; at++) old.put("k", "x".repeat(30));
  young.store.restore(old.store.snapshot());
  for (let at = 0; at < 3; at++) {
    for (const bench of [old, young]) bench.put("k", "x".repeat(30));
    assertEquals(young.watch(0), old.watch(0));
    assertEquals(young.store.snapshot(), old.store.snapshot());
  }
});

Deno.test("a watch goes on over a restore", () => {
  const bench = new Bench();
  bench.put("a", "1");
  const watch = bench.store.watch(encodeWatchQuestion({ range: ALL, afterRevision: 1, maxEvents: 10 }));
  assertEquals(watch.poll(), null);
  const other = new Bench();
  other.put("a", "1");
  other.put("a", "2");
  bench.store.restore(other.store.snapshot());
  const reply = watch.poll();
  assert(reply !== null);
  const answer = decodeWatchAnswer(reply);
  assert(answer.kind === "events" && answer.events.length === 1 && answer.through === 2);
});

Deno.test("a watcher of the keys from one to another does not hear of the other, as a scan does not give it", () => {
  const bench = new Bench();
  for (const key of ["a", "ab", "b", "c"]) bench.put(key, "1");
  const range: KeyRange = { kind: "between", from: "ab", to: "c" };
  const question = encodeWatchQuestion({ range, afterRevision: 0, maxEvents: 10 });
  const answer = decodeWatchAnswer(bench.store.watch(question).poll() ?? new Uint8Array(0));
  assert(answer.kind === "events");
  assertEquals(answer.events.map(({ key }) => key), ["ab", "b"]);
  assertEquals(bench.scan(range).entries.map(({ key }) => key), ["ab", "b"]);
});
