import type { TransactionKind } from "../cycles/codec.ts";
import type { Anomaly, Transaction, TransactionVerdict } from "../cycles/types.ts";
import { tellTransaction } from "../cycles/words.ts";
import { escapeHtml } from "../picture/escape_html.ts";

/** A history of transactions that was judged. */
export interface JudgedTransactions {
  readonly file: string;
  readonly format: string;
  readonly kind: TransactionKind;
  readonly history: readonly Transaction[];
  /** The line of each transaction's call. */
  readonly lines: readonly number[];
  readonly verdict: TransactionVerdict;
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
  readonly picture: string | null;
}

/** More transactions than this make no ring that anybody could read. */
const MOST_DRAWN = 12;
const SIZE = { width: 640, height: 380, radius: 130 };

const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b2430; --soft: #66707f; --rule: #e3e6eb; --bad: #c8232c;
  --good: #1a7f43; --panel: #f2f4f7; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161c; --text: #e4e9f0; --soft: #95a0b0; --rule: #2a323d;
  --bad: #ff7b72; --good: #56d08a; --panel: #1a2029; } }
body { margin: 0 auto; max-width: 110ch; padding: 20px; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 18px; } h2 { font-size: 14px; margin: 24px 0 6px; }
.illegal { color: var(--bad); } .ok { color: var(--good); } .soft { color: var(--soft); }
code, td:first-child { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid var(--rule); padding: 4px 8px 4px 0;
  vertical-align: top; }
svg { display: block; margin: 12px auto; max-width: 100%; }
svg circle { fill: var(--panel); stroke: var(--bad); } svg path { fill: none; stroke: var(--soft); stroke-width: 1.5; }
svg text { fill: var(--text); font-size: 13px; text-anchor: middle; dominant-baseline: central; }
svg text.kind { fill: var(--soft); font-size: 12px; }`;

/** One page, complete in itself, that shows what is wrong: the ring of transactions, and why each comes before the next. */
export function cyclePage(judged: JudgedTransactions): string {
  const { file, history, verdict, kind } = judged;
  const head = verdict.kind === "ok"
    ? `${verdict.level}: nothing was found against it`
    : `not ${verdict.level}`;
  const facts =
    `${history.length} transactions, model ${kind}; the strongest level that holds: ${verdict.strongest}` +
    `${
      verdict.complete ? "" : "; not everything could be seen, as the order of some registers is not known"
    }`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(file)}: ${escapeHtml(head)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(file)}: <span class="${verdict.kind}">${escapeHtml(head)}</span></h1>
<p class="soft">${escapeHtml(facts)}</p>
${verdict.anomalies.map((anomaly) => section(judged, anomaly)).join("\n")}
</body></html>
`;
}

function section({ history, lines }: JudgedTransactions, anomaly: Anomaly): string {
  const { kind, rulesOut, count, sentence, steps, transactions } = anomaly;
  const reasons = steps.map(({ from, to, kind, why }) =>
    `<tr><td>T${from} before T${to}</td><td>${kind}</td><td>${escapeHtml(why)}</td></tr>`
  );
  const rows = transactions.map((index) => {
    const { process, callAt, outcome } = history[index];
    const end = outcome.status === "unknown" ? "never answered" : `to ${outcome.returnAt}`;
    return `<tr><td>T${index}</td><td>line ${lines[index]}, process ${
      escapeHtml(`${process}`)
    }, ${callAt} ${end}</td>` +
      `<td><code>${escapeHtml(tellTransaction(history[index]))}</code></td></tr>`;
  });
  return `<h2>${kind} <span class="soft">rules out ${rulesOut}${
    count > 1 ? `; ${count} of this kind` : ""
  }</span></h2>
<p>${escapeHtml(sentence)}</p>
${steps.length > 0 && steps.length <= MOST_DRAWN ? ring(anomaly) : ""}
${reasons.length > 0 ? `<table>${reasons.join("")}</table>` : ""}
<h2 class="soft">Who takes part</h2><table>${rows.join("")}</table>`;
}

/** The transactions of a cycle on a circle, each with an arrow to the next. */
function ring({ steps }: Anomaly): string {
  const { width, height, radius } = SIZE;
  const place = (i: number, r = radius): [number, number] => {
    const angle = 2 * Math.PI * i / steps.length - Math.PI / 2;
    return [width / 2 + 1.5 * r * Math.cos(angle), height / 2 + r * Math.sin(angle)];
  };
  const arrows = steps.map(({ kind }, i) => {
    const [x1, y1] = place(i);
    const [x2, y2] = place(i + 1);
    const [mx, my] = place(i + 0.5, radius * (steps.length === 2 ? 0.45 : 0.95));
    const [sx, sy] = toward([x1, y1], [mx, my]);
    const [ex, ey] = toward([x2, y2], [mx, my]);
    return `<path d="M${point(sx, sy)} Q${point(mx, my)} ${point(ex, ey)}" marker-end="url(#tip)"/>` +
      `<text class="kind" x="${mx.toFixed(1)}" y="${my.toFixed(1)}">${kind}</text>`;
  });
  const nodes = steps.map(({ from }, i) => {
    const [x, y] = place(i);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="24"/><text x="${x.toFixed(1)}" y="${
      y.toFixed(1)
    }">T${from}</text>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="The cycle">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 L8 4 L0 8"/></marker></defs>
${arrows.join("\n")}
${nodes.join("\n")}
</svg>`;
}

/** The edge of a node's circle on the way to somewhere. */
function toward([x, y]: [number, number], [tx, ty]: [number, number]): [number, number] {
  const length = Math.hypot(tx - x, ty - y) || 1;
  return [x + 28 * (tx - x) / length, y + 28 * (ty - y) / length];
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
