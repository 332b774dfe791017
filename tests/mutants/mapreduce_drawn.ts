/**
 * Planted bugs of MapReduce that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";
const CHOSEN = "like those that were drawn, chosen by hand";

/** These mutants. */
export const mapreduceDrawnMutants: readonly Mutant[] = [
  ...rows("mapreduce/shuffle/run_writer.ts", "--filter=/every.byte/ tests/mapreduce/unit/shuffle_test.ts", [[
    "MW-short-room",
    "Less room is made for a record than it takes: what does not fit is lost in silence",
    DRAWN,
    "this.#reserve(length + value.length * 3 + 24);",
    "this.#reserve(length - value.length * 3 + 24);",
  ]]),
  ...rows("mapreduce/plan.ts", "--filter=/called.by/ tests/mapreduce/unit/inputs_test.ts", [[
    "MW-first-reduce-unnamed",
    "The coordinator falls over where it wants to say what became of the first reduce task",
    DRAWN,
    "if (task >= plan.maps.length) return",
    "if (task > plan.maps.length) return",
  ]]),
  ...rows("mapreduce/coordinator/task.ts", "tests/mapreduce/unit/table_test.ts", [[
    "MW-old-refusals-count",
    "A task that was refused before it was done is given up the sooner when it has to be done again",
    DRAWN,
    "    this.#refusals = 0;\n    for",
    "    for",
  ]]),
  ...rows("mapreduce/coordinator/task_table.ts", "tests/mapreduce/unit/table_test.ts", [[
    "MW-all-gone",
    "The end of one worker's process takes their tasks from all of them",
    DRAWN,
    "        if (attempt.worker !== worker) continue;\n",
    "",
  ]]),
  ...rows("mapreduce/coordinator/task_table.ts", "tests/mapreduce/unit/suspicion_test.ts", [[
    "MW-tried-for-ever",
    "A task that fails in ever different places is tried for ever",
    DRAWN,
    "    task.failures++;\n",
    "",
  ]]),
  ...rows("mapreduce/coordinator/coordinator.ts", "tests/mapreduce/unit/coordinator_test.ts", [[
    "MW-missing-output",
    "Output that was removed since it was finished stays missing, and the job is done all the same",
    DRAWN,
    '      await journal.append(table.reopen(number, "the output was removed"));\n',
    "",
  ], [
    "MW-waits-for-the-unfit",
    "A worker that could not load the application is waited for at the end of the job",
    DRAWN,
    'if (app.kind === "unfit") this.#attendance.left(worker);\n    else',
    'if (app.kind !== "unfit")',
  ], [
    "MW-closed-goes-on",
    "A coordinator that was closed goes on to take workers for silent, and has them killed",
    "what a closed coordinator leaves behind",
    "await clock.sleep(stepMs, either);",
    "await clock.sleep(stepMs, signal);",
  ], [
    "MW-start-left-open",
    "A coordinator that cannot begin leaves its journal open",
    "what a closed coordinator leaves behind",
    "      await coordinator[Symbol.asyncDispose]();\n",
    "      coordinator.#peer?.close();\n",
  ]]),
  ...rows("mapreduce/coordinator/progress.ts", "tests/mapreduce/unit/coordinator_test.ts", [[
    "MW-counted-twice",
    "Tasks that somebody has are counted among those that wait",
    DRAWN,
    "tasks.length - running - done",
    "tasks.length + running - done",
  ]]),
  ...rows("mapreduce/coordinator/journal.ts", "tests/mapreduce/unit/journal_test.ts", [[
    "MW-journal-left-open",
    "A journal that cannot be made leaves its file open",
    "what a failed start leaves behind",
    "    } catch (error) {\n      await file.close();\n",
    "    } catch (error) {\n",
  ]]),
  ...rows("mapreduce/shuffle/key_table.ts", "--filter=/10,000/ tests/mapreduce/unit/shuffle_test.ts", [[
    "MW-growth-forgets",
    "A table of keys that grows forgets what belongs to them",
    "drawn by lot, and made to end",
    "for (let field = 0; field < STRIDE; field++)",
    "for (let field = 0; field < CONTENT; field++)",
  ]]),
  ...rows("mapreduce/shuffle/byte_table.ts", "tests/mapreduce/unit/shuffle_test.ts", [[
    "MW-values-weightless",
    "Values make room in a table instead of taking it: memory ends before it is full",
    DRAWN,
    "this.#keys.sizeBytes + this.#valueBytes",
    "this.#keys.sizeBytes - this.#valueBytes",
  ], [
    "MW-last-value-kept",
    "After a spill the last value is taken for one that the table still has",
    DRAWN,
    '    this.#lastValue = "";\n    this.#lastValueId = -1;\n',
    "",
  ]]),
  ...rows(
    "mapreduce/shuffle/pair_buffer.ts",
    "--filter=/table.is.full/ tests/mapreduce/unit/shuffle_test.ts",
    [[
      "MW-never-empty",
      "What was written goes on taking up room: after the first spill every pair is spilled by itself",
      DRAWN,
      "    this.#valueBytes = 0;\n",
      "",
    ]],
  ),
  ...rows("mapreduce/coordinator/coordinator.ts", "tests/mapreduce/unit/coordinator_test.ts", [[
    "MW-answers-without-journal",
    "A coordinator that cannot write its journal goes on to answer",
    CHOSEN,
    "      this.#peer?.close();\n      throw error;",
    "      throw error;",
  ], [
    "MW-dead-awaited",
    "A worker whose process has ended is waited for at the end of the job",
    CHOSEN,
    "    this.#attendance.left(worker);\n    const job",
    "    const job",
  ], [
    "MW-death-unwritten",
    "Where a worker's process ended is not written down: each life of the coordinator begins the search anew",
    CHOSEN,
    "await this.#guard(this.#record(job, job.table.gone(worker, why))).catch(() => {});",
    "job.table.gone(worker, why);",
  ], [
    "MW-silence-untold",
    "Nobody hears of a worker that hangs, and it is never killed",
    CHOSEN,
    "        for (const worker of workers) this.#options.onSilent(worker);\n",
    "",
  ], [
    "MW-refusal-untold",
    "Nobody hears that a machine has no room",
    CHOSEN,
    "      this.#options.onRefusal(ref.task, outcome.message, job.plan);\n",
    "",
  ]]),
  ...rows(
    "mapreduce/coordinator/coordinator.ts",
    "--filter=/yet.forget/ tests/mapreduce/unit/coordinator_test.ts",
    [[
      "MW-hasty-refusal",
      "A winner is told that it lost before the journal says that its files are gone: after a crash it is the winner again",
      "found by a chaos run (seed 2829442845)",
      "entries.length === 0 ? this.#recorded : ",
      "",
    ], [
      "MW-hasty-stop",
      "A winner is told to stop before the journal says that its files are gone",
      "found beside MW-hasty-refusal",
      "        if (!accepted) await this.#recorded;\n",
      "",
    ]],
  ),
  ...rows(
    "mapreduce/coordinator/commit.ts",
    "--filter=/folder.that.refuses/ tests/mapreduce/unit/coordinator_test.ts",
    [[
      "MW-refusal-taken-for-loss",
      "Work whose files a folder refuses to rename is done again and again",
      DRAWN,
      'if (error instanceof DiskError && error.code === "missing") return false;',
      "if (error instanceof DiskError) return false;",
    ]],
  ),
  ...rows(
    "mapreduce/coordinator/coordinator.ts",
    "--filter=/former.life/ tests/mapreduce/unit/coordinator_test.ts",
    [[
      "MW-served-too-soon",
      "Workers are served while what a former life had won is on its way to its place",
      DRAWN,
      "if (winner !== null && !committed) await this.#commit(",
      "if (winner !== null && !committed) void this.#commit(",
    ]],
  ),
  ...rows("mapreduce/coordinator/backup.ts", "tests/mapreduce/unit/table_test.ts", [[
    "MW-usual-by-chance",
    "The usual time of a phase is that of whichever task stands in the middle",
    DRAWN,
    "  finished.sort((left, right) => left - right);\n",
    "",
  ]]),
];
