/**
 * The store from the command line, cut into shards or not: `deno task cluster`, `deno task serve`, `deno task shards`.
 *
 * Without `--groups` and `--shards` a cluster is what `kv/` makes of it: one group.
 * @module
 */

import { main as plainMain } from "../kv/cli.ts";
import { CLUSTER_HELP, clusterCommand, readClusterArguments } from "../kv/cli/cluster_command.ts";
import { UsageError } from "../kv/cli/flags.ts";
import { readServeArguments, SERVE_HELP } from "../kv/cli/serve_arguments.ts";
import { portWords } from "../kv/cli/serve_command.ts";
import { keepServing, timingOf } from "../kv/cli/serve_command.ts";
import { readAdminArguments, SHARDS_HELP } from "./cli/admin_arguments.ts";
import { adminCommand } from "./cli/admin_command.ts";
import { startShardNode } from "./cli/node.ts";
import { membersOf } from "./cli/parts.ts";
import { type Sizes, takeSizes, wordsOf } from "./cli/sizes.ts";

const WRONG_USAGE = 64;
const SIZES_HELP = `
Cut into shards, which groups share and hand over while they are served:

  --groups N        every node is a member of this many groups        [4]
  --shards N        how many shards; for ever                         [64]

Either of them makes it a store of shards; deno task shards says where they are, and moves them.
`;

/** Runs a command line; resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...words] = argv;
  const help = words.includes("--help") || words.includes("-h");
  try {
    const { sizes, rest } = takeSizes(words);
    switch (command) {
      case "serve":
        if (help || words.length === 0) return say(SERVE_HELP + SIZES_HELP);
        return sizes === null ? await plainMain(argv) : await serve(sizes, rest);
      case "cluster":
        if (help) return say(CLUSTER_HELP + SIZES_HELP);
        return sizes === null ? await plainMain(argv) : await cluster(sizes, rest);
      case "shards":
        if (help) return say(SHARDS_HELP);
        return await adminCommand(...readAdminArguments(words));
      default:
        throw new UsageError(
          `Cannot understand "${command ?? ""}": the commands are serve, cluster and shards`,
        );
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return WRONG_USAGE;
  }
}

function serve(sizes: Sizes, rest: readonly string[]): Promise<number> {
  const args = readServeArguments(rest, Deno.env.get("FLOTILLA_TOKEN"));
  return keepServing(args, async (signal) => {
    const node = await startShardNode({ ...args, folder: args.data, timing: timingOf(args), signal, sizes });
    const members = membersOf(node.parts);
    return {
      ...node,
      raft: node.parts.controller.replica.node,
      get cause() {
        return members.map(({ replica }) => replica.failure ?? replica.node.stopReason).find((one) =>
          one !== null
        );
      },
    };
  });
}

function cluster(sizes: Sizes, rest: readonly string[]): Promise<number> {
  return clusterCommand(readClusterArguments(rest), {
    entry: import.meta.url,
    words: wordsOf(sizes),
    sizes: { ...sizes },
    explain: ({ resp, http, peer }) =>
      `  redis-cli ${portWords(resp)} set greeting ahoy
  curl -X PUT http://${http}/kv/greeting -d '{"value":"ahoy"}'
  deno task shards --servers ${peer}
  deno task shards leave 1 --servers ${peer}`,
  });
}

function say(text: string): number {
  console.log(text);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
