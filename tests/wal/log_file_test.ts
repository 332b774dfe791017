import { assert, assertEquals } from "@std/assert";
import { wholeLog } from "../../raft/wal/checkpoint.ts";
import type { LogHeader } from "../../raft/wal/header.ts";
import { LogFile } from "../../raft/wal/log_file.ts";
import type { LogState } from "../../raft/wal/log_state.ts";
import { type Disk, DiskError, type DiskFile } from "../../runtime/disk.ts";

const PLACE = { folder: "", name: "log", path: "log", roomBytes: 100 };

/** A disk of one file, which notes what is written and can refuse what comes from the second handle. */
class Notes {
  /** Writes, as offset and length. */
  readonly writes: [number, number][] = [];
  sizeBytes = 0;
  synced = 0;
  /** What the handle for room refuses, if anything. */
  refuses: "write" | "sync" | null = null;
  refused = 0;
  open = 0;
  /** Holds back whatever the handle for room writes. */
  held: Promise<void> | null = null;
  #handles = 0;

  readonly disk = {
    create: () => Promise.resolve(this.#handle("first")),
    open: () => Promise.resolve(this.#handle(++this.#handles === 1 ? "log" : "room")),
    rename: () => Promise.resolve(),
    syncDirectory: () => Promise.resolve(),
  } as unknown as Disk;

  #handle(of: "first" | "log" | "room"): DiskFile {
    this.open++;
    const refuse = (what: "write" | "sync") => {
      if (of !== "room" || this.refuses !== what) return;
      this.refused++;
      throw new DiskError("full", "no space left");
    };
    return {
      write: async (offset: number, bytes: Uint8Array) => {
        if (of === "room" && this.held !== null) await this.held;
        refuse("write");
        this.writes.push([offset, bytes.length]);
        this.sizeBytes = Math.max(this.sizeBytes, offset + bytes.length);
      },
      sync: async () => {
        await Promise.resolve();
        refuse("sync");
        this.synced++;
      },
      close: () => Promise.resolve(void this.open--),
    } as unknown as DiskFile;
  }
}

/** Lets everything happen that waits for nothing else. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

Deno.test("a log begins with its room: what is appended within it makes the file no longer, and writes nothing but itself", async () => {
  const notes = new Notes();
  const file = await LogFile.create(notes.disk, { ...PLACE, aheadBytes: 0 }, [new Uint8Array(30)]);
  assertEquals([notes.sizeBytes, file.sizeBytes], [100, 30]);
  notes.writes.length = 0;
  await file.append(new Uint8Array(50));
  await file.append(new Uint8Array(20));
  assertEquals([notes.writes, notes.sizeBytes, file.sizeBytes], [[[30, 50], [80, 20]], 100, 100]);
  await file.append(new Uint8Array(5));
  assertEquals([notes.writes.at(-1), notes.sizeBytes, file.sizeBytes], [[100, 100], 200, 105]);
  await file.close();
  assertEquals(notes.open, 0);
});

Deno.test("room that the disk does not give, or does not keep, is not asked for again, and appending goes on", async () => {
  for (const refuses of ["write", "sync"] as const) {
    const notes = new Notes();
    notes.refuses = refuses;
    const file = await LogFile.create(notes.disk, { ...PLACE, aheadBytes: 90 }, [new Uint8Array(30)]);
    for (let at = 0; at < 5; at++) {
      await file.append(new Uint8Array(30));
      await settle();
    }
    assertEquals([notes.refused, file.sizeBytes], [1, 180], refuses);
    await file.close();
    assertEquals(notes.open, 0);
  }
});

Deno.test("a log that is closed while room is made waits for that piece and makes no further one", async () => {
  const notes = new Notes();
  const gate = Promise.withResolvers<void>();
  notes.held = gate.promise;
  const file = await LogFile.create(notes.disk, { ...PLACE, aheadBytes: 1000 }, [new Uint8Array(30)]);
  await file.append(new Uint8Array(10));
  await settle();
  notes.writes.length = 0;
  const closed = file.close();
  gate.resolve();
  await closed;
  assertEquals([notes.writes, notes.open], [[[100, 100]], 0]);
});

Deno.test("a log that is written anew goes into frames of about 256 KiB: not one as long as all of it, nor one for each entry", () => {
  const entries = (count: number, sizeBytes: number) =>
    Array.from({ length: count }, () => ({ term: 1, command: new Uint8Array(sizeBytes) }));
  const framesOf = (all: ReturnType<typeof entries>) => {
    const state = { hardState: { term: 1, vote: null }, snapshot: null, entries: all } as unknown as LogState;
    const header = { member: "m", incarnation: 1, number: 1, salt: 7, format: 2, standing: "voter" };
    // The first is the file's head, the second its state.
    return wholeLog(header as unknown as LogHeader, state).pieces.slice(2).map(({ length }) => length);
  };
  const frames = framesOf(entries(1000, 4096));
  assert(frames.length >= 15 && frames.length <= 17, `${frames.length} frames`);
  assert(Math.max(...frames) < 264 << 10, `a frame of ${Math.max(...frames)} bytes`);
  assertEquals(framesOf(entries(3, 1 << 20)).length, 3, "an entry that is longer is a frame of its own");
  assertEquals(framesOf([]), []);
});
