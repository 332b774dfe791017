import { assert, assertEquals } from "@std/assert";
import { type AttemptRef, TABLE_DEFAULTS } from "../../../mapreduce/mod.ts";
import { TaskTable } from "../../../mapreduce/coordinator/task_table.ts";
import type { Care, Mark } from "../../../mapreduce/coordinator/types.ts";
import { stepsOf } from "../../../mapreduce/worker/care.ts";
import { isSkipped, markOfKey } from "../../../mapreduce/worker/care.ts";

const LINE = "0123456789abcde\n";
const LINES = 40_000;
const BYTES = new TextEncoder().encode(LINE.repeat(LINES));
const PIECE_BYTES = 64 << 10;

/** How an attempt ends: its process dies with what it had announced, or tells what was thrown. */
type Death = "kills" | "throws";

interface Attempt {
  /** The last mark announced. */
  readonly announced: Mark | null;
  /** Where the application failed, or null if it went through. */
  readonly failed: Mark | null;
  readonly mapped: number;
}

/** Goes through the input as a worker does; the line at `bad` is fatal. */
function goThrough(care: Care, bad: number): Attempt {
  let announced: Mark | null = null;
  let mapped = 0;
  for (let offset = 0; offset < BYTES.length; offset += PIECE_BYTES) {
    const bytes = BYTES.subarray(offset, offset + PIECE_BYTES);
    for (const step of stepsOf({ bytes, offset }, 0, { care, whole: false })) {
      if (step.announce) announced = step.mark;
      if (bad >= step.mark.from && bad < step.mark.to) return { announced, failed: step.mark, mapped };
      mapped += step.bytes.length;
    }
  }
  return { announced, failed: null, mapped };
}

function take(table: TaskTable, ask: number): { ref: AttemptRef; care: Care } {
  const answer = table.ask(0, `worker ${ask}`, ask);
  if (answer.kind !== "task") throw new Error(`told to ${answer.kind}`);
  return answer;
}

for (const [death, most] of [["kills", 14], ["throws", 8]] satisfies [Death, number][]) {
  Deno.test(`one line of ${LINES} that ${death} is found in at most ${most} attempts and left out alone`, () => {
    const bad = 16 * 23_456;
    const table = new TaskTable(1, 1, { ...TABLE_DEFAULTS, skipBad: true });
    table.begin();
    let attempts = 0;
    for (;; attempts++) {
      const { ref, care } = take(table, attempts);
      const { announced, failed, mapped } = goThrough(care, bad);
      if (failed === null) {
        assertEquals(mapped, BYTES.length - LINE.length);
        break;
      }
      if (death === "throws") table.report(0, "worker", ref, { kind: "failed", message: "no", mark: failed });
      else {
        if (announced !== null) table.renew(0, `worker ${attempts}`, ref, announced, 0);
        table.gone(`worker ${attempts}`, "killed");
      }
      assert(attempts < 20, "it goes on for ever");
    }
    assert(attempts <= most, `${attempts} attempts`);
    assertEquals(table.tasks[0].skips, [{ from: bad, to: bad + LINE.length }]);
    assertEquals(table.counts.skipped, 1);
  });
}

Deno.test("without leave to skip, the job is given up, and the place is named", () => {
  const table = new TaskTable(1, 1, TABLE_DEFAULTS);
  table.begin();
  for (let at = 0; table.failure === null; at++) {
    const { ref, care } = take(table, at);
    const { failed } = goThrough(care, 160);
    if (failed === null) throw new Error("it went through");
    table.report(0, "worker", ref, { kind: "failed", message: "no", mark: failed });
  }
  assertEquals(table.failure, { task: 0, range: { from: 160, to: 176 }, message: "no" });
});

Deno.test("a file that must stay whole is one step, announced if it is suspected, and left out whole", () => {
  const piece = { bytes: new TextEncoder().encode("one\ntwo\nthree\n"), offset: 0 };
  const whole = { from: 0, to: piece.bytes.length };
  const steps = (care: Care) =>
    [...stepsOf(piece, 0, { care, whole: true })].map(({ mark, announce }) => ({ ...mark, announce }));
  assertEquals(steps({ suspects: [], skips: [] }), [{ ...whole, exact: true, announce: false }]);
  assertEquals(steps({ suspects: [{ from: 4, to: 8 }], skips: [] }), [
    { ...whole, exact: true, announce: true },
  ]);
  assertEquals(steps({ suspects: [], skips: [whole] }), []);
});

Deno.test("a task that fails in ever different places is given up after 60 times, and not tried for ever", () => {
  const table = new TaskTable(1, 1, TABLE_DEFAULTS);
  table.begin();
  let attempts = 0;
  for (; table.failure === null && attempts < 200; attempts++) {
    const { ref } = take(table, attempts);
    const mark = { from: attempts * 10, to: attempts * 10 + 10, exact: true };
    table.report(0, "worker", ref, { kind: "failed", message: "no", mark });
  }
  assertEquals(attempts, 60);
});

Deno.test("deaths in many places are bad luck, not a bad record: nothing is left out", () => {
  const table = new TaskTable(1, 1, { ...TABLE_DEFAULTS, skipBad: true });
  table.begin();
  for (let at = 0; at < 12; at++) {
    const { care } = take(table, at);
    const { announced } = goThrough(care, 16 * (1 + (at * 7919) % 39_000));
    const answer = table.ask(0, `worker ${at}`, at);
    if (answer.kind === "task" && announced !== null) {
      table.renew(0, `worker ${at}`, answer.ref, announced, 0);
    }
    table.gone(`worker ${at}`, "killed");
  }
  assertEquals([table.tasks[0].skips, table.failure], [[], null]);
});

Deno.test("one key of 50,000 that kills its worker is found in at most 15 attempts and left out alone", () => {
  const bad = 31_234;
  const table = new TaskTable(1, 1, { ...TABLE_DEFAULTS, skipBad: true });
  table.begin();
  table.report(0, "mapper", take(table, 0).ref, { kind: "done", bytes: 1, pairs: 1 });
  table.committed(0);
  let attempts = 1;
  for (let through = false; !through; attempts++) {
    const { ref, care } = take(table, attempts);
    let announced: Mark | null = null;
    through = true;
    for (let place = 0; place < 50_000 && through; place++) {
      announced = markOfKey(place, care) ?? announced;
      through = place !== bad || isSkipped(place, care);
    }
    if (through) break;
    if (announced !== null) table.renew(0, `worker ${attempts}`, ref, announced, 0);
    table.gone(`worker ${attempts}`, "killed");
    assert(attempts < 20, "it goes on for ever");
  }
  assert(attempts <= 15, `${attempts} attempts`);
  assertEquals(table.tasks[1].skips, [{ from: bad, to: bad + 1 }]);
});
