/**
 * The import graph of the repository and what is wrong with it.
 *
 * @module
 */
import { floorOf, FLOORS, mayUseStd } from "./floors.ts";
import { type Import, importsOf } from "./imports.ts";

/** One import of a file of ours by a file of ours. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly line: number;
  readonly kind: Import["kind"];
}

/** The graph: every file, the arrows between them, and imports of `@std`, `npm:`, `https:` and the like. */
export interface Graph {
  readonly files: ReadonlySet<string>;
  readonly arrows: readonly Arrow[];
  readonly foreign: readonly Arrow[];
}

/** Builds the graph from sources, keyed by path from the root of the repository, with slashes. */
export function graphOf(sources: ReadonlyMap<string, string>): Graph {
  const arrows: Arrow[] = [];
  const foreign: Arrow[] = [];
  for (const [from, text] of sources) {
    for (const { source, line, kind } of importsOf(from, text)) {
      if (/^\.{0,2}\//.test(source)) arrows.push({ from, to: resolve(from, source), line, kind });
      else foreign.push({ from, to: source, line, kind });
    }
  }
  return { files: new Set(sources.keys()), arrows, foreign };
}

/** Sentences about arrows that run up or sideways, leave the house, or lead nowhere. */
export function wrongArrows(graph: Graph): string[] {
  const wrong = [...graph.files].filter((file) => floorOf(file) === undefined)
    .map((file) => `${file} stands on no floor: give its folder one in tests/gate/floors.ts`);
  for (const { from, to, line, kind } of graph.arrows) {
    const lower = floorOf(from);
    const upper = floorOf(to);
    const place = `${from}:${line} imports ${to}`;
    if (to.startsWith("../")) wrong.push(`${place}, which lies outside the repository`);
    else if (!graph.files.has(to) && kind === "loads") wrong.push(`${place}, which does not exist`);
    else if (
      lower !== undefined && upper !== undefined && lower !== upper && !FLOORS.get(lower)?.includes(upper)
    ) {
      wrong.push(`${place}: ${lower} may not lean on ${upper}`);
    }
  }
  for (const { from, to, line } of graph.foreign) {
    if (to.startsWith("node:")) continue; // Part of Deno, no dependency; the lint rule judges its use.
    if (!mayUseStd(from)) {
      wrong.push(`${from}:${line} imports ${to}: library code brings no dependency to its users`);
    }
  }
  return wrong;
}

/** One shortest circle through each group of files that import one another, as `a.ts -> b.ts -> a.ts`. A file that starts a worker is in none. */
export function circles(graph: Graph): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of graph.arrows) {
    if (kind === "loads") next.set(from, [...(next.get(from) ?? []), to]);
  }
  const told = new Set<string>();
  const found: string[] = [];
  for (const start of [...graph.files].sort()) {
    if (told.has(start)) continue;
    const circle = shortestWayBack(start, next);
    if (circle === undefined) continue;
    for (const file of circle) told.add(file);
    found.push(circle.join(" -> "));
  }
  return found;
}

function shortestWayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const to of next.get(file) ?? []) {
      if (to === start) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at);
        return [start, ...way];
      }
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, file);
      queue.push(to);
    }
  }
  return undefined;
}

/** `raft/core/log.ts` and `../types.ts` give `raft/types.ts`; what climbs out keeps its `../`. */
function resolve(from: string, source: string): string {
  const parts = source.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const step of source.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(step);
  }
  return parts.join("/");
}
