/**
 * The main job: `deno task chaos` breaks a simulated cluster on purpose and judges what its clients saw.
 *
 * `deno task chaos --help` says what can be said. Exit codes: 0 passed, 1 violation, 2 undecided or nothing tried, 3 the
 * harness failed, 64 wrong usage.
 *
 * @module
 */

import { HELP, parseArguments, UsageError, withConfig } from "./chaos/cli/arguments.ts";
import { UnknownNameError } from "./chaos/cli/choice.ts";
import { refuseUnheeded } from "./chaos/cli/heeded.ts";
import { killsCommand } from "./chaos/cli/kills_command.ts";
import { listCommand } from "./chaos/cli/list_command.ts";
import { replayCommand } from "./chaos/cli/replay_command.ts";
import { runCommand } from "./chaos/cli/run_command.ts";
import { shrinkCommand } from "./chaos/cli/shrink_command.ts";
import { viewCommand } from "./chaos/cli/view_command.ts";
import { PlanError } from "./nemesis/read_plan.ts";
import { realCommand } from "./real/chaos/command.ts";
import { foreignCommand } from "./real/foreign/cli/command.ts";

const HARNESS_FAILED = 3;
const WRONG_USAGE = 64;

async function main(argv: readonly string[]): Promise<number> {
  try {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0];
    const args = parseArguments(await withConfig(argv, Deno.readTextFile), {
      seed,
      workers: navigator.hardwareConcurrency,
    });
    refuseUnheeded(args, argv);
    switch (args.command) {
      case "help":
        console.log(HELP);
        return 0;
      case "list":
        return listCommand();
      case "view":
        return await viewCommand(args.folder, args.port);
      case "kills":
        return await killsCommand(args.kills);
      case "run":
        return await runCommand(args);
      case "real":
        return await realCommand(args);
      case "foreign":
        return await foreignCommand(args);
      case "replay":
        return await replayCommand(args);
      case "shrink":
        return await shrinkCommand(args);
    }
  } catch (error) {
    if (error instanceof UsageError || error instanceof PlanError) {
      console.error(error.message);
      return WRONG_USAGE;
    }
    console.error(error instanceof UnknownNameError ? error.message : error);
    return HARNESS_FAILED;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
