/**
 * Where the shards are, as lines for people.
 * @module
 */

import { type GroupId, NOBODY, type ShardMap } from "../map.ts";
import type { ShardId } from "../placement.ts";
import type { GroupInfo, ShardNodeInfo } from "./node_info.ts";

/** A group's own word: what its leader says, or whoever has taken on the latest map while nobody leads. */
export function latestOf(nodes: readonly ShardNodeInfo[], group: GroupId): GroupInfo | null {
  let found: GroupInfo | null = null;
  for (const node of nodes) {
    for (const info of node.groups) {
      if (info.group !== group) continue;
      if (found === null || rank(info) > rank(found)) found = info;
    }
  }
  return found;
}

function rank({ leads, map }: GroupInfo): number {
  return (leads ? 1e9 : 0) + map;
}

/** Groups that have not yet come to `map`: they have not taken it on, or shards of theirs are on the way. */
export function unsettled(map: ShardMap, nodes: readonly ShardNodeInfo[]): GroupId[] {
  const known = new Set<GroupId>([...map.groups.keys()]);
  for (const node of nodes) for (const { group } of node.groups) known.add(group);
  return [...known].filter((group) => {
    const info = latestOf(nodes, group);
    return info === null || !info.leads || info.map < map.number || info.arriving.length > 0 ||
      info.leaving.length > 0;
  });
}

/** The lines of `shards`. */
export function picture(map: ShardMap, nodes: readonly ShardNodeInfo[]): string[] {
  const lines = [`map ${map.number}: ${map.owners.length} shards, ${countOf(map.groups.size, "group")}`];
  const groups = new Set<GroupId>(map.groups.keys());
  for (const node of nodes) for (const { group } of node.groups) groups.add(group);
  for (const group of [...groups].sort((left, right) => left - right)) {
    const owned = shardsOf(map, group);
    const member = map.groups.has(group);
    const what = member ? `${owned.length}`.padStart(4) : "   -";
    const where = member ? ranges(owned) : "not a member";
    lines.push(`group ${`${group}`.padStart(2)} ${what}  ${where}${newsOf(latestOf(nodes, group), nodes)}`);
  }
  const orphans = shardsOf(map, NOBODY);
  if (orphans.length > 0) lines.push(`nobody   ${`${orphans.length}`.padStart(4)}  ${ranges(orphans)}`);
  return lines;
}

function newsOf(info: GroupInfo | null, nodes: readonly ShardNodeInfo[]): string {
  if (info === null) return "";
  const leader = nodes.find((node) => node.groups.includes(info) && info.leads);
  const news: string[] = [];
  if (leader === undefined) news.push("nobody leads it");
  if (info.arriving.length > 0) news.push(`waits for ${ranges(info.arriving)}`);
  if (info.leaving.length > 0) news.push(`hands over ${ranges(info.leaving)}`);
  if (info.frozen.length > 0) news.push(`keeps ${ranges(info.frozen)} for nobody`);
  return news.length === 0 ? "" : `  (${news.join("; ")})`;
}

/** What changed between two maps: `3 shards move: 1 > 2: 5, 9; 1 > 3: 7`. */
export function movesBetween(before: ShardMap, after: ShardMap): string {
  const moves = new Map<string, ShardId[]>();
  let count = 0;
  for (const [shard, to] of after.owners.entries()) {
    const from = before.owners[shard];
    if (from === to) continue;
    count++;
    const name = `${nameOf(from)} > ${nameOf(to)}`;
    moves.set(name, [...moves.get(name) ?? [], shard]);
  }
  if (count === 0) return "no shard moves";
  return `${countOf(count, "shard")} ${count === 1 ? "moves" : "move"}: ` +
    [...moves].map(([name, shards]) => `${name}: ${ranges(shards)}`).join("; ");
}

function nameOf(group: GroupId): string {
  return group === NOBODY ? "nobody" : `${group}`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The shards of a group. */
export function shardsOf(map: ShardMap, group: GroupId): ShardId[] {
  return map.owners.flatMap((owner, shard) => owner === group ? [shard] : []);
}

/** `0-3, 7, 9-10`. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length;) {
    let end = at;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end] + 1) end++;
    parts.push(end === at ? `${numbers[at]}` : `${numbers[at]}-${numbers[end]}`);
    at = end + 1;
  }
  return parts.join(", ");
}
