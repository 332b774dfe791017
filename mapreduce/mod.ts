/**
 * MapReduce: two functions of yours over a pile of files, on processes that may die at any time.
 *
 * @example How often each word begins a line
 * ```ts
 * import { type Pair, runSequential } from "@flotilla/flotilla/mapreduce";
 * import { assertEquals } from "@std/assert";
 *
 * const app = {
 *   map: (_name: string, contents: string): Pair[] =>
 *     contents.split("\n").filter((line) => line !== "").map((line) => [line.split(" ")[0], "1"]),
 *   reduce: (_key: string, values: Iterable<string>) => String([...values].length),
 * };
 * assertEquals(runSequential(app, [{ name: "a.txt", contents: "go on\ngo home\nstay\n" }]), ["go 2", "stay 1"]);
 * ```
 * @module
 */

export {
  type App,
  type AppBase,
  AppError,
  type AppErrorCode,
  type BytesApp,
  type ByteSink,
  loadApp,
  type LoadedApp,
  type Pair,
  type TextApp,
} from "./app.ts";
export { bucketOf } from "./partition.ts";
export { runSequential, type TextInput } from "./sequential.ts";
export { type InputFile, type JobPlan, type Segment, splitInputs, type SplitOptions } from "./plan.ts";
export { intermediateName, outputName } from "./names.ts";
export { Coordinator } from "./coordinator/coordinator.ts";
export type { CoordinatorOptions, JobEnd } from "./coordinator/options.ts";
export type { PhaseProgress, Progress } from "./coordinator/progress.ts";
export {
  type Answer,
  type AttemptRef,
  type Care,
  type Entry,
  type Mark,
  type Outcome,
  type Range,
  TABLE_DEFAULTS,
  type TableOptions,
} from "./coordinator/types.ts";
export { runWorker, type WorkerEnd, type WorkerOptions } from "./worker/worker.ts";
export { WORKER_LIMITS, type WorkerLimits } from "./worker/context.ts";
export { InputError, type InputErrorCode, type InputStream, type OpenInput } from "./worker/inputs.ts";
export { type Link, openLink } from "./worker/link.ts";
export type { AppState, Hello, Welcome } from "./service.ts";
export type { OpenStream, StreamFile } from "./shuffle/format.ts";
