/**
 * Laws of changing configurations: the log alone says who belongs to the cluster, one voter comes or goes at a time, and only voters
 * stand. Dissertation chapter 4.
 *
 * What a node takes for its configuration is worked out here once more, from its log and its snapshot: a configuration that outlives the
 * entry that brought it, or that waits for its commitment, is seen before any majority is counted by it.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import { sameBytes } from "./same_bytes.ts";
import type { Configuration, ConfigurationEntry, Entry, Index } from "../../raft/types.ts";

/** A configuration that is committed, and by when it was: the entry that brought it, or the end of a snapshot that knows it. */
export interface Settled {
  readonly index: Index;
  readonly configuration: Configuration;
}

/** The places in one node's log that change the configuration, in order. */
export type Places = Index[];

/** A configuration is never changed: who is counted by it is found out once. */
const VOTERS = new WeakMap<Configuration, readonly string[]>();

/** The names of those that are counted, in order. */
export function votersOf(configuration: Configuration): readonly string[] {
  const known = VOTERS.get(configuration);
  if (known !== undefined) return known;
  const voters = configuration.members.filter(({ role }) => role === "voter").map(({ id }) => id).sort();
  VOTERS.set(configuration, voters);
  return voters;
}

/** See the module's page. */
export class ConfigurationLaws {
  readonly #fail: (law: string, node: string, what: string) => void;
  /** Committed configuration entries, in order. */
  readonly #entries: { readonly index: Index; readonly voters: readonly string[] }[] = [];
  #founders: readonly string[] = [];
  #settled: Settled | null = null;
  /** The members of the last committed configuration that was seen, and those of earlier ones. */
  #present: readonly string[] = [];
  readonly #gone = new Set<string>();

  constructor(fail: (law: string, node: string, what: string) => void) {
    this.#fail = fail;
  }

  /** The last configuration that is known to be committed; null while there are only the founding members. */
  get settled(): Settled | null {
    return this.#settled;
  }

  /** Some node was started with these founding members. One that joins later has none. */
  foundedBy(members: readonly string[]): void {
    if (this.#founders.length > 0) return;
    this.#founders = members.toSorted();
    this.#present = members;
  }

  /** A node's log is another one from `from` on, and begins behind `offset`. */
  cut(places: Places, from: Index, offset: Index): void {
    while (places.length > 0 && places[places.length - 1] >= from) places.pop();
    while (places.length > 0 && places[0] <= offset) places.shift();
  }

  /** A node's state moved. */
  check(node: string, core: Readonly<Core>, places: Places): void {
    const { membership, log } = core;
    const last = places.length === 0 ? 0 : places[places.length - 1];
    if (last !== 0) {
      const held = configurationIn(log.entries[last - log.offset - 1]);
      if (held === null || !sameMembers(membership.configuration, held)) {
        this.#fail(
          "configuration",
          node,
          `does not go by the configuration of entry ${last}, the last in its log`,
        );
      }
    } else if (membership.index > log.offset || !this.#isOfSnapshot(core)) {
      this.#fail(
        "configuration",
        node,
        `goes by a configuration of entry ${membership.index} that its log does not hold`,
      );
    }
    if (membership.index <= core.commit && membership.index > (this.#settled?.index ?? 0)) {
      this.#settled = { index: membership.index, configuration: membership.configuration };
    }
    if (core.role.type === "leader" && membership.index <= core.commit && !membership.isVoter) {
      this.#fail(
        "configuration",
        node,
        `leads on although its own removal (entry ${membership.index}) is committed`,
      );
    }
  }

  #isOfSnapshot({ membership, snapshot, config }: Readonly<Core>): boolean {
    const known = snapshot?.configuration ?? null;
    if (known !== null) return sameMembers(membership.configuration, known);
    return membership.index === 0 && membership.configuration.members.length === config.members.length;
  }

  /** A node begins to stand, or to lead. */
  checkStanding(node: string, core: Readonly<Core>, places: Places): void {
    const { membership, log, snapshot, config } = core;
    if (membership.isVoter) return;
    // Whoever is about to lose its vote may be the only one that holds the change: it may stand, and is not counted.
    const open = membership.index > core.commit;
    const before = places.length > 1
      ? configurationIn(log.entries[places[places.length - 2] - log.offset - 1])
      : snapshot?.configuration ?? null;
    const earlier = before === null ? config.members : votersOf(before);
    if (open && earlier.includes(config.id)) return;
    this.#fail("configuration", node, `stands for election in term ${core.term} and is no voter`);
  }

  /** `entry` is committed; `sawAll`: whether no entry between the given one and this was jumped over unseen. */
  committed(
    node: string,
    index: Index,
    { configuration }: ConfigurationEntry,
    sawAll: (since: Index) => boolean,
  ): void {
    const voters = votersOf(configuration);
    const at = this.#entries.findIndex((known) => known.index > index);
    const place = at === -1 ? this.#entries.length : at;
    const before = place > 0 ? this.#entries[place - 1] : { index: 0, voters: this.#founders };
    if (voters.length === 0) {
      this.#fail("one-voter-at-a-time", node, `committed entry ${index}, which leaves no voter`);
    }
    if (before.voters.length > 0 && sawAll(before.index)) this.#checkStep(node, index, before.voters, voters);
    this.#checkNames(node, index, configuration, at === -1);
    this.#entries.splice(place, 0, { index, voters });
  }

  /** A name that is gone is gone: an empty disk under an old name remembers none of its promises. */
  #checkNames(node: string, index: Index, { members }: Configuration, isLast: boolean): void {
    if (!isLast) return;
    const names = members.map(({ id }) => id);
    const back = names.find((name) => this.#gone.has(name));
    if (back !== undefined) {
      this.#fail("used-name", node, `committed entry ${index}, by which ${back} is a member again`);
    }
    for (const name of this.#present) if (!names.includes(name)) this.#gone.add(name);
    this.#present = names;
  }

  #checkStep(node: string, index: Index, before: readonly string[], after: readonly string[]): void {
    const changed = [
      ...before.filter((id) => !after.includes(id)),
      ...after.filter((id) => !before.includes(id)),
    ];
    if (changed.length <= 1) return;
    this.#fail(
      "one-voter-at-a-time",
      node,
      `committed entry ${index}, which changes ${changed.length} voters at once (${changed.join(", ")})`,
    );
  }
}

/** The configuration that an entry brings; null if it brings none. */
export function configurationIn(entry: Entry): Configuration | null {
  return "configuration" in entry ? entry.configuration : null;
}

/** Whether two configurations name the same members in the same roles. */
export function sameMembers(left: Configuration | null, right: Configuration | null): boolean {
  if (left === right) return true;
  if (left === null || right === null || left.members.length !== right.members.length) return false;
  if (left.retired.join() !== right.retired.join()) return false;
  return left.members.every(({ id, role, address }, at) => {
    const other = right.members[at];
    return other.id === id && other.role === role && other.address === address;
  });
}

/** Whether two entries are the same but for their terms. */
export function sameEntry(left: Entry, right: Entry): boolean {
  if (!sameBytes(left.command, right.command)) return false;
  return sameMembers(configurationIn(left), configurationIn(right));
}
