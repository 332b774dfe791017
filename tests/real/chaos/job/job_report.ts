/**
 * What a folder keeps of a run of jobs: its page and its story.
 * @module
 */

import { type Operation, renderHtml, type Verdict } from "../../../../porcupine/mod.ts";
import type { RunResult } from "../../../chaos/result.ts";
import type { RunPlan } from "../../../nemesis/plan.ts";
import type { Chronicle } from "../../../report/chronicle.ts";
import { factsOf } from "../../../report/facts.ts";
import { renderReport } from "../../../report/report.ts";
import { storyInWords, tellStory } from "../../../report/story.ts";
import type { RealRun } from "../run.ts";
import type { JobCalls } from "./job_calls.ts";
import { type JobInput, jobModel } from "./job_history.ts";

/** Everything that is told. */
export interface JobTale {
  readonly plan: RunPlan;
  readonly result: RunResult;
  /** The command that runs it again. */
  readonly again: string;
  readonly names: readonly string[];
  readonly chronicle: Chronicle;
  readonly calls: JobCalls;
  /** The event log as JSON lines. */
  readonly events: string;
  readonly history: readonly Operation<JobInput, string>[];
  /** What the checker thinks of it. */
  readonly checked: Verdict;
}

/** Tells it. */
export function tellJobRun(
  { plan, result, again, names, chronicle, calls, events, history, checked }: JobTale,
): Pick<RealRun, "events" | "report" | "story"> {
  const story = tellStory({
    result,
    names,
    lives: [...chronicle.lives, ...chronicle.phases],
    faults: chronicle.faults,
    operations: calls.steps,
    events,
  });
  const answered = history.filter(({ outcome }) => outcome.status === "ok").length;
  const report = renderReport({
    plan,
    result,
    again,
    names,
    chronicle,
    story,
    events,
    latencies: calls.latencies,
    prefix: { answered, linearizable: answered, misfit: "", core: [], levels: "" },
    picture: renderHtml({ model: jobModel, operations: history }, checked, {
      title: `Jobs, ${plan.nodes} real workers, seed ${plan.seed}: ${result.verdict.kind}`,
      facts: factsOf(plan, result, again),
      annotations: chronicle.annotations(),
    }),
  });
  return { events, report, story: storyInWords(story) };
}
