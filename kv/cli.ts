/**
 * The store from the command line: `deno task serve`, `deno task cluster`, `deno task kv`.
 * @module
 */

import { CLIENT_HELP, readClientArguments } from "./cli/client_arguments.ts";
import { clientCommand } from "./cli/client_command.ts";
import { CLUSTER_HELP, clusterCommand, readClusterArguments } from "./cli/cluster_command.ts";
import { UsageError } from "./cli/flags.ts";
import { readServeArguments, SERVE_HELP } from "./cli/serve_arguments.ts";
import { serveCommand } from "./cli/serve_command.ts";

const WRONG_USAGE = 64;

/** Runs a command line; resolves to the exit code. */
export async function main([command, ...rest]: readonly string[]): Promise<number> {
  const help = rest.includes("--help") || rest.includes("-h");
  try {
    switch (command) {
      case "serve":
        if (help || rest.length === 0) return say(SERVE_HELP);
        return await serveCommand(readServeArguments(rest, Deno.env.get("FLOTILLA_TOKEN")));
      case "cluster":
        if (help) return say(CLUSTER_HELP);
        return await clusterCommand(readClusterArguments(rest));
      case "client":
        if (rest.length === 0 || (help && !rest.includes("--"))) return say(CLIENT_HELP);
        return await clientCommand(...readClientArguments(rest));
      default:
        throw new UsageError(
          `Cannot understand "${command ?? ""}": the commands are serve, cluster and client`,
        );
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return WRONG_USAGE;
  }
}

function say(text: string): number {
  console.log(text);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
