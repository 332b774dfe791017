/**
 * The file that the log is appended to, with room behind its end.
 * @module
 */

import type { Disk, DiskFile } from "../../runtime/disk.ts";
import { writeWholeFile } from "./whole_file.ts";

/** Where a log's file is to be, and in what steps it grows. */
export interface LogFilePlace {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
  /** Room is made for a multiple of this. */
  readonly roomBytes: number;
}

/** See the module's page. */
export class LogFile {
  readonly #file: DiskFile;
  readonly #roomBytes: number;
  #sizeBytes: number;
  #roomEnd: number;

  private constructor(file: DiskFile, sizeBytes: number, roomBytes: number) {
    this.#file = file;
    this.#roomBytes = roomBytes;
    this.#sizeBytes = sizeBytes;
    this.#roomEnd = roomFor(sizeBytes, roomBytes);
  }

  /** Writes a file that holds `pieces`, lasting and whole, and opens it. */
  static async create(disk: Disk, place: LogFilePlace, pieces: readonly Uint8Array[]): Promise<LogFile> {
    const { roomBytes } = place;
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const room = new Uint8Array(roomFor(sizeBytes, roomBytes) - sizeBytes);
    await writeWholeFile(disk, place, room.length === 0 ? pieces : [...pieces, room]);
    return new LogFile(await disk.open(place.path), sizeBytes, roomBytes);
  }

  /** What the file holds, without the room behind it. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends `bytes`, in one write and one sync. Resolves when they last. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.write(this.#sizeBytes, this.#withRoom(bytes));
    await this.#file.sync();
    this.#sizeBytes += bytes.length;
  }

  /** Releases the handle. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** A file that grows needs its new size stored with every sync, which on most systems is a second flush: so it grows rarely. */
  #withRoom(bytes: Uint8Array): Uint8Array {
    const end = this.#sizeBytes + bytes.length;
    if (end <= this.#roomEnd) return bytes;
    this.#roomEnd = roomFor(end, this.#roomBytes);
    const padded = new Uint8Array(this.#roomEnd - this.#sizeBytes);
    padded.set(bytes);
    return padded;
  }
}

function roomFor(sizeBytes: number, roomBytes: number): number {
  return Math.ceil(sizeBytes / roomBytes) * roomBytes;
}
