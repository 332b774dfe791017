/**
 * The laws of Raft as far as they can be seen in what processes tell of themselves.
 * @module
 */

import type { Report } from "../../check/violation.ts";
import type { Told } from "./orders.ts";

/** See the module's page. */
export class ToldLaws {
  readonly #report: Report;
  readonly #leaders = new Map<number, string>();
  readonly #terms = new Map<string, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Terms that had a leader. */
  get elections(): number {
    return this.#leaders.size;
  }

  /** A node tells what it is at. */
  hear(node: string, { role, term }: Told): void {
    const before = this.#terms.get(node) ?? 0;
    if (term < before) {
      const sentence = `${node} is at term ${term} after it was at term ${before}.`;
      this.#report({ law: "monotone-term", node, sentence });
    }
    this.#terms.set(node, Math.max(before, term));
    if (role !== "leader") return;
    const other = this.#leaders.get(term);
    if (other !== undefined && other !== node) {
      const sentence = `${other} and ${node} both lead term ${term}.`;
      this.#report({ law: "election-safety", node, sentence });
    }
    this.#leaders.set(term, node);
  }

  /** A node has lost its disk, and with it its term. */
  forget(node: string): void {
    this.#terms.delete(node);
  }
}
