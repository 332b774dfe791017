/**
 * What became of the lines of the lists, by what killed their bugs.
 * @module
 */

import type { Checklist, Line } from "./line.ts";

/** What killed a bug. */
export interface Killer {
  readonly by: "chaos" | "explorer" | "lab suite" | "own check";
  /** The first seed that did; null if it has none. */
  readonly seed: string | null;
  readonly seconds: number;
}

/** A list with what became of it. */
export interface Answered {
  readonly title: string;
  readonly planted: number;
  readonly noPlace: number;
  /** The names of lines that nothing answers. */
  readonly open: readonly string[];
  /** A line each. */
  readonly words: readonly string[];
}

/** Goes through a list. `killers` has what killed a bug, by its id; who is not in it lives. */
export function answer({ title, lines }: Checklist, killers: ReadonlyMap<string, Killer>): Answered {
  const open = lines.filter((line) => line.kind === "planted" && firstKilled(line, killers) === null);
  const planted = lines.filter(({ kind }) => kind === "planted").length;
  return {
    title,
    planted,
    noPlace: lines.length - planted,
    open: open.map(({ name }) => name),
    words: lines.map((line) => inWords(line, killers)),
  };
}

function firstKilled(line: Line, killers: ReadonlyMap<string, Killer>): [string, Killer] | null {
  if (line.kind === "noPlace") return null;
  for (const id of line.bugs) {
    const killer = killers.get(id);
    if (killer !== undefined) return [id, killer];
  }
  return null;
}

function inWords(line: Line, killers: ReadonlyMap<string, Killer>): string {
  const name = line.name.padEnd(4);
  if (line.kind === "noPlace") return `${name} no place: ${line.why}`;
  const killed = firstKilled(line, killers);
  if (killed === null) return `${name} NOT KILLED by chaos, explorer or lab suite: ${line.bugs.join(", ")}`;
  const [id, { by, seed, seconds }] = killed;
  const where = seed === null ? by : `${by}, seed ${seed}`;
  return `${name} ${id.padEnd(24)} ${where.padEnd(20)} ${seconds.toFixed(1).padStart(5)} s`;
}
