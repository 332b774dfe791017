/**
 * `chaos --real`: real processes are killed, paused and cut off, lose what they had not synced, and are judged by what their
 * clients saw.
 * @module
 */

import type { RealArguments } from "../../chaos/cli/arguments.ts";
import type { Deed } from "./nemesis.ts";
import { runReal } from "./run.ts";

const CODES = { pass: 0, violation: 1, undecided: 2 } as const;

/** Runs once; resolves to the exit code. */
export async function realCommand(
  { firstSeed: seed, timeMs: lengthMs, nodes, out, json }: RealArguments,
): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  Deno.addSignalListener("SIGINT", onInterrupt);
  if (!json) {
    console.log(
      `${nodes} real processes for ${
        lengthMs / 1000
      } s, seed ${seed}; Ctrl-C ends it with a judgement of what was seen`,
    );
  }
  const report = ({ atMs, mendedAtMs, what, node }: Deed) => {
    const forMs = mendedAtMs - atMs;
    if (!json) {
      console.log(
        `  ${(atMs / 1000).toFixed(1).padStart(5)} s  ${what} ${node} for ${(forMs / 1000).toFixed(1)} s`,
      );
    }
  };
  const result = await runReal({ seed, lengthMs, nodes, signal: interrupt.signal, report });
  Deno.removeSignalListener("SIGINT", onInterrupt);
  const { history, page, said, deeds, ...summary } = result;
  let folder: string | null = null;
  if (result.verdict !== "pass") {
    folder = `${out}/real-seed-${seed}`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/history.jsonl`, history);
    await Deno.writeTextFile(`${folder}/report.html`, page);
    await Deno.writeTextFile(
      `${folder}/events.jsonl`,
      deeds.map((deed) => `${JSON.stringify(deed)}\n`).join(""),
    );
    await Deno.writeTextFile(`${folder}/nodes.log`, said.join("\n"));
    await Deno.writeTextFile(`${folder}/results.json`, JSON.stringify(summary, null, 2) + "\n");
  }
  const done = deeds.length;
  if (json) console.log(JSON.stringify({ seed, deeds: done, folder, ...summary }));
  else {
    const { ok, unknown, refused } = result.counts;
    console.log(
      `\n${result.verdict}: ${result.operations} operations judged, ${result.acknowledged} more writes read back at every node`,
    );
    console.log(
      `${ok} succeeded, ${unknown} unknown, ${refused} refused; ${done} deeds; longest time without a write ${result.longestSilenceMs} ms`,
    );
    for (const complaint of result.complaints.slice(0, 20)) console.log(`  ${complaint}`);
    if (folder !== null) {
      console.log(
        `See ${folder}; again: deno task chaos --real --nodes ${nodes} --seed ${seed} --time ${
          lengthMs / 1000
        }`,
      );
    }
  }
  return CODES[result.verdict];
}
