/** A search of a register that is joined to one from the middle finds what it would have found alone, to the last decision. */
import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { Cells } from "../../porcupine/parallel/cells.ts";
import { searchPiece } from "../../porcupine/parallel/later.ts";
import { Relay } from "../../porcupine/parallel/relay.ts";
import type { ValueContest, ValueFinding } from "../../porcupine/search/values/decide.ts";
import { Assistance } from "../../porcupine/search/values/assistance.ts";
import { ASSISTED, Marks, planOf } from "../../porcupine/search/values/marks.ts";
import { type Later, searchLater } from "../../porcupine/search/values/relay.ts";
import { ValueSearch } from "../../porcupine/search/values/search.ts";
import { Widening } from "../../porcupine/search/values/widening.ts";
import { Helper } from "../../porcupine/workers.ts";
import type { Operation, RegisterInput, RegisterOutput } from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { contestOf } from "./fuzz/contests.ts";
import { Random } from "./fuzz/random.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = Operation<RegisterInput, RegisterOutput>[];

/** Crowds on few values; some answers are lost, one may be wrong. */
function crowd(seed: number): History {
  const random = new Random(seed);
  const spec = specOf({
    clients: random.pick([5, 12, 24]),
    ops: 250,
    values: random.pick([2, 5]),
    reads: 0.35,
    cas: random.pick([0, 0.35]),
    crashed: random.pick([0, 0, 3]),
    seed,
  });
  const { ok, bad } = simulate(spec);
  return (seed % 3 === 0 ? bad ?? ok : ok).map(registerOperation);
}

interface Outcome {
  readonly found: ValueFinding | undefined;
  readonly work: number;
}

function alone(history: History): Outcome {
  const { contest, budget } = contestOf(history);
  const found = contest.run(budget);
  if (found === "met") throw new TypeError("there is nobody to meet");
  return { found, work: budget.work };
}

/** As if the first search had come to each mark before it was void. */
class SeenMarks extends Marks {
  override cancel(): void {}
}

/** Marks of a later search, and what it has found from each of these levels on. */
function searched(
  contest: ValueContest,
  begins: readonly number[],
  Seen = Marks,
): { marks: Marks; laters: Later[] } {
  const plan = planOf(contest.operations, begins[0]);
  const marks = new Seen(plan, new Int32Array(Marks.room(plan)));
  return { marks, laters: pieces(contest, marks, begins) };
}

function pieces(contest: ValueContest, marks: Marks, begins: readonly number[]): Later[] {
  const found: Later[] = [];
  for (const begin of begins) {
    const own = new Budget({});
    const widening = new Widening(new ValueSearch(contest.operations, own), own);
    found.push(
      searchLater(widening, {
        marks,
        number: found.length,
        begin,
        found: (piece) => found[piece],
      }, () => own.work),
    );
  }
  return found;
}

/** The same with a search that begins at these levels, and has been made before; answers which pieces were met, and how many marks were void. */
function together(
  history: History,
  begins: readonly number[],
  Seen = Marks,
): Outcome & { readonly meetings: number[]; readonly voided: number } {
  const { contest, budget } = contestOf(history);
  const { marks, laters } = searched(contest, begins, Seen);
  contest.follow(marks);
  const meetings: number[] = [];
  let found = contest.run(budget);
  while (found === "met") {
    const piece = contest.met?.piece ?? -1;
    meetings.push(piece);
    found = contest.join(laters[piece], budget);
  }
  const voided = laters.flatMap(({ legs }) => legs).filter((leg) => leg === undefined).length;
  return { found, work: budget.work, meetings, voided };
}

const title = "joined to a search from the middle, a search finds the same order at the same cost as alone";
Deno.test(title, () => {
  const met = new Set<number>();
  forSeeds(title, 30, (seed) => {
    const history = crowd(seed);
    const one = alone(history);
    for (const begins of [[20], [80], [140], [140, 80, 20], [150, 120, 100, 40, 10]]) {
      const { meetings, voided: _voided, ...two } = together(history, begins);
      assertEquals(two, one, `seed ${seed}, from ${begins} on`);
      for (const piece of meetings) met.add(piece);
    }
    return undefined;
  });
  assert(met.has(0) && met.has(2), "no two searches have ever met: nothing was tried");
});

const widening = "two searches that go back now and then, and keep more, find together what one finds alone";
Deno.test(widening, () => {
  const met = new Set<number>();
  let cancelled = 0;
  forSeeds(widening, 8, (seed) => {
    const clients = [24, 40][seed % 2];
    const { ok } = simulate(specOf({ clients, ops: 1500, values: 3, reads: 1 / 3, cas: 0.6, seed }));
    const history = ok.map(registerOperation);
    const one = alone(history);
    for (const begins of [[100], [600], [1000, 500, 100], [1100, 900, 700, 400, 50]]) {
      const { meetings, voided, ...two } = together(history, begins);
      assertEquals(two, one, `seed ${seed}, from ${begins} on`);
      for (const piece of meetings) met.add(piece);
      cancelled += voided;
      const { found, work } = together(history, begins, SeenMarks);
      assertEquals({ found, work }, one, `seed ${seed}, from ${begins} on, met before it was void`);
    }
    return undefined;
  });
  assert(met.has(0) && met.has(2), "no two searches have ever met: nothing was tried");
  assert(cancelled > 0, "none has gone back to before what it had shown: nothing was tried");
});

Deno.test("a search that is broken off again and again finds the same order at the same cost as one that is not", () => {
  let breaks = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const history = crowd(seed);
    const { contest, budget } = contestOf(history);
    let found = contest.runFor(budget, 100);
    for (; found === "met" && breaks < 1000; breaks++) found = contest.runFor(budget, 100);
    assertEquals({ found, work: budget.work }, alone(history), `seed ${seed}`);
  }
  assert(breaks > 0, "no search took so long");
});

/** As if it had just failed, all the way. */
class Restless extends Widening {
  override get isCalm(): boolean {
    return false;
  }
}

Deno.test("a search that keeps more for a while shows nothing, and meets nobody", () => {
  const { contest } = contestOf(crowd(2));
  const { marks, laters } = searched(contest, [20]);
  assert(laters[0].legs.some((leg) => leg !== undefined), "one that is calm shows itself");
  const budget = new Budget({});
  const restless = new Restless(new ValueSearch(contest.operations, budget), budget);
  const { legs, progress } = searchLater(
    restless,
    { marks, number: 1, begin: 20, found: (piece) => laters[piece] },
    () => budget.work,
  );
  assertEquals([new Set(legs), progress], [new Set([undefined]), "ok"]);
  const calm = new Widening(new ValueSearch(contest.operations, budget), budget);
  const other = { marks, number: 2, begin: 20, found: (piece: number) => laters[piece] };
  assert(searchLater(calm, other, () => budget.work).legs.length < legs.length, "one that is calm meets it");
});

Deno.test("a search that begins again in between is joined to itself, and need not go to the end", () => {
  let joined = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { contest } = contestOf(crowd(seed));
    const { laters } = searched(contest, [120, 20]);
    const [last, first] = laters;
    const isSame = last.legs.some((leg) =>
      leg !== undefined && leg.from < last.path.length && endsWith(first.path, last.path.subarray(leg.from))
    );
    if (isSame && first.reached === last.reached) joined++;
  }
  assert(joined > 0, "no piece was ever joined to the one before it");
});

function endsWith(path: Int32Array, tail: Int32Array): boolean {
  const from = path.length - tail.length;
  return from >= 0 && tail.every((one, i) => one === path[from + i]);
}

/** A relay whose helper has begun, and where that leaves its marks. */
function begunRelay(
  contest: ValueContest,
): { readonly relay: Relay; readonly marks: Marks; readonly assistance: Assistance } {
  const relay = new Relay(7, contest);
  const helper = new Helper();
  helper.end();
  const given: { marks: Marks; assistance: Assistance }[] = [];
  relay.begin({
    idle: { helper, number: 0, given: 0, parcel: 1 },
    cells: Cells.ofTasks(1),
    dispatch: {
      later: (_seat, _task, { plan, marks, assistance }) =>
        given.push({ marks: new Marks(plan, marks), assistance: new Assistance(assistance) }) > 0,
    },
  });
  assertEquals(given.length, 1, "a helper was asked");
  return { relay, ...given[0] };
}

Deno.test("a relay is joined to the piece that it has met, of however many that were found", async () => {
  for (const seed of [2, 3, 4]) {
    const history = simulate(specOf({ clients: 12, ops: 2500, values: 5, reads: 0.35, cas: 0.35, seed })).ok
      .map(registerOperation);
    const { contest, budget } = contestOf(history);
    const { relay, marks } = begunRelay(contest);
    const { begin } = marks.plan;
    for (const later of pieces(contest, marks, [begin, begin >>> 1])) {
      relay.hear({ kind: "relayed", check: 1, task: 7, later });
    }
    const found = await relay.run(budget, () => Promise.resolve(false));
    assertEquals({ found, work: budget.work }, alone(history), `seed ${seed}`);
  }
});

const assisting =
  "whoever comes to a piece that the other one is still at searches a part of it, and finds the same at the same cost";
Deno.test(assisting, async () => {
  const seen = { joined: 0, ok: 0, illegal: 0 };
  const seeds: number[] = [];
  forSeeds(assisting, 8, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  for (const seed of seeds) {
    const spec = specOf({ clients: [12, 30][seed % 2], ops: 6000, values: 3, reads: 1 / 3, cas: 0.6, seed });
    const { ok, bad } = simulate(spec);
    const history = (seed % 4 === 0 ? bad ?? ok : ok).map(registerOperation);
    const { contest, budget } = contestOf(history);
    const { relay, marks, assistance } = begunRelay(contest);
    const { begin, end } = marks.plan;
    /** The helper's piece; `isLate`: when this thread may have searched its own part. */
    const piece = (isLate: boolean) => {
      const own = new Budget({});
      const found = (piece: number) => isLate ? assistance.wait(piece, () => true) : undefined;
      return searchPiece(contest.operations, { marks, number: 0, begin, found }, own);
    };
    // Its marks are there when this thread comes to it; then it is a little behind its beginning.
    const untouched = piece(false);
    marks.later = { piece: 0, level: begin + 200 };
    let waits = 0;
    const found = await relay.run(budget, () => {
      if (++waits === 1) return Promise.resolve(true);
      const later = piece(true);
      assertEquals(marks.beginOf(ASSISTED), (begin + 200 + end) >>> 1, "the middle of what was left");
      if (marks.later.level < end - 40) seen.joined++;
      // It has shown itself up to where it was joined.
      const legs = untouched.legs.slice(0, later.legs.length);
      assert(
        JSON.stringify({ ...untouched, legs }) === JSON.stringify(later),
        `seed ${seed}: with and without help`,
      );
      relay.hear({ kind: "relayed", check: 1, task: 7, later });
      return Promise.resolve(true);
    });
    assertEquals({ found, work: budget.work }, alone(history), `seed ${seed}`);
    if (found?.verdict === "ok") seen.ok++;
    if (found?.verdict === "illegal") seen.illegal++;
  }
  assert(seen.joined > 4 && seen.ok > 0 && seen.illegal > 0, `too little was tried: ${JSON.stringify(seen)}`);
});

Deno.test("what is found of a piece is there for the other thread as it was found, or not at all", () => {
  const later: Later = {
    piece: ASSISTED,
    progress: "illegal",
    reached: 70,
    path: Int32Array.of(3, 1, 5, 2),
    legs: [{ row: 2, from: 2, work: 3 * 2 ** 31 + 5 }, undefined, { row: 0, from: 4, work: 0 }],
  };
  const shared = () => new Assistance(new Int32Array(new SharedArrayBuffer(4 * Assistance.room(2, 3))));
  const never = () => {
    throw new TypeError("it need not wait");
  };
  const one = shared();
  assertEquals(one.wait(ASSISTED, never), undefined, "nobody has begun");
  one.begin();
  assertEquals(one.wait(ASSISTED, () => false), undefined, "it is not needed any more");
  one.end(later);
  one.giveUp();
  assertEquals(one.wait(ASSISTED, never), later);
  const stopped = shared();
  stopped.begin();
  stopped.end({ ...later, progress: "stopped" });
  assertEquals(stopped.wait(ASSISTED, never), undefined, "a limit has struck");
  const failed = shared();
  failed.begin();
  failed.giveUp();
  assertEquals(failed.wait(ASSISTED, never), undefined, "it was given up");
});

Deno.test("that a helper declines a task which was taken back from it is not the end of a relay about that task", async () => {
  const history = simulate(specOf({ clients: 12, ops: 1500, values: 5, reads: 0.35, cas: 0.35, seed: 2 })).ok
    .map(registerOperation);
  const { found } = alone(history);
  const { contest, budget } = contestOf(history);
  const { relay } = begunRelay(contest);
  relay.hear({ kind: "declined", check: 1, task: 7 });
  relay.hear({ kind: "relayOver", check: 1, task: 8 });
  assert(!relay.isOver, "it may still find something");
  relay.hear({ kind: "relayOver", check: 1, task: 7 });
  assert(relay.isOver);
  assertEquals(await relay.run(budget, () => Promise.resolve(true)), found);
});

Deno.test("a search that has met another one which is gone goes on by itself, and finds the same", () => {
  let meetings = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const history = crowd(seed);
    const { contest, budget } = contestOf(history);
    contest.follow(searched(contest, [40]).marks);
    let found = contest.run(budget);
    for (; found === "met"; meetings++) found = contest.run(budget);
    assertEquals({ found, work: budget.work }, alone(history), `seed ${seed}`);
  }
  assert(meetings > 0, "no two searches have ever met: nothing was tried");
});
