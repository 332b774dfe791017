/**
 * One run of the layer `mapreduce`: a job whose machines, folder and files fail while faults strike, and that must end afterwards with
 * what a sequential run gives.
 * @module
 */

import { checkOperations, renderHtml, type Verdict, writeLinhist } from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { JobWorld } from "../mapreduce/sim/job_world.ts";
import { tableCodec } from "../mapreduce/sim/table_codec.ts";
import { tableModel } from "../mapreduce/sim/table_model.ts";
import { tableInWords } from "../mapreduce/sim/table_words.ts";
import { Nemesis } from "../nemesis/nemesis.ts";
import type { FaultKind, RunPlan } from "../nemesis/plan.ts";
import { Chronicle } from "../report/chronicle.ts";
import { tellRun } from "../report/tell.ts";
import { SimulationError } from "../sim/errors.ts";
import { prefixOf } from "../workloads/prefix.ts";
import { JobChronicle } from "./job_chronicle.ts";
import { JobMachines } from "./job_victims.ts";
import {
  againOf,
  type OperationCounts,
  pathsOfCrashes,
  type RarePath,
  type RecordedRun,
  type RunOptions,
  type RunResult,
  type RunVerdict,
} from "./result.ts";

/** Without further faults a job must be over so much later: leases, patience and all the work again. */
const PEACE_MS = 300_000;
/** Whoever is late when everything is over must not do any harm any more. */
const AFTERMATH_MS = 30_000;
/** How soon the operator looks whether somebody is down. */
const LOOK_MS = 2000;
/** A job has some thousand events, whatever fails; one that has so many goes round in a circle. */
const MAX_EVENTS = 200_000;
/** What the checker may use for one history, as for other layers: no more than what it holds itself counts. */
const CHECK_LIMITS = { timeLimitMs: 20_000, memoryLimitBytes: 1 << 30, heldBytes: () => 0 } as const;

/** Carries out `plan`. Throws `SimulationError` if the simulation itself goes wrong. */
export async function runJobPlan(plan: RunPlan, options: RunOptions): Promise<RecordedRun> {
  const run = new JobPlanRun(plan, options);
  try {
    return await run.carryOut();
  } finally {
    run.end();
  }
}

class JobPlanRun {
  readonly #plan: RunPlan;
  readonly #options: RunOptions;
  readonly #job: JobWorld;
  readonly #machines: JobMachines;
  readonly #nemesis: Nemesis;
  /** Null unless recorded. */
  readonly #chronicle: Chronicle | null;
  readonly #told: JobChronicle | null;
  #violation: Violation | null = null;
  #lookedMs = 0;
  #recoveryMs = -1;

  constructor(plan: RunPlan, options: RunOptions) {
    const { record } = options;
    this.#plan = plan;
    this.#options = options;
    const size = plan.size === null ? {} : { size: plan.size };
    this.#job = new JobWorld({ seed: plan.seed, workers: plan.nodes, record, ...size });
    const { world } = this.#job;
    this.#machines = new JobMachines(this.#job);
    this.#nemesis = new Nemesis(world, plan, this.#machines);
    const chronicle = record ? new Chronicle(() => world.nowMs) : null;
    this.#chronicle = chronicle;
    const { names } = this.#machines;
    this.#told = chronicle === null ? null : new JobChronicle(chronicle, this.#job, names);
    this.#nemesis.onFault = (number, fault, phase) => {
      world.note(`fault ${number} ${fault.kind} ${phase}`);
      if (phase === "ends") chronicle?.faultEnds(number);
      else chronicle?.faultBegins(number, fault);
    };
    world.afterEvent = () => {
      const { broken } = this.#job.laws;
      if (broken !== null) this.#report("job-laws", broken.message);
      this.#told?.look();
    };
  }

  async carryOut(): Promise<RecordedRun> {
    const { world } = this.#job;
    this.#chronicle?.begin("phase", "phases", "phase", "safety: any fault");
    this.#job.boot();
    this.#nemesis.start();
    await this.#advance(this.#plan.safetyMs);
    if (this.#options.upTo === "safety") return this.#judge();
    const healedMs = world.nowMs;
    this.#chronicle?.begin("phase", "phases", "phase", "everything is healed");
    this.#nemesis.healAll();
    this.#chronicle?.allHeals();
    if (this.#violation === null && this.#job.end === null) await this.#advance(healedMs + PEACE_MS);
    if (this.#violation === null) await this.#finish(healedMs);
    return this.#judge();
  }

  /** Crashes everything that is left. */
  end(): void {
    this.#job.world.afterEvent = null;
    this.#job.world.end();
  }

  #report(law: string, what: string): void {
    if (this.#violation !== null) return;
    this.#violation = { law, node: "", sentence: `${what[0].toUpperCase()}${what.slice(1)}.` };
    this.#chronicle?.mark("laws", "violation", law, what);
    this.#job.world.note(`violation ${law}`);
    this.#job.world.stop(law);
  }

  /** Until the job is over, at most until `untilMs`. */
  async #advance(untilMs: number): Promise<void> {
    const { world } = this.#job;
    const until = () => {
      if (world.nowMs - this.#lookedMs > LOOK_MS) {
        this.#lookedMs = world.nowMs;
        this.#machines.bootAll();
      }
      return this.#job.end !== null;
    };
    try {
      await world.run({ untilMs, until, maxEvents: MAX_EVENTS });
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code !== "budget") throw error;
      this.#report("storm", `more than ${MAX_EVENTS} events in one phase`);
    }
  }

  /** The end, its aftermath, and the output after a loss of power: what was reported as done must not need the power to stay on. */
  async #finish(healedMs: number): Promise<void> {
    const { world, end, folder } = this.#job;
    if (end === null) {
      return this.#report("job-ends", `the job was not over ${PEACE_MS / 1000} s after the last fault`);
    }
    if (end.kind !== "done") return this.#report("job-ends", `the job failed: ${end.message}`);
    this.#recoveryMs = Math.max(0, world.nowMs - healedMs);
    await world.run({ untilMs: world.nowMs + AFTERMATH_MS, maxEvents: MAX_EVENTS });
    if (this.#violation !== null) return;
    folder.server.crash("lost");
    folder.server.restart();
    const output = this.#job.output();
    const expected = this.#job.expected.toSorted();
    if (output.join("\n") === expected.join("\n")) return;
    const at = expected.findIndex((line, number) => line !== output[number]);
    this.#report(
      "job-output",
      `the output differs from the sequential run's: line ${at + 1} is ${
        JSON.stringify(output[at] ?? null)
      } ` +
        `instead of ${JSON.stringify(expected[at] ?? null)}`,
    );
  }

  #judge(): RecordedRun {
    const plan = this.#plan;
    const { world, history } = this.#job;
    const model = tableModel(this.#job.maps, this.#job.reduces);
    const checked = checkOperations(model, history.operations, {
      ...CHECK_LIMITS,
      timeLimitMs: this.#options.judgeMs ?? CHECK_LIMITS.timeLimitMs,
    });
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of this.#nemesis.injected) faults[kind] = count;
    const impossible = this.#violation === null && checked.kind === "illegal"
      ? history.operations[checked.firstImpossible]
      : null;
    const knownMs = impossible?.outcome.status === "ok" ? impossible.outcome.returnAt : Infinity;
    const result: RunResult = {
      seed: plan.seed,
      layer: plan.layer,
      workload: plan.workload,
      verdict: this.#verdict(checked),
      hash: world.trace.hash,
      events: world.loop.events,
      simulatedMs: world.nowMs,
      operations: this.#counts(),
      faults,
      elections: 0,
      knownMs: Math.min(knownMs, world.nowMs),
      askedByThen: this.#askedBy(knownMs),
      recoveryMs: this.#recoveryMs,
      seen: this.#seen(),
    };
    const events = world.trace.toJsonLines();
    return { plan, result, events, ...this.#keep(result, events, checked) };
  }

  /** What a folder keeps of a run; next to nothing unless it was recorded. */
  #keep(
    result: RunResult,
    events: string,
    checked: Verdict,
  ): Pick<RecordedRun, "history" | "report" | "story"> {
    const chronicle = this.#chronicle;
    if (chronicle === null) return { history: "", report: "", story: [] };
    this.#told?.tellTasks();
    const { maps, reduces, history: { operations } } = this.#job;
    const model = tableModel(maps, reduces);
    const steps = operations.map(({ input, callAt, outcome }) => {
      const reply = outcome.status === "ok"
        ? { known: true, output: outcome.output } as const
        : { known: false } as const;
      // Nobody asks for a task to be opened again: it is seen when it has happened.
      const atMs = input.op === "reopen" && outcome.status === "ok" ? outcome.returnAt : callAt;
      return { atMs, text: tableInWords(maps, input, reply) };
    });
    const told = tellRun({
      plan: this.#plan,
      result,
      again: againOf(this.#options),
      names: this.#machines.names,
      chronicle,
      events,
      operations: steps,
      latencies: operations.flatMap(({ callAt, outcome }) =>
        outcome.status === "ok" ? [{ atMs: outcome.returnAt, tookMs: outcome.returnAt - callAt }] : []
      ),
      prefix: prefixOf(model, operations, checked),
      title: `Task table, seed ${this.#plan.seed}`,
      picture: (words) => renderHtml({ model, operations }, checked, words),
    });
    const history = writeLinhist(tableCodec, operations, { seed: this.#plan.seed, facts: { maps, reduces } });
    return { history, ...told };
  }

  /** Questions and reports that came by then. Whoever is told to wait, or to go, has not done anything. */
  #askedBy(ms: number): number {
    return this.#job.history.operations.filter(({ callAt, outcome }) =>
      callAt <= ms &&
      (outcome.status !== "ok" || outcome.output.op !== "ask" || outcome.output.answer.kind === "task")
    ).length;
  }

  #counts(): OperationCounts {
    const { operations } = this.#job.history;
    const known = operations.flatMap(({ outcome }) => outcome.status === "ok" ? [outcome.output] : []);
    // Whoever is told to wait asks again and again: that is no operation.
    const ok = known.filter((output) => output.op !== "ask" || output.answer.kind !== "wait").length;
    return { ok, refused: 0, unknown: operations.length - known.length };
  }

  #verdict(checked: Verdict): RunVerdict {
    if (this.#violation !== null) return { kind: "violation", violation: this.#violation };
    if (checked.kind === "illegal") {
      const sentence = `The history of the task table is not linearizable: ${checked.sentence}`;
      return { kind: "violation", violation: { law: "linearizability", node: "coordinator", sentence } };
    }
    if (checked.kind === "unknown") {
      return { kind: "undecided", sentence: `The checker gave up (${checked.reason}).` };
    }
    if (this.#nemesis.begun === 0 && this.#plan.faults.length > 0) {
      return { kind: "vacuous", sentence: "No fault of the plan took hold." };
    }
    return { kind: "pass" };
  }

  #seen(): RarePath[] {
    const { entries, end, world } = this.#job;
    const seen: RarePath[] = pathsOfCrashes(world.machines);
    if (entries.some(({ kind }) => kind === "reopened")) seen.push("taskReopened");
    if (end?.kind === "done" && end.progress.late > 0) seen.push("reportTooLate");
    if (world.machine("coordinator").incarnation > 1) seen.push("coordinatorReborn");
    return seen;
  }
}
