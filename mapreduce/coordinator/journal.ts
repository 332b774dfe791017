/**
 * The coordinator's memory: a file of checksummed entries, the first of which is the job itself.
 *
 * Losing the tail only costs work that is done again, so what follows the first damaged entry is dropped, and the file
 * is written anew before anything is added: an entry behind a torn one would be lost at the next start.
 * @module
 */

import { type Disk, DiskError, type DiskFile } from "../../runtime/mod.ts";
import { decodeValue, encodeValue, WireError } from "../../runtime/mod.ts";
import { crc32c } from "../checksum.ts";
import { inFolder, JOURNAL_NAME } from "../names.ts";
import type { JobPlan } from "../plan.ts";
import type { Entry } from "./types.ts";

const MAGIC = new TextEncoder().encode("FLMRJ001");
const HEAD_BYTES = 8;

/** What a journal holds. */
export interface JournalContent {
  readonly plan: JobPlan;
  readonly entries: readonly Entry[];
  /** Workers that came and have not left. */
  readonly workers: readonly string[];
}

type Line =
  | { readonly plan: JobPlan }
  | { readonly entry: Entry }
  | { readonly joined: string }
  | { readonly left: string };

function encodeLine(line: Line): Uint8Array {
  const body = encodeValue(line);
  const frame = new Uint8Array(HEAD_BYTES + body.length);
  const view = new DataView(frame.buffer);
  frame.set(body, HEAD_BYTES);
  view.setUint32(0, body.length, true);
  view.setUint32(4, crc32c(body), true);
  return frame;
}

/** The good lines at the beginning of a journal's bytes. */
export function decodeJournal(bytes: Uint8Array): JournalContent | null {
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let plan: JobPlan | null = null;
  const entries: Entry[] = [];
  const workers = new Set<string>();
  for (let at = MAGIC.length; at + HEAD_BYTES <= bytes.length;) {
    const length = view.getUint32(at, true);
    const end = at + HEAD_BYTES + length;
    if (end > bytes.length || crc32c(bytes, at + HEAD_BYTES, end) !== view.getUint32(at + 4, true)) break;
    const line = decodeLine(bytes.subarray(at + HEAD_BYTES, end));
    if (line === null) break;
    if ("plan" in line) plan = line.plan;
    else if ("joined" in line) workers.add(line.joined);
    else if ("left" in line) workers.delete(line.left);
    else entries.push(line.entry);
    at = end;
  }
  return plan === null ? null : { plan, entries, workers: [...workers] };
}

function decodeLine(body: Uint8Array): Line | null {
  try {
    // The checksum says that these bytes are ours.
    return decodeValue(body) as Line;
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** What the journal in `folder` holds; null if there is none worth the name. */
export async function readJournal(disk: Disk, folder: string): Promise<JournalContent | null> {
  try {
    return decodeJournal(await disk.readFile(inFolder(folder, JOURNAL_NAME)));
  } catch (error) {
    if (error instanceof DiskError && error.code === "missing") return null;
    throw error;
  }
}

/** An open journal. */
export class Journal {
  readonly #file: DiskFile;
  readonly #workers: Set<string>;
  #offset: number;
  /** Resolves when every line so far is in the file. */
  #written: Promise<void> = Promise.resolve();
  #flush: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  private constructor(file: DiskFile, workers: readonly string[], offset: number) {
    this.#file = file;
    this.#workers = new Set(workers);
    this.#offset = offset;
  }

  /** Writes `content` as a new journal that replaces any that is there, and leaves it open. */
  static async create(disk: Disk, folder: string, content: JournalContent): Promise<Journal> {
    const name = inFolder(folder, JOURNAL_NAME);
    const file = await disk.create(`${name}.new`);
    try {
      const { plan, entries, workers } = content;
      const lines: Line[] = [
        { plan },
        ...entries.map((entry) => ({ entry })),
        ...workers.map((joined) => ({ joined })),
      ];
      const bytes = concat([MAGIC, ...lines.map(encodeLine)]);
      await file.write(0, bytes);
      await file.sync();
      await disk.rename(`${name}.new`, name);
      await disk.syncDirectory(folder);
      return new Journal(file, workers, bytes.length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Adds entries that may be forgotten in a crash. They are kept once a later {@linkcode append} is. */
  note(entries: readonly Entry[]): Promise<void> {
    return this.#write(entries.map((entry) => ({ entry })));
  }

  /** A worker has come. To forget it costs nobody any work. */
  async joined(worker: string): Promise<void> {
    if (this.#workers.has(worker)) return;
    this.#workers.add(worker);
    await this.#write([{ joined: worker }]);
  }

  /** A worker has gone, and is not to be waited for. */
  async left(worker: string): Promise<void> {
    if (this.#workers.delete(worker)) await this.#write([{ left: worker }]);
  }

  /** Adds entries; resolves when they survive a crash. Rejects with `DiskError`: the coordinator must then stop. */
  async append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.note(entries);
    await this.#sync();
  }

  /** Releases the file. */
  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = concat(lines.map(encodeLine));
    const offset = this.#offset;
    this.#offset += bytes.length;
    // One after another: a sync that found an earlier line still on its way would keep a later one behind a hole, where nobody reads on.
    this.#written = this.#written.then(() => this.#file.write(offset, bytes));
    await this.#written;
  }

  /** One sync for all who came while the one before was under way. */
  #sync(): Promise<void> {
    if (this.#flush === null) {
      this.#flush = this.#file.sync().finally(() => {
        this.#flush = null;
      });
      return this.#flush;
    }
    this.#next ??= this.#flush.catch(() => {}).then(() => {
      this.#next = null;
      return this.#sync();
    });
    return this.#next;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
