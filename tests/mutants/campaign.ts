/**
 * Plants every bug of a list, several at a time, and sees what becomes of it.
 * @module
 */

import { type Fate, judge } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { Workshop } from "./workshop.ts";

/** One mutant, judged. */
export interface Judged {
  readonly mutant: Mutant;
  readonly fate: Fate;
  readonly seconds: number;
}

/** How a campaign is made. */
export interface CampaignOptions {
  /** The folder of the sources; they are only read. */
  readonly root: URL;
  /** How many copies work at once. */
  readonly jobs: number;
  /** A killer that takes longer than this hangs. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onJudged: (judged: Judged) => void;
}

/**
 * Judges `mutants`; the results come in the list's order. What it started has ended when it returns or throws, and its copies are gone. A killer that fails without any bug is no killer: its mutants are broken.
 */
export async function judgeAll(mutants: readonly Mutant[], options: CampaignOptions): Promise<Judged[]> {
  const baselines = new Map<string, Promise<Baseline>>();
  const results: Judged[] = new Array(mutants.length);
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  let next = 0;
  const work = async (): Promise<void> => {
    const workshop = await Workshop.open(options.root);
    try {
      while (next < mutants.length) {
        signal.throwIfAborted();
        const at = next++;
        results[at] = await judgeOne(mutants[at], workshop, baselines, { ...options, signal });
        options.onJudged(results[at]);
      }
    } finally {
      await workshop.close();
    }
  };
  const stopAll = (error: unknown): never => {
    stopped.abort(error);
    throw error;
  };
  const jobs = Array.from({ length: options.jobs }, () => work().catch(stopAll));
  // Whoever returned at the first failure would leave the other copies, and what runs in them, to nobody.
  for (const end of await Promise.allSettled(jobs)) if (end.status === "rejected") throw end.reason;
  return results;
}

async function judgeOne(
  mutant: Mutant,
  workshop: Workshop,
  baselines: Map<string, Promise<Baseline>>,
  options: CampaignOptions,
): Promise<Judged> {
  const command = mutant.killedBy;
  const { limitMs, signal } = options;
  const known = baselines.get(command) ?? runWithoutBug(command, workshop, options);
  baselines.set(command, known);
  const { failure, soundMs } = await known;
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  if (failure !== null) return { mutant, fate: { kind: "broken", why: failure }, seconds: 0 };
  try {
    const end = await workshop.runWith(mutant, limitMs, signal);
    return { mutant, fate: judge(command, end, { soundMs, limitMs }), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { mutant, fate: { kind: "broken", why: error.message }, seconds: seconds() };
  }
}

/** A killer on sound sources. */
interface Baseline {
  /** Why it is no killer, or null if it passes. */
  readonly failure: string | null;
  readonly soundMs: number;
}

async function runWithoutBug(
  command: string,
  workshop: Workshop,
  { limitMs, signal }: CampaignOptions,
): Promise<Baseline> {
  const started = performance.now();
  const { code, output } = await workshop.run(command, limitMs, signal);
  const soundMs = performance.now() - started;
  if (code === 0) return { failure: null, soundMs };
  const last = output.trimEnd().split("\n").at(-1)?.trim() ?? "";
  const end = code === null ? "never ended" : `exit code ${code}`;
  return { failure: `"deno ${command}" fails without any bug (${end}: ${last})`, soundMs };
}
