/**
 * When two states are the same: up to the names of the nodes and to numbers that only ever count on.
 * @module
 */

import type { Core } from "../../raft/core/state.ts";
import type { Entry } from "../../raft/types.ts";
import type { ClusterState, NodeState, Scope } from "./model.ts";

/** A canonical text of `state`: equal texts, equal futures. */
export function canonical(scope: Scope, state: ClusterState): string {
  const shapes = state.nodes.map(shapeOf);
  const order = shapes.map((_, node) => node).sort((left, right) => {
    return shapes[left] < shapes[right] ? -1 : shapes[left] > shapes[right] ? 1 : 0;
  });
  let best: string | null = null;
  // Nodes that look different stand in the order of their looks; only look-alikes have to be tried both ways round.
  for (const arranged of arrangements(order, shapes)) {
    const text = describe(scope, state, arranged, shapes);
    if (best === null || text < best) best = text;
  }
  return best ?? "";
}

/** All orders of `order` that keep the looks sorted. */
function arrangements(order: readonly number[], shapes: readonly string[]): number[][] {
  let found: number[][] = [[]];
  let at = 0;
  while (at < order.length) {
    let end = at + 1;
    while (end < order.length && shapes[order[end]] === shapes[order[at]]) end++;
    const orders = permutations(order.slice(at, end));
    found = found.flatMap((head) => orders.map((tail) => [...head, ...tail]));
    at = end;
  }
  return found;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [items.slice()];
  return items.flatMap((item, at) => {
    const rest = [...items.slice(0, at), ...items.slice(at + 1)];
    return permutations(rest).map((tail) => [item, ...tail]);
  });
}

const shapeCache = new WeakMap<NodeState, string>();

/** What a node looks like without anybody's name. */
function shapeOf(node: NodeState): string {
  const cached = shapeCache.get(node);
  if (cached !== undefined) return cached;
  const { core, disk, pending } = node;
  const text =
    `${core.term}${core.role.type[0]}${core.role.type[1]}${entriesText(core.log.entries)}c${core.commit}f` +
    `${core.log.flushed}d${disk.hardState.term}:${entriesText(disk.entries)}` +
    `${disk.hardState.vote === null ? "n" : disk.hardState.vote === core.config.id ? "s" : "o"}` +
    `${core.vote === null ? "n" : core.vote === core.config.id ? "s" : "o"}` +
    pending.map((write) => `p${write.term}${write.firstIndex}${entriesText(write.entries)}`).join("");
  shapeCache.set(node, text);
  return text;
}

function entriesText(entries: readonly Entry[]): string {
  let text = "";
  for (const entry of entries) text += `${entry.term}.${entry.command[0]}+`;
  return text;
}

function describe(
  scope: Scope,
  state: ClusterState,
  order: readonly number[],
  shapes: readonly string[],
): string {
  const place = new Array<number>(order.length);
  order.forEach((node, at) => place[node] = at);
  const name = (id: string | null) => id === null ? "-" : String(place[Number(id)]);
  const parts: string[] = [];
  for (const node of order) parts.push(shapes[node], detail(state.nodes[node], name, order, place));
  const flying = state.network.map(({ from, to, text }) => `${place[from]}${place[to]}${text}`).sort();
  const { campaigns, proposals, crashes, heartbeats, duplicates } = state.budget;
  parts.push(
    flying.join(";"),
    `${campaigns}${proposals}${crashes}${heartbeats}${duplicates}`,
    state.leaders.map((node) => node === -1 ? "-" : place[node]).join(""),
    state.committed.map(({ entry, committedIn }) => `${entry.term}.${entry.command[0]}@${committedIn}`).join(
      "+",
    ),
  );
  // A full network forgets its oldest message, so there the order of sending belongs to the state.
  if (state.network.length >= scope.inFlight - 1) {
    parts.push(state.network.map(({ from, to, text }) => `${place[from]}${place[to]}${text}`).join(";"));
  }
  return parts.join("|");
}

function detail(
  node: NodeState,
  name: (id: string | null) => string,
  order: readonly number[],
  place: readonly number[],
): string {
  const { core, disk, pending, held } = node;
  // Sequences only count on: what matters is their distance from what is down.
  const base = core.flushedSequence;
  const since = (sequence: number) => Math.max(0, sequence - base);
  const writes = pending.map((write) => `${since(write.sequence)}${name(write.vote)}`).join(",");
  const waiting = held.map(({ flying, after }) => `${since(after)}>${place[flying.to]}${flying.text}`).sort()
    .join(",");
  const marks = core.log.marks.map((mark) => `${since(mark.sequence)}:${mark.lastIndex}`).join(",");
  return `${name(core.vote)}${name(disk.hardState.vote)}|${roleText(core, order)}|${
    since(core.hardStateSequence)
  }` +
    `|${writes}|${waiting}|${marks}`;
}

function roleText(core: Core, order: readonly number[]): string {
  const { role } = core;
  switch (role.type) {
    case "follower":
      return "";
    case "preCandidate":
    case "candidate":
      return order.map((node) => role.granted.has(String(node)) ? "y" : "n").join("");
    case "leader":
      return order.map((node) => {
        const known = role.progress.get(String(node));
        if (known === undefined) return "self";
        const { state } = known;
        const phase = state.type === "probe" ? (state.waiting ? "w" : "p") : state.type[0];
        return `${known.match}.${known.next}${phase}${
          known.inFlight.map((sent) => sent.lastIndex).join("/")
        }` +
          `${known.incarnation}`;
      }).join(",");
  }
}
