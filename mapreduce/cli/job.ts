/**
 * A job on real files: its plan, its folder, its coordinator.
 * @module
 */

import { basename, dirname, resolve } from "node:path";
import { Coordinator } from "../coordinator/coordinator.ts";
import type { CoordinatorOptions } from "../coordinator/options.ts";
import type { Entry } from "../coordinator/types.ts";
import { fnv1a } from "../partition.ts";
import { type JobPlan, splitInputs } from "../plan.ts";
import type { Arguments } from "./arguments.ts";
import type { Host } from "./host.ts";
import { findInputs, type FoundFile } from "./input_files.ts";
import { appUrl } from "./app_url.ts";
import { orRefuse, UsageError } from "./usage_error.ts";

const LOCK_NAME = "mr-lock";
const MIN_SPLIT_BYTES = 4 << 20;
const MAX_SPLIT_BYTES = 64 << 20;
/** Beyond this many map tasks, small files share one. */
const MANY_TASKS = 1000;

/** What a job is made of. */
export interface JobSpec {
  readonly app: string;
  readonly files: readonly FoundFile[];
  readonly totalBytes: number;
  /** The same exactly for the same application, inputs and options. */
  readonly id: string;
}

/** Looks at the inputs. Throws `UsageError`. */
export function describeJob(args: Arguments): JobSpec {
  const app = appUrl(args.app);
  const files = withoutOwn(findInputs(args.files), args);
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const what = JSON.stringify([app, changedMs(app), args.reduces, args.splitBytes, files]);
  const id = `${(fnv1a(what) >>> 0).toString(36)}-${(fnv1a(`again ${what}`) >>> 0).toString(36)}`;
  return { app, files, totalBytes, id };
}

/**
 * Leaves out what this job itself writes, if the inputs' folder is also its own.
 * @throws {UsageError} For an input that this job would replace.
 */
function withoutOwn(files: readonly FoundFile[], { out, work }: Arguments): FoundFile[] {
  const folder = resolve(out);
  const workFolder = resolve(out, work);
  return files.filter(({ name }) => {
    const path = resolve(name);
    const within = dirname(path);
    if (within === folder && /^mr-out-\d+$/.test(basename(path))) {
      throw new UsageError(`Cannot read ${name}: this job would replace it; remove it or give another --out`);
    }
    if (within === folder && basename(path) === LOCK_NAME) return false;
    return within !== workFolder || !/^(mr-\d+-\d+|mr-journal.*|tmp-\d+-mr-.*)$/.test(basename(path));
  });
}

function changedMs(url: string): number {
  if (!url.startsWith("file:")) return 0;
  try {
    return Deno.statSync(new URL(url)).mtime?.getTime() ?? 0;
  } catch {
    // A worker will say what is wrong with it.
    return 0;
  }
}

/**
 * Keeps a second job out of a folder for as long as this process lives: both would write files of the same names.
 * @throws {UsageError} If there is one at work.
 */
export function lockFolder(folder: string): Disposable {
  const path = `${folder}/${LOCK_NAME}`;
  const file = orRefuse(`write to ${folder}`, () => {
    Deno.mkdirSync(folder, { recursive: true });
    return Deno.openSync(path, { write: true, create: true });
  });
  let free = true;
  try {
    free = file.tryLockSync(true);
  } catch {
    // Some network folders know no locks.
  }
  if (!free) {
    file.close();
    throw new UsageError(
      `Cannot begin: another job is at work in ${folder}; wait for it or give another --out`,
    );
  }
  return {
    [Symbol.dispose]: () => {
      // Before it is released, so that nobody waits for a file that is gone.
      Deno.removeSync(path);
      file.close();
    },
  };
}

/** Removes the output of earlier jobs, which would otherwise mix with this one's. */
export function clearOutput(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    if (/^mr-out-\d+$/.test(name)) Deno.removeSync(`${folder}/${name}`);
  }
}

/** What a job's coordinator has around it. */
export interface JobSetting {
  readonly host: Host;
  readonly workers: CoordinatorOptions["workers"];
  readonly onEntry: (entry: Entry, plan: JobPlan) => void;
  readonly onSilent: (worker: string) => void;
  readonly onRefusal: (task: number, message: string, plan: JobPlan) => void;
  readonly onResume: (resumed: boolean) => void;
}

/** Starts the coordinator of a job. */
export function startCoordinator(args: Arguments, spec: JobSpec, setting: JobSetting): Promise<Coordinator> {
  const { host, workers, onEntry, onSilent, onRefusal, onResume } = setting;
  const byWorkers = spec.totalBytes / (args.workers * 4);
  const splitBytes = args.splitBytes > 0
    ? args.splitBytes
    : Math.min(MAX_SPLIT_BYTES, Math.max(MIN_SPLIT_BYTES, byWorkers));
  const options: CoordinatorOptions = {
    runtime: host,
    app: spec.app,
    work: args.work,
    plan: ({ whole }) => ({
      // Begun again, it is another job: what a worker of the first attempt still holds must not be taken for this one's.
      id: `${spec.id}.${host.random.below(2 ** 32).toString(36)}`,
      app: spec.app,
      reduces: args.reduces,
      maps: splitInputs(spec.files, { splitBytes, whole, manyTasks: MANY_TASKS }),
      work: args.work,
    }),
    resume: ({ id }) => {
      const resumed = id.split(".")[0] === spec.id && !args.fresh;
      onResume(resumed);
      return resumed;
    },
    table: {
      leaseMs: args.leaseMs,
      maxStrikes: args.attempts,
      skipBad: args.skipBad,
      backups: args.backups,
    },
    workers,
    onEntry,
    onSilent,
    onRefusal,
  };
  return Coordinator.start(options);
}
