import type { Pen } from "./dom.ts";
import { type Lane, lastStarting } from "./layout.ts";
import { paintAxis, paintEnd, paintOrder, paintPoint } from "./paint_order.ts";
import { noteOf, type PageState } from "./state.ts";
import { xOfTime } from "./axis.ts";
import { boxOf, fade, fitted, FONT, inkFor, isPivot, LEAST_BAR, paintBar, visibleBox } from "./paint_bar.ts";
import { AXIS_HEIGHT, axisOf, barHeight, GUTTER, laneTop, pixelOf } from "./view.ts";

/** Draws the rows that are in the window. */
export function paintLanes(pen: Pen, state: PageState): void {
  const { view, layout, theme } = state;
  pen.clearRect(0, 0, view.width, view.height);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, view.width, view.height);
  pen.textBaseline = "middle";
  const first = Math.max(0, Math.floor(view.top / view.row));
  const last = Math.min(
    layout.lanes.length - 1,
    Math.floor((view.top + view.height - AXIS_HEIGHT) / view.row),
  );
  for (let row = first; row <= last; row++) {
    if (row % 2 === 1) continue;
    pen.fillStyle = theme.stripe;
    pen.fillRect(0, laneTop(view, row), view.width, view.row);
  }
  paintAxis(pen, state, "lines");
  pen.save();
  pen.beginPath();
  pen.rect(GUTTER, AXIS_HEIGHT, view.width - GUTTER, view.height - AXIS_HEIGHT);
  pen.clip();
  // Behind the bars, so that no line crosses a text.
  paintEnd(pen, state);
  paintOrder(pen, state);
  for (let row = first; row <= last; row++) {
    const lane = layout.lanes[row];
    if (lane.client < 0) paintNotes(pen, state, lane, row);
    else paintLane(pen, state, lane, row);
  }
  paintMarked(pen, state);
  pen.restore();
  for (let row = first; row <= last; row++) paintLabel(pen, state, layout.lanes[row], row);
  paintAxis(pen, state, "labels");
}

function paintLabel(pen: Pen, { view, layout, theme }: PageState, lane: Lane, row: number): void {
  const y = laneTop(view, row);
  pen.fillStyle = row % 2 === 1 ? theme.ground : theme.stripe;
  pen.fillRect(0, y, GUTTER - 1, view.row);
  pen.font = `${lane.client < 0 ? "italic " : ""}12px ${theme.sans}`;
  pen.fillStyle = lane.client < 0 ? theme.soft : theme.text;
  pen.textAlign = "left";
  const previous = row > 0 ? layout.lanes[row - 1] : undefined;
  const heads = lane.client >= 0 && lane.group !== "" &&
    (previous === undefined || previous.client < 0 || previous.group !== lane.group);
  const label = lane.client < 0 ? lane.label : `client ${lane.label}`;
  if (heads) {
    pen.font = `600 9px ${theme.sans}`;
    pen.fillStyle = theme.soft;
    pen.fillText(fitted(pen, lane.group.toUpperCase(), GUTTER - 20), 12, y + 7);
    pen.font = `12px ${theme.sans}`;
    pen.fillStyle = theme.text;
  }
  pen.fillText(fitted(pen, label, GUTTER - 20), 12, y + view.row / 2 + (heads ? 4 : 1));
}

function paintLane(pen: Pen, state: PageState, lane: Lane, row: number): void {
  const { view, layout } = state;
  const { callX } = layout.axis;
  const y = laneTop(view, row);
  for (const i of lane.open) if (callX[i] < view.from) paintBar(pen, state, i, { y, room: 0 });
  const { items } = lane;
  let at = Math.max(0, lastStarting(items, callX, view.from));
  while (at < items.length && callX[items[at]] <= view.to) {
    const i = items[at];
    const box = boxOf(state, i);
    if (box.width >= LEAST_BAR) {
      const room = at + 1 < items.length ? pixelOf(view, callX[items[at + 1]]) : view.width;
      paintBar(pen, state, i, { y, room });
      at++;
      continue;
    }
    // Everything that starts within these two pixels is one smear; only the last of a client's operations can be longer.
    const next = lastStarting(items, callX, axisOf(view, box.x + 2)) + 1;
    pen.globalAlpha = fade(state, i) * 0.75;
    pen.fillStyle = inkFor(state, i).line;
    pen.fillRect(box.x, y + 5 + 3, 2, barHeight(view) - 6);
    pen.globalAlpha = 1;
    const isLong = next - 1 > at && boxOf(state, items[next - 1]).width >= LEAST_BAR;
    at = Math.max(at + 1, isLong ? next - 1 : next);
  }
}

/** The frames of what is part of the contradiction, of what cannot come next, of what is selected or under the pointer. */
function paintMarked(pen: Pen, state: PageState): void {
  const { scene, theme, layout } = state;
  for (const i of scene.illegalNext) {
    if (layout.shown[i] === 1) frame(pen, state, i, { colour: theme.warn, width: 1.5, room: 1 });
  }
  for (const i of scene.core) {
    if (layout.shown[i] === 0) continue;
    frame(pen, state, i, { colour: theme.bad, width: isPivot(state, i) ? 2.5 : 2, room: 1 });
  }
  for (const i of [state.hovered, state.selected]) {
    if (i < 0 || layout.shown[i] === 0) continue;
    frame(pen, state, i, { colour: theme.accent, width: i === state.selected ? 2.5 : 1.5, room: 3.5 });
  }
}

function frame(
  pen: Pen,
  state: PageState,
  i: number,
  look: { colour: string; width: number; room: number },
): void {
  const { view, layout, scene } = state;
  const y = laneTop(view, layout.laneOf[scene.client[i]]) + 5;
  if (y > view.height || y < -view.row) return;
  const { x, width } = visibleBox(state, i);
  if (x > view.width || x + width < GUTTER) return;
  const { room } = look;
  pen.beginPath();
  pen.roundRect(x - room, y - room, width + 2 * room, barHeight(view) + 2 * room, 4 + room);
  pen.strokeStyle = look.colour;
  pen.lineWidth = look.width;
  pen.stroke();
  // The frame lies on the point.
  paintPoint(pen, state, i, y + barHeight(view));
}

/** Where an annotation is drawn. */
export function noteBox({ view, layout, scene }: PageState, n: number): { x: number; width: number } {
  const { at, until } = scene.facts.annotations[n];
  const x = pixelOf(view, xOfTime(layout.axis, at));
  return { x, width: Math.max(3, pixelOf(view, xOfTime(layout.axis, until)) - x) };
}

function paintNotes(pen: Pen, state: PageState, lane: Lane, row: number): void {
  const { view, theme, scene } = state;
  const y = laneTop(view, row) + 5;
  let free = -Infinity;
  for (const n of lane.items) {
    const note = scene.facts.annotations[n];
    const { x, width } = noteBox(state, n);
    if (x + width < GUTTER || x > view.width || x + width < free + 1) continue;
    const colour = note.colour === "" ? theme.warn : note.colour;
    pen.fillStyle = colour;
    pen.globalAlpha = noteOf(state.selected) === n || noteOf(state.hovered) === n ? 0.6 : 0.32;
    pen.beginPath();
    pen.roundRect(x, y + 2, width, barHeight(view) - 4, 3);
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillRect(x, y, 2, barHeight(view));
    free = x + width;
    if (width < 30) continue;
    pen.font = `${FONT}px ${theme.sans}`;
    pen.textAlign = "left";
    pen.fillStyle = theme.text;
    const from = Math.max(x, GUTTER);
    pen.fillText(fitted(pen, note.text, x + width - from - 10), from + 6, y + barHeight(view) / 2 + 1);
  }
}
