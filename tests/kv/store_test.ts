import { assert, assertEquals, assertThrows } from "@std/assert";
import { BadInputError, SnapshotError, Store, type StoreCommand } from "../../kv/mod.ts";
import { decodeLeaseResult, decodeStoreCommand, encodeStoreCommand } from "../../kv/store/command_codec.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";
import { ALL, Bench } from "./store_bench.ts";

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
  const full: StoreCommand = {
    op: "batch",
    conditions: [],
    writes: [{ op: "put", key: "b", value: "x".repeat(8 << 20), lease: 0 }, {
      op: "append",
      key: "b",
      value: "!",
    }],
  };
  assertEquals(bench.batch(full), { kind: "valueTooLong", at: 1 });
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
  assertEquals(bench.store.dueMs, 501);
  bench.timeMs = 500;
  assertEquals(decodeLeaseResult(bench.run({ op: "keepLease", lease: long })).known, true);
  bench.timeMs = 501;
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
  assertEquals(bench.store.dueMs, bench.timeMs + 1001);
  assert(bench.store.snapshot().length < 40);
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
  assertEquals(codeOf(() => victim.store.restore(new Uint8Array([0]))), "malformed");
  assertEquals(victim.store.snapshot(), before);
});

Deno.test("commands come back from bytes as they went", () => {
  const random = seededRandom(9);
  for (let at = 0; at < 500; at++) {
    const command = randomCommand(random, [5, 1e9]);
    assertEquals(decodeStoreCommand(encodeStoreCommand(command)), command);
  }
});
