import { assert, assertEquals, assertThrows } from "@std/assert";
import { BadInputError, SnapshotError, Store, type StoreCommand, type StoreEvent } from "../../kv/mod.ts";
import {
  decodeBatchResult,
  decodeLeaseResult,
  decodeStoreCommand,
  encodeStoreCommand,
} from "../../kv/store/command_codec.ts";
import { OrderedKeys } from "../../kv/store/ordered_keys.ts";
import {
  decodeEntry,
  decodePage,
  decodeWatchAnswer,
  encodeQuestion,
  encodeWatchQuestion,
} from "../../kv/store/question_codec.ts";
import type { BatchResult, KeyRange, ScanPage, StoreEntry, WatchAnswer } from "../../kv/mod.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";

/** A store with its place in a log of its own. */
class Bench {
  readonly store: Store;
  #index = 0;
  timeMs = 0;

  constructor(store = new Store()) {
    this.store = store;
  }

  run(command: StoreCommand): Uint8Array {
    const at = { index: ++this.#index, timeMs: this.timeMs };
    if (this.store.dueMs <= at.timeMs) this.store.elapse(at);
    return this.store.apply(encodeStoreCommand(command), at);
  }

  put(key: string, value: string, lease = 0): BatchResult {
    return this.batch({ op: "batch", conditions: [], writes: [{ op: "put", key, value, lease }] });
  }

  batch(command: StoreCommand): BatchResult {
    return decodeBatchResult(this.run(command));
  }

  entry(key: string): StoreEntry | null {
    return decodeEntry(this.store.query(encodeQuestion({ op: "get", key })));
  }

  value(key: string): string | null {
    return this.entry(key)?.value ?? null;
  }

  scan(range: KeyRange, limit = 1000, after: string | null = null): ScanPage {
    return decodePage(this.store.query(encodeQuestion({ op: "scan", range, after, limit })));
  }

  watch(
    afterRevision: number,
    range: KeyRange = { kind: "prefix", prefix: "" },
    maxEvents = 1000,
  ): WatchAnswer {
    const watch = this.store.watch(encodeWatchQuestion({ range, afterRevision, maxEvents }));
    return decodeWatchAnswer(watch.poll() ?? watch.idle());
  }
}

const ALL: KeyRange = { kind: "prefix", prefix: "" };

Deno.test("versions count the writes of a key, revisions those of the store; a delete ends a version, not a revision", () => {
  const bench = new Bench();
  bench.put("a", "1");
  bench.put("b", "1");
  bench.put("a", "2");
  assertEquals(bench.entry("a"), { key: "a", value: "2", version: 2, revision: 3, createdAt: 1, lease: 0 });
  const gone = bench.batch({ op: "batch", conditions: [], writes: [{ op: "delete", key: "a" }] });
  assertEquals(gone, { kind: "done", revision: 4, previousVersions: [2] });
  assertEquals(bench.entry("a"), null);
  // Changing nothing is no revision.
  const again = bench.batch({ op: "batch", conditions: [], writes: [{ op: "delete", key: "a" }] });
  assertEquals(again, { kind: "done", revision: 4, previousVersions: [0] });
  bench.put("a", "3");
  assertEquals(bench.entry("a"), { key: "a", value: "3", version: 1, revision: 5, createdAt: 5, lease: 0 });
});

Deno.test("a batch happens as a whole if every condition holds, otherwise not at all", () => {
  const bench = new Bench();
  bench.put("a", "1");
  const both: StoreCommand & { readonly op: "batch" } = {
    op: "batch",
    conditions: [{ kind: "version", key: "a", version: 1 }, { kind: "version", key: "b", version: 0 }],
    writes: [{ op: "put", key: "b", value: "2", lease: 0 }, { op: "append", key: "a", value: "+" }],
  };
  assertEquals(bench.batch(both), { kind: "done", revision: 2, previousVersions: [0, 1] });
  assertEquals([bench.value("a"), bench.value("b")], ["1+", "2"]);
  const before = bench.store.snapshot();
  assertEquals(bench.batch(both), { kind: "conditionFailed", at: 0, version: 2 });
  const second: StoreCommand = {
    ...both,
    conditions: [{ kind: "version", key: "a", version: 2 }, both.conditions[1]],
  };
  assertEquals(bench.batch(second), { kind: "conditionFailed", at: 1, version: 1 });
  assertEquals(bench.store.snapshot(), before);
  const byRevision = (revision: number): StoreCommand => ({
    op: "batch",
    conditions: [{ kind: "revision", key: "a", revision }],
    writes: [],
  });
  assertEquals(bench.batch(byRevision(2)).kind, "done");
  assertEquals(bench.batch(byRevision(1)).kind, "conditionFailed");
  const byValue = (value: string): StoreCommand => ({
    op: "batch",
    conditions: [{ kind: "value", key: "b", value }],
    writes: [],
  });
  assertEquals(bench.batch(byValue("2")).kind, "done");
  assertEquals(bench.batch(byValue("3")).kind, "conditionFailed");
});

Deno.test("writes of one batch to one key see each other, and an impossible one spoils them all", () => {
  const bench = new Bench();
  const big = "x".repeat(5 << 20);
  bench.put("a", big);
  const before = bench.store.snapshot();
  const command: StoreCommand = {
    op: "batch",
    conditions: [],
    writes: [{ op: "put", key: "b", value: "1", lease: 0 }, { op: "append", key: "a", value: big }],
  };
  assertEquals(bench.batch(command), { kind: "valueTooLong", at: 1 });
  assertEquals(
    bench.batch({ op: "batch", conditions: [], writes: [{ op: "put", key: "c", value: "", lease: 7 }] }),
    {
      kind: "leaseUnknown",
      lease: 7,
    },
  );
  assertEquals(bench.store.snapshot(), before);
  const twice: StoreCommand = {
    op: "batch",
    conditions: [],
    writes: [{ op: "delete", key: "a" }, { op: "append", key: "a", value: big }, {
      op: "append",
      key: "a",
      value: "!",
    }],
  };
  assertEquals(bench.batch(twice), { kind: "done", revision: 2, previousVersions: [1, 0, 1] });
  assertEquals(bench.entry("a")?.version, 2);
});

Deno.test("keys live by their lease, which ends in log time; the order of ends is that of time, then of granting", () => {
  const bench = new Bench();
  const { lease: long } = decodeLeaseResult(bench.run({ op: "grantLease", ttlMs: 1000 }));
  const { lease: short } = decodeLeaseResult(bench.run({ op: "grantLease", ttlMs: 500 }));
  assert(long !== short);
  bench.put("z", "1", short);
  bench.put("a", "1", short);
  bench.put("m", "1", long);
  assertEquals(bench.store.dueMs, 500);
  bench.timeMs = 499;
  assertEquals(decodeLeaseResult(bench.run({ op: "keepLease", lease: long })).known, true);
  bench.timeMs = 500;
  bench.put("other", "1");
  assertEquals([bench.value("z"), bench.value("a"), bench.value("m")], [null, null, "1"]);
  assertEquals(decodeLeaseResult(bench.run({ op: "keepLease", lease: short })).known, false);
  // A put without the lease sets a key free.
  bench.put("m", "2");
  bench.timeMs = 5000;
  bench.put("other", "2");
  assertEquals([bench.value("m"), bench.store.dueMs], ["2", Infinity]);
  const seen = bench.watch(0);
  assert(seen.kind === "events");
  const ends = seen.events.filter((event) => event.kind === "delete");
  assertEquals(ends.map(({ key, cause }) => [key, cause]), [["a", "lease"], ["z", "lease"]]);
});

Deno.test("a lease kept alive a hundred thousand times takes no more room than one", () => {
  const bench = new Bench();
  const { lease } = decodeLeaseResult(bench.run({ op: "grantLease", ttlMs: 1000 }));
  for (let at = 0; at < 100_000; at++) {
    bench.timeMs += 10;
    bench.run({ op: "keepLease", lease });
  }
  assertEquals(bench.store.dueMs, bench.timeMs + 1000);
  assert(bench.store.snapshot().length < 40);
});

Deno.test("ordered keys agree with a sorted array through 20,000 random changes", () => {
  const random = seededRandom(1);
  const keys = new OrderedKeys();
  const plain = new Set<string>();
  for (let step = 0; step < 20_000; step++) {
    const key = `${random.below(3000)}`;
    if (random.chance(0.6)) {
      keys.add(key);
      plain.add(key);
    } else {
      keys.delete(key);
      plain.delete(key);
    }
    if (step % 997 !== 0) continue;
    const sorted = [...plain].sort();
    const from = `${random.below(3000)}`;
    assertEquals([...keys.from(from)], sorted.filter((other) => other >= from));
    assertEquals([keys.size, [...keys.from("")]], [sorted.length, sorted]);
  }
});

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

function randomCommand(random: Random, leases: number[]): StoreCommand {
  const key = () => `k${random.below(40)}`;
  const lease = () => leases.length === 0 ? 1 : leases[random.below(leases.length)];
  const draw = random.below(20);
  if (draw === 0) return { op: "grantLease", ttlMs: 1 + random.below(300) };
  if (draw === 1) return { op: "keepLease", lease: lease() };
  if (draw === 2) return { op: "revokeLease", lease: lease() };
  const conditions = random.chance(0.3)
    ? [{ kind: "version", key: key(), version: random.below(3) } as const]
    : [];
  const writes = Array.from({ length: random.below(4) }, () => {
    const op = random.below(3);
    if (op === 0) return { op: "delete", key: key() } as const;
    if (op === 1) return { op: "append", key: key(), value: `${random.below(10)}` } as const;
    return {
      op: "put",
      key: key(),
      value: `${random.below(100)}`,
      lease: random.chance(0.3) ? lease() : 0,
    } as const;
  });
  return { op: "batch", conditions, writes };
}

for (const seed of [1, 2, 3, 4, 5]) {
  Deno.test(`equal stores stay equal, restored or not, and events tell the whole story (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const steady = new Bench(new Store({ historyEvents: 50 }));
    let restored = new Store({ historyEvents: 50 });
    const leases: number[] = [];
    const mirror = new Map<string, string>();
    let through = 0;
    for (let index = 1; index <= 3000; index++) {
      steady.timeMs += random.below(20);
      const command = randomCommand(random, leases);
      const at = { index, timeMs: steady.timeMs };
      if (restored.dueMs <= at.timeMs) restored.elapse(at);
      const reply = restored.apply(encodeStoreCommand(command), at);
      assertEquals(steady.run(command), reply);
      if (command.op === "grantLease") leases.push(decodeLeaseResult(reply).lease);
      if (leases.length > 10) leases.shift();
      if (random.chance(0.02)) {
        const snapshot = restored.snapshot();
        assertEquals(steady.store.snapshot(), snapshot);
        restored = new Store({ historyEvents: 50 });
        restored.restore(snapshot);
        assertEquals(restored.snapshot(), snapshot);
        assertEquals(restored.dueMs, steady.store.dueMs);
      }
      const answer = steady.watch(through);
      assert(answer.kind === "events");
      for (const event of answer.events) {
        if (event.kind === "put") mirror.set(event.key, event.value);
        else assert(mirror.delete(event.key), "a key was deleted twice");
      }
      through = answer.through;
    }
    const { entries } = steady.scan(ALL);
    assertEquals(
      entries.map(({ key, value }) => [key, value]),
      [...mirror].sort((a, b) => a[0] < b[0] ? -1 : 1),
    );
  });
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof BadInputError || error instanceof SnapshotError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

Deno.test("bad commands are refused at the door with a typed error, and change nothing", () => {
  const { store } = new Bench();
  const batch = (part: object) => ({ op: "batch", conditions: [], writes: [], ...part }) as StoreCommand;
  const put = (key: string, value: string) => batch({ writes: [{ op: "put", key, value, lease: 0 }] });
  const before = store.snapshot();
  const check = (command: StoreCommand) => codeOf(() => store.check(encodeStoreCommand(command)));
  assertEquals(check(put("k".repeat(4097), "")), "keyTooLong");
  assertEquals(check(put("\u20ac".repeat(1366), "")), "keyTooLong");
  assertEquals(check(put("k", "v".repeat((8 << 20) + 1))), "valueTooLong");
  assertEquals(check(batch({ writes: Array(1001).fill({ op: "delete", key: "k" }) })), "batchTooLong");
  assertEquals(check({ op: "grantLease", ttlMs: 0 }), "badNumber");
  const bytes = (...values: number[]) => codeOf(() => store.check(new Uint8Array(values)));
  assertEquals(bytes(1, 1, 1, 9, 1, 107, 0, 0), "unknownCondition");
  assertEquals(bytes(1, 1, 0, 1, 9, 1, 107, 0), "unknownOperation");
  assertEquals(bytes(1, 77), "unknownOperation");
  assertEquals(bytes(2, 1, 0, 0), "newerVersion");
  assertEquals(bytes(1, 1, 0), "malformed");
  assertEquals(bytes(1, 1, 0, 0, 0), "malformed");
  assertEquals(bytes(), "malformed");
  assertEquals(store.snapshot(), before);
  assertEquals(check(put("k".repeat(4096), "v".repeat(8 << 20))), "nothing was thrown");
});

Deno.test("a command of a newer version in the log stops the machine before it has changed anything", () => {
  const { store } = new Bench();
  const before = store.snapshot();
  const newer = encodeStoreCommand({ op: "batch", conditions: [], writes: [] });
  newer[0] = 9;
  assertThrows(() => store.apply(newer, { index: 1, timeMs: 0 }), BadInputError, "upgrade");
  assertEquals(store.snapshot(), before);
});

Deno.test("a snapshot cut short, with bytes behind it, or of a newer layout is refused, and nothing is changed", () => {
  const bench = new Bench();
  const { lease } = decodeLeaseResult(bench.run({ op: "grantLease", ttlMs: 1000 }));
  bench.put("a", "1", lease);
  bench.put("b", "2");
  const good = bench.store.snapshot();
  const victim = new Bench();
  victim.put("kept", "1");
  const before = victim.store.snapshot();
  for (let length = 0; length < good.length; length++) {
    assertEquals(codeOf(() => victim.store.restore(good.subarray(0, length))), "malformed");
    assertEquals(victim.store.snapshot(), before);
  }
  assertEquals(codeOf(() => victim.store.restore(new Uint8Array([...good, 0]))), "malformed");
  assertEquals(codeOf(() => victim.store.restore(new Uint8Array([99]))), "newer");
  assertEquals(victim.store.snapshot(), before);
});

Deno.test("commands come back from bytes as they went", () => {
  const random = seededRandom(9);
  for (let at = 0; at < 500; at++) {
    const command = randomCommand(random, [5, 1e9]);
    assertEquals(decodeStoreCommand(encodeStoreCommand(command)), command);
  }
});
