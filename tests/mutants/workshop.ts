/**
 * A copy of the sources in which bugs are planted one after the other, and the commands that run there.
 * @module
 */

import { LentFolder, startGuarded } from "./heirs.ts";
import type { CommandEnd } from "./judge.ts";
import { filesOf, type Mutant, plant } from "./mutant.ts";

/** What belongs to the working copy and not to the sources. */
const LEFT_OUT = new Set(["node_modules", "coverage", "chaos-out"]);

/** See the module's page. */
export class Workshop {
  readonly #lent: LentFolder;
  readonly #sources: string;
  /** Where commands put their temporary files: one that is killed removes none of them. */
  readonly #temporary: string;

  private constructor(lent: LentFolder) {
    this.#lent = lent;
    this.#sources = `${lent.path}/sources`;
    this.#temporary = `${lent.path}/temporary`;
  }

  /** Copies the sources below `root` to a folder of its own. */
  static async open(root: URL): Promise<Workshop> {
    const workshop = new Workshop(await LentFolder.make("mutants-"));
    try {
      await Deno.mkdir(workshop.#temporary);
      await Deno.mkdir(workshop.#sources);
      await copyTree(root, workshop.#sources);
      return workshop;
    } catch (error) {
      // Half a copy is of no use, and nobody else knows where it is.
      await workshop.close();
      throw error;
    }
  }

  /** Removes the copy. */
  async close(): Promise<void> {
    await this.#lent[Symbol.asyncDispose]();
  }

  /** Runs `deno COMMAND` in the copy with the mutant's bug in it. Throws `TypeError` if an anchor of it does not match once. */
  async runWith(mutant: Mutant, limitMs: number, signal: AbortSignal): Promise<CommandEnd> {
    const sound = new Map<string, string>();
    for (const file of filesOf(mutant)) sound.set(file, await Deno.readTextFile(`${this.#sources}/${file}`));
    // All of it or nothing: one that cannot be planted must leave no half behind.
    const planted = [...sound].map(([file, text]) => [file, plant(mutant, file, text)] as const);
    try {
      for (const [file, text] of planted) await Deno.writeTextFile(`${this.#sources}/${file}`, text);
      return await this.run(mutant.killedBy, limitMs, signal);
    } finally {
      for (const [file, text] of sound) await Deno.writeTextFile(`${this.#sources}/${file}`, text);
    }
  }

  /** Runs `deno COMMAND` in the copy as it is. Whatever it started is dead when this returns. */
  async run(command: string, limitMs: number, signal: AbortSignal): Promise<CommandEnd> {
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(limitMs);
    const temporary = this.#temporary;
    const child = startGuarded(command.split(" "), {
      cwd: this.#sources,
      env: { TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    });
    const kill = () => killGroup(child.pid);
    const until = AbortSignal.any([limit, signal]);
    until.addEventListener("abort", kill);
    try {
      // What is left of the group holds the pipes open: the output would never end.
      const ended = child.status.then(kill);
      const { code, stdout, stderr } = await child.output();
      await ended;
      signal.throwIfAborted();
      const decoder = new TextDecoder();
      return { code: limit.aborted ? null : code, output: decoder.decode(stdout) + decoder.decode(stderr) };
    } finally {
      until.removeEventListener("abort", kill);
      await child.stdin.close();
    }
  }
}

/** Ends a process that was started detached, and all that it started. Harmless if they have ended. */
async function killGroup(pid: number): Promise<void> {
  if (Deno.build.os === "windows") {
    const args = ["/T", "/F", "/PID", String(pid)];
    await new Deno.Command("taskkill", { args, stdout: "null", stderr: "null" }).output();
    return;
  }
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    // Nobody is left of it.
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
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
