import type { Pen } from "./dom.ts";
import type { Layout } from "./layout.ts";
import type { PageScene } from "./scene.ts";
import type { PageState } from "./state.ts";

/** How many operations are open at most in each column of the overview. */
export function densityOf(scene: PageScene, layout: Layout, columns: number): Float64Array {
  const most = new Float64Array(columns);
  const { callX, returnX, extent } = layout.axis;
  const { byCall, byReturn, count } = scene;
  let open = 0;
  let r = 0;
  let column = 0;
  for (const i of byCall) {
    if (layout.shown[i] === 0) continue;
    for (; r < count; r++) {
      const back = byReturn[r];
      if (layout.shown[back] === 0) continue;
      if (returnX[back] > callX[i]) break;
      open--;
    }
    open++;
    // Idle columns in between keep what was open all the while.
    const here = columnOf(callX[i], extent, columns);
    for (; column < here; column++) most[column] = Math.max(most[column], open - 1);
    most[here] = Math.max(most[here], open);
  }
  return most;
}

function columnOf(x: number, extent: number, columns: number): number {
  return Math.max(0, Math.min(columns - 1, Math.floor(x / extent * columns)));
}

/** The whole axis in one strip: where much happens, where the contradiction is, which part is in the window. */
export function paintOverview(
  pen: Pen,
  state: PageState,
  density: Float64Array,
  size: { width: number; height: number },
): void {
  const { theme, scene, layout, view, found } = state;
  const { width, height } = size;
  const { callX, extent } = layout.axis;
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, width, height);
  const most = density.reduce((a, b) => Math.max(a, b), 1);
  pen.fillStyle = theme.soft;
  pen.globalAlpha = 0.45;
  for (let x = 0; x < density.length; x++) {
    if (density[x] === 0) continue;
    const tall = 2 + density[x] / most * (height - 12);
    pen.fillRect(x * width / density.length, height - tall, width / density.length, tall);
  }
  pen.globalAlpha = 1;
  if (found !== null) {
    pen.fillStyle = theme.found;
    const seen = new Uint8Array(Math.ceil(width));
    for (const i of found.list) {
      const x = columnOf(callX[i], extent, seen.length);
      if (layout.shown[i] === 0 || seen[x] === 1) continue;
      seen[x] = 1;
      pen.fillRect(x, 0, 2, 7);
    }
  }
  pen.fillStyle = theme.bad;
  for (const i of scene.core) {
    if (layout.shown[i] === 1) pen.fillRect(columnOf(callX[i], extent, width) - 1, 0, 3, height);
  }
  const from = Math.max(0, view.from / extent * width);
  const to = Math.min(width, Math.max(view.to / extent * width, from + 6));
  pen.fillStyle = theme.ground;
  pen.globalAlpha = 0.62;
  pen.fillRect(0, 0, from, height);
  pen.fillRect(to, 0, width - to, height);
  pen.globalAlpha = 1;
  pen.beginPath();
  pen.roundRect(from + 1, 1, to - from - 2, height - 2, 4);
  pen.strokeStyle = theme.accent;
  pen.lineWidth = 1.5;
  pen.stroke();
}
