/**
 * What runs in the page. Each function is put into it as its own text, so that nothing is bundled: they may use one another, and nothing
 * from outside.
 * @module
 */

import type { PageData } from "./data.ts";
import type { PageDocument, PageElement, PageEvent } from "./dom.ts";

/** The stretch of time that is shown. */
export interface Span {
  from: number;
  to: number;
}

/** Text that can stand in markup. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** Faults as bands behind whatever is `height` high; `x` from a time to a place. */
export function faultBands(data: PageData, span: Span, x: (ms: number) => number, height: number): string {
  return data.faults.filter(([, from, until]) => until >= span.from && from <= span.to).map(
    ([kind, from, until, words]) => {
      const left = x(Math.max(from, span.from));
      const width = Math.max(1.5, x(Math.min(until, span.to)) - left);
      return `<rect class="fault" x="${left}" y="0" width="${width}" height="${height}"><title>${
        escapeText(`${kind}: ${words}`)
      }</title></rect>`;
    },
  ).join("");
}

/** The time axis. */
export function timeAxis(span: Span, x: (ms: number) => number, y: number): string {
  const rough = (span.to - span.from) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  let marks = "";
  for (let at = Math.ceil(span.from / step) * step; at <= span.to; at += step) {
    // A label in the middle of the last tick would stand out of the picture.
    const place = x(span.to) - x(at) < 30 ? "axis end" : "axis";
    marks += `<line class="tick" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${y}"/><text class="${place}" x="${
      x(at)
    }" y="${y + 14}">${step >= 1000 ? `${at / 1000} s` : `${Math.round(at * 1000) / 1000} ms`}</text>`;
  }
  return marks;
}

/** A machine's life: a bar a state, with its term and what it has committed, or its task. States too short to be seen are not drawn. */
export function nodeRow(data: PageData, node: number, span: Span, x: (ms: number) => number): string {
  const rows = data.states.filter((row) => row[1] === node);
  let bars = "";
  let drawnTo = -1;
  let drawn = "";
  rows.forEach(([at, , look, short, words], number) => {
    const until = number + 1 < rows.length ? rows[number + 1][0] : data.endMs;
    if (until < span.from || at > span.to) return;
    const left = x(Math.max(at, span.from));
    const right = x(Math.min(until, span.to));
    // Thousands of them stand on one pixel when the whole run is in sight.
    if (right - drawnTo < 0.5 && look === drawn) return;
    drawnTo = Math.max(right, left + 0.5);
    drawn = look;
    const width = drawnTo - left;
    bars += `<rect class="role ${look}" x="${left.toFixed(1)}" y="${node * 44 + 12}" width="${
      width.toFixed(1)
    }" height="18"><title>${
      escapeText(`${data.nodes[node]} ${data.stateWords[words]} from ${at.toFixed(1)} ms`)
    }</title></rect>`;
    if (short !== "" && width > 8 + 6 * short.length) {
      bars += `<text class="state" x="${(left + 3).toFixed(1)}" y="${node * 44 + 25}">${
        escapeText(short)
      }</text>`;
    }
  });
  return `<text class="name" x="4" y="${node * 44 + 25}">${escapeText(data.nodes[node])}</text>${bars}`;
}

/** Messages as arrows from row to row; too many are not drawn, but counted. */
export function arrows(
  data: PageData,
  span: Span,
  x: (ms: number) => number,
): { svg: string; shown: number; all: number } {
  const inSight = data.messages.filter(([, , sent, arrived]) =>
    sent <= span.to && (arrived < 0 ? sent : arrived) >= span.from
  );
  if (inSight.length > 600) return { svg: "", shown: 0, all: inSight.length };
  const svg = inSight.map(([from, to, sent, arrived, words]) => {
    const lost = arrived < 0;
    const y1 = from * 44 + (to > from ? 30 : 12);
    const y2 = to * 44 + (to > from ? 12 : 30);
    const end = lost ? (y1 + y2) / 2 : y2;
    return `<line class="${lost ? "lost" : "message"}" x1="${x(sent)}" y1="${y1}" x2="${
      x(lost ? sent : arrived)
    }" y2="${end}"><title>${
      escapeText(`${data.nodes[from]} to ${data.nodes[to]}${lost ? " (lost)" : ""}: ${data.words[words]}`)
    }</title></line>`;
  }).join("");
  return { svg, shown: inSight.length, all: inSight.length };
}

/** The nodes, the faults, the messages. */
export function timeline(data: PageData, span: Span, width: number): string {
  const height = data.nodes.length * 44;
  const x = (ms: number) => 60 + (ms - span.from) / (span.to - span.from) * (width - 70);
  const { svg, shown, all } = arrows(data, span, x);
  const broken = data.brokenMs >= span.from && data.brokenMs <= span.to
    ? `<line class="broken" x1="${x(data.brokenMs)}" x2="${x(data.brokenMs)}" y1="0" y2="${height}"/>`
    : "";
  const phases = data.phases.filter(([at]) => at >= span.from && at <= span.to).map(([at, words]) =>
    `<line class="phase" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${height}"><title>${
      escapeText(words)
    }</title></line>`
  ).join("");
  const rows = data.nodes.map((_, node) => nodeRow(data, node, span, x)).join("");
  const between = data.groups.map((node) =>
    `<line class="group" x1="0" x2="${width}" y1="${node * 44 + 1}" y2="${node * 44 + 1}"/>`
  ).join("");
  const note = shown < all
    ? `${all} messages in sight: come closer to see them`
    : `${shown} messages${
      data.messagesFrom > span.from ? `, kept from ${Math.round(data.messagesFrom)} ms on` : ""
    }`;
  return `<svg width="${width}" height="${height + 40}" role="img" aria-label="timeline of the nodes">${
    faultBands(data, span, x, height)
  }${timeAxis(span, x, height)}${phases}${between}${rows}${svg}${broken}<text class="axis note" x="60" y="${
    height + 34
  }">${note}</text></svg>`;
}

/** A plot of the bins with the faults behind it. */
export function plot(
  data: PageData,
  span: Span,
  width: number,
  what: { title: string; values: readonly number[][]; classes: readonly string[] },
): string {
  const height = 110;
  const x = (ms: number) => 60 + (ms - span.from) / (span.to - span.from) * (width - 70);
  const most = Math.max(1e-9, ...what.values.flat());
  const lines = what.values.map((values, number) => {
    const points = data.bins.map(([at], bin) => [at + data.binMs / 2, values[bin]] as const)
      .filter(([at]) => at >= span.from && at <= span.to)
      .map(([at, value]) => `${x(at).toFixed(1)},${(height - 4 - value / most * (height - 24)).toFixed(1)}`);
    return `<polyline class="${what.classes[number]}" points="${points.join(" ")}"/>`;
  }).join("");
  return `<svg width="${width}" height="${height + 20}" role="img" aria-label="${what.title}">${
    faultBands(data, span, x, height)
  }${timeAxis(span, x, height)}${lines}<text class="axis note" x="60" y="12">${what.title}, up to ${
    most < 10 ? most.toFixed(2) : Math.round(most)
  }</text></svg>`;
}

/** Another span, within the run. */
export function moved(span: Span, data: PageData, by: { zoom: number; shift: number; at: number }): Span {
  const length = Math.min(data.endMs, Math.max(0.5, (span.to - span.from) * by.zoom));
  const centre = span.from + (span.to - span.from) * by.at;
  const from = Math.max(0, Math.min(data.endMs - length, centre - length * by.at + by.shift * length));
  return { from, to: from + length };
}

/** Lets a stretch of time be chosen by dragging over it. */
export function listenToDrag(
  document: PageDocument,
  lines: PageElement,
  { current, choose }: { current: () => Span; choose: (span: Span) => void },
): void {
  const stretch = document.getElementById("stretch");
  let begun: number | null = null;
  const shareAt = ({ clientX }: PageEvent) => {
    const { left, width } = lines.getBoundingClientRect();
    return Math.max(0, Math.min(1, (clientX - left - 60) / (width - 70)));
  };
  const show = (from: number, to: number) => {
    const room = lines.getBoundingClientRect().width - 70;
    const place = `left:${60 + Math.min(from, to) * room}px;width:${Math.abs(to - from) * room}px`;
    stretch?.setAttribute("style", from === to ? "" : `display:block;${place}`);
  };
  lines.addEventListener("mousedown", (event) => {
    event.preventDefault();
    begun = shareAt(event);
  });
  document.addEventListener("mousemove", (event) => {
    if (begun !== null) show(begun, shareAt(event));
  });
  document.addEventListener("mouseup", (event) => {
    if (begun === null) return;
    const [from, to] = [begun, shareAt(event)].sort((left, right) => left - right);
    begun = null;
    show(0, 0);
    // A click is no stretch.
    if (to - from < 0.005) return;
    const span = current();
    const length = span.to - span.from;
    choose({ from: span.from + from * length, to: span.from + to * length });
  });
}

/** What a key does; null for one that means nothing here. */
export function keyed(key: string): { zoom: number; shift: number; at: number } | null {
  switch (key) {
    case "ArrowLeft":
      return { zoom: 1, shift: -0.25, at: 0.5 };
    case "ArrowRight":
      return { zoom: 1, shift: 0.25, at: 0.5 };
    case "+":
    case "=":
      return { zoom: 0.5, shift: 0, at: 0.5 };
    case "-":
      return { zoom: 2, shift: 0, at: 0.5 };
    case "Home":
      return { zoom: Infinity, shift: 0, at: 0.5 };
    default:
      return null;
  }
}

/** The page at work. */
export function startPage(document: PageDocument): void {
  const byId = (id: string): PageElement => document.getElementById(id) as PageElement;
  const data: PageData = JSON.parse(byId("run-data").textContent ?? "");
  const lines = byId("timeline");
  const plots = byId("plots");
  // Where something broke the last moments matter; elsewhere the whole.
  const short = data.brokenMs >= 0 ? Math.min(data.endMs, 400) : data.endMs;
  let span: Span = { from: data.endMs - short, to: data.endMs };
  const draw = () => {
    const width = Math.max(400, lines.clientWidth);
    lines.innerHTML = timeline(data, span, width);
    plots.innerHTML = plot(data, span, width, {
      title: "answers a second",
      values: [data.bins.map(([, answers]) => answers * 1000 / data.binMs)],
      classes: ["rate"],
    }) + plot(data, span, width, {
      title: "latency in ms, median and greatest",
      values: [data.bins.map((bin) => bin[2]), data.bins.map((bin) => bin[3])],
      classes: ["median", "greatest"],
    });
    document.documentElement.dataset.span = `${span.from.toFixed(1)} ${span.to.toFixed(1)}`;
  };
  document.addEventListener("keydown", (event: PageEvent) => {
    const by = keyed(event.key);
    if (by === null) return;
    event.preventDefault();
    span = moved(span, data, by);
    draw();
  });
  lines.addEventListener("wheel", (event: PageEvent) => {
    event.preventDefault();
    const { left, width } = lines.getBoundingClientRect();
    const at = Math.max(0, Math.min(1, (event.clientX - left - 60) / (width - 70)));
    span = moved(span, data, { zoom: event.deltaY > 0 ? 1.25 : 0.8, shift: 0, at });
    draw();
  }, { passive: false });
  listenToDrag(document, lines, {
    current: () => span,
    choose: (chosen) => {
      span = chosen;
      draw();
    },
  });
  draw();
  // Whoever drives the page waits for this.
  document.documentElement.dataset.paintedMs = "0";
}

/** All of it as a script. */
export const PAGE_SCRIPT: string = [
  escapeText,
  faultBands,
  timeAxis,
  nodeRow,
  arrows,
  timeline,
  plot,
  moved,
  keyed,
  listenToDrag,
  startPage,
].map(String).join("\n") + "\nstartPage(document);";
