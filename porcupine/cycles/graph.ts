/** Why an edge is there. `through` leads on from a node that stands for many transactions, whatever led to it. */
export const EDGE = { ww: 0, wr: 1, rw: 2, process: 3, realtime: 4, through: 5 } as const;

/** A value of {@linkcode EDGE}. */
export type EdgeKind = (typeof EDGE)[keyof typeof EDGE];

/** An edge as it is added. */
export interface NewEdge {
  readonly kind: EdgeKind;
  /** What must be believed for it: see `Scope`. */
  readonly scope: 0 | 1 | 2 | 3;
  /** The number of the key that it is about; -1 for none. */
  readonly about: number;
}

/** Edges while they are collected: parallel arrays, 13 bytes an edge. */
export class Edges {
  /** How many there are. */
  count = 0;
  /** Where each begins. */
  from: Int32Array;
  /** Where each ends. */
  to: Int32Array;
  /** Kind, and 8 times the scope. */
  tag: Uint8Array;
  /** The key that each is about; -1 for none. */
  about: Int32Array;

  /** Room for so many at first. */
  constructor(room: number) {
    const size = Math.max(16, room);
    this.from = new Int32Array(size);
    this.to = new Int32Array(size);
    this.tag = new Uint8Array(size);
    this.about = new Int32Array(size);
  }

  /** Adds an edge; one from a node to itself says nothing. */
  add(from: number, to: number, { kind, scope, about }: NewEdge): void {
    if (from !== to) this.push(from, to, kind | (scope << 3), about);
  }

  /** Adds an edge as it is kept. */
  push(from: number, to: number, tag: number, about: number): void {
    if (this.count === this.from.length) this.#grow();
    const at = this.count++;
    this.from[at] = from;
    this.to[at] = to;
    this.tag[at] = tag;
    this.about[at] = about;
  }

  #grow(): void {
    const size = this.from.length * 2;
    const { from, to, tag, about } = this;
    this.from = new Int32Array(size);
    this.to = new Int32Array(size);
    this.tag = new Uint8Array(size);
    this.about = new Int32Array(size);
    this.from.set(from);
    this.to.set(to);
    this.tag.set(tag);
    this.about.set(about);
  }
}

/** A directed graph that is only read: the edges of a node stand side by side. */
export class Graph {
  /** How many nodes there are. */
  readonly nodes: number;
  /** The edges. */
  readonly edges: Edges;
  /** Where the edges of each node begin in `out`. */
  readonly start: Int32Array;
  /** Edge numbers, by the node where they begin. */
  readonly out: Int32Array;

  /** Sorts the edges by counting: linear. */
  constructor(nodes: number, edges: Edges) {
    this.nodes = nodes;
    this.edges = edges;
    const { count, from } = edges;
    const start = new Int32Array(nodes + 1);
    for (let e = 0; e < count; e++) start[from[e] + 1]++;
    for (let v = 0; v < nodes; v++) start[v + 1] += start[v];
    const next = start.slice(0, nodes);
    const out = new Int32Array(count);
    for (let e = 0; e < count; e++) out[next[from[e]]++] = e;
    this.start = start;
    this.out = out;
  }

  /** The kind of an edge. */
  kindOf(edge: number): EdgeKind {
    return (this.edges.tag[edge] & 7) as EdgeKind;
  }

  /** The scope of an edge. */
  scopeOf(edge: number): 0 | 1 | 2 | 3 {
    return (this.edges.tag[edge] >> 3) as 0 | 1 | 2 | 3;
  }
}

/** The strongly connected components of a graph. */
export interface Components {
  /** The component of each node. */
  readonly of: Int32Array;
  /** How many nodes each component has. */
  readonly size: Int32Array;
}

/** Tarjan's algorithm with a stack of its own: a chain of a million transactions would exhaust the host's. */
export function componentsOf({ nodes, edges: { to }, start, out }: Graph): Components {
  const of = new Int32Array(nodes).fill(-1);
  const size = new Int32Array(nodes);
  const seen = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const next = start.slice(0, nodes);
  const stack = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  let held = 0;
  let clock = 0;
  let count = 0;
  for (let root = 0; root < nodes; root++) {
    if (seen[root] !== 0) continue;
    let depth = 0;
    path[0] = stack[held++] = root;
    seen[root] = low[root] = ++clock;
    while (depth >= 0) {
      const v = path[depth];
      if (next[v] < start[v + 1]) {
        const w = to[out[next[v]++]];
        if (seen[w] === 0) {
          seen[w] = low[w] = ++clock;
          path[++depth] = stack[held++] = w;
        } else if (of[w] < 0 && seen[w] < low[v]) low[v] = seen[w];
        continue;
      }
      if (low[v] === seen[v]) {
        let w: number;
        do {
          w = stack[--held];
          of[w] = count;
          size[count]++;
        } while (w !== v);
        count++;
      }
      if (--depth >= 0 && low[v] < low[path[depth]]) low[path[depth]] = low[v];
    }
  }
  return { of, size: size.subarray(0, count) };
}
