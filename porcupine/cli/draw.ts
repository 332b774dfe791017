import type { Codec } from "../formats/mod.ts";
import { renderHtml } from "../picture/mod.ts";
import { codecThrew } from "../formats/codec.ts";
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
    mark: ({ input, outcome }, index) => {
      try {
        return codec.mark(
          input,
          outcome.status === "ok" ? { known: true, output: outcome.output } : { known: false },
        );
      } catch (error) {
        throw codecThrew(codec, "mark", { file: history.file, line: history.lines[index] }, error);
      }
    },
    facts: {
      ...(seed !== undefined && { seed: String(seed) }),
      ...(levels !== null && { "other levels": levels.sentence }),
    },
  });
}
