/**
 * Planted bugs for MapReduce: the lab's (M), those seen elsewhere (P), and one for each promise of its own.
 *
 * `MR-M8` has no lock to hold here; what it plants is its symptom, tasks one after the other.
 * @module
 */
import { dataMutants, killedBy } from "./mapreduce_data.ts";
import type { Mutant } from "./mutant.ts";

const LABS = "labs, 11.1";
const TABLE = "mapreduce/coordinator/task_table.ts";
const COORDINATOR = "mapreduce/coordinator/coordinator.ts";
const COMMIT = "mapreduce/coordinator/commit.ts";
const JOURNAL = "mapreduce/coordinator/journal.ts";
const REDUCE = "mapreduce/worker/reduce_task.ts";

/** Jobs in the simulated world, every fault at once. */
const SIM = "run -A --no-check tests/mapreduce/sim_main.ts 1 200";
const TABLE_TEST = "test -A --no-check tests/mapreduce/unit/table_test.ts";
const JOURNAL_TEST = "test -A --no-check tests/mapreduce/unit/journal_test.ts";

/** Jobs in chaos. */
const CHAOS = "run -A tests/chaos.ts --layer mapreduce --seed 1 --runs 60 --json";

/** Some tests of the simulated world. */
function sim(part: string): string {
  return `test -A --no-check --filter=${part} tests/mapreduce/sim_test.ts`;
}

/** One part of the lab, with real processes. */
function lab(part: string): string {
  return `test -A --no-check --filter=${part} tests/mapreduce/real/lab_test.ts`;
}

/** One test of real processes that are struck. */
function real(part: string): string {
  return `test -A --no-check --filter=${part} tests/mapreduce/real/robust_test.ts`;
}

/** MapReduce's mutants. */
export const mapreduceMutants: readonly Mutant[] = [
  ...killedBy(CHAOS, [
    {
      id: "MR-M1",
      title: "A reduce is given out when the last map is only given out",
      source: `${LABS} M1`,
      file: TABLE,
      anchor: "const phase = this.maps.every(({ committed }) => committed)",
      replacement: "const phase = this.maps.every(({ winner, live }) => winner !== null || live.length > 0)",
    },
    {
      id: "MR-M2",
      title: "The task of a worker that fell silent is never given to another",
      source: `${LABS} M2`,
      file: TABLE,
      anchor: "if (attempt.deadlineMs > nowMs) continue;",
      replacement: "if (attempt.deadlineMs > 0) continue;",
    },
    {
      id: "MR-M4",
      title: "Files are written in place, where a reader may see half of them",
      source: `${LABS} M4, P1`,
      file: "mapreduce/worker/context.ts",
      anchor: "inFolder(folder, attemptName(context.ref.attempt, name))",
      replacement: "inFolder(folder, name)",
    },
    {
      id: "MR-M5",
      title: "The late report of a worker whose task another has finished is told that it counts",
      source: `${LABS} M5, P2`,
      file: TABLE,
      anchor: "if (task.winner === ref.attempt) return { accepted: true",
      replacement: "if (task.winner !== null) return { accepted: true",
    },
    {
      id: "MR-M5-twice",
      title: "A finished task is given out and finished once more",
      source: `${LABS} M5`,
      file: "mapreduce/coordinator/task.ts",
      anchor: "return this.winner === null && this.live.length === 0;",
      replacement: "return this.live.length === 0;",
    },
    {
      id: "MR-M7-unnamed",
      title: "The job is done when the last output is reported, before it has its name",
      source: `${LABS} M7, P4`,
      file: TABLE,
      anchor: "return this.reduces.every(({ committed }) => committed);",
      replacement: "return this.reduces.every(({ winner }) => winner !== null);",
    },
    {
      id: "MR-M3",
      title: "A task is given to another at once instead of after its lease",
      source: `${LABS} M3`,
      file: TABLE,
      anchor: "const deadlineMs = nowMs + this.#options.leaseMs;",
      replacement: "const deadlineMs = nowMs;",
    },
  ]),
  ...killedBy("run -A tests/chaos.ts --layer mapreduce --nemesis loseMap --seed 1 --runs 20 --json", [
    {
      id: "MR-P5",
      title: "Finished maps whose files are lost are not done again",
      source: "MapReduce paper, 3.3; P5",
      file: TABLE,
      anchor: "if (lost === undefined || !lost.committed || ref.version < lost.reopenedAt) continue;",
      replacement: "if (lost !== undefined) continue;",
    },
  ]),
  ...killedBy(lab("/^map/"), [
    {
      id: "MR-M8",
      title: "Tasks run one after the other, however many workers there are",
      source: `${LABS} M8`,
      file: TABLE,
      anchor: "const idle = phase.find((task) => task.idle);",
      replacement:
        "const idle = phase.find((task) => task.idle && phase.every(({ live }) => live.length === 0));",
    },
  ]),
  ...killedBy(SIM, [
    {
      id: "MR-early-answer",
      title: "A win is answered, and its files are named, before it is safe in the journal",
      source: "an entry is durable before anybody hears of it",
      file: COORDINATOR,
      anchor: "await (entries.length === 0 ? this.#recorded : this.#record(job, entries));",
      // Whoever crashes meanwhile must not leave a promise that nobody looks after: that would be seen, but not by a law.
      replacement: "void this.#record(job, entries).catch(() => {});",
    },
    {
      id: "MR-unsynced-journal",
      title: "The journal is written but not synced",
      source: "power cuts",
      file: JOURNAL,
      anchor: "await this.note(entries);\n    await this.#sync();",
      replacement: "await this.note(entries);",
    },
    {
      id: "MR-unsynced-journal-name",
      title: "A new journal's name is not synced",
      source: "power cuts",
      file: JOURNAL,
      anchor: "await disk.rename(`${name}.new`, name);\n      await disk.syncDirectory(folder);",
      replacement: "await disk.rename(`${name}.new`, name);",
    },
    {
      id: "MR-unsynced-output",
      title: "An output is named before its content is synced",
      source: "power cuts",
      file: REDUCE,
      anchor: "await output.flush();\n    await file.sync();",
      replacement: "await output.flush();",
    },
    {
      id: "MR-unsynced-output-name",
      title: "An output's name is not synced before the task counts as done",
      source: "power cuts",
      file: COMMIT,
      anchor: "if (task >= plan.maps.length) await disk.syncDirectory(folder);",
      replacement: "",
    },
    {
      id: "MR-half-commit",
      title: "A restarted coordinator leaves wins without their names",
      source: "restart of the coordinator",
      file: COORDINATOR,
      anchor: "if (winner !== null && !committed) await this.#commit",
      replacement: "if (winner === -1) await this.#commit",
    },
    {
      id: "MR-unchecked-frames",
      title: "The checksums of intermediate files are not looked at",
      source: "labs, 12 no. 15: files may be damaged",
      file: "mapreduce/shuffle/run_reader.ts",
      anchor: " || crc32c(body) !== view.getUint32(4, true)) {",
      replacement: ") {",
    },
    {
      id: "MR-unchecked-end",
      title: "An intermediate file that was cut short is taken for whole",
      source: "a worker that dies while it writes",
      file: "mapreduce/worker/reduce_task.ts",
      anchor: "return error instanceof DamagedFileError || (error instanceof DiskError",
      replacement: "return (error instanceof DiskError",
    },
  ]),
  ...killedBy(sim("coordinator"), [
    {
      id: "MR-forgotten-workers",
      title: "A coordinator that comes back goes when those have left that it has heard itself",
      source:
        "seen here: a worker whose call died with the first coordinator found nobody when it called again",
      file: COORDINATOR,
      anchor: "for (const worker of found.workers) this.#attendance.expect(worker, clock.now());",
      replacement: "",
    },
    {
      id: "MR-unnamed-worker",
      title: "A worker that comes is not written down",
      source: "restart of the coordinator",
      file: JOURNAL,
      anchor: "await this.#write([{ joined: worker }]);",
      replacement: "",
    },
    {
      id: "MR-short-reunion",
      title:
        "Workers of the coordinator's former life are waited for a lease, even if that is shorter than a lost call takes",
      source: "restart of the coordinator",
      file: "mapreduce/coordinator/attendance.ts",
      anchor: "const REUNION_MS = 5000;",
      replacement: "const REUNION_MS = 0;",
    },
    {
      id: "MR-late-door",
      title: "The coordinator takes no calls before it has read its journal",
      source: "seen here: the calls that came meanwhile were lost",
      file: COORDINATOR,
      anchor: "    coordinator.#serve();\n    try {\n      await coordinator.#prepare();",
      replacement: "    try {\n      await coordinator.#prepare();\n      coordinator.#serve();",
    },
  ]),
  ...killedBy(TABLE_TEST, [
    {
      id: "MR-no-backup",
      title: "Stragglers are waited for until their lease ends",
      source: "MapReduce paper, 3.6",
      file: "mapreduce/coordinator/backup.ts",
      anchor: "if (finished.length * 2 < phase.length) return null;",
      replacement: "if (finished.length >= 0) return null;",
    },
    {
      id: "MR-M5-taken",
      title: "The late report of a worker whose task another has is taken for the other's",
      source: `${LABS} M5, P2`,
      file: TABLE,
      anchor:
        "if (!known || !task.idle || task.dead.has(ref.attempt) || ref.version < task.reopenedAt) return null;",
      replacement: "if (task.winner !== null) return null;",
    },
    {
      id: "MR-same-numbers",
      title: "A restarted coordinator gives attempts the numbers of its former life",
      source: "restart of the coordinator",
      file: TABLE,
      anchor: "const attempt = this.#epoch * EPOCH + this.#nextAttempt++;",
      replacement: "const attempt = EPOCH + this.#nextAttempt++;",
    },
    {
      id: "MR-stale-version",
      title: "What was made before its task was reopened is taken for the new files",
      source: "restart of the coordinator",
      file: TABLE,
      anchor: " || ref.version < task.reopenedAt) return null;",
      replacement: ") return null;",
    },
    {
      id: "MR-greedy-full-disk",
      title: "A worker without room is always there before one with room",
      source: "seen here: one full disk ended a job that another worker could have done",
      file: "mapreduce/coordinator/seat.ts",
      anchor: "return nowMs < this.#restUntilMs;",
      replacement: "return false;",
    },
  ]),
  ...killedBy(lab("nobody"), [
    {
      id: "MR-M6",
      title: "A worker leaves when there is nothing to do at the moment",
      source: `${LABS} M6`,
      file: "mapreduce/worker/worker.ts",
      anchor: 'if (answer.kind === "exit") {',
      replacement: 'if (answer.kind !== "task") {',
    },
    {
      id: "MR-M7",
      title: "The job is done when the last tasks are given out",
      source: `${LABS} M7, P4`,
      file: TABLE,
      anchor: "return this.reduces.every(({ committed }) => committed);",
      replacement: "return this.reduces.every(({ committed, live }) => committed || live.length > 0);",
    },
  ]),
  ...killedBy(lab("figures"), [
    {
      id: "MR-M9-unstable",
      title: "The bucket of a key depends on the process that asks",
      source: `${LABS} M9`,
      file: "mapreduce/partition.ts",
      anchor: "return (hash & 0x7fffffff) % reduces;",
      replacement: "return ((hash ^ Deno.pid) & 0x7fffffff) % reduces;",
    },
  ]),
  ...killedBy(JOURNAL_TEST, [
    {
      id: "MR-journal-hole",
      title:
        "A line of the journal is written while the one before is still on its way: a sync keeps it behind a hole",
      source: "found by a chaos run (seed 1607): a win was forgotten after a power cut",
      file: JOURNAL,
      anchor: "this.#written = this.#written.then(() => this.#file.write(offset, bytes));",
      replacement: "this.#written = this.#file.write(offset, bytes);",
    },
    {
      id: "MR-unforgotten-worker",
      title: "A worker that has left is waited for after a restart",
      source: "restart of the coordinator",
      file: JOURNAL,
      anchor: "if (this.#workers.delete(worker)) await this.#write([{ left: worker }]);",
      replacement: "",
    },
    {
      id: "MR-unchecked-journal",
      title: "A journal's checksums are not looked at",
      source: "D2: a damaged entry is read as if it were whole",
      file: JOURNAL,
      anchor: "|| crc32c(bytes, at + HEAD_BYTES, end) !== view.getUint32(at + 4, true)) break;",
      replacement: ") break;",
    },
  ]),
  ...killedBy(real("straggler"), [
    {
      id: "MR-rude-coordinator",
      title: "The coordinator leaves while workers still wait for its word",
      source: "labs, 4.1: nobody may exit earlier",
      file: "mapreduce/cli/coordinator_command.ts",
      anchor: 'if (end.kind === "done" || end.kind === "failed") await coordinator.dismissed();',
      replacement: "",
    },
  ]),
  ...killedBy(real("killed,"), [
    {
      id: "MR-left-behind",
      title: "Workers outlive the coordinator that started them",
      source: "no process may be left behind",
      file: "mapreduce/cli/worker_command.ts",
      anchor: "  Deno.exit(ORPHANED);",
      replacement: "",
    },
  ]),
  ...dataMutants(),
];
