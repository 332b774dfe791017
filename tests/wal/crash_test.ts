import { assert, assertEquals } from "@std/assert";
import { openWal, StorageError } from "../../raft/wal.ts";
import type { Persist, Recovered } from "../../raft/storage.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { World } from "../sim/mod.ts";
import { replay, seedsFrom } from "./seeds.ts";
import { type Moment, TrapDisk } from "./trap_disk.ts";
import { drawGroups, fold, sameState, type Sizes } from "./writes.ts";

const SMALL: Sizes = { maxCommandBytes: 1500, maxSnapshotBytes: 2500 };

/** Where one life of the process ends. */
interface Death {
  readonly operation: number;
  readonly moment: Moment;
}

/** How one life went. */
interface Life {
  /** What it found, unless it died before it knew. */
  readonly found: Recovered | null;
  readonly acknowledged: number;
  readonly attempted: number;
  readonly operations: readonly string[];
  readonly error: unknown;
}

/** A machine on which a log lives and dies. */
class Story {
  readonly #world: World;
  readonly #rewriteBytes: number;

  constructor(seed: number, rewriteBytes: number) {
    this.#world = new World({ seed });
    this.#rewriteBytes = rewriteBytes;
    this.#machine.boot(() => {});
  }

  get #machine() {
    return this.#world.machine("m");
  }

  /** Loads the log and writes `groups` until it is done or dies as `death` says. */
  live(groups: readonly (readonly Persist[])[], death: Death | null): Promise<Life> {
    return this.#world.play(async () => {
      const machine = this.#machine;
      if (!machine.running) machine.restart();
      const disk = new TrapDisk(machine.runtime.disk, (operation, moment) => {
        if (operation === death?.operation && moment === death.moment) machine.crash();
      });
      const { random } = machine.runtime;
      const options = {
        folder: "x/wal",
        member: "m",
        whenEmpty: "format",
        rewriteBytes: this.#rewriteBytes,
      } as const;
      const wal = openWal({ disk, random, ...options });
      const life = { found: null as Recovered | null, acknowledged: 0, attempted: 0, error: null as unknown };
      try {
        life.found = await wal.load();
        for (const group of groups) {
          life.attempted++;
          await wal.write(group);
          if (!machine.running) break;
          life.acknowledged++;
        }
        await wal.close();
      } catch (error) {
        life.error = error;
        if (!(error instanceof StorageError) || error.code !== "closed") throw error;
      }
      return { ...life, operations: disk.operations };
    });
  }

  end(): void {
    this.#world.end();
  }
}

/** What may have become of a disk that held `before` when `groups` were written to it. */
function possible(before: Recovered, groups: readonly (readonly Persist[])[], life: Life): Recovered[] {
  const states: Recovered[] = [];
  for (let end = life.acknowledged; end <= life.attempted; end++) states.push(fold(groups, end, before));
  return states;
}

for (const [rewriteBytes, groupCount] of [[65536, 8], [600, 8], [0, 4]]) {
  Deno.test(`a crash at every disk operation keeps what was acknowledged, whole groups and nothing else, rewriting from ${rewriteBytes} bytes on`, async () => {
    let crashes = 0;
    for (const seed of seedsFrom(Deno.args, 12)) {
      const groups = drawGroups(seededRandom(seed).split("groups"), groupCount, SMALL);
      const rehearsal = new Story(seed, rewriteBytes);
      const { operations } = await rehearsal.live(groups, null);
      rehearsal.end();
      for (let operation = 0; operation < operations.length; operation++) {
        for (const moment of ["during", "after"] as const) {
          const story = new Story(seed * 1000 + operation, rewriteBytes);
          const first = await story.live(groups, { operation, moment });
          const second = await story.live([], null);
          story.end();
          crashes++;
          const crash = `crash ${moment} operation ${operation} (${operations[operation]})`;
          const where = replay("crash_test.ts", seed, crash);
          assert(second.found !== null, where);
          const { found } = second;
          if (first.found !== null) assertEquals(found.incarnation, first.found.incarnation, where);
          const fits = possible(fold([]), groups, first).some((state) => sameState(state, found));
          assert(
            fits,
            `${where}: ${first.acknowledged} of ${first.attempted} groups acknowledged, another state found`,
          );
        }
      }
    }
    assert(crashes > 500, `${crashes} crashes`);
  });
}
