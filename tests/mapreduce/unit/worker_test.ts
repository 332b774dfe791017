import { assert, assertEquals } from "@std/assert";
import {
  type App,
  InputError,
  type InputErrorCode,
  type JobPlan,
  type Outcome,
  type Pair,
} from "../../../mapreduce/mod.ts";
import { intermediateName } from "../../../mapreduce/names.ts";
import { INPUT_SPAN } from "../../../mapreduce/plan.ts";
import { FRAME_BYTES, FRAME_HEAD_BYTES } from "../../../mapreduce/shuffle/format.ts";
import { RunWriter } from "../../../mapreduce/shuffle/run_writer.ts";
import { RpcError } from "../../../runtime/mod.ts";
import { attemptAt, CARELESS, type Setting, type Told, workAlone } from "./lone_worker.ts";
import type { MemoryFile } from "./memory_disk.ts";
import { WatchedDisk } from "./watched_disk.ts";

const MAPS = 6;
const REDUCE: number = MAPS;
const encoder = new TextEncoder();

const COUNT: App = {
  map: () => [],
  reduce: (_key, values) => String([...values].length),
};

const PLAN: JobPlan = {
  id: "job",
  app: "app:test",
  reduces: 1,
  maps: Array.from({ length: MAPS }, () => [{ input: "a", fromByte: 0, toByte: 9, gzip: false }]),
  work: "work",
};

/** Writes an intermediate file. */
async function leave(disk: WatchedDisk, path: string, pairs: readonly Pair[]): Promise<void> {
  const file = await disk.create(path);
  const writer = new RunWriter(file);
  for (const [key, value] of pairs) {
    const bytes = encoder.encode(key);
    writer.put(bytes, 0, bytes.length, value, 1);
  }
  await writer.finish();
  await file.close();
}

/** A disk on which every map task has left some keys. */
async function mapped(): Promise<WatchedDisk> {
  const disk = new WatchedDisk();
  for (let map = 0; map < MAPS; map++) {
    await leave(disk, `work/${intermediateName(map, 0)}`, [["a", "1"], ["b", "1"], [`c${map}`, "1"]]);
  }
  return disk;
}

/** One attempt at the reduce task, which merges its six files two at a time. */
function reduceOnce(disk: WatchedDisk, setting: Partial<Setting> = {}): Promise<Told> {
  return workAlone({
    app: COUNT,
    plan: PLAN,
    disk,
    answers: [{ kind: "task", ref: attemptAt(REDUCE, 0), care: CARELESS }],
    limits: { fanIn: 2 },
    ...setting,
  });
}

function damage({ bytes }: MemoryFile, at: number): void {
  bytes[at] ^= 1;
}

function kinds(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}

function attemptsFiles(disk: WatchedDisk): string[] {
  return [...disk.files.keys()].filter((path) => path.includes("tmp-"));
}

Deno.test("a reduce task leaves its output, nothing of what it merged on the way, and no file open", async () => {
  const disk = await mapped();
  const removed: string[] = [];
  disk.refuse = (call, path) => {
    if (call === "remove") removed.push(path);
    return null;
  };
  const { outcomes } = await reduceOnce(disk);
  assertEquals(kinds(outcomes), ["done"]);
  assertEquals(new Set(removed).size, removed.length, "something was removed twice");
  assertEquals(attemptsFiles(disk), ["tmp-1000000-mr-out-0"]);
  assertEquals(disk.held, []);
});

Deno.test("a reduce task for which the room ends leaves nothing that takes up more of it, wherever that was", async () => {
  let refusedAt = 0;
  for (;; refusedAt++) {
    const disk = await mapped();
    let writes = 0;
    disk.refuse = (call) => call === "write" && writes++ >= refusedAt ? "full" : null;
    const { outcomes } = await reduceOnce(disk);
    if (outcomes[0].kind === "done") break;
    assertEquals(kinds(outcomes), ["storage"], `write ${refusedAt}`);
    assertEquals(attemptsFiles(disk), [], `write ${refusedAt} was refused`);
    assertEquals(disk.held, [], `write ${refusedAt} was refused`);
  }
  assert(refusedAt > 4, "nothing was merged");
});

for (const part of ["a record", "its end"]) {
  Deno.test(`a merged file of which ${part} came out damaged costs the attempt and no map task, and nothing of it stays`, async () => {
    const disk = await mapped();
    const struck = new Set<MemoryFile>();
    disk.refuse = (call, path) => {
      const merged = disk.files.get(path);
      if (call === "open" && path.includes("mr-merge") && merged !== undefined && !struck.has(merged)) {
        struck.add(merged);
        damage(merged, part === "a record" ? FRAME_HEAD_BYTES : merged.bytes.length - 1);
      }
      return null;
    };
    const { outcomes } = await reduceOnce(disk);
    assertEquals(kinds(outcomes), ["storage"]);
    assertEquals(attemptsFiles(disk), []);
    assertEquals(disk.held, []);
  });
}

const READERS: readonly (readonly [who: string, app: App, fanIn: number])[] = [
  ["reduce", COUNT, 256],
  ["combine", { ...COUNT, combine: (_key, values) => [...values].at(-1) ?? "" }, 2],
];

for (const [who, app, fanIn] of READERS) {
  Deno.test(`a file that turns out to be damaged while ${who} reads from it is the fault of its map task, not of ${who}`, async () => {
    const disk = await mapped();
    const path = `work/${intermediateName(1, 0)}`;
    // More values of one key than a frame holds: the damage is met within a call of the application.
    await leave(disk, path, Array.from({ length: 5000 }, (_, at) => ["a", `value ${at}`]));
    const file = disk.files.get(path);
    assert(file !== undefined && file.bytes.length > FRAME_BYTES * 2, "it is too short");
    damage(file, FRAME_BYTES + 1000);
    const { outcomes } = await reduceOnce(disk, { app, limits: { fanIn } });
    assertEquals(outcomes, [{ kind: "lost", maps: [1] }]);
    assertEquals(attemptsFiles(disk), []);
    assertEquals(disk.held, []);
  });
}

const BAD_INPUTS: readonly (readonly [code: InputErrorCode, outcome: Outcome])[] = [
  ["unreadable", { kind: "storage", message: "Cannot read a" }],
  ["damaged", {
    kind: "failed",
    message: "Cannot read a",
    mark: { from: 4, to: INPUT_SPAN, exact: true },
  }],
];

for (const [code, outcome] of BAD_INPUTS) {
  Deno.test(`an input that is found ${code} in its middle is ${outcome.kind === "storage" ? "the machine's fault, and tried again" : "a bad record from there on"}`, async () => {
    const disk = new WatchedDisk();
    let reads = 0;
    const { outcomes } = await workAlone({
      app: COUNT,
      plan: PLAN,
      disk,
      answers: [{ kind: "task", ref: attemptAt(0, 0), care: CARELESS }],
      limits: { pieceBytes: 4 },
      openInput: () =>
        Promise.resolve({
          read: (into) => {
            if (reads++ > 0) throw new InputError(code, "Cannot read a");
            into.set(encoder.encode("abc\n"));
            return Promise.resolve(4);
          },
          close: () => Promise.resolve(),
        }),
    });
    assertEquals(outcomes, [outcome]);
    assertEquals(attemptsFiles(disk), []);
    assertEquals(disk.held, []);
  });
}

Deno.test("a worker whose task is done renews nothing any more, however long it waits for the next", async () => {
  const disk = await mapped();
  let asked = 0;
  let renewed = 0;
  const { end } = await reduceOnce(disk, {
    link: (clock) => ({
      ask: async () => {
        if (asked++ === 0) return { kind: "task", ref: attemptAt(REDUCE, 0), care: CARELESS };
        await clock.sleep(500);
        return asked < 60 ? { kind: "wait" } : { kind: "exit", reason: "the job is done" };
      },
      renew: () => Promise.resolve(++renewed > 0),
    }),
  });
  assertEquals([end?.kind, renewed], ["told", 0]);
});

Deno.test("a worker that treads carefully goes, too, when its coordinator has gone for good and its patience is at an end", async () => {
  const disk = await mapped();
  const care = { suspects: [{ from: 0, to: 8 }], skips: [] };
  let asked = 0;
  const { end, endMs } = await workAlone({
    app: COUNT,
    plan: PLAN,
    disk,
    answers: [],
    patienceMs: 20_000,
    link: (clock) => {
      const gone = async () => {
        await clock.sleep(1000);
        throw new RpcError("timeout", "No answer");
      };
      return {
        ask: () =>
          asked++ === 0 ? Promise.resolve({ kind: "task", ref: attemptAt(REDUCE, 0), care }) : gone(),
        renew: gone,
        report: gone,
        leave: gone,
      };
    },
  });
  assertEquals(end?.kind, "coordinatorGone");
  assert(endMs < 30_000, `it went after ${endMs} ms`);
});
