/**
 * A copy of the sources in which bugs are planted one after the other, and the commands that run there.
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";
import type { CommandEnd } from "./judge.ts";

/** What belongs to the working copy and not to the sources. */
const LEFT_OUT = new Set(["node_modules", "coverage", "chaos-out"]);

/** See the module's page. */
export class Workshop {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies the sources below `root` to a folder of its own. */
  static async open(root: URL): Promise<Workshop> {
    const folder = await Deno.makeTempDir({ prefix: "mutants-" });
    await copyTree(root, folder);
    return new Workshop(folder);
  }

  /** Removes the copy. */
  async close(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Runs `deno COMMAND` in the copy with the mutant's bug in it. Throws `TypeError` if its anchor does not match once. */
  async runWith(mutant: Mutant, limitMs: number, signal: AbortSignal): Promise<CommandEnd> {
    const path = `${this.#folder}/${mutant.file}`;
    const sound = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, plant(mutant, sound));
    try {
      return await this.run(mutant.killedBy, limitMs, signal);
    } finally {
      await Deno.writeTextFile(path, sound);
    }
  }

  /** Runs `deno COMMAND` in the copy as it is. */
  async run(command: string, limitMs: number, signal: AbortSignal): Promise<CommandEnd> {
    const limit = AbortSignal.timeout(limitMs);
    const child = new Deno.Command(Deno.execPath(), {
      args: command.split(" "),
      cwd: this.#folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.any([limit, signal]),
    });
    const { code, stdout, stderr } = await child.output();
    signal.throwIfAborted();
    const decoder = new TextDecoder();
    return { code: limit.aborted ? null : code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  }
}

async function copyTree(from: URL, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name.startsWith(".") || LEFT_OUT.has(name)) continue;
    const source = encodeURIComponent(name);
    if (!isDirectory) await Deno.copyFile(new URL(source, from), `${to}/${name}`);
    else {
      await Deno.mkdir(`${to}/${name}`);
      await copyTree(new URL(`${source}/`, from), `${to}/${name}`);
    }
  }
}
