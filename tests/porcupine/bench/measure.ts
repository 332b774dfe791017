import process from "node:process";
import type { Verdict } from "../../../porcupine/mod.ts";
import type { BenchCase, LoadedCase, LoadOptions } from "./histories.ts";

/** What one history took. */
export interface Row {
  readonly name: string;
  readonly operations: number;
  readonly expected: "ok" | "illegal";
  readonly verdict: Verdict["kind"];
  /** The first run, with whatever was not yet compiled. */
  readonly firstMs: number;
  /** Median of the warm runs that stop at the verdict. */
  readonly ms: number;
  /** Median of the warm runs that explain an illegal verdict; `null` for the others. */
  readonly explainMs: number | null;
  /** Operations in the core, and whether it is minimal; `null` for a verdict that is not illegal. */
  readonly core: { readonly size: number; readonly minimal: boolean } | null;
  /** What is wrong with the certificate; `undefined` if nothing. */
  readonly fault: string | undefined;
}

/** How to measure. */
export interface MeasureOptions extends LoadOptions {
  readonly runs: number;
  readonly timeLimitMs: number;
  /** What counts: the wall clock, or the time this process had a processor (for a machine that others work on, too). */
  readonly clock: "wall" | "cpu";
}

/** Short histories are judged for so long before it counts. */
const WARM_UP_MS = 250;

/** Judges one history several times. Short ones are judged more often: a single run of 0.1 ms measures nothing. */
export async function measure(given: BenchCase, options: MeasureOptions): Promise<Row> {
  const history = await given.load(options);
  const quick = { explain: "verdict", timeLimitMs: options.timeLimitMs } as const;
  const now = CLOCKS[options.clock];
  const [firstMs, verdict] = timed(now, () => history.judge(quick));
  const runs = firstMs > 5000 ? 1 : firstMs < 20 ? Math.max(options.runs, 15) : options.runs;
  // "Warm" means compiled: what takes a fraction of a millisecond has to be run some hundred times for that.
  for (let i = 0, end = now() + WARM_UP_MS; firstMs < 20 && i < 200 && now() < end; i++) history.judge(quick);
  const ms = firstMs > 5000 ? firstMs : median(now, runs, () => history.judge(quick));
  const shared = {
    name: given.name,
    operations: history.count,
    expected: given.expected,
    verdict: verdict.kind,
    firstMs,
    ms,
  };
  if (verdict.kind !== "illegal") {
    return { ...shared, explainMs: null, core: null, fault: certificateFault(history, verdict) };
  }
  const full = { timeLimitMs: options.timeLimitMs };
  const explained = history.judge(full);
  const core = explained.kind === "illegal"
    ? { size: explained.core.length, minimal: explained.coreIsMinimal && explained.coreStandsAlone }
    : null;
  const explainMs = median(now, Math.min(runs, 3), () => history.judge(full));
  return { ...shared, explainMs, core, fault: undefined };
}

function certificateFault(history: LoadedCase, verdict: Verdict): string | undefined {
  return verdict.kind === "ok" ? history.faultOf(verdict) : undefined;
}

const CLOCKS = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
} as const;

/** How long something takes, and what came of it. */
export function timed<T>(now: () => number, work: () => T): [number, T] {
  const started = now();
  const result = work();
  return [now() - started, result];
}

function median(now: () => number, runs: number, work: () => void): number {
  const times = Array.from({ length: runs }, () => timed(now, work)[0]).sort((a, b) => a - b);
  return times[runs >>> 1];
}

/** Begins to watch for a new peak from here on, where the host can (Linux). */
export function forgetPeak(): void {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Elsewhere the peak is that of the whole process.
  }
}

/** The most memory this process ever held, in MB; `null` where the system does not tell. */
export function peakMb(): number | null {
  try {
    const line = Deno.readTextFileSync("/proc/self/status").split("\n").find((text) =>
      text.startsWith("VmHWM")
    );
    return line === undefined ? null : Number(line.replace(/\D/g, "")) / 1024;
  } catch {
    return null;
  }
}
