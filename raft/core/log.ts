/**
 * The log: a compacted prefix known only by its end, and a tail of entries.
 *
 * ```
 *   snapshot ............ offset | offset+1 ............ last
 *   (index, term known)          | entries[0] ...  entries[n-1]
 * ```
 * @module
 */

import type { Entry, Index, Term } from "../types.ts";

/** A write that was issued and not yet reported flushed. */
export interface FlushMark {
  /** The write's number. */
  readonly sequence: number;
  /** What `flushed` becomes when the write is down; lowered when a conflict cuts the log meanwhile. */
  lastIndex: Index;
}

/** The log of one node. */
export interface Log {
  /** The last compacted index; equals the snapshot's. Only ever grows. */
  offset: Index;
  /** The term at `offset`: needed for the consistency check of the first entry behind it. */
  offsetTerm: Term;
  /** `entries[i]` has index `offset + 1 + i`. */
  entries: Entry[];
  /**
   * The last index on the disk; at most `last`, and below `offset` while a snapshot is still being written.
   * A node vouches for its log up to here, never further.
   */
  flushed: Index;
  /** Writes under way, oldest first. */
  marks: FlushMark[];
}

/** A log that holds `entries` behind (`offset`, `offsetTerm`), all of them on the disk. */
export function createLog(offset: Index, offsetTerm: Term, entries: readonly Entry[]): Log {
  return { offset, offsetTerm, entries: entries.slice(), flushed: offset + entries.length, marks: [] };
}

/** The last index. */
export function lastIndex(log: Log): Index {
  return log.offset + log.entries.length;
}

/** The term of the last entry. */
export function lastTerm(log: Log): Term {
  const count = log.entries.length;
  return count === 0 ? log.offsetTerm : log.entries[count - 1].term;
}

/** The term at `index`, or -1 if the log does not know it (compacted away, or beyond the end). */
export function termAt(log: Log, index: Index): Term {
  const at = index - log.offset - 1;
  if (at === -1) return log.offsetTerm;
  return at >= 0 && at < log.entries.length ? log.entries[at].term : -1;
}

/**
 * The largest index at or below `index` whose term is at most `term`.
 *
 * Both sides use it to skip a whole conflicting term in one round trip: backing up one index at a time takes longer
 * than the 10 s that TestBackup3B allows. The compacted prefix is committed, so it always matches.
 */
export function findConflictByTerm(log: Log, index: Index, term: Term): Index {
  let at = Math.min(index, lastIndex(log));
  while (at > log.offset && log.entries[at - log.offset - 1].term > term) at--;
  return at;
}

/** Entries from `from` on, at most `maxEntries` and, beyond the first, at most `maxBytes` of commands. */
export function sliceEntries(log: Log, from: Index, maxEntries: number, maxBytes: number): Entry[] {
  const start = from - log.offset - 1;
  const limit = Math.min(log.entries.length, start + maxEntries);
  let end = start;
  let bytes = 0;
  while (end < limit) {
    bytes += log.entries[end].command.length;
    if (bytes > maxBytes && end > start) break;
    end++;
  }
  return log.entries.slice(start, end);
}

/** Drops every entry from `from` on. What was on the disk of them no longer counts as stored. */
export function truncateFrom(log: Log, from: Index): void {
  log.entries.length = from - log.offset - 1;
  if (log.flushed >= from) log.flushed = from - 1;
  // A write still under way will be overwritten by the next one: its completion must not vouch for what replaces it.
  for (const mark of log.marks) {
    if (mark.lastIndex >= from) mark.lastIndex = from - 1;
  }
}

/** Drops the prefix up to `index`, which a snapshot now covers. */
export function compactTo(log: Log, index: Index): void {
  log.offsetTerm = termAt(log, index);
  // A fresh array: a view of the old one would keep the trimmed entries alive (labs P15).
  log.entries = log.entries.slice(index - log.offset);
  log.offset = index;
}

/**
 * Replaces the whole log by a snapshot's end. Of what was on the disk only the part up to `commit` is known to agree
 * with the snapshot; the rest counts once the write that holds the snapshot is down.
 */
export function resetTo(log: Log, index: Index, term: Term, commit: Index): void {
  log.offset = index;
  log.offsetTerm = term;
  log.entries = [];
  log.flushed = Math.min(log.flushed, commit);
  log.marks = [];
}

/** Remembers that the write `sequence` brings the log up to its present end. */
export function markWritten(log: Log, sequence: number): void {
  log.marks.push({ sequence, lastIndex: lastIndex(log) });
}

/** Every write up to `sequence` is down. */
export function markFlushed(log: Log, sequence: number): void {
  let done = 0;
  while (done < log.marks.length && log.marks[done].sequence <= sequence) {
    const reached = log.marks[done].lastIndex;
    if (reached > log.flushed) log.flushed = reached;
    done++;
  }
  if (done > 0) log.marks.splice(0, done);
}
