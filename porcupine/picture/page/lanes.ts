import type { PageScene } from "./scene.ts";

/** A row of the picture. */
export interface Lane {
  /** An index into the clients; -1 for annotations. */
  readonly client: number;
  readonly label: string;
  readonly group: string;
  /** Operations (or annotations), by start. */
  readonly items: Int32Array;
  /** Those among them that never returned. */
  readonly open: readonly number[];
}

/** What is to be seen. */
export interface Choice {
  /** A partition; -1: all. */
  readonly partition: number;
  readonly hiddenClients: ReadonlySet<number>;
  readonly hiddenGroups: ReadonlySet<string>;
  /** Only clients that have an operation in the core. */
  readonly coreOnly: boolean;
}

/** The rows for a choice: annotations first, then the clients that have something to show, group by group. */
export function layOut(scene: PageScene, choice: Choice): Lane[] {
  const { facts } = scene;
  const counts = new Int32Array(facts.clients.length);
  const wanted = (i: number): boolean => choice.partition < 0 || scene.part[i] === choice.partition;
  const inCore = new Set<number>();
  for (const index of scene.core) inCore.add(scene.client[index]);
  for (let i = 0; i < scene.count; i++) if (wanted(i)) counts[scene.client[i]]++;
  const shown = (c: number): boolean =>
    counts[c] > 0 && !choice.hiddenClients.has(c) && !choice.hiddenGroups.has(facts.clients[c].group) &&
    !(choice.coreOnly && inCore.size > 0 && !inCore.has(c));
  const items = [...counts].map((n, c) => shown(c) ? new Int32Array(n) : null);
  const filled = new Int32Array(counts.length);
  const open: number[][] = items.map(() => []);
  for (let i = 0; i < scene.count; i++) {
    const c = scene.client[i];
    const list = items[c];
    if (list === null || !wanted(i)) continue;
    list[filled[c]++] = i;
    if (scene.returnTime[i] === Infinity) open[c].push(i);
  }
  const lanes: Lane[] = annotationLanes(scene, choice);
  const groups = [...new Set(facts.clients.map(({ group }) => group))];
  for (const group of groups) {
    for (let c = 0; c < items.length; c++) {
      const list = items[c];
      if (list === null || facts.clients[c].group !== group) continue;
      lanes.push({ client: c, label: facts.clients[c].name, group, items: list, open: open[c] });
    }
  }
  return lanes;
}

/** One row for each name that annotations stand on. */
export function annotationLanes(scene: PageScene, choice: Choice): Lane[] {
  const rows = new Map<string, number[]>();
  scene.facts.annotations.forEach(({ lane }, i) => {
    const row = rows.get(lane);
    if (row === undefined) rows.set(lane, [i]);
    else row.push(i);
  });
  return [...rows].filter(([label]) => !choice.hiddenGroups.has(label)).map(([label, items]) => ({
    client: -1,
    label,
    group: label,
    items: Int32Array.from(items).sort((a, b) =>
      scene.facts.annotations[a].at - scene.facts.annotations[b].at
    ),
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

/** Where an instant of the clock stands among the events. */
export function rankOfTime(rankTime: Float64Array, time: number): number {
  let low = 0;
  let high = rankTime.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rankTime[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The instant on the clock of a position among the events, fractions included. */
export function timeOfRank(rankTime: Float64Array, rank: number): number {
  if (rankTime.length === 0) return 0;
  const low = Math.max(0, Math.min(rankTime.length - 1, Math.floor(rank)));
  const high = Math.min(rankTime.length - 1, low + 1);
  return rankTime[low] + (rankTime[high] - rankTime[low]) * Math.max(0, Math.min(1, rank - low));
}
