import { NOWHERE, type Rows } from "./numbers.ts";
import type { Space } from "./space.ts";

/** Operations without an answer that do the same to every state, so that they stand for one another. */
export interface Group {
  /** By call. */
  readonly operations: readonly number[];
}

/** One thing that a group may do in a state. */
export interface Edge {
  /** The group's number. */
  readonly group: number;
  /** The state that it leads to. */
  readonly to: number;
}

/**
 * What operations that are not believed can do, seen from each state. Those that leave every state as it is are left out: taken out
 * of an order they leave an order, and they never have to be placed.
 */
export class Moves {
  readonly groups: readonly Group[];
  /** Those that lead to the same state from everywhere. */
  readonly constants: readonly Edge[];
  /** By state: what the others lead to from there. */
  readonly from: readonly (readonly Edge[])[];

  constructor(space: Space, operations: readonly number[]) {
    const sorted = new Sorter(space);
    for (const k of operations) sorted.add(k);
    this.groups = sorted.groups;
    this.constants = sorted.constants;
    this.from = sorted.from;
  }
}

/** Whether an operation, where it can be placed at all, leaves the state as it is. */
export function onlyReads(rows: Rows, explored: number): boolean {
  return rows.every((row) => {
    for (let s = 0; s < explored; s++) if (row[s] !== s && row[s] !== NOWHERE) return false;
    return true;
  });
}

/** The one state that an operation leads to from everywhere; {@linkcode NOWHERE} if it is not like that. */
export function constantOf(rows: Rows, explored: number): number {
  if (rows.length !== 1) return NOWHERE;
  const [row] = rows;
  for (let s = 1; s < explored; s++) if (row[s] !== row[0]) return NOWHERE;
  return row[0];
}

class Sorter {
  readonly groups: { readonly operations: number[] }[] = [];
  readonly constants: Edge[] = [];
  readonly from: Edge[][];
  readonly #space: Space;
  /** By what they do: groups; by rows, since equal requests share them; -1: nothing. */
  readonly #byRows = new Map<Rows, number>();
  readonly #byText = new Map<string, number>();

  constructor(space: Space) {
    this.#space = space;
    this.from = Array.from({ length: space.size }, () => []);
  }

  add(k: number): void {
    const rows = this.#space.asked(k);
    let group = this.#byRows.get(rows);
    if (group === undefined) this.#byRows.set(rows, group = this.#groupOf(rows));
    if (group >= 0) this.groups[group].operations.push(k);
  }

  #groupOf(rows: Rows): number {
    const { explored } = this.#space;
    if (onlyReads(rows, explored)) return -1;
    const constant = constantOf(rows, explored);
    const text = constant >= 0 ? `to ${constant}` : rows.map((row) => row.join()).join(" ");
    let group = this.#byText.get(text);
    if (group !== undefined) return group;
    group = this.groups.push({ operations: [] }) - 1;
    this.#byText.set(text, group);
    if (constant >= 0) this.constants.push({ group, to: constant });
    else this.#addEdges(group, rows);
    return group;
  }

  #addEdges(group: number, rows: Rows): void {
    for (let s = 0; s < this.#space.explored; s++) {
      const targets = new Set(rows.map((row) => row[s]));
      for (const to of targets) if (to !== s && to !== NOWHERE) this.from[s].push({ group, to });
    }
  }
}
