/**
 * A job from the command line: with workers of its own, or waiting for others'.
 * @module
 */

import type { JobEnd } from "../coordinator/coordinator.ts";
import type { Progress } from "../coordinator/progress.ts";
import type { Arguments } from "./arguments.ts";
import { openHost } from "./host.ts";
import { clearOutput, describeJob, startCoordinator } from "./job.ts";
import { noteOf, progressLine, summary } from "./notes.ts";
import { Supervisor } from "./supervisor.ts";

/** How long workers that were started here get to hear that it is over; others get a lease. */
const FAREWELL_MS = 1000;
const TERMINAL_MS = 200;
const PLAIN_MS = 2000;

/** Says things on standard error: over and over on one line of a terminal, line by line otherwise. */
class Reporter {
  readonly #quiet: boolean;
  readonly #terminal = Deno.stderr.isTerminal();
  readonly #encoder = new TextEncoder();
  #open = false;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  get everyMs(): number {
    return this.#terminal ? TERMINAL_MS : PLAIN_MS;
  }

  progress(line: string): void {
    if (this.#quiet) return;
    if (!this.#terminal) return this.#write(`${line}\n`);
    this.#write(`\r\x1b[K${line.slice(0, Deno.consoleSize().columns - 1)}`);
    this.#open = true;
  }

  note(line: string): void {
    if (this.#quiet) return;
    this.clear();
    this.#write(`${line}\n`);
  }

  clear(): void {
    if (this.#open) this.#write("\r\x1b[K");
    this.#open = false;
  }

  #write(text: string): void {
    Deno.stderr.writeSync(this.#encoder.encode(text));
  }
}

type Ending = JobEnd | { readonly kind: "interrupted" } | { readonly kind: "hopeless"; readonly why: string };

/** Runs a job; returns the exit code. With `workers`, as many as wanted are started here. */
export async function coordinatorCommand(
  args: Arguments,
  { workers }: { readonly workers: boolean },
): Promise<number> {
  const spec = describeJob(args);
  Deno.mkdirSync(args.out, { recursive: true });
  const startedMs = performance.now();
  const reporter = new Reporter(args.quiet);
  using host = openHost({ folder: args.out, listen: args.listen, name: "coordinator" });
  let resumed = false;
  let supervisor: Supervisor | null = null;
  const coordinator = await startCoordinator(args, spec, host, {
    onEntry: (entry, plan) => {
      const note = noteOf(entry, plan);
      if (note !== null) reporter.note(note);
    },
    onSilent: (worker) => supervisor?.kill(worker),
    onResume: (yes) => resumed = yes,
  });
  if (resumed) reporter.note(`going on with a job that was broken off: ${linesOf(coordinator.progress)}`);
  else clearOutput(args.out);
  const other = Promise.withResolvers<Ending>();
  const interrupt = () => other.resolve({ kind: "interrupted" });
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, interrupt);
  const { address } = host.network;
  if (!workers) console.log(`listening on ${address}`);
  else {
    supervisor = new Supervisor({
      count: args.workers,
      argumentsFor: (name) => workerArguments(args, address, name),
      onDeath: (worker, why) => coordinator.workerGone(worker, why),
      onHopeless: (why) => other.resolve({ kind: "hopeless", why }),
    });
  }
  const startBytes = coordinator.progress?.readBytes ?? 0;
  const seconds = () => (performance.now() - startedMs) / 1000;
  const ticker = setInterval(() => {
    const { progress } = coordinator;
    if (progress !== null) reporter.progress(progressLine(progress, seconds(), startBytes));
  }, reporter.everyMs);
  try {
    const end = await Promise.race([coordinator.end, other.promise]);
    const tookSeconds = seconds();
    reporter.clear();
    const good = end.kind === "done";
    supervisor?.retire();
    if (end.kind === "done" || end.kind === "failed") {
      await coordinator.dismissed(workers ? FAREWELL_MS : args.leaseMs);
    }
    await supervisor?.stop(good ? FAREWELL_MS : 0);
    await coordinator.tidy({ work: good && !args.keep });
    if (good && !args.keep && args.work !== "") await removeIfEmpty(`${args.out}/${args.work}`);
    return tell(end, tookSeconds, args);
  } finally {
    clearInterval(ticker);
    for (const name of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(name, interrupt);
    await supervisor?.stop(0);
    await coordinator[Symbol.asyncDispose]();
  }
}

function workerArguments(args: Arguments, address: string, name: string): string[] {
  const memory = String(args.memoryBytes / (1 << 20));
  return ["worker", "--tied", "--at", address, "--out", args.out, "--name", name, "--memory", memory];
}

function linesOf(progress: Progress | null): string {
  return progress === null ? "" : progressLine(progress, 0, progress.readBytes);
}

function tell(end: Ending, seconds: number, args: Arguments): number {
  switch (end.kind) {
    case "done":
      console.log(summary(end.progress, seconds, args.out));
      return 0;
    case "failed":
    case "unfit":
      console.error(`The job failed: ${end.message}`);
      return 1;
    case "hopeless":
      console.error(`The job failed: workers die as soon as they are started (${end.why})`);
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
