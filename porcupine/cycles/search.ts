import { componentsOf, EDGE, Edges, Graph } from "./graph.ts";
import type { Scope } from "./levels.ts";
import { ENDLESS, type Patience } from "./patience.ts";
import type { CycleClass } from "./types.ts";

/** A dependency between two transactions, in the graph's numbers. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
  readonly kind: 0 | 1 | 2 | 3 | 4;
  readonly scope: Scope;
  /** The key's number; -1 for none. */
  readonly about: number;
}

/** A cycle of dependencies. */
export interface Cycle {
  readonly cycle: CycleClass;
  readonly scope: Scope;
  readonly steps: readonly Dependency[];
}

/** From so many edges on a cycle the shortest one is looked for. */
const TRIED = 48;
/** Looking for a cycle with one `rw` edge touches at most so many edges: there is no linear way. */
const MOST_TOUCHED = 20_000_000;

/**
 * The worst cycle: first of what the data say alone, then with the order of processes, then with real time; of these the one
 * that the weakest level forbids; of these a short one. `null` if there is none. Nodes below `transactions` are transactions.
 *
 * Everything is linear but for one class, `G-single`, for which every `rw` edge may have to be tried; if that touches more
 * than 20 million edges, the history counts as one without such a cycle, and a cycle of a later class is told.
 */
export function worstCycle(whole: Graph, transactions: number): Cycle | null {
  const knot = entangled(whole, transactions);
  if (knot === null) return null;
  const { graph, original } = knot;
  for (const scope of [0, 1, 2, 3] as const) {
    const all = filtered(graph, (e) => graph.scopeOf(e) <= scope);
    const found = worstOf(all, knot.transactions);
    if (found === null) continue;
    const steps = found.steps.map((step) => ({ ...step, from: original[step.from], to: original[step.to] }));
    return { ...found, steps };
  }
  return null;
}

/** The steps of a short cycle, whatever they are; `null` if there is none. Linear. */
export function shortCycle(
  whole: Graph,
  transactions: number,
  patience: Patience,
): readonly Dependency[] | null {
  const knot = entangled(whole, transactions);
  const found = knot && throughAny(knot.graph, patience);
  if (knot === null || found === null) return null;
  const { original } = knot;
  return told(knot.graph, found, knot.transactions).steps.map((step) => ({
    ...step,
    from: original[step.from],
    to: original[step.to],
  }));
}

/** What lies on some cycle, with numbers of its own. */
interface Knot {
  readonly graph: Graph;
  /** The numbers in the whole graph. Transactions come first here, too. */
  readonly original: readonly number[];
  readonly transactions: number;
}

/** `null` if nothing lies on a cycle, as in every good history. */
function entangled(whole: Graph, transactions: number): Knot | null {
  const { of, size } = componentsOf(whole);
  if (size.every((count) => count === 1)) return null;
  const original: number[] = [];
  const number = new Int32Array(whole.nodes);
  let kept = 0;
  for (let v = 0; v < whole.nodes; v++) {
    if (size[of[v]] === 1) continue;
    if (v < transactions) kept++;
    number[v] = original.length;
    original.push(v);
  }
  const { from, to, tag, about, count } = whole.edges;
  const edges = new Edges(0);
  for (let e = 0; e < count; e++) {
    if (of[from[e]] === of[to[e]]) edges.push(number[from[e]], number[to[e]], tag[e], about[e]);
  }
  return { graph: new Graph(original.length, edges), original, transactions: kept };
}

function filtered({ nodes, edges }: Graph, keep: (edge: number) => boolean): Graph {
  const kept = new Edges(0);
  for (let e = 0; e < edges.count; e++) {
    if (keep(e)) kept.push(edges.from[e], edges.to[e], edges.tag[e], edges.about[e]);
  }
  return new Graph(nodes, kept);
}

function worstOf(all: Graph, transactions: number): Cycle | null {
  const writes = filtered(all, (e) => all.kindOf(e) !== EDGE.wr && all.kindOf(e) !== EDGE.rw);
  const g0 = throughAny(writes);
  if (g0 !== null) return told(writes, g0, transactions);
  const dependent = filtered(all, (e) => all.kindOf(e) !== EDGE.rw);
  const g1c = throughAny(dependent);
  if (g1c !== null) return told(dependent, g1c, transactions);
  const single = throughOneRead(all, dependent);
  if (single !== null) return told(all, single, transactions);
  const apart = doubled(all);
  const nonadjacent = throughAny(apart);
  if (nonadjacent !== null) return told(folded(apart, all.nodes), nonadjacent, transactions);
  const any = throughAny(all);
  return any === null ? null : told(all, any, transactions);
}

/** The edges of a short cycle, in order; `null` if there is no cycle. Any edge within a component lies on one. */
function throughAny(graph: Graph, patience: Patience = ENDLESS): readonly number[] | null {
  const { of } = componentsOf(graph);
  const { from, to, count } = graph.edges;
  const candidates: number[] = [];
  for (let e = 0; e < count; e++) {
    if (graph.kindOf(e) !== EDGE.through && of[from[e]] === of[to[e]]) candidates.push(e);
  }
  const paths = new Paths(graph, patience);
  let best: readonly number[] | null = null;
  let bestLength = Infinity;
  const step = Math.max(1, Math.ceil(candidates.length / TRIED));
  for (let i = 0; i < candidates.length; i += step) {
    const e = candidates[i];
    const back = paths.shortest(to[e], from[e], bestLength - 2);
    if (back === null) continue;
    best = [e, ...back.edges];
    bestLength = back.length + 1;
  }
  return best;
}

/** One `rw` edge of `all`, and a way back without any. */
function throughOneRead(all: Graph, dependent: Graph): readonly number[] | null {
  const { of } = componentsOf(all);
  const { from, to, count } = all.edges;
  const paths = new Paths(dependent, ENDLESS);
  /** By edge of `dependent`: its number in `all`; both have the same order. */
  const numbers: number[] = [];
  for (let e = 0; e < count; e++) if (all.kindOf(e) !== EDGE.rw) numbers.push(e);
  let best: readonly number[] | null = null;
  let bestLength = Infinity;
  let tried = 0;
  for (let e = 0; e < count && paths.touched < MOST_TOUCHED; e++) {
    if (all.kindOf(e) !== EDGE.rw || of[from[e]] !== of[to[e]]) continue;
    const back = paths.shortest(to[e], from[e], bestLength - 2);
    if (back === null) {
      if (best !== null && ++tried > TRIED) break;
      continue;
    }
    best = [e, ...back.edges.map((edge) => numbers[edge])];
    bestLength = back.length + 1;
    if (bestLength === 2) break;
  }
  return best;
}

/**
 * The graph in which no two `rw` edges come in a row: each node twice, once for those who come by an `rw` edge, from where
 * no such edge goes on. It has a cycle exactly if the history has one that snapshot isolation forbids (Cerone and Gotsman, "Analysing
 * snapshot isolation", PODC 2016, theorem 9).
 */
function doubled(all: Graph): Graph {
  const edges = new Edges(2 * all.edges.count);
  const { from, to, tag, about, count } = all.edges;
  const { nodes } = all;
  for (let e = 0; e < count; e++) {
    const kind = all.kindOf(e);
    if (kind === EDGE.rw) edges.push(from[e], to[e] + nodes, tag[e], about[e]);
    else {
      edges.push(from[e], to[e], tag[e], about[e]);
      edges.push(from[e] + nodes, kind === EDGE.through ? to[e] + nodes : to[e], tag[e], about[e]);
    }
  }
  return new Graph(2 * nodes, edges);
}

/** The doubled graph with each node once again. */
function folded({ edges }: Graph, nodes: number): Graph {
  const once = new Edges(edges.count);
  for (let e = 0; e < edges.count; e++) {
    once.push(edges.from[e] % nodes, edges.to[e] % nodes, edges.tag[e], edges.about[e]);
  }
  return new Graph(nodes, once);
}

/** A cycle of edges as one of transactions, by its name. */
function told(graph: Graph, cycle: readonly number[], transactions: number): Cycle {
  const { from, to, about } = graph.edges;
  const steps: Dependency[] = [];
  for (const e of cycle) {
    const kind = graph.kindOf(e);
    if (kind !== EDGE.through) {
      steps.push({ from: from[e], to: to[e], kind, scope: graph.scopeOf(e), about: about[e] });
    } else steps[steps.length - 1] = { ...steps[steps.length - 1], to: to[e] };
  }
  if (steps.some((step) => step.from >= transactions || step.to >= transactions)) {
    throw new TypeError("A cycle passes through a node that stands for no transaction");
  }
  const reads = steps.map(({ kind }) => kind === EDGE.rw);
  const count = reads.filter((read) => read).length;
  const scope = steps.reduce<Scope>((most, step) => step.scope > most ? step.scope : most, 0);
  return { cycle: classOf(steps, reads, count), scope, steps };
}

function classOf(steps: readonly Dependency[], reads: readonly boolean[], count: number): CycleClass {
  if (count === 0) return steps.some(({ kind }) => kind === EDGE.wr) ? "G1c" : "G0";
  if (count === 1) return "G-single";
  const inARow = reads.some((read, i) => read && reads[(i + 1) % reads.length]);
  return inARow ? "G2-item" : "G-nonadjacent";
}

/** Shortest paths, counted in transactions: an edge that only leads on costs nothing. */
class Paths {
  readonly #graph: Graph;
  readonly #round: Int32Array;
  readonly #by: Int32Array;
  readonly #length: Int32Array;
  readonly #patience: Patience;
  #now = 0;
  /** How many edges were looked at. */
  touched = 0;

  constructor(graph: Graph, patience: Patience) {
    this.#graph = graph;
    this.#patience = patience;
    this.#round = new Int32Array(graph.nodes);
    this.#by = new Int32Array(graph.nodes);
    this.#length = new Int32Array(graph.nodes);
  }

  /** The edges of a path that is not longer than `limit`; `null` if there is none. */
  shortest(
    from: number,
    to: number,
    limit: number,
  ): { readonly edges: readonly number[]; readonly length: number } | null {
    const { start, out, edges } = this.#graph;
    const round = ++this.#now;
    this.#round[from] = round;
    this.#by[from] = -1;
    this.#length[from] = 0;
    let level = [from];
    for (let length = 0; length <= limit && level.length > 0; length++) {
      const next: number[] = [];
      for (let i = 0; i < level.length; i++) {
        this.#patience();
        const v = level[i];
        // Reached on a shorter way meanwhile.
        if (this.#length[v] < length) continue;
        if (v === to) return { edges: this.#back(to), length };
        for (let j = start[v]; j < start[v + 1]; j++) {
          const e = out[j];
          const w = edges.to[e];
          this.touched++;
          const leadsOn = this.#graph.kindOf(e) === EDGE.through;
          const reached = leadsOn ? length : length + 1;
          if (this.#round[w] === round && this.#length[w] <= reached) continue;
          this.#round[w] = round;
          this.#length[w] = reached;
          this.#by[w] = e;
          (leadsOn ? level : next).push(w);
        }
      }
      level = next;
    }
    return null;
  }

  #back(to: number): number[] {
    const path: number[] = [];
    for (let e = this.#by[to]; e >= 0; e = this.#by[this.#graph.edges.from[e]]) path.push(e);
    return path.reverse();
  }
}
