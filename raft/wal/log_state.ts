/**
 * What the log amounts to: the rule of `applyPersist`, in place, since a log may be long and writes are many.
 * @module
 */

import type { Entry, HardState } from "../types.ts";
import type { LogFormat, MarkedWrite, SnapshotMark } from "./record.ts";

/** Hard state, log and the name of the snapshot under it. */
export class LogState {
  #hardState: HardState = { term: 0, vote: null };
  #snapshot: SnapshotMark | null = null;
  readonly #entries: Entry[] = [];
  #entriesBytes = 0;
  /** Entries that are configurations. */
  #configurations = 0;

  /** The term and the vote. */
  get hardState(): HardState {
    return this.#hardState;
  }

  /** The snapshot behind which the log begins. */
  get snapshot(): SnapshotMark | null {
    return this.#snapshot;
  }

  /** The entries behind the snapshot. Look, do not keep: they change in place. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Bytes of hard state and entries, as the labs count them. */
  get sizeBytes(): number {
    return 8 + (this.#hardState.vote?.length ?? 0) + this.#entriesBytes;
  }

  /** The oldest format that has room for all of it. */
  get format(): LogFormat {
    return this.#configurations > 0 || (this.#snapshot?.configuration ?? null) !== null ? 2 : 1;
  }

  /** Begins from the state with which a log begins. */
  begin(hardState: HardState, snapshot: SnapshotMark | null): void {
    this.#hardState = hardState;
    this.#snapshot = snapshot;
  }

  /** Adds entries behind the last one. */
  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#entriesBytes += sizeOf(entry);
      if ("configuration" in entry) this.#configurations++;
    }
  }

  /** Applies one write. Throws `RangeError` if its entries would leave a gap; the state is then of no use. */
  apply(write: MarkedWrite): void {
    this.#hardState = { term: write.term, vote: write.vote };
    if (write.snapshot !== null) this.#install(write.snapshot);
    if (write.entries.length === 0) return;
    const kept = write.firstIndex - (this.#snapshot?.index ?? 0) - 1;
    if (kept < 0 || kept > this.#entries.length) {
      throw new RangeError(`Cannot store entries from ${write.firstIndex} on: the log would have a gap`);
    }
    this.#drop(this.#entries.splice(kept));
    this.append(write.entries);
  }

  /** What lies behind the snapshot stays if the log agrees with it; otherwise nothing does (paper section 7). */
  #install(next: SnapshotMark): void {
    const covered = next.index - (this.#snapshot?.index ?? 0);
    const term = covered === 0 ? this.#snapshot?.term ?? 0 : this.#entries[covered - 1]?.term;
    this.#drop(this.#entries.splice(0, term === next.term ? covered : this.#entries.length));
    this.#snapshot = next;
  }

  #drop(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entriesBytes -= sizeOf(entry);
      if ("configuration" in entry) this.#configurations--;
    }
  }
}

function sizeOf(entry: Entry): number {
  return entry.command.length + 4;
}
