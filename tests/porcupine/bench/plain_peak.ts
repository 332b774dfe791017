/**
 * Judges one generated history, by a model with nothing but a step function, in a process of its own, and prints what memory
 * that took: `deno run -A --v8-flags=--expose-gc plain_peak.ts NAME`.
 *
 * @module
 */
import { generatedCases } from "./histories.ts";
import { forgetPeak, peakMb } from "./measure.ts";

interface Collecting {
  readonly gc?: () => void;
}

/** Gives back what making the history took, and begins to watch for a new peak (Linux). */
function settle(): number {
  (globalThis as Collecting).gc?.();
  forgetPeak();
  return peakMb() ?? 0;
}

async function main(name: string): Promise<void> {
  const empty = settle();
  const bench = generatedCases().find((one) => one.name === name);
  if (bench === undefined) throw new TypeError(`there is no generated history "${name}"`);
  const history = await bench.load({ plain: true });
  const loaded = settle();
  const verdict = history.judge({ explain: "verdict" });
  const peak = peakMb() ?? 0;
  console.log(JSON.stringify({ kind: verdict.kind, checking: peak - loaded, total: peak - empty }));
}

if (import.meta.main) await main(Deno.args[0] ?? "");
