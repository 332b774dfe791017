/**
 * What an exploration has seen, in a form that does not depend on how it was made small.
 * @module
 */

import { type NodeState, nodeText } from "./node.ts";
import type { Explorer } from "./search.ts";
import { createRow } from "./store.ts";

/** Every combination of nodes and history that was reached, up to renaming. `looks` says what of a node is looked at. */
export function observations(
  explorer: Explorer,
  looks: (node: NodeState) => string | null = nodeText,
): Set<string> {
  const { atlas, store } = explorer;
  const row = createRow(atlas.scope.nodes);
  const seen = new Set<string>();
  const done = new Set<string>();
  for (let number = 0; number < store.size; number++) {
    store.load(number, row);
    const key = `${row.nodes.join()}/${row.history}`;
    if (done.has(key)) continue;
    done.add(key);
    if (Array.from(row.nodes).some((node) => looks(atlas.nodes[node]) === null)) continue;
    let least: string | null = null;
    atlas.renamings.forEach((names, by) => {
      const texts: (string | null)[] = [];
      row.nodes.forEach((node, at) => texts[names[at]] = looks(atlas.nodes[atlas.renameNode(by, node)]));
      const { leaders, committed } = atlas.histories[atlas.renameHistory(by, row.history)];
      const past = committed.map(({ entry, committedIn }) =>
        `${entry.term}.${entry.command[0]}@${committedIn}`
      );
      const text = `${texts.join("|")}#${leaders.join()}#${past.join()}`;
      if (least === null || text < least) least = text;
    });
    if (least !== null) seen.add(least);
  }
  return seen;
}

/** What a client or another node could ever find out about a node that has nothing to write; null if it has. */
export function quietLook({ core, pending, held }: NodeState): string | null {
  if (pending.length > 0 || held.length > 0) return null;
  const entries = core.log.entries.map(({ term, command }) => `${term}.${command[0]}`).join("+");
  return `${core.term}:${core.vote}:${core.role.type}:${entries}:${core.commit}`;
}
