import type { Layout } from "./layout.ts";

/** The window through which the rows are seen. Lengths in CSS pixels. */
export interface View {
  /** The stretch of the axis. */
  readonly from: number;
  readonly to: number;
  /** How far the rows are scrolled. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The height of a row. */
  readonly row: number;
}

/** The names of the rows. */
export const GUTTER = 116;
/** The axis above them. */
export const AXIS_HEIGHT = 28;
/** Rows of one line of text, and rows of two for as long as all of them fit in the window. */
const ROW_HEIGHTS = { low: 30, tall: 48 };

/** The height of a row. */
export function rowHeight(layout: Layout, height: number): number {
  return AXIS_HEIGHT + layout.lanes.length * ROW_HEIGHTS.tall + 8 <= height
    ? ROW_HEIGHTS.tall
    : ROW_HEIGHTS.low;
}

/** The height of the bar in a row. */
export function barHeight(view: View): number {
  return view.row - 10;
}

/** Where a place on the axis is drawn. */
export function pixelOf(view: View, x: number): number {
  return GUTTER + (x - view.from) / (view.to - view.from) * (view.width - GUTTER);
}

/** The place on the axis that is drawn there. */
export function axisOf(view: View, pixel: number): number {
  return view.from + (pixel - GUTTER) / (view.width - GUTTER) * (view.to - view.from);
}

/** Where a row is drawn. */
export function laneTop(view: View, lane: number): number {
  return AXIS_HEIGHT + lane * view.row - view.top;
}

/** The height of all rows with the axis. */
export function contentHeight(layout: Layout, view: View): number {
  return AXIS_HEIGHT + layout.lanes.length * view.row + 8;
}

/** The whole axis with a little room at its ends. */
export function whole({ axis }: Layout): { from: number; to: number } {
  const margin = axis.extent * 0.02 + (axis.mode === "events" ? 1 : axis.extent * 0.02);
  return { from: -margin, to: axis.extent + margin };
}

/** Moves and limits a stretch of the axis: never beyond its ends by more than a little, never narrower than sense. */
export function limited(layout: Layout, from: number, to: number): { from: number; to: number } {
  const { extent, mode } = layout.axis;
  const all = whole(layout);
  const least = mode === "events" ? 4 : extent / 1e7;
  const length = Math.min(all.to - all.from, Math.max(least, to - from));
  const middle = (from + to) / 2;
  // The room beyond the ends is a share of the window: seen from near it would be a wide empty field.
  const margin = Math.min(-all.from, length * 0.06);
  const start = Math.min(Math.max(middle - length / 2, -margin), Math.max(-margin, extent + margin - length));
  return { from: start, to: start + length };
}

/** The stretch that shows another one with some room around it. */
export function around(layout: Layout, span: { from: number; to: number }): { from: number; to: number } {
  const room = Math.max(
    (span.to - span.from) * 0.12,
    layout.axis.mode === "events" ? 2 : layout.axis.extent / 200,
  );
  return limited(layout, span.from - room, span.to + room);
}

/** Zooms by a factor; the place under the pixel stays where it is. */
export function zoomed(
  layout: Layout,
  view: View,
  factor: number,
  pixel: number,
): { from: number; to: number } {
  const at = axisOf(view, pixel);
  return limited(layout, at - (at - view.from) * factor, at + (view.to - at) * factor);
}
