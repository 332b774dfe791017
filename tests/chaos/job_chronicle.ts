/**
 * What the machines of a job are at, for the report: how far the coordinator is, and at which task each worker works.
 * @module
 */

import type { JobWorld } from "../mapreduce/sim/job_world.ts";
import type { Chronicle, Look } from "../report/chronicle.ts";

const COORDINATOR = "coordinator";

/** See the module's page. */
export class JobChronicle {
  readonly #chronicle: Chronicle;
  readonly #job: JobWorld;
  readonly #names: readonly string[];
  readonly #up = new Map<string, boolean>();
  #seen = 0;
  readonly #won = new Set<number>();
  /** Whose attempt it is. */
  readonly #workers = new Map<string, string>();
  #told = "";

  /** Hears of nothing by itself: see `look`. */
  constructor(chronicle: Chronicle, job: JobWorld, names: readonly string[]) {
    this.#chronicle = chronicle;
    this.#job = job;
    this.#names = names;
  }

  /** To be called after each event. */
  look(): void {
    for (const name of this.#names) {
      const up = this.#job.world.machine(name).running;
      if (this.#up.get(name) !== up) this.#tellLife(name, up);
    }
    const { entries } = this.#job;
    if (entries.length === this.#seen && (this.#job.end === null || this.#told === "over")) return;
    for (const entry of entries.slice(this.#seen)) {
      if (entry.kind === "won") this.#won.add(entry.task);
      if (entry.kind === "reopened") this.#won.delete(entry.task);
    }
    this.#seen = entries.length;
    if (this.#up.get(COORDINATOR)) this.#tellPhase();
  }

  /** Tells what each worker worked at, from its questions and reports: from an answer with a task until it says how that ended. */
  tellTasks(): void {
    const { operations } = this.#job.history;
    for (const { input, callAt, outcome } of operations) {
      if (input.op === "ask" && outcome.status === "ok" && outcome.output.op === "ask") {
        const node = input.worker.split(".")[0];
        const { answer } = outcome.output;
        if (answer.kind === "task") this.#tellTask(node, answer.ref, outcome.returnAt);
        else this.#show(node, answer.kind === "exit" ? "over" : "waiting", "", outcome.returnAt);
      }
      if (input.op === "report") {
        const node = this.#workers.get(`${input.ref.task} ${input.ref.attempt}`);
        if (node !== undefined) this.#show(node, "waiting", `reports ${input.outcome.kind}`, callAt);
      }
    }
  }

  #tellTask(
    node: string,
    { task, attempt }: { readonly task: number; readonly attempt: number },
    atMs: number,
  ): void {
    this.#workers.set(`${task} ${attempt}`, node);
    const { maps } = this.#job;
    const what = task < maps ? `map ${task}` : `reduce ${task - maps}`;
    this.#show(node, task < maps ? "mapping" : "reducing", what, atMs);
  }

  #tellLife(name: string, up: boolean): void {
    this.#up.set(name, up);
    if (up) this.#chronicle.end(`${name} down`);
    else this.#chronicle.begin(`${name} down`, name, "down", "down");
    this.#show(name, up ? "waiting" : "down", "");
    if (name === COORDINATOR && up) this.#tellPhase();
  }

  #tellPhase(): void {
    const { maps, reduces, end } = this.#job;
    const mapped = [...this.#won].filter((task) => task < maps).length;
    const reduced = this.#won.size - mapped;
    this.#told = end === null ? `${mapped} ${reduced}` : "over";
    if (end !== null) return this.#show(COORDINATOR, "over", `the job is over: ${end.kind}`);
    if (mapped < maps) return this.#show(COORDINATOR, "mapping", `maps ${mapped}/${maps}`);
    this.#show(COORDINATOR, "reducing", `reduces ${reduced}/${reduces}`);
  }

  #show(node: string, look: Look, short: string, atMs?: number): void {
    const long = short === "" ? look : short;
    this.#chronicle.show({ node, look, gist: long, short, long }, atMs);
  }
}
