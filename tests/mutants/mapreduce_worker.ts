/**
 * Planted bugs in a worker of MapReduce by itself: what it leaves behind when something fails beneath it, and whether it goes.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const REDUCE = "mapreduce/worker/reduce_task.ts";
const LEFT = "what a failed attempt leaves behind";
const DRAWN = "drawn by lot";

function worker(part: string): string {
  return `--filter=${part} tests/mapreduce/unit/worker_test.ts`;
}

/** These mutants. */
export const mapreduceWorkerMutants: readonly Mutant[] = [
  ...rows(REDUCE, worker("/room.ends/"), [[
    "MW-merged-left",
    "What an attempt has merged stays when the room ends: each further attempt finds less of it",
    LEFT,
    "    return await reduceAll(context, reduce, sources);\n  } finally {",
    "    const outcome = await reduceAll(context, reduce, sources);\n" +
    "    await removeFiles(context.disk, merged);\n    return outcome;\n  } finally {\n    merged.clear();",
  ]]),
  ...rows(REDUCE, worker("/its.end.came.out/"), [[
    "MW-damaged-open",
    "A file that has no end is left open",
    LEFT,
    "  try {\n    return readRuns(file, path);\n  } finally {\n    file.close();\n  }",
    "  const runs = readRuns(file, path);\n  file.close();\n  return runs;",
  ]]),
  ...rows(REDUCE, worker("/a.record.came.out/"), [[
    "MW-blamed-nobody",
    "Damage in a file that the attempt merged itself is laid at the door of map task -1, and nothing follows from it",
    DRAWN,
    "if (isLoss(error) && map >= 0) throw new LostInput([map], error);",
    "if (isLoss(error)) throw new LostInput([map], error);",
  ]]),
  ...rows(REDUCE, worker("/while.reduce.reads/"), [[
    "MW-reduce-blamed",
    "Damage that is met while reduce reads its values passes for a fault of the application",
    DRAWN,
    "if (isBeneath(error)) throw error;",
    "",
  ]]),
  ...rows("mapreduce/worker/guard.ts", worker("/while.combine.reads/"), [[
    "MW-combine-blamed",
    "Damage that is met while combine reads its values ends the whole job as a fault of the application",
    DRAWN,
    "if (isBeneath(error)) throw error;",
    "",
  ]]),
  ...rows("mapreduce/worker/lease.ts", worker("/treads.carefully/"), [[
    "MW-announced-forever",
    "A worker that announces a step to a coordinator that has gone for good does so for ever",
    "a worker that never goes",
    "await patiently(this.#options, () => this.#tell(mark));",
    "while (await this.#tell(mark).then(() => false, () => true)) await this.#options.clock.sleep(100);",
  ]]),
];
