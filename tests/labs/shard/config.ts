/**
 * Configurations as the labs check them, and the arithmetic that the labs of 2025 hand out.
 * @module
 */

import { rebalance } from "../../../shard/mod.ts";
import { demand } from "../kv/run.ts";
import type { LabConfig } from "./seat.ts";

/** The configuration after `config` in which these groups are members. */
export function nextConfig(config: LabConfig, groups: LabConfig["groups"]): LabConfig {
  return { num: config.num + 1, shards: rebalance(config.shards, Object.keys(groups).map(Number)), groups };
}

/** The configuration with one more group. */
export function withGroup(config: LabConfig, gid: number, servers: readonly string[]): LabConfig {
  return nextConfig(config, { ...config.groups, [gid]: servers });
}

/** The configuration without a group. */
export function withoutGroup(config: LabConfig, gid: number): LabConfig {
  return nextConfig(
    config,
    Object.fromEntries(Object.entries(config.groups).filter(([one]) => Number(one) !== gid)),
  );
}

/** Exactly these groups, no shard elsewhere, nobody with two shards more than somebody else. */
export function checkConfig(config: LabConfig, gids: readonly number[]): void {
  const members = Object.keys(config.groups).map(Number).sort((left, right) => left - right);
  const wanted = [...gids].sort((left, right) => left - right);
  demand(
    members.join() === wanted.join(),
    `configuration ${config.num} has groups ${members}, wanted ${wanted}`,
  );
  if (gids.length === 0) {
    const left = config.shards.findIndex((gid) => gid !== 0);
    demand(
      left === -1,
      `without groups every shard is group 0's, but shard ${left} is group ${config.shards[left]}'s`,
    );
    return;
  }
  const counts = new Map(gids.map((gid) => [gid, 0]));
  for (const [shard, gid] of config.shards.entries()) {
    demand(
      counts.has(gid),
      `shard ${shard} of configuration ${config.num} is on group ${gid}, which is no member`,
    );
    counts.set(gid, (counts.get(gid) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const least = Math.min(...counts.values());
  demand(most <= least + 1, `one group has ${most} shards and another ${least}, see ${config.shards}`);
}

/** Whether both are the same, whatever the order of groups. */
export function sameConfig(left: LabConfig, right: LabConfig): boolean {
  return canonical(left) === canonical(right);
}

function canonical({ num, shards, groups }: LabConfig): string {
  const sorted = Object.entries(groups).sort(([one], [other]) => Number(one) - Number(other));
  return JSON.stringify([num, shards, sorted]);
}

/** The fewest shards that can move when these groups become the members, whatever the placement afterwards. */
export function fewestMoves(shards: readonly number[], gids: readonly number[]): number {
  if (gids.length === 0) return shards.filter((gid) => gid !== 0).length;
  const counts = gids.map((gid) => shards.filter((one) => one === gid).length).sort((left, right) =>
    right - left
  );
  const least = Math.floor(shards.length / gids.length);
  const larger = shards.length % gids.length;
  const kept = counts.map((count, rank) => Math.min(count, rank < larger ? least + 1 : least));
  return shards.length - kept.reduce((sum, count) => sum + count, 0);
}
