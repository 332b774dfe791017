import { timeOfX } from "./axis.ts";
import type { Pen } from "./dom.ts";
import type { Layout } from "./layout.ts";
import type { PageScene } from "./scene.ts";
import type { PageState } from "./state.ts";
import { AXIS_HEIGHT, barHeight, GUTTER, laneTop, pixelOf, type View } from "./view.ts";

/** Where the line through the points has room for itself. */
const LEAST_GAP = 5;

/** The point at which an operation took effect, on the lower edge of its bar. */
export function paintPoint(pen: Pen, { scene, layout, view, theme }: PageState, i: number, y: number): void {
  const k = scene.position[i];
  if (k < 0) return;
  const x = pixelOf(view, layout.axis.pointX[k]);
  pen.beginPath();
  pen.arc(x, y, 3, 0, 2 * Math.PI);
  pen.fillStyle = theme.text;
  pen.fill();
  pen.strokeStyle = theme.ground;
  pen.lineWidth = 1.2;
  pen.stroke();
}

/** The partition whose order is drawn as a line; -1 if there are several, or none. */
export function orderedPart({ layout, scene, selected }: PageState): number {
  if (layout.choice.scope === "part") return layout.choice.part;
  if (layout.choice.scope === "core") return scene.facts.focus;
  if (scene.facts.partCount === 1) return 0;
  return selected >= 0 ? scene.part[selected] : -1;
}

/** The entries of a partition's order whose points lie in the window, the neighbours outside included. */
export function entriesInView(scene: PageScene, layout: Layout, view: View, part: number): number[] {
  const { pointX } = layout.axis;
  const entries: number[] = [];
  let before = -1;
  for (let k = scene.parts.start[part]; k < scene.parts.start[part + 1]; k++) {
    const x = pointX[k];
    if (Number.isNaN(x)) continue;
    if (x < view.from) before = k;
    else {
      entries.push(k);
      if (x > view.to) break;
    }
  }
  return before < 0 ? entries : [before, ...entries];
}

/** A thin line through the points in their order, where they do not crowd. */
export function paintOrder(pen: Pen, state: PageState): void {
  const { scene, layout, view, theme } = state;
  const part = orderedPart(state);
  if (part < 0) return;
  const entries = entriesInView(scene, layout, view, part);
  if (entries.length < 2 || entries.length * LEAST_GAP > view.width) return;
  pen.beginPath();
  for (let e = 0; e < entries.length; e++) {
    const x = pixelOf(view, layout.axis.pointX[entries[e]]);
    const row = layout.laneOf[scene.client[scene.order[entries[e]]]];
    const y = laneTop(view, row) + (view.row + barHeight(view)) / 2;
    if (e === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.strokeStyle = theme.text;
  pen.globalAlpha = 0.32;
  pen.lineWidth = 1;
  pen.stroke();
  pen.globalAlpha = 1;
}

/** Where the longest order of an unexplained partition ends. */
export function paintEnd(pen: Pen, state: PageState): void {
  const { scene, layout, view, theme } = state;
  const { facts } = scene;
  if (facts.verdict === "ok" || facts.focus < 0 || layout.choice.scope === "core") return;
  if (layout.choice.scope === "part" && layout.choice.part !== facts.focus) return;
  let end = scene.parts.start[facts.focus + 1] - 1;
  while (end >= scene.parts.start[facts.focus] && Number.isNaN(layout.axis.pointX[end])) end--;
  if (end < scene.parts.start[facts.focus]) return;
  const x = Math.round(pixelOf(view, layout.axis.pointX[end])) + 6.5;
  pen.beginPath();
  pen.moveTo(x, AXIS_HEIGHT);
  pen.lineTo(x, view.height);
  pen.strokeStyle = facts.verdict === "illegal" ? theme.bad : theme.warn;
  pen.setLineDash([2, 4]);
  pen.lineWidth = 1;
  pen.stroke();
  pen.setLineDash([]);
}

/** Times in the row above, lines through all of them below. */
export function paintAxis(pen: Pen, state: PageState, what: "lines" | "labels"): void {
  const { view, layout, theme } = state;
  if (what === "labels") {
    pen.fillStyle = theme.ground;
    pen.fillRect(0, 0, view.width, AXIS_HEIGHT - 1);
  }
  const { times } = layout.axis;
  // Nanoseconds since 1970 fill the screen with digits that never change.
  const base = times.length > 0 && Math.abs(times[0]) >= 1e6 ? times[0] : 0;
  pen.font = `11px ${theme.sans}`;
  pen.textAlign = "center";
  for (const x of ticks(view, layout)) {
    const pixel = Math.round(pixelOf(view, x)) + 0.5;
    if (pixel < GUTTER || pixel > view.width) continue;
    pen.fillStyle = theme.rule;
    pen.fillRect(pixel - 0.5, AXIS_HEIGHT - 5, 1, what === "lines" ? view.height : 4);
    if (what === "lines") continue;
    pen.fillStyle = theme.soft;
    pen.fillText(clockText(timeOfX(layout.axis, x) - base), pixel, AXIS_HEIGHT / 2 - 1);
  }
  if (what === "lines") return;
  pen.fillStyle = theme.rule;
  pen.fillRect(0, AXIS_HEIGHT - 1, view.width, 1);
  pen.fillRect(GUTTER - 1, 0, 1, view.height);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, GUTTER - 1, AXIS_HEIGHT - 1);
  pen.textAlign = "left";
  pen.fillStyle = theme.soft;
  pen.fillText(layout.axis.mode === "events" ? "even steps" : "clock time", 12, AXIS_HEIGHT / 2 - 1);
  if (base !== 0) pen.fillText(`+${base}`, GUTTER + 8, AXIS_HEIGHT + 8);
}

/** Places on the axis, 1, 2 or 5 times a power of ten apart, that leave room for a label each. */
export function ticks(view: View, layout: Layout): number[] {
  const perPixel = (view.to - view.from) / Math.max(1, view.width - GUTTER);
  const wanted = perPixel * 90;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((f) => f * power >= wanted) ?? 10;
  const step = layout.axis.mode === "events" ? Math.max(1, factor * power) : factor * power;
  const found: number[] = [];
  const first = Math.ceil(Math.max(0, view.from) / step);
  for (let n = first; n * step <= Math.min(view.to, layout.axis.extent); n++) found.push(n * step);
  return found;
}

/** A time for a reader: six digits are enough on an axis. */
export function clockText(time: number): string {
  const rounded = Number(time.toPrecision(9));
  return Math.abs(rounded) < 1e15
    ? rounded.toLocaleString("en-US", { maximumFractionDigits: 6 })
    : String(rounded);
}
