/**
 * One run against a foreign store: clients that ask, a nemesis that breaks, the checker that judges.
 * @module
 */

import {
  checkOperations,
  kvCodec,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  renderHtml,
  type Verdict,
  writeLinhist,
} from "../../../porcupine/mod.ts";
import { type Random, seededRandom } from "../../../runtime/mod.ts";
import type { Answer, Connection, Running, System } from "./adapter.ts";

/** What a run is told. */
export interface ForeignRunOptions {
  readonly system: System;
  /** Draws what is asked and what is broken; when things happen is the machine's. */
  readonly seed: number;
  readonly lengthMs: number;
  /** Ends the run early; what was seen is judged all the same. */
  readonly signal: AbortSignal;
  /** Hears of everything that was broken, when it is whole again. */
  readonly report: (deed: Deed) => void;
}

/** What was done to the store, and when it was whole again. */
export interface Deed {
  readonly what: string;
  readonly atMs: number;
  readonly mendedAtMs: number;
}

/** What came of a run. */
export interface ForeignRunResult {
  readonly verdict: "pass" | "violation" | "undecided" | "vacuous";
  /** Why, in one sentence. */
  readonly sentence: string;
  readonly counts: { readonly ok: number; readonly unknown: number; readonly refused: number };
  readonly deeds: readonly Deed[];
  /** The history, as `deno task check` reads it. */
  readonly history: string;
  /** The history and the verdict as a page. */
  readonly page: string;
  /** What the store's processes said last. */
  readonly said: string;
}

const CLIENTS = 6;
const KEYS = 4;
const PAUSE_MS = 8;
const ERROR_PAUSE_MS = 30;
const TIMEOUT_MS = 4000;
const BREAK_EVERY_MS = 500;
const JUDGE_MS = 60_000;

/** Starts the store in a folder of its own, runs, mends, reads everything once more, judges. Nothing is left behind. */
export async function runForeign(options: ForeignRunOptions): Promise<ForeignRunResult> {
  const folder = await Deno.makeTempDir({ prefix: "flotilla-foreign-" });
  try {
    await using running = await options.system.start(folder);
    return await new ForeignRun(options, running).carryOut();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

class ForeignRun {
  readonly #options: ForeignRunOptions;
  readonly #running: Running;
  readonly #random: Random;
  readonly #originMs = performance.now();
  readonly #operations: Operation<KvInput, KvOutput>[] = [];
  readonly #counts = { ok: 0, unknown: 0, refused: 0 };
  readonly #deeds: Deed[] = [];

  constructor(options: ForeignRunOptions, running: Running) {
    this.#options = options;
    this.#running = running;
    this.#random = seededRandom(options.seed).split("foreign");
  }

  async carryOut(): Promise<ForeignRunResult> {
    const over = new AbortController();
    const clients = Array.from({ length: CLIENTS }, (_, client) => this.#client(client, over.signal));
    try {
      await this.#nemesis();
    } finally {
      over.abort();
      await Promise.all(clients);
    }
    await this.#readBack();
    return this.#judge();
  }

  #now(): number {
    return performance.now() - this.#originMs;
  }

  async #client(client: number, over: AbortSignal): Promise<void> {
    const random = this.#random.split(`client ${client}`);
    let connection: Connection | null = null;
    for (let number = 1; !over.aborted; number++) {
      connection ??= await this.#running.connect(client).catch(() => null);
      if (connection === null) {
        await pause(ERROR_PAUSE_MS, over);
        continue;
      }
      if (await this.#operate(connection, client, number, this.#draw(random, `${client}.${number};`))) {
        await pause(random.below(PAUSE_MS * 2), over);
        continue;
      }
      // What was asked may still be under way there: its answer must not be taken for another's.
      connection.close();
      connection = null;
      await pause(ERROR_PAUSE_MS, over);
    }
    connection?.close();
  }

  #draw(random: Random, value: string): KvInput {
    const { functions } = this.#options.system;
    const key = `key ${random.below(KEYS)}`;
    const f = functions[random.below(functions.length)];
    return f === "get" ? { f, key } : { f, key, value };
  }

  /** One operation; false if the connection is of no more use. */
  async #operate(connection: Connection, client: number, number: number, input: KvInput): Promise<boolean> {
    const callAt = this.#now();
    const answer = await within(connection.invoke(input));
    const returnAt = this.#now();
    this.#counts[answer.kind]++;
    if (answer.kind === "ok") {
      const outcome = { status: "ok", returnAt, output: answer.output } as const;
      this.#operations.push({ client, callAt, input, outcome });
    } else if (answer.kind === "unknown" && input.f !== "get") {
      // Under a name of its own: this client goes on, and the operation may be executed at any later time.
      this.#operations.push({ client: `${client}.${number}`, callAt, input, outcome: { status: "unknown" } });
    }
    return answer.kind === "ok";
  }

  /** Breaks one thing after the other; all is whole when it resolves. */
  async #nemesis(): Promise<void> {
    const { lengthMs, signal, report } = this.#options;
    const { breaks } = this.#running;
    const random = this.#random.split("nemesis");
    const untilMs = this.#now() + lengthMs;
    while (this.#now() < untilMs && !signal.aborted) {
      await pause(Math.min(BREAK_EVERY_MS, untilMs - this.#now()), signal);
      if (breaks.length === 0 || this.#now() >= untilMs || signal.aborted) continue;
      const { name, begin, mend } = breaks[random.below(breaks.length)];
      const atMs = this.#now();
      await begin();
      await pause(random.between(100, 900), signal);
      await mend();
      const deed = { what: name, atMs, mendedAtMs: this.#now() };
      this.#deeds.push(deed);
      report(deed);
    }
  }

  /** Everything is whole: each key is read once more. */
  async #readBack(): Promise<void> {
    const connection = await this.#running.connect(0);
    try {
      for (let key = 0; key < KEYS; key++) {
        await this.#operate(connection, CLIENTS, key, { f: "get", key: `key ${key}` });
      }
    } finally {
      connection.close();
    }
  }

  #judge(): ForeignRunResult {
    const { seed, system } = this.#options;
    const operations = this.#operations.toSorted((left, right) => left.callAt - right.callAt);
    const verdict = checkOperations(kvModel(), operations, { timeLimitMs: JUDGE_MS });
    const { verdict: word, sentence } = this.#inWords(verdict);
    return {
      verdict: word,
      sentence,
      counts: this.#counts,
      deeds: this.#deeds,
      history: writeLinhist(kvCodec, operations, { seed }),
      page: renderHtml({ model: kvModel(), operations }, verdict, {
        title: `${system.name}, seed ${seed}: ${word}`,
        annotations: this.#deeds.map(({ what, atMs, mendedAtMs }) => ({
          lane: "faults",
          at: atMs,
          until: mendedAtMs,
          text: what,
        })),
      }),
      said: this.#running.said(),
    };
  }

  #inWords(verdict: Verdict): Pick<ForeignRunResult, "verdict" | "sentence"> {
    if (this.#counts.ok === 0) return { verdict: "vacuous", sentence: "No operation was ever answered." };
    switch (verdict.kind) {
      case "ok":
        return { verdict: "pass", sentence: "The history is linearizable." };
      case "illegal":
        return {
          verdict: "violation",
          sentence: `The history of "${verdict.partition}" is not linearizable: ${verdict.sentence}`,
        };
      case "unknown":
        return { verdict: "undecided", sentence: `The checker gave up: ${verdict.reason}.` };
    }
  }
}

/** `unknown` if there was no answer in time, or none at all. */
async function within(answer: Promise<Answer>): Promise<Answer> {
  const late = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => late.resolve({ kind: "unknown", why: "no answer in time" }), TIMEOUT_MS);
  const caught = answer.catch((error): Answer => ({
    kind: "unknown",
    why: error instanceof Error ? error.message : String(error),
  }));
  try {
    return await Promise.race([caught, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early when the signal fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
