/**
 * A run as one page that loads nothing: verdict, what happened in plain words, who was at what and when, what was broken, the messages of
 * any stretch of time, how fast clients were answered, and their history.
 * @module
 */

import type { RunResult } from "../chaos/result.ts";
import type { RunPlan } from "../nemesis/plan.ts";
import type { Prefix } from "../workloads/prefix.ts";
import type { Chronicle, NodeState } from "./chronicle.ts";
import { factsOf } from "./facts.ts";
import { faultInWords } from "./fault_words.ts";
import { messagesOf } from "./messages.ts";
import type { BinRow, PageData, StateRow } from "./page/data.ts";
import { escapeText, PAGE_SCRIPT } from "./page/draw.ts";
import { STYLE } from "./page/style.ts";
import { type Story, storyInWords } from "./story.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly plan: RunPlan;
  readonly result: RunResult;
  /** The command that runs it again. */
  readonly again: string;
  readonly names: readonly string[];
  readonly chronicle: Chronicle;
  readonly story: Story;
  readonly events: string;
  readonly latencies: readonly { readonly atMs: number; readonly tookMs: number }[];
  readonly prefix: Prefix;
  /** The checker's own page on the history. */
  readonly picture: string;
}

const BINS = 150;
/** So many states of a node at most that differ in nothing but its commit index, and all of so long before the end. */
const MOST_STATES = 1500;
const LAST_MS = 1000;

/** The page. */
export function renderReport(input: ReportInput): string {
  const { plan, result, again, story, prefix } = input;
  const title = `Chaos, seed ${plan.seed}: ${result.verdict.kind}`;
  const facts = Object.entries(factsOf(plan, result, again)).map(([name, value]) =>
    `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`
  ).join("");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ` +
    `script-src 'unsafe-inline'">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body><main>",
    `<h1>${escapeText(title)} <span class="badge${
      result.verdict.kind === "pass" ? "" : " bad"
    }" id="badge">${result.verdict.kind}</span></h1>`,
    ruleBroken(input),
    `<dl id="facts">${facts}</dl>`,
    "<h2>What happened</h2>",
    `<pre id="story">${escapeText(storyInWords(story).join("\n"))}</pre>`,
    "<h2>Nodes, faults, messages</h2>",
    '<p class="hint">Drag over a stretch of time to see its messages; arrow keys move, + and - or the wheel zoom, Home shows the whole run. Bands are faults; dashed red lines are lost ' +
    "messages. Point at anything to read what it is.</p>",
    '<div id="lines"><div id="timeline" tabindex="0"></div><div id="stretch"></div></div>',
    "<h2>Latency and throughput</h2>",
    '<div id="plots"></div>',
    "<h2>The history</h2>",
    prefixInWords(prefix),
    `<iframe title="The history" id="history" loading="lazy" srcdoc="${attribute(input.picture)}"></iframe>`,
    "</main>",
    `<script type="application/json" id="run-data">${
      JSON.stringify(pageData(input)).replaceAll("<", "\\u003c")
    }</script>`,
    `<script>${PAGE_SCRIPT.replaceAll("</script", "<\\/script")}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function ruleBroken({ result: { verdict }, story: { rule } }: ReportInput): string {
  if (verdict.kind !== "violation" || rule === null) return "";
  const { law, sentence } = verdict.violation;
  return `<p class="rule" id="rule"><strong>${escapeText(law)}</strong>: ${
    escapeText(rule.says)
  } <span class="hint">(${escapeText(rule.source)})</span><br>${escapeText(sentence)}</p>`;
}

/** What a page says of how much of a history fits one order. */
export function prefixInWords(prefix: Prefix): string {
  const { kind, answered } = prefix;
  if (kind === "whole") return `<p id="prefix">All ${answered} answers fit one order.</p>`;
  const { linearizable } = prefix;
  if (kind === "unknown") {
    return `<p id="prefix">The first ${linearizable} of ${answered} answers fit one order. Whether the others do was not found out: ` +
      "the checker gave up.</p>";
  }
  const { misfit, core, levels } = prefix;
  const list = core.map((words) => `<li>${escapeText(words)}</li>`).join("");
  return `<p id="prefix">The first ${linearizable} of ${answered} answers fit one order. This one has no place in any that goes on from ` +
    `there: <strong>${
      escapeText(misfit)
    }</strong></p><p>These contradict one another:</p><ul>${list}</ul><p class="hint">${
      escapeText(levels)
    }</p>`;
}

/** As an attribute's value. */
function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

function pageData({ plan, result, names, chronicle, events, latencies }: ReportInput): PageData {
  const endMs = Math.max(1, result.simulatedMs);
  const numbers = new Map(names.map((name, number) => [name, number]));
  const nameOf = (node: number) => names[node] ?? `machine ${node}`;
  const messages = messagesOf(events, names);
  const binMs = endMs / BINS;
  return {
    endMs,
    brokenMs: result.verdict.kind === "violation" ? result.knownMs : -1,
    nodes: names,
    ...statesOf(chronicle, numbers, endMs),
    groups: groupsOf(plan),
    faults: chronicle.faults.map(({ atMs, untilMs, fault }) =>
      [
        fault.kind,
        atMs,
        untilMs < 0 ? ("forMs" in fault ? endMs : atMs) : untilMs,
        faultInWords(fault, nameOf),
      ] as const
    ),
    phases: chronicle.phases.map(({ atMs, text }) => [atMs, text] as const),
    messages: messages.rows,
    messagesFrom: messages.fromMs,
    words: messages.words,
    bins: binsOf(latencies, binMs),
    binMs,
  };
}

/**
 * Where commits follow one another without pause most are left out: what is too short to be seen makes a page slow to open. Of the last
 * moments everything is kept.
 */
function statesOf(
  chronicle: Chronicle,
  numbers: ReadonlyMap<string, number>,
  endMs: number,
): Pick<PageData, "states" | "stateWords"> {
  const words = new Map<string, number>();
  const kept = new Map<string, NodeState>();
  const states: StateRow[] = [];
  for (const state of chronicle.states) {
    const { atMs, node, look, gist, short, long } = state;
    const last = kept.get(node);
    const tells = last?.gist !== gist || atMs >= last.atMs + endMs / MOST_STATES || atMs >= endMs - LAST_MS;
    if (!tells) continue;
    kept.set(node, state);
    const said = words.get(long) ?? words.size;
    words.set(long, said);
    states.push([Math.round(atMs * 1000) / 1000, numbers.get(node) ?? -1, look, short, said]);
  }
  return { states, stateWords: [...words.keys()] };
}

/** A controller's members and each group's stand together; so do a job's workers. */
function groupsOf({ layer, nodes, groups }: RunPlan): readonly number[] {
  if (layer === "mapreduce") return [2];
  return layer === "shard" ? Array.from({ length: groups }, (_, at) => (at + 1) * nodes) : [];
}

function binsOf(latencies: ReportInput["latencies"], binMs: number): BinRow[] {
  const bins: number[][] = Array.from({ length: BINS }, () => []);
  for (const { atMs, tookMs } of latencies) bins[Math.min(BINS - 1, Math.floor(atMs / binMs))].push(tookMs);
  return bins.map((took, bin): BinRow => {
    const sorted = took.sort((left, right) => left - right);
    return [bin * binMs, sorted.length, sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
  });
}
