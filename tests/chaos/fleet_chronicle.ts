/**
 * What the members of a fleet are at, for the report: who leads which group, and whose the shards are.
 * @module
 */

import type { ShardFleet } from "../cluster/shard_fleet.ts";
import type { Chronicle } from "../report/chronicle.ts";
import { ShardController, ShardGroup } from "../../shard/mod.ts";

/** What was told last of each member of each run. */
const TOLD = new WeakMap<Chronicle, Map<string, string>>();

/** Tells of a member if there is news of it. */
export function tellMember(chronicle: Chronicle, name: string, fleet: ShardFleet): void {
  const told = TOLD.get(chronicle) ?? new Map<string, string>();
  TOLD.set(chronicle, told);
  const at = fleet.at(name);
  const core = at?.replica?.node.core;
  const [role, term, commit] = core === undefined
    ? ["down", 0, 0] as const
    : [core.role.type, core.term, core.commit];
  const now = `${role} ${term} ${commit}`;
  // Nobody is down before it was ever up.
  if (told.get(name) === now || (core === undefined && !told.has(name))) return;
  const before = (told.get(name) ?? "").split(" ");
  told.set(name, now);
  chronicle.state(
    { node: name, role, term, commit },
    core === undefined ? "" : holdings(at?.machine ?? null, fleet),
  );
  if (role === "down") chronicle.begin(`${name} down`, name, "down", "down");
  else chronicle.end(`${name} down`);
  if (role !== "leader") chronicle.end(`${name} leads`);
  else if (before[0] !== "leader" || before[1] !== `${term}`) {
    chronicle.begin(`${name} leads`, name, "leads", `leads term ${term}`);
  }
}

function holdings(machine: unknown, { placement }: ShardFleet): string {
  if (machine instanceof ShardController) return `knows map ${machine.latest.number}`;
  if (!(machine instanceof ShardGroup)) return "";
  const held = new Map<string, number[]>();
  for (let shard = 0; shard < placement.shards; shard++) {
    for (const state of machine.statesOf(shard)) held.set(state, [...held.get(state) ?? [], shard]);
  }
  const words = ["serve", "arriving", "leaving", "frozen"].flatMap((state) => {
    const shards = held.get(state) ?? [];
    return shards.length === 0 ? [] : [`${state === "serve" ? "serves" : state} ${shards.join(" ")}`];
  });
  return `map ${machine.map.number}, shards: ${words.length === 0 ? "none" : words.join("; ")}`;
}
