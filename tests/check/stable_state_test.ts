import { assertEquals, assertRejects } from "@std/assert";
import { applyPersist, readerOf, StagedSnapshot } from "../../raft/memory_storage.ts";
import type { Persist, Recovered, Storage } from "../../raft/storage.ts";
import type { Configuration, Entry } from "../../raft/types.ts";
import { type Random, seededRandom } from "../../runtime/mod.ts";
import { configurationIn } from "./configuration_laws.ts";
import { StorageError } from "../../raft/wal.ts";
import { StableState, WatchedDisk } from "./stable_state.ts";
import type { Violation } from "./violation.ts";

const EMPTY: Recovered = {
  hardState: { term: 0, vote: null },
  snapshot: null,
  entries: [],
  incarnation: 7,
  standing: "voter",
};

function entry(term: number) {
  return { term, command: new Uint8Array([term]) };
}

/** A change of members every so often; `who` tells them apart. */
function drawn(random: Random, who: number): Entry {
  const term = random.between(1, 3);
  if (random.chance(0.7)) return entry(term);
  const configuration = { members: [{ id: `n${who}`, role: "voter", address: "" }], retired: [] } as const;
  return { term, command: new Uint8Array(), configuration };
}

/** Who belongs to the cluster, looked for from the end of the log. */
function lastConfiguration({ snapshot, entries }: Recovered): [Configuration | null, number] {
  const offset = snapshot?.index ?? 0;
  for (let at = entries.length - 1; at >= 0; at--) {
    const found = configurationIn(entries[at]);
    if (found !== null) return [found, offset + at + 1];
  }
  const known = snapshot?.configuration ?? null;
  return [known, known === null ? 0 : offset];
}

function write(sequence: number, part: Partial<Persist>): Persist {
  return { sequence, term: 1, vote: null, firstIndex: 1, entries: [], snapshot: null, ...part };
}

Deno.test("the state that is followed in place is what applyPersist makes of the same writes (200 seeds)", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    const state = new StableState();
    let expected = EMPTY;
    state.become(EMPTY);
    for (let sequence = 1; sequence <= 30; sequence++) {
      const last = (expected.snapshot?.index ?? 0) + expected.entries.length;
      const offset = expected.snapshot?.index ?? 0;
      const index = offset + 1 + random.below(last - offset + 2);
      const snapshot = random.chance(0.2)
        ? {
          index,
          term: random.between(1, 3),
          configuration: random.chance(0.5) ? null : { members: [], retired: [] },
          data: new Uint8Array([index]),
        }
        : null;
      const next = write(sequence, { term: sequence, vote: random.chance(0.5) ? "a" : null, snapshot });
      const { snapshot: base, entries: tail } = applyPersist(expected, next);
      const from = (base?.index ?? 0) + 1 + random.below(tail.length + 1);
      const entries = Array.from({ length: random.below(4) }, (_, at) => drawn(random, 10 * sequence + at));
      const whole = { ...next, snapshot, firstIndex: from, entries };
      expected = applyPersist(expected, whole);
      state.apply(whole);
      assertEquals(state.toRecovered(), expected, `seed ${seed}, write ${sequence}`);
      assertEquals(
        [state.configuration, state.configurationIndex],
        lastConfiguration(expected),
        `seed ${seed}`,
      );
    }
  }
});

Deno.test("of two snapshots stored ahead one after the other both can be named, in their order", async () => {
  const staged = new StagedSnapshot();
  const pieces = async function* (byte: number) {
    yield await Promise.resolve(new Uint8Array([byte]));
  };
  for (const index of [3, 5]) assertEquals(await staged.take({ index, term: 1 }, pieces(index)), 1);
  for (const index of [3, 5]) {
    const named = write(index, {
      snapshot: { index, term: 1, configuration: null, data: null, sizeBytes: 1 },
    });
    assertEquals(staged.complete(named).snapshot?.data, new Uint8Array([index]));
  }
  assertEquals(staged.at(3), null, "what is older than what the log names is of no use");
});

/** A storage that comes up with whatever it is told. */
function scripted(recovered: Recovered): Storage {
  return {
    load: () => Promise.resolve(recovered),
    write: () => Promise.resolve(),
    close: () => Promise.resolve(),
    storeSnapshot: () => Promise.resolve(0),
    openSnapshot: (index) => readerOf(recovered.snapshot, index),
    logSizeBytes: 0,
  };
}

async function lawsBrokenBy(second: Recovered, wiped: boolean): Promise<string[]> {
  const broken: Violation[] = [];
  const disk = new WatchedDisk("n1", (violation) => broken.push(violation));
  const first = disk.watch(scripted(EMPTY), null);
  await first.load();
  await first.write([write(1, { term: 3, vote: "n2", entries: [entry(3), entry(3)] })]);
  if (wiped) disk.wiped();
  await disk.watch(scripted(second), null).load();
  return broken.map(({ law }) => law);
}

const KEPT: Recovered = {
  ...EMPTY,
  hardState: { term: 3, vote: "n2" },
  entries: [entry(3), entry(3)],
};

Deno.test("a storage must bring back everything it has confirmed", async () => {
  assertEquals(await lawsBrokenBy(KEPT, false), []);
  const losses: Recovered[] = [
    EMPTY,
    { ...KEPT, entries: [entry(3)] },
    { ...KEPT, entries: [entry(3), entry(2)] },
    { ...KEPT, hardState: { term: 3, vote: null } },
    { ...KEPT, hardState: { term: 2, vote: "n2" } },
    { ...KEPT, incarnation: 8 },
    { ...KEPT, standing: "amnesiac" },
  ];
  for (const loss of losses) assertEquals(await lawsBrokenBy(loss, false), ["durable-recovery"]);
});

Deno.test("whoever lost its disk must come up as an amnesiac", async () => {
  assertEquals(await lawsBrokenBy(EMPTY, true), ["durable-recovery"]);
  assertEquals(await lawsBrokenBy({ ...EMPTY, standing: "amnesiac" }, true), []);
});

Deno.test("a storage may refuse a disk only if somebody has damaged it since it was empty", async () => {
  const place = { file: "raft/log-1", offset: 0 };
  const refusing: Storage = {
    ...scripted(KEPT),
    load: () => Promise.reject(new StorageError("damaged", place, "the frame does not match its checksum")),
  };
  for (const struck of [false, true]) {
    const broken: string[] = [];
    const disk = new WatchedDisk("n1", ({ law }) => broken.push(law));
    disk.suspect = struck;
    // A life that found nothing wrong proves nothing: what is damaged may be read later only.
    await disk.watch(scripted(KEPT), null).load();
    await assertRejects(() => disk.watch(refusing, null).load(), StorageError);
    assertEquals(broken, struck ? [] : ["durable-recovery"]);
  }
});

Deno.test("a write that was under way may be there or not, but not by halves", async () => {
  const batches = [
    write(2, { term: 4, vote: "n3" }),
    write(3, { term: 4, vote: "n3", firstIndex: 1, entries: [entry(4)] }),
  ];
  const after = batches.map((_, at) => batches.slice(0, at + 1).reduce(applyPersist, EMPTY));
  for (const [second, expected] of [[EMPTY, 0], [after[0], 0], [after[1], 0], [KEPT, 1]] as const) {
    const broken: Violation[] = [];
    const disk = new WatchedDisk("n1", (violation) => broken.push(violation));
    const hanging: Storage = { ...scripted(EMPTY), write: () => new Promise(() => {}), logSizeBytes: 0 };
    const first = disk.watch(hanging, null);
    await first.load();
    first.write(batches);
    await disk.watch(scripted(second), null).load();
    assertEquals(broken.length, expected);
  }
});

Deno.test("a medium that does not hold what was confirmed is noticed before any crash", async () => {
  for (const [medium, expected] of [[KEPT, 0], [EMPTY, 1], [null, 1]] as const) {
    const broken: Violation[] = [];
    const disk = new WatchedDisk("n1", (violation) => broken.push(violation));
    const storage = disk.watch(scripted(EMPTY), () => medium);
    await storage.load();
    await storage.write([write(1, { term: 3, vote: "n2", entries: [entry(3), entry(3)] })]);
    assertEquals(broken.length, expected);
  }
});
