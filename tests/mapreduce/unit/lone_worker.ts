/**
 * A worker by itself, in virtual time: the test plays its coordinator.
 * @module
 */

import {
  type Answer,
  type App,
  type AttemptRef,
  type Care,
  type JobPlan,
  type Link,
  loadApp,
  type LoadedApp,
  type OpenInput,
  type Outcome,
  runWorker,
  WORKER_LIMITS,
  type WorkerEnd,
  type WorkerLimits,
} from "../../../mapreduce/mod.ts";
import { World } from "../../sim/mod.ts";
import type { WatchedDisk } from "./watched_disk.ts";

/** Nowhere to tread carefully. */
export const CARELESS: Care = { suspects: [], skips: [] };

/** What a worker meets. */
export interface Setting {
  readonly app: App;
  readonly plan: JobPlan;
  readonly disk: WatchedDisk;
  /** What it hears as it asks, one after the other; then that it may go. */
  readonly answers: readonly Answer[];
  /** @default {no input is read} */
  readonly openInput?: OpenInput;
  /** How the coordinator differs from one that is always there and content. */
  readonly link?: (clock: { sleep(ms: number): Promise<void> }) => Partial<Link>;
  readonly limits?: Partial<WorkerLimits>;
  /** @default {20_000} */
  readonly patienceMs?: number;
  /** @default {it is what `app` says} */
  readonly loadApp?: () => Promise<LoadedApp>;
}

/** What came of it. */
export interface Told {
  /** How it went; null if it was still there after an hour. */
  readonly end: WorkerEnd | null;
  /** What it threw where the application was not to be had; null if nothing. */
  readonly failure: unknown;
  readonly outcomes: readonly Outcome[];
  /** When it went. */
  readonly endMs: number;
  /** What else it said: `hello`, with how it stands with the application, `leave` and `close`. */
  readonly said: readonly string[];
}

/** Which attempt the `number`-th one is. */
export function attemptAt(task: number, number: number): AttemptRef {
  return { task, attempt: 1_000_000 + number, version: 0 };
}

const HOUR_MS = 3_600_000;

/** Lets one worker work through it all. */
export async function workAlone(setting: Setting): Promise<Told> {
  const { app, plan, disk, answers, limits = {}, patienceMs = 20_000 } = setting;
  const world = new World({ seed: 1 });
  const outcomes: Outcome[] = [];
  const said: string[] = [];
  const coordinator: Link = {
    hello: ({ app }) => {
      said.push(`hello, ${app.kind}`);
      return Promise.resolve({ kind: "job", plan, leaseMs: 10_000 });
    },
    ask: (_job, _worker, ask) => Promise.resolve(answers[ask] ?? { kind: "exit", reason: "the job is done" }),
    report: (_job, _worker, _ref, outcome) => Promise.resolve(outcomes.push(outcome) > 0),
    renew: () => Promise.resolve(true),
    leave: () => Promise.resolve(void said.push("leave")),
    giveUp: () => {},
    close: () => void said.push("close"),
    ...setting.link?.(world.clock),
  };
  let end: WorkerEnd | null = null;
  let failure: unknown = null;
  world.machine("worker").boot(async ({ clock, signal }) => {
    try {
      end = await runWorker({
        runtime: { clock, signal, disk },
        name: "worker",
        link: coordinator,
        loadApp: setting.loadApp ?? (() => Promise.resolve(loadApp(app, "the application"))),
        openInput: setting.openInput ?? (() => Promise.reject(new TypeError("There is no input"))),
        openStream: disk.openStream,
        patienceMs,
        limits: { ...WORKER_LIMITS, ...limits },
      });
    } catch (error) {
      failure = error;
    }
  });
  await world.run({ until: () => end !== null || failure !== null, untilMs: HOUR_MS });
  const endMs = world.nowMs;
  world.end();
  if (failure !== null && setting.loadApp === undefined) throw failure;
  return { end, failure, outcomes, endMs, said };
}
