/**
 * Planted bugs for what we promise of shards beyond the labs: honest outcomes, no key lost, scans without gaps; the ports of a
 * process, which answer for every shard; the command line.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TEST = "test -A --no-check --fail-fast";
const GROUP_TEST = `${TEST} tests/shard/group_test.ts`;
const CLIENT_TEST = `${TEST} tests/shard/client_test.ts`;
const MOVE_TEST = `${TEST} tests/shard/move_test.ts`;
const WAIT_TEST = `${TEST} tests/shard/wait_test.ts`;
const STORM_TEST = `${TEST} tests/shard/storm_test.ts`;
const GATEWAY_TEST = `${TEST} tests/shard/gateway_test.ts`;
const LOOKS_TEST = `${TEST} tests/shard/looks_test.ts`;
const PICTURE_TEST = `${TEST} tests/shard/arguments_test.ts`;

const GROUP = "shard/group.ts";
const ROUTER = "shard/router.ts";
const GATEWAY = "shard/gateway.ts";
const LANE = "shard/lane.ts";

/** One official test, or all whose names contain `name`. */
function lab(part: string, name: string): string {
  return `${TEST} tests/labs/lab${part}_test.ts --filter ${name}`;
}

/** Of the layer. */
const layer: readonly Mutant[] = [
  {
    id: "shard-unknown-as-refused",
    title: "A write that may have been executed is said to be refused",
    source: "in the place of labs S28",
    file: ROUTER,
    anchor: "    if (sent) {",
    replacement: '    if (sent && why === "closed") {',
    killedBy: "run -A tests/chaos.ts --layer shard --seed 1 --runs 60 --json",
  },
  {
    id: "shard-no-holders",
    title: "A map does not remember who keeps the data of a shard that is nobody's",
    source: "no key lost across a move",
    file: "shard/map.ts",
    anchor: "if (last !== null) holders.set(shard, last);",
    replacement: "",
    killedBy: lab("5b", "StrictNobodyKeepsTheData"),
  },
  {
    id: "shard-foreign-map",
    title: "Maps of different controllers are compared by their numbers",
    source: "labs TestRejection5A",
    file: "shard/routes.ts",
    anchor: "if (map.origin !== this.#map.origin || map.number",
    replacement: "if (map.number",
    killedBy: lab("5a", "TestRejection5A"),
  },
  {
    id: "shard-foreign-adopt",
    title: "A group takes on the map of another controller",
    source: "a controller that was set up anew",
    file: GROUP,
    anchor: 'if (before.number > 0 && map.origin !== before.origin) return { kind: "absent" };',
    replacement: "",
    killedBy: GROUP_TEST,
  },
  {
    id: "shard-no-handout",
    title: "A shard that is somebody's again stays frozen at its last owner",
    source: "no key lost across a move",
    file: GROUP,
    anchor: "else if (from === NOBODY && holder?.group === this.group)",
    replacement: "else if (from === NOBODY && holder?.group === -1)",
    killedBy: GROUP_TEST,
  },
  {
    id: "shard-debt-forgotten",
    title: "The new owner does not remember that the old one is still to delete",
    source: "challenge 1",
    file: GROUP,
    anchor: "transit.debts.set({ shard, number, from: expected.from });",
    replacement: "",
    killedBy: MOVE_TEST,
  },
  {
    id: "shard-time-not-moved",
    title: "A lease ends by the new owner's clock",
    source: "leases never end early",
    file: "shard/copy.ts",
    anchor: "this.#store.dueMs - this.#ownMs + this.#groupMs",
    replacement: "this.#store.dueMs",
    killedBy: GROUP_TEST,
  },
  {
    id: "shard-key-unchecked",
    title: "A group executes a command on keys of another shard",
    source: "clients that cut the keys otherwise",
    file: "shard/check.ts",
    anchor: "if (strangers.length > 0) throw",
    replacement: "if (strangers.length > 99) throw",
    killedBy: GROUP_TEST,
  },
  {
    id: "shard-batch-anywhere",
    title: "A batch over several shards is sent to one of them",
    source: "what is atomic, and what is not",
    file: "shard/clerk.ts",
    anchor: "if (shards.length > 1) throw new CrossShardError(shards);",
    replacement: "",
    killedBy: MOVE_TEST,
  },
  {
    id: "shard-scan-gap",
    title: "A page of a scan has keys behind which another shard broke off",
    source: "a scan misses no key",
    file: "shard/clerk.ts",
    anchor: "ends.every((end) => key <= end)",
    replacement: "ends.length >= 0 && key !== null",
    killedBy: CLIENT_TEST,
  },
];

/** Each law of shards that no bug above breaks first. */
const laws: readonly Mutant[] = [
  {
    id: "shard-law-exactly-once",
    title: "A shard executes a repeated operation again",
    source: "the law that an operation of a session changes a shard once",
    file: "shard/copy.ts",
    anchor: 'if (known.kind !== "new") return known;',
    replacement: 'if (known.kind !== "new" && known.kind !== "done") return known;',
    killedBy: STORM_TEST,
  },
  {
    id: "shard-law-nothing-lost",
    title: "A shard is taken over without its contents",
    source: "the law that what arrives is what left",
    file: "shard/mover.ts",
    anchor: "shard, number, contents: asked.reply.contents }",
    replacement: "shard, number, contents: asked.reply.contents.subarray(0, 0) }",
    killedBy: STORM_TEST,
  },
];

/** How a group learns of the next map. */
const waits: readonly Mutant[] = [
  {
    id: "shard-wait-deaf",
    title: "The controller lets who waits for a map wait to the end, though there is one",
    source: "how long a shard is served by nobody during a move",
    file: "shard/controller.ts",
    anchor: "poll: () => this.latest.number < wanted ? null : this.query(question),",
    replacement: "poll: () => null,",
    killedBy: WAIT_TEST,
  },
  {
    id: "shard-wait-gap",
    title: "A group that has waited in vain waits again only when it looks next",
    source: "how long a shard is served by nobody during a move",
    file: "shard/mover.ts",
    anchor: "return waitMs > 0 && this.#controller.now() - sinceMs >= waitMs;",
    replacement: "return false;",
    killedBy: WAIT_TEST,
  },
  {
    id: "shard-old-news",
    title: "A group takes the map that it has for the next one, and proposes it without end",
    source: "broken on purpose, and nothing failed",
    file: "shard/mover.ts",
    anchor: "if (mapNumberOf(asked.reply) !== wanted)",
    replacement: "if (mapNumberOf(asked.reply) < 0)",
    killedBy: "test -A --no-check tests/shard/wait_test.ts",
  },
  {
    id: "shard-foreign-maps",
    title: "A group takes a map that it refused for done, and proposes it again at once",
    source: "seen in review: a controller set up anew under old addresses",
    file: "shard/mover.ts",
    anchor: " && machine.map.number >= wanted;",
    replacement: ";",
    killedBy: "test -A --no-check tests/shard/wait_test.ts",
  },
  {
    id: "shard-wait-never",
    title: "A group asks for the next map ten times a second although it could wait for it",
    source: "what an idle group costs",
    file: "shard/mover.ts",
    anchor: "if (waitMs === 0) return",
    replacement: "if (waitMs >= 0) return",
    killedBy: WAIT_TEST,
  },
];

/** Found by storms in which drivers die. */
const drivers: readonly Mutant[] = [
  {
    id: "shard-own-orphan",
    title:
      "A driver gives up a change because a group that got back what it had kept refuses the older freeze",
    source: "a driver that died between the install and the publishing; every later one turned in circles",
    file: "shard/change.ts",
    anchor: 'if (command.op !== "freeze" || map.owners[command.shard] !== group) return false;',
    replacement: 'if (command.op !== "install" || map.owners[command.shard] !== group) return false;',
    killedBy: CLIENT_TEST,
  },
  {
    id: "shard-own-orphan-kept",
    title: "A driver that finds a shard taken back already leaves the old copy there",
    source: "challenge 1",
    file: "shard/change.ts",
    anchor: 'if (frozen.kind === "stale") return await this.#clear(map, source, shard);',
    replacement: 'if (frozen.kind === "stale") return true;',
    killedBy: CLIENT_TEST,
  },
];

/** Of its ports and its command line. */
const doors: readonly Mutant[] = [
  {
    id: "shard-lane-two",
    title: "Two commands for one shard are on their way at once, and the second may overtake the first",
    source: "requests of one connection are done in their order",
    file: LANE,
    anchor: "if (this.#writes.length > 0 && !this.#writing) void",
    replacement: "if (this.#writes.length > 0) void",
    killedBy: "test -A --no-check tests/shard/lane_test.ts",
  },
  {
    id: "shard-look-overtakes",
    title: "A look at several shards that comes behind writes does not wait for them",
    source: "a request sees what those before it on its connection have done",
    file: GATEWAY,
    anchor: "        lane.write({ guards: [], steps: parts }, (settled) => {",
    replacement:
      "        lane.look(parts, done) === undefined || lane.write({ guards: [], steps: parts }, (settled) => {",
    killedBy: GATEWAY_TEST,
  },
  {
    id: "shard-write-anywhere",
    title: "A write of keys in several shards goes to the first of them",
    source: "what is atomic, and what is not",
    file: GATEWAY,
    anchor: "if (shards !== null && shards.size <= 1) {",
    replacement: "if (shards !== null) {",
    killedBy: GATEWAY_TEST,
  },
  {
    id: "shard-transaction-unchecked",
    title: "A group executes transactions whose keys are in another shard",
    source: "clients that cut the keys otherwise",
    file: "shard/check.ts",
    anchor: "for (const key of keysOf(step) ?? []) shards.add(placement.shardOf(key));",
    replacement: "keysOf(step);",
    killedBy: GATEWAY_TEST,
  },
  {
    id: "shard-cluster-unnamed",
    title: "Processes of different clusters understand each other",
    source: "an address that another cluster has taken over",
    file: "shard/peer.ts",
    anchor: 'return cluster === "" ? name : `${cluster}/${name}`;',
    replacement: 'return cluster === "" ? name : name;',
    killedBy: GATEWAY_TEST,
  },
  {
    id: "shard-founded-again",
    title: "Whenever a controller begins to lead, every group joins again",
    source: "an operator who let a group go",
    file: "shard/cli/founding.ts",
    anchor: "number === 0 ? groups : elsewhere(members, groups);",
    replacement: "members.size >= 0 ? groups : elsewhere(members, groups);",
    killedBy: GATEWAY_TEST,
  },
  {
    id: "shard-keys-unsorted",
    title: "A page of keys has the first shards' keys, not the first keys",
    source: "SCAN misses no key",
    file: "shard/looks.ts",
    anchor: "keys.sort((left, right) => left < right ? -1 : 1);",
    replacement: "",
    killedBy: LOOKS_TEST,
  },
  {
    id: "shard-values-shifted",
    title: "Values that a shard gives are put at the wrong keys",
    source: "MGET over several shards",
    file: "shard/looks.ts",
    anchor: "taken.set(shard, at + 1);",
    replacement: "taken.set(shard, at);",
    killedBy: LOOKS_TEST,
  },
  {
    id: "shard-empty-tag",
    title: "An empty tag counts, so that all keys with one are in one shard",
    source: "Redis Cluster's rule for hash tags",
    file: "shard/placement.ts",
    anchor: "return end > begin + 1 ?",
    replacement: "return end > begin ?",
    killedBy: LOOKS_TEST,
  },
  {
    id: "shard-settled-early",
    title: "The command line says that everything has moved while old copies are still kept",
    source: "challenge 1",
    file: "shard/cli/picture.ts",
    anchor: "      info.leaving.length > 0;",
    replacement: "      info.leaving.length < 0;",
    killedBy: PICTURE_TEST,
  },
  {
    id: "shard-follower-believed",
    title: "The command line believes a group's follower that lags behind",
    source: "where each shard is",
    file: "shard/cli/picture.ts",
    anchor: "return (leads ? 1e9 : 0) + map;",
    replacement: "return (leads ? 0 : 1e9) + map;",
    killedBy: PICTURE_TEST,
  },
];

/** All of them. */
export const shardDoorMutants: readonly Mutant[] = [...layer, ...laws, ...waits, ...drivers, ...doors];
