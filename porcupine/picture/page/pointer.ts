import type { PageCanvas, PageEvent } from "./dom.ts";
import type { Actions } from "./actions.ts";
import { hitAt } from "./hit.ts";
import { spanOf } from "./layout.ts";
import type { PageState } from "./state.ts";
import { around, contentHeight, GUTTER, zoomed } from "./view.ts";

/** A press that moved less than this is a click. */
const CLICK = 4;

/** Dragging moves the window, the wheel scrolls it or, with Ctrl, zooms; a click selects, a double click goes closer. */
export function listenToPointer(
  state: PageState,
  actions: Actions,
  lanes: PageCanvas,
  overview: PageCanvas,
): void {
  listenToDrag(state, actions, lanes);
  lanes.addEventListener("pointerleave", () => {
    state.hovered = -1;
    state.redraw();
  });
  lanes.addEventListener("dblclick", (event) => {
    const hit = hitAt(state, ...placeIn(lanes, event));
    if (hit >= 0) actions.show(around(state.layout, spanOf(state.scene, state.layout.axis, [hit])));
  });
  lanes.addEventListener("wheel", (event) => wheel(state, actions, event, placeIn(lanes, event)[0]), {
    passive: false,
  });
  listenToOverview(state, actions, overview);
}

function listenToDrag(state: PageState, actions: Actions, lanes: PageCanvas): void {
  let grip: { x: number; y: number; from: number; to: number; top: number; moved: boolean } | null = null;
  lanes.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const { from, to, top } = state.view;
    grip = { x: event.clientX, y: event.clientY, from, to, top, moved: false };
    lanes.setPointerCapture(event.pointerId);
  });
  lanes.addEventListener("pointermove", (event) => {
    if (grip === null) {
      const hit = hitAt(state, ...placeIn(lanes, event));
      lanes.style.cursor = hit === -1 ? "grab" : "pointer";
      if (hit === state.hovered) return;
      state.hovered = hit;
      state.redraw();
      return;
    }
    const dx = event.clientX - grip.x;
    const dy = event.clientY - grip.y;
    grip.moved ||= Math.hypot(dx, dy) > CLICK;
    if (!grip.moved) return;
    lanes.style.cursor = "grabbing";
    const shift = -dx / (state.view.width - GUTTER) * (grip.to - grip.from);
    actions.show({ from: grip.from + shift, to: grip.to + shift });
    actions.scroll(grip.top - dy);
  });
  lanes.addEventListener("pointerup", (event) => {
    const click = grip !== null && !grip.moved;
    grip = null;
    lanes.style.cursor = "grab";
    if (click) actions.select(hitAt(state, ...placeIn(lanes, event)));
  });
  lanes.addEventListener("pointercancel", () => grip = null);
}

function wheel(state: PageState, actions: Actions, event: PageEvent, x: number): void {
  const { view, layout } = state;
  const length = view.to - view.from;
  const sideways = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
  const tall = contentHeight(layout, view) > view.height;
  if (
    event.ctrlKey || event.metaKey ||
    (!tall && !event.shiftKey && Math.abs(event.deltaY) > Math.abs(event.deltaX))
  ) {
    event.preventDefault();
    actions.show(zoomed(layout, view, 1.0016 ** event.deltaY, x));
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    const shift = sideways / view.width * length;
    actions.show({ from: view.from + shift, to: view.to + shift });
  }
}

function listenToOverview(state: PageState, actions: Actions, overview: PageCanvas): void {
  let held = false;
  const go = (event: PageEvent): void => {
    const { layout, view } = state;
    const middle = placeIn(overview, event)[0] / overview.clientWidth * layout.axis.extent;
    const half = (view.to - view.from) / 2;
    actions.show({ from: middle - half, to: middle + half });
  };
  overview.addEventListener("pointerdown", (event) => {
    held = true;
    overview.setPointerCapture(event.pointerId);
    go(event);
  });
  overview.addEventListener("pointermove", (event) => {
    if (held) go(event);
  });
  overview.addEventListener("pointerup", () => held = false);
  overview.addEventListener("pointercancel", () => held = false);
}

function placeIn(canvas: PageCanvas, event: PageEvent): [number, number] {
  const { left, top } = canvas.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
