/**
 * Programs that nobody here wrote, where they can be had.
 * @module
 */

/** Runs a program to its end; null if there is none of that name. Killed after `timeoutMs`. */
export async function runTool(
  name: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number; readonly stdin?: string } = {},
): Promise<{ code: number; out: string; err: string } | null> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(name, {
      args: [...args],
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(options.timeoutMs ?? 20_000),
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Whether redis-cli and redis-benchmark are here; installs them where apt is, and this process may. */
export async function haveRedisTools(): Promise<boolean> {
  if (await runTool("redis-cli", ["--version"]) !== null) return true;
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const install = ["install", "-y", "--no-install-recommends", "redis-tools"];
  const done = await runTool("apt-get", install, { timeoutMs: 60_000 });
  return done?.code === 0 && await runTool("redis-cli", ["--version"]) !== null;
}
