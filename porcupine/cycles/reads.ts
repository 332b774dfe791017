import type { Findings } from "./findings.ts";
import { told } from "./bad_history.ts";
import { noteAborted, noteBuiltUpon, noteGarbage, noteTwice } from "./notes.ts";
import { ABORTED, COMMITTED, GONE, isValues, type TransactionTable } from "./table.ts";
import type { MicroOperation, TransactionValue } from "./types.ts";
import { showFound, type Words } from "./words.ts";

/** What the reads of committed transactions say of what others did. */
export interface SeenReads {
  /**
   * By micro-operation. A read of a list: how many elements it found besides the transaction's own; a read of a register:
   * the version of somebody else that it found; a write: the version that the transaction had read before, and so replaced.
   * -1 for what says nothing.
   */
  readonly base: Int32Array;
  /** By version: the first transaction that read it and replaced it; -1 for none. */
  readonly updater: Int32Array;
}

type Read = MicroOperation & { readonly f: "read" };

/** What a read found, as a list. */
export function listOf({ found }: Read): readonly TransactionValue[] {
  return isValues(found) ? found : NOTHING;
}

const NOTHING: readonly TransactionValue[] = [];

/**
 * Walks through every committed transaction: what it wrote itself it must see, what it saw must stay as it was, and what it
 * saw of others must be something that can be seen.
 */
export function readAll(words: Words, findings: Findings): SeenReads {
  const { table } = words;
  const walk = new Walk(words, findings);
  for (let t = 0; t < table.history.length; t++) {
    table.patience();
    if (table.history[t].outcome.status === "ok") walk.transaction(t);
  }
  return { base: walk.base, updater: walk.updater };
}

class Walk implements SeenReads {
  readonly base: Int32Array;
  readonly updater: Int32Array;
  readonly #words: Words;
  readonly #table: TransactionTable;
  readonly #findings: Findings;
  /** By key: the transaction that touched it last, and its last micro-operation there. */
  readonly #toucher: Int32Array;
  readonly #last: Int32Array;
  /** By micro-operation: the one before it of the same transaction on the same key; -1 for none. */
  readonly #before: Int32Array;
  #operations: readonly MicroOperation[] = [];
  #start = 0;

  constructor(words: Words, findings: Findings) {
    const { table } = words;
    this.#words = words;
    this.#table = table;
    this.#findings = findings;
    this.base = new Int32Array(table.key.length).fill(-1);
    this.updater = new Int32Array(table.writer.length).fill(-1);
    this.#toucher = new Int32Array(table.keys.length).fill(-1);
    this.#last = new Int32Array(table.keys.length);
    this.#before = new Int32Array(table.key.length);
  }

  transaction(t: number): void {
    const { start, key, isList } = this.#table;
    this.#operations = this.#table.history[t].operations;
    this.#start = start[t];
    for (let at = start[t]; at < start[t + 1]; at++) {
      const k = key[at];
      this.#before[at] = this.#toucher[k] === t ? this.#last[k] : -1;
      this.#toucher[k] = t;
      this.#last[k] = at;
      const step = this.#step(at);
      if (step.f === "append") this.#missFromReads(t, at, step.value);
      if (step.f !== "read") this.#write(t, at);
      else if (isList[k] === 1) this.base[at] = this.#readList(t, at, step);
      else this.base[at] = this.#readRegister(t, at, step);
    }
  }

  #step(at: number): MicroOperation {
    return this.#operations[at - this.#start];
  }

  /** A write right after reads of the same key, before any other write: an update. */
  #write(t: number, at: number): void {
    const before = this.#before[at];
    if (before < 0) return;
    const read = this.#step(before);
    if (read.f !== "read") return;
    const version = this.#versionRead(before, read);
    if (version < 0 || this.#table.writer[version] === t) return;
    if (this.#update(t, at, version)) this.base[at] = version;
  }

  /** `t` changed what it had found: the next version must be its own. False if what it had found was never committed. */
  #update(t: number, at: number, version: number): boolean {
    const k = this.#table.key[at];
    const writer = this.#table.writer[version];
    if (writer >= 0 && this.#table.state[writer] === ABORTED) {
      noteBuiltUpon(this.#words, this.#findings, { key: k, version, by: t });
      return false;
    }
    const other = this.updater[version];
    if (other < 0) this.updater[version] = t;
    else if (other !== t) {
      const { key, value, name } = this.#words;
      const found = writer < 0
        ? "before anybody had changed it"
        : `when ${value(version)} had just come there`;
      this.#findings.note(
        "lost-update",
        [other, t],
        () =>
          `${name(other)} and ${name(t)} both changed ${key(k)} as it was ${found}: ` +
          "whichever came second did not see what the first had done",
      );
    }
    return true;
  }

  /** The last thing that somebody else had done when `at` read; -1 if that cannot be said. */
  #versionRead(at: number, read: Read): number {
    const k = this.#table.key[at];
    if (this.#table.isList[k] === 0) return this.#table.version[at];
    return this.base[at] < 0 ? -1 : this.#versionAt(at, listOf(read), this.base[at]);
  }

  /** The last of so many elements of a list; the state before anybody wrote, if there are none. */
  #versionAt(at: number, list: readonly TransactionValue[], count: number): number {
    const k = this.#table.key[at];
    return count === 0 ? k : this.#table.find(k, list[count - 1]);
  }

  #readRegister(t: number, at: number, read: Read): number {
    const table = this.#table;
    const before = this.#before[at];
    if (before >= 0) {
      const step = this.#step(before);
      if (step.f !== "read" && step.value !== read.found) return this.#missesOwn(t, at, read, step.value);
      if (step.f !== "read") return -1;
      if (step.found === read.found) return this.base[before];
      const own = this.#ownBefore(before);
      // It cannot have read what others did: its own was there.
      if (own !== undefined) return own === read.found ? -1 : this.#missesOwn(t, at, read, own);
      this.#unlike(t, at, step, read);
    }
    const version = table.version[at];
    // Nothing found has a version, and a register holds no list: it is one value.
    if (version < 0) return this.#garbage(t, at, read.found as TransactionValue);
    // Its own, and not the one before: the one that it is only going to write.
    if (table.writer[version] === t) return this.#foresees(t, at, read);
    return this.#see(t, at, version) ? version : -1;
  }

  /** What the transaction itself had put into the register last, before a read there; `undefined` for nothing. */
  #ownBefore(read: number): TransactionValue | undefined {
    for (let op = this.#before[read]; op >= 0; op = this.#before[op]) {
      const step = this.#step(op);
      if (step.f !== "read") return step.value;
    }
    return undefined;
  }

  /** How many elements of others a read of a list found; -1 if its end is not what the transaction appended itself. */
  #readList(t: number, at: number, read: Read): number {
    const found = listOf(read);
    let left = found.length;
    let op = this.#before[at];
    for (; op >= 0; op = this.#before[op]) {
      const step = this.#step(op);
      if (step.f === "read") break;
      if (left === 0 || found[--left] !== step.value) return this.#missesOwn(t, at, read, step.value);
    }
    if (op < 0) {
      const seen = this.#checkEnd(t, at, read, left);
      const own = seen >= 0 && seen < found.length;
      const version = own ? this.#versionAt(at, found, seen) : -1;
      if (version >= 0) this.#update(t, at, version);
      return seen;
    }
    // The loop above left off at a read.
    const earlier = this.#step(op) as Read;
    const list = listOf(earlier);
    let same = list.length === left;
    for (let i = 0; same && i < left; i++) same = list[i] === found[i];
    if (same) return this.base[op];
    const isAmiss = this.base[op] < 0;
    for (; op >= 0; op = this.#before[op]) {
      const step = this.#step(op);
      if (step.f === "read") continue;
      if (left === 0 || found[--left] !== step.value) return this.#missesOwn(t, at, read, step.value);
    }
    // What is wrong with the earlier one is noted: that the two differ says nothing more.
    if (!isAmiss) this.#unlike(t, at, earlier, read);
    return this.#checkEnd(t, at, read, left);
  }

  /** The last element of others must not be one that its writer itself added something to. */
  #checkEnd(t: number, at: number, read: Read, count: number): number {
    if (count === 0) return 0;
    if (!this.#holdsOwnOnce(t, at, listOf(read), count)) return -1;
    const version = this.#table.find(this.#table.key[at], listOf(read)[count - 1]);
    const { writer, isLast } = this.#table;
    if (version < 0) return count;
    if (writer[version] === t) return this.#foresees(t, at, read);
    if (isLast[version] === 0) this.#halfway(t, at, version);
    return count;
  }

  /** A list holds once what its reader had appended: at its end, which has been looked at. Answers whether it does. */
  #holdsOwnOnce(t: number, at: number, list: readonly TransactionValue[], count: number): boolean {
    for (let op = this.#before[at]; op >= 0; op = this.#before[op]) {
      const step = this.#step(op);
      if (step.f === "read") continue;
      const place = list.indexOf(step.value);
      if (place < 0 || place >= count) continue;
      noteTwice(this.#words, this.#findings, { reader: t, key: this.#table.key[at], found: step.value });
      return false;
    }
    return true;
  }

  /** What is appended only now is in no list that the transaction had read: at its end that is seen there, elsewhere here. */
  #missFromReads(t: number, at: number, value: TransactionValue): void {
    for (let op = this.#before[at]; op >= 0; op = this.#before[op]) {
      const step = this.#step(op);
      if (step.f !== "read" || this.base[op] < 0 || !listOf(step).includes(value)) continue;
      this.base[op] = this.#foresees(t, op, step);
    }
  }

  /** Whether what was seen may be followed up: an aborted write may not. */
  #see(t: number, at: number, version: number): boolean {
    const { writer, state, isLast, key } = this.#table;
    const from = writer[version];
    if (from < 0) return true;
    if (state[from] === GONE) state[from] = COMMITTED;
    if (state[from] === ABORTED) {
      noteAborted(this.#words, this.#findings, { reader: t, key: key[at], version });
      return false;
    }
    if (isLast[version] === 0) this.#halfway(t, at, version);
    return true;
  }

  #halfway(t: number, at: number, version: number): void {
    const { key, value, name } = this.#words;
    const writer = this.#table.writer[version];
    this.#findings.note(
      "G1b",
      [writer, t],
      () =>
        `${name(t)} read ${key(this.#table.key[at])} with ${value(version)} as the last that ${
          name(writer)
        } had done ` +
        "there, but that one did more",
    );
  }

  #garbage(t: number, at: number, found: TransactionValue): number {
    noteGarbage(this.#words, this.#findings, { reader: t, key: this.#table.key[at], found });
    return -1;
  }

  #missesOwn(t: number, at: number, read: Read, own: TransactionValue): number {
    const { key, name } = this.#words;
    this.#findings.note(
      "internal",
      [t],
      () =>
        `${name(t)} read ${showFound(read.found)} from ${key(this.#table.key[at])} after it had put ${
          told(own)
        } there itself`,
    );
    return -1;
  }

  #foresees(t: number, at: number, read: Read): number {
    const { key, name } = this.#words;
    this.#findings.note(
      "internal",
      [t],
      () =>
        `${name(t)} read ${showFound(read.found)} from ${
          key(this.#table.key[at])
        }, with what it put there only later`,
    );
    return -1;
  }

  #unlike(t: number, at: number, earlier: Read, read: Read): void {
    const { key, name } = this.#words;
    this.#findings.note(
      "unrepeatable-read",
      [t],
      () =>
        `${name(t)} read ${showFound(earlier.found)} from ${key(this.#table.key[at])}, and later ${
          showFound(read.found)
        }, without having changed it so itself`,
    );
  }
}
