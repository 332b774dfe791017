/**
 * Planted bugs of the harness itself: of injectors that count what nobody felt, and of laws. Besides, bugs that only a fault of its
 * own, a workload of its own or a law of its own finds.
 * @module
 */

import { chaosMutants } from "./chaos.ts";
import type { Mutant } from "./mutant.ts";
import { walMutants } from "./wal.ts";

const NOT_FELT = "test -A --no-check tests/nemesis/felt_test.ts --filter down";
const SESSIONS = "test -A --no-check tests/workloads/sessions_test.ts";
const PLANS = "test -A --no-check tests/nemesis/plan_test.ts";

const COUNTING: readonly Mutant[] = [
  {
    id: "N-folder-wakes-the-dead",
    title: "A program that died while the shared folder's server worked for it goes on when that is through",
    source: "found by a chaos run (seed 118433): a win was told by a coordinator that was dead",
    file: "tests/mapreduce/sim/shared_folder.ts",
    anchor: "    if (this.#signal.aborted) throw this.#dead(what, this.#signal.reason);\n",
    replacement: "",
    killedBy: "test -A --no-check tests/mapreduce/sim_test.ts",
  },
  {
    id: "N-call-counts",
    title: "A fault counts because it was called",
    source: "OpenRaft PR 2014",
    file: "tests/nemesis/strike.ts",
    anchor: "return { end, felt: () => felt.count > 0 };",
    replacement: "return { end, felt: () => felt.count >= 0 };",
    killedBy: NOT_FELT,
  },
  {
    id: "N-dead-again",
    title: "Killing a machine that is down already counts as a crash",
    source: "OpenRaft PR 2014",
    file: "tests/nemesis/strike.ts",
    anchor: "const alive = machines.filter(({ running }) => running);",
    replacement: "const alive = machines.slice();",
    killedBy: "test -A --no-check tests/nemesis/strike_test.ts",
  },
  {
    id: "N-proposed-counts",
    title: "A change of members counts as soon as a leader has taken it in",
    source: "OpenRaft PR 2014: a fault counts once there is evidence of it",
    file: "tests/cluster/errand.ts",
    anchor: 'if (fate === "open") continue;',
    replacement: 'if (fate === "open" && this.#looks === 0) continue;',
    killedBy: "test -A --no-check tests/cluster/errand_test.ts",
  },
  {
    id: "N-last-voters",
    title:
      "An operator asks for members to go although too few of those that are left remember what they promised",
    source: "rethinkdb #5289",
    file: "tests/cluster/membership.ts",
    anchor: "return this.#isSound(after(configuration, change), () => true);",
    replacement: "return change.id !== configuration.members[0]?.address.repeat(2);",
    killedBy: "test -A --no-check tests/cluster/membership_test.ts",
  },
  {
    id: "N-core-of-one",
    title:
      "The majority that is healed is one of the committed configuration only, and not of the one that a log already goes by",
    source: "dissertation section 4.1: a configuration is in effect from the moment it is in a log",
    file: "tests/cluster/membership.ts",
    anchor: "return [this.settled, ...new Set(later.filter((one) => one !== null))];",
    replacement: "return [this.settled, ...later.filter((one) => one === null).flatMap(() => [])];",
    killedBy: "test -A --no-check tests/cluster/membership_test.ts",
  },
  {
    id: "N-heard-for-ever",
    title:
      "A leader whose clock stands still, and that hears nobody, is heard while a majority is to show that it can lead",
    source: "chaos seed 900762",
    file: "tests/nemesis/nemesis.ts",
    anchor: 'clock.standsStill ? "both" : direction',
    replacement: "clock.standsStill ? direction : direction",
    killedBy: "test -A --no-check tests/chaos/run_test.ts --filter stands",
  },
  {
    id: "N-unsynced-members",
    title: "The majority that is healed is chosen as if what was not synced were lost",
    source: "chaos seed 923502",
    file: "tests/cluster/membership.ts",
    anchor: "mayHold === null ? null : laterThan(since, mayHold.index, mayHold.configuration),",
    replacement: "mayHold === null ? null : laterThan(mayHold.index, mayHold.index, mayHold.configuration),",
    killedBy: "test -A --no-check tests/cluster/membership_test.ts",
  },
  {
    id: "N-disks-per-plan",
    title: "A plan takes away more disks than a group can do without",
    source: "TigerBeetle's fault atlas: some replica always has a good copy",
    file: "tests/nemesis/swarm.ts",
    anchor: "else if (lost < Math.floor((place.nodes - 1) / 2)) {",
    replacement: "else if (lost < place.nodes) {",
    killedBy: PLANS,
  },
  {
    id: "N-link-of-one",
    title: "A cluster of one machine is to have a bad link, and its seed cannot be run",
    source: "chaos seed 81020003 with --layer kv --nodes 1",
    file: "tests/nemesis/swarm.ts",
    anchor: "(ground.machines > 1 || !OF_LINKS.includes(kind))",
    replacement: "(ground.machines > 0 || !OF_LINKS.includes(kind))",
    killedBy: PLANS,
  },
];

const LAWS: readonly Mutant[] = [
  {
    id: "N-own-writes",
    title: "Nobody asks whether a client reads what it appended",
    source: "session guarantees, Terry et al. 1994",
    file: "tests/workloads/text_sessions.ts",
    anchor: "if (missing !== undefined) {",
    replacement: "if (missing === null) {",
    killedBy: SESSIONS,
  },
  {
    id: "N-back-again",
    title: "A register may show again what a client knew to be replaced",
    source: "session guarantees, Terry et al. 1994",
    file: "tests/workloads/register_sessions.ts",
    anchor: "if (memory.now !== null) memory.gone.set(memory.now.value, source);",
    replacement: "",
    killedBy: SESSIONS,
  },
  {
    id: "N-watch-order",
    title: "A watcher may be given a write twice",
    source: "workload watch",
    file: "tests/workloads/watch.ts",
    anchor: ": revision === memory.revision + 1 ||",
    replacement: ": revision <= memory.revision + 1 ||",
    killedBy: SESSIONS,
  },
  {
    id: "N-watch-left",
    title: "A watcher that was left behind ends the whole run",
    source: "chaos seed 81060044 with --layer kv --nodes 7 --clients 30",
    file: "tests/workloads/watch.ts",
    anchor: "if (!(error instanceof CompactedError)) throw error;",
    replacement: "if (!(error instanceof CompactedError) || client.seen >= 0) throw error;",
    killedBy: "test -A --no-check --filter=/more.slowly/ tests/workloads/workloads_test.ts",
  },
  {
    id: "N-watch-gap",
    title: "A watcher may be sent on behind what is still kept",
    source: "chaos seed 81060044 with --layer kv --nodes 7 --clients 30",
    file: "tests/workloads/watch.ts",
    anchor: "output.after > memory.revision && output.after <= compacted",
    replacement: "output.after > memory.revision",
    killedBy: SESSIONS,
  },
];

/** Runs of a layer in which these faults happen and nothing else. */
function nemesis(layer: string, faults: string, runs: number): string {
  return `run -A tests/chaos.ts --layer ${layer} --nemesis ${faults} --seed 1 --runs ${runs} --json`;
}

/** A bug that another check finds, too. Throws `TypeError` if there is none of that name. */
function again(known: string, id: string, killedBy: string): Mutant {
  const found = [...chaosMutants, ...walMutants].find((mutant) => mutant.id === known);
  if (found === undefined) throw new TypeError(`Cannot plant ${known} again: there is no such bug`);
  return { ...found, id, killedBy };
}

const OF_SHARDS: readonly Mutant[] = [
  again("C-R25", "F-shard-wipe", nemesis("shard", "wipe", 40)),
  again("WAL-damage-is-end", "F-shard-bitFlip", nemesis("shard", "bitFlip", 150)),
  again("WAL-failed-sync-retried", "F-shard-failingSync", nemesis("shard", "failingSync", 100)),
  {
    id: "W-shard-register",
    title: "A key that nobody has written is read as an empty text",
    source: "workload register on shards: the other workloads there cannot tell the two apart",
    file: "shard/clerk.ts",
    anchor: "return (await this.entry(key, options))?.value ?? null;",
    replacement: 'return (await this.entry(key, options))?.value ?? "";',
    killedBy: "run -A tests/chaos.ts --layer shard --workload register --seed 1 --runs 40 --json",
  },
];

/** A disk that a crash has torn: the log's own tests find the same bug. */
const OF_DISKS: readonly Mutant[] = [
  again(
    "WAL-torn-tail",
    "F-torn",
    "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 100 --json",
  ),
];

/** A bug by which a client does not read its own writes: its counterexample breaks that law by its name. `W-watch` breaks `watch-order`. */
const BY_SESSIONS: readonly Mutant[] = [
  again("C-K2", "L-sessions", "run -A --no-check tests/corpus/replay_main.ts C-K2"),
];

/** All of them. */
export const chaosFaultMutants: readonly Mutant[] = [
  ...COUNTING,
  ...LAWS,
  ...OF_SHARDS,
  ...OF_DISKS,
  ...BY_SESSIONS,
];
