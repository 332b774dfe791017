/**
 * What has been compacted is gone from memory, too (labs P15): persisted sizes look fine while an old array is still held.
 * @module
 */

import { assert } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { step } from "../../raft/core/step.ts";
import type { Effect } from "../../raft/effect.ts";
import { MemoryStorage } from "../../raft/memory_storage.ts";
import { PendingReads } from "../../raft/pending_reads.ts";
import { DEFAULT_LIMITS } from "../../raft/timing.ts";
import { LogState } from "../../raft/wal/log_state.ts";
import { liveHeapBytes } from "../labs/kv/heap.ts";

const COMMAND_BYTES = 100_000;
const COMMANDS = 200;
/** What a node may hold on to besides its snapshot: a twentieth of what went through it. */
const ALLOWED_BYTES = COMMAND_BYTES * COMMANDS / 20;

Deno.test("a node that has compacted 20 MB of log holds none of it: neither its core, nor its storage, nor its write-ahead log", async () => {
  const core = createCore({
    id: "a",
    members: ["a"],
    preVote: true,
    checkQuorum: true,
    limits: DEFAULT_LIMITS,
  }, {
    hardState: { term: 0, vote: null },
    snapshot: null,
    entries: [],
    incarnation: 1,
    standing: "voter",
  });
  const storage = new MemoryStorage();
  const wal = new LogState();
  const perform = async (input: Parameters<typeof step>[1]) => {
    const effects: Effect[] = [];
    step(core, input, effects);
    for (const effect of effects) {
      if (effect.type !== "persist") continue;
      const { write } = effect;
      await storage.write([write]);
      const { snapshot } = write;
      wal.apply({
        ...write,
        snapshot: snapshot === null ? null : {
          index: snapshot.index,
          term: snapshot.term,
          configuration: null,
          place: { kind: "superseded" },
        },
      });
      await perform({ type: "flushed", sequence: write.sequence });
    }
  };
  await perform({ type: "electionTimeout" });
  const before = liveHeapBytes();
  for (let at = 0; at < COMMANDS; at++) {
    await perform({ type: "propose", commands: [new Uint8Array(COMMAND_BYTES).fill(at)] });
    await perform({ type: "replicate" });
  }
  const full = liveHeapBytes() - before;
  assert(full > COMMAND_BYTES * COMMANDS * 0.9, `the log is in memory first: ${full} bytes of it`);
  await perform({ type: "compact", index: core.commit, data: new Uint8Array(10) });
  const left = liveHeapBytes() - before;
  assert(left < ALLOWED_BYTES, `${left} bytes of ${full} are still held after compaction`);
  assert(core.log.entries.length + wal.entries.length + storage.image.entries.length === 0);
});

Deno.test("a node that has answered or refused 100,000 reads holds none of them", async () => {
  const reads = new PendingReads();
  const refusal = new Error("refused");
  const answerAll = async (count: number) => {
    for (let at = 0; at < count; at++) {
      const answered = reads.add((token) => reads.resolve(token, at));
      const refused = reads.add((token) => reads.reject(token, refusal));
      await Promise.allSettled([answered, refused]);
    }
  };
  await answerAll(1_000);
  const before = liveHeapBytes();
  await answerAll(50_000);
  const left = liveHeapBytes() - before;
  assert(left < 1 << 20, `${left} bytes are still held`);
});
