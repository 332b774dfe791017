/**
 * MapReduce from the command line: `deno task mr wc data/*.txt`.
 * @module
 */

import { AppError } from "./app.ts";
import { DiskError } from "../runtime/mod.ts";
import { HELP, parseArguments } from "./cli/arguments.ts";
import { UsageError } from "./cli/usage_error.ts";

/** `deno task` starts in the folder of the tasks, but names are meant from where the person stands. */
function goBack(): void {
  const from = Deno.env.get("INIT_CWD");
  if (from === undefined || !import.meta.url.startsWith("file:")) return;
  const tasks = Deno.realPathSync(new URL("..", import.meta.url));
  if (Deno.realPathSync(".") === tasks) Deno.chdir(from);
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    goBack();
    const args = parseArguments(argv, navigator.hardwareConcurrency);
    // Each command loads what it needs: a job starts many workers, and none of them is a coordinator.
    switch (args.command) {
      case "help":
        console.log(HELP);
        return 0;
      case "worker":
        return await (await import("./cli/worker_command.ts")).workerCommand(args);
      case "sequential":
        return await (await import("./cli/sequential_command.ts")).sequentialCommand(args);
      case "coordinator":
      case "run": {
        const { coordinatorCommand } = await import("./cli/coordinator_command.ts");
        return await coordinatorCommand(args, { workers: args.command === "run" });
      }
    }
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      return 2;
    }
    if (error instanceof AppError) {
      console.error(`The job failed: ${error.message}`);
      return 1;
    }
    if (error instanceof DiskError) {
      console.error(`The job failed: ${error.message}`);
      console.error(
        "Make room, or mend what is wrong, and give the same command again: finished work is kept.",
      );
      return 1;
    }
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
