import type { Codec } from "../formats/mod.ts";
import { renderHtml } from "../picture/mod.ts";
import type { Judged } from "./report.ts";

/** The picture of a judged file. */
export function drawPicture<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  codec: Codec<State, Input, Output>,
): string {
  const { history, verdict, levels } = judged;
  const { seed } = history.facts;
  return renderHtml(history, verdict, {
    title: history.file,
    lines: history.lines,
    mark: ({ input, outcome }) =>
      codec.mark(input, outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false }),
    facts: {
      ...(seed !== undefined && { seed: String(seed) }),
      ...(levels !== null && { "other levels": levels.sentence }),
    },
  });
}
