/**
 * Law: leader stickiness. Who has heard its leader lately helps nobody else to the lead, whatever the other cannot hear.
 *
 * Without it a node that is cut off from the leader, and from nobody else, unseats it again and again although a majority is content:
 * no law of safety is broken, and the service stands still. Dissertation sections 4.2.3 and 9.6; what Cloudflare saw in November 2020.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { Message } from "../../raft/message.ts";
import type { Term } from "../../raft/types.ts";
import type { Report } from "./violation.ts";

type Question = { readonly type: "preVoteRequest" | "voteRequest"; readonly term: Term };

/** Watches one life of one node. */
export class LeaderStickiness {
  readonly #node: string;
  readonly #electionUs: number;
  readonly #report: Report;
  /** The leader's last word, by the node's own clock; null if there was none, or the node has given its leader up since. */
  #heardTerm: Term | null = null;
  #heardAtUs = 0;
  #wasFresh = false;
  /** What may be answered with a yes, by asker: that term and all below. A question that is repeated may have its first answer on the way. */
  readonly #open = new Map<string, Term>();

  /** `electionMs`: for so long, at least, a leader that was heard is taken for alive. */
  constructor(node: string, electionMs: number, report: Report) {
    this.#node = node;
    this.#electionUs = electionMs * 1000;
    this.#report = report;
  }

  /** The node in state `core` is about to receive a message; `clock` is its own. */
  delivered(core: Readonly<Core>, from: string, message: Message, clock: { readonly localUs: number }): void {
    switch (message.type) {
      case "appendRequest":
      case "snapshotRequest":
        if (message.term < core.term) break;
        this.#heardTerm = message.term;
        this.#heardAtUs = clock.localUs;
        break;
      case "preVoteRequest":
      case "voteRequest":
        this.#asked(core, from, message, clock.localUs);
        break;
      default:
    }
  }

  #asked(core: Readonly<Core>, from: string, { term }: Question, localUs: number): void {
    const content = this.#heardTerm === core.term && localUs - this.#heardAtUs < this.#electionUs;
    // A question about the present term changes no allegiance: whoever has the vote already may be told so again.
    if (content && term > core.term) return;
    this.#open.set(from, Math.max(term, this.#open.get(from) ?? 0));
  }

  /** Something happened at the node. A connection that ended, too, may have told it that its leader is gone. */
  look({ leaderFresh }: Readonly<Core>): void {
    if (this.#wasFresh && !leaderFresh) this.#heardTerm = null;
    this.#wasFresh = leaderFresh;
  }

  /** A message leaves the node. */
  sent(to: string, message: Message): void {
    switch (message.type) {
      case "preVoteReply":
      case "voteReply":
        break;
      default:
        return;
    }
    if (!message.granted || message.term <= (this.#open.get(to) ?? 0)) return;
    this.#report({
      law: "leader-stickiness",
      node: this.#node,
      sentence: `Node ${this.#node} gave ${to} its yes for term ${message.term}, ` +
        `although it had heard its leader less than an election timeout before it was asked.`,
    });
  }
}
