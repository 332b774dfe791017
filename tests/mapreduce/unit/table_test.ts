import { assert, assertEquals } from "@std/assert";
import { type AttemptRef, type Entry, TABLE_DEFAULTS, type TableOptions } from "../../../mapreduce/mod.ts";
import { chooseStraggler } from "../../../mapreduce/coordinator/backup.ts";
import { Task } from "../../../mapreduce/coordinator/task.ts";
import { TaskTable } from "../../../mapreduce/coordinator/task_table.ts";

const DONE = { kind: "done", bytes: 1, pairs: 1 } as const;
const LEASE_MS = TABLE_DEFAULTS.leaseMs;

/** A table, its journal, and workers that ask with ever higher numbers. */
class Bench {
  table: TaskTable;
  readonly journal: Entry[] = [];
  nowMs = 0;
  readonly #shape: readonly [maps: number, reduces: number];
  readonly #options: TableOptions;
  #asks = 0;

  constructor(maps: number, reduces: number, options: Partial<TableOptions> = {}) {
    this.#shape = [maps, reduces];
    this.#options = { ...TABLE_DEFAULTS, ...options };
    this.table = this.#begin();
  }

  /** The coordinator dies and another reads its journal. */
  restart(): void {
    this.table = this.#begin();
  }

  #begin(): TaskTable {
    const table = new TaskTable(...this.#shape, this.#options);
    for (const entry of this.journal) table.replay(entry);
    this.journal.push(table.begin());
    return table;
  }

  /** What a worker is told: a task's attempt, or a word. */
  ask(worker: string): AttemptRef | "wait" | "exit" {
    const answer = this.table.ask(this.nowMs, worker, this.#asks++);
    return answer.kind === "task" ? answer.ref : answer.kind;
  }

  /** A task's attempt, for sure. */
  take(worker: string): AttemptRef {
    const answer = this.ask(worker);
    if (typeof answer === "string") throw new Error(`${worker} was told to ${answer}`);
    return answer;
  }

  done(worker: string, ref: AttemptRef): boolean {
    const { accepted, entries, commit } = this.table.report(this.nowMs, worker, ref, DONE);
    this.journal.push(...entries);
    if (commit !== null) this.journal.push(this.table.committed(ref.task));
    return accepted;
  }

  expire(): string[] {
    const { entries, workers } = this.table.expire(this.nowMs);
    this.journal.push(...entries);
    return workers;
  }
}

Deno.test("no reduce is given out before the last map is committed, not merely given out or reported", () => {
  const bench = new Bench(2, 1);
  const [a, b] = [bench.take("ann"), bench.take("bob")];
  assertEquals([a.task, b.task], [0, 1]);
  assertEquals(bench.ask("eve"), "wait");
  assert(bench.done("ann", a));
  assertEquals(bench.ask("ann"), "wait");
  // Bob's report has won, but its files have no names yet.
  assert(bench.table.report(0, "bob", b, DONE).commit !== null);
  assertEquals(bench.ask("ann"), "wait");
  bench.table.committed(b.task);
  assertEquals(bench.take("ann").task, 2);
});

Deno.test("nobody is told to go while the last reduce is only given out, and everybody is once it is committed", () => {
  const bench = new Bench(1, 1);
  bench.done("ann", bench.take("ann"));
  const last = bench.take("ann");
  assertEquals(bench.ask("bob"), "wait");
  assert(bench.table.report(0, "ann", last, DONE).commit !== null);
  assertEquals([bench.ask("bob"), bench.table.done], ["wait", false]);
  bench.table.committed(last.task);
  assertEquals([bench.ask("bob"), bench.ask("ann"), bench.table.done], ["exit", "exit", true]);
});

Deno.test(`a task is given to another worker after ${LEASE_MS} ms without a word, and not a moment earlier`, () => {
  const bench = new Bench(1, 1, { backups: false });
  bench.take("ann");
  bench.nowMs = LEASE_MS - 1;
  assertEquals([bench.expire(), bench.ask("bob")], [[], "wait"]);
  bench.nowMs = LEASE_MS;
  assertEquals(bench.expire(), ["ann"]);
  assertEquals(bench.take("bob").task, 0);
});

Deno.test("a worker that renews its lease keeps its task for as long as it likes", () => {
  const bench = new Bench(1, 1, { backups: false });
  const ref = bench.take("ann");
  for (; bench.nowMs < 10 * LEASE_MS; bench.nowMs += LEASE_MS / 4) {
    assert(bench.table.renew(bench.nowMs, "ann", ref, null, 0).accepted);
    assertEquals([bench.expire(), bench.ask("bob")], [[], "wait"]);
  }
});

Deno.test("the late report of a worker whose task somebody else has loses; the other's wins, once", () => {
  const bench = new Bench(1, 1);
  const late = bench.take("ann");
  bench.nowMs = LEASE_MS;
  bench.expire();
  const ref = bench.take("bob");
  assertEquals(bench.done("ann", late), false);
  assertEquals(bench.done("bob", ref), true);
  assertEquals(bench.done("ann", late), false);
  assertEquals(bench.table.tasks[0].winner, ref.attempt);
  assertEquals(bench.table.counts.late, 2);
  // The same report again, because its answer was lost, is the same win.
  assertEquals(bench.done("bob", ref), true);
  assertEquals(bench.journal.filter(({ kind }) => kind === "won").length, 1);
});

Deno.test("a report that comes late to a task that nobody else has yet still counts", () => {
  const bench = new Bench(1, 1);
  const late = bench.take("ann");
  bench.nowMs = LEASE_MS;
  bench.expire();
  assertEquals(bench.done("ann", late), true);
  assertEquals(bench.take("bob").task, 1);
});

Deno.test("a late report of a map in the reduce phase changes nothing there", () => {
  const bench = new Bench(1, 2);
  const late = bench.take("ann");
  bench.nowMs = LEASE_MS;
  bench.expire();
  bench.done("bob", bench.take("bob"));
  const reduce = bench.take("bob");
  assertEquals(bench.done("ann", late), false);
  assertEquals([bench.table.done, bench.table.reduces.map(({ winner }) => winner)], [false, [null, null]]);
  assert(bench.done("bob", reduce));
});

Deno.test("a question asked again, because its answer was lost, gets the same task and not another one", () => {
  const bench = new Bench(2, 1);
  const first = bench.table.ask(0, "ann", 0);
  assertEquals(bench.table.ask(5, "ann", 0), first);
  const second = bench.table.ask(6, "ann", 1);
  assertEquals(second.kind === "task" && second.ref.task, 0, "what she held is free again");
  // A question that was overtaken by a later one gets nothing.
  assertEquals(bench.table.ask(7, "ann", 0), { kind: "wait" });
});

Deno.test("the end of one worker's process takes its own task from it, and nobody else's", () => {
  const bench = new Bench(3, 1);
  const [anna, bert] = [bench.take("anna"), bench.take("bert")];
  bench.journal.push(...bench.table.gone("anna", "killed"));
  assert(bench.done("bert", bert));
  assert(!bench.done("anna", anna));
  assertEquals(bench.table.counts.retries, 1);
});

Deno.test("lost intermediate files reopen their maps, once, however many reduces complain of the same loss", () => {
  const bench = new Bench(2, 2);
  for (const worker of ["ann", "bob"]) bench.done(worker, bench.take(worker));
  const [a, b] = [bench.take("ann"), bench.take("bob")];
  const lost = { kind: "lost", maps: [1] } as const;
  assertEquals(bench.table.report(0, "ann", a, lost).entries.map(({ kind }) => kind), ["reopened"]);
  assertEquals(bench.table.report(0, "bob", b, lost).entries, []);
  const again = bench.take("ann");
  assertEquals([again.task, bench.ask("bob")], [1, "wait"]);
  assert(bench.done("ann", again));
  assertEquals([bench.take("ann").task, bench.take("bob").task], [2, 3]);
});

Deno.test("a restarted coordinator keeps what was finished, gives out the rest, and never repeats an attempt's number", () => {
  const bench = new Bench(3, 1);
  const before = [bench.take("ann"), bench.take("bob")];
  bench.done("ann", before[0]);
  bench.restart();
  const after = [bench.take("ann"), bench.take("eve")];
  assertEquals(after.map(({ task }) => task), [1, 2]);
  const numbers = [...before, ...after].map(({ attempt }) => attempt);
  assertEquals(new Set(numbers).size, 4, `${numbers}`);
});

Deno.test("work begun under a coordinator that died counts with its successor, unless somebody else has the task", () => {
  const bench = new Bench(2, 1);
  const [a, b] = [bench.take("ann"), bench.take("bob")];
  bench.restart();
  assertEquals(bench.take("eve").task, 0);
  assertEquals([bench.done("ann", a), bench.done("bob", b)], [false, true]);
});

Deno.test("a win that was recorded before the crash stays a win, and its report is told so", () => {
  const bench = new Bench(1, 1);
  const ref = bench.take("ann");
  bench.journal.push(...bench.table.report(0, "ann", ref, DONE).entries);
  bench.restart();
  assertEquals(bench.table.tasks[0].winner, ref.attempt);
  assertEquals(bench.done("ann", ref), true);
});

Deno.test("what an attempt made before its map was lost and reopened is not taken for the new files", () => {
  const bench = new Bench(1, 1);
  const old = bench.take("ann");
  bench.done("ann", old);
  bench.journal.push(...bench.table.reopen(0, "lost"));
  assertEquals(bench.done("ann", old), false);
  assertEquals(bench.take("bob").task, 0);
});

Deno.test("nor is it by a restarted coordinator, to which a copy of the old report comes late", () => {
  const bench = new Bench(1, 1);
  const old = bench.take("ann");
  bench.done("ann", old);
  bench.journal.push(...bench.table.reopen(0, "lost"));
  bench.restart();
  assertEquals(bench.done("ann", old), false);
  assertEquals(bench.take("bob").task, 0);
});

Deno.test("a straggler gets one second attempt at the end of its phase, by somebody else, and the first to report wins", () => {
  const bench = new Bench(3, 1, { leaseMs: 100_000 });
  const slow = bench.take("ann");
  for (let at = 0; at < 2; at++) {
    const ref = bench.take("bob");
    bench.nowMs += 1000;
    bench.done("bob", ref);
  }
  assertEquals(bench.ask("bob"), "wait");
  bench.nowMs = 3000;
  const backup = bench.take("bob");
  assertEquals([backup.task, backup.attempt === slow.attempt, bench.ask("eve")], [0, false, "wait"]);
  assertEquals([bench.done("bob", backup), bench.done("ann", slow)], [true, false]);
  assertEquals(bench.table.counts.backups, 1);
});

Deno.test("the usual time is that of the middle one, in whatever order they have finished", () => {
  const phase = [10, 1000, 20, 0].map((durationMs, number) => {
    const task = new Task(number);
    if (durationMs === 0) {
      task.live.push({ id: 9, worker: "anna", startedMs: 0, deadlineMs: 10_000, mark: null, bytes: 0 });
    } else Object.assign(task, { durationMs, winner: number });
    return task;
  });
  const after = (nowMs: number) => chooseStraggler(phase, "bert", { nowMs, afterMs: 0 })?.number;
  assertEquals([after(59), after(60)], [undefined, 3]);
});

Deno.test("without backups a straggler is waited for", () => {
  const bench = new Bench(2, 1, { backups: false, leaseMs: 100_000 });
  bench.take("ann");
  bench.done("bob", bench.take("bob"));
  bench.nowMs = 90_000;
  assertEquals(bench.ask("bob"), "wait");
});

const FULL = { kind: "storage", message: "Cannot write: no space left" } as const;

Deno.test("a task whose machine has no room is tried again after 1, 2, 4, 5, 5 ... s, and given up after 11 times", () => {
  const bench = new Bench(1, 1);
  for (let at = 0; at < 11; at++) {
    assertEquals(bench.table.failure, null);
    const ref = bench.take("ann");
    bench.journal.push(...bench.table.report(bench.nowMs, "ann", ref, FULL).entries);
    const restMs = Math.min(5000, 1000 * 2 ** at);
    bench.nowMs += restMs - 1;
    if (at < 10) assertEquals(bench.ask("ann"), "wait");
    bench.nowMs += 1;
  }
  assertEquals(bench.table.failure?.message, "Cannot write: no space left");
  assertEquals(bench.ask("ann"), "exit");
  // Somebody made room and starts it again.
  bench.restart();
  assertEquals([bench.table.failure, bench.take("ann").task], [null, 0]);
});

Deno.test("what was refused before a task was done does not count when its files are lost and it has to be done again", () => {
  const bench = new Bench(1, 1);
  const refuse = () => {
    for (let at = 0; at < 10; at++) {
      const ref = bench.take("ann");
      bench.journal.push(...bench.table.report(bench.nowMs, "ann", ref, FULL).entries);
      bench.nowMs += 5000;
    }
  };
  refuse();
  assertEquals(bench.done("ann", bench.take("ann")), true);
  const reduce = bench.take("ann");
  bench.table.report(bench.nowMs, "ann", reduce, { kind: "lost", maps: [0] });
  assertEquals(bench.table.maps[0].committed, false);
  refuse();
  assertEquals([bench.table.failure, bench.done("ann", bench.take("ann"))], [null, true]);
});

Deno.test("a worker without room stands back for one with room, and fifty at once do not use up the job's patience", () => {
  const bench = new Bench(50, 1);
  const full = Array.from({ length: 50 }, (_, at) => [`full ${at}`, bench.take(`full ${at}`)] as const);
  for (const [worker, ref] of full) bench.table.report(0, worker, ref, FULL);
  assertEquals(bench.table.failure, null);
  for (const [worker] of full) assertEquals(bench.ask(worker), "wait");
  assertEquals(bench.take("ann").task, 0);
});
