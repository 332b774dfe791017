/**
 * A node on a disk that loses what was not synced when the process is killed: `node_main.ts SEED serve ...`.
 * @module
 */

import { readServeArguments } from "../../../kv/cli/serve_arguments.ts";
import { serveCommand } from "../../../kv/cli/serve_command.ts";
import { denoRuntime } from "../../../runtime/deno.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { heldBackDisk } from "./held_back_disk.ts";

if (import.meta.main) {
  const [seed, command, ...words] = Deno.args;
  if (command !== "serve") {
    throw new TypeError(`Cannot run "${command}" here: give a seed, serve, and its words`);
  }
  const random = seededRandom(Number(seed)).split("power");
  Deno.exit(
    await serveCommand(readServeArguments(words, undefined), async (options) => {
      const runtime = await denoRuntime(options);
      return { ...runtime, disk: heldBackDisk(runtime.disk, random) };
    }),
  );
}
