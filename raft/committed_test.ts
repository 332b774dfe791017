import { assertEquals, assertRejects } from "@std/assert";
import { configurationEntry, configurationOf, entriesOf } from "../tests/raft/core.ts";
import { type Committed, CommittedChannel } from "./committed.ts";
import { compactTo, createLog, type Log, resetTo } from "./core/log.ts";
import type { Snapshot } from "./types.ts";

function bench(log: Log = createLog(0, 0, entriesOf(1, 1, 1, 1, 1))) {
  const cancelled: unknown[] = [];
  const channel = new CommittedChannel(log, (reason) => void cancelled.push(reason));
  const reader = channel.stream.getReader();
  /** The next chunk, as its first and last index, or as the snapshot's. */
  const read = async () => place((await reader.read()).value);
  return { log, channel, reader, read, cancelled };
}

function place(chunk: Committed | undefined): string {
  if (chunk === undefined) return "the end";
  if (chunk.type === "snapshot") return `snapshot ${chunk.snapshot.index}`;
  if (chunk.type === "configuration") return `configuration ${chunk.index}`;
  return `${chunk.firstIndex}-${chunk.firstIndex + chunk.entries.length - 1}`;
}

function snapshot(index: number): Snapshot {
  return { index, term: 1, configuration: null, data: new Uint8Array(1) };
}

Deno.test("a machine that asks first waits until something is committed, and gets all of it", async () => {
  const { channel, read } = bench();
  const first = read();
  channel.advance(1);
  assertEquals(await first, "1-1");
  const second = read();
  channel.advance(2);
  assertEquals(await second, "2-2");
  channel.advance(3);
  channel.advance(5);
  assertEquals(await read(), "3-5", "what gathered meanwhile comes at once");
});

Deno.test("the next read is the acknowledgement that the last chunk was applied", async () => {
  const { channel, read } = bench();
  channel.advance(2);
  assertEquals([channel.delivered, channel.applied], [0, 0], "nothing is handed over unasked");
  await read();
  assertEquals([channel.delivered, channel.applied], [2, 0], "the machine may still be at work on it");
  const next = read();
  assertEquals(channel.applied, 2);
  channel.advance(3);
  await next;
  assertEquals([channel.delivered, channel.applied], [3, 2]);
});

Deno.test("a commit index behind the log's end, which no sound core has, is no loop without end: nothing is handed over", async () => {
  const { channel, read } = bench();
  channel.advance(9);
  assertEquals(await read(), "1-5");
  const next = read();
  channel.restore(snapshot(9));
  assertEquals(await next, "snapshot 9");
});

Deno.test("a machine that does not ask is not overrun: nothing is handed over until it does", async () => {
  const { channel, read } = bench();
  for (let commit = 1; commit <= 5; commit++) channel.advance(commit);
  assertEquals(channel.delivered, 0);
  assertEquals(await read(), "1-5");
});

Deno.test("a commit index that comes late takes nothing back and delivers nothing twice", async () => {
  const { channel, read } = bench();
  channel.advance(3);
  await read();
  channel.advance(2);
  const next = read();
  channel.advance(4);
  assertEquals(await next, "4-4");
});

Deno.test("2,500 entries come in chunks of 1,024, and large ones in chunks of a megabyte", async () => {
  const many = bench(
    createLog(0, 0, Array.from({ length: 2500 }, () => ({ term: 1, command: new Uint8Array(1) }))),
  );
  many.channel.advance(2500);
  assertEquals([await many.read(), await many.read(), await many.read()], [
    "1-1024",
    "1025-2048",
    "2049-2500",
  ]);
  const sizes = [2 ** 19, 2 ** 19, 2 ** 21, 1];
  const large = bench(createLog(0, 0, sizes.map((size) => ({ term: 1, command: new Uint8Array(size) }))));
  large.channel.advance(4);
  assertEquals([await large.read(), await large.read(), await large.read()], ["1-2", "3-3", "4-4"]);
});

Deno.test("a snapshot goes out before anything else, and the entries behind it follow", async () => {
  const { log, channel, read } = bench();
  channel.advance(2);
  compactTo(log, 3);
  channel.restore(snapshot(3));
  channel.advance(5);
  assertEquals(await read(), "snapshot 3");
  assertEquals([channel.delivered, channel.applied], [3, 0]);
  assertEquals(await read(), "4-5");
});

Deno.test("a second snapshot replaces one that was not fetched yet", async () => {
  const { log, channel, read } = bench();
  resetTo(log, 7, 1, 0);
  channel.restore(snapshot(7));
  resetTo(log, 9, 1, 0);
  channel.restore(snapshot(9));
  assertEquals(await read(), "snapshot 9");
});

Deno.test("a machine that waits is handed a snapshot at once", async () => {
  const { log, channel, read } = bench();
  channel.advance(1);
  await read();
  const waiting = read();
  resetTo(log, 7, 1, 1);
  channel.restore(snapshot(7));
  assertEquals([channel.delivered, await waiting], [7, "snapshot 7"]);
});

Deno.test("where the next entry is gone, nothing goes out before the snapshot that covers it", async () => {
  const { log, channel, read } = bench();
  channel.advance(1);
  await read();
  const waiting = read();
  compactTo(log, 3);
  channel.advance(5);
  assertEquals(channel.delivered, 1);
  channel.restore(snapshot(3));
  assertEquals([await waiting, await read()], ["snapshot 3", "4-5"]);
});

Deno.test("the end of the node is an error for who reads, and nothing goes out behind it", async () => {
  const { channel, read } = bench();
  channel.advance(1);
  await read();
  const waiting = read();
  channel.fail(new Error("the node died"));
  channel.fail(new Error("twice"));
  channel.advance(5);
  await assertRejects(() => waiting, Error, "the node died");
  assertEquals(channel.delivered, 1);
});

Deno.test("a machine that cancels the stream tells the node why, and is handed nothing more", async () => {
  const { channel, reader, read, cancelled } = bench();
  channel.advance(1);
  await read();
  const waiting = read();
  await reader.cancel("enough");
  assertEquals([cancelled, await waiting], [["enough"], "the end"]);
  channel.advance(5);
  channel.fail(new Error("the node died"));
  assertEquals(channel.delivered, 1);
});

Deno.test("a configuration is a chunk of its own between the entries, and is applied like them", async () => {
  const [one, two, three] = entriesOf(1, 1, 2);
  const log = createLog(0, 0, [one, configurationEntry(1, "a", "b"), configurationEntry(2, "a"), two, three]);
  const { channel, reader, read } = bench(log);
  channel.advance(5);
  assertEquals(await read(), "1-1");
  const { value } = await reader.read();
  assertEquals(value, { type: "configuration", index: 2, term: 1, configuration: configurationOf("a", "b") });
  assertEquals([channel.delivered, channel.applied], [2, 1]);
  assertEquals([await read(), await read()], ["configuration 3", "4-5"]);
});
