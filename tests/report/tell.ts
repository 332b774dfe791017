/**
 * What a folder keeps of a run for people: its page and its story, whatever was broken, simulated or not.
 * @module
 */

import type { PictureWords } from "../workloads/crew.ts";
import { factsOf } from "./facts.ts";
import { renderReport, type ReportInput } from "./report.ts";
import { type StoryInput, storyInWords, tellStory } from "./story.ts";

/** Everything that is told. */
export interface Tale extends Omit<ReportInput, "story" | "picture"> {
  /** What clients asked and were told, up to the step that broke a rule. */
  readonly operations: StoryInput["operations"];
  /** What the page of the history is called, without its verdict. */
  readonly title: string;
  /** The checker's own page on the history. */
  readonly picture: (words: PictureWords) => string;
}

/** Tells it. The story's last line is the command that runs it again. */
export function tellRun(
  { operations, title, picture, ...told }: Tale,
): { readonly report: string; readonly story: readonly string[] } {
  const { plan, result, again, names, chronicle, events } = told;
  const story = tellStory({
    result,
    names,
    lives: [...chronicle.lives, ...chronicle.phases],
    faults: chronicle.faults,
    operations,
    events,
  });
  const report = renderReport({
    ...told,
    story,
    picture: picture({
      title: `${title}: ${result.verdict.kind}`,
      facts: factsOf(plan, result, again),
      annotations: chronicle.annotations(),
    }),
  });
  return { report, story: [...storyInWords(story), `Again: ${again}`] };
}
