import { Edges, Graph } from "./graph.ts";
import { addKeyTimeEdges } from "./key_time.ts";
import { addListEdges, type ListOrders } from "./lists.ts";
import { addProcessEdges, addTimeEdges } from "./order.ts";
import type { SeenReads } from "./reads.ts";
import { addRegisterEdges } from "./registers.ts";
import type { Words } from "./words.ts";

/** What is known of a history. */
export interface Sight {
  readonly words: Words;
  readonly reads: SeenReads;
  readonly orders: ListOrders;
  readonly linearizableKeys: boolean;
}

/** Transactions, then a node for each key, then the nodes of real time, of the whole and of each register. */
export function graphOf({ words, reads, orders, linearizableKeys }: Sight): Graph {
  const { table } = words;
  const { history, keys } = table;
  const edges = new Edges(3 * history.length + 2 * table.key.length);
  addListEdges({ words, orders, reads, edges });
  addRegisterEdges({ table, reads, edges });
  addProcessEdges(table, edges);
  let nodes = history.length + keys.length;
  nodes += addTimeEdges(table, edges, nodes);
  nodes += addKeyTimeEdges({ table, reads, edges, first: nodes, scope: linearizableKeys ? 0 : 3 });
  return new Graph(nodes, edges);
}
