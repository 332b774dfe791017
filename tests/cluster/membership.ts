/**
 * Who belongs to a cluster, seen from outside: there may be several answers at a time.
 *
 * A configuration is in effect as soon as it is in a log, and is taken back if it is lost. So whatever must go on - a majority that is
 * healed, a disk that may be lost, a member that may go - has to be right for the last committed configuration and for every later one
 * that any log holds. Earlier ones are over: nobody who goes by them can be elected.
 * @module
 */

import type { MemberChange } from "../../raft/member_change.ts";
import type { Configuration, Index } from "../../raft/types.ts";
import { type Settled, votersOf } from "../check/configuration_laws.ts";
import type { ClusterNode } from "./cluster_node.ts";

/** See the module's page. */
export class ClusterMembership {
  readonly #nodes: readonly ClusterNode[];
  readonly #founding: Configuration;
  readonly #settled: () => Settled | null;

  /** `founders`: the first members. `settled`: the last configuration that is known to be committed. */
  constructor(nodes: readonly ClusterNode[], founders: readonly string[], settled: () => Settled | null) {
    this.#nodes = nodes;
    this.#founding = { members: founders.map((id) => ({ id, role: "voter", address: id })), retired: [] };
    this.#settled = settled;
  }

  /** The last configuration that is known to be committed. */
  get settled(): Configuration {
    return this.#settled()?.configuration ?? this.#founding;
  }

  /** That one, and every later one that a log holds. */
  get possible(): readonly Configuration[] {
    const since = this.#settled()?.index ?? 0;
    const later = this.#nodes.flatMap(({ core, disk, mayHold }) => [
      core === null ? null : laterThan(since, core.membership.index, core.membership.configuration),
      laterThan(since, disk.stable.configurationIndex, disk.stable.configuration),
      // What was written and not synced may have outlived the death of the machine (seed 923502).
      mayHold === null ? null : laterThan(since, mayHold.index, mayHold.configuration),
    ]);
    return [this.settled, ...new Set(later.filter((one) => one !== null))];
  }

  /** Whether anybody may still take `name` for a member. */
  mayBelong(name: string): boolean {
    return this.possible.some(({ members }) => members.some(({ id }) => id === name));
  }

  /**
   * Whether a machine that comes up empty as `name`, which was removed, may hear from one that missed the removal that it had been taken
   * in, or be given a snapshot by it: then nobody can tell it from who it was (raft/README.md, who joins), and two such make a majority.
   * Who goes by the founding members has neither to give.
   */
  mayBeTaught(name: string): boolean {
    return this.#nodes.some(({ name: other, wanted, core, disk }) => {
      if (other === name || !wanted) return false;
      const inMemory = core === null || core.membership.index === 0 ? null : core.membership.configuration;
      return [inMemory, disk.stable.configuration].some((one) => one?.members.some(({ id }) => id === name));
    });
  }

  /** Whether `name` is a member for certain. */
  belongs(name: string): boolean {
    return this.possible.every(({ members }) => members.some(({ id }) => id === name));
  }

  /** Whether a majority would still remember all it has promised, did `name` not. */
  canLose(name: string): boolean {
    return this.possible.every((one) => this.#isSound(one, (voter) => voter !== name));
  }

  /** Whether a person who knows which disks were lost would ask for `change` at a node that goes by `configuration`. */
  wouldAsk(configuration: Configuration, change: MemberChange): boolean {
    return this.#isSound(after(configuration, change), () => true);
  }

  /** A majority by every possible configuration, of nodes that may vote: `preferred` first, and no more than it takes. */
  core(preferred: readonly number[]): number[] {
    const { possible } = this;
    const core: number[] = [];
    const others = this.#nodes.map((_, node) => node).filter((node) => !preferred.includes(node));
    for (const node of [...preferred, ...others]) {
      const { name } = this.#nodes[node];
      if (!this.remembers(name)) continue;
      const lacking = possible.map(votersOf).some((voters) =>
        voters.includes(name) && 2 * this.#count(voters, core) <= voters.length
      );
      if (lacking) core.push(node);
    }
    return core;
  }

  /** Whether a node's disk has neither been lost nor damaged. */
  remembers(name: string): boolean {
    return this.#nodes.some((node) =>
      node.name === name && node.disk.stable.standing === "voter" && !node.disk.suspect
    );
  }

  #count(voters: readonly string[], core: readonly number[]): number {
    return core.filter((node) => voters.includes(this.#nodes[node].name)).length;
  }

  #isSound(configuration: Configuration, but: (voter: string) => boolean): boolean {
    const voters = votersOf(configuration);
    return 2 * voters.filter((voter) => but(voter) && this.remembers(voter)).length > voters.length;
  }
}

function laterThan(since: Index, index: Index, configuration: Configuration | null): Configuration | null {
  return index > since ? configuration : null;
}

/** What a change makes of a configuration, as far as voters are concerned. */
function after({ members, retired }: Configuration, change: MemberChange): Configuration {
  const others = members.filter(({ id }) => id !== change.id);
  const { type, id } = change;
  if (type === "remove") return { members: others, retired };
  const role = type === "promote" ? "voter" : "learner";
  return { members: [...others, { id, role, address: id }], retired };
}
