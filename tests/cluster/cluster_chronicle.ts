/**
 * What a chronicle hears of a cluster: who leads, who is down, who belongs to it, whose program is an old one.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { Settled } from "../check/configuration_laws.ts";
import type { Chronicle } from "../report/chronicle.ts";
import type { ClusterNode } from "./cluster_node.ts";
import { membersInWords } from "./describe.ts";

/** The lane of what concerns who belongs to the cluster. */
const LANE = "members";

/** See the module's page. */
export class ClusterChronicle {
  readonly #chronicle: Chronicle;
  readonly #mixed: boolean;
  /** The configuration that was told last. */
  #told: Settled | null = null;

  /** `mixed`: whether programs of two versions run. */
  constructor(chronicle: Chronicle, mixed: boolean) {
    this.#chronicle = chronicle;
    this.#mixed = mixed;
  }

  /** Something happened at `node`; `settled`: the last configuration that is known to be committed. */
  look(node: ClusterNode, core: Readonly<Core>, settled: Settled | null): void {
    if (settled !== this.#told) this.#tellMembers(settled);
    const { role, term, commit } = core;
    if (role.type !== node.toldRole || term !== node.toldTerm || commit !== node.toldCommit) {
      node.tells(role.type, term, commit);
      this.#chronicle.state({ node: node.name, role: role.type, term, commit });
    }
    const leads = core.role.type === "leader";
    if (leads === node.leads && core.term === node.seenTerm) return;
    const { name } = node;
    if (leads) this.#chronicle.begin(`${name} leads`, name, "leads", `leads term ${core.term}`);
    else this.#chronicle.end(`${name} leads`);
  }

  /** A node starts. */
  boots({ name, speaks }: ClusterNode): void {
    this.#chronicle.end(`${name} down`);
    if (!this.#mixed) return;
    if (speaks === 1) this.#chronicle.begin(`${name} is old`, LANE, "versions", `${name} is of version 1`);
    else this.#chronicle.end(`${name} is old`);
  }

  /** A node dies. */
  dies(node: ClusterNode): void {
    const { name, seenTerm: term, seenCommit: commit } = node;
    this.#chronicle.state({ node: name, role: "down", term, commit });
    node.tells("down", 0, 0);
    this.#chronicle.end(`${name} leads`);
    this.#chronicle.begin(`${name} down`, name, "down", "down");
  }

  #tellMembers(settled: Settled | null): void {
    this.#told = settled;
    if (settled === null) return;
    this.#chronicle.begin(LANE, LANE, "members", membersInWords(settled.configuration));
  }
}
