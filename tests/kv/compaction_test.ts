import { assertEquals } from "@std/assert";
import { Compaction } from "../../kv/compaction.ts";
import type { Outcome, StreamMachine } from "../../kv/mod.ts";
import { ReplicatedState } from "../../kv/replicated_state.ts";
import { Readers } from "../../kv/readers.ts";
import type { RaftNode } from "../../raft/node.ts";
import { HandClock } from "../raft/clock.ts";
import { bytes, SlowJournal, text } from "./counter.ts";
import { Group } from "./group.ts";

const LOOK_MS = 20;

/** A machine whose snapshot comes in pieces, which the test hands out. */
class SlowMachine implements StreamMachine {
  pieces: ReadableStreamDefaultController<Uint8Array> | null = null;
  apply = () => new Uint8Array(0);
  query = () => new Uint8Array(0);
  restore = () => Promise.resolve();
  snapshot = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => void (this.pieces = controller),
    });
}

/** A replica's log, as long as the test says, and what becomes of its snapshots. */
function bench() {
  const clock = new HandClock();
  const machine = new SlowMachine();
  const state = new ReplicatedState(machine);
  state.skip(5);
  const stored: number[] = [];
  const node = {
    logSizeBytes: 1000,
    core: { flushedSequence: 0, nextSequence: 1, log: { offset: 0 } },
    async storeSnapshot(index: number, pieces: AsyncIterable<Uint8Array>) {
      for await (const _ of pieces) { /* It goes to the disk. */ }
      stored.push(index);
      node.core.nextSequence++;
    },
  };
  const busy = { now: false };
  const compaction = new Compaction({ clock, maxLogSizeBytes: 100 }, state, () => busy.now);
  return { clock, machine, stored, node, busy, compaction, raft: node as unknown as RaftNode };
}

/** Lets everything that waits for nothing outside come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await null;
}

Deno.test("a log that is too long is made shorter though no further entry comes, and nothing may be applied until the last piece is made", async () => {
  const { clock, machine, stored, compaction, raft } = bench();
  compaction.beginLater(raft);
  clock.advance(LOOK_MS);
  await settle();
  assertEquals([stored, compaction.underWay !== null], [[], true]);
  machine.pieces?.close();
  await settle();
  assertEquals([stored, compaction.underWay], [[5], null]);
});

Deno.test("however often it is asked to look again, one reminder waits; a chunk that is being applied puts it off", async () => {
  const { clock, machine, busy, compaction, raft } = bench();
  for (let times = 0; times < 5; times++) compaction.beginLater(raft);
  assertEquals(clock.waiting, 1);
  busy.now = true;
  clock.advance(LOOK_MS);
  assertEquals([clock.waiting, compaction.underWay], [1, null]);
  busy.now = false;
  clock.advance(LOOK_MS);
  assertEquals(compaction.underWay !== null, true);
  machine.pieces?.close();
  await settle();
});

Deno.test("a log whose every applied entry is covered by a snapshot is left as it is, and so is that of a replica that has ended", () => {
  const { clock, node, compaction, raft } = bench();
  node.core.log.offset = 5;
  assertEquals(compaction.mayBegin(raft), false);
  compaction.beginLater(raft);
  assertEquals(clock.waiting, 0);
  node.core.log.offset = 0;
  compaction.beginLater(raft);
  compaction.end();
  assertEquals(clock.waiting, 0);
  const ended = bench();
  ended.compaction.end();
  ended.compaction.beginLater(ended.raft);
  assertEquals(ended.clock.waiting, 0);
});

Deno.test("a snapshot that is begun between two chunks, as soon as the disk has the last one, is of one entry: a restart repeats nothing", async () => {
  const group = new Group({
    servers: 1,
    world: { seed: 13 },
    machine: (runtime) => new SlowJournal(() => runtime.clock.sleep(50)),
    server: { maxRaftStateBytes: 100 },
  });
  await group.world.play(async () => {
    const { replica } = group.server(await group.untilLed());
    group.writeDelaysMs.set("s1", 30);
    const lines: string[] = [];
    const outcomes: Promise<Outcome>[] = [];
    // The second chunk waits until the first is in a snapshot, whose bytes are on their way when it is taken: so the next snapshot is
    // begun later, while no chunk is there, and the third comes in its middle.
    for (const [count, pauseMs] of [[5, 60], [5, 150], [1, 1000]]) {
      for (let at = 0; at < count; at++) {
        const line = `${lines.length}`.padStart(50, "-");
        lines.push(line);
        outcomes.push(replica.propose(bytes(line)));
      }
      await group.world.clock.sleep(pauseMs);
    }
    assertEquals(new Set((await Promise.all(outcomes)).map(({ kind }) => kind)), new Set(["applied"]));
    group.world.machine("s1").restart();
    const again = group.server(await group.untilLed()).replica;
    const reply = await again.query(new Uint8Array(0));
    assertEquals(reply.kind === "applied" && text(reply.reply).split("\n"), lines);
    assertEquals(again.node.core.log.offset, 11);
  }, { untilMs: 60_000 });
  group.world.end();
});

Deno.test("who waits for an entry to be applied is told when it is, and not before", async () => {
  const readers = new Readers();
  const told: [number, boolean][] = [];
  for (const index of [3, 4, 9]) readers.add(index).then((applied) => told.push([index, applied]));
  readers.wake(2);
  await settle();
  assertEquals(told, []);
  readers.wake(4);
  await settle();
  assertEquals(told, [[3, true], [4, true]]);
  readers.endAll();
  await settle();
  assertEquals(told[2], [9, false]);
});
