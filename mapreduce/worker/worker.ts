/**
 * A worker: asks, works, reports, until it is told to go.
 * @module
 */

import { DiskError, RpcError, type Runtime } from "../../runtime/mod.ts";
import { AppError, type LoadedApp } from "../app.ts";
import { filesOf } from "../coordinator/commit.ts";
import type { Answer, AttemptRef, Care, Outcome } from "../coordinator/types.ts";
import type { JobPlan } from "../plan.ts";
import { DamagedFileError, type OpenStream } from "../shuffle/format.ts";
import { AppFailure, LostInput, removeAttemptFiles, type WorkerLimits } from "./context.ts";
import { guardCombine } from "./guard.ts";
import { InputError, type OpenInput } from "./inputs.ts";
import { Lease, LeaseLost } from "./lease.ts";
import type { AppState } from "../service.ts";
import type { Link } from "./link.ts";
import { runMap } from "./map_task.ts";
import { Deserted, type Patience, patiently } from "./patience.ts";
import { runReduce } from "./reduce_task.ts";

/** What a worker needs. */
export interface WorkerOptions {
  /** Its disk is the shared folder. */
  readonly runtime: Pick<Runtime, "clock" | "signal" | "disk">;
  /** A name that no other worker of the job has, this one's former lives included. */
  readonly name: string;
  /** The line to the coordinator; closed when the worker goes. */
  readonly link: Link;
  /** Loads an application. Throws `AppError` (`unfit`). */
  readonly loadApp: (url: string) => Promise<LoadedApp>;
  /** Opens inputs. */
  readonly openInput: OpenInput;
  /** Opens intermediate files of the shared folder. */
  readonly openStream: OpenStream;
  /** Without a word from the coordinator for this long, the worker goes. */
  readonly patienceMs: number;
  /** How much memory it takes. */
  readonly limits: WorkerLimits;
}

/** Why a worker went. */
export type WorkerEnd =
  | { readonly kind: "told"; readonly reason: string }
  | { readonly kind: "coordinatorGone" };

interface Job {
  readonly plan: JobPlan;
  readonly leaseMs: number;
  readonly app: LoadedApp;
}

/** Runs a worker to its end. Rejects when its signal is aborted, and with `AppError` if the application is unfit. */
export async function runWorker(options: WorkerOptions): Promise<WorkerEnd> {
  const { link, name, runtime } = options;
  try {
    const job = await join(options);
    for (let ask = 0;; ask++) {
      runtime.signal.throwIfAborted();
      const answer: Answer = await patiently(patienceOf(options), () => link.ask(job.plan.id, name, ask));
      if (answer.kind === "exit") {
        await link.leave(name).catch(ignoreSilence);
        return { kind: "told", reason: answer.reason };
      }
      if (answer.kind === "task") await work(options, job, answer.ref, answer.care);
    }
  } catch (error) {
    if (error instanceof Deserted) return { kind: "coordinatorGone" };
    throw error;
  } finally {
    link.close();
  }
}

/** The coordinator may go first. */
function ignoreSilence(error: unknown): void {
  if (!(error instanceof RpcError)) throw error;
}

function patienceOf({ runtime: { clock, signal }, patienceMs }: WorkerOptions): Patience {
  return { clock, signal, patienceMs };
}

async function join(options: WorkerOptions): Promise<Job> {
  const { link, name: worker } = options;
  let loaded: LoadedApp | null = null;
  for (;;) {
    const app: AppState = loaded === null ? { kind: "notLoaded" } : { kind: "loaded", whole: loaded.whole };
    const welcome = await patiently(patienceOf(options), () => link.hello({ worker, app }));
    loaded ??= guardCombine(await load(options, welcome.kind === "load" ? welcome.app : welcome.plan.app));
    if (welcome.kind === "job") return { plan: welcome.plan, leaseMs: welcome.leaseMs, app: loaded };
  }
}

/** Loads the application; if that fails, the coordinator hears of it, too. */
async function load(options: WorkerOptions, url: string): Promise<LoadedApp> {
  const { link, name: worker } = options;
  try {
    return await options.loadApp(url);
  } catch (error) {
    if (error instanceof AppError) {
      const app: AppState = { kind: "unfit", message: error.message };
      await patiently(patienceOf(options), () => link.hello({ worker, app }));
    }
    throw error;
  }
}

async function work(options: WorkerOptions, job: Job, ref: AttemptRef, care: Care): Promise<void> {
  const { link, name: worker } = options;
  const { disk } = options.runtime;
  const outcome = await attempt(options, job, ref, care);
  const accepted = outcome !== null &&
    await patiently(patienceOf(options), () => link.report(job.plan.id, worker, ref, outcome));
  // Nobody else removes what does not count; the winner's files carry other names by now.
  if (outcome?.kind !== "done" || !accepted) {
    await removeAttemptFiles(disk, ref.attempt, filesOf(job.plan, ref.task));
  }
}

/** How the attempt ended, or null if it was broken off because nobody wants it any more. */
async function attempt(
  options: WorkerOptions,
  job: Job,
  ref: AttemptRef,
  care: Care,
): Promise<Outcome | null> {
  const { runtime, link, name: worker, openInput, openStream, limits } = options;
  const { disk } = runtime;
  const { plan, app, leaseMs } = job;
  const lease = new Lease({ ...patienceOf(options), link, job: plan.id, worker, ref, leaseMs });
  try {
    const context = { plan, app, ref, care, lease, disk, openStream, openInput, limits };
    return ref.task < plan.maps.length ? await runMap(context) : await runReduce(context);
  } catch (error) {
    runtime.signal.throwIfAborted();
    if (error instanceof LeaseLost) return null;
    return toOutcome(error);
  } finally {
    lease.stop();
  }
}

/** What the coordinator is told; it knows the task's name itself. */
function toOutcome(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AppFailure) return { kind: "failed", message, mark: error.mark };
  if (error instanceof LostInput) return { kind: "lost", maps: error.maps };
  if (error instanceof AppError) return { kind: "unfit", message };
  // A damaged file that is no map task's is one that this attempt merged itself.
  if (error instanceof DiskError || error instanceof InputError || error instanceof DamagedFileError) {
    return { kind: "storage", message };
  }
  throw error;
}
