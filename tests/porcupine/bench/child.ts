import { linhistLines, simulate, specOf } from "../generate.ts";
import type { HistorySpec } from "../generate.ts";

/** What a judgement took in a process of its own, in MB. */
export interface Peak {
  readonly total: number;
  /** Beyond what reading the history took. */
  readonly checking: number;
}

/** Runs the bench once more, with other arguments, for the peak memory of one judgement; `null` if it failed. */
export async function peakInChild(args: readonly string[]): Promise<Peak | null> {
  const script = new URL("../bench.ts", import.meta.url).href;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, ...args],
    stderr: "inherit",
  });
  const line = new TextDecoder().decode((await command.output()).stdout).trim().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? JSON.parse(line) : null;
}

/**
 * The same for a generated history and a model with nothing but a step function; `null` if the system does not tell.
 *
 * The bar is for a host of one thread. One of several compiles in the others while a history is judged, and holds for that what it
 * happens to: of 10,000 operations 5 to 10 MB, where the check, in a host that compiles nothing, takes 1.4 MB.
 */
export async function peakOfPlain(name: string): Promise<Peak | null> {
  const script = new URL("./plain_peak.ts", import.meta.url).href;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--v8-flags=--expose-gc,--single-threaded", script, name],
    stderr: "null",
  });
  const line = new TextDecoder().decode((await command.output()).stdout).trim();
  return line.startsWith("{") ? JSON.parse(line) : null;
}

/** The same for a generated history that is read from a file, so that what made it is not counted. */
export async function peakOfFile(partial: Partial<HistorySpec>): Promise<Peak | null> {
  const spec = specOf(partial);
  const folder = await Deno.makeTempDir();
  const name = "history.jsonl";
  try {
    const file = await Deno.open(`${folder}/${name}`, { write: true, create: true });
    const writer = file.writable.getWriter();
    const encoder = new TextEncoder();
    let lines: string[] = [];
    for (const line of linhistLines(spec, simulate(spec).ok)) {
      if (lines.push(`${line}\n`) < 10_000) continue;
      await writer.write(encoder.encode(lines.join("")));
      lines = [];
    }
    await writer.write(encoder.encode(lines.join("")));
    await writer.close();
    const entry = { model: spec.model, expected: "ok", goMedianMs: 0, goPeakMB: 0 };
    await Deno.writeTextFile(`${folder}/expected.json`, JSON.stringify({ [name]: entry }));
    return await peakInChild(["--data", folder, "--peak-of", name]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
