import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Entry, JobPlan } from "../../../mapreduce/mod.ts";
import { decodeJournal, Journal, readJournal } from "../../../mapreduce/coordinator/journal.ts";
import { DiskError } from "../../../runtime/mod.ts";
import { MemoryDisk, MemoryFile } from "./memory_disk.ts";
import { WatchedDisk } from "./watched_disk.ts";

const PLAN: JobPlan = {
  id: "job",
  app: "app:test",
  reduces: 2,
  maps: [[{ input: "a", fromByte: 0, toByte: 9, gzip: false }]],
  work: "work",
};
const ENTRIES: readonly Entry[] = [
  { kind: "epoch", epoch: 1 },
  { kind: "won", task: 0, attempt: 1_000_000, bytes: 10, pairs: 3 },
  { kind: "committed", task: 0 },
  {
    kind: "suspected",
    task: 1,
    range: { from: 0, to: Number.MAX_SAFE_INTEGER },
    strikes: 0,
    message: "died",
  },
  { kind: "skipped", task: 1, range: { from: 4, to: 5 }, message: "died" },
  { kind: "reopened", task: 0, why: "lost" },
  { kind: "gaveUp", task: 1, range: { from: 4, to: 5 }, message: "died" },
];

async function write(): Promise<{ disk: MemoryDisk; bytes: Uint8Array; ends: number[] }> {
  const disk = new MemoryDisk();
  const journal = await Journal.create(disk, "work", { plan: PLAN, entries: [], workers: [] });
  const file = disk.files.get("work/mr-journal");
  if (file === undefined) throw new Error("there is no journal");
  const ends = [file.bytes.length];
  for (const entry of ENTRIES) {
    await journal.append([entry]);
    ends.push(file.bytes.length);
  }
  return { disk, bytes: file.bytes, ends };
}

Deno.test("a journal gives back the plan and every kind of entry", async () => {
  const { disk } = await write();
  assertEquals(await readJournal(disk, "work"), { plan: PLAN, entries: ENTRIES, workers: [] });
  assertEquals(await readJournal(disk, "elsewhere"), null);
});

Deno.test("a journal cut anywhere, or with any byte damaged, gives back what stands before, and never anything else", async () => {
  const { bytes, ends } = await write();
  const expected = (at: number) => {
    const entries = ends.filter((end) => end <= at).length - 1;
    return entries < 0 ? null : { plan: PLAN, entries: ENTRIES.slice(0, entries), workers: [] };
  };
  for (let at = 0; at <= bytes.length; at++) {
    assertEquals(decodeJournal(bytes.slice(0, at)), expected(at), `cut at ${at}`);
    if (at === bytes.length) continue;
    const damaged = bytes.slice();
    damaged[at] ^= 0x40;
    assertEquals(decodeJournal(damaged), expected(at), `byte ${at} damaged`);
  }
});

Deno.test("a journal that is gone on with is written anew, so that nothing ever stands behind a torn entry", async () => {
  const { disk, bytes } = await write();
  const file = disk.files.get("work/mr-journal");
  if (file === undefined) throw new Error("there is no journal");
  file.bytes = bytes.slice(0, bytes.length - 3);
  const content = await readJournal(disk, "work");
  if (content === null) throw new Error("it cannot be read");
  const journal = await Journal.create(disk, "work", content);
  await journal.append([{ kind: "epoch", epoch: 2 }]);
  assertEquals(await readJournal(disk, "work"), {
    plan: PLAN,
    entries: [...ENTRIES.slice(0, -1), { kind: "epoch", epoch: 2 }],
    workers: [],
  });
});

Deno.test("a journal names the workers that came and have not left, also when it is written anew", async () => {
  const { disk } = await write();
  const content = await readJournal(disk, "work");
  if (content === null) throw new Error("it cannot be read");
  const journal = await Journal.create(disk, "work", content);
  for (const worker of ["ann", "bob", "ann", "cid"]) await journal.joined(worker);
  await journal.left("bob");
  await journal.left("nobody");
  const found = await readJournal(disk, "work");
  assertEquals(found, { plan: PLAN, entries: ENTRIES, workers: ["ann", "cid"] });
  if (found === null) throw new Error("it cannot be read");
  const next = await Journal.create(disk, "work", found);
  await next.left("ann");
  assertEquals((await readJournal(disk, "work"))?.workers, ["cid"]);
});

/** A file whose writes can be made to arrive late, and what a power cut would leave of it. */
class LateFile extends MemoryFile {
  /** Null if writes arrive at once. */
  late: PromiseWithResolvers<void> | null = null;
  synced: Uint8Array = new Uint8Array();

  override async write(offset: number, bytes: Uint8Array): Promise<void> {
    await this.late?.promise;
    await super.write(offset, bytes);
  }

  override sync(): Promise<void> {
    this.synced = this.bytes.slice();
    return Promise.resolve();
  }
}

Deno.test("an entry is not safe before the entries ahead of it are, even if their writes come in late", async () => {
  const disk = new MemoryDisk();
  const file = new LateFile();
  disk.create = (path) => {
    disk.files.set(path, file);
    return Promise.resolve(file);
  };
  const journal = await Journal.create(disk, "work", { plan: PLAN, entries: [], workers: [] });
  const late = Promise.withResolvers<void>();
  file.late = late;
  const noted = journal.note([{ kind: "committed", task: 0 }]);
  file.late = null;
  let safe = false;
  const kept = journal.append([{ kind: "epoch", epoch: 2 }]).then(() => safe = true);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  // Behind a hole nobody reads on: a power cut now would take the second entry, too.
  assert(
    !safe || decodeJournal(file.synced)?.entries.length === 2,
    "it is called safe, and a power cut would take it",
  );
  late.resolve();
  await Promise.all([noted, kept]);
  assertEquals(decodeJournal(file.synced)?.entries, [{ kind: "committed", task: 0 }, {
    kind: "epoch",
    epoch: 2,
  }]);
});

Deno.test("a journal is open when its name is safe, and not before", async () => {
  const disk = new WatchedDisk();
  const gate = Promise.withResolvers<void>();
  disk.syncDirectory = () => gate.promise;
  let open = false;
  const creation = Journal.create(disk, "work", { plan: PLAN, entries: [], workers: [] });
  const opened = creation.then(() => open = true);
  for (let hop = 0; hop < 50; hop++) await null;
  assert(!open);
  gate.resolve();
  await opened;
});

for (const call of ["write", "sync", "rename"] as const) {
  Deno.test(`a journal that cannot be made for want of a ${call} leaves no file open`, async () => {
    const disk = new WatchedDisk();
    disk.refuse = (asked) => asked === call ? "full" : null;
    await assertRejects(
      () => Journal.create(disk, "work", { plan: PLAN, entries: [], workers: [] }),
      DiskError,
    );
    assertEquals(disk.held, []);
  });
}
