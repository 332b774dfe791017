/**
 * Planted bugs of chaos on real processes, and of the pages and the list of its runs: a harness that breaks less than it says, or
 * shows less than there is, is worse than none.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const PLANS = "tests/real/chaos/plans_test.ts";
const SHIMS = "tests/real/chaos/shims_test.ts";
const LINES = "tests/real/lines_test.ts";
const ISSUE = "issue 8, item 5";

function killer(file: string, filter: string): string {
  return `test -A --no-check --filter=${filter} ${file}`;
}

/** What no fault of the network or of a process is missing from. */
const NEMESIS: readonly Mutant[] = [
  {
    id: "RC-few-faults",
    title: "A run in which hardly any fault took hold passes",
    source: ISSUE,
    file: "tests/real/chaos/judge.ts",
    anchor: "if (struck >= least) return",
    replacement: "if (struck >= 0) return",
    killedBy: killer(PLANS, "fewer"),
  },
  {
    id: "RC-sparse",
    title: "Faults come every second and a half",
    source: ISSUE,
    file: "tests/real/chaos/real_plan.ts",
    anchor: "const GAP_MS = { least: 250, most: 650 }",
    replacement: "const GAP_MS = { least: 1200, most: 1800 }",
    killedBy: killer(PLANS, "minute"),
  },
  {
    id: "RC-other-plan-again",
    title: "The command that runs a plan again draws one of another length, or goes on to the next seed",
    source: "a run of ten seconds named a command that ran another plan for thirty",
    file: "tests/real/chaos/command.ts",
    anchor: "--seed ${seed} --runs 1",
    replacement: "--seed ${seed}",
    killedBy: killer(PLANS, "again"),
  },
  {
    id: "RC-silent-skip",
    title: "What real machines cannot suffer is left out without a word",
    source: ISSUE,
    file: "tests/real/chaos/real_plan.ts",
    anchor:
      "    changes.push(`fault ${number} (${fault.kind}) is not possible on real machines: skipped`);\n",
    replacement: "",
    killedBy: killer(PLANS, "suffer"),
  },
  {
    id: "RC-every-kind",
    title: "A fault that strikes one kind of message strikes all",
    source: "issue 8, item 2: per message kind",
    file: "tests/real/link_weather.ts",
    anchor: "only === null || only === piece.kind",
    replacement: "only === null || piece.message",
    killedBy: killer(LINES, "weather"),
  },
  {
    id: "RC-word-lost",
    title: "What a connection says of itself may be lost like a message",
    source: "runtime/deno/frames.ts: names come before they are used",
    file: "tests/real/frame_slicer.ts",
    anchor: "return { bytes, message: false, kind: word.kind",
    replacement: "return { bytes, message: true, kind: word.kind",
    killedBy: killer(LINES, "whole"),
  },
  {
    id: "RC-clock-timers",
    title: "A clock that leaps or stands still leaves its timers as they were",
    source: "anchors chaos: clock faults",
    file: "tests/real/chaos/faulty_clock.ts",
    anchor: "    for (const timer of this.#pending) this.#arm(timer);\n",
    replacement: "",
    killedBy: killer(SHIMS, "leaps"),
  },
  {
    id: "RC-power-kept",
    title: "A loss of power loses nothing",
    source: "etcd LazyFS runs",
    file: "tests/real/chaos/held_back_disk.ts",
    anchor: '    case "lost":\n      return [];',
    replacement: '    case "lost":\n      return pending;',
    killedBy: killer(SHIMS, "power"),
  },
  {
    id: "RC-not-dead",
    title: "Who is to die when the medium has it hears of it all the same",
    source: "labs P1: acknowledged is durable, durable need not be acknowledged",
    file: "tests/real/chaos/faulty_disk.ts",
    anchor: '    await this.before("synced");\n',
    replacement: "",
    killedBy: killer(SHIMS, "synced"),
  },
];

/** Whoever watches real processes must see what is wrong with them. */
const WATCH: readonly Mutant[] = [
  {
    id: "RC-two-leaders",
    title: "Two processes may lead one term",
    source: "Raft, figure 3: election safety",
    file: "tests/real/chaos/told_laws.ts",
    anchor: "if (other !== undefined && other !== node) {",
    replacement: "if (other !== undefined && other === node && term < 0) {",
    killedBy: killer(PLANS, "lead"),
  },
  {
    id: "RC-death-excused",
    title: "A process that dies of a bug is started again as if its disk had failed",
    source: "machine-failed",
    file: "tests/real/chaos/proc.ts",
    anchor: 'code === EXIT.disk && troubled ? "disk"',
    replacement: 'troubled ? "disk"',
    killedBy: killer(PLANS, "died"),
  },
  {
    id: "RC-late-lease",
    title: "A lease counts from its answer, so that a machine that hears late blames the store",
    source: "labs: a lease is counted from before the question",
    file: "tests/workloads/lock.ts",
    anchor: "    this.sureUntilMs = askedMs + ttlMs;",
    replacement: "    this.sureUntilMs = this.#world.nowMs + ttlMs + 0 * askedMs;",
    killedBy: "test -A --no-check tests/workloads/lock_test.ts",
  },
  {
    id: "RC-heard-by-all",
    title: "Ctrl-C ends the nodes, too, and their end is taken for a bug of theirs",
    source: "seen here: an interrupt at a terminal reaches the whole group of processes",
    file: "tests/real/cluster.ts",
    anchor: "      detached: true,\n",
    replacement: "",
    killedBy: killer("tests/real/chaos/chaos_test.ts", "interrupted"),
  },
  {
    id: "RC-used-only",
    title: "Damage at rest strikes what no file uses",
    source: "issue 8, item 2: bit flips at rest",
    file: "tests/real/chaos/at_rest.ts",
    anchor: "return content.findLastIndex((byte) => byte !== 0) + 1;",
    replacement: "return content.length;",
    killedBy: killer(PLANS, "strays"),
  },
];

const JOB = "tests/real/chaos/job/job_test.ts";
/** Whoever dies before anything is finished has nothing to forget: deaths enough that some come later, however slow the machine. */
const JOB_DEATHS =
  "run -A --no-check tests/chaos.ts --real --layer mapreduce --nemesis crash --seed 1 --length 12 --runs 1";
const JOB_PARTS = "tests/real/chaos/job/job_parts_test.ts";

/** Real jobs: bugs of MapReduce that real processes show, and of whoever watches them. */
const JOBS: readonly Mutant[] = [
  {
    id: "RJ-forgets-journal",
    title: "A coordinator that is started again forgets that it had a job",
    source: "MapReduce, section 3.3: master failure",
    file: "mapreduce/cli/job.ts",
    anchor: 'const resumed = id.split(".")[0] === spec.id && !args.fresh;',
    replacement: 'const resumed = id.split(".")[0] === spec.id && args.fresh;',
    killedBy: killer(JOB, "words"),
  },
  {
    id: "RJ-unsynced-journal",
    title: "The journal is not synced: whoever dies with its power forgets what was finished",
    source: "unsynced-write loss through the file shim",
    file: "mapreduce/coordinator/journal.ts",
    anchor: "    await this.note(entries);\n    await this.#sync();",
    replacement: "    await this.note(entries);",
    killedBy: JOB_DEATHS,
  },
  {
    id: "RJ-in-place",
    title: "A worker writes under the final name, where everybody sees half a file",
    source: "anchors P1; labs M4",
    file: "mapreduce/names.ts",
    anchor: "return `tmp-${attempt}-${name}`;",
    replacement: "return attempt < 0 ? `tmp-${attempt}-${name}` : name;",
    killedBy: killer(JOB, "words"),
  },
  {
    id: "RJ-child-left",
    title: "A run leaves its processes behind",
    source: "issue 8, item 5: every child is gone afterwards",
    file: "tests/real/chaos/job/job_processes.ts",
    anchor:
      '    for (const life of this.#alive) send(life, "SIGKILL");\n    await Promise.all(this.#ends);\n',
    replacement: "",
    killedBy: killer(JOB, "gone"),
  },
  {
    id: "RJ-held-for-ever",
    title: "A loss of power within another one lets nobody come back who was held down by the first",
    source: "seen here: a minute in which one job was done",
    file: "tests/real/chaos/job/job_processes.ts",
    anchor: "if (taken.length > 0) this.#powerless.push(taken);",
    replacement: "this.#powerless.splice(0, Infinity, taken);",
    killedBy: killer(JOB, "gone"),
  },
  {
    id: "RJ-half-file",
    title: "Nobody looks whether an output is whole when it has its name",
    source: "anchors P1",
    file: "tests/real/chaos/job/job_folder.ts",
    anchor: 'return found === expected ? null : difference(name, found, expected ?? "");',
    replacement: 'return found !== null ? null : difference(name, found, expected ?? "");',
    killedBy: killer(JOB_PARTS, "half"),
  },
  {
    id: "RJ-right-once",
    title: "An output of the size that it should have is not read",
    source:
      "seen here: an output written over within one tick of the file system's clock was taken for the one before",
    file: "tests/real/chaos/job/job_folder.ts",
    anchor: "const found = Deno.readTextFileSync(`${this.path}/${name}`);",
    replacement:
      "const { size } = Deno.statSync(`${this.path}/${name}`);\n      const found = size === expected?.length ? expected : Deno.readTextFileSync(`${this.path}/${name}`);",
    killedBy: killer(JOB_PARTS, "half"),
  },
  {
    id: "RJ-forgiven",
    title: "A coordinator may come back with less than everybody sees is finished",
    source: "issue 8, item 5",
    file: "tests/real/chaos/job/journal_law.ts",
    anchor: "if (mapsDamaged || Number(known[1]) >= maps) return null;",
    replacement: "if (mapsDamaged || Number(known[1]) >= 0) return null;",
    killedBy: killer(JOB_PARTS, "know"),
  },
  {
    id: "RJ-excused",
    title: "A job that fails is begun again as if its coordinator had been told to die",
    source: "issue 8, item 5",
    file: "tests/real/chaos/job/job_program.ts",
    anchor: '(code === 1 && role === "worker")',
    replacement: "code === 1",
    killedBy: killer(JOB_PARTS, "through"),
  },
];

/** Pages and the list of runs. */
const PAGES: readonly Mutant[] = [
  {
    id: "RV-outside",
    title: "The list of runs serves any file that a path names",
    source: "issue 8, item 4: chaos view",
    file: "tests/chaos/cli/view_command.ts",
    anchor: '  if (!known) return new Response("There is no such run or file"',
    replacement: '  if (!known && !file) return new Response("There is no such run or file"',
    killedBy: killer("tests/report/view_test.ts", "loopback"),
  },
  {
    id: "RV-everywhere",
    title: "The list of runs is served to other machines",
    source: ISSUE,
    file: "tests/chaos/cli/view_command.ts",
    anchor: '      hostname: "127.0.0.1",',
    replacement: '      hostname: "0.0.0.0",',
    killedBy: killer("tests/report/view_test.ts", "loopback"),
  },
  {
    id: "RV-all-states",
    title: "Every commit of every node is drawn, however many there are",
    source: "issue 8, item 4: 100,000 operations open in under a second",
    file: "tests/report/report.ts",
    anchor: "    if (!tells) continue;\n",
    replacement: "",
    killedBy: killer("tests/report/report_test.ts", "commits"),
  },
  {
    id: "RV-role-left-out",
    title: "A change of role that is too short to be seen is left out",
    source: "issue 8, item 4: role, term, commit",
    file: "tests/report/report.ts",
    anchor: "last?.gist !== gist ||",
    replacement: "last === undefined ||",
    killedBy: killer("tests/report/report_test.ts", "commits"),
  },
  {
    id: "RV-never-heals",
    title: "A fault that ends because everything is healed is drawn to the end of the run",
    source: "issue 8, item 4: faults as bands",
    file: "tests/report/chronicle.ts",
    anchor: "this.#endFaults(() => true);",
    replacement: "this.#endFaults(() => false);",
    killedBy: killer("tests/report/chronicle_test.ts", "healed"),
  },
  {
    id: "RV-no-tasks",
    title: "Nobody sees at which task a worker works",
    source: "issue 8, item 4: timeline per node",
    file: "tests/chaos/job_run.ts",
    anchor: "    this.#told?.tellTasks();\n",
    replacement: "",
    killedBy: killer("tests/report/report_test.ts", "job"),
  },
];

/** All of them. */
export const realChaosMutants: readonly Mutant[] = [...NEMESIS, ...WATCH, ...JOBS, ...PAGES];
