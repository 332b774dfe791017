import type { Blocks } from "./block_draft.ts";
import type { Demands, Sessions } from "./session.ts";

/** A demand between two operations of one client: `source` comes before `target`. */
export interface Edge {
  readonly source: number;
  readonly target: number;
}

/** What the demands make of the blocks. */
export type Arrangement =
  | { readonly kind: "order"; readonly blocks: readonly number[] }
  /** Demands that no order of the blocks meets: around a cycle, or within one block. */
  | { readonly kind: "cycle"; readonly edges: readonly Edge[] };

/**
 * Arranges blocks so that all demands are met, in time linear in the operations (but for clients that go back and forth between few
 * blocks). A demand within a block is met, or not, by the steps of the block. A demand between two blocks is an edge of a graph.
 * An order exists exactly if the graph has no cycle: blocks that are put one after the other explain their answers in any order.
 */
export function arrange<State, Input, Output>(
  blocks: Blocks,
  sessions: Sessions<State, Input, Output>,
  demands: Demands,
): Arrangement {
  const graph = new OrderGraph(blocks.count);
  for (const list of sessions.byClient) {
    const fault = addClient(graph, blocks, list, demands);
    if (fault !== undefined) return { kind: "cycle", edges: [fault] };
  }
  for (let b = 0; b < blocks.count; b++) if (b !== blocks.initial) graph.edge(blocks.initial, b, undefined);
  return graph.sort();
}

/** The blocks in which a client's sources stand, by first occurrence, and their latest step there. */
interface Trail {
  readonly blocks: { readonly block: number; readonly source: number; readonly helper: number }[];
  readonly at: Map<number, { index: number; step: number; source: number }>;
}

/**
 * The demands of one client. All pairs would be too many; each target gets one edge from a chain of helpers that gathers
 * the blocks of the sources so far, save its own block, from which it must not get one.
 */
function addClient(
  graph: OrderGraph,
  blocks: Blocks,
  list: readonly number[],
  demands: Demands,
): Edge | undefined {
  const trail: Trail = { blocks: [], at: new Map() };
  for (const k of list) {
    const block = blocks.block[k];
    if (block < 0) continue;
    if (demands.targets[k] === 1) {
      const own = trail.at.get(block);
      if (own !== undefined && own.step > blocks.step[k]) return { source: own.source, target: k };
      const end = own === undefined ? trail.blocks.length : own.index;
      if (end > 0) graph.edge(trail.blocks[end - 1].helper, block, { source: -1, target: k });
      for (let i = end + 1; i < trail.blocks.length; i++) {
        graph.edge(trail.blocks[i].block, block, { source: trail.blocks[i].source, target: k });
      }
    }
    if (demands.sources[k] === 1) addSource(graph, trail, { block, step: blocks.step[k], source: k });
  }
  return undefined;
}

function addSource(
  graph: OrderGraph,
  trail: Trail,
  { block, step, source }: { block: number; step: number; source: number },
): void {
  const known = trail.at.get(block);
  if (known !== undefined) {
    if (step > known.step) trail.at.set(block, { index: known.index, step, source });
    return;
  }
  const helper = graph.helper();
  if (trail.blocks.length > 0) graph.edge(trail.blocks[trail.blocks.length - 1].helper, helper, undefined);
  graph.edge(block, helper, { source, target: -1 });
  trail.at.set(block, { index: trail.blocks.length, step, source });
  trail.blocks.push({ block, source, helper });
}

/** Half of a demand: the way through the helpers joins a source to a target. */
interface Label {
  readonly source: number;
  readonly target: number;
}

class OrderGraph {
  readonly #blockCount: number;
  readonly #out: { to: number; label: Label | undefined }[][];

  constructor(blockCount: number) {
    this.#blockCount = blockCount;
    this.#out = Array.from({ length: blockCount }, () => []);
  }

  helper(): number {
    this.#out.push([]);
    return this.#out.length - 1;
  }

  edge(from: number, to: number, label: Label | undefined): void {
    this.#out[from].push({ to, label });
  }

  /** A topological order of the blocks, or the edges of a cycle. */
  sort(): Arrangement {
    const degree = new Int32Array(this.#out.length);
    for (const edges of this.#out) for (const { to } of edges) degree[to]++;
    const ready: number[] = [];
    for (let v = 0; v < degree.length; v++) if (degree[v] === 0) ready.push(v);
    const blocks: number[] = [];
    for (let at = 0; at < ready.length; at++) {
      const v = ready[at];
      if (v < this.#blockCount) blocks.push(v);
      for (const { to } of this.#out[v]) if (--degree[to] === 0) ready.push(to);
    }
    return ready.length === this.#out.length
      ? { kind: "order", blocks }
      : { kind: "cycle", edges: this.#cycle(degree) };
  }

  /** A short cycle among the nodes left over, as pairs of operations. */
  #cycle(degree: Int32Array): Edge[] {
    let best: number[] | undefined;
    for (const v of this.#someCircle(degree).slice(0, MAX_TRIES)) {
      const path = this.#pathBack(v, degree);
      if (path !== undefined && (best === undefined || path.length < best.length)) best = path;
    }
    return best === undefined ? [] : this.#pairs(best);
  }

  /** The blocks of some cycle: each node left over has another one before it, so that going back must come round. */
  #someCircle(degree: Int32Array): number[] {
    const before = new Int32Array(this.#out.length).fill(-1);
    for (let v = 0; v < this.#out.length; v++) {
      if (degree[v] > 0) { for (const { to } of this.#out[v]) before[to] = v; }
    }
    const met = new Set<number>();
    let v = degree.findIndex((left) => left > 0);
    for (; v >= 0 && !met.has(v); v = before[v]) met.add(v);
    const cycle = [...met];
    return cycle.slice(cycle.indexOf(v)).filter((node) => node < this.#blockCount);
  }

  /** Breadth first from a node to itself, over nodes left over. */
  #pathBack(start: number, degree: Int32Array): number[] | undefined {
    const from = new Map<number, number>();
    const queue = [start];
    for (let at = 0; at < queue.length && from.size < MAX_NODES; at++) {
      for (const { to } of this.#out[queue[at]]) {
        if (degree[to] === 0 || from.has(to)) continue;
        from.set(to, queue[at]);
        if (to !== start) {
          queue.push(to);
          continue;
        }
        const path = [start];
        for (let v = from.get(start) ?? start; v !== start; v = from.get(v) ?? start) path.push(v);
        return [...path, start].reverse();
      }
    }
    return undefined;
  }

  #pairs(path: readonly number[]): Edge[] {
    const pairs: Edge[] = [];
    let source = -1;
    for (let i = 0; i + 1 < path.length; i++) {
      const label = this.#out[path[i]].find(({ to }) => to === path[i + 1])?.label;
      // The edges from the initial block carry no label: it comes first whatever the clients say.
      if (label === undefined) continue;
      if (label.source >= 0) source = label.source;
      if (label.target >= 0) pairs.push({ source, target: label.target });
    }
    return pairs;
  }
}

/** From how many nodes a short cycle is looked for, and among how many others. */
const MAX_TRIES = 32;
const MAX_NODES = 50_000;
