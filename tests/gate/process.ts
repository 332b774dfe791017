/**
 * Runs one `deno` command of the gate, its output passed through as it comes.
 *
 * @module
 */
import { chooseRegistry } from "../std/stand_ins.ts";

/** The root of the repository, where every command runs. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** How a command ended. */
export interface Ended {
  readonly code: number;
  /** What it wrote to its standard output; empty unless it was asked for. */
  readonly output: string;
}

/** What to do with the standard output: show it, show and keep it, keep it only, or drop it. */
export type Output = "show" | "keep" | "hold" | "drop";

/** Runs `deno` with arguments until it ends or `signal` aborts, which kills it. */
export async function runDeno(args: string[], signal: AbortSignal, output: Output = "show"): Promise<Ended> {
  const registry = await chooseRegistry(args, Deno.env.get("JSR_URL"));
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: registry.url === undefined ? {} : { JSR_URL: registry.url },
      stdin: "null",
      stdout: output === "keep" || output === "hold" ? "piped" : output === "drop" ? "null" : "inherit",
      stderr: "inherit",
      signal,
    }).spawn();
    const kept = output === "keep"
      ? await passThrough(child.stdout)
      : output === "hold"
      ? await new Response(child.stdout).text()
      : "";
    return { code: (await child.status).code, output: kept };
  } finally {
    await registry.release();
  }
}

async function passThrough(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let at = 0; at < chunk.length;) at += await Deno.stdout.write(chunk.subarray(at));
  }
  return text;
}
