import { FLAG } from "./columns.ts";
import type { Pen } from "./dom.ts";
import { paintPoint } from "./paint_order.ts";
import type { PageState } from "./state.ts";
import { type Ink, inkFrom, inkOf } from "./theme.ts";
import { barHeight, GUTTER, pixelOf } from "./view.ts";

/** Narrower bars are drawn as one stretch: a hundred thousand of them would be drawn on top of each other. */
export const LEAST_BAR = 3;
/** The size of the text in bars. */
export const FONT = 11;
/** A shorter text says nothing. */
const LEAST_TEXT = 20;

/** A text, cut so that it fits. */
export function fitted(pen: Pen, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(`${text.slice(0, middle)}\u2026`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "" : `${text.slice(0, low)}\u2026`;
}

/** Where an operation's bar begins, and how wide it is; one without an answer reaches the edge of the window. */
export function boxOf({ view, layout }: PageState, i: number): { x: number; width: number } {
  const x = pixelOf(view, layout.axis.callX[i]);
  const end = layout.axis.returnX[i];
  const right = end === Infinity ? Math.max(x + 24, view.width + 12) : pixelOf(view, end);
  return { x, width: right - x };
}

/** The colours of an operation. */
export function inkFor(state: PageState, i: number): Ink {
  const { scene, theme } = state;
  const colour = scene.colour[i];
  if (isPivot(state, i)) {
    return { fill: theme.badFill, line: theme.bad, text: theme.bad, clear: theme.ground };
  }
  return colour > 0 ? inkFrom(scene.facts.colours[colour - 1], theme) : inkOf(scene.names.of[i], theme.dark);
}

/** The first impossible operation is seen from afar. */
export function isPivot({ scene }: PageState, i: number): boolean {
  return scene.facts.verdict === "illegal" && i === scene.facts.pivot;
}

/** While something is searched for, the rest steps back. */
export function fade({ found }: PageState, i: number): number {
  return found === null || found.is[i] === 1 ? 1 : 0.28;
}

export function paintBar(pen: Pen, state: PageState, i: number, at: { y: number; room: number }): void {
  const { scene, theme } = state;
  const ink = inkFor(state, i);
  const { x, width } = visibleBox(state, i);
  const height = barHeight(state.view);
  const y = at.y + (state.view.row - height) / 2;
  const flags = scene.flags[i];
  const lost = (flags & FLAG.lost) !== 0;
  const failed = (flags & FLAG.failed) !== 0;
  pen.globalAlpha = fade(state, i);
  pen.beginPath();
  pen.roundRect(x, y, width, height, lost ? [4, 0, 0, 4] : 4);
  pen.fillStyle = lost ? fading(pen, ink, x, width) : failed ? theme.ground : ink.fill;
  pen.fill();
  if (failed) hatch(pen, { x, y, width, height }, ink.fill);
  pen.strokeStyle = lost ? theme.soft : ink.line;
  pen.lineWidth = 1;
  pen.setLineDash(lost || (flags & FLAG.maybe) !== 0 ? [4, 3] : []);
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = failed ? theme.soft : ink.text;
  paintText(pen, state, i, { x, y: y + height / 2 + 1, width, room: at.room });
  pen.globalAlpha = 1;
  paintPoint(pen, state, i, y + height);
}

/** The text of an operation: in its bar if it fits, else after it if there is room, else cut. */
function paintText(
  pen: Pen,
  state: PageState,
  i: number,
  at: { x: number; y: number; width: number; room: number },
): void {
  const { theme, view } = state;
  const inside = at.width - 12;
  const outside = at.room - at.x - at.width - 12;
  if (inside < LEAST_TEXT && outside < LEAST_TEXT) return;
  pen.font = `${isPivot(state, i) ? "600 " : ""}${FONT}px ${theme.mono}`;
  pen.textAlign = "left";
  const lines = linesOf(state, i, barHeight(view) > 30);
  const longest = Math.max(...lines.map((line) => pen.measureText(line).width));
  const isInside = inside >= outside || longest <= inside;
  const x = isInside ? at.x + 6 : at.x + at.width + 5;
  lines.forEach((line, n) => {
    const y = at.y + (n - (lines.length - 1) / 2) * 15;
    pen.fillText(fitted(pen, line, isInside ? inside : outside), x, y);
  });
}

/** A tall bar has a line for the request and one for the answer. */
function linesOf({ scene }: PageState, i: number, tall: boolean): string[] {
  const text = ((scene.flags[i] & FLAG.failed) !== 0 ? "\u2715 " : "") + scene.text.at(i);
  const at = text.lastIndexOf(" -> ");
  return tall && at > 0 ? [text.slice(0, at), `\u2192 ${text.slice(at + 4)}`] : [text];
}

/** The part of a bar that is in the window, and a little more, so that its label is seen however long the bar is. */
export function visibleBox(state: PageState, i: number): { x: number; width: number } {
  const box = boxOf(state, i);
  const x = Math.max(box.x, GUTTER - 6);
  return { x, width: Math.max(LEAST_BAR, Math.min(box.x + box.width, state.view.width + 12) - x) };
}

function fading(pen: Pen, ink: Ink, x: number, width: number): object {
  const gradient = pen.createLinearGradient(x, 0, x + Math.min(width, 260), 0);
  gradient.addColorStop(0, ink.fill);
  gradient.addColorStop(1, ink.clear);
  return gradient;
}

function hatch(pen: Pen, box: { x: number; y: number; width: number; height: number }, colour: string): void {
  pen.save();
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  pen.beginPath();
  for (let x = box.x - box.height; x < box.x + box.width; x += 8) {
    pen.moveTo(x, box.y + box.height);
    pen.lineTo(x + box.height, box.y);
  }
  pen.stroke();
  pen.restore();
  pen.beginPath();
  pen.roundRect(box.x, box.y, box.width, box.height, 4);
}
