/**
 * The laws of a whole state, worked out once for each combination of parts that they speak of.
 * @module
 */

import type { Atlas } from "./atlas.ts";
import { crashesLeft } from "./budget.ts";
import type { Breach, LawName } from "./history.ts";
import { breachesOfDisks, breachOfLeader, breachOfPair } from "./laws.ts";
import { marksOfHistory, marksOfNodes } from "./sightings.ts";
import { type NodeState, textOf } from "./node.ts";
import { PairMap } from "./pair_map.ts";
import type { Row } from "./store.ts";

/** Judges states. */
export class Judge {
  readonly #atlas: Atlas;
  readonly #laws: ReadonlySet<LawName>;
  readonly #pairs = new PairMap();
  readonly #leaders = new PairMap();
  readonly #groups = new PairMap();
  readonly #disks = new PairMap();
  readonly #viewOf: number[] = [];
  readonly #views = new Map<string, number>();
  #groupCount = 0;
  /** The breach behind each answer of a table; answer 0 is none. */
  readonly #breaches: (Breach | null)[] = [null];

  constructor(atlas: Atlas, laws: ReadonlySet<LawName>) {
    this.#atlas = atlas;
    this.#laws = laws;
  }

  /** The first law that a state breaks, or null. */
  judge(row: Row): Breach | null {
    const { nodes, history } = row;
    for (let node = 0; node < nodes.length; node++) {
      const breach = this.#breaches[this.#leader(nodes[node], history)];
      if (breach !== null) return breach;
      for (let other = 0; other < node; other++) {
        const differ = this.#breaches[this.#pair(nodes[node], nodes[other])];
        if (differ !== null) return differ;
      }
    }
    return this.#breaches[this.#group(row)];
  }

  /** The rare situations, as bits, that a state shows which was reached from one with history `before`. */
  marks(row: Row, before: number): number {
    const { scope, histories, nodes } = this.#atlas;
    const together = marksOfNodes(row.nodes, nodes);
    if (row.history === before) return together;
    const crashed = crashesLeft(row.budget) < scope.crashes;
    return together | marksOfHistory(histories[before], histories[row.history], crashed);
  }

  #keep(breach: Breach | null | undefined): number {
    if (breach === null || breach === undefined || !this.#laws.has(breach.law)) return 0;
    return this.#breaches.push(breach) - 1;
  }

  #leader(node: number, history: number): number {
    const known = this.#leaders.get(node, history);
    if (known !== -1) return known;
    const { nodes, histories } = this.#atlas;
    const answer = this.#keep(breachOfLeader(nodes[node], histories[history].committed));
    this.#leaders.set(node, history, answer);
    return answer;
  }

  #pair(left: number, right: number): number {
    const known = this.#pairs.get(left, right);
    if (known !== -1) return known;
    const answer = this.#keep(breachOfPair(this.#atlas.nodes[left], this.#atlas.nodes[right]));
    this.#pairs.set(left, right, answer);
    return answer;
  }

  #group(row: Row): number {
    let group = 0;
    for (let at = 0; at < row.nodes.length; at++) {
      const view = this.#view(row.nodes[at]);
      let next = this.#groups.get(group, view);
      if (next === -1) {
        next = ++this.#groupCount;
        this.#groups.set(group, view, next);
      }
      group = next;
    }
    const known = this.#disks.get(group, row.history);
    if (known !== -1) return known;
    const { nodes, histories } = this.#atlas;
    const members = Array.from(row.nodes, (node) => nodes[node]);
    const breaches = breachesOfDisks(members, histories[row.history]);
    const answer = this.#keep(breaches.find(({ law }) => this.#laws.has(law)));
    this.#disks.set(group, row.history, answer);
    return answer;
  }

  /** What the laws of disks see of a node, by number. */
  #view(node: number): number {
    const known = this.#viewOf[node];
    if (known !== undefined) return known;
    const text = viewText(this.#atlas.nodes[node]);
    let view = this.#views.get(text);
    if (view === undefined) {
      view = this.#views.size;
      this.#views.set(text, view);
    }
    return this.#viewOf[node] = view;
  }
}

function viewText({ core, disk }: NodeState): string {
  const { offset, offsetTerm, entries } = core.log;
  const known = core.snapshot?.configuration ?? null;
  return textOf([core.config.id, core.standing, offset, offsetTerm, entries, known, disk]);
}
