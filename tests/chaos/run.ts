/**
 * One run from its plan: the phases, and the verdict on what happened.
 *
 * Safety (any fault), liveness (a majority is healed, the rest stay broken, progress is required), heal everything, final
 * reads, check.
 * @module
 */

import { DEFAULT_GROUP } from "../../kv/protocol.ts";
import type { CheckOptions } from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { Nemesis } from "../nemesis/nemesis.ts";
import { type FaultKind, honestClocks, type RunPlan } from "../nemesis/plan.ts";
import { Chronicle } from "../report/chronicle.ts";
import { tellRun } from "../report/tell.ts";
import { SimulationError } from "../sim/errors.ts";
import type { World } from "../sim/world.ts";
import type { Crew } from "../workloads/crew.ts";
import { workloadNamed } from "../workloads/registry.ts";
import {
  againOf,
  pathsOfCrashes,
  type RecordedRun,
  type RunOptions,
  type RunResult,
  type RunVerdict,
} from "./result.ts";
import { launch } from "./launch.ts";
import { runJobPlan } from "./job_run.ts";
import type { Subject } from "./subject.ts";

/**
 * What the checker may use for one history; more means undecided, which fails. Of memory only what it holds itself counts: what
 * the process holds is the business of other threads, too, and would make a verdict depend on them.
 */
const CHECK_LIMITS = { timeLimitMs: 20_000, memoryLimitBytes: 1 << 30, heldBytes: () => 0 } as const;
/** More events than this are a storm: a busy cluster has one in a virtual millisecond. */
const EVENTS_PER_MS = 20;

/** Carries out `plan`. Throws `SimulationError` if the simulation itself goes wrong. */
export async function runPlan(plan: RunPlan, options: RunOptions): Promise<RecordedRun> {
  const { stackTraceLimit } = Error;
  // Processes die and calls time out all the time, each with an error that nobody reads: where it came from is asked for by whoever
  // has the run recorded.
  if (!options.record) Error.stackTraceLimit = 0;
  try {
    return plan.layer === "mapreduce" ? await runJobPlan(plan, options) : await runAnyOther(plan, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runAnyOther(plan: RunPlan, options: RunOptions): Promise<RecordedRun> {
  const run = new Run(plan, options);
  try {
    return await run.carryOut();
  } finally {
    run.end();
  }
}

class Run {
  readonly #plan: RunPlan;
  readonly #options: RunOptions;
  readonly #world: World;
  readonly #subject: Subject;
  readonly #nemesis: Nemesis;
  /** Null unless recorded. */
  #chronicle: Chronicle | null = null;
  readonly #crew: Crew;
  /** Whether the run came to its end. */
  #whole = false;
  #violation: Violation | null = null;
  #recoveryMs = -1;
  /** By when the violation could be known. */
  #knownMs = Infinity;

  constructor(plan: RunPlan, options: RunOptions) {
    this.#plan = plan;
    this.#options = options;
    const workload = workloadNamed(plan);
    this.#subject = launch(plan, {
      record: options.record,
      uniqueCommands: workload.uniqueCommands,
      report: (violation) => this.#report(violation),
      chronicle: (world) => this.#chronicle = options.record ? new Chronicle(() => world.nowMs) : null,
    });
    const { world } = this.#subject;
    this.#world = world;
    this.#nemesis = new Nemesis(world, plan, this.#subject);
    this.#nemesis.onFault = (number, fault, phase) => {
      world.note(`fault ${number} ${fault.kind} ${phase}`);
      if (phase === "ends") this.#chronicle?.faultEnds(number);
      else this.#chronicle?.faultBegins(number, fault);
    };
    const subject = this.#subject;
    this.#crew = workload.crew({
      world,
      // Asked for anew by every client that comes up.
      get servers() {
        return subject.servers;
      },
      group: DEFAULT_GROUP,
      load: plan.load,
      attemptMs: plan.knobs.electionMs,
      honestClocks: honestClocks(plan),
      text: (runtime) => this.#subject.text(runtime),
    });
  }

  async carryOut(): Promise<RecordedRun> {
    this.#chronicle?.begin("phase", "phases", "phase", "safety: any fault");
    this.#subject.start();
    this.#crew.start();
    this.#nemesis.start();
    await this.#advance(this.#plan.safetyMs);
    const { upTo = "read" } = this.#options;
    if (upTo !== "safety" && this.#violation === null) await this.#live();
    if (upTo === "read" && this.#violation === null) await this.#settle();
    return this.#judge();
  }

  /** Crashes everything that is left. */
  end(): void {
    this.#world.afterEvent = null;
    this.#world.end();
  }

  #report(violation: Violation): void {
    if (this.#violation !== null) return;
    this.#violation = violation;
    this.#chronicle?.mark(
      violation.node === "" ? "laws" : violation.node,
      "violation",
      violation.law,
      violation.sentence,
    );
    this.#world.note(`violation ${violation.law}`);
    this.#world.stop(violation.law);
  }

  async #advance(untilMs: number, until: (() => boolean) | null = null): Promise<void> {
    const maxEvents = Math.ceil((untilMs - this.#world.nowMs + 1000) * EVENTS_PER_MS);
    try {
      await this.#world.run({ untilMs, maxEvents, ...(until === null ? {} : { until }) });
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code !== "budget") throw error;
      this.#report({
        law: "storm",
        node: "",
        sentence: `More than ${maxEvents} events in one phase: ${error.message}.`,
      });
    }
  }

  /** Runs until `done`, at most until `untilMs`; false if it was not done by then. */
  async #advanceUntil(done: () => boolean, untilMs: number): Promise<boolean> {
    if (this.#violation !== null) return false;
    await this.#advance(untilMs, done);
    return done();
  }

  /** Liveness: a majority is well, so a write must go through soon. */
  async #live(): Promise<void> {
    const core = this.#subject.votingCore();
    const well = core.map((node) => this.#subject.names[node]).join(", ");
    const { outside } = this.#plan;
    this.#chronicle?.begin(
      "phase",
      "phases",
      "phase",
      `liveness: a majority is well (${well}), the others stay broken` +
        (outside === "none" ? "" : ` and out of reach (${outside})`),
    );
    this.#world.note(`liveness phase, core ${core.join(",")}`);
    this.#nemesis.healCore(core);
    this.#chronicle?.linesHeal();
    this.#subject.onHealed();
    const startedMs = this.#world.nowMs;
    const limitMs = this.#subject.livenessMs;
    this.#crew.probe(() => {
      this.#recoveryMs = this.#world.nowMs - startedMs;
    });
    const serves = () => this.#recoveryMs >= 0 && this.#subject.settled;
    if (await this.#advanceUntil(serves, startedMs + limitMs)) return;
    const what = this.#recoveryMs >= 0 ? "Moves were not done" : "No write went through";
    this.#report({
      law: "liveness",
      node: this.#subject.names[core[0]],
      sentence: `${what} within ${limitMs} ms of healing ${
        core.map((node) => this.#subject.names[node]).join(", ")
      } (${this.#subject.describe()}).`,
    });
  }

  /** Everything is healed, the clients finish, everybody catches up, everything is read once more. */
  async #settle(): Promise<void> {
    this.#world.note("everything is healed");
    this.#chronicle?.begin("phase", "phases", "phase", "everything is healed");
    this.#nemesis.healAll();
    this.#chronicle?.allHeals();
    // Where the faults left nobody an answer the clients go on until there is one: a history without any shows nothing.
    if (this.#crew.answered === 0) {
      await this.#advanceUntil(() => this.#crew.answered > 0, this.#world.nowMs + this.#subject.settleMs);
    }
    this.#crew.stop();
    const limitMs = this.#world.nowMs + this.#subject.settleMs;
    const calm = await this.#advanceUntil(() => !this.#crew.busy, limitMs);
    let read = false;
    this.#crew.audit(this.#subject.settleMs, () => read = true);
    const settled = calm && await this.#advanceUntil(
      () => read && this.#subject.converged,
      limitMs + this.#subject.settleMs,
    );
    if (this.#violation !== null) return;
    this.#whole = settled;
    if (settled) return this.#subject.checkStates();
    this.#report({
      law: "convergence",
      node: this.#subject.names[0],
      sentence:
        `The nodes did not come to agree within ${this.#subject.settleMs} ms of healing everything (${this.#subject.describe()}).`,
    });
  }

  #judge(): RecordedRun {
    const plan = this.#plan;
    const verdict = this.#verdict();
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of this.#nemesis.injected) faults[kind] = count;
    const { trace, loop } = this.#world;
    const { counts } = this.#crew;
    const result: RunResult = {
      seed: plan.seed,
      layer: plan.layer,
      workload: plan.workload,
      verdict,
      hash: trace.hash,
      events: loop.events,
      simulatedMs: this.#world.nowMs,
      operations: counts,
      faults,
      elections: this.#subject.elections,
      knownMs: Math.min(this.#knownMs, this.#world.nowMs),
      askedByThen: this.#crew.askedBy(this.#knownMs),
      recoveryMs: this.#recoveryMs,
      seen: [
        ...this.#subject.seen(),
        ...pathsOfCrashes(this.#world.machines),
        ...(counts.unknown > 0 ? ["unknownOutcome"] as const : []),
      ],
    };
    const events = trace.toJsonLines();
    return { plan, result, events, ...this.#keep(result, events) };
  }

  /** What a folder keeps of a run; next to nothing unless it was recorded. */
  #keep(result: RunResult, events: string): Pick<RecordedRun, "history" | "report" | "story"> {
    const chronicle = this.#chronicle;
    if (chronicle === null) return { history: "", report: "", story: [] };
    const crew = this.#crew;
    const limits = this.#limits;
    const told = tellRun({
      plan: this.#plan,
      result,
      again: againOf(this.#options),
      names: this.#subject.names,
      chronicle,
      events,
      operations: crew.steps(this.#knownMs),
      latencies: crew.latencies,
      prefix: crew.prefix(limits),
      title: `History, seed ${this.#plan.seed}`,
      picture: (words) => crew.picture(limits, words),
    });
    return { history: crew.history(), ...told };
  }

  /** Why a history is impossible is worth its time only where somebody reads it. */
  get #limits(): CheckOptions {
    const { judgeMs: timeLimitMs = CHECK_LIMITS.timeLimitMs } = this.#options;
    return { ...CHECK_LIMITS, timeLimitMs, explain: this.#options.record ? "full" : "verdict" };
  }

  #verdict(): RunVerdict {
    if (this.#violation !== null) return { kind: "violation", violation: this.#violation };
    // The probe and the final reads come when everything is well again: they prove nothing about the faults.
    if (this.#crew.answered === 0) return { kind: "vacuous", sentence: "No client was ever answered." };
    if (this.#nemesis.begun === 0 && this.#plan.faults.length > 0) {
      return { kind: "vacuous", sentence: "No fault of the plan took hold." };
    }
    const judgement = this.#crew.judge(this.#limits, this.#whole);
    if (judgement.kind === "violation") this.#knownMs = judgement.atMs;
    return judgement.kind === "ok" ? { kind: "pass" } : judgement;
  }
}
