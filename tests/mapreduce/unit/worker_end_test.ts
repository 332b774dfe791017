/** How a worker goes, what it says on its way, and how much of a task it keeps in memory. */

import { assert, assertEquals } from "@std/assert";
import { type App, AppError, type JobPlan } from "../../../mapreduce/mod.ts";
import { readRuns } from "../../../mapreduce/shuffle/run_reader.ts";
import { RunWriter } from "../../../mapreduce/shuffle/run_writer.ts";
import { RpcError, type RpcErrorCode } from "../../../runtime/mod.ts";
import { attemptAt, CARELESS, type Setting, type Told, workAlone } from "./lone_worker.ts";
import { WatchedDisk } from "./watched_disk.ts";

const encoder = new TextEncoder();

const ECHO: App = {
  map: (_name, contents) => contents.split("\n").filter((line) => line !== "").map((line) => [line, "1"]),
  reduce: () => "v".repeat(1000),
};

const PLAN: JobPlan = {
  id: "job",
  app: "app:test",
  reduces: 1,
  maps: [[{ input: "a", fromByte: 0, toByte: 1 << 20, gzip: false }]],
  work: "work",
};

const TEXT = Array.from({ length: 2000 }, (_, at) => `a line of some length, ${at}\n`).join("");

/** A worker that maps a text of 2,000 lines, if nothing else is said. */
function work(disk: WatchedDisk, setting: Partial<Setting> = {}): Promise<Told> {
  return workAlone({
    app: ECHO,
    plan: PLAN,
    disk,
    answers: [{ kind: "task", ref: attemptAt(0, 0), care: CARELESS }],
    openInput: (_name, { offset }) => {
      const bytes = encoder.encode(TEXT);
      let at = offset;
      return Promise.resolve({
        read: (into) => {
          const part = bytes.subarray(at, at + into.length);
          into.set(part);
          at += part.length;
          return Promise.resolve(part.length);
        },
        close: () => Promise.resolve(),
      });
    },
    ...setting,
  });
}

function failing(code: RpcErrorCode, calls: { count: number }): () => Promise<never> {
  return () => {
    // A tight circle must have an end, or nobody would hear of it.
    if (++calls.count > 1000) return Promise.reject(new TypeError("It is called again and again"));
    return Promise.reject(new RpcError(code, "No answer"));
  };
}

Deno.test("a worker that is told to go takes its leave and lets go of its line", async () => {
  const { end, said } = await work(new WatchedDisk(), { answers: [] });
  assertEquals(end, { kind: "told", reason: "the job is done" });
  assertEquals(said, ["hello, notLoaded", "leave", "close"]);
});

Deno.test("a worker whose question is refused goes at once, one that gets no answer asks every 200 ms for 20 s", async () => {
  for (const [code, count, endMs] of [["refused", 1, 0], ["gone", 101, 20_000]] as const) {
    const calls = { count: 0 };
    const told = await work(new WatchedDisk(), { link: () => ({ ask: failing(code, calls) }) });
    assertEquals([told.end?.kind, calls.count, Math.round(told.endMs)], ["coordinatorGone", count, endMs]);
    assertEquals(told.said.at(-1), "close");
  }
});

Deno.test("a worker that cannot load the application says so before it goes", async () => {
  const told = await work(new WatchedDisk(), {
    loadApp: () => Promise.reject(new AppError("unfit", "It is no application")),
  });
  assert(told.failure instanceof AppError);
  assertEquals(told.said, ["hello, notLoaded", "hello, unfit", "close"]);
});

Deno.test("what a worker made in time for nobody is removed: its report came too late", async () => {
  for (const accepted of [true, false]) {
    const disk = new WatchedDisk();
    await work(disk, { link: () => ({ report: () => Promise.resolve(accepted) }) });
    assertEquals([...disk.files.keys()], accepted ? ["work/tmp-1000000-mr-0-0"] : []);
    assertEquals(disk.held, []);
  }
});

const MAPPERS: readonly (readonly [what: string, app: App])[] = [
  ["pairs", ECHO],
  ["bytes", {
    reduce: ECHO.reduce,
    mapBytes(_name, bytes, sink) {
      for (let from = 0, to; (to = bytes.indexOf(10, from)) >= 0; from = to + 1) {
        sink.put(bytes, from, to, String(from));
      }
    },
  }],
];

for (const [what, app] of MAPPERS) {
  Deno.test(`a map task of ${what} writes as it goes: at most 20 kB in memory make at least 5 runs of 55 kB`, async () => {
    const disk = new WatchedDisk();
    const { outcomes } = await work(disk, { app, limits: { bufferBytes: 20_000, pieceBytes: 1000 } });
    assertEquals(outcomes.map(({ kind }) => kind), ["done"]);
    const path = "work/tmp-1000000-mr-0-0";
    const runs = readRuns(disk.openStream(path), path);
    assert(runs.length >= 5, `${runs.length} runs`);
    assertEquals(runs.reduce((sum, { records }) => sum + records, 0), 2000);
  });
}

Deno.test("a reduce task writes 2 MB of results as it goes, and merges 2 MB as it goes, 400 kB at a time at most", async () => {
  const disk = new WatchedDisk();
  const plan = { ...PLAN, maps: Array.from({ length: 3 }, () => PLAN.maps[0]) };
  const value = "w".repeat(300);
  for (let at = 0; at < 3; at++) {
    const file = await disk.create(`work/mr-${at}-0`);
    const writer = new RunWriter(file);
    for (let key = 0; key < 2000; key++) {
      const bytes = encoder.encode(`key ${10_000 + key}`);
      writer.put(bytes, 0, bytes.length, value, 1);
    }
    await writer.finish();
    await file.close();
  }
  let most = 0;
  disk.onWrite = (bytes) => most = Math.max(most, bytes);
  const { outcomes } = await work(disk, {
    plan,
    answers: [{ kind: "task", ref: attemptAt(3, 1), care: CARELESS }],
    limits: { fanIn: 2 },
  });
  assertEquals(outcomes.map((outcome) => outcome.kind === "done" && outcome.pairs), [2000]);
  assert(most < 400_000, `${most} bytes at once`);
});
