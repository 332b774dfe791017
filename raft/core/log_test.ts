import { assertEquals } from "@std/assert";
import { entriesOf } from "../../tests/raft/core.ts";
import {
  compactTo,
  createLog,
  findConflictByTerm,
  lastIndex,
  lastTerm,
  type Log,
  markFlushed,
  markWritten,
  resetTo,
  sliceEntries,
  termAt,
  truncateFrom,
} from "./log.ts";

/** A log whose entries up to index 4 (term 2) are compacted, with 5 to 8 behind them. */
function compacted(): Log {
  return createLog(4, 2, entriesOf(2, 3, 3, 5));
}

function grow(log: Log, sequence: number, ...terms: number[]): void {
  log.entries.push(...entriesOf(...terms));
  markWritten(log, sequence);
}

Deno.test("a log knows the terms from where it was cut to its end, and none on either side", () => {
  const log = compacted();
  assertEquals([3, 4, 5, 6, 7, 8, 9].map((index) => termAt(log, index)), [-1, 2, 2, 3, 3, 5, -1]);
  assertEquals([lastIndex(log), lastTerm(log)], [8, 5]);
});

Deno.test("an empty log ends where it was cut; one that never held anything ends at 0, in term 0", () => {
  const cut = createLog(4, 2, []);
  assertEquals([lastIndex(cut), lastTerm(cut), termAt(cut, 4)], [4, 2, 2]);
  const empty = createLog(0, 0, []);
  assertEquals([lastIndex(empty), lastTerm(empty), termAt(empty, 0), termAt(empty, 1)], [0, 0, 0, -1]);
});

Deno.test("the search for a common entry skips whole terms, starts at the end at most and ends at the cut", () => {
  const log = compacted();
  const find = (index: number, term: number) => findConflictByTerm(log, index, term);
  assertEquals(find(8, 5), 8, "the term may be there");
  assertEquals(find(8, 4), 7, "all of term 5 is skipped");
  assertEquals(find(8, 2), 5, "terms 5 and 3 are skipped");
  assertEquals(find(6, 9), 6, "never above where it was asked for");
  assertEquals(find(99, 9), 8, "never beyond the end");
  assertEquals(find(8, 1), 4, "below the cut everything is committed, hence equal");
});

Deno.test("a slice is bounded in entries and bytes, but its first entry always fits", () => {
  const log = createLog(4, 2, [1, 1, 8, 1].map((size) => ({ term: 3, command: new Uint8Array(size) })));
  const count = (from: number, entries: number, bytes: number) =>
    sliceEntries(log, from, entries, bytes).length;
  assertEquals(count(5, 9, 99), 4);
  assertEquals(count(5, 2, 99), 2);
  assertEquals(count(5, 9, 9), 2, "the third would make it ten bytes");
  assertEquals(count(5, 9, 10), 3);
  assertEquals(count(7, 9, 4), 1, "a single larger entry travels alone");
  assertEquals(count(9, 9, 99), 0);
});

Deno.test("what is flushed rises with the writes that are down, in any number at once, and never falls", () => {
  const log = createLog(0, 0, entriesOf(1));
  assertEquals(log.flushed, 1, "what came from the disk is on the disk");
  grow(log, 1, 1);
  grow(log, 2, 1, 1);
  grow(log, 3, 1);
  markFlushed(log, 1);
  assertEquals(log.flushed, 2, "the first write vouches for its own entries only");
  markFlushed(log, 3);
  assertEquals([log.flushed, log.marks.length], [5, 0]);
  markFlushed(log, 2);
  assertEquals(log.flushed, 5);
});

Deno.test("entries that are cut off no longer count as stored", () => {
  const log = createLog(0, 0, entriesOf(1, 1, 1));
  truncateFrom(log, 3);
  assertEquals([lastIndex(log), log.flushed], [2, 2]);
  truncateFrom(log, 2);
  assertEquals([lastIndex(log), log.flushed], [1, 1]);
});

Deno.test("a write under way does not vouch for what replaces its entries", () => {
  const log = createLog(0, 0, entriesOf(1));
  grow(log, 1, 1, 1);
  truncateFrom(log, 3);
  grow(log, 2, 2);
  markFlushed(log, 1);
  assertEquals(log.flushed, 2, "entry 3 of term 2 is not on the disk yet");
  truncateFrom(log, 2);
  grow(log, 3, 3, 3);
  markFlushed(log, 2);
  assertEquals(log.flushed, 1, "nor are the two of term 3");
  markFlushed(log, 3);
  assertEquals(log.flushed, 3);
});

Deno.test("a compacted log keeps the term at its cut and all that lies behind it, in an array of its own", () => {
  const log = createLog(0, 0, entriesOf(1, 2, 3));
  const before = log.entries;
  compactTo(log, 2);
  assertEquals([log.offset, log.offsetTerm, log.entries.map(({ term }) => term)], [2, 2, [3]]);
  assertEquals([termAt(log, 2), termAt(log, 3), log.flushed], [2, 3, 3]);
  assertEquals(before.length, 3, "the trimmed entries are not held by the log, and not taken from others");
});

Deno.test("a log that a snapshot replaces vouches for nothing behind the commit until the snapshot is down", () => {
  const log = createLog(0, 0, entriesOf(1, 1, 1));
  grow(log, 1, 1);
  resetTo(log, 9, 4, 2);
  assertEquals([log.offset, log.offsetTerm, lastIndex(log), lastTerm(log)], [9, 4, 9, 4]);
  markWritten(log, 2);
  markFlushed(log, 1);
  assertEquals(log.flushed, 2, "a write of the old log says nothing of the new one");
  markFlushed(log, 2);
  assertEquals(log.flushed, 9);
});
