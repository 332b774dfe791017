/**
 * The clients of one run of one workload, and the judgement on what they saw.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import {
  type Annotation,
  type Answer,
  checkOperations,
  type CheckOptions,
  type Operation,
  renderHtml,
  type Verdict,
  writeLinhist,
} from "../../porcupine/mod.ts";
import type { Runtime } from "../../runtime/mod.ts";
import type { Violation } from "../check/violation.ts";
import { Recorder } from "./history.ts";
import { type Prefix, prefixOf } from "./prefix.ts";
import type { Sea, WorkloadParts } from "./workload.ts";

/** How a history was judged. */
export type Judgement =
  | { readonly kind: "ok" }
  /** `atMs`: by then it could be known. */
  | { readonly kind: "violation"; readonly violation: Violation; readonly atMs: number }
  | { readonly kind: "undecided"; readonly sentence: string };

/** What a picture of the history says beside it. */
export interface PictureWords {
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly annotations: readonly Annotation[];
}

/** The clients as a run sees them. */
export interface Crew {
  /** Starts every client. */
  start(): void;
  /** No client asks anything more. */
  stop(): void;
  /** Whether somebody waits for an answer. */
  readonly busy: boolean;
  /** How many operations of the clients were answered. */
  readonly answered: number;
  readonly counts: { readonly ok: number; readonly refused: number; readonly unknown: number };
  /** Operations asked by then that may have been executed. */
  askedBy(ms: number): number;
  readonly latencies: readonly { readonly atMs: number; readonly tookMs: number }[];
  /** One write that must go through, however long it takes. */
  probe(onDone: () => void): void;
  /** Reads everything once more. */
  audit(timeoutMs: number, onDone: () => void): void;
  /** Judges what was seen. `whole`: the run came to its end, so that laws about the end hold, too. */
  judge(limits: CheckOptions, whole: boolean): Judgement;
  /** What clients asked and were told up to then, in order. */
  steps(untilMs: number): { readonly atMs: number; readonly text: string }[];
  /** The history as `linhist-1` lines. */
  history(): string;
  /** See {@linkcode Prefix}. */
  prefix(limits: CheckOptions): Prefix;
  /** The history as a page. */
  picture(limits: CheckOptions, words: PictureWords): string;
}

/** A crew of `parts.name`. */
export function makeCrew<State, Input, Output, Client>(
  parts: WorkloadParts<State, Input, Output, Client>,
  sea: Sea,
): Crew {
  return new Sailors(parts, sea);
}

class Sailors<State, Input, Output, Client> implements Crew {
  readonly #parts: WorkloadParts<State, Input, Output, Client>;
  readonly #sea: Sea;
  readonly #recorder: Recorder<Input, Output>;
  readonly #clients = new Map<string, Client>();
  #open = 0;
  #answered = 0;
  #stopped = false;
  #operations: readonly Operation<Input, Output>[] | null = null;
  #verdict: Verdict | null = null;

  constructor(parts: WorkloadParts<State, Input, Output, Client>, sea: Sea) {
    this.#parts = parts;
    this.#sea = sea;
    this.#recorder = new Recorder(() => sea.world.nowMs);
  }

  get busy(): boolean {
    return this.#open > 0;
  }

  get answered(): number {
    return this.#answered;
  }

  get counts(): Crew["counts"] {
    return this.#recorder.counts;
  }

  get latencies(): Crew["latencies"] {
    return this.#recorder.latencies;
  }

  askedBy(ms: number): number {
    return this.#recorder.askedBy(ms);
  }

  start(): void {
    for (let number = 1; number <= this.#sea.load.clients; number++) this.#work(`c${number}`);
  }

  stop(): void {
    this.#stopped = true;
  }

  probe(onDone: () => void): void {
    const { clock } = this.#sea.world;
    this.#boot("probe", async (client) => {
      // A clerk tries for ever by itself; who loses a race to another client has to try again.
      while (!await this.#execute("probe", client, this.#parts.probe, Infinity)) await clock.sleep(10);
      onDone();
    });
  }

  audit(timeoutMs: number, onDone: () => void): void {
    const { load, world } = this.#sea;
    this.#boot("audit", async (client) => {
      await world.clock.sleep(this.#parts.auditAfterMs);
      for (const input of this.#parts.audit(load)) await this.#execute("audit", client, input, timeoutMs);
      onDone();
    });
  }

  judge(limits: CheckOptions, whole: boolean): Judgement {
    // First, because it costs next to nothing and says in one sentence what a contradiction of many operations only implies.
    const breach = this.#parts.sessions(this.#close());
    if (breach !== null && breach !== "proven") return { kind: "violation", ...breach };
    const searched = breach === "proven" ? null : this.#search(limits);
    if (searched !== null) return searched;
    const violation = whole ? this.#parts.laws(this.#close()) : null;
    const atMs = this.#sea.world.nowMs;
    return violation === null ? { kind: "ok" } : { kind: "violation", violation, atMs };
  }

  /** What porcupine says; null if there is an order. */
  #search(limits: CheckOptions): Judgement | null {
    const { operations, verdict } = this.#check(limits);
    switch (verdict.kind) {
      case "ok":
        return null;
      case "unknown": {
        const sentence = `The checker gave up (${verdict.reason}) on ${this.counts.ok} operations.`;
        return { kind: "undecided", sentence };
      }
      case "illegal": {
        const where = verdict.partition === "" ? "The history" : `The history of key "${verdict.partition}"`;
        const sentence = `${where} is not linearizable: ${verdict.sentence}`;
        const { outcome, callAt } = operations[verdict.firstImpossible];
        const atMs = outcome.status === "ok" ? outcome.returnAt : callAt;
        return { kind: "violation", violation: { law: "linearizability", node: "", sentence }, atMs };
      }
    }
  }

  history(): string {
    const { codec, facts } = this.#parts;
    return writeLinhist(codec, this.#close(), { seed: this.#sea.world.seed, facts });
  }

  steps(untilMs: number): { readonly atMs: number; readonly text: string }[] {
    const model = this.#parts.model();
    const asked = this.#close().filter(({ callAt }) => callAt <= untilMs);
    return asked.map(({ client, input, callAt, outcome }) => {
      const unknown = { known: false } as const;
      const words = (answer: Answer<Output>) =>
        model.describeOperation?.(input, answer) ?? JSON.stringify(input);
      if (outcome.status === "unknown") {
        return { atMs: callAt, text: `${client} asks ${words(unknown)} and is never answered` };
      }
      const { returnAt, output } = outcome;
      if (returnAt > untilMs) {
        return { atMs: callAt, text: `${client} asks ${words(unknown)} and waits` };
      }
      const took = (returnAt - callAt).toFixed(1);
      return { atMs: returnAt, text: `${client}, after ${took} ms: ${words({ known: true, output })}` };
    }).sort((left, right) => left.atMs - right.atMs);
  }

  prefix(limits: CheckOptions): Prefix {
    const { operations, verdict } = this.#check(limits);
    return prefixOf(this.#parts.model(), operations, verdict);
  }

  picture(limits: CheckOptions, { title, facts, annotations }: PictureWords): string {
    const { operations, verdict } = this.#check(limits);
    const model = this.#parts.model();
    return renderHtml({ model, operations }, verdict, { title, facts, annotations });
  }

  #check(limits: CheckOptions): {
    readonly operations: readonly Operation<Input, Output>[];
    readonly verdict: Verdict;
  } {
    const operations = this.#close();
    this.#verdict ??= checkOperations(this.#parts.model(), operations, limits);
    return { operations, verdict: this.#verdict };
  }

  /** The history as it stands at the end of the run. */
  #close(): readonly Operation<Input, Output>[] {
    if (this.#operations !== null) return this.#operations;
    for (const [name, client] of this.#clients) {
      this.#parts.ghosts(client).forEach(({ input, fromMs }, nth) =>
        this.#recorder.ghost(`${name} end ${nth + 1}`, input, fromMs)
      );
    }
    return this.#operations = this.#recorder.operations();
  }

  #boot(name: string, live: (client: Client, runtime: Runtime) => Promise<void>): void {
    this.#sea.world.machine(name).boot((runtime) => {
      const client = this.#parts.connect(runtime, this.#sea);
      this.#clients.set(name, client);
      return live(client, runtime);
    });
  }

  #work(name: string): void {
    const { load } = this.#sea;
    const most = load.operationsEach === 0 ? Infinity : load.operationsEach;
    this.#boot(name, async (client, runtime) => {
      const random = runtime.random.split("operations");
      if (load.fromMs > 0) await runtime.clock.sleep(load.fromMs);
      for (let nth = 1; nth <= most && !this.#stopped; nth++) {
        await runtime.clock.sleep(random.next() * 2 * load.pauseMs);
        if (this.#stopped) return;
        const input = this.#parts.think({ name, nth, random, load }, client);
        if (await this.#execute(name, client, input, load.timeoutMs)) this.#answered++;
      }
    });
  }

  /** Whether it was answered. */
  async #execute(name: string, client: Client, input: Input, timeoutMs: number): Promise<boolean> {
    const { world } = this.#sea;
    const recorder = this.#recorder;
    this.#open++;
    world.note(`${name} asks ${JSON.stringify(input)}`);
    const ticket = recorder.call(name, input);
    try {
      recorder.answered(
        ticket,
        await this.#parts.ask(client, input, { name, timeoutMs, recorder, sea: this.#sea }),
      );
      world.note(`${name} is answered`);
      return true;
    } catch (error) {
      if (error instanceof RefusedError) recorder.refused(ticket);
      else if (!(error instanceof UnknownOutcomeError)) throw error;
      world.note(`${name} gives up`);
      return false;
    } finally {
      this.#open--;
    }
  }
}
