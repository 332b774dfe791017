/**
 * A machine's simulated disk: what is on it, how long it takes, and what it does wrong.
 *
 * Writes go to the page cache at once; syncs take virtual time, and only what a sync has covered survives a crash for
 * certain. The disk outlives crashes; only `wipe` makes it new.
 * @module
 */

import { DiskError, hashLabel } from "../../runtime/mod.ts";
import { Chance } from "./chance.ts";
import { checkDelay, drawDelayUs } from "./conditions.ts";
import type { Delay } from "./conditions.ts";
import { CrashDecisions, CrashFates } from "./crash_loss.ts";
import type { CrashLoss } from "./crash_loss.ts";
import { Directory } from "./directory.ts";
import { bitAt, bytesIn, canStray, digestOf, drawStray, overwriteSector } from "./disk_damage.ts";
import { DiskSync } from "./disk_sync.ts";
import { type DiskOperation, DiskTrouble } from "./disk_trouble.ts";
import type { DiskCall, DiskObserver } from "./disk_watch.ts";
import type { Felt } from "./felt.ts";
import { FileImage, SECTOR_BYTES } from "./file_image.ts";
import type { Loop } from "./loop.ts";
import type { Process } from "./process.ts";
import { KIND } from "./trace.ts";

/** What a healthy disk takes for a sync. */
export const HEALTHY_SYNC: Delay = { kind: "uniform", lowMs: 0.1, highMs: 0.5 };

const LATENCY = 1;
const FAIL = 2;
const PARTIAL = 3;
const DROP = 4;
const MISDIRECT = 5;
const FLIP = 6;
/** Misdirected writes land up to this many sectors away. */
const MISDIRECTED_SECTORS = 8;

/** See the module's page. All controls take plain data. */
export class SimDisk {
  /** Watches the medium; `null` (the usual case) costs nothing. */
  observer: DiskObserver | null = null;
  /** Hears of the programs' calls; `null` (the usual case) costs nothing. */
  onCall: ((call: DiskCall) => void) | null = null;
  readonly #loop: Loop;
  readonly #node: number;
  readonly #key: number;
  readonly #chance: Chance;
  readonly #trouble: DiskTrouble;
  /** What crashes have done to unsynced writes so far. */
  readonly fates: CrashFates = new CrashFates();
  #directory = new Directory();
  #files = 0;
  #misdirectRate = 0;
  /** How often each question has been asked: a counter each, so that one kind of fault does not shift another's draws. */
  readonly #asked: number[] = [0, 0, 0, 0, 0, 0, 0];
  #crashes = 0;

  /**
   * The world makes it.
   * @internal
   */
  constructor(loop: Loop, machine: { readonly node: number; readonly name: string }, syncDelay: Delay) {
    checkDelay(syncDelay);
    this.#loop = loop;
    this.#node = machine.node;
    this.#key = hashLabel(machine.name);
    this.#chance = new Chance(loop.seed, "disk");
    this.#trouble = new DiskTrouble(syncDelay);
  }

  /** How long a sync takes from now on. */
  setSyncDelay(delay: Delay): Felt {
    checkDelay(delay);
    this.#note(`sync delay ${JSON.stringify(delay)}`);
    return this.#trouble.slowDown(delay);
  }

  /** No sync ends any more, until `releaseSyncs`. */
  hangSyncs(): Felt {
    this.#note("hang");
    return this.#trouble.hang();
  }

  /** Ends `hangSyncs`; what hung completes at once. */
  releaseSyncs(): void {
    for (const sync of this.#trouble.release()) this.#loop.push(0, sync);
    this.#note("release");
  }

  /** Leaves room for `sizeBytes` more, and no more. */
  fill(sizeBytes: number): Felt {
    this.#note(`full but for ${sizeBytes}`);
    return this.#trouble.fill(this.usedBytes + sizeBytes);
  }

  /** Ends `fill`. */
  makeRoom(): void {
    this.#trouble.fill(Infinity);
    this.#note("room");
  }

  /** The next `count` calls of one kind fail. */
  failNext(operation: DiskOperation, count: number): Felt {
    this.#note(`fail next ${count} ${operation}`);
    return this.#trouble.failNext(operation, count);
  }

  /** A share of the calls of one kind fail from now on. */
  setFailRate(operation: DiskOperation, rate: number): void {
    this.#trouble.setFailRate(operation, rate);
    this.#note(`fail rate ${rate} ${operation}`);
  }

  /** A share of the writes reach the medium some sectors away from where they belong, which nobody notices before a restart. */
  setMisdirectRate(rate: number): void {
    this.#misdirectRate = rate;
    this.#note(`misdirect rate ${rate}`);
  }

  /** Flips one bit of a durable file; false if the medium has no such byte. */
  flipBit(path: string, offset: number, bit: number): boolean {
    const file = this.#directory.findSynced(path);
    if (file === undefined || offset >= file.synced.size) return false;
    file.flip(offset, bit & 7);
    this.#note(`flip ${path} ${offset} ${bit & 7}`);
    this.observer?.onUpset(this.#node);
    return true;
  }

  /** Flips `count` bits of durable files, chosen by the seed; returns how many there was room for. */
  flipBits(count: number): number {
    const files = this.#directory.syncedFiles();
    if (bytesIn(files) === 0) return 0;
    for (let flip = 0; flip < count; flip++) {
      const { path, offset, bit } = bitAt(files, this.#draw(FLIP));
      this.flipBit(path, offset, bit);
    }
    return count;
  }

  /**
   * A durable sector is overwritten by another one of this disk, chosen by the seed, as by a write that went astray; false if there are
   * no two that differ.
   */
  misplaceSector(): boolean {
    const stray = drawStray(this.#directory.syncedFiles(), () => this.#draw(MISDIRECT));
    if (stray === null || !overwriteSector(stray)) return false;
    const { from, to } = stray;
    this.#note(`misplace ${from.path} ${from.sector} over ${to.path} ${to.sector}`);
    this.observer?.onUpset(this.#node);
    return true;
  }

  /** Whether a sector of this disk could go astray. */
  get hasWholeSectors(): boolean {
    return canStray(this.#directory.syncedFiles());
  }

  /** Ends every fault of this disk; what is damaged stays damaged. */
  heal(): void {
    this.releaseSyncs();
    this.makeRoom();
    this.#trouble.heal();
    this.#misdirectRate = 0;
  }

  /** What the medium holds under `path`, a view; `null` if there is no such durable name. */
  syncedBytes(path: string): Uint8Array | null {
    return this.#directory.findSynced(path)?.synced.view() ?? null;
  }

  /** The durable names, sorted. */
  syncedPaths(): string[] {
    return this.#directory.syncedFiles().map(([path]) => path);
  }

  /** Stands for all that the medium holds, so that whoever damages it can see whether it is another one afterwards. */
  get mediumDigest(): number {
    return digestOf(this.#directory.syncedFiles());
  }

  /** The bytes of all files that programs see. */
  get usedBytes(): number {
    return this.#directory.visibleFiles().reduce((sum, file) => sum + file.cache.size, 0);
  }

  /**
   * The names, for the disk's face.
   * @internal
   */
  get directory(): Directory {
    return this.#directory;
  }

  /**
   * A new file without a name.
   * @internal
   */
  newFile(path: string): FileImage {
    return new FileImage(++this.#files, path);
  }

  /**
   * Whether a call is to fail.
   * @internal
   */
  fails(operation: DiskOperation): boolean {
    return this.#trouble.fails(operation, () => this.#draw(FAIL));
  }

  /**
   * Writes to the page cache; on an error a part may have been written.
   * @internal
   */
  write(file: FileImage, offset: number, bytes: Uint8Array): DiskError | null {
    const digest = Math.imul(file.id, 0x9e3779b1) ^ Math.imul(offset, 0x85ebca6b) ^ bytes.length;
    this.#loop.trace.fold(this.#loop.nowUs, KIND.write, this.#node, -1, digest);
    if (this.fails("write")) {
      file.write(offset, bytes.subarray(0, Math.floor(this.#draw(PARTIAL) * bytes.length)));
      return new DiskError(
        "failed",
        `Cannot write ${file.path} at ${offset}: the device refused (simulated)`,
      );
    }
    const { capacityBytes } = this.#trouble;
    if (capacityBytes < Infinity) {
      const growth = offset + bytes.length - file.cache.size;
      const room = capacityBytes - this.usedBytes;
      if (growth > 0 && growth > room) {
        this.#trouble.didNotFit();
        file.write(offset, bytes.subarray(0, Math.max(0, bytes.length - (growth - room))));
        return new DiskError("full", `Cannot write ${file.path} at ${offset}: no space left (simulated)`);
      }
    }
    file.write(offset, bytes);
    return null;
  }

  /**
   * Begins to make a file's content durable.
   * @internal
   */
  syncFile(process: Process, file: FileImage): Promise<void> {
    const upTo = file.lastChange;
    return this.#sync(process, () => {
      if (this.fails("sync")) {
        file.refuse(upTo, () => this.#draw(DROP) < 0.5);
        return new DiskError("failed", `Cannot sync ${file.path}: the device refused (simulated)`);
      }
      const observer = this.observer;
      const shift = this.#misdirectRate === 0 ? null : () => this.#misdirection();
      const onRange = observer === null
        ? null
        : (offset: number, bytes: Uint8Array) => observer.onSynced(this.#node, file.path, offset, bytes);
      file.commit(upTo, shift, onRange);
      this.onCall?.("synced");
      return null;
    });
  }

  /**
   * Begins to make a folder's names durable.
   * @internal
   */
  syncFolder(process: Process, folder: string): Promise<void> {
    const upTo = this.#directory.lastChange;
    return this.#sync(process, () => {
      if (this.fails("sync")) {
        return new DiskError("failed", `Cannot sync folder ${folder}: the device refused (simulated)`);
      }
      this.#directory.commit(folder, upTo);
      this.observer?.onDirectorySynced(this.#node, folder);
      return null;
    });
  }

  /**
   * Puts a sync aside while the device hangs.
   * @internal
   */
  keepsHanging(sync: DiskSync): boolean {
    return this.#trouble.keepsHanging(sync);
  }

  /**
   * The power goes: unsynced changes meet their fate, and calls under way end with `closed`. The world calls it.
   * @internal
   */
  crash(process: Process, held: readonly unknown[], loss: CrashLoss): void {
    const key = this.#key + Math.imul(++this.#crashes, 0x9e3779b1) | 0;
    const decisions = new CrashDecisions(this.#chance, key, loss);
    for (const file of this.#directory.allFiles()) {
      this.fates.nextFile();
      file.crash((at, count, change) =>
        this.fates.note(change, decisions.survivalOf(file.id, at, count, change))
      );
    }
    this.#directory.crash((change) => decisions.keepsName(change));
    this.observer?.onUpset(this.#node);
    const waiting = [
      ...held,
      ...this.#trouble.takeHanging(),
      ...this.#loop.extract((event) => event instanceof DiskSync && event.process === process).map((
        { event },
      ) => event),
    ];
    for (const event of waiting) if (event instanceof DiskSync) event.abandon();
  }

  /**
   * The disk is replaced by an empty one. The world calls it.
   * @internal
   */
  wipe(): void {
    this.#directory = new Directory();
    this.observer?.onUpset(this.#node);
  }

  #sync(process: Process, settle: () => DiskError | null): Promise<void> {
    const ends = Promise.withResolvers<void>();
    const delayUs = drawDelayUs(
      this.#trouble.nextSyncDelay(),
      this.#chance,
      this.#key,
      ++this.#asked[LATENCY],
      LATENCY,
    );
    this.#loop.push(delayUs, new DiskSync(this, process, settle, ends));
    return ends.promise;
  }

  #misdirection(): number {
    const drawn = this.#draw(MISDIRECT);
    if (drawn >= this.#misdirectRate) return 0;
    const sectors = 1 + Math.floor(drawn / this.#misdirectRate * MISDIRECTED_SECTORS);
    return (sectors & 1 ? 1 : -1) * sectors * SECTOR_BYTES;
  }

  #draw(question: number): number {
    return this.#chance.unit(this.#key, ++this.#asked[question], question);
  }

  #note(what: string): void {
    this.#loop.trace.fold(this.#loop.nowUs, KIND.fault, this.#node, -1, hashLabel(what) | 0);
    if (this.#loop.trace.recording) this.#loop.trace.describe(`disk ${what}`);
  }
}
