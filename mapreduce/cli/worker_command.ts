/**
 * A worker as a process.
 * @module
 */

import { AppError } from "../app.ts";
import { WORKER_LIMITS } from "../worker/context.ts";
import { openLink } from "../worker/link.ts";
import { runWorker } from "../worker/worker.ts";
import type { Arguments } from "./arguments.ts";
import { openHost, openStreams } from "./host.ts";
import { openFile } from "./input_files.ts";
import { importApp } from "./load.ts";

/** Runs a worker to its end; returns the exit code. */
export async function workerCommand(args: Arguments): Promise<number> {
  const name = args.name !== "" ? args.name : `${Deno.hostname()}-${Deno.pid}-${Date.now()}`;
  if (args.tied) void watchParent();
  using host = openHost({ folder: args.out, listen: null, name });
  try {
    const end = await runWorker({
      runtime: host,
      name,
      link: openLink(host, args.at),
      loadApp: importApp,
      openInput: openFile,
      openStream: openStreams(args.out),
      patienceMs: args.patienceMs,
      limits: { ...WORKER_LIMITS, bufferBytes: args.memoryBytes },
    });
    if (end.kind === "told") return 0;
    if (!args.tied) console.error(`The coordinator at ${args.at} is gone`);
    return 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Whoever started it hears of it from the coordinator.
    if (!args.tied) console.error(error.message);
    return 3;
  }
}

/** Ends this process when whoever started it is gone, however it went: the pipe closes with it. */
async function watchParent(): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer) !== null);
  Deno.exit(4);
}
