/**
 * Planted bugs of membership changes that the explorer finds, each in the smallest scope that shows it.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const CHANGE = "raft/core/change.ts";
const MEMBERSHIP = "raft/core/membership.ts";

function explore(scope: string, ...laws: readonly string[]): string {
  return ["run -A --no-check tests/explore/cli.ts", scope, ...laws.map((law) => `--law ${law}`)].join(" ");
}

/** What the explorer kills. */
export const raftMembersExploredMutants: readonly Mutant[] = [
  {
    id: "XM-2015",
    title:
      "A leader removes a member before it has committed anything of its own term: two majorities without a common member",
    source: "the bug of 2015",
    file: CHANGE,
    anchor: '  if (termAt(core.log, core.commit) !== core.term) return "notReady";\n',
    replacement: "",
    killedBy: explore("members-none", "predictive-commit"),
  },
  {
    id: "XM-two-at-once",
    title: "A second removal is taken while the first is not committed: what is left commits alone",
    source: "dissertation section 4.1",
    file: CHANGE,
    anchor: '  if (!isSettled(core)) return "underWay";\n',
    replacement: "",
    killedBy: explore("members-pair", "predictive-commit"),
  },
  {
    id: "XM-two-leaders-at-once",
    title: "A second removal is taken while the first is not committed: two leaders in the end",
    source: "dissertation section 4.1",
    file: CHANGE,
    anchor: '  if (!isSettled(core)) return "underWay";\n',
    replacement: "",
    killedBy: explore("members-pair", "state-machine-safety", "leader-completeness"),
  },
  {
    id: "XM-pair-removed",
    title: "A removal takes the next member with it",
    source: "dissertation section 4.1",
    file: CHANGE,
    anchor: "const others = members.filter(({ id }) => id !== change.id);",
    replacement:
      'const others = members.filter(({ id }) => id !== change.id).slice(change.type === "remove" ? 1 : 0);',
    killedBy: explore("members", "one-voter-at-a-time"),
  },
  {
    id: "XM-on-commit",
    title: "A configuration takes effect when it is committed, not when it is in the log",
    source: "dissertation section 4.1; etcd #12359",
    file: MEMBERSHIP,
    anchor: "for (let at = lastIndex(log); at >= from; at--) {",
    replacement: "for (let at = Math.min(lastIndex(log), core.commit); at >= from; at--) {",
    killedBy: explore("members-pair", "configuration-in-effect"),
  },
  {
    id: "XM-snapshot-forgets",
    title: "A compacted log forgets who belongs to the cluster",
    source: "dissertation section 4.1",
    file: "raft/core/snapshot.ts",
    anchor: "const configuration = configurationAt(core, index);",
    replacement: "const configuration = index < 0 ? configurationAt(core, index) : null;",
    killedBy: explore("members-snapshot", "configuration-in-effect"),
  },
];
