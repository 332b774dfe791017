/**
 * A machine on which a log lives, dies and lives again.
 * @module
 */

import type { Persist, Recovered } from "../../raft/storage.ts";
import { openWal, recoverImage, StorageError, type Wal } from "../../raft/wal.ts";
import { type CrashLoss, type Machine, World } from "../sim/mod.ts";
import { type Moment, TrapDisk } from "./trap_disk.ts";
import { fold, NOTHING, sameState } from "./writes.ts";

/** Where one life of the process ends. */
export interface Death {
  readonly operation: number;
  readonly moment: Moment;
}

/** How one life went. */
export interface Life {
  /** What it found, unless it died before it knew. */
  readonly found: Recovered | null;
  /** What it then set out to write. */
  readonly groups: Groups;
  readonly acknowledged: number;
  readonly attempted: number;
  readonly operations: readonly string[];
  /** What ended it, other than its death. */
  readonly error: StorageError | null;
}

type Groups = readonly (readonly Persist[])[];

/** The folder of the log, not at the disk's top: the names of the folders must last, too. */
export const FOLDER = "x/wal";

/** No room, little, and more than the tests fill. */
const ROOMS = [1, 700, 20_000];

/** See the module's page. */
export class Story {
  readonly world: World;
  readonly machine: Machine;
  readonly #rewriteBytes: number;
  readonly #roomBytes: number;
  readonly #aheadBytes: number;
  readonly #loss: CrashLoss;

  constructor(
    seed: number,
    {
      rewriteBytes = 65536,
      roomBytes = ROOMS[seed % ROOMS.length],
      aheadBytes = 0,
      loss = "drawn" as CrashLoss,
    } = {},
  ) {
    this.world = new World({ seed });
    this.#rewriteBytes = rewriteBytes;
    this.#roomBytes = roomBytes;
    this.#aheadBytes = aheadBytes;
    this.#loss = loss;
    this.machine = this.world.machine("m");
    this.machine.boot(() => {});
  }

  /** A log on the present process, which is started if there is none. */
  open(disk = this.disk, options: { member?: string; whenEmpty?: "format" | "amnesiac" } = {}): Wal {
    const { random } = this.machine.runtime;
    const { member = "m", whenEmpty = "format" } = options;
    return openWal({
      disk,
      folder: FOLDER,
      member,
      random,
      whenEmpty,
      rewriteBytes: this.#rewriteBytes,
      roomBytes: this.#roomBytes,
      aheadBytes: this.#aheadBytes,
    });
  }

  /** The disk of the present process, which is started if there is none. */
  get disk(): Machine["runtime"]["disk"] {
    if (!this.machine.running) this.machine.restart();
    return this.machine.runtime.disk;
  }

  /** The log's folder as a crash would certainly leave it. */
  get image(): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    for (const path of this.machine.disk.syncedPaths()) {
      if (!path.startsWith(`${FOLDER}/`)) continue;
      files.set(path.slice(FOLDER.length + 1), this.machine.disk.syncedBytes(path) as Uint8Array);
    }
    return files;
  }

  /** What the present image would be recovered to. */
  recover(): Recovered | null {
    return recoverImage(this.image, { folder: FOLDER, member: "m" });
  }

  play<T>(script: () => Promise<T>): Promise<T> {
    return this.world.play(script);
  }

  /** Loads the log and writes what `plan` makes of it until it is done, or dies as `death` says. */
  live(plan: (found: Recovered) => Groups, death: Death | null = null): Promise<Life> {
    return this.play(async () => {
      const disk = new TrapDisk(this.disk, (operation, moment) => {
        if (operation === death?.operation && moment === death.moment) this.machine.crash(this.#loss);
      });
      const wal = this.open(disk);
      let found: Recovered | null = null;
      let groups: Groups = [];
      let [acknowledged, attempted] = [0, 0];
      let error: StorageError | null = null;
      try {
        found = await wal.load();
        groups = plan(found);
        for (const group of groups) {
          attempted++;
          await wal.write(await storeAhead(wal, group));
          if (!this.machine.running) break;
          acknowledged++;
        }
        await wal.close();
      } catch (cause) {
        if (!(cause instanceof StorageError)) throw cause;
        if (cause.code !== "closed") error = cause;
      }
      return { found, groups, acknowledged, attempted, operations: disk.operations, error };
    });
  }

  end(): void {
    this.world.end();
  }
}

/** One snapshot in two is on the disk before the group that names it. */
async function storeAhead(wal: Wal, group: readonly Persist[]): Promise<Persist[]> {
  const writes: Persist[] = [];
  for (const write of group) {
    const { snapshot } = write;
    if (snapshot === null || snapshot.data === null || snapshot.index % 2 === 0) writes.push(write);
    else {
      const { index, term, configuration, data } = snapshot;
      const sizeBytes = await wal.storeSnapshot({ index, term }, halvesOf(data));
      writes.push({ ...write, snapshot: { index, term, configuration, data: null, sizeBytes } });
    }
  }
  return writes;
}

async function* halvesOf(data: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  await Promise.resolve();
  yield data.subarray(0, data.length >> 1);
  yield data.subarray(data.length >> 1);
}

/** How many of `life`'s groups are in what its successor found; -1 if that is no state which is possible after it. */
export function groupsKept(life: Life, found: Recovered): number {
  for (let end = life.acknowledged; end <= life.attempted; end++) {
    if (sameState(fold(life.groups, end, life.found ?? NOTHING), found)) return end;
  }
  return -1;
}
