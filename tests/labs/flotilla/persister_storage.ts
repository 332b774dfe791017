/**
 * Flotilla's storage on a lab's persister: every write saves everything, as the labs' own does.
 *
 * The labs' persister takes no time, so that nothing could ever be said too early. This one may take some, as disks do.
 * @module
 */

import {
  type CompletePersist,
  type Entry,
  type Index,
  type Persist,
  readerOf,
  type Recovered,
  type Snapshot,
  type SnapshotEnd,
  type SnapshotReader,
  StagedSnapshot,
  type Storage,
  type Term,
} from "../../../raft/mod.ts";
import { ByteReader, ByteWriter } from "../../../runtime/mod.ts";
import type { Persister } from "../raft/seat.ts";

const FIRST_CAPACITY = 1024;
/** Room in front of the log for everything else: term, vote and the like. */
const HEAD_BYTES = 128;

/**
 * The Raft state in its saved form. A save is one copy of these bytes, which the persister makes: encoding every entry
 * anew each time would make a long test quadratic in its commands.
 */
class SavedLog {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  /** `#ends[i]` is where the encoding of the i-th entry ends. */
  #ends: number[] = [];
  #terms: number[] = [];

  get length(): number {
    return this.#ends.length;
  }

  /** `head` and the log behind it; valid until the next change. */
  withHead(head: Uint8Array): Uint8Array {
    const from = HEAD_BYTES - head.length;
    this.#bytes.set(head, from);
    return this.#bytes.subarray(from, this.#end(this.length));
  }

  termAt(at: number): number | undefined {
    return this.#terms[at];
  }

  append({ term, command }: Entry): void {
    const writer = new ByteWriter(command.length + 12);
    writer.varint(term);
    writer.bytes(command);
    const encoded = writer.take();
    const from = this.#end(this.length);
    if (from + encoded.length > this.#bytes.length) {
      const wider = new Uint8Array((from + encoded.length) * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes.set(encoded, from);
    this.#ends.push(from + encoded.length);
    this.#terms.push(term);
  }

  keep(count: number): void {
    this.#ends.length = count;
    this.#terms.length = count;
  }

  drop(count: number): void {
    const dropped = this.#end(count) - HEAD_BYTES;
    this.#bytes.copyWithin(HEAD_BYTES, HEAD_BYTES + dropped, this.#end(this.length));
    this.#ends = this.#ends.slice(count).map((end) => end - dropped);
    this.#terms = this.#terms.slice(count);
    // What was long once must not stay in memory for good: the labs' P15, in the shape of a buffer.
    const size = this.#end(this.length);
    if (size * 8 < this.#bytes.length) this.#bytes = this.#bytes.slice(0, Math.max(size * 2, FIRST_CAPACITY));
  }

  #end(count: number): number {
    return count === 0 ? HEAD_BYTES : this.#ends[count - 1];
  }
}

/** See the module's page. */
export class PersisterStorage implements Storage {
  /** What the persister held when this life began. */
  readonly recovered: Recovered;
  readonly #persister: Persister;
  readonly #log = new SavedLog();
  readonly #rest: () => Promise<void>;
  readonly #staged = new StagedSnapshot();
  #snapshot: Snapshot | null;
  #savedTerm: Term;

  /**
   * Reads what `persister` holds; on an empty one a voter that has never run, with `incarnation`.
   * `rest` is waited for before each save.
   */
  constructor(persister: Persister, options: { incarnation: number; rest: () => Promise<void> }) {
    this.#persister = persister;
    this.#rest = options.rest;
    this.recovered = read(persister, options.incarnation);
    this.#savedTerm = this.recovered.hardState.term;
    this.#snapshot = this.recovered.snapshot;
    for (const entry of this.recovered.entries) this.#log.append(entry);
  }

  /** The term that a crash now would leave. */
  get savedTerm(): Term {
    return this.#savedTerm;
  }

  get logSizeBytes(): number {
    return this.#persister.raftStateSizeBytes;
  }

  load(): Promise<Recovered> {
    return Promise.resolve(this.recovered);
  }

  async write(batches: readonly Persist[]): Promise<void> {
    await this.#rest();
    for (const write of batches) this.#apply(this.#staged.complete(write));
    const { term, vote } = batches[batches.length - 1];
    const writer = new ByteWriter(32);
    writer.varint(term);
    writer.string(vote ?? "");
    writer.varint(this.#snapshot?.index ?? 0);
    writer.varint(this.#snapshot?.term ?? 0);
    writer.varint(this.recovered.incarnation);
    writer.varint(this.#log.length);
    this.#persister.save(this.#log.withHead(writer.take()), this.#snapshot?.data ?? null);
    this.#savedTerm = term;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#staged.take(end, pieces);
  }

  openSnapshot(index: Index): SnapshotReader {
    return readerOf(this.#staged.at(index) ?? this.#snapshot, index);
  }

  #apply({ snapshot, entries, firstIndex }: CompletePersist): void {
    if (snapshot !== null) {
      const covered = snapshot.index - (this.#snapshot?.index ?? 0);
      const term = covered === 0 ? this.#snapshot?.term : this.#log.termAt(covered - 1);
      if (term === snapshot.term) this.#log.drop(covered);
      else this.#log.keep(0);
      this.#snapshot = snapshot;
    }
    if (entries.length === 0) return;
    const kept = firstIndex - (this.#snapshot?.index ?? 0) - 1;
    if (kept < 0 || kept > this.#log.length) {
      throw new RangeError(`Cannot store entries from ${firstIndex} on: the log would have a gap`);
    }
    this.#log.keep(kept);
    for (const entry of entries) this.#log.append(entry);
  }
}

/** The term in a saved Raft state; 0 if nothing was saved. */
export function savedTerm(raftState: Uint8Array): number {
  return raftState.length === 0 ? 0 : new ByteReader(raftState).varint();
}

function read(persister: Persister, incarnation: number): Recovered {
  const raftState = persister.readRaftState();
  const standing = "voter";
  if (raftState.length === 0) {
    return { hardState: { term: 0, vote: null }, snapshot: null, entries: [], incarnation, standing };
  }
  const reader = new ByteReader(raftState);
  const term = reader.varint();
  const vote = reader.string();
  const index = reader.varint();
  const snapshotTerm = reader.varint();
  const saved = reader.varint();
  const entries: Entry[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    entries.push({ term: reader.varint(), command: reader.bytes() });
  }
  reader.end();
  return {
    hardState: { term, vote: vote === "" ? null : vote },
    // The labs' members never change.
    snapshot: index === 0
      ? null
      : { index, term: snapshotTerm, configuration: null, data: persister.readSnapshot() },
    entries,
    incarnation: saved,
    standing,
  };
}
