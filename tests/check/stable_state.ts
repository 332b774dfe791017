/**
 * What a node's disk is known to hold, followed from outside: the ground on which two monitors stand.
 *
 * The storage says when a write is down; from then on it counts as held. At every start the storage must bring back all of
 * that, and of what was under way a prefix at most: a storage that says "done" too early is caught at the next crash.
 * @module
 */

import { applyPersist, type CompletePersist, StagedSnapshot } from "../../raft/memory_storage.ts";
import type { Persist, Recovered, Storage } from "../../raft/storage.ts";
import { StorageError } from "../../raft/wal.ts";
import type { Configuration, Entry, Index, Snapshot, Standing, Term } from "../../raft/types.ts";
import { configurationIn, sameEntry, sameMembers } from "./configuration_laws.ts";
import { sameBytes } from "./same_bytes.ts";
import type { Report } from "./violation.ts";

export { sameBytes };

/** A transfer may go on for a while with a snapshot that was replaced. */
const KNOWN_SNAPSHOTS = 16;

/** What a disk holds for certain. The log is changed in place: writes are many. */
export class StableState {
  term: Term = 0;
  vote: string | null = null;
  snapshot: Snapshot | null = null;
  readonly entries: Entry[] = [];
  standing: Standing = "voter";
  incarnation = 0;

  readonly #snapshots = new Map<Index, Uint8Array>();
  /** Where the entries change the configuration, in order. */
  readonly #places: Index[] = [];

  /** The last entry, or the end of the snapshot, that says who belongs to the cluster; 0 if nothing does. */
  get configurationIndex(): Index {
    const last = this.#places.at(-1);
    if (last !== undefined) return last;
    return this.snapshot?.configuration ? this.offset : 0;
  }

  /** Who belongs to the cluster as far as the disk knows; null for the founding members. */
  get configuration(): Configuration | null {
    return this.#configurationAt(this.#places.at(-1));
  }

  /** The one before that, as far as the entries tell. */
  get configurationBefore(): Configuration | null {
    return this.#configurationAt(this.#places.at(-2));
  }

  /** The first configuration among the entries that names a node; null if none does. */
  firstThatNames(node: string): Configuration | null {
    for (const place of this.#places) {
      const configuration = this.#configurationAt(place);
      if (configuration?.members.some(({ id }) => id === node)) return configuration;
    }
    return null;
  }

  /** The bytes of a snapshot that the disk was told to hold, now or a short time ago; null if that is not known. */
  snapshotBytes(index: Index): Uint8Array | null {
    return this.#snapshots.get(index) ?? null;
  }

  /** The last index that the snapshot covers. */
  get offset(): Index {
    return this.snapshot?.index ?? 0;
  }

  /** The last index held. */
  get lastIndex(): Index {
    return this.offset + this.entries.length;
  }

  /** The term of the last entry held. */
  get lastTerm(): Term {
    return this.entries.length === 0 ? this.snapshot?.term ?? 0 : this.entries[this.entries.length - 1].term;
  }

  /** The term at `index`; -1 beyond the end or before the snapshot's end. */
  termAt(index: Index): Term {
    const at = index - this.offset - 1;
    if (at === -1) return this.snapshot?.term ?? 0;
    return at >= 0 && at < this.entries.length ? this.entries[at].term : -1;
  }

  /** Whether the entry `index` of `term` is held, by itself or within the snapshot. */
  holds(index: Index, term: Term): boolean {
    return index < this.offset || this.termAt(index) === term;
  }

  /** `write` is down: the rule of `applyPersist`, in place. */
  apply(write: CompletePersist): void {
    this.term = write.term;
    this.vote = write.vote;
    if (write.snapshot !== null) this.#install(write.snapshot);
    if (write.entries.length === 0) return;
    this.entries.length = write.firstIndex - this.offset - 1;
    while (this.#places.length > 0 && this.#places[this.#places.length - 1] >= write.firstIndex) {
      this.#places.pop();
    }
    for (const entry of write.entries) this.#push(entry);
  }

  /** The disk was read: whatever it holds, it holds. */
  become(recovered: Recovered): void {
    this.term = recovered.hardState.term;
    this.vote = recovered.hardState.vote;
    // Another life, another disk perhaps: indices may come again.
    this.#snapshots.clear();
    this.#hold(recovered.snapshot);
    this.entries.length = 0;
    this.#places.length = 0;
    for (const entry of recovered.entries) this.#push(entry);
    this.standing = recovered.standing;
    this.incarnation = recovered.incarnation;
  }

  /** The same as a plain value. */
  toRecovered(): Recovered {
    const { term, vote, snapshot, standing, incarnation } = this;
    return { hardState: { term, vote }, snapshot, entries: this.entries.slice(), standing, incarnation };
  }

  #configurationAt(place: Index | undefined): Configuration | null {
    if (place === undefined) return this.snapshot?.configuration ?? null;
    return configurationIn(this.entries[place - this.offset - 1]);
  }

  #push(entry: Entry): void {
    this.entries.push(entry);
    if ("configuration" in entry) this.#places.push(this.lastIndex);
  }

  #install(snapshot: Snapshot): void {
    const agrees = this.termAt(snapshot.index) === snapshot.term;
    const gone = agrees ? snapshot.index - this.offset : this.entries.length;
    this.entries.splice(0, gone);
    this.#hold(snapshot);
    while (this.#places.length > 0 && (!agrees || this.#places[0] <= snapshot.index)) this.#places.shift();
  }

  #hold(snapshot: Snapshot | null): void {
    this.snapshot = snapshot;
    if (snapshot === null) return;
    this.#snapshots.set(snapshot.index, snapshot.data);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > KNOWN_SNAPSHOTS) this.#snapshots.delete(oldest);
  }
}

/** What became of a disk since it was last in use. */
export type DiskHistory =
  /** It was never used before. */
  | "new"
  /** It holds what it held, give or take what was not synced. */
  | "kept"
  /** It was replaced by an empty one. */
  | "wiped";

/** One member's disk over all its lives. */
export class WatchedDisk {
  /** What it holds for certain. */
  readonly stable = new StableState();
  #suspect = false;
  /** Whether anything of it was ever damaged since it was empty: that may be found out much later. */
  #struck = false;
  /** Writes that were asked for and not yet reported down, oldest first. */
  #underWay: readonly CompletePersist[] = [];
  #history: DiskHistory = "new";
  /** The highest term stored on a disk that was lost since. */
  #termBeforeWipe: Term = 0;
  #lives = 0;
  readonly #node: string;
  readonly #report: Report;

  constructor(node: string, report: Report) {
    this.#node = node;
    this.#report = report;
  }

  /** Whether a bit of it was flipped since it was read last. */
  get suspect(): boolean {
    return this.#suspect;
  }

  set suspect(damaged: boolean) {
    this.#suspect = damaged;
    this.#struck ||= damaged;
  }

  /** What became of the disk since it was last in use. */
  get history(): DiskHistory {
    return this.#history;
  }

  /** The disk was replaced by an empty one: its owner may never vote again. */
  wiped(): void {
    this.#history = "wiped";
    this.#suspect = false;
    this.#struck = false;
    this.#underWay = [];
    const { term } = this.stable;
    // What it promised is forgotten on the disk, not by those it was promised to.
    this.stable.become({
      hardState: { term: 0, vote: null },
      snapshot: null,
      entries: [],
      incarnation: 0,
      standing: "amnesiac",
    });
    this.#termBeforeWipe = Math.max(this.#termBeforeWipe, term);
  }

  /** The member was removed, and its machine is set up anew: whatever it promised it promised as a member. */
  replaced(): void {
    this.wiped();
    this.#history = "new";
    this.stable.standing = "voter";
    this.#termBeforeWipe = 0;
  }

  /** The highest term the member is known to have stored, on this disk or on one that was lost. */
  get termEverStored(): Term {
    return Math.max(this.#termBeforeWipe, this.stable.term);
  }

  /**
   * The member's storage in its next life, watched.
   *
   * @param medium What the medium holds, to be compared after every confirmed write; null to wait for the next start.
   */
  watch(storage: Storage, medium: (() => Recovered | null) | null): Storage {
    // A node that died of its own accord may leave a write behind that still ends: it must not count for its successor.
    const life = ++this.#lives;
    const staged = new StagedSnapshot();
    const write = async (writes: readonly Persist[]): Promise<void> => {
      const batches = writes.map((one) => staged.complete(one));
      if (life === this.#lives) this.#underWay = batches;
      await storage.write(writes);
      if (life !== this.#lives) return;
      this.#underWay = [];
      for (const batch of batches) this.stable.apply(batch);
      if (medium !== null) this.#checkMedium(medium());
    };
    const load = async (): Promise<Recovered> => {
      const recovered = await storage.load().catch((error) => this.#refused(error));
      this.#checkRecovery(recovered);
      this.#history = "kept";
      this.#suspect = false;
      this.#underWay = [];
      this.stable.become(recovered);
      return recovered;
    };
    return {
      load,
      write,
      storeSnapshot: async (end, pieces) => {
        const seen: Uint8Array[] = [];
        const sizeBytes = await storage.storeSnapshot(end, tee(pieces, seen));
        await staged.take(end, replayed(seen));
        return sizeBytes;
      },
      openSnapshot: (index) => storage.openSnapshot(index),
      close: () => storage.close(),
      get logSizeBytes() {
        return storage.logSizeBytes;
      },
    };
  }

  /** A storage that takes its own doing for damage loses its member a disk, and with it a vote. */
  #refused(error: unknown): never {
    if (error instanceof StorageError && error.code === "damaged" && !this.#struck) {
      this.#fail(`refused a disk that nobody had damaged: ${error.message}`);
    }
    throw error;
  }

  #checkRecovery(recovered: Recovered): void {
    if (this.#history === "new") return;
    if (this.#history === "wiped") {
      if (recovered.standing !== "amnesiac") {
        this.#fail("came up as a voter on an empty disk, although it had been a member before");
      }
      return;
    }
    let expected = this.stable.toRecovered();
    for (const write of [null, ...this.#underWay]) {
      if (write !== null) expected = applyPersist(expected, write);
      if (sameState(expected, recovered)) return;
    }
    this.#fail(
      `came up with ${inWords(recovered)}, but its disk had confirmed ${inWords(this.stable.toRecovered())}` +
        (this.#underWay.length === 0 ? "" : ` and was writing ${inWords(expected)}`),
    );
  }

  #checkMedium(medium: Recovered | null): void {
    const confirmed = this.stable.toRecovered();
    if (medium !== null && sameState(confirmed, medium)) return;
    const held = medium === null ? "no log at all" : inWords(medium);
    this.#fail(`was told that ${inWords(confirmed)} is safe, but its medium holds ${held}`);
  }

  #fail(what: string): void {
    this.#report({ law: "durable-recovery", node: this.#node, sentence: `Node ${this.#node} ${what}.` });
  }
}

/** Hands `pieces` on and keeps a copy of each in `seen`. */
async function* tee(pieces: AsyncIterable<Uint8Array>, seen: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    seen.push(piece.slice());
    yield piece;
  }
}

async function* replayed(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

function inWords({ hardState, snapshot, entries, standing }: Recovered): string {
  const offset = snapshot?.index ?? 0;
  return `term ${hardState.term}, vote ${hardState.vote ?? "none"}, entries ${offset + 1}..${
    offset + entries.length
  } as ${standing}`;
}

function sameState(left: Recovered, right: Recovered): boolean {
  return left.hardState.term === right.hardState.term && left.hardState.vote === right.hardState.vote &&
    left.standing === right.standing && left.incarnation === right.incarnation &&
    (left.snapshot?.index ?? 0) === (right.snapshot?.index ?? 0) &&
    (left.snapshot?.term ?? 0) === (right.snapshot?.term ?? 0) &&
    sameBytes(left.snapshot?.data, right.snapshot?.data) &&
    sameMembers(left.snapshot?.configuration ?? null, right.snapshot?.configuration ?? null) &&
    left.entries.length === right.entries.length &&
    left.entries.every((entry, at) => {
      const other = right.entries[at];
      return entry.term === other.term && sameEntry(entry, other);
    });
}
