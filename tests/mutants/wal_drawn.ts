/**
 * Planted bugs of the write-ahead log that were drawn by lot: what is not waited for, not closed, not let go, or let go too soon.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const walDrawnMutants: readonly Mutant[] = [
  ...rows("raft/wal.ts", "tests/wal/order_test.ts", [
    [
      "WD-closed-while-rewritten",
      "A log that is closed while it is being rewritten leaves its new file open for ever",
      "found by looking: a handle for each such end",
      "      await file.close();\n      throw this.#phase.error;\n",
      "      throw this.#phase.error;\n",
    ],
    [
      "WD-old-left-open",
      "Each time the log is rewritten the old file stays open",
      DRAWN,
      "    await before?.close();\n",
      "",
    ],
    ["WD-stays-open", "A log that was closed keeps its file open", DRAWN, "      await file?.close();\n", ""],
    [
      "WD-closed-unawaited",
      "The polite exit ends before the file is closed",
      DRAWN,
      "      await file?.close();\n",
      "      file?.close();\n",
    ],
    [
      "WD-ended-stages",
      "A log that has ended still stores snapshots",
      DRAWN,
      '  async storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {\n    if (this.#phase.kind === "over") throw this.#phase.error;\n',
      "  async storeSnapshot(end: SnapshotEnd, pieces: AsyncIterable<Uint8Array>): Promise<number> {\n",
    ],
    [
      "WD-revived",
      "A write that was under way when the log ended is acknowledged, and the log lives on",
      DRAWN,
      '  #goOn(): void {\n    if (this.#phase.kind === "over") throw this.#phase.error;\n',
      "  #goOn(): void {\n",
    ],
    [
      "WD-second-cause",
      "What goes wrong after the end takes the place of what went wrong first",
      DRAWN,
      '    if (this.#phase.kind === "over") return this.#phase.error;\n',
      "",
    ],
    [
      "WD-refused-is-missing",
      "A snapshot that the disk does not give is said to be damaged, and nobody tries again",
      DRAWN,
      '      if (!(error instanceof DiskError) || error.code !== "missing") throw error;\n',
      "",
    ],
    [
      "WD-missing-is-refused",
      "A snapshot that is gone is said to be a disk that does not answer",
      DRAWN,
      'error.code !== "missing") throw',
      'error.code === "missing") throw',
    ],
    [
      "WD-dead-disk-minds",
      "A dead disk cannot be let go of",
      DRAWN,
      "if (!(error instanceof DiskError)) throw error;\n    }\n  }\n\n  /** Lets",
      "if (error instanceof DiskError) throw error;\n    }\n  }\n\n  /** Lets",
    ],
  ]),
  ...rows("raft/wal/log_file.ts", "tests/wal/order_test.ts", [
    [
      "WD-room-unawaited",
      "A log is closed under the room that is being made in it, whose handle stays open",
      DRAWN,
      "    await this.#growing;\n    try",
      "    try",
    ],
    [
      "WD-room-open",
      "The handle for room in the background stays open",
      DRAWN,
      "      await this.#second?.close();\n",
      "",
    ],
    ["WD-log-open", "The log's own handle stays open", DRAWN, "      await this.#file.close();\n", ""],
  ]),
  ...rows("raft/wal/log_file.ts", "tests/wal/log_file_test.ts", [
    [
      "WD-no-room",
      "A log begins without its room: each group makes the file longer, which costs a second flush",
      DRAWN,
      "const all = room.length === 0 ? pieces : [...pieces, room];",
      "const all = room.length > 0 ? pieces : [...pieces, room];",
    ],
    [
      "WD-room-unknown",
      "A log does not know of the room that it begins with, and writes it again with each group",
      DRAWN,
      "    this.#roomEnd = roomFor(sizeBytes, place.roomBytes);\n    this.#aheadBytes",
      "    this.#roomEnd = 0;\n    this.#aheadBytes",
    ],
    [
      "WD-room-each-time",
      "All the room behind its end is written with each group",
      DRAWN,
      "    if (this.#hasRoom(bytes)) return bytes;\n",
      "",
    ],
    [
      "WD-room-hammered",
      "A disk that is full is asked for room with each group",
      DRAWN,
      "      this.#aheadBytes = 0;\n    }).finally",
      "    }).finally",
    ],
    [
      "WD-room-after-close",
      "A log that is closed goes on making room until it has all",
      DRAWN,
      "    this.#aheadBytes = 0;\n    await this.#growing;\n",
      "    await this.#growing;\n",
    ],
    [
      "WD-room-unsynced",
      "Room is counted on before it lasts, and also if the disk does not keep it",
      DRAWN,
      "      await this.#second.sync();\n",
      "      void this.#second.sync().catch(() => {});\n",
    ],
  ]),
  ...rows("raft/wal/checkpoint.ts", "tests/wal/log_file_test.ts", [
    [
      "WD-one-frame",
      "A log that is written anew is one frame as long as all of it",
      DRAWN,
      "    sizeBytes += entries[to].command.length + 12;\n",
      "",
    ],
    [
      "WD-frame-each",
      "A log that is written anew has a frame for each entry",
      DRAWN,
      "to < entries.length && sizeBytes < FRAME_BYTES",
      "to < entries.length && sizeBytes === 0",
    ],
  ]),
  ...rows("raft/wal/snapshot_files.ts", "tests/wal/order_test.ts", [
    [
      "WD-stored-twice",
      "What was stored ahead twice stays on the disk once too often",
      DRAWN,
      "    if (before !== undefined) this.#supersede(before);\n",
      "",
    ],
    [
      "WD-ahead-forgotten",
      "What was stored ahead is forgotten when an older snapshot is named",
      DRAWN,
      "      if (index > file.mark.index) continue;\n",
      "",
    ],
    [
      "WD-overtaken-kept",
      "What was stored ahead and overtaken stays on the disk",
      DRAWN,
      "      if (staged !== file) this.#supersede(staged);\n",
      "",
    ],
    [
      "WD-read-and-gone",
      "The snapshot that counts is removed when its last reader has finished",
      DRAWN,
      "if (this.#kept.delete(name)) this.#gone",
      "this.#gone",
    ],
    [
      "WD-read-for-ever",
      "A snapshot that was read once is thought to be read for ever, and its file stays",
      DRAWN,
      "      this.#readers.delete(name);\n",
      "",
    ],
    [
      "WD-head-unawaited",
      "A snapshot is synced before its header is written: after a crash nothing vouches for it",
      DRAWN,
      "      await file.write(0, writeSnapshotHeader({ ...owner, sizeBytes, sum }));",
      "      file.write(0, writeSnapshotHeader({ ...owner, sizeBytes, sum }));",
    ],
  ]),
  ...rows("raft/wal/whole_file.ts", "tests/wal/order_test.ts", [
    ["WD-whole-open", "Every file that was written whole stays open", DRAWN, "    await file.close();\n", ""],
    [
      "WD-rename-unawaited",
      "The folder is synced before the file has its name",
      DRAWN,
      "  await disk.rename(temporary, path);",
      "  disk.rename(temporary, path);",
    ],
    [
      "WD-folder-unawaited",
      "The names of folders are synced before the folders are there",
      DRAWN,
      "  await disk.makeFolder(folder);",
      "  disk.makeFolder(folder);",
    ],
    [
      "WD-names-unawaited",
      "Nobody waits for the names of the folders to last",
      DRAWN,
      "    await disk.syncDirectory(parts",
      "    disk.syncDirectory(parts",
    ],
    [
      "WD-kept-forgotten",
      "A file that the disk did not let go is never tried again",
      DRAWN,
      "      kept.push(path);\n",
      "",
    ],
    [
      "WD-kept-fatal",
      "A file that the disk does not let go ends the log",
      DRAWN,
      'error.code === "closed") throw',
      'error.code !== "closed") throw',
    ],
  ]),
];
