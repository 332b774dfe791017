/**
 * The safety laws of Raft over all nodes, checked after every event. Paper figure 3.
 *
 * Only what changed is looked at: each node's last position is remembered, and an event that moved nothing costs a few
 * comparisons. The laws read the nodes' state; the nodes know nothing of them.
 * @module
 */

import { lastIndex, type Log, termAt } from "../../raft/core/log.ts";
import { checkInvariants } from "../../raft/core/invariants.ts";
import type { Core } from "../../raft/core/state.ts";
import type { Entry, Index, Term } from "../../raft/types.ts";
import { ConfigurationLaws, type Places, sameEntry, type Settled } from "./configuration_laws.ts";
import type { Report } from "./violation.ts";

/** What was last seen of a node. */
interface Seen {
  readonly core: Readonly<Core>;
  term: Term;
  commit: Index;
  lastIndex: Index;
  lastTerm: Term;
  role: string;
  /** Terms of the entries last seen, from `offset + 1` on. */
  terms: number[];
  offset: Index;
  /** Where its log changes the configuration. */
  readonly places: Places;
}

/** A committed entry, as the first node to commit it had it. */
interface CommittedEntry {
  readonly entry: Entry;
  /** The term of the node that committed it first: leader completeness speaks of later terms only. */
  readonly committedIn: Term;
}

/** What log matching allows at one (index, term): one command behind one previous term. */
interface Written {
  readonly term: Term;
  readonly previousTerm: Term;
  readonly entry: Entry;
  /** What was written at that index in other terms: hardly ever anything. */
  readonly others: Written | undefined;
}

/** Watches the nodes of one Raft group. */
export class RaftLaws {
  readonly #report: Report;
  readonly #seen = new Map<string, Seen>();
  readonly #leaders = new Map<Term, string>();
  /**
   * `#committed[i]` is the entry at index `i + 1`; undefined while nobody has shown it: a node may commit several entries and
   * compact all but the last away before the event is over.
   */
  readonly #committed: (CommittedEntry | undefined)[] = [];
  /** By index. */
  readonly #written: (Written | undefined)[] = [];
  readonly #floor = new Map<string, Term>();
  readonly #configurations = new ConfigurationLaws((law, node, what) => this.#fail(law, node, what));
  #elections = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Terms that had a leader. */
  get elections(): number {
    return this.#elections;
  }

  /** The highest index known to be committed. */
  get committed(): Index {
    return this.#committed.length;
  }

  /** The canonical committed entry at `index`, or undefined. */
  entryAt(index: Index): Entry | undefined {
    return this.#committed[index - 1]?.entry;
  }

  /** The last configuration that is known to be committed; null while there are only the founding members. */
  get settled(): Settled | null {
    return this.#configurations.settled;
  }

  /** A node has come up. Its term may not be below any that it was durably in before. */
  boot(node: string, core: Readonly<Core>): void {
    const floor = this.#floor.get(node) ?? 0;
    if (core.term < floor && core.standing === "voter") {
      this.#fail("monotone-term", node, `came up in term ${core.term} after it had stored term ${floor}`);
    }
    this.#seen.set(node, {
      core,
      term: core.term,
      commit: 0,
      lastIndex: core.log.offset,
      lastTerm: core.log.offsetTerm,
      role: "follower",
      terms: [],
      offset: core.log.offset,
      places: [],
    });
    this.#configurations.foundedBy(core.config.members);
    const seen = this.#seen.get(node) as Seen;
    seen.commit = core.commit;
    this.#checkLog(node, seen);
    this.#configurations.check(node, core, seen.places);
    this.#checkCommitted(node, core, core.log.offset, core.commit);
  }

  /** A node has gone down. `storedTerm` is what its disk holds; a wiped disk holds 0. */
  crash(node: string, storedTerm: Term): void {
    this.#seen.delete(node);
    this.#floor.set(node, storedTerm);
  }

  /** Something happened at `node`. */
  check(node: string): void {
    const seen = this.#seen.get(node);
    if (seen === undefined) return;
    const { core } = seen;
    const { log } = core;
    const last = lastIndex(log);
    const count = log.entries.length;
    const endTerm = count === 0 ? log.offsetTerm : log.entries[count - 1].term;
    const same = core.term === seen.term && core.commit === seen.commit && core.role.type === seen.role &&
      last === seen.lastIndex && endTerm === seen.lastTerm && log.offset === seen.offset;
    if (same) return;
    this.#checkMoved(node, seen);
  }

  #checkMoved(node: string, seen: Seen): void {
    const { core } = seen;
    try {
      checkInvariants(core);
    } catch (error) {
      this.#fail("invariant", node, error instanceof Error ? error.message : String(error));
    }
    if (core.term < seen.term) {
      this.#fail("monotone-term", node, `went from term ${seen.term} back to ${core.term}`);
    }
    if (core.commit < seen.commit) {
      this.#fail("monotone-commit", node, `took its commit index back from ${seen.commit} to ${core.commit}`);
    }
    const leads = core.role.type === "leader";
    const ledBefore = seen.role === "leader" && seen.term === core.term;
    if (leads && ledBefore) this.#checkAppendOnly(node, seen);
    this.#checkLog(node, seen);
    this.#configurations.check(node, core, seen.places);
    const stood = seen.role === core.role.type && seen.term === core.term;
    if (core.role.type !== "follower" && !stood) this.#configurations.checkStanding(node, core, seen.places);
    if (leads && !ledBefore) this.#checkNewLeader(node, core);
    if (core.commit > seen.commit) this.#checkCommitted(node, core, seen.commit, core.commit);
    seen.term = core.term;
    seen.commit = core.commit;
    seen.role = core.role.type;
  }

  #checkAppendOnly(node: string, seen: Seen): void {
    const { log, term } = seen.core;
    if (
      lastIndex(log) < seen.lastIndex ||
      (log.offset <= seen.lastIndex && termAt(log, seen.lastIndex) !== seen.lastTerm)
    ) {
      this.#fail("leader-append-only", node, `led term ${term} and removed its own entry ${seen.lastIndex}`);
    }
  }

  #checkNewLeader(node: string, core: Readonly<Core>): void {
    const other = this.#leaders.get(core.term);
    if (other !== undefined && other !== node) {
      this.#fail("election-safety", node, `leads term ${core.term}, which ${other} leads or led too`);
    }
    if (other === undefined) this.#elections++;
    this.#leaders.set(core.term, node);
    for (let index = core.log.offset + 1; index <= this.#committed.length; index++) {
      const known = this.#committed[index - 1];
      if (known === undefined || known.committedIn >= core.term) continue;
      const { term } = known.entry;
      if (termAt(core.log, index) === term) continue;
      this.#fail(
        "leader-completeness",
        node,
        `leads term ${core.term} without entry ${index} of term ${term}, committed in term ${known.committedIn}`,
      );
      return;
    }
  }

  /** Log matching: what stands at one index with one term is the same everywhere, and so is what precedes it. */
  #checkLog(node: string, seen: Seen): void {
    const { log } = seen.core;
    const from = firstChange(seen, log);
    const last = lastIndex(log);
    this.#configurations.cut(seen.places, from, log.offset);
    for (let index = from; index <= last; index++) {
      const entry = log.entries[index - log.offset - 1];
      const previousTerm = termAt(log, index - 1);
      const { term } = entry;
      let written = this.#written[index];
      while (written !== undefined && written.term !== term) written = written.others;
      if (written === undefined) {
        this.#write(index, { term, previousTerm, entry, others: this.#written[index] });
      } else if (written.previousTerm !== previousTerm || !sameEntry(written.entry, entry)) {
        this.#fail(
          "log-matching",
          node,
          `holds another entry ${index} of term ${entry.term} than a second node`,
        );
      }
      if ("configuration" in entry) seen.places.push(index);
      seen.terms[index - log.offset - 1] = term;
    }
    seen.terms.length = log.entries.length;
    seen.lastIndex = last;
    seen.lastTerm = termAt(log, last);
  }

  #write(index: Index, written: Written): void {
    while (this.#written.length < index) this.#written.push(undefined);
    this.#written[index] = written;
  }

  /** State-machine safety: one canonical list of committed entries, for ever. */
  #checkCommitted(node: string, core: Readonly<Core>, from: Index, to: Index): void {
    while (this.#committed.length < to) this.#committed.push(undefined);
    // Whoever takes more for committed than it holds breaks an invariant, and was told so above.
    const last = Math.min(to, lastIndex(core.log));
    for (let index = Math.max(from, core.log.offset) + 1; index <= last; index++) {
      const entry = core.log.entries[index - core.log.offset - 1];
      const known = this.#committed[index - 1];
      if (known === undefined) {
        this.#committed[index - 1] = { entry, committedIn: core.term };
        if ("configuration" in entry) {
          this.#configurations.committed(node, index, entry, (since) => this.#sawAll(since, index));
        }
      } else if (known.entry.term !== entry.term || !sameEntry(known.entry, entry)) {
        this.#fail(
          "state-machine-safety",
          node,
          `committed another entry ${index} (term ${entry.term}) than was committed before (term ${known.entry.term})`,
        );
        return;
      }
    }
  }

  /** Whether every entry between the two was seen: none may have been compacted away before anybody looked. */
  #sawAll(from: Index, to: Index): boolean {
    for (let index = from + 1; index < to; index++) {
      if (this.#committed[index - 1] === undefined) return false;
    }
    return true;
  }

  #fail(law: string, node: string, what: string): void {
    this.#report({ law, node, sentence: `Node ${node} ${what}.` });
  }
}

/** The first index whose entry is not the one last seen. A term seen before at an index means the same entry as before. */
function firstChange(seen: Seen, log: Log): Index {
  if (seen.offset !== log.offset) {
    seen.terms = seen.terms.slice(log.offset - seen.offset);
    seen.offset = log.offset;
  }
  let at = Math.min(seen.terms.length, log.entries.length);
  while (at > 0 && seen.terms[at - 1] !== log.entries[at - 1].term) at--;
  return log.offset + at + 1;
}
