/**
 * Runs `deno` with `@std` at hand, whether or not JSR is reached:
 * `deno run -A tests/std/with_std.ts <deno arguments>`.
 *
 * The tasks in `deno.json` go through here, so that nobody has to export a variable. The file imports nothing from
 * any registry: it has to start before one is chosen.
 *
 * @module
 */
import { chooseRegistry } from "./stand_ins.ts";

if (import.meta.main) Deno.exit(await runDeno(Deno.args));

/** Runs one `deno` command to its end and returns its exit code. */
async function runDeno(args: string[]): Promise<number> {
  const signals = new AbortController();
  const registry = await chooseRegistry(args, Deno.env.get("JSR_URL"));
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
      env: registry.url === undefined ? {} : { JSR_URL: registry.url },
    }).spawn();
    forwardSignals(child, signals.signal);
    return (await child.status).code;
  } finally {
    signals.abort();
    await registry.release();
  }
}

/**
 * Outlives Ctrl-C so that the child can end cleanly and its exit code is the one reported.
 *
 * A terminal delivers Ctrl-C to the whole group, child included; sending it once more would look like a second,
 * impatient Ctrl-C. Without a terminal (CI, `kill`) the launcher is the only one who knows.
 */
function forwardSignals(child: Deno.ChildProcess, ended: AbortSignal): void {
  const windows = Deno.build.os === "windows";
  const names: Deno.Signal[] = windows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of names) {
    const listener = () => {
      if (windows || (name === "SIGINT" && Deno.stdin.isTerminal())) return;
      try {
        child.kill(name);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // It has already ended.
      }
    };
    Deno.addSignalListener(name, listener);
    ended.addEventListener("abort", () => Deno.removeSignalListener(name, listener), { once: true });
  }
}
