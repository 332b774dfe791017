import { assertEquals } from "@std/assert";
import type { Link } from "../../../mapreduce/mod.ts";
import { JobLaws } from "../sim/laws.ts";
import { TableHistory } from "../sim/recorder.ts";

type Outcome = Parameters<Link["report"]>[3];

const DONE: Outcome = { kind: "done", bytes: 9, pairs: 1 };

/** A coordinator whose answers to reports come when the test says so. */
function silentCoordinator(): { readonly link: Link; answer(): void } {
  const waiting: (() => void)[] = [];
  const link = {
    report: () => new Promise<boolean>((resolve) => waiting.push(() => resolve(true))),
  } as Partial<Link> as Link; // Nothing else is asked for here.
  return { link, answer: () => waiting.shift()?.() };
}

Deno.test("a reopening is recorded as having been no earlier than its cause: the task was done, its loss was reported, the last one was told", async () => {
  let nowMs = 0;
  const clock = { now: () => nowMs, setTimer: () => ({ cancel: () => {} }), sleep: () => Promise.resolve() };
  const history = new TableHistory(clock, new JobLaws([], 1, 2));
  const { link, answer } = silentCoordinator();
  const watched = history.watch(link, "ann");
  const report = (atMs: number, task: number, outcome: Outcome): Promise<boolean> => {
    nowMs = atMs;
    return watched.report("job", "ann", { task, attempt: atMs, version: 0 }, outcome);
  };
  const reopened = (atMs: number, bornMs: number): void => {
    nowMs = atMs;
    history.reopened(0, bornMs);
  };
  const done = report(10, 0, DONE);
  answer();
  await done;
  const inVain = report(15, 2, { kind: "lost", maps: [0] });
  answer();
  await inVain;
  reopened(20, 0);
  reopened(30, 0);
  const other = report(40, 2, { kind: "lost", maps: [1] });
  const lost = report(50, 2, { kind: "lost", maps: [0, 1] });
  reopened(60, 0);
  answer();
  answer();
  await Promise.all([other, lost]);
  reopened(70, 0);
  reopened(90, 80);
  const spans = history.operations.flatMap(({ input, callAt, outcome }) =>
    input.op === "reopen" && outcome.status === "ok" ? [[callAt, outcome.returnAt]] : []
  );
  assertEquals(spans, [[10, 20], [20, 30], [50, 60], [60, 70], [80, 90]]);
});
