import { type Family, linhistText, simulate } from "../generate.ts";
import { GO_FIGURES, type GoFigure, type GoFigures } from "./go_figures.ts";

/** What the program prints for a file. */
interface GoLine {
  readonly verdict: "ok" | "illegal" | "unknown";
  readonly ms: number;
  readonly peakMb: number;
}

/** The Go program cannot be run, or says what is not true; the message says what to do. */
export class GoProgramError extends Error {
  /** The error's name. */
  override readonly name = "GoProgramError";
}

/**
 * The figures of the Go checker for these very histories on this machine: each is written to a file and given to `program` (built
 * from `go/main.go`), in a process of its own, for the peak of its memory. What it has given up on, by the record, is not tried
 * again. Where it is still at it after ten seconds those count: it takes more.
 *
 * Throws {@linkcode GoProgramError} if the program fails, or gives another verdict than the history was made for.
 */
export async function measureGo(program: string, chosen: readonly Family[]): Promise<GoFigures> {
  const figures: Record<string, [GoFigure | null, GoFigure | null]> = {};
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, spec } of chosen) {
      const [ok, bad] = GO_FIGURES[name] ?? [null, null];
      const pair = simulate(spec);
      const measured = async (recorded: GoFigure | null, expected: "ok" | "illegal") => {
        const records = expected === "ok" ? pair.ok : pair.bad;
        if (recorded === "gaveUp" || records === undefined) return recorded;
        const file = `${folder}/${name}-${expected}.jsonl`;
        await Deno.writeTextFile(file, linhistText(spec, records));
        const line = await run(program, file);
        if (line.verdict !== "unknown" && line.verdict !== expected) {
          throw new GoProgramError(`${program} calls ${name} ${line.verdict}, and it was made ${expected}`);
        }
        await Deno.remove(file);
        return { ms: line.ms, peakMb: line.peakMb };
      };
      figures[name] = [await measured(ok, "ok"), await measured(bad, "illegal")];
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return figures;
}

async function run(program: string, file: string): Promise<GoLine> {
  const command = new Deno.Command(program, { args: [file], stderr: "inherit" });
  let output: Deno.CommandOutput;
  try {
    output = await command.output();
  } catch (error) {
    throw new GoProgramError(`Cannot run ${program}: build it as bench/go/main.go says`, { cause: error });
  }
  const text = new TextDecoder().decode(output.stdout).trim();
  if (!output.success || !text.startsWith("{")) {
    throw new GoProgramError(`${program} ended with ${output.code} and printed "${text}" for ${file}`);
  }
  return JSON.parse(text);
}
