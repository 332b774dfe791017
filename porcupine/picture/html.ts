import { orderHistory } from "../history.ts";
import { requireModel } from "../require/model.ts";
import { requireVerdict } from "../require/verdict.ts";
import { PorcupineError, type Verdict } from "../types.ts";
import { escapeHtml } from "./escape_html.ts";
import { MARKUP } from "./markup.ts";
import type { PictureHistory, PictureOptions } from "./options.ts";
import { PAGE_SCRIPT } from "./page.generated.ts";
import { type Names, requireNames } from "../require/names.ts";
import { naming } from "../thrown.ts";
import { buildScene } from "./scene.ts";
import { STYLE } from "./style.ts";

const NAMES: Names<PictureOptions<unknown, unknown>> = {
  title: true,
  facts: true,
  lines: true,
  lineName: true,
  mark: true,
  colour: true,
  groupOf: true,
  annotations: true,
};

/**
 * Draws a history and its verdict as one HTML page that loads nothing: rows by client, the point at which each operation took
 * effect, the contradiction if there is one. The page opens at the contradiction.
 *
 * Throws a `PorcupineError` as `checkOperations` does, and of code `bad-verdict` if the verdict is none on this history.
 *
 * @example
 * ```ts
 * import { checkOperations, kvModel, type Operation, type KvInput, type KvOutput, renderHtml } from "@flotilla/flotilla/porcupine";
 *
 * const operations: Operation<KvInput, KvOutput>[] = [{
 *   client: "ann",
 *   callAt: 0,
 *   input: { f: "get", key: "x" },
 *   outcome: { status: "ok", returnAt: 4, output: { f: "get", value: "from nowhere" } },
 * }];
 * const model = kvModel();
 * const verdict = checkOperations(model, operations);
 * const html = renderHtml({ model, operations }, verdict, { title: "One get" });
 * if (!html.startsWith("<!doctype html>")) throw new Error("not a page");
 * ```
 */
export function renderHtml<State, Input, Output>(
  history: PictureHistory<State, Input, Output>,
  verdict: Verdict,
  options: PictureOptions<Input, Output> = {},
): string {
  requireNames("renderHtml", options, NAMES);
  requirePictured(history);
  const { operations } = history;
  const { facts, columns } = naming(
    history.model,
    operations,
    (model) => {
      requireModel(model);
      orderHistory(operations);
      requireVerdict(verdict, operations.length);
      return buildScene({ model, operations }, verdict, options);
    },
  );
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // The browser itself keeps the promise that nothing is loaded, whatever a value in the history looks like.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ` +
    `script-src 'unsafe-inline'">`,
    `<title>${escapeHtml(facts.title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    `<body>${MARKUP}`,
    `<script type="application/json" id="history-facts">${escapeJson(facts)}</script>`,
    `<script type="text/plain" id="history-columns">${columns}</script>`,
    `<script>${PAGE_SCRIPT}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function requirePictured(history: unknown): void {
  if (typeof history === "object" && history !== null && "operations" in history && "model" in history) {
    return;
  }
  const message = "what is drawn has no model or no operations; give both, as in { model, operations }";
  throw new PorcupineError("bad-operation", message);
}

/** A value such as `</script>` would end the script: no `<` may stand in it. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
