/**
 * Who clears up after a campaign that is killed where it stands: processes that notice its end, whatever it was, because their
 * standard input closes with it.
 *
 * One that is only asked to end clears up by itself. The other would leave its copies of the sources behind, and a planted bug that
 * spins would eat a processor for ever.
 * @module
 */

// Nobody there can be told to wait for another process.
const IS_WINDOWS = Deno.build.os === "windows";

/** Runs a command, and beside it, in its process group, somebody who ends the group when nobody holds the standard input any more. */
const GUARD = 'exec 3<&0; (read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-; exec "$@" </dev/null';

/** Removes a folder after that. More than once: those that are being ended may still write into it. */
const HEIR = 'read -r _; for go in 1 2 3 4 5; do rm -rf -- "$1" && exit; sleep 1; done';

/**
 * Starts `deno ARGS` in a process group of its own, so that servers and workers which it starts can be ended with it. The group
 * ends at the latest with this process. The standard input is to be closed when the group has ended.
 */
export function startGuarded(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
): Deno.ChildProcess {
  const whole = [Deno.execPath(), ...args];
  const [command, ...rest] = IS_WINDOWS ? whole : ["sh", "-c", GUARD, "guard", ...whole];
  const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  return new Deno.Command(command, { args: rest, cwd, env, ...pipes, detached: true }).spawn();
}

/** A folder for as long as this process lives. */
export class LentFolder implements AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  readonly #heir: Deno.ChildProcess | null;

  private constructor(path: string) {
    this.path = path;
    this.#heir = IS_WINDOWS ? null : new Deno.Command("sh", {
      args: ["-c", HEIR, "heir", path],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      // Ctrl-C at a terminal is not meant for it.
      detached: true,
    }).spawn();
    // Nor must this process wait for it: it waits for this one.
    this.#heir?.unref();
  }

  /** Makes one among the temporary files. */
  static async make(prefix: string): Promise<LentFolder> {
    return new LentFolder(await Deno.makeTempDir({ prefix }));
  }

  /** Removes it, and all that is in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await Deno.remove(this.path, { recursive: true });
    } finally {
      this.#heir?.ref();
      await this.#heir?.stdin.close();
      await this.#heir?.status;
    }
  }
}
