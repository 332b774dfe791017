import { WorkerPool } from "../../../porcupine/mod.ts";
import { type Bar, n } from "./bars.ts";
import { Others } from "./others.ts";
import { type Cell, parallelCells } from "./parallel_cells.ts";

const NOW = (): number => performance.now();

/**
 * Rounds that warm both threads up. In a round this thread judges the history two and a half times - alone, its share, beside the
 * twin -, the helper a half: after two rounds the helper has come through it once, and runs what is hardly compiled. (40 keys of texts:
 * after two rounds two threads are worth 1.36 to 1.53, after six 1.53 to 1.68, and twins more, too.)
 */
const WARM = 6;
/** Only of checks that one thread needs so long for is more asked than that two do no harm. */
const LONG_MS = 200;
/** Of what is shorter than this it does not matter what two threads could give. */
const TWINS_FROM_MS = 50;
/**
 * A round of a long cell during which other processes had more than this share of the machine is measured again, so many times as many
 * rounds at most: where somebody else is at work there are no two processors to measure. It says nothing of how long the round took;
 * on a machine that nobody else uses all rounds count.
 */
const OTHERS = { most: 0.04, rounds: 3 };
/** Run with priority, a process that never rests is held up by the system, for a twentieth of each second. */
const REST_MS = 30;

/**
 * Bar 9: threads. `only`: texts of which a name must have one; all if there are none.
 *
 * Each cell is measured in short rounds: in one thread, in two, and as twins - the whole check in each of two threads at the same
 * time, which have nothing to do with one another. Two twins are two checks: that is what the second processor gives at
 * that moment, and no sharing can do better than half of their time. Of the ratios the middle one counts. See `OTHERS`, too.
 */
export async function parallelBars(only: readonly string[] = []): Promise<Bar[]> {
  const bars: Bar[] = [];
  for (const cell of parallelCells()) {
    if (only.length > 0 && !only.some((text) => cell.name.includes(text))) continue;
    bars.push(barOf(cell, await measure(cell)));
  }
  return bars;
}

/** What a cell took in each round, in milliseconds. */
interface Times {
  readonly one: number[];
  readonly two: number[];
  /** Both twins, from the start of the first to the end of the last; empty for short cells. */
  readonly twins: number[];
  /** Rounds that do not count, since others were at work. */
  disturbed: number;
}

async function measure(cell: Cell): Promise<Times> {
  const pool = cell.isFresh ? undefined : new WorkerPool({ workers: 1 });
  const { alone, both } = await cell.load();
  const twin = await timed(alone) < TWINS_FROM_MS ? undefined : await Twin.of(cell.name);
  const times: Times = { one: [], two: [], twins: [], disturbed: 0 };
  const lists = [times.one, times.two, times.twins];
  const others = new Others();
  const mostDisturbed = twin === undefined ? 0 : (OTHERS.rounds - 1) * cell.rounds;
  for (let round = 0; times.one.length < cell.rounds || round < WARM; round++) {
    const tasks: (() => Promise<void>)[] = [
      async () => void times.one.push(await timed(alone)),
      async () => void times.two.push(await timed(() => both(pool))),
      async () => twin && void times.twins.push(await timed(() => twin.beside(alone))),
    ];
    // In turns, since whoever is second finds the history in the processor's caches.
    for (let i = 0; i < tasks.length; i++) {
      if (twin !== undefined) await new Promise((resolve) => setTimeout(resolve, REST_MS));
      await tasks[(i + round) % tasks.length]();
    }
    const isDisturbed = others.look() > OTHERS.most && times.disturbed < mostDisturbed;
    if (round >= WARM && !isDisturbed) continue;
    if (round >= WARM) times.disturbed++;
    for (const list of lists) list.pop();
  }
  twin?.end();
  pool?.end();
  return times;
}

function barOf({ name, rounds }: Cell, { one, two, twins, disturbed }: Times): Bar {
  const isLong = middle(one) >= LONG_MS;
  const ratios = one.map((ms, i) => ms / two[i]);
  const ratio = middle(ratios);
  const beside = twins.length === 0
    ? ""
    : `; twins gave ${n(middle(one.map((ms, i) => 2 * ms / twins[i])))}, ${
      n(middle(two.map((ms, i) => twins[i] / 2 / ms)))
    } of which was reached`;
  return {
    number: 9,
    asked: `two threads, ${name}: ${isLong ? "1.6 times as fast" : "at most 1.1 times as slow"}`,
    reached: `${n(middle(one))} ms alone, ${n(middle(two))} ms in two: ${n(ratio)} times (${
      n(quantile(ratios, 0.25))
    } to ${n(quantile(ratios, 0.75))} in the middle half of ${rounds} rounds${
      disturbed === 0 ? "" : `, ${disturbed} more being disturbed by others`
    }${beside})`,
    holds: ratio >= (isLong ? 1.6 : 1 / 1.1),
  };
}

/** A second thread that judges the same. */
class Twin {
  readonly #worker = new Worker(new URL("./twin_main.ts", import.meta.url), { type: "module" });

  static async of(name: string): Promise<Twin> {
    const twin = new Twin();
    await twin.#ask(name);
    return twin;
  }

  /** Judges here and there at the same time. */
  async beside(alone: () => unknown): Promise<void> {
    const done = this.#ask(null);
    alone();
    await done;
  }

  end(): void {
    this.#worker.terminate();
  }

  #ask(what: string | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = () => resolve();
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.postMessage(what);
    });
  }
}

async function timed(work: () => unknown): Promise<number> {
  const started = NOW();
  await work();
  return NOW() - started;
}

function middle(times: readonly number[]): number {
  return quantile(times, 0.5);
}

function quantile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(share * times.length)];
}
