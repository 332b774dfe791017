/**
 * `chaos --real --system NAME`: a foreign store is started, broken and judged.
 * @module
 */

import type { ForeignArguments } from "../../../chaos/cli/arguments.ts";
import { makeFolder } from "../../../chaos/cli/folder.ts";
import { Interrupt } from "../../../chaos/cli/interrupt.ts";
import { type Deed, type ForeignRunResult, runForeign } from "../run.ts";
import { findSystem, UnknownSystemError } from "../systems.ts";

const CODES = { pass: 0, violation: 1, undecided: 2, vacuous: 2 } as const;
const MISSING_CODE = 3;
const USAGE_CODE = 64;
const DEFAULT_LENGTH_MS = 10_000;

/** Runs once; resolves to the exit code. */
export async function foreignCommand(args: ForeignArguments): Promise<number> {
  const { firstSeed: seed, out, json } = args;
  const lengthMs = Number.isFinite(args.timeMs) ? args.timeMs : DEFAULT_LENGTH_MS;
  try {
    const system = await findSystem(args.system, new URL(`file://${Deno.cwd()}/`));
    const missing = await system.missing();
    if (missing !== null) {
      console.error(`Cannot start ${system.name}: ${missing}`);
      return MISSING_CODE;
    }
    using interrupt = new Interrupt();
    if (!json) {
      console.log(`${system.name} for ${lengthMs / 1000} s, seed ${seed}; Ctrl-C ends it with a judgement`);
    }
    const result = await runForeign({
      system,
      seed,
      lengthMs,
      signal: interrupt.signal,
      report: (deed) => {
        if (!json) console.log(inWords(deed));
      },
    });
    const { history, page, said, deeds, ...summary } = result;
    const folder = `${out}/${system.name}-seed-${seed}`;
    await makeFolder(folder);
    await Deno.writeTextFile(`${folder}/history.jsonl`, history);
    await Deno.writeTextFile(`${folder}/report.html`, page);
    await Deno.writeTextFile(`${folder}/nodes.log`, said);
    await Deno.writeTextFile(
      `${folder}/results.json`,
      JSON.stringify(resultOf(args, result), null, 2) + "\n",
    );
    await Deno.writeTextFile(
      `${folder}/events.jsonl`,
      deeds.map((deed) => `${JSON.stringify(deed)}\n`).join(""),
    );
    if (json) {
      console.log(JSON.stringify({ system: system.name, seed, folder, deeds: deeds.length, ...summary }));
    } else {
      const { ok, unknown, refused } = result.counts;
      console.log(`${ok} succeeded, ${unknown} unknown, ${refused} refused; ${deeds.length} breaks`);
      console.log(`${result.verdict}: ${result.sentence}`);
      console.log(`See ${folder}/report.html`);
    }
    return CODES[result.verdict];
  } catch (error) {
    if (!(error instanceof UnknownSystemError)) throw error;
    console.error(error.message);
    return USAGE_CODE;
  }
}

/** As the folders of all runs have it. */
function resultOf(
  { system, firstSeed }: ForeignArguments,
  { verdict, sentence, counts, deeds }: ForeignRunResult,
): Record<string, unknown> {
  const judged = verdict === "violation"
    ? { kind: verdict, violation: { law: "linearizability", node: "", sentence } }
    : verdict === "pass"
    ? { kind: verdict }
    : { kind: verdict, sentence };
  return { seed: firstSeed, system, verdict: judged, operations: counts, breaks: deeds.length };
}

function inWords({ what, atMs, mendedAtMs }: Deed): string {
  return `  ${(atMs / 1000).toFixed(1).padStart(5)} s  ${what} for ${
    ((mendedAtMs - atMs) / 1000).toFixed(1)
  } s`;
}
