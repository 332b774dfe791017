/**
 * The shapes of network partitions: from plain data to the directed links they cut.
 * @module
 */

/** A directed link, sender first. */
export type LinkPair = readonly [from: string, to: string];

/** How a partition divides the nodes. */
export type PartitionShape =
  /** Two sides that cannot talk; who is on neither side talks to both. */
  | { readonly kind: "halves"; readonly left: readonly string[]; readonly right: readonly string[] }
  /** One node alone. */
  | { readonly kind: "isolate"; readonly node: string; readonly others: readonly string[] }
  /** Two sides that cannot talk but through the one node that talks to both. */
  | {
    readonly kind: "bridge";
    readonly left: readonly string[];
    readonly bridge: string;
    readonly right: readonly string[];
  }
  /** Everybody hears a majority, no two the same one: each node hears its nearest neighbours on a ring only. */
  | { readonly kind: "majorityRing"; readonly nodes: readonly string[] }
  /** `from` cannot reach `to`; the way back is open. */
  | { readonly kind: "oneWay"; readonly from: readonly string[]; readonly to: readonly string[] };

function across(left: readonly string[], right: readonly string[]): LinkPair[] {
  return left.flatMap((from) => right.map((to): LinkPair => [from, to]));
}

function bothWays(left: readonly string[], right: readonly string[]): LinkPair[] {
  return [...across(left, right), ...across(right, left)];
}

function ring(nodes: readonly string[]): LinkPair[] {
  const majority = Math.floor(nodes.length / 2) + 1;
  const before = Math.floor((majority - 1) / 2);
  const cut: LinkPair[] = [];
  for (let listener = 0; listener < nodes.length; listener++) {
    for (let distance = majority; distance < nodes.length; distance++) {
      const speaker = (listener - before + distance + nodes.length) % nodes.length;
      cut.push([nodes[speaker], nodes[listener]]);
    }
  }
  return cut;
}

/** The directed links that `shape` cuts. */
export function cutLinks(shape: PartitionShape): LinkPair[] {
  switch (shape.kind) {
    case "halves":
      return bothWays(shape.left, shape.right);
    case "isolate":
      return bothWays([shape.node], shape.others.filter((other) => other !== shape.node));
    case "bridge":
      return bothWays(shape.left, shape.right);
    case "majorityRing":
      return ring(shape.nodes);
    case "oneWay":
      return across(shape.from, shape.to).filter(([from, to]) => from !== to);
  }
}

/** All directed links among `nodes`. */
export function allLinks(nodes: readonly string[]): LinkPair[] {
  return across(nodes, nodes).filter(([from, to]) => from !== to);
}
