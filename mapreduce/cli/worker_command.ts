/**
 * Workers as processes.
 * @module
 */

import { AppError } from "../app.ts";
import { WORKER_LIMITS } from "../worker/context.ts";
import { openLink } from "../worker/link.ts";
import { runWorker } from "../worker/worker.ts";
import type { Arguments } from "./arguments.ts";
import { type OpenHost, openHost, openStreams } from "./host.ts";
import { openFile } from "./input_files.ts";
import { importApp } from "./load.ts";
import { Supervisor } from "./supervisor.ts";
import { startWatchdog } from "./watchdog.ts";

/** Told that the job is over. */
const TOLD = 0;
/** The coordinator is gone. */
const DESERTED = 1;
/** The application is of no use. */
const UNFIT = 3;
/** Whoever started the process is gone. */
const ORPHANED = 4;

/**
 * Runs one worker in this process, or several in processes of their own, to their end; returns the exit code. `open`: the world that one
 * in this process lives in.
 */
export function workerCommand(args: Arguments, open: OpenHost = openHost): Promise<number> {
  return args.workers === 1 ? runOne(args, open) : runSeveral(args);
}

async function runOne(args: Arguments, open: OpenHost): Promise<number> {
  const name = args.name !== "" ? args.name : newName();
  if (args.tied) void watchParent();
  using _watchdog = args.stuckMs === 0 ? null : startWatchdog(
    args.stuckMs,
    `The application has not come back for ${args.stuckMs / 1000} s: this worker ends`,
  );
  let onLineLost = () => {};
  using host = await open({ folder: args.out, listen: null, onLineLost: () => onLineLost() });
  const link = openLink(host, args.at, args.patienceMs);
  // A coordinator that is started again is asked at once, not when the last call has waited in vain.
  onLineLost = link.giveUp;
  try {
    const end = await runWorker({
      runtime: host,
      name,
      link,
      loadApp: importApp,
      openInput: openFile,
      openStream: openStreams(args.out),
      patienceMs: args.patienceMs,
      limits: { ...WORKER_LIMITS, bufferBytes: args.memoryBytes },
    });
    if (end.kind === "told") return TOLD;
    // Whoever started a tied one hears of it otherwise.
    if (!args.tied) console.error(`The coordinator at ${args.at} is gone`);
    return DESERTED;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!args.tied) console.error(error.message);
    return UNFIT;
  }
}

async function runSeveral(args: Arguments): Promise<number> {
  let worst = TOLD;
  const prefix = newName();
  const { at, out } = args;
  const memory = String(args.memoryBytes / (1 << 20));
  const patience = String(args.patienceMs / 1000);
  const supervisor = new Supervisor({
    count: args.workers,
    argumentsFor: (name) => {
      const worker = `${prefix}-${name}`;
      const shared = ["--at", at, "--out", out, "--memory", memory, "--patience", patience];
      return [...shared, "--name", worker, "--stuck", String(args.stuckMs / 1000)];
    },
    onExit: ({ code }) => {
      const final = code === TOLD || code === DESERTED || code === UNFIT;
      if (final) worst = Math.max(worst, code);
      return Promise.resolve(final ? "leave" : "replace");
    },
    onHopeless: () => {},
  });
  await supervisor.over();
  if (worst === DESERTED) console.error(`The coordinator at ${at} is gone`);
  if (worst === UNFIT) console.error("The application cannot be used: the coordinator says why");
  return worst;
}

/** A name that no other worker has, on whatever machine. */
function newName(): string {
  return `${Deno.hostname()}-${Deno.pid}-${Date.now()}`;
}

/** Ends this process when whoever started it is gone, however it went: the pipe closes with it. */
async function watchParent(): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer) !== null);
  Deno.exit(ORPHANED);
}
