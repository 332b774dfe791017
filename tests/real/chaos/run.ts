/**
 * One run of a plan on real processes: the phases, the workloads, the history and the verdict of a simulated run.
 *
 * Safety (any fault), liveness (a majority is healed, the rest stay broken, progress is required), heal everything, final reads,
 * check. Bounds are generous: a machine that is ten times slower is no violation.
 * @module
 */

import { Clerk } from "../../../kv/mod.ts";
import type { CheckOptions } from "../../../porcupine/mod.ts";
import { type Runtime, seededRandom } from "../../../runtime/mod.ts";
import type { RecordedRun, RunResult, RunVerdict } from "../../chaos/result.ts";
import type { Violation } from "../../check/violation.ts";
import { type Fault, type FaultKind, honestClocks, type RunPlan } from "../../nemesis/plan.ts";
import { Chronicle } from "../../report/chronicle.ts";
import { tellRun } from "../../report/tell.ts";
import type { Crew } from "../../workloads/crew.ts";
import { workloadNamed } from "../../workloads/registry.ts";
import type { TextStore } from "../../workloads/workload.ts";
import { ClientWorld } from "./client_world.ts";
import { EventLog } from "./event_log.ts";
import { enoughStruck, seenIn, votingCore } from "./judge.ts";
import { RealNemesis } from "./nemesis.ts";
import { Processes } from "./processes.ts";
import { RespStore } from "./resp_store.ts";
import { type Fleet, operateShards, shardText } from "./shard_clients.ts";

/** What a run is told. */
export interface RealRunOptions {
  /** One that real machines can suffer: see `real_plan.ts`. */
  readonly plan: RunPlan;
  /** Fewer faults than this mean that nothing was shown. */
  readonly leastFaults: number;
  /** The command that runs it again. */
  readonly again: string;
  /** Ends the run early; what was seen is judged all the same. */
  readonly signal: AbortSignal;
  /** Hears of every fault that takes hold. */
  readonly onFault: (atMs: number, fault: Fault) => void;
}

/** A run with everything that a folder keeps of it. */
export interface RealRun extends RecordedRun {
  /** How many faults took hold. */
  readonly struck: number;
  /** How many jobs were done, where there are any. */
  readonly jobs: number;
  /** What the processes said last. */
  readonly said: string;
}

/** The name of the cluster, which every node of it is told. */
const GROUP = "wired";
/** As many as a simulated fleet has. */
const SHARDS = 7;
const LOOK_MS = 10;
/** Somebody leads so soon after all have started. */
const FIRST_LEADER_MS = 120_000;
/** A write goes through so soon after a majority was healed. */
const LIVENESS_MS = 120_000;
/** Everything settles so soon. */
const SETTLE_MS = 120_000;
const CHECK_LIMITS: CheckOptions = { timeLimitMs: 60_000, memoryLimitBytes: 1 << 30, explain: "full" };

/** Carries out `plan`. No process is left behind, whatever happens. Throws `Error` if the harness itself fails. */
export async function runReal(options: RealRunOptions): Promise<RealRun> {
  const run = new Run(options);
  return await run.carryOut();
}

class Run {
  readonly #options: RealRunOptions;
  #originMs = performance.now();
  readonly #now = () => performance.now() - this.#originMs;
  readonly #chronicle = new Chronicle(this.#now);
  readonly #events = new EventLog(this.#now);
  /** Fires with the first violation, with the first failure of the harness, and when somebody interrupts. */
  readonly #stop = new AbortController();
  #violation: Violation | null = null;
  #failure: { readonly error: unknown } | null = null;
  #whole = false;
  /** Whether the faults are over. */
  #calm = false;
  #recoveryMs = -1;
  #knownMs = Infinity;

  constructor(options: RealRunOptions) {
    this.#options = options;
  }

  async carryOut(): Promise<RealRun> {
    const { plan, signal } = this.#options;
    const random = seededRandom(plan.seed).split("real");
    await using processes = await Processes.start({
      nodes: plan.nodes,
      serves: plan.layer === "raft" ? "log" : plan.layer === "shard" ? "shards" : "store",
      sizes: { groups: plan.groups, shards: SHARDS },
      knobs: plan.knobs,
      seed: plan.seed,
      random,
      chronicle: this.#chronicle,
      report: (violation) => this.#report(violation),
      onMessage: this.#events.listener,
    });
    await this.#until(() => processes.led, FIRST_LEADER_MS, "lead");
    const world = new ClientWorld({
      seed: plan.seed,
      now: this.#now,
      note: (text) => this.#events.note(text),
      fail: (error) => this.#fail(error),
    });
    const onInterrupt = () => this.#stop.abort();
    signal.addEventListener("abort", onInterrupt, { once: true });
    try {
      const fleet = { servers: processes.servers, cluster: GROUP, groups: plan.groups, shards: SHARDS };
      const crew = this.#crew(processes, world, fleet);
      if (plan.layer === "shard") {
        operateShards(world, fleet, {
          changes: plan.changes,
          over: () => this.#calm,
        });
      }
      const nemesis = new RealNemesis({
        plan,
        processes,
        strikeJob: () => null,
        now: this.#now,
        onFault: (number, fault, phase) => this.#hearFault(number, fault, phase),
      });
      await this.#sail(crew, nemesis, processes);
      if (this.#failure !== null) throw (this.#failure as { readonly error: unknown }).error;
      return this.#judge(crew, nemesis, processes);
    } finally {
      signal.removeEventListener("abort", onInterrupt);
      world.end();
    }
  }

  #crew(processes: Processes, world: ClientWorld, fleet: Fleet): Crew {
    const { plan } = this.#options;
    const attemptMs = plan.knobs.electionMs;
    let connected = 0;
    return workloadNamed(plan).crew({
      world,
      servers: processes.servers,
      group: `kv/${GROUP}`,
      load: plan.load,
      attemptMs,
      honestClocks: honestClocks(plan),
      // Every other client speaks as those of Redis do.
      text: (runtime: Runtime): TextStore => {
        if (connected++ % 2 === 1) return new RespStore(runtime, () => processes.redisPorts);
        if (plan.layer === "shard") return shardText(runtime, fleet);
        return new Clerk({ runtime, servers: processes.servers, group: `kv/${GROUP}`, attemptMs });
      },
    });
  }

  async #sail(crew: Crew, nemesis: RealNemesis, processes: Processes): Promise<void> {
    const { signal } = this.#options;
    this.#originMs = performance.now();
    this.#chronicle.begin("phase", "phases", "phase", "safety: any fault");
    crew.start();
    await nemesis.run(this.#stop.signal);
    this.#calm = true;
    // Whoever interrupts wants to know what was seen so far: peace, last reads, judgement.
    if (!signal.aborted && !this.#broken) await this.#live(crew, nemesis, processes);
    if (!this.#broken) await this.#settle(crew, nemesis, processes);
    else await nemesis.healAll();
  }

  get #broken(): boolean {
    return this.#violation !== null || this.#failure !== null;
  }

  #hearFault(number: number, fault: Fault, phase: "begins" | "ends"): void {
    this.#events.note(`fault ${number} ${fault.kind} ${phase}`);
    if (phase === "ends") return this.#chronicle.faultEnds(number);
    this.#chronicle.faultBegins(number, fault);
    this.#options.onFault(this.#now(), fault);
  }

  #report(violation: Violation): void {
    if (this.#violation !== null) return;
    this.#violation = violation;
    this.#knownMs = this.#now();
    const lane = violation.node === "" ? "laws" : violation.node;
    this.#chronicle.mark(lane, "violation", violation.law, violation.sentence);
    this.#events.note(`violation ${violation.law}`);
    this.#stop.abort();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }

  /** Waits for `done`; false if a law was broken meanwhile, or after `limitMs`. */
  async #until(done: () => boolean, limitMs: number, what: string | null = null): Promise<boolean> {
    const untilMs = performance.now() + limitMs;
    while (!done()) {
      if (this.#broken) return false;
      if (performance.now() > untilMs) {
        if (what === null) return false;
        throw new Error(`Nobody came to ${what} within ${limitMs} ms`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }

  /** Liveness: a majority is well, so a write must go through soon. */
  async #live(crew: Crew, nemesis: RealNemesis, processes: Processes): Promise<void> {
    const { plan } = this.#options;
    const core = votingCore(plan, processes);
    const well = core.map((node) => processes.names[node]).join(", ");
    this.#chronicle.begin(
      "phase",
      "phases",
      "phase",
      `liveness: a majority is well (${well}), the others stay broken` +
        (plan.outside === "none" ? "" : ` and out of reach (${plan.outside})`),
    );
    await nemesis.healCore(core);
    this.#chronicle.linesHeal();
    const startedMs = this.#now();
    crew.probe(() => this.#recoveryMs = this.#now() - startedMs);
    if (await this.#until(() => this.#recoveryMs >= 0, LIVENESS_MS) || this.#broken) return;
    this.#report({
      law: "liveness",
      node: processes.names[core[0]],
      sentence:
        `No write went through within ${LIVENESS_MS} ms of healing ${well} (${processes.describe()}).`,
    });
  }

  /** Everything is healed, the clients finish, everybody catches up, everything is read once more. */
  async #settle(crew: Crew, nemesis: RealNemesis, processes: Processes): Promise<void> {
    this.#chronicle.begin("phase", "phases", "phase", "everything is healed");
    await nemesis.healAll();
    this.#chronicle.allHeals();
    crew.stop();
    const calm = await this.#until(() => !crew.busy, SETTLE_MS);
    let read = false;
    crew.audit(SETTLE_MS, () => read = true);
    this.#whole = calm && await this.#until(() => read && processes.converged, SETTLE_MS);
    if (this.#whole || this.#broken) return;
    this.#report({
      law: "convergence",
      node: processes.names[0],
      sentence:
        `The nodes did not come to agree within ${SETTLE_MS} ms of healing everything (${processes.describe()}).`,
    });
  }

  #judge(crew: Crew, nemesis: RealNemesis, processes: Processes): RealRun {
    const { plan, again } = this.#options;
    const simulatedMs = this.#now();
    const verdict = this.#verdict(crew, nemesis);
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of nemesis.injected) faults[kind] = count;
    const result: RunResult = {
      seed: plan.seed,
      layer: plan.layer,
      workload: plan.workload,
      verdict,
      // Nobody can repeat what a real machine did.
      hash: "",
      events: this.#events.count,
      simulatedMs,
      operations: crew.counts,
      faults,
      elections: processes.elections,
      knownMs: Math.min(this.#knownMs, simulatedMs),
      askedByThen: crew.askedBy(this.#knownMs),
      recoveryMs: this.#recoveryMs,
      seen: seenIn(crew, processes),
    };
    const events = this.#events.toJsonLines();
    const told = tellRun({
      plan,
      result,
      again,
      names: processes.names,
      chronicle: this.#chronicle,
      events,
      operations: crew.steps(this.#knownMs),
      latencies: crew.latencies,
      prefix: crew.prefix(CHECK_LIMITS),
      title: `History, ${plan.nodes} real processes, seed ${plan.seed}`,
      picture: (words) => crew.picture(CHECK_LIMITS, words),
    });
    const history = crew.history();
    return {
      plan,
      result,
      events,
      history,
      ...told,
      struck: nemesis.struck,
      jobs: 0,
      said: processes.said(),
    };
  }

  #verdict(crew: Crew, nemesis: RealNemesis): RunVerdict {
    const { plan, leastFaults, signal } = this.#options;
    if (this.#violation !== null) return { kind: "violation", violation: this.#violation };
    if (crew.answered === 0) return { kind: "vacuous", sentence: "No client was ever answered." };
    const judgement = crew.judge(CHECK_LIMITS, this.#whole);
    if (judgement.kind === "violation") this.#knownMs = judgement.atMs;
    if (judgement.kind !== "ok") return judgement;
    const least = signal.aborted ? Math.min(1, plan.faults.length) : leastFaults;
    return enoughStruck(nemesis.struck, least, plan.safetyMs);
  }
}
