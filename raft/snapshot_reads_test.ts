import { assertEquals } from "@std/assert";
import { leaderOf, rejects } from "../tests/raft/core.ts";
import { becomeProbe } from "./core/progress.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { SnapshotReads } from "./snapshot_reads.ts";
import type { SnapshotReader } from "./storage.ts";

const WANTED = { to: "b", index: 4, offset: 2, length: 3 };

/** Reads on a storage that is moved by hand. */
function bench() {
  const heard: string[] = [];
  const told: PromiseWithResolvers<Uint8Array>[] = [];
  class HandStorage extends MemoryStorage {
    override openSnapshot(index: number): SnapshotReader {
      if (index > 9) throw new RangeError(`there is no ${index}`);
      heard.push(`open ${index}`);
      return {
        read: (offset, length) => {
          heard.push(`read ${index} at ${offset}, ${length}`);
          const answer = Promise.withResolvers<Uint8Array>();
          told.push(answer);
          return answer.promise;
        },
        close: () => void heard.push(`close ${index}`),
      };
    }
  }
  const reads = new SnapshotReads(new HandStorage(), {
    onRead: ({ to, index }, data) => void heard.push(`${to} gets ${data.length} of ${index}`),
    onFailed: (error) => void heard.push(`failed: ${(error as Error).message}`),
  });
  return { heard, told, reads };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await null;
}

Deno.test("a snapshot is opened once, at once, and read for everybody who needs it", async () => {
  const { heard, told, reads } = bench();
  reads.read(WANTED);
  assertEquals(heard, ["open 4", "read 4 at 2, 3"], "within the call: the next write may replace it");
  reads.read({ ...WANTED, to: "c", offset: 0 });
  told[0].resolve(new Uint8Array(3));
  told[1].resolve(new Uint8Array(2));
  await settle();
  assertEquals(heard.slice(2), ["read 4 at 0, 3", "b gets 3 of 4", "c gets 2 of 4"]);
});

Deno.test("a snapshot is held while a transfer needs it, and let go when none does; what fails behind that hurts nobody", async () => {
  const { heard, told, reads } = bench();
  const core = leaderOf({
    term: 2,
    snapshot: { index: 4, term: 2, configuration: null, data: new Uint8Array(7) },
  });
  rejects(core, "b", 4, { index: 3, term: 2 });
  reads.read(WANTED);
  reads.keepFor(core);
  assertEquals(heard, ["open 4", "read 4 at 2, 3"]);
  if (core.role.type !== "leader") throw new Error("deposed");
  for (const progress of core.role.progress.values()) becomeProbe(progress, 5);
  reads.keepFor(core);
  reads.keepFor(core);
  told[0].reject(new Error("it was closed under the reader"));
  await settle();
  assertEquals(heard.slice(2), ["close 4"]);
});

Deno.test("a storage that cannot be opened or read is told, and nothing is told after the end", async () => {
  const { heard, told, reads } = bench();
  reads.read({ ...WANTED, index: 10 });
  reads.read(WANTED);
  reads.read(WANTED);
  told[0].reject(new Error("the disk refused"));
  await settle();
  reads.stop();
  told[1].resolve(new Uint8Array(3));
  await settle();
  assertEquals(heard.filter((one) => !one.startsWith("read")), [
    "failed: there is no 10",
    "open 4",
    "failed: the disk refused",
    "close 4",
  ]);
});
