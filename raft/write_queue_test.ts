import { assertEquals } from "@std/assert";
import { HandClock } from "../tests/raft/clock.ts";
import type { Persist } from "./storage.ts";
import { WriteQueue } from "./write_queue.ts";

function write(sequence: number): Persist {
  return { sequence, term: 1, vote: null, firstIndex: 1, entries: [], snapshot: null };
}

/** A queue on a disk that is moved by hand: what it writes, and what the node hears. */
function bench() {
  const clock = new HandClock();
  const heard: string[] = [];
  const groups: number[][] = [];
  let underWay = Promise.withResolvers<void>();
  let next = Promise.withResolvers<void>();
  const storage = {
    logSizeBytes: 0,
    load: () => Promise.reject(new Error("not asked for")),
    close: () => Promise.resolve(),
    storeSnapshot: () => Promise.reject(new Error("not asked for")),
    openSnapshot: (): never => {
      throw new Error("not asked for");
    },
    write(batches: readonly Persist[]) {
      groups.push(batches.map(({ sequence }) => sequence));
      underWay = Promise.withResolvers<void>();
      return underWay.promise;
    },
  };
  const say = (what: string) => {
    heard.push(what);
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  const queue = new WriteQueue({ storage, clock }, {
    onFlushed: (sequence) => say(`flushed ${sequence}`),
    onFailed: (error) => say(error instanceof Error ? `failed: ${error.message}` : "failed"),
  });
  /** The group under way is stored; resolves when the node has heard of it. */
  const stored = async () => {
    const told = next.promise;
    underWay.resolve();
    await told;
  };
  const fails = async (why: string) => {
    const told = next.promise;
    underWay.reject(new Error(why));
    await told;
  };
  return { clock, groups, heard, queue, stored, fails, end: () => underWay.resolve() };
}

Deno.test("the first write goes to the disk at once, and is reported when it is stored", async () => {
  const { groups, heard, queue, stored } = bench();
  queue.push(write(1));
  assertEquals([groups, heard], [[[1]], []]);
  await stored();
  assertEquals(heard, ["flushed 1"]);
});

Deno.test("all that gathers during one write forms the next, in order, and is reported as one", async () => {
  const { groups, heard, queue, stored } = bench();
  for (const sequence of [1, 2, 3, 4]) queue.push(write(sequence));
  assertEquals(groups, [[1]], "one group at a time");
  await stored();
  assertEquals(groups, [[1], [2, 3, 4]]);
  queue.push(write(5));
  await stored();
  await stored();
  assertEquals([groups.length, heard], [3, ["flushed 1", "flushed 4", "flushed 5"]]);
});

Deno.test("a queue that ran empty starts again with the next write", async () => {
  const { groups, heard, queue, stored } = bench();
  queue.push(write(1));
  await stored();
  queue.push(write(2));
  await stored();
  assertEquals([groups, heard], [[[1], [2]], ["flushed 1", "flushed 2"]]);
});

Deno.test("a write that fails is reported once, nothing is called stored, and nobody tries again", async () => {
  const { groups, heard, queue, fails } = bench();
  queue.push(write(1));
  queue.push(write(2));
  await fails("disk full");
  assertEquals([groups, heard], [[[1]], ["failed: disk full"]]);
});

Deno.test("the queue knows how long the group under way has been under way, from its own start", async () => {
  const { clock, queue, stored } = bench();
  assertEquals(queue.busyForMs, 0);
  queue.push(write(1));
  clock.advance(40);
  queue.push(write(2));
  assertEquals(queue.busyForMs, 40);
  await stored();
  clock.advance(5);
  assertEquals(queue.busyForMs, 5, "the second group began when the first was stored");
});

Deno.test("after a stop nothing is written any more, and nobody hears how the group under way ended", async () => {
  const { clock, groups, heard, queue, end } = bench();
  queue.push(write(1));
  queue.push(write(2));
  clock.advance(1);
  queue.stop();
  end();
  while (queue.busyForMs > 0) await Promise.resolve();
  assertEquals([groups, heard], [[[1]], []]);
});
