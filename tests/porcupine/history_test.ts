import { assertEquals, assertThrows } from "@std/assert";
import { orderHistory } from "../../porcupine/history.ts";
import { type Operation, PorcupineError } from "../../porcupine/mod.ts";
import { Random } from "./fuzz/random.ts";

type History = Operation<null, null>[];

function operation(callAt: number, returnAt: number | undefined): Operation<null, null> {
  const outcome = returnAt === undefined
    ? { status: "unknown" } as const
    : { status: "ok", output: null, returnAt } as const;
  return { client: 0, input: null, callAt, outcome };
}

/** The same history on a clock that shows other numbers, in the same order. */
function retimed(history: History, clock: (time: number) => number): History {
  return history.map(({ callAt, outcome }) =>
    operation(clock(callAt), outcome.status === "ok" ? clock(outcome.returnAt) : undefined)
  );
}

/** Events at places of their own, with gaps between them; or some at the same time. */
function randomTimes(random: Random, tied: boolean): History {
  const count = random.below(30);
  const step = (): number => tied ? random.below(2) : 1 + random.below(3);
  const history: { callAt: number; returnAt: number | undefined }[] = [];
  for (let now = 0, open: number[] = []; history.length < count || open.length > 0; now += step()) {
    if (history.length < count && random.below(3) > 0) {
      open.push(history.push({ callAt: now, returnAt: undefined }) - 1);
      continue;
    }
    if (open.length === 0) continue;
    const k = open[random.below(open.length)];
    open = open.filter((other) => other !== k);
    if (random.below(5) > 0) history[k].returnAt = now;
  }
  return history.map(({ callAt, returnAt }) => operation(callAt, returnAt));
}

const CLOCKS: Readonly<Record<string, (time: number) => number>> = {
  "below zero": (time) => time - 50,
  "far from zero": (time) => time + 2 ** 45,
  "at halves": (time) => time + 0.5,
  "with fractions": (time) => time * 0.3,
  "far apart": (time) => time * 2 ** 26 - 2 ** 31,
};

for (const tied of [false, true]) {
  const title = `a history is in the same order whatever numbers the clock shows, ${
    tied ? "events at the same time included" : "every event at a time of its own"
  }, in 300 histories`;
  Deno.test(title, () => {
    for (let seed = 1; seed <= 300; seed++) {
      const history = randomTimes(new Random(seed), tied);
      // Milliseconds far apart cannot be taken for numbers of events: they are sorted.
      const sorted = orderHistory(retimed(history, (time) => time * 1e9 + 0.25));
      const clocks = { "as it is": (time: number): number => time, ...CLOCKS };
      for (const [name, clock] of Object.entries(clocks)) {
        const { events, call, ret } = orderHistory(retimed(history, clock));
        const told = `seed ${seed}, a clock ${name}`;
        assertEquals(events.join(), sorted.events.join(), told);
        assertEquals(call.join(), sorted.call.join(), told);
        assertEquals(ret.join(), sorted.ret.join(), told);
      }
    }
  });
}

Deno.test("a bad time is refused on every clock: a return before its call, a time that is not finite", () => {
  const cases = [[[2, 3], [5, 4]], [[2, 3], [5, NaN]], [[2, 3], [Infinity, 4]], [[NaN, 3]]];
  for (const times of cases) {
    for (const base of [0, -7, 0.5, 2 ** 45]) {
      const history = times.map(([callAt, returnAt]) => operation(callAt + base, returnAt + base));
      const error = assertThrows(() => orderHistory(history), PorcupineError);
      assertEquals(error.index, times.length - 1, `${times} on a clock that begins at ${base}`);
    }
  }
});
