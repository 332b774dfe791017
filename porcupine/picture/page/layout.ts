import { type Axis, type AxisMode, buildAxis } from "./axis.ts";
import { FLAG } from "./columns.ts";
import type { PageScene } from "./scene.ts";

/** What is looked at: the contradiction alone, one partition, or everything. */
export type Scope = "core" | "part" | "all";

/** What is to be seen. */
export interface Choice {
  readonly scope: Scope;
  /** The partition, if the scope is one. */
  readonly part: number;
  readonly hiddenClients: ReadonlySet<number>;
  /** Groups of clients, and lanes of annotations, by name. */
  readonly hiddenGroups: ReadonlySet<string>;
  /** Kinds of operation, by number. */
  readonly hiddenNames: ReadonlySet<number>;
  readonly axis: AxisMode;
}

/** A row of the picture. */
export interface Lane {
  /** A client; -1 for annotations. */
  readonly client: number;
  readonly label: string;
  readonly group: string;
  /** Operations (or annotations), by start. */
  readonly items: Int32Array;
  /** Those among them that never returned. */
  readonly open: readonly number[];
}

/** Rows and axis for a choice. */
export interface Layout {
  readonly choice: Choice;
  readonly lanes: readonly Lane[];
  /** 1 for each operation that has a place. */
  readonly shown: Uint8Array;
  readonly shownCount: number;
  readonly axis: Axis;
  /** The row of each client; -1 if it has none. */
  readonly laneOf: Int32Array;
}

/** Lays out a choice: annotations first, then the clients that have something to show, group by group. */
export function layOut(scene: PageScene, choice: Choice): Layout {
  const shown = new Uint8Array(scene.count);
  let shownCount = 0;
  for (let i = 0; i < scene.count; i++) {
    if (choice.hiddenNames.has(scene.names.of[i]) || !isWanted(scene, choice, i)) continue;
    shown[i] = 1;
    shownCount++;
  }
  const lanes = [...annotationLanes(scene, choice), ...clientLanes(scene, shown)];
  const laneOf = new Int32Array(scene.facts.clientCount).fill(-1);
  lanes.forEach(({ client }, row) => {
    if (client >= 0) laneOf[client] = row;
  });
  return { choice, lanes, shown, shownCount, laneOf, axis: buildAxis(scene, shown, choice.axis) };
}

function isWanted(scene: PageScene, choice: Choice, i: number): boolean {
  if (choice.hiddenClients.has(scene.client[i])) return false;
  if (choice.hiddenGroups.has(scene.groups[scene.client[i]])) return false;
  switch (choice.scope) {
    case "all":
      return true;
    case "part":
      return scene.part[i] === choice.part;
    case "core":
      return scene.core.has(i);
  }
}

function clientLanes(scene: PageScene, shown: Uint8Array): Lane[] {
  const counts = new Int32Array(scene.facts.clientCount);
  for (let i = 0; i < scene.count; i++) if (shown[i] === 1) counts[scene.client[i]]++;
  const items = Array.from(counts, (n) => new Int32Array(n));
  const open: number[][] = items.map(() => []);
  const filled = new Int32Array(counts.length);
  for (const i of scene.byCall) {
    if (shown[i] === 0) continue;
    const c = scene.client[i];
    items[c][filled[c]++] = i;
    if ((scene.flags[i] & FLAG.lost) !== 0) open[c].push(i);
  }
  return rowsOfClients(scene).filter((c) => items[c].length > 0).map((c) => (
    { client: c, label: scene.clients[c], group: scene.groups[c], items: items[c], open: open[c] }
  ));
}

/** The clients group by group, in the order in which a person counts: 2 comes before 10. */
export function rowsOfClients({ clients, groups }: PageScene): number[] {
  const first = new Map<string, number>();
  groups.forEach((group, c) => {
    if (!first.has(group)) first.set(group, c);
  });
  const compare = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
  return clients.map((_, c) => c).sort((a, b) =>
    (first.get(groups[a]) ?? 0) - (first.get(groups[b]) ?? 0) || compare(clients[a], clients[b])
  );
}

/** One row for each name that annotations stand on. */
function annotationLanes({ facts }: PageScene, choice: Choice): Lane[] {
  const rows = new Map<string, number[]>();
  facts.annotations.forEach(({ lane }, i) => {
    const row = rows.get(lane);
    if (row === undefined) rows.set(lane, [i]);
    else row.push(i);
  });
  return [...rows].filter(([label]) => !choice.hiddenGroups.has(label)).map(([label, items]) => ({
    client: -1,
    label,
    group: label,
    items: Int32Array.from(items).sort((a, b) => facts.annotations[a].at - facts.annotations[b].at),
    open: [],
  }));
}

/** The index of the last item that starts at or before `x`; -1 if none does. */
export function lastStarting(items: Int32Array, start: Float64Array, x: number): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (start[items[middle]] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What there is to look at first. */
export function openingChoice(scene: PageScene): Choice {
  const { focus, verdict } = scene.facts;
  const base: Choice = {
    scope: focus < 0 || scene.facts.partCount < 2 ? "all" : "part",
    part: focus,
    hiddenClients: new Set(),
    hiddenGroups: new Set(),
    hiddenNames: new Set(),
    axis: "events",
  };
  if (verdict !== "illegal" || scene.core.size === 0) return base;
  // A contradiction that spans half the history would be two dots in its own surroundings: it opens without them.
  const inPart = layOut(scene, base);
  const span = spanOf(scene, inPart.axis, [...scene.core]);
  return span.to - span.from <= MAX_OPENING_EVENTS && inPart.lanes.length <= MAX_OPENING_LANES
    ? base
    : { ...base, scope: "core" };
}

const MAX_OPENING_EVENTS = 120;
const MAX_OPENING_LANES = 24;

/** The stretch of the axis on which some operations lie; one without an answer counts with its call. */
export function spanOf(
  scene: PageScene,
  axis: Axis,
  operations: readonly number[],
): { from: number; to: number } {
  let from = Infinity;
  let to = -Infinity;
  for (const i of operations) {
    from = Math.min(from, axis.callX[i]);
    to = Math.max(to, axis.callX[i], axis.returnX[i] === Infinity ? -Infinity : axis.returnX[i]);
    const k = scene.position[i];
    if (k >= 0 && axis.pointX[k] > to) to = axis.pointX[k];
  }
  return from <= to ? { from, to } : { from: 0, to: axis.extent };
}
