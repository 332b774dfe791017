/**
 * The file that the log is appended to, with room behind its end.
 * @module
 */

import type { Disk, DiskFile } from "../../runtime/disk.ts";
import { writePieces, writeWholeFile } from "./whole_file.ts";

/** Where a log's file is to be, and in what steps it grows. */
export interface LogFilePlace {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
  /** Room is made in pieces of this. */
  readonly roomBytes: number;
  /** More is made in the background once less than this is left; 0 for never. */
  readonly aheadBytes: number;
}

/** See the module's page. */
export class LogFile {
  readonly #disk: Disk;
  readonly #place: LogFilePlace;
  readonly #file: DiskFile;
  #sizeBytes: number;
  /** Up to here the file holds zeros that last. Frames are written below it only, zeros in the background behind it only. */
  #roomEnd: number;
  #aheadBytes: number;
  /** Room that is being made in the background; null if none is. */
  #growing: Promise<void> | null = null;
  /** For room in the background, so that frames need not stand in line behind it. */
  #second: DiskFile | null = null;

  private constructor(disk: Disk, place: LogFilePlace, file: DiskFile, sizeBytes: number) {
    this.#disk = disk;
    this.#place = place;
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#roomEnd = roomFor(sizeBytes, place.roomBytes);
    this.#aheadBytes = place.aheadBytes;
  }

  /** Writes a file that holds `pieces`, lasting and whole, and opens it. */
  static async create(disk: Disk, place: LogFilePlace, pieces: readonly Uint8Array[]): Promise<LogFile> {
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const room = new Uint8Array(roomFor(sizeBytes, place.roomBytes) - sizeBytes);
    const all = room.length === 0 ? pieces : [...pieces, room];
    await writeWholeFile(disk, place, (file) => writePieces(file, all));
    return new LogFile(disk, place, await disk.open(place.path), sizeBytes);
  }

  /** What the file holds, without the room behind it. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends `bytes`, in one write and one sync. Resolves when they last. */
  async append(bytes: Uint8Array): Promise<void> {
    // Zeros that are on their way must not land on the frame.
    while (this.#growing !== null && !this.#hasRoom(bytes)) await this.#growing;
    await this.#file.write(this.#sizeBytes, this.#withRoom(bytes));
    await this.#file.sync();
    this.#sizeBytes += bytes.length;
    this.#growSoon();
  }

  /** Releases the handles. */
  async close(): Promise<void> {
    this.#aheadBytes = 0;
    await this.#growing;
    try {
      await this.#second?.close();
    } finally {
      await this.#file.close();
    }
  }

  #hasRoom(bytes: Uint8Array): boolean {
    return this.#sizeBytes + bytes.length <= this.#roomEnd;
  }

  /** A file that grows needs its new size stored with every sync, which on most systems is a second flush: so it grows rarely. */
  #withRoom(bytes: Uint8Array): Uint8Array {
    if (this.#hasRoom(bytes)) return bytes;
    this.#roomEnd = roomFor(this.#sizeBytes + bytes.length, this.#place.roomBytes);
    const padded = new Uint8Array(this.#roomEnd - this.#sizeBytes);
    padded.set(bytes);
    return padded;
  }

  /** Whoever is appending when the room ends waits for many times what a sync takes. */
  #growSoon(): void {
    if (this.#growing !== null || this.#roomEnd - this.#sizeBytes >= this.#aheadBytes) return;
    this.#growing = this.#grow().catch(() => {
      // Full, or dead: whoever appends will find out. What was written is zeros behind the end, whole or not.
      this.#aheadBytes = 0;
    }).finally(() => this.#growing = null);
  }

  async #grow(): Promise<void> {
    this.#second ??= await this.#disk.open(this.#place.path);
    const zeros = new Uint8Array(this.#place.roomBytes);
    while (this.#roomEnd - this.#sizeBytes < this.#aheadBytes) {
      await this.#second.write(this.#roomEnd, zeros);
      await this.#second.sync();
      this.#roomEnd += zeros.length;
    }
  }
}

function roomFor(sizeBytes: number, roomBytes: number): number {
  return Math.ceil(sizeBytes / roomBytes) * roomBytes;
}
