/**
 * Flotilla's storage on a lab's persister: every write saves everything, as the labs' own does.
 * @module
 */

import { applyPersist, type Persist, type Recovered, type Storage } from "../../../raft/mod.ts";
import { decodeValue, encodeValue } from "../../../runtime/mod.ts";
import type { Persister } from "../raft/seat.ts";

/** The Raft state as one value: term, vote, the snapshot's end, incarnation, then terms and commands in turn. */
type Saved = readonly [
  term: number,
  vote: string | null,
  snapshotIndex: number,
  snapshotTerm: number,
  incarnation: number,
  entries: readonly (number | Uint8Array)[],
];

/** See the module's page. */
export class PersisterStorage implements Storage {
  readonly #persister: Persister;
  #image: Recovered;

  /** Reads what `persister` holds; on an empty one a voter that has never run, with `incarnation`. */
  constructor(persister: Persister, incarnation: number) {
    this.#persister = persister;
    this.#image = read(persister, incarnation);
  }

  /** What is stored. */
  get image(): Recovered {
    return this.#image;
  }

  get logSizeBytes(): number {
    return this.#persister.raftStateSizeBytes;
  }

  load(): Promise<Recovered> {
    return Promise.resolve(this.#image);
  }

  write(batches: readonly Persist[]): Promise<void> {
    const image = batches.reduce(applyPersist, this.#image);
    this.#image = image;
    const { hardState, snapshot, entries, incarnation } = image;
    const flat: (number | Uint8Array)[] = [];
    for (const { term, command } of entries) flat.push(term, command);
    const saved: Saved = [
      hardState.term,
      hardState.vote,
      snapshot?.index ?? 0,
      snapshot?.term ?? 0,
      incarnation,
      flat,
    ];
    this.#persister.save(encodeValue(saved), snapshot?.data ?? null);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The term in a saved Raft state; 0 if nothing was saved. */
export function savedTerm(raftState: Uint8Array): number {
  return raftState.length === 0 ? 0 : (decodeValue(raftState) as Saved)[0];
}

function read(persister: Persister, incarnation: number): Recovered {
  const raftState = persister.readRaftState();
  if (raftState.length === 0) {
    return {
      hardState: { term: 0, vote: null },
      snapshot: null,
      entries: [],
      incarnation,
      standing: "voter",
    };
  }
  const [term, vote, index, snapshotTerm, saved, flat] = decodeValue(raftState) as Saved;
  const entries = [];
  for (let at = 0; at < flat.length; at += 2) {
    entries.push({ term: flat[at] as number, command: flat[at + 1] as Uint8Array });
  }
  return {
    hardState: { term, vote },
    snapshot: index === 0 ? null : { index, term: snapshotTerm, data: persister.readSnapshot() },
    entries,
    incarnation: saved,
    standing: "voter",
  };
}
