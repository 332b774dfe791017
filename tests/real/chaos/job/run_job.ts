/**
 * One run of the layer `mapreduce` on real processes: job after job for as long as faults strike, and every output compared.
 *
 * A plan's machines are the machine with the shared folder, the coordinator and the workers, as in the simulation. When the faults are
 * over everything is healed, and the job that is under way must end.
 * @module
 */

import {
  checkOperations,
  type Operation,
  renderHtml,
  type Verdict,
  writeLinhist,
} from "../../../../porcupine/mod.ts";
import { seededRandom } from "../../../../runtime/mod.ts";
import type { RarePath, RunResult, RunVerdict } from "../../../chaos/result.ts";
import type { Violation } from "../../../check/violation.ts";
import type { Fault, FaultKind } from "../../../nemesis/plan.ts";
import { Chronicle } from "../../../report/chronicle.ts";
import { tellRun } from "../../../report/tell.ts";
import { prefixOf } from "../../../workloads/prefix.ts";
import { EventLog } from "../event_log.ts";
import { enoughStruck } from "../judge.ts";
import { RealNemesis } from "../nemesis.ts";
import type { RealRun, RealRunOptions } from "../run.ts";
import type { End, JobFault } from "../victims.ts";
import { JobCalls } from "./job_calls.ts";
import { JobFolder, USUAL_SIZE } from "./job_folder.ts";
import { fingerprint, jobCodec, type JobInput, jobModel } from "./job_history.ts";
import { COORDINATOR, JobProcesses } from "./job_processes.ts";
import { stutter } from "./stutter.ts";

/** What else can be seen of such a run: every process that was started. */
export interface RealJobRun extends RealRun {
  readonly pids: readonly number[];
}

/** How often somebody looks into the folder: a file that has its name must be whole whenever anybody looks. */
const LOOK_MS = 20;
/** A job that is under way when everything is well again ends so soon. */
const SETTLE_MS = 300_000;
const CHECK_LIMITS = { timeLimitMs: 20_000, memoryLimitBytes: 1 << 30 } as const;

/** Carries out `plan`. No process is left behind, whatever happens. Throws `Error` if the harness itself fails. */
export async function runRealJobs(options: RealRunOptions): Promise<RealJobRun> {
  const top = await Deno.makeTempDir({ prefix: "flotilla-jobs-" });
  try {
    return await new JobRun(options, top).carryOut();
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

class JobRun {
  readonly #options: RealRunOptions;
  readonly #top: string;
  #originMs = performance.now();
  readonly #now = () => performance.now() - this.#originMs;
  readonly #chronicle = new Chronicle(this.#now);
  readonly #events = new EventLog(this.#now);
  readonly #calls: JobCalls;
  /** Fires with the first violation, and when somebody interrupts. */
  readonly #stop = new AbortController();
  readonly #jobs: JobFolder[] = [];
  readonly #history: Operation<JobInput, string>[] = [];
  #violation: Violation | null = null;
  #knownMs = Infinity;
  #recoveryMs = -1;
  /** Whether the faults are over: the job that is under way is the last. */
  #calm = false;
  #told = "";
  /** The present job is over as soon as its coordinator says so; it is killed then, and its output must be there. */
  #hurried = false;
  /** Ends of what makes programs slow. */
  readonly #slow: End[] = [];

  constructor(options: RealRunOptions, top: string) {
    this.#options = options;
    this.#top = top;
    this.#calls = new JobCalls({
      now: this.#now,
      maps: () => this.#jobs.at(-1)?.size.files ?? 0,
      onWorker: (node, look, words) =>
        this.#chronicle.show({ node, look, gist: words, short: words, long: words }),
      onMessage: this.#events.listener,
    });
  }

  async carryOut(): Promise<RealJobRun> {
    const { plan, signal } = this.#options;
    const onInterrupt = () => this.#stop.abort();
    signal.addEventListener("abort", onInterrupt, { once: true });
    const processes = new JobProcesses({
      workers: plan.nodes,
      seed: plan.seed,
      random: seededRandom(plan.seed).split("real job"),
      chronicle: this.#chronicle,
      report: (violation) => this.#report(violation),
      onMessage: this.#calls.listener,
    });
    const watch = setInterval(() => {
      this.#look();
      if (!this.#hurried || !processes.saidDone) return;
      this.#hurried = false;
      void processes.cutShort();
    }, LOOK_MS);
    try {
      const nemesis = new RealNemesis({
        plan,
        processes,
        strikeJob: (fault) => this.#strike(fault, processes),
        now: this.#now,
        onFault: (number, fault, phase) => this.#hearFault(number, fault, phase, processes),
      });
      await this.#sail(nemesis, processes);
      // Whoever was late has had its time: what it might have spoilt shows now.
      await processes[Symbol.asyncDispose]();
      if (this.#violation === null) await this.#lookAgain();
      return this.#judge(nemesis, processes);
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", onInterrupt);
      await processes[Symbol.asyncDispose]();
    }
  }

  async #sail(nemesis: RealNemesis, processes: JobProcesses): Promise<void> {
    this.#originMs = performance.now();
    this.#chronicle.begin("phase", "phases", "phase", "safety: any fault");
    let over = false;
    const failed = Promise.withResolvers<never>();
    const jobs = this.#work(processes).then(() => over = true, failed.reject);
    await Promise.race([nemesis.run(this.#stop.signal), failed.promise]);
    this.#calm = true;
    const healedMs = this.#now();
    this.#chronicle.begin("phase", "phases", "phase", "everything is healed");
    for (const end of this.#slow) void end();
    await nemesis.healAll();
    this.#chronicle.allHeals();
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, SETTLE_MS);
    await Promise.race([jobs, late.promise, this.#broken, failed.promise]);
    clearTimeout(timer);
    if (over) this.#recoveryMs = this.#now() - healedMs;
    else if (this.#violation === null) {
      const sentence = `The job was not over ${
        SETTLE_MS / 1000
      } s after everything was healed (${processes.describe()}).`;
      this.#report({ law: "job-ends", node: "coordinator", sentence });
    }
  }

  /** One job after the other, until the faults are over. */
  async #work(processes: JobProcesses): Promise<void> {
    const { seed, size } = this.#options.plan;
    for (let number = 1; !this.#calm && this.#violation === null; number++) {
      const folder = `${this.#top}/job-${number}`;
      const job = await JobFolder.make(folder, seed * 1000 + number, size ?? USUAL_SIZE);
      const input: JobInput = { job: number, right: fingerprint(job.expected) };
      const callAt = this.#now();
      const at = this.#history.push({ client: number, input, callAt, outcome: { status: "unknown" } }) - 1;
      this.#jobs.push(job);
      this.#events.note(`job ${number} begins`);
      processes.begin(job);
      this.#hurried = number % 2 === 1;
      await Promise.race([processes.done, this.#broken]);
      if (this.#violation !== null) return;
      this.#events.note(`job ${number} ends`);
      const wrong = await job.judge();
      if (wrong !== null) this.#reportOutput(number, wrong);
      const output = wrong === null ? input.right : `wrong: ${wrong}`;
      this.#history[at] = {
        client: number,
        input,
        callAt,
        outcome: { status: "ok", output, returnAt: this.#now() },
      };
    }
  }

  /** Resolves when a law is broken. */
  get #broken(): Promise<void> {
    return this.#broke.promise;
  }

  readonly #broke = Promise.withResolvers<void>();

  #report(violation: Violation): void {
    if (this.#violation !== null) return;
    this.#violation = violation;
    this.#knownMs = this.#now();
    this.#chronicle.mark(
      violation.node === "" ? "laws" : violation.node,
      "violation",
      violation.law,
      violation.sentence,
    );
    this.#events.note(`violation ${violation.law}`);
    this.#broke.resolve();
    this.#stop.abort();
  }

  #reportOutput(number: number, wrong: string): void {
    this.#report({
      law: "job-output",
      node: "coordinator",
      sentence: `Of job ${number} ${wrong}: that is not what a sequential run gives.`,
    });
  }

  /** How far the job is; and whether anybody who looks now sees half a file. */
  #look(): void {
    const job = this.#jobs.at(-1);
    if (job === undefined || this.#violation !== null) return;
    const { maps, reduces, wrong } = job.look();
    if (wrong !== null) {
      const sentence = `Before its job was over ${wrong}: a file that has its final name is whole.`;
      return this.#report({ law: "job-laws", node: "", sentence });
    }
    const words =
      `job ${this.#jobs.length}: maps ${maps}/${job.size.files}, outputs ${reduces}/${job.size.reduces}`;
    if (words === this.#told) return;
    this.#told = words;
    const look = maps < job.size.files ? "mapping" : "reducing";
    this.#chronicle.show({ node: "coordinator", look, gist: words, short: words, long: words });
  }

  async #lookAgain(): Promise<void> {
    for (const [at, { outcome }] of this.#history.entries()) {
      if (outcome.status !== "ok") continue;
      const wrong = await this.#jobs[at].judge();
      if (wrong !== null) this.#reportOutput(at + 1, `when all programs had gone, ${wrong}`);
    }
  }

  #strike(fault: JobFault, processes: JobProcesses): End | null {
    const job = this.#jobs.at(-1);
    switch (fault.kind) {
      case "slowInput": {
        const end = stutter(processes, Number(fault.target));
        if (end !== null) this.#slow.push(end);
        return end;
      }
      case "loseMap":
        return job?.loseMap(fault.map) ? () => {} : null;
      case "damageMap": {
        const { map, reduce, how, place } = fault;
        return job?.damageMap(map, reduce, how, place) ? () => {} : null;
      }
    }
  }

  #hearFault(number: number, fault: Fault, phase: "begins" | "ends", processes: JobProcesses): void {
    this.#events.note(`fault ${number} ${fault.kind} ${phase}`);
    if (phase === "ends") return this.#chronicle.faultEnds(number);
    this.#chronicle.faultBegins(number, fault);
    this.#options.onFault(this.#now(), fault);
    // Every other worker that dies finds nothing of what it had begun when it comes back.
    const worker = fault.kind === "crash" && Number(fault.target) > COORDINATOR;
    if (worker && number % 2 === 1) {
      processes.wipe();
      this.#events.note("its scratch files are gone");
    }
  }

  #judge(nemesis: RealNemesis, processes: JobProcesses): RealJobRun {
    const { plan, again } = this.#options;
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const [kind, count] of nemesis.injected) faults[kind] = count;
    const checked = checkOperations(jobModel, this.#history, CHECK_LIMITS);
    const simulatedMs = this.#now();
    const result: RunResult = {
      seed: plan.seed,
      layer: plan.layer,
      workload: plan.workload,
      verdict: this.#verdict(nemesis.struck, checked),
      // Nobody can repeat what a real machine did.
      hash: "",
      events: this.#events.count,
      simulatedMs,
      operations: this.#calls.counts,
      faults,
      elections: 0,
      knownMs: Math.min(this.#knownMs, simulatedMs),
      askedByThen: this.#calls.asked,
      recoveryMs: this.#recoveryMs,
      seen: this.#seen(processes),
    };
    const history = this.#history;
    const events = this.#events.toJsonLines();
    const told = tellRun({
      plan,
      result,
      again,
      names: processes.names,
      chronicle: this.#chronicle,
      events,
      operations: this.#calls.steps,
      latencies: this.#calls.latencies,
      prefix: prefixOf(jobModel, history, checked),
      title: `Jobs, ${plan.nodes} real workers, seed ${plan.seed}`,
      picture: (words) => renderHtml({ model: jobModel, operations: history }, checked, words),
    });
    return {
      plan,
      result,
      events,
      history: writeLinhist(jobCodec, history, { seed: plan.seed }),
      ...told,
      struck: nemesis.struck,
      jobs: this.#done,
      said: processes.said(),
      pids: processes.pids,
    };
  }

  #verdict(struck: number, checked: Verdict): RunVerdict {
    const { plan, leastFaults, signal } = this.#options;
    if (this.#violation !== null) return { kind: "violation", violation: this.#violation };
    if (checked.kind === "illegal") {
      return {
        kind: "violation",
        violation: { law: "job-output", node: "coordinator", sentence: checked.sentence },
      };
    }
    if (this.#done === 0) {
      return { kind: "vacuous", sentence: "No job was ever done." };
    }
    return enoughStruck(
      struck,
      signal.aborted ? Math.min(1, plan.faults.length) : leastFaults,
      plan.safetyMs,
    );
  }

  get #done(): number {
    return this.#history.filter(({ outcome }) => outcome.status === "ok").length;
  }

  #seen(processes: JobProcesses): RarePath[] {
    const seen: RarePath[] = [];
    const said = processes.said();
    if (processes.rebirths > 0) seen.push("coordinatorReborn");
    if (/^doing .* again: /m.test(said)) seen.push("taskReopened");
    if (/late reports? refused/.test(said)) seen.push("reportTooLate");
    return seen;
  }
}
