/**
 * Planted bugs for the shard layer: the labs' own list (their section on pitfalls, S1 to S28), that of `chaos` (S1, S2, S3, S5, S8
 * there are S6, S7, S8, S13, S27 here), each killed by a lab suite or by chaos. Single lines of them, behind which another lock is
 * still shut: `shard_locks.ts`. Promises of ours: `shard_doors.ts`.
 *
 * Of the labs' list S18 is a matter of the replicated machine (`kv`), S20 cannot be (what is applied and answered is decoded from
 * bytes), and S28 has no "maybe" to drop: `unknown-as-refused` breaks what stands in its place.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { shardEndMutants } from "./kv_ends.ts";
import { shardDoorMutants } from "./shard_doors.ts";
import { shardLockMutants } from "./shard_locks.ts";

const TEST = "test -A --no-check --fail-fast";

const GROUP = "shard/group.ts";
const REBALANCE = "shard/rebalance.ts";
const CHANGE = "shard/change.ts";
const MOVER = "shard/mover.ts";
const ROUTER = "shard/router.ts";

/** One official test, or all whose names contain `name`. */
function lab(part: string, name: string): string {
  return `${TEST} tests/labs/lab${part}_test.ts --filter ${name}`;
}

/** One test with so many seeds that what shows in one of five does not depend on luck. */
function seeds(part: string, test: string): string {
  return `run -A --no-check tests/labs/cli.ts ${part} --test ${test} --runs 20 --json`;
}

/** The labs' list. */
const fromTheLabs: readonly Mutant[] = [
  {
    id: "S-compact-forgotten",
    title:
      "What is freed while a snapshot is on its way to the disk stays in the log until another entry comes",
    source: "labs TestChallenge1Delete: 117,000 bytes",
    file: "kv/replica.ts",
    anchor: "    else this.#compaction.beginLater(node);\n",
    replacement: "",
    killedBy: "run -A --no-check tests/labs/cli.ts 5B --test TestChallenge1Delete --seed 31 --runs 1 --json",
  },
  {
    id: "S1",
    title: "Groups are taken in an order that is another one each time, as that of a map in Go",
    source: "labs S1",
    file: REBALANCE,
    anchor:
      "export function rebalance(owners: readonly GroupId[], groups: Iterable<GroupId>): GroupId[] {\n" +
      "  const members = [...new Set(groups)].sort((left, right) => left - right);",
    replacement:
      "let looks = 0;\nexport function rebalance(owners: readonly GroupId[], groups: Iterable<GroupId>): GroupId[] {\n" +
      "  const order = [...new Set(groups)];\n  const first = looks++ % order.length;\n" +
      "  const members = [...order.slice(first), ...order.slice(0, first)];",
    killedBy: lab("5a", "StrictAllReplicasAgree"),
  },
  {
    id: "S2",
    title: "A join adds its groups to those of the map before, too",
    source: "labs S2: the new configuration shares its group map with the old one",
    file: REBALANCE,
    anchor: "const groups = new Map([...map.groups, ...joining]);",
    replacement: "const groups = map.groups as Map<GroupId, readonly Address[]>;\n" +
      "  for (const [group, servers] of joining) groups.set(group, servers);",
    killedBy: lab("5a", "TestBasic"),
  },
  {
    id: "S3",
    title: "Every shard is dealt anew",
    source: "labs S3",
    file: REBALANCE,
    anchor: "const left = room.get(owner) ?? 0;",
    replacement: "const left = Number(owner) * 0;",
    killedBy: lab("5a", "TestMinimalAgain"),
  },
  {
    id: "S3-larger-quotas",
    title: "The larger quotas go to the groups of the lowest numbers, not to those that have most",
    source: "labs S3: balanced, but not minimal",
    file: REBALANCE,
    anchor: "(counts.get(right) ?? 0) - (counts.get(left) ?? 0) || left - right",
    replacement: "left - right",
    killedBy: lab("5a", "StrictMinimalTransfer"),
  },
  {
    id: "S4",
    title: "A change that comes again is made again",
    source: "labs S4",
    file: "kv/replicated_state.ts",
    anchor: 'if (known.kind === "done") return { kind: "applied", reply: known.reply };',
    replacement:
      'if (known.kind !== "new") return { kind: "applied", reply: this.machine.apply(call.command, at) };',
    killedBy: lab("5a", "StrictDuplicatesFiltered"),
  },
  {
    id: "S5",
    title: "No groups at all are not thought of",
    source: "labs S5",
    file: REBALANCE,
    anchor: "if (members.length === 0) return owners.map(() => NOBODY);",
    replacement: "",
    killedBy: lab("5a", "StrictNobodyLeft"),
  },
  {
    id: "S6",
    title: "The old owner goes on serving a shard that it has let go",
    source: "labs S6, S7; dgraph PR 4496",
    file: GROUP,
    anchor: "    held[shard] = GONE;\n    fences[shard] = number;",
    replacement: "    fences[shard] = number;",
    killedBy: lab("5b", "TestUnreliable2_5B"),
  },
  {
    id: "S7",
    title: "The new owner serves before the data has come",
    source: "labs S7; dgraph PR 4496",
    file: GROUP,
    anchor:
      '      held[shard] = { state: "arriving", number };\n      transit.expected.set({ shard, number, from',
    replacement:
      '      held[shard] = { state: "serve", number, copy: new ShardCopy(at.timeMs, this.#storeOptions) };\n      transit.expected.set({ shard, number, from',
    killedBy: lab("5b", "TestUnreliable"),
  },
  {
    id: "S8",
    title: "Sessions do not travel with their shard",
    source: "labs S8; buildbuddy PR 12143",
    file: "shard/copy.ts",
    anchor: "this.#sessions.encode(writer);",
    replacement: "new SessionTable().encode(writer);",
    killedBy: lab("5b", "TestUnreliable2_5B"),
  },
  {
    id: "S9",
    title: "A group goes on to the newest map at once",
    source: "labs S9",
    file: GROUP,
    anchor: "if (number > this.map.number + 1 || map.owners",
    replacement: "if (map.owners",
    further: [
      {
        file: MOVER,
        anchor: "const asked = await this.#ask(encodeMapQuestion(wanted));",
        replacement: "const asked = await this.#ask(encodeMapQuestion(null));",
      },
      {
        file: MOVER,
        anchor: "if (mapNumberOf(asked.reply) !== wanted)",
        replacement: "if (mapNumberOf(asked.reply) < wanted)",
      },
    ],
    killedBy: lab("5b", "StrictMapByMap"),
  },
  {
    id: "S10",
    title: "A shard that was moved on before it came stays where it comes",
    source: "labs S10",
    file: GROUP,
    anchor: "if (expected.onward !== null) {",
    replacement: "if (expected.onward !== null && contents.length === 0) {",
    killedBy: lab("5b", "StrictMapByMap"),
  },
  {
    id: "S11",
    title: "A snapshot forgets what is on its way",
    source: "labs S11",
    file: "shard/group_state.ts",
    anchor: "transit.encode(writer);",
    replacement: "new Transit().encode(writer);",
    killedBy: lab("5b", "StrictMapByMap"),
  },
  {
    id: "S12",
    title: "No map is taken on while anything is on its way",
    source: "labs S12: one group waits for another for ever",
    file: GROUP,
    anchor: 'if (number <= this.map.number) return { kind: "stale" };',
    replacement:
      'if (number <= this.map.number) return { kind: "stale" };\n    if (this.transit.expected.size > 0) return { kind: "notYet" };',
    killedBy: lab("5b", "StrictLaterMovesPass"),
  },
  {
    id: "S13",
    title: "The old owner deletes a shard before its new owner has committed that it has it",
    source: "labs S13; dgraph#4538",
    file: MOVER,
    anchor: "return await this.#propose(install) &&",
    replacement:
      'await old.execute({ op: "delete", shard, number }, LIMITS);\n    return await this.#propose(install) &&',
    killedBy: "run -A tests/chaos.ts --layer shard --workload moves --seed 1 --runs 100 --json",
  },
  {
    id: "S14",
    title: "What was moved away is never deleted",
    source: "labs S14",
    file: GROUP,
    anchor: "const kept = this.transit.kept.take(shard, number);",
    replacement: "const kept = this.transit.kept.get(shard, number);",
    killedBy: lab("5b", "TestChallenge1Delete"),
  },
  {
    id: "S14-on-disk",
    title: "What was deleted stays in the last snapshot until the log is long",
    source: "labs S14",
    file: GROUP,
    anchor: "this.#freedBytes += kept.contents.length;",
    replacement: "",
    killedBy: lab("5a", "TestDeleteBasic5A"),
  },
  {
    id: "S15",
    title: "Nothing is served while anything is on its way",
    source: "labs S15",
    file: GROUP,
    anchor: 'if (held.state === "serve") return held.copy;\n    if',
    replacement:
      'if (this.transit.expected.size > 0) return { kind: "arriving" };\n    if (held.state === "serve") return held.copy;\n    if',
    killedBy: lab("5b", "TestChallenge2Unaffected"),
  },
  {
    id: "S16",
    title: "What has come is served only when everything has come",
    source: "labs S16",
    file: GROUP,
    anchor: 'if (held.state === "serve") return held.copy;\n    if',
    replacement:
      'if (held.state === "serve" && this.transit.expected.all.some(({ number }) => number === held.number)) {\n      return { kind: "arriving" };\n    }\n    if (held.state === "serve") return held.copy;\n    if',
    killedBy: lab("5b", "TestChallenge2Partial"),
  },
  {
    id: "S17",
    title: "An operation that is sent to another group gets another number",
    source: "labs S17",
    file: ROUTER,
    anchor: 'return link.execute({ op: "execute", shard, call }, limits);',
    replacement:
      'return link.execute({ op: "execute", shard, call: { ...session.take(this.#nowMs), command } }, limits);',
    killedBy: lab("5b", "TestUnreliable2_5B"),
  },
  {
    id: "S19",
    title: "A late install of an older map is taken",
    source: "labs S19, S26",
    file: GROUP,
    anchor: "if (number <= fences[shard]) return { kind: number === fences[shard]",
    replacement: "if (number < 0) return { kind: number === fences[shard]",
    killedBy: lab("5a", "TestManyConcurrentClerkUnreliable5A"),
  },
  {
    id: "S21",
    title: "A freeze that comes again after the deletion gives an empty shard, which is installed",
    source: "labs S21",
    file: GROUP,
    anchor: "if (number === fences[shard]) return this.#fetch(shard, number);",
    replacement:
      'if (number === fences[shard]) {\n      const kept = this.transit.kept.get(shard, number);\n      return { kind: "contents", contents: kept?.contents ?? new Uint8Array(0) };\n    }',
    further: [{
      file: GROUP,
      anchor: 'if (number <= fences[shard]) return { kind: number === fences[shard] ? "gone" : "stale" };\n' +
        '      if (held[shard].state !== "gone") return { kind: "absent" };',
      replacement: 'if (number < fences[shard]) return { kind: "stale" };\n' +
        '      if (number > fences[shard] && held[shard].state !== "gone") return { kind: "absent" };',
    }],
    killedBy: lab("5c", "TestConcurrentReliable5C"),
  },
  {
    id: "S22",
    title: "A map is published before its shards have moved",
    source: "labs S22",
    file: CHANGE,
    anchor: "    const moved = await Promise.all(",
    replacement: "    await this.#publish(map);\n    const moved = await Promise.all(",
    killedBy: lab("5b", "TestJoinLeave5B@2025"),
  },
  {
    id: "S23",
    title: "A driver puts its plan in the place of another one that is being carried out",
    source: "labs S23",
    file: CHANGE,
    anchor: 'return same ? { kind: "committed", map: await this.#carryOut(record) } : { kind: "lost" };',
    replacement: 'if (same) return { kind: "committed", map: await this.#carryOut(record) };',
    killedBy: lab("5c", "TestConcurrentReliable5C"),
  },
  {
    id: "S24",
    title: "A superseded driver publishes its map over a later one",
    source: "labs S24",
    file: CHANGE,
    anchor: "if (record.current.number >= map.number) return record.current;",
    replacement: "if (record.current.number === map.number) return record.current;",
    killedBy: seeds("5C", "TestConcurrentReliable5C"),
  },
  {
    id: "S25",
    title: "The fence is the group's, not the shard's",
    source: "labs S25",
    file: GROUP,
    anchor: 'if (number < fences[shard]) return { kind: "stale" };',
    replacement: 'if (number <= Math.max(...fences) && number !== fences[shard]) return { kind: "stale" };',
    killedBy: lab("5a", "TestJoinBasic5A"),
  },
  {
    id: "S26",
    title: "An install that comes again puts the shard back to what it was",
    source: "labs S26: an equal number is let through twice",
    file: GROUP,
    anchor: 'if (number <= fences[shard]) return { kind: number === fences[shard] ? "gone" : "stale" };\n' +
      '      if (held[shard].state !== "gone") return { kind: "absent" };',
    replacement: 'if (number < fences[shard]) return { kind: "stale" };\n' +
      '      if (number > fences[shard] && held[shard].state !== "gone") return { kind: "absent" };',
    // Two controllers have to carry out one change, and the shard to be written to in between: one run in ten.
    killedBy: seeds("5C", "TestPartitionRecoveryReliableClerks5C"),
  },
  {
    id: "S27",
    title: "A new driver does not look for a plan that is being carried out",
    source: "labs S27",
    file: CHANGE,
    anchor: "return record.next === null ? record.current : await this.#carryOut(record);",
    replacement: "return record.current;",
    killedBy: lab("5b", "TestRecoverCtrler5B"),
  },
];

/** All of them. */
export const shardMutants: readonly Mutant[] = [
  ...fromTheLabs,
  ...shardLockMutants,
  ...shardDoorMutants,
  ...shardEndMutants,
];
