/**
 * The laws of Raft as far as they can be seen in what processes tell of themselves.
 * @module
 */

import type { Report } from "../../check/violation.ts";
import type { Told } from "./orders.ts";

/** See the module's page. */
export class ToldLaws {
  readonly #report: Report;
  /** By group and term. */
  readonly #leaders = new Map<string, string>();
  /** By node and group. */
  readonly #terms = new Map<string, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Terms that had a leader. */
  get elections(): number {
    return this.#leaders.size;
  }

  /** A node tells what it is at. */
  hear(node: string, { group, role, term }: Told): void {
    const member = `${node} ${group}`;
    const before = this.#terms.get(member) ?? 0;
    if (term < before) {
      const sentence = `${node} is at term ${term} after it was at term ${before}.`;
      this.#report({ law: "monotone-term", node, sentence });
    }
    this.#terms.set(member, Math.max(before, term));
    if (role !== "leader") return;
    const reign = `${group} ${term}`;
    const other = this.#leaders.get(reign);
    if (other !== undefined && other !== node) {
      const sentence = `${other} and ${node} both lead term ${term}.`;
      this.#report({ law: "election-safety", node, sentence });
    }
    this.#leaders.set(reign, node);
  }

  /** A node has lost its disk, and with it its term. */
  forget(node: string): void {
    for (const member of this.#terms.keys()) if (member.startsWith(`${node} `)) this.#terms.delete(member);
  }
}
