/**
 * A job from the command line: with workers of its own, or waiting for others'.
 * @module
 */

import type { Coordinator } from "../coordinator/coordinator.ts";
import type { JobEnd } from "../coordinator/options.ts";
import type { Entry } from "../coordinator/types.ts";
import { type JobPlan, nameTask } from "../plan.ts";
import type { Arguments } from "./arguments.ts";
import { type Host, type OpenHost, openHost } from "./host.ts";
import { clearOutput, describeJob, lockFolder, startCoordinator } from "./job.ts";
import { noteOf, progressLine, summary } from "./notes.ts";
import { Reporter } from "./reporter.ts";
import { Supervisor } from "./supervisor.ts";
import { refuse } from "./usage_error.ts";

/** How long workers that were started here get to end once they have heard that it is over. */
const FAREWELL_MS = 1000;

/** Windows knows but one of them. */
const INTERRUPTIONS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

type Ending = JobEnd | { readonly kind: "interrupted" } | { readonly kind: "hopeless"; readonly why: string };

/** Runs a job; returns the exit code. With `workers`, as many as wanted are started here. `open`: the world it lives in. */
export async function coordinatorCommand(
  args: Arguments,
  { workers }: { readonly workers: boolean },
  open: OpenHost = openHost,
): Promise<number> {
  const spec = describeJob(args);
  using _lock = lockFolder(args.out);
  using host = await open({ folder: args.out, listen: args.listen, onLineLost: () => {} }).catch(
    (cause) => refuse(`listen on ${args.listen}`, cause),
  );
  const reporter = new Reporter(args.quiet);
  let resumed = false;
  let supervisor: Supervisor | null = null;
  await using coordinator = await startCoordinator(args, spec, {
    host,
    workers: workers ? "own" : "guests",
    onEntry: (entry, plan) => tellEntry(reporter, entry, plan),
    onSilent: (worker) => supervisor?.kill(worker),
    onRefusal: (task, message, plan) =>
      reporter.note(`trying ${nameTask(plan, task)} again in a second: ${message}`),
    onResume: (yes) => resumed = yes,
  });
  const { progress } = coordinator;
  if (!resumed) clearOutput(args.out);
  else if (progress !== null) {
    const line = progressLine(progress, 0, progress.readBytes);
    reporter.note(`going on with a job that was broken off: ${line}`);
  }
  const other = Promise.withResolvers<Ending>();
  if (!workers) console.log(`listening on ${host.network.address}`);
  else supervisor = startWorkers(args, host, coordinator, (why) => other.resolve({ kind: "hopeless", why }));
  try {
    return await watch({ args, coordinator, supervisor, reporter, other });
  } finally {
    await supervisor?.stop(0);
  }
}

function tellEntry(reporter: Reporter, entry: Entry, plan: JobPlan): void {
  const note = noteOf(entry, plan);
  if (note === null) return;
  // What is left out is missing in the output, whoever likes it quiet.
  if (entry.kind === "skipped") reporter.warn(note);
  else reporter.note(note);
}

function startWorkers(
  args: Arguments,
  host: Host,
  coordinator: Coordinator,
  onHopeless: (why: string) => void,
): Supervisor {
  const memory = String(args.memoryBytes / (1 << 20));
  const patience = String(args.patienceMs / 1000);
  return new Supervisor({
    count: args.workers,
    argumentsFor: (name) => {
      const { address } = host.network;
      const shared = ["--at", address, "--out", args.out, "--memory", memory, "--patience", patience];
      // Whoever falls silent is killed from here: see `onSilent`.
      return [...shared, "--name", name, "--stuck", "0"];
    },
    // An application may end its process as if all were well: only this process says when it is time to go.
    onExit: async ({ worker, why }) =>
      await coordinator.workerGone(worker, why) ? "replace" : "replaceStillborn",
    onHopeless,
  });
}

interface Watched {
  readonly args: Arguments;
  readonly coordinator: Coordinator;
  readonly supervisor: Supervisor | null;
  readonly reporter: Reporter;
  /** Ends that the coordinator knows nothing of. */
  readonly other: PromiseWithResolvers<Ending>;
}

/** Tells how the job goes until it ends, and sees its workers off. */
async function watch({ args, coordinator, supervisor, reporter, other }: Watched): Promise<number> {
  const startedMs = performance.now();
  const startBytes = coordinator.progress?.readBytes ?? 0;
  const seconds = () => (performance.now() - startedMs) / 1000;
  const interrupt = () => other.resolve({ kind: "interrupted" });
  for (const name of INTERRUPTIONS) Deno.addSignalListener(name, interrupt);
  const ticker = setInterval(() => {
    const { progress } = coordinator;
    if (progress !== null) reporter.progress(progressLine(progress, seconds(), startBytes));
  }, reporter.everyMs);
  try {
    const end = await Promise.race([coordinator.end, other.promise]);
    clearInterval(ticker);
    reporter.clear();
    const code = tellEnd(end, seconds(), args);
    supervisor?.retire();
    if (end.kind === "done" || end.kind === "failed") await coordinator.dismissed();
    await supervisor?.stop(end.kind === "done" ? FAREWELL_MS : 0);
    const work = end.kind === "done" && !args.keep;
    await coordinator.tidy({ work });
    if (work && args.work !== "") await removeIfEmpty(`${args.out}/${args.work}`);
    return code;
  } finally {
    clearInterval(ticker);
    for (const name of INTERRUPTIONS) Deno.removeSignalListener(name, interrupt);
  }
}

function tellEnd(end: Ending, seconds: number, args: Arguments): number {
  switch (end.kind) {
    case "done":
      console.log(summary(end.progress, seconds, args.out));
      return 0;
    case "failed":
    case "unfit":
      console.error(`The job failed: ${end.message}`);
      return 1;
    case "hopeless":
      console.error(`The job failed: workers die before they have loaded ${args.app} (${end.why})`);
      return 1;
    case "interrupted":
      console.error("Interrupted. The same command goes on from here.");
      return 130;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await Deno.remove(folder);
  } catch {
    // Somebody keeps something there.
  }
}
