/**
 * Planted bugs for the write-ahead log: each promise it makes to the node above, broken once.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const CRASH = "test -A --no-check --fail-fast tests/wal/crash_test.ts";
const DAMAGE = "test -A --no-check --fail-fast tests/wal/damage_test.ts";
const FRAME = "test -A --no-check --fail-fast tests/wal/frame_test.ts";
const WAL_TEST = "test -A --no-check --fail-fast tests/wal/wal_test.ts";
const SNAPSHOT_TEST = "test -A --no-check --fail-fast tests/wal/snapshot_test.ts";
const WAL = "raft/wal.ts";
const SNAPSHOT_FILES = "raft/wal/snapshot_files.ts";
const FRAMES = "raft/wal/frame.ts";
const READER = "raft/wal/log_reader.ts";
const STATE = "raft/wal/log_state.ts";
const WHOLE_FILE = "raft/wal/whole_file.ts";
const LOG_FILE = "raft/wal/log_file.ts";

/** The log's mutants. */
export const walMutants: readonly Mutant[] = [
  {
    id: "WAL-torn-tail",
    title: "The last frame counts although a crash tore it",
    source: "anchors D1: torn tail kept",
    file: FRAMES,
    anchor: "return stored === crc32c(file.subarray(offset + HEAD_BYTES, tail), head.sum) ? stored : null;",
    replacement: "return stored;",
    killedBy: CRASH,
  },
  {
    id: "WAL-one-door-advised",
    title: "Whoever started a node from the command line is told of an option that only programs have",
    source: "it was so",
    file: "raft/wal/storage_error.ts",
    anchor: "serve --amnesiac, or ",
    replacement: "",
    killedBy: DAMAGE,
  },
  {
    id: "WAL-damage-is-end",
    title: "A bad checksum in the middle of the log is read as its end",
    source: "anchors D2: camunda#6098, NATS lost half of its messages",
    file: FRAMES,
    anchor: 'if (!torn) return { kind: "damaged", why };\n  // Whoever wrote behind it had seen it synced.',
    replacement: 'if (!torn) return { kind: "torn" };',
    killedBy: DAMAGE,
  },
  {
    id: "WAL-head-damage-is-end",
    title: "A damaged head of the last, acknowledged frame is taken for a torn write",
    source: "issue 2: torn is not damaged; what was acknowledged is not trimmed in silence",
    file: FRAMES,
    anchor: "hasEmptySector(file, from, Math.min(end, sectorEnd));",
    replacement: "hasEmptySector(file, from, file.length);",
    killedBy: DAMAGE,
  },
  {
    id: "WAL-no-sync-before-rename",
    title: "A file gets its name before its bytes are synced",
    source: "issue 2: snapshot by temporary file + sync + rename + directory sync",
    file: WHOLE_FILE,
    anchor: "    await file.sync();\n",
    replacement: "",
    killedBy: CRASH,
  },
  {
    id: "WAL-no-directory-sync",
    title: "A new name is relied upon before the folder is synced",
    source: "issue 2: snapshot by temporary file + sync + rename + directory sync",
    file: WHOLE_FILE,
    anchor: "  await disk.syncDirectory(folder);\n}",
    replacement: "}",
    killedBy: CRASH,
  },
  {
    id: "WAL-folder-not-lasting",
    title: "The folder's own name is not synced: a crash takes the log with its folder",
    source: "fsync(2): a file's name is its folder's",
    file: WHOLE_FILE,
    anchor: "  for (let depth = 0; depth < parts.length; depth++) {",
    replacement: "  for (let depth = parts.length; depth < parts.length; depth++) {",
    killedBy: CRASH,
  },
  {
    id: "WAL-snapshot-named-first",
    title: "The log names a snapshot that is not on the disk yet",
    source: "labs 10: torn save of state versus snapshot; redisraft#43",
    file: WAL,
    anchor:
      "    if (owner !== null && file !== null && data !== null) await this.#snapshots.storeWhole(owner, file, data);\n" +
      "    await this.#append(writes);",
    replacement: "    await this.#append(writes);\n" +
      "    if (owner !== null && file !== null && data !== null) await this.#snapshots.storeWhole(owner, file, data);",
    killedBy: CRASH,
  },
  {
    id: "WAL-failed-sync-retried",
    title: "A sync that failed is tried again and believed",
    source: "anchors D4: can applications recover from fsync failures, ATC'20",
    file: LOG_FILE,
    anchor: "    await this.#file.sync();\n",
    replacement: "    await this.#file.sync().catch(() => this.#file.sync());\n",
    killedBy: WAL_TEST,
  },
  {
    id: "WAL-room-on-frame",
    title: "Zeros that are made as room in the background land on a frame that was written meanwhile",
    source: "issue 5: room is made before anybody waits for it",
    file: LOG_FILE,
    anchor: "    while (this.#growing !== null && !this.#hasRoom(bytes)) await this.#growing;\n",
    replacement: "",
    killedBy: "test -A --no-check --fail-fast tests/wal/room_test.ts",
  },
  {
    id: "WAL-error-forgotten",
    title: "After a write that failed the log goes on as if nothing had happened",
    source: "anchors D4; the storage's contract: a rejection is final",
    file: WAL,
    anchor: '    this.#phase = { kind: "over", error };\n    return error;\n  }\n\n  #fromDisk',
    replacement: '    this.#phase = { kind: "ready" };\n    return error;\n  }\n\n  #fromDisk',
    killedBy: WAL_TEST,
  },
  {
    id: "WAL-ack-before-sync",
    title: "A group is acknowledged before it is synced",
    source: "anchors R20: NATS 2.12.1 lost 131,418 of 930,005",
    file: LOG_FILE,
    anchor: "    await this.#file.sync();\n",
    replacement: "    this.#file.sync().catch(() => {});\n",
    killedBy: CRASH,
  },
  {
    id: "WAL-old-log-removed-early",
    title: "The old log is removed before the new one has its name",
    source: "issue 2: old segments removed only when safe",
    file: WAL,
    anchor: '    this.#supersede(fileName("log", this.#header.number));\n',
    replacement: '    await this.#disk.remove(this.#path("log", this.#header.number));\n',
    killedBy: CRASH,
  },
  {
    id: "WAL-old-snapshot-removed-early",
    title: "The old snapshot is removed before the log names the new one",
    source: "issue 2: state and snapshot never out of step",
    file: WAL,
    anchor: "    await this.#append(writes);\n",
    replacement: "    if (file !== null && this.#snapshots.current !== null) {\n" +
      "      await this.#disk.remove(joinPath(this.#place.folder, this.#snapshots.current.name));\n" +
      "    }\n    await this.#append(writes);\n",
    killedBy: CRASH,
  },
  {
    id: "WAL-foreign-folder",
    title: "A member starts from another member's folder",
    source: "anchors, table of duties: wiped or restored disk, same id",
    file: READER,
    anchor: "  if (member === place.member) return;\n",
    replacement: "  if (member !== null) return;\n",
    killedBy: WAL_TEST,
  },
  {
    id: "WAL-amnesia-forgotten",
    title: "A member that lost its disk votes again after one more restart",
    source: "anchors R25: rethinkdb#5289",
    file: WAL,
    anchor: "      this.#header = image.header;\n",
    replacement: '      this.#header = { ...image.header, standing: "voter" };\n',
    killedBy: WAL_TEST,
  },
  {
    id: "WAL-new-incarnation",
    title: "Every start draws a new incarnation: a restart looks like a lost disk",
    source: "issue 2: incarnation id",
    file: WAL,
    anchor: "      this.#header = image.header;\n",
    replacement: "      this.#header = { ...image.header, incarnation: this.#drawIncarnation() };\n",
    killedBy: CRASH,
  },
  {
    id: "WAL-unchained",
    title: "A whole frame of another place in the log is accepted",
    source: "issue 2: a frame of an older or another file cannot pass",
    file: FRAMES,
    anchor: "  if (head.previous !== previous) {\n",
    replacement: "  if (head.previous < 0) {\n",
    killedBy: FRAME,
  },
  {
    id: "WAL-unmasked",
    title:
      "Payloads go to the disk as they are: zeros in a whole frame pass for sectors that were never written",
    source: "issue 2: an acknowledged last frame lost to a flip must not be trimmed in silence",
    file: "raft/wal/mask.ts",
    anchor: "  let word = (key | 0) || 0x2545f491;\n",
    replacement: "  if (key !== -1) return;\n  let word = (key | 0) || 0x2545f491;\n",
    killedBy: "test -A --no-check --fail-fast --filter=zeros tests/wal/frame_test.ts",
  },
  {
    id: "WAL-mask-two-ways",
    title:
      "A short payload is masked in another way than a long one: a version that draws the line elsewhere reads rubbish",
    source: "issue 2: a log is read by later versions",
    file: "raft/wal/mask.ts",
    anchor: "    bytes[at + 3] ^= word >>> 24;\n",
    replacement: "    bytes[at + 3] ^= word >>> 23;\n",
    killedBy: "test -A --no-check --fail-fast --filter=whatever tests/wal/frame_test.ts",
  },
  {
    id: "WAL-sum-two-ways",
    title: "The checksum of a short frame is another one than that of the same bytes in a long one",
    source: "issue 2: a log is read by later versions",
    file: "raft/wal/crc32c.ts",
    anchor: "      t3[bytes[at + 4]] ^",
    replacement: "      t4[bytes[at + 4]] ^",
    killedBy: FRAME,
  },
  {
    id: "WAL-snapshot-under-reader",
    title: "A snapshot is removed while it is read for a follower",
    source: "issue 5: a newer snapshot takes the place of one that is being sent",
    file: SNAPSHOT_FILES,
    anchor: "    if (this.#readers.has(name)) this.#kept.add(name);\n    else this.#gone.push(name);\n",
    replacement: "    this.#gone.push(name);\n",
    killedBy: SNAPSHOT_TEST,
  },
  {
    id: "WAL-snapshot-kept",
    title: "A snapshot that somebody has read is never removed",
    source: "issue 5: memory and disk under a steady load",
    file: SNAPSHOT_FILES,
    anchor: "      if (this.#kept.delete(name)) this.#gone.push(name);\n",
    replacement: "",
    killedBy: SNAPSHOT_TEST,
  },
  {
    id: "WAL-chunk-unchecked",
    title: "A chunk whose bits have flipped on the disk is sent all the same",
    source: "issue 5: bit flips are told, not passed on",
    file: "raft/wal/block_sums.ts",
    anchor: "      if (crc32c(bytes.subarray(at, at + BLOCK_BYTES), before) !== after) return at;\n",
    replacement: "      if (before === after) return at;\n",
    killedBy: SNAPSHOT_TEST,
  },
  {
    id: "WAL-half-a-snapshot",
    title: "A snapshot in pieces is named before its header vouches for it",
    source: "issue 5: snapshots are made piece by piece",
    file: SNAPSHOT_FILES,
    anchor: "      await file.write(0, writeSnapshotHeader({ ...owner, sizeBytes, sum }));\n",
    replacement: "      await file.write(0, writeSnapshotHeader({ ...owner, sizeBytes: 0, sum: 0 }));\n",
    killedBy: CRASH,
  },
  {
    id: "WAL-stage-error-forgotten",
    title: "A snapshot that could not be stored ahead leaves the log in use",
    source: "the storage's contract: a rejection is final",
    file: WAL,
    anchor: "      return file.sums.sizeBytes;\n    } catch (cause) {\n      throw this.#end(cause);\n",
    replacement: "      return file.sums.sizeBytes;\n    } catch (cause) {\n      throw cause;\n",
    killedBy: SNAPSHOT_TEST,
  },
  {
    id: "WAL-suffix-kept",
    title: "Entries that replace others leave the old ones behind them",
    source: "paper figure 2, AppendEntries 3: delete the existing entry and all that follow it",
    file: STATE,
    anchor: "    this.#drop(this.#entries.splice(kept));\n",
    replacement: "    this.#drop(this.#entries.splice(kept, write.entries.length));\n",
    killedBy: WAL_TEST,
  },
  {
    id: "WAL-snapshot-keeps-conflict",
    title: "A snapshot of another history leaves the log's entries behind it",
    source: "paper section 7: if the log disagrees with the snapshot, discard the entire log",
    file: STATE,
    anchor: "term === next.term ? covered : this.#entries.length",
    replacement: "covered",
    killedBy: WAL_TEST,
  },
];
