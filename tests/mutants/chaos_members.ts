/**
 * Planted bugs of changing members and differing versions that chaos finds, and bugs of the laws and operators that find them.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { raftConfigurationMutants } from "./raft_configuration.ts";
import { raftMembershipMutants } from "./raft_membership.ts";
import { raftVersionMutants } from "./raft_versions.ts";

const KNOWN: readonly Mutant[] = [
  ...raftMembershipMutants,
  ...raftConfigurationMutants,
  ...raftVersionMutants,
];

/** Runs of a layer in which these faults happen and nothing else. */
function nemesis(layer: "raft" | "kv", faults: string, runs: number): string {
  const name = layer === "kv" ? " --workload append" : "";
  return `run -A tests/chaos.ts --layer ${layer}${name} --nemesis ${faults} --seed 1 --runs ${runs} --json`;
}

/** A bug that a unit test finds, too. Throws `TypeError` if there is none of that name. */
function again(known: string, killedBy: string): Mutant {
  const found = KNOWN.find(({ id }) => id === known);
  if (found === undefined) throw new TypeError(`Cannot plant ${known} again: there is no such bug`);
  return { ...found, id: `F-${known}`, killedBy };
}

/** Members come and go while leaders are cut off and die. */
const MEMBERS = nemesis("raft", "members,isolate,crash", 40);
/** One after the other is replaced by a newer version, and whoever asks for a change too soon is refused. */
const VERSIONS = nemesis("kv", "members,versions", 20);

/** What chaos finds in the code of members. */
const BY_MEMBERS: readonly string[] = [
  "MC-leader-later",
  "MC-effective-on-commit",
  "MC-first-of-two",
  "MC-follower-deaf",
  "MC-no-way-back",
  "MC-back-to-founders",
  "MC-install-keeps",
  "MC-snapshot-forgets",
  "MC-lost-with-bytes",
  "MC-name-again",
  "MC-names-forgotten",
  "MC-removed-followed",
  "MC-promoted-uncounted",
  "MC-learner-commits",
  "MC-learner-stands",
  "MC-never-leaves",
  "MC-nobody-votes",
];

/** What it finds where versions differ. */
const BY_VERSIONS: readonly string[] = ["V-mixed-change", "V-old-proposes", "V-old-reads-new"];

const LAWS_TEST = "test -A --no-check tests/check/configuration_laws_test.ts";
const LAWS = "tests/check/configuration_laws.ts";

/** Laws that look away. */
const OF_LAWS: readonly Mutant[] = [
  {
    id: "L-configuration-of-log",
    title: "Nobody asks whether a node goes by the last configuration in its log",
    source: "dissertation section 4.1",
    file: LAWS,
    anchor: "if (held === null || !sameMembers(membership.configuration, held)) {",
    replacement: "if (held === null) {",
    killedBy: LAWS_TEST,
  },
  {
    id: "L-configuration-outlives",
    title: "A configuration that its log does not hold may be in effect",
    source:
      "dissertation section 4.1; found by a chaos run (raft seed 35) in a snapshot that threw a tail away",
    file: LAWS,
    anchor: "} else if (membership.index > log.offset || !this.#isOfSnapshot(core)) {",
    replacement: "} else if (membership.index > log.offset + log.entries.length + 1_000_000) {",
    killedBy: LAWS_TEST,
  },
  {
    id: "L-two-voters",
    title: "Two voters may change at once",
    source: "dissertation section 4.1",
    file: LAWS,
    anchor: "if (changed.length <= 1) return;",
    replacement: "if (changed.length <= 2) return;",
    killedBy: LAWS_TEST,
  },
  {
    id: "L-learner-stands",
    title: "A learner may stand for election unseen",
    source: "dissertation section 4.2.1",
    file: LAWS,
    anchor: "if (open && earlier.includes(config.id)) return;",
    replacement: "if (open || earlier.includes(config.id)) return;",
    killedBy: LAWS_TEST,
  },
  {
    id: "L-used-name",
    title: "A name that was used may come back",
    source: "rethinkdb #5289",
    file: LAWS,
    anchor: "const back = names.find((name) => this.#gone.has(name));",
    replacement: "const back = names.find((name) => this.#gone.has(`${name} `));",
    killedBy: LAWS_TEST,
  },
  {
    id: "L-founders-count",
    title: "Whoever could still be elected is counted by the founding members, whatever its disk says",
    source: "dissertation section 4.1",
    file: "tests/check/predictive_commit.ts",
    anchor: "const voters = configuration === null ? candidate.founders : votersOf(configuration);",
    replacement: "const voters = configuration === null ? candidate.founders : candidate.founders.slice();",
    killedBy: "test -A --no-check tests/check/monitors_test.ts",
  },
  {
    id: "L-forgotten-voter",
    title:
      "Whoever lost its disk and has a leader that missed its removal is taken for one that can be elected",
    source: "found by a chaos run (seed 77017325)",
    file: "tests/check/predictive_commit.ts",
    anchor: "return first !== null && !votersOf(first).includes(name);",
    replacement: "return first !== null;",
    killedBy: "test -A --no-check tests/check/monitors_test.ts",
  },
  {
    id: "L-first-of-all",
    title: "Who was taken in as a learner is read from a configuration that does not name it",
    source: "found beside L-forgotten-voter",
    file: "tests/check/stable_state.ts",
    anchor: "if (configuration?.members.some(({ id }) => id === node)) return configuration;",
    replacement: "if (configuration !== null) return configuration;",
    killedBy: "test -A --no-check tests/check/monitors_test.ts",
  },
  {
    id: "L-taken-in-never",
    title: "Whoever joined later is never taken for one that can be elected",
    source: "found by a chaos run (seed 77017325)",
    file: "tests/check/predictive_commit.ts",
    anchor: "return first !== null && !votersOf(first).includes(name);",
    replacement: "return false;",
    killedBy: "test -A --no-check tests/check/monitors_test.ts",
  },
  {
    id: "L-taught",
    title:
      "A disk is lost under a used name while a member that missed the removal may teach the empty one that it belongs",
    source: "found by thought: see L-forgotten-voter",
    file: "tests/cluster/membership.ts",
    anchor: "if (other === name || !wanted) return false;",
    replacement: "if (other !== name || !wanted) return false;",
    killedBy: "test -A --no-check tests/cluster/membership_test.ts",
  },
  {
    id: "L-place-of-configuration",
    title: "What a disk holds keeps a configuration whose entry was cut away",
    source: "dissertation section 4.1",
    file: "tests/check/stable_state.ts",
    anchor: "this.#places[this.#places.length - 1] >= write.firstIndex",
    replacement: "this.#places[this.#places.length - 1] > write.firstIndex + 1_000_000",
    killedBy: "test -A --no-check tests/check/stable_state_test.ts",
  },
];

/** All of them. */
export const chaosMembersMutants: readonly Mutant[] = [
  ...BY_MEMBERS.map((id) => again(id, MEMBERS)),
  ...BY_VERSIONS.map((id) => again(id, VERSIONS)),
  ...OF_LAWS,
];
