/**
 * What the laws remember of the past, and what remains of the scope. The nodes know nothing of it.
 * @module
 */

import type { Entry, Index, Term } from "../../raft/types.ts";
import { commandOf, type Deed, type ReadyRead, stateBefore } from "./deeds.ts";
import { nameOf, type NodeState, numberOf } from "./node.ts";
import { renamedEntries } from "./rename_members.ts";
import type { Scope } from "./scope.ts";

/** An entry that somebody committed. */
export interface CommittedEntry {
  readonly entry: Entry;
  /** The term of who committed it first: leader completeness speaks of later terms only. */
  readonly committedIn: Term;
}

/** What stands neither in the nodes nor in the network. */
export interface History {
  /** How many commands were offered so far, and how many reads asked for. */
  readonly proposed: number;
  readonly asked: number;
  /** Who led each term so far; `leaders[term]` is -1 for nobody. */
  readonly leaders: readonly number[];
  /** `committed[i]` is the entry at index `i + 1`. */
  readonly committed: readonly CommittedEntry[];
  /** `floors[token - 1]` is how much had been committed when the read was asked for. */
  readonly floors: readonly Index[];
}

/** A law that a step broke: its name, and who did what. */
export interface Breach {
  readonly law: LawName;
  /** What is wrong, after "Node A". */
  readonly says: string;
  readonly node: number;
}

/** Every law by name. */
export type LawName =
  | "invariant"
  | "monotone"
  | "leader-append-only"
  | "durable-before-visible"
  | "election-safety"
  | "log-matching"
  | "leader-completeness"
  | "state-machine-safety"
  | "committed-on-quorum"
  | "predictive-commit"
  | "linearizable-read"
  | "configuration-in-effect"
  | "one-voter-at-a-time";

/** The history of a cluster that was just started. */
export function firstHistory(scope: Scope): History {
  const leaders = new Array<number>(scope.terms + 1).fill(-1);
  return { proposed: 0, asked: 0, leaders, committed: [], floors: [] };
}

/** The history after `deed` was begun, or null if it is not its turn: commands and reads come in the order of their numbers. */
export function begin(history: History, deed: Deed): History | null {
  switch (deed.kind) {
    case "propose":
      return deed.command === history.proposed + 1 ? { ...history, proposed: deed.command } : null;
    case "read":
      if (deed.token !== history.asked + 1) return null;
      return { ...history, asked: deed.token, floors: [...history.floors, history.committed.length] };
    case "die":
      return begin(history, deed.of);
    default:
      return history;
  }
}

/** The history as it would be if number `i` were called number `names[i]`. */
export function renamedHistory(history: History, names: readonly number[]): History {
  const leaders = history.leaders.map((leader) => leader === -1 ? -1 : names[leader]);
  const rename = (id: string) => nameOf(names[numberOf(id)]);
  const committed = history.committed.map((one) => {
    const [entry] = renamedEntries([one.entry], rename);
    return entry === one.entry ? one : { ...one, entry };
  });
  return { ...history, leaders, committed };
}

/** What is remembered once `node` looks like this, or the law that it breaks. */
export function witness(
  history: History,
  node: NodeState,
  ready: readonly ReadyRead[],
): { readonly history: History; readonly breaches: readonly Breach[] } {
  const number = numberOf(node.core.config.id);
  const breaches: Breach[] = [];
  const report = (law: LawName, says: string) => breaches.push({ law, node: number, says });
  const leaders = witnessLeader(history, node, number, report);
  const committed = witnessCommit(history, node, report);
  for (const { token, index } of ready) {
    const floor = history.floors[token - 1];
    if (index >= floor) continue;
    report(
      "linearizable-read",
      `answers read ${token} as of entry ${index}, although entry ${floor} had been committed before it was asked`,
    );
  }
  const same = leaders === history.leaders && committed === history.committed;
  return { history: same ? history : { ...history, leaders, committed }, breaches };
}

type Reporter = (law: LawName, says: string) => void;

function witnessLeader(
  { leaders }: History,
  { core }: NodeState,
  number: number,
  report: Reporter,
): readonly number[] {
  if (core.role.type !== "leader" || leaders[core.term] === number) return leaders;
  if (leaders[core.term] === -1) return leaders.with(core.term, number);
  report(
    "election-safety",
    `leads term ${core.term}, which node ${"ABCDE"[leaders[core.term]]} leads or led too`,
  );
  return leaders;
}

function witnessCommit(
  { committed }: History,
  node: NodeState,
  report: Reporter,
): readonly CommittedEntry[] {
  const { core } = node;
  const before = stateBefore(node);
  let known = committed;
  for (let index = 1; index <= core.commit; index++) {
    const command = index <= core.log.offset
      ? before[index - 1]
      : commandOf(core.log.entries[index - core.log.offset - 1]);
    const first = committed[index - 1];
    if (first === undefined) {
      if (index <= core.log.offset) {
        report("state-machine-safety", `restored a snapshot of entry ${index}, which nobody has committed`);
        return known;
      }
      known = [...known, { entry: core.log.entries[index - core.log.offset - 1], committedIn: core.term }];
    } else if (
      commandOf(first.entry) !== command ||
      (index > core.log.offset && first.entry.term !== core.log.entries[index - core.log.offset - 1].term)
    ) {
      report(
        "state-machine-safety",
        `committed command ${command} as entry ${index}, where command ${
          commandOf(first.entry)
        } was committed before`,
      );
    }
  }
  return known;
}
