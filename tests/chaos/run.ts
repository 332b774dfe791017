/**
 * One run from its plan: the phases, and the verdict on what happened.
 *
 * Safety (any fault), liveness (a majority is healed, the rest stay broken, progress is required), heal everything, final
 * reads, check.
 * @module
 */

import { Store } from "../../kv/mod.ts";
import {
  checkOperations,
  kvCodec,
  type KvInput,
  kvModel,
  type KvOutput,
  writeLinhist,
} from "../../porcupine/mod.ts";
import { MachineLaws } from "../check/machine_laws.ts";
import type { Violation } from "../check/violation.ts";
import { Cluster } from "../cluster/cluster.ts";
import { Nemesis } from "../nemesis/nemesis.ts";
import type { FaultKind, RunPlan } from "../nemesis/plan.ts";
import { Chronicle } from "../report/chronicle.ts";
import { renderReport } from "../report/report.ts";
import { SimulationError } from "../sim/errors.ts";
import { World } from "../sim/world.ts";
import { Recorder } from "../workloads/history.ts";
import { keyName, KvClient, type KvWorkload } from "../workloads/kv.ts";
import type { RarePath, RecordedRun, RunResult, RunVerdict } from "./result.ts";

/** Progress must come back within so many of the longest election timeouts once a majority is healed. */
const ELECTIONS_TO_RECOVER = 10;
/** How long everything may take to settle once nothing is wrong any more, in virtual milliseconds. */
const SETTLE_MS = 30_000;
/** What the checker may use for one history; more means undecided, which fails. */
const CHECK_LIMITS = { timeLimitMs: 20_000, memoryLimitBytes: 1 << 30 } as const;
/** More events than this are a storm: a busy cluster has one in a virtual millisecond. */
const EVENTS_PER_MS = 20;

/** How much of a run is kept. */
export interface RunOptions {
  /** Keep the whole event log. */
  readonly record: boolean;
}

/** Carries out `plan`. Throws `SimulationError` if the simulation itself goes wrong. */
export async function runPlan(plan: RunPlan, options: RunOptions): Promise<RecordedRun> {
  const run = new Run(plan, options);
  try {
    return await run.carryOut();
  } finally {
    run.end();
  }
}

class Run {
  readonly #plan: RunPlan;
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #nemesis: Nemesis;
  readonly #recorder: Recorder<KvInput, KvOutput>;
  /** Null unless recorded. */
  readonly #chronicle: Chronicle | null;
  readonly #clients: KvClient[] = [];
  readonly #workload: KvWorkload;
  #violation: Violation | null = null;
  #recoveryMs = -1;

  constructor(plan: RunPlan, options: RunOptions) {
    this.#plan = plan;
    const world = new World({
      seed: plan.seed,
      isolation: plan.isolation,
      conditions: plan.links,
      syncDelay: plan.disk,
      record: options.record,
    });
    this.#world = world;
    this.#recorder = new Recorder(() => world.nowMs);
    this.#chronicle = options.record ? new Chronicle(() => world.nowMs) : null;
    const report = (violation: Violation) => this.#report(violation);
    // Values are written once in a run, so equal commands are the same operation.
    const decoder = new TextDecoder();
    this.#cluster = new Cluster(world, {
      nodes: plan.nodes,
      knobs: plan.knobs,
      makeMachine: () => new Store(),
      machineLaws: new MachineLaws(report, (command) => decoder.decode(command)),
      checkMedium: plan.isolation === "wire",
      report,
      chronicle: this.#chronicle,
    });
    this.#nemesis = new Nemesis(world, plan, this.#cluster);
    this.#nemesis.onFault = (number, fault, phase) => {
      world.note(`fault ${number} ${fault.kind} ${phase}`);
      if (phase === "ends") return this.#chronicle?.end(`fault ${number}`);
      const { kind, atMs: _, ...details } = fault;
      this.#chronicle?.begin(`fault ${number}`, "faults", "fault", kind, JSON.stringify(details));
    };
    this.#workload = {
      world,
      servers: this.#cluster.names,
      load: plan.load,
      recorder: this.#recorder,
      attemptMs: plan.knobs.electionMs,
    };
  }

  async carryOut(): Promise<RecordedRun> {
    this.#chronicle?.begin("phase", "phases", "phase", "safety: any fault");
    this.#cluster.start();
    for (let number = 1; number <= this.#plan.load.clients; number++) {
      const client = new KvClient(this.#workload, `c${number}`);
      this.#clients.push(client);
      client.start();
    }
    this.#nemesis.start();
    await this.#advance(this.#plan.safetyMs);
    if (this.#violation === null) await this.#live();
    if (this.#violation === null) await this.#settle();
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

  async #advance(untilMs: number, until: () => boolean = () => false): Promise<void> {
    const maxEvents = Math.ceil((untilMs - this.#world.nowMs + 1000) * EVENTS_PER_MS);
    try {
      await this.#world.run({ untilMs, until, maxEvents });
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
    const core = this.#votingCore();
    this.#chronicle?.begin("phase", "phases", "phase", "liveness: a majority is well");
    this.#world.note(`liveness phase, core ${core.join(",")}`);
    this.#nemesis.healCore(core);
    const startedMs = this.#world.nowMs;
    const limitMs = 2 * this.#plan.knobs.electionMs * ELECTIONS_TO_RECOVER;
    new KvClient(this.#workload, "probe").putOnce("probe", () => {
      this.#recoveryMs = this.#world.nowMs - startedMs;
    });
    const recovered = await this.#advanceUntil(() => this.#recoveryMs >= 0, startedMs + limitMs);
    if (recovered) return;
    this.#report({
      law: "liveness",
      node: this.#cluster.names[core[0]],
      sentence: `No write went through within ${limitMs} ms of healing ${
        core.map((node) => this.#cluster.names[node]).join(", ")
      } (${this.#cluster.describe()}).`,
    });
  }

  /** The plan's core, with voters in place of those that lost their vote with their disk. */
  #votingCore(): number[] {
    const majority = Math.floor(this.#plan.nodes / 2) + 1;
    const others = this.#cluster.names.map((_, node) => node).filter((node) =>
      !this.#plan.core.includes(node)
    );
    return [...this.#plan.core, ...others].filter((node) => this.#cluster.isVoter(node)).slice(0, majority);
  }

  /** Everything is healed, the clients finish, everybody catches up, every key is read once more. */
  async #settle(): Promise<void> {
    this.#world.note("everything is healed");
    this.#chronicle?.begin("phase", "phases", "phase", "everything is healed");
    this.#nemesis.healAll();
    for (const client of this.#clients) client.stop();
    const limitMs = this.#world.nowMs + SETTLE_MS;
    const calm = await this.#advanceUntil(() => this.#clients.every((client) => !client.busy), limitMs);
    const auditor = new KvClient(this.#workload, "audit");
    auditor.readAll([...this.#keys(), "probe"], SETTLE_MS);
    const settled = calm && await this.#advanceUntil(
      () => !auditor.busy && this.#cluster.converged,
      limitMs + SETTLE_MS,
    );
    if (this.#violation !== null) return;
    if (settled) return this.#cluster.checkStates();
    this.#report({
      law: "convergence",
      node: this.#cluster.names[0],
      sentence:
        `The nodes did not come to agree within ${SETTLE_MS} ms of healing everything (${this.#cluster.describe()}).`,
    });
  }

  #keys(): string[] {
    return Array.from({ length: this.#plan.load.keys }, (_, number) => keyName(number));
  }

  #judge(): RecordedRun {
    const operations = this.#recorder.operations();
    const verdict = this.#verdict();
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of this.#nemesis.injected) faults[kind] = count;
    const { trace, loop } = this.#world;
    const result: RunResult = {
      seed: this.#plan.seed,
      verdict,
      hash: trace.hash,
      events: loop.events,
      simulatedMs: this.#world.nowMs,
      operations: this.#recorder.counts,
      faults,
      elections: this.#cluster.laws.elections,
      recoveryMs: this.#recoveryMs,
      seen: this.#seen(),
    };
    const plan = this.#plan;
    const annotations = this.#chronicle?.annotations() ?? [];
    return {
      plan,
      result,
      report: this.#chronicle === null
        ? ""
        : renderReport({ plan, result, operations, annotations, limits: CHECK_LIMITS }),
      history: writeLinhist(kvCodec, operations, { seed: this.#plan.seed }),
      events: trace.toJsonLines(),
    };
  }

  #verdict(): RunVerdict {
    if (this.#violation !== null) return { kind: "violation", violation: this.#violation };
    // The probe and the final reads come when everything is well again: they prove nothing about the faults.
    const answered = this.#clients.reduce((sum, client) => sum + client.answered, 0);
    if (answered === 0) return { kind: "vacuous", sentence: "No client was ever answered." };
    if (this.#nemesis.injected.size === 0 && this.#plan.faults.length > 0) {
      return { kind: "vacuous", sentence: "No fault of the plan took hold." };
    }
    const verdict = checkOperations(kvModel(), this.#recorder.operations(), CHECK_LIMITS);
    if (verdict.kind === "ok") return { kind: "pass" };
    if (verdict.kind === "unknown") {
      return {
        kind: "undecided",
        sentence: `The checker gave up (${verdict.reason}) on ${this.#recorder.counts.ok} operations.`,
      };
    }
    const sentence = `The history of key "${verdict.partition}" is not linearizable: ${verdict.sentence}`;
    return { kind: "violation", violation: { law: "linearizability", node: "", sentence } };
  }

  #seen(): RarePath[] {
    const { facts, laws } = this.#cluster;
    const seen: RarePath[] = [];
    const note = (path: RarePath, count: number) => {
      if (count > 0) seen.push(path);
    };
    note("snapshotTaken", facts.snapshotsTaken);
    note("snapshotInstalled", facts.snapshotsInstalled);
    note("logConflictRepaired", facts.conflictsRepaired);
    note("amnesiacFollowed", facts.amnesiacsFollowed);
    note("diskFailureSurvived", facts.diskFailures);
    note("damageRefused", facts.damagesRefused);
    note("electionWon", laws.elections);
    note("leaderResigned", facts.resignations);
    note("unknownOutcome", this.#recorder.counts.unknown);
    return seen;
  }
}
