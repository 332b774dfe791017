/**
 * Planted bugs in a worker of MapReduce by itself: what it leaves behind when something fails beneath it, and whether it goes.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const REDUCE = "mapreduce/worker/reduce_task.ts";
const LEFT = "what a failed attempt leaves behind";
const DRAWN = "drawn by lot";
const CHOSEN = "like those that were drawn, chosen by hand";

function worker(part: string): string {
  return `--filter=${part} tests/mapreduce/unit/worker_test.ts`;
}

function end(part: string): string {
  return `--filter=${part} tests/mapreduce/unit/worker_end_test.ts`;
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
  ...rows("mapreduce/worker/map_task.ts", worker("/an.input.that/"), [[
    "MW-unreadable-blamed",
    "An input that cannot be read at present counts as a bad record: three times, and the job is over",
    DRAWN,
    '!(error instanceof InputError) || error.code === "unreadable"',
    '!(error instanceof InputError) && error.code === "unreadable"',
  ], [
    "MW-map-files-open",
    "A map task leaves its files open",
    DRAWN,
    "    for (const file of files) await file.close();\n",
    "",
  ]]),
  ...rows("mapreduce/worker/worker.ts", worker("/renews.nothing/"), [[
    "MW-lease-kept",
    "A worker goes on renewing the leases of all the tasks that it has ever had",
    DRAWN,
    "    lease.stop();\n",
    "",
  ]]),
  ...rows("mapreduce/worker/lease.ts", "tests/mapreduce/unit/lease_test.ts", [[
    "MW-breathless",
    "Work that never waits never takes breath: its lease runs out under it",
    DRAWN,
    "    this.#breathedMs = options.clock.now();\n",
    "",
  ], [
    "MW-panting",
    "After the first 100 ms a worker takes breath after every record",
    DRAWN,
    "    this.#breathedMs = this.#options.clock.now();\n",
    "",
  ], [
    "MW-renewed-once",
    "A lease is renewed once and then runs out",
    DRAWN,
    "      this.#arm();\n",
    "",
  ]]),
  ...rows("mapreduce/worker/inputs.ts", "tests/mapreduce/unit/inputs_test.ts", [[
    "MW-packed-cut",
    "A packed input is read only as far as its packed size reaches",
    DRAWN,
    "gzip || whole ? Infinity",
    "gzip && whole ? Infinity",
  ]]),
  ...rows("mapreduce/worker/care.ts", "tests/mapreduce/unit/suspicion_test.ts", [[
    "MW-whole-in-steps",
    "An application that wants whole files gets a suspected one line by line",
    DRAWN,
    "if (!touched || whole) {",
    "if (!touched && whole) {",
  ]]),
  ...rows("mapreduce/worker/link.ts", "tests/mapreduce/unit/coordinator_test.ts", [[
    "MW-no-farewell",
    "A worker goes without a word, and the coordinator waits for it at the end of the job",
    DRAWN,
    'await peer.call(coordinator, "leave", { worker }, { timeoutMs: FAREWELL_MS, signal });',
    "",
  ]]),
  ...rows("mapreduce/worker/lease.ts", worker("/treads.carefully/"), [[
    "MW-announced-forever",
    "A worker that announces a step to a coordinator that has gone for good does so for ever",
    "a worker that never goes",
    "await patiently(this.#options, () => this.#tell(mark));",
    "while (await this.#tell(mark).then(() => false, () => true)) await this.#options.clock.sleep(100);",
  ]]),
  ...rows("mapreduce/worker/worker.ts", end("/takes.its.leave/"), [[
    "MW-line-kept",
    "A worker that goes keeps its line",
    CHOSEN,
    "    link.close();\n",
    "",
  ], [
    "MW-no-leave",
    "A worker that is told to go does not say that it does",
    CHOSEN,
    "        await link.leave(name).catch(ignoreSilence);\n",
    "",
  ]]),
  ...rows("mapreduce/worker/worker.ts", end("/cannot.load/"), [[
    "MW-unfit-unsaid",
    "Nobody hears that the application cannot be loaded: the coordinator waits for workers for ever",
    CHOSEN,
    "      await patiently(patienceOf(options), () => link.hello({ worker, app }));\n",
    "",
  ]]),
  ...rows("mapreduce/worker/worker.ts", end("/for.nobody/"), [[
    "MW-late-files-left",
    "Files whose report came too late stay",
    CHOSEN,
    'if (outcome?.kind !== "done" || !accepted) {',
    'if (outcome?.kind !== "done") {',
  ]]),
  ...rows("mapreduce/worker/patience.ts", end("/question.is.refused/"), [[
    "MW-refusal-ignored",
    "A worker of another job asks on for as long as its patience lasts",
    CHOSEN,
    'error.code === "refused" || ',
    "",
  ], [
    "MW-asks-in-circle",
    "A worker whose coordinator has gone calls it in a tight circle",
    "a retry without a pause",
    "      await clock.sleep(RETRY_MS, signal);\n",
    "",
  ]]),
  ...rows("mapreduce/worker/lease.ts", "tests/mapreduce/unit/lease_test.ts", [[
    "MW-other-job-ignored",
    "Work goes on for a coordinator that knows nothing of it",
    CHOSEN,
    'error.code === "refused" || ',
    "",
  ]]),
  ...rows(REDUCE, end("/as.it.goes,/"), [[
    "MW-output-in-memory",
    "The whole output of a reduce task is kept in memory",
    CHOSEN,
    "        if (output.full) await output.flush();\n",
    "",
  ], [
    "MW-merge-in-memory",
    "All that is merged is kept in memory",
    CHOSEN,
    "    if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();\n",
    "",
  ]]),
  ...rows("mapreduce/worker/map_task.ts", end("/task.of.pairs/"), [[
    "MW-pairs-in-memory",
    "All pairs of a map task are kept in memory",
    CHOSEN,
    "        if (buffer.full) await buffer.relieve(writers);\n",
    "",
  ]]),
  ...rows("mapreduce/worker/map_task.ts", end("/task.of.bytes/"), [[
    "MW-bytes-in-memory",
    "All that mapBytes gave is kept in memory",
    CHOSEN,
    "      if (table.full) await table.spill(writers, app);\n",
    "",
  ]]),
  ...rows("mapreduce/worker/inputs.ts", "--filter=/let.go.of/ tests/mapreduce/unit/inputs_test.ts", [[
    "MW-inputs-open",
    "An input that was read stays open",
    "a file handle not closed",
    "    await stream.close();\n",
    "",
  ]]),
  ...rows("mapreduce/cli/input_files.ts", "--filter=/such.as.a.pipe/ tests/mapreduce/unit/inputs_test.ts", [[
    "MW-pipe-left-open",
    "Each attempt at an input that is a pipe leaves it open",
    "a file handle not closed",
    "    } catch (error) {\n      file.close();\n",
    "    } catch (error) {\n",
  ]]),
];
