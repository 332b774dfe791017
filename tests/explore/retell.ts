/**
 * From a finding of the search to a story: the steps that lead to the broken law, with the nodes' own names.
 *
 * The search knows states up to renaming and does at once what changes no node. Here the same way is walked again on plain
 * values, everything is spelled out, and what the end does not need is left out.
 * @module
 */

import type { Atlas, Move } from "./atlas.ts";
import { costOf, pay, wholeBudget } from "./budget.ts";
import { type Deed, type Outcome, perform } from "./deeds.ts";
import { essence } from "./forget.ts";
import { begin, type Breach, firstHistory, type History, type LawName, witness } from "./history.ts";
import { breachesOfDeed, breachesOfDisks, breachOfLeader, breachOfPair } from "./laws.ts";
import {
  bootNode,
  EMPTY_DISK,
  type Flying,
  flyingText,
  nameOf,
  type NodeState,
  numberOf,
  renamedFlying,
} from "./node.ts";
import type { Explorer, Finding, Point } from "./search.ts";
import { createRow } from "./store.ts";
import { ALL_REDUCTIONS, type Reductions, Successors } from "./successor.ts";

/** One step of a story. */
export interface Step {
  readonly node: number;
  readonly deed: Deed;
  readonly before: NodeState;
  readonly outcome: Outcome;
}

/** How a law came to be broken, or a rare situation about. */
export interface Story {
  readonly steps: readonly Step[];
  readonly point: Point;
}

/** Tells how `finding` came about. `reductions` are those of the search. */
export function retell(explorer: Explorer, finding: Finding, reductions: Reductions = ALL_REDUCTIONS): Story {
  const { atlas } = explorer;
  const deeds = wayTo(explorer, finding, reductions);
  const walk = new Walk(atlas);
  for (const { node, deed } of deeds) walk.take(node, deed);
  const { point } = finding;
  if (point.kind === "mark") return { steps: walk.needed(), point };
  const breach = walk.breach(point.breach.law) ?? point.breach;
  return { steps: walk.needed(), point: { kind: "breach", breach } };
}

interface NamedDeed {
  readonly node: number;
  readonly deed: Deed;
}

/** The moves to the finding, each with the node's own name instead of its place in a renamed state. */
function wayTo(explorer: Explorer, finding: Finding, reductions: Reductions): NamedDeed[] {
  const { atlas, store } = explorer;
  const back: { parent: number; move: Move }[] = [];
  for (let row = finding.row;;) {
    const { parent, code } = store.originOf(row);
    if (parent === -1) break;
    back.push({ parent, move: atlas.moves[code] as Move });
    row = parent;
  }
  const successors = new Successors(atlas, reductions);
  const state = createRow(atlas.scope.nodes);
  // `names[place]` is the node that stands at `place` in the renamed state.
  let names = placesAfter(explorer.firstRow().nodes.length, atlas, successors, explorer);
  const way: NamedDeed[] = [];
  for (const { parent, move } of back.reverse()) {
    const place = numberOf(move.outcome.node.core.config.id);
    way.push({ node: names[place], deed: renamedDeed(move.deed, names) });
    store.load(parent, state);
    const next = successors.after(state, place, move, atlas.remember(state.history, move), state.budget);
    successors.canonical(next);
    names = moved(names, atlas.renamings[successors.renaming]);
  }
  for (const move of finding.moves) {
    const place = numberOf(move.outcome.node.core.config.id);
    way.push({ node: names[place], deed: renamedDeed(move.deed, names) });
  }
  return way;
}

function placesAfter(count: number, atlas: Atlas, successors: Successors, explorer: Explorer): number[] {
  successors.canonical(explorer.firstRow());
  return moved(Array.from({ length: count }, (_, node) => node), atlas.renamings[successors.renaming]);
}

function moved(names: readonly number[], by: readonly number[]): number[] {
  const after = names.slice();
  by.forEach((place, from) => after[place] = names[from]);
  return after;
}

function renamedDeed(deed: Deed, names: readonly number[]): Deed {
  switch (deed.kind) {
    case "deliver":
      return { kind: "deliver", flying: renamedFlying(deed.flying, names) };
    case "die":
      return { kind: "die", of: renamedDeed(deed.of, names) };
    case "change":
      return { kind: "change", change: { ...deed.change, id: nameOf(names[numberOf(deed.change.id)]) } };
    default:
      return deed;
  }
}

interface Posted {
  readonly flying: Flying;
  /** The step that sent it. */
  readonly step: number;
}

/** A way through plain values, with everything that is said on it. */
class Walk {
  readonly #atlas: Atlas;
  readonly #nodes: NodeState[];
  readonly #steps: Step[] = [];
  /** Which messages the step delivered, by their place in the post; -1 for none. */
  readonly #delivered: number[] = [];
  /** Whether the step changed its node. */
  readonly #matters: boolean[] = [];
  readonly #posted: Posted[] = [];
  readonly #known = new Set<string>();
  #history: History;
  #budget: number;
  #breaches: readonly Breach[] = [];

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
    this.#nodes = atlas.configs.map((config) => bootNode(config, EMPTY_DISK));
    this.#history = firstHistory(atlas.scope);
    this.#budget = wholeBudget(atlas.scope);
  }

  take(node: number, deed: Deed): void {
    this.#speak();
    this.#budget = Math.max(0, pay(this.#budget, costOf(deed)));
    this.#do(node, deed, true);
  }

  #do(node: number, deed: Deed, matters: boolean): void {
    const inner = deed.kind === "die" ? deed.of : deed;
    const letter = inner.kind === "deliver" ? this.#find(inner.flying) : -1;
    let real: Deed = deed;
    if (letter !== -1) {
      real = { kind: "deliver", flying: this.#posted[letter].flying };
      if (deed.kind === "die") real = { kind: "die", of: real };
    }
    const before = this.#nodes[node];
    let outcome: Outcome;
    try {
      outcome = perform(this.#atlas.scope, this.#atlas.configs[node], before, real);
      this.#breaches = breachesOfDeed(before, real, outcome);
    } catch (error) {
      outcome = { node: before, sent: [], ready: [], early: false };
      const says = `stops: ${error instanceof Error ? error.message : String(error)}`;
      this.#breaches = [{ law: "invariant", node, says }];
    }
    this.#steps.push({ node, deed: real, before, outcome });
    this.#delivered.push(letter);
    this.#matters.push(matters);
    this.#nodes[node] = outcome.node;
    const begun = begin(this.#history, real) ?? this.#history;
    const seen = witness(begun, outcome.node, outcome.ready);
    this.#breaches = [...this.#breaches, ...seen.breaches];
    this.#history = seen.history;
    for (const flying of outcome.sent) {
      const text = flyingText(flying);
      if (this.#known.has(text)) continue;
      this.#known.add(text);
      this.#posted.push({ flying, step: this.#steps.length - 1 });
    }
  }

  /** The place of a message in the post. A simplified one stands for any that its receiver reads the same way. */
  #find(wanted: Flying): number {
    const text = flyingText(wanted);
    const exact = this.#posted.findIndex(({ flying }) => flyingText(flying) === text);
    if (exact !== -1) return exact;
    return this.#posted.findIndex(({ flying }) => {
      if (flying.from !== wanted.from || flying.to !== wanted.to) return false;
      const around = {
        to: this.#nodes[wanted.to],
        from: this.#nodes[wanted.from],
        terms: this.#atlas.scope.terms,
      };
      return flyingText({ ...flying, message: essence(flying, around) }) === text;
    });
  }

  /** Everything that a node can say without any change to itself. */
  #speak(): void {
    for (let node = 0; node < this.#nodes.length; node++) {
      const number = this.#atlas.numberOf(this.#nodes[node]);
      for (const move of this.#atlas.speech(number)) {
        if (pay(this.#budget, move.cost) === this.#budget) this.#sayUnlessKnown(node, move);
      }
    }
    for (let at = 0; at < this.#posted.length; at++) {
      const { flying } = this.#posted[at];
      const number = this.#atlas.numberOf(this.#nodes[flying.to]);
      const move = this.#atlas.deliver(number, this.#atlas.numberOfLetter(flying));
      if (move !== null && move.node === number) this.#sayUnlessKnown(flying.to, move);
    }
  }

  #sayUnlessKnown(node: number, { deed, outcome }: Move): void {
    if (outcome.sent.every((flying) => this.#known.has(flyingText(flying)))) return;
    this.#do(node, deed, false);
  }

  /** The steps that changed a node, and those without which one of them had not happened. */
  needed(): Step[] {
    const kept = this.#matters.slice();
    for (let at = this.#steps.length - 1; at >= 0; at--) {
      if (kept[at] && this.#delivered[at] !== -1) kept[this.#posted[this.#delivered[at]].step] = true;
    }
    return this.#steps.filter((_, at) => kept[at]);
  }

  /** How the last state breaks `law`, in the nodes' own names. */
  breach(law: LawName): Breach | null {
    const all: Breach[] = [...this.#breaches];
    for (const node of this.#nodes) {
      const incomplete = breachOfLeader(node, this.#history.committed);
      if (incomplete !== null) all.push(incomplete);
      for (const other of this.#nodes) {
        const differ = node === other ? null : breachOfPair(node, other);
        if (differ !== null) all.push(differ);
      }
    }
    all.push(...breachesOfDisks(this.#nodes, this.#history));
    return all.find((one) => one.law === law) ?? null;
  }
}
