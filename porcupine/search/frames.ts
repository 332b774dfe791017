import type { Path, Placement } from "./trace.ts";

/**
 * What a frame of the depth-first search is, in one typed array: the level, the operation placed to get there, the operation and the
 * branch tried last, whether rule (d) applies, the round - 0 while those are tried that make the answer about to be given
 * possible -, and how much had been written down when it was entered. This many integers, and the places in them.
 */
export const FRAME = 7;
/** See {@linkcode FRAME}. */
export const TRIED = 2;
/** See {@linkcode FRAME}. */
export const BRANCH = 3;
/** See {@linkcode FRAME}. */
export const POINTLESS = 4;
/** See {@linkcode FRAME}. */
export const ROUND = 5;
/** See {@linkcode FRAME}. */
export const WRITTEN = 6;

/** Rounds of a frame, after the first look at it: the others are tried if what leads to the next answer was in vain. */
export const GUIDED = 1;
/** See {@linkcode GUIDED}. */
export const HELPING = 2;
/** See {@linkcode GUIDED}. */
export const REST = 3;

/** In place of an operation: none. */
export const NOTHING = -1;
/** In place of an operation: it was tried to leave behind the one that returns. */
export const LEAVING = -2;

/** How far an exploration has come. */
export type Progress = "running" | "ok" | "illegal" | "stopped";

/** The placements on the way to the top frame; `nodes` are the frames' configurations, of `size` integers each. */
export function pathOf(
  frames: Int32Array,
  nodes: Int32Array,
  { top, size, start }: { readonly top: number; readonly size: number; readonly start: number },
): Path {
  const steps: Placement[] = [];
  for (let d = 1; d <= top; d++) {
    const operation = frames[d * FRAME + 1];
    if (operation === NOTHING) continue;
    steps.push({ operation, state: nodes[d * size], level: frames[d * FRAME - FRAME], absorbed: undefined });
  }
  return { start, steps };
}
