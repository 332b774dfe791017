import { lastStarting } from "./layout.ts";
import { noteBox } from "./paint.ts";
import { boxOf } from "./paint_bar.ts";
import { type PageState, selectionOfNote } from "./state.ts";
import { AXIS_HEIGHT, axisOf, GUTTER } from "./view.ts";

/** How far beside a thin bar the pointer may be. */
const REACH = 4;

/** What is drawn at a place of the canvas: an operation, an annotation, or -1. */
export function hitAt(state: PageState, x: number, y: number): number {
  const { view, layout } = state;
  const row = Math.floor((y - AXIS_HEIGHT + view.top) / view.row);
  if (y < AXIS_HEIGHT || x < GUTTER || row < 0 || row >= layout.lanes.length) return -1;
  const lane = layout.lanes[row];
  if (lane.client < 0) {
    const note = [...lane.items].findLast((n) => holds(noteBox(state, n), x));
    return note === undefined ? -1 : selectionOfNote(note);
  }
  const { callX } = layout.axis;
  const at = lastStarting(lane.items, callX, axisOf(view, x + REACH));
  // A client's operations follow one another, but the clock may have stood still for some of them.
  for (let k = at; k >= 0 && k > at - 3; k--) if (holds(boxOf(state, lane.items[k]), x)) return lane.items[k];
  const open = lane.open.findLast((i) => callX[i] <= axisOf(view, x));
  return open ?? -1;
}

function holds(box: { x: number; width: number }, x: number): boolean {
  return x >= box.x - REACH && x <= box.x + box.width + REACH;
}

/** The operation before or after another one in its row; the same one at the end. */
export function neighbour(state: PageState, i: number, step: 1 | -1): number {
  const { layout, scene } = state;
  const { items } = layout.lanes[layout.laneOf[scene.client[i]]];
  const at = items.indexOf(i) + step;
  return at < 0 || at >= items.length ? i : items[at];
}

/** The operation in the next row up or down that is nearest in time; the same one at the end. */
export function across(state: PageState, i: number, step: 1 | -1): number {
  const { layout, scene } = state;
  for (let row = layout.laneOf[scene.client[i]] + step; row >= 0 && row < layout.lanes.length; row += step) {
    const lane = layout.lanes[row];
    if (lane.client < 0) continue;
    const { callX } = layout.axis;
    const at = Math.max(0, lastStarting(lane.items, callX, callX[i]));
    const next = lane.items[Math.min(at + 1, lane.items.length - 1)];
    const before = lane.items[at];
    return Math.abs(callX[next] - callX[i]) < Math.abs(callX[before] - callX[i]) ? next : before;
  }
  return i;
}

/** The operation that comes before or after another one in the order of its partition; -1 if none that is shown does. */
export function inOrder(state: PageState, i: number, step: 1 | -1): number {
  const { scene, layout } = state;
  const part = scene.part[i];
  const first = scene.parts.start[part];
  const end = scene.parts.start[part + 1];
  // What has no place comes after everything that has one.
  let k = scene.position[i] < 0 ? end : scene.position[i];
  for (k += step; k >= first && k < end; k += step) {
    if (layout.shown[scene.order[k]] === 1) return scene.order[k];
  }
  return -1;
}

/** The first or last operation shown. */
export function outermost({ scene, layout }: PageState, side: "first" | "last"): number {
  const list = scene.byCall;
  for (let k = 0; k < list.length; k++) {
    const i = list[side === "first" ? k : list.length - 1 - k];
    if (layout.shown[i] === 1) return i;
  }
  return -1;
}

/** The operation shown that is nearest to the middle of the window, for a first step without a selection. */
export function central(state: PageState): number {
  const { scene, layout, view } = state;
  const middle = (view.from + view.to) / 2;
  let best = -1;
  let distance = Infinity;
  for (const i of scene.byCall) {
    if (layout.shown[i] === 0) continue;
    const gap = Math.abs(layout.axis.callX[i] - middle);
    if (gap >= distance) continue;
    best = i;
    distance = gap;
  }
  return best;
}
