/**
 * Every node state, message and history met so far, by number; and what each deed comes to, worked out once.
 *
 * The core is deterministic and a node's next step depends on nothing but its own state and the input. So the cluster's
 * states, of which there are millions, are made of a few thousand node states, and the production code runs once for
 * each pair of node state and input instead of once for each transition.
 * @module
 */

import type { CoreConfig } from "../../raft/core/state.ts";
import { costOf } from "./budget.ts";
import { type Deed, localDeeds, type Outcome, perform } from "./deeds.ts";
import {
  begin,
  type Breach,
  firstHistory,
  type History,
  type LawName,
  renamedHistory,
  witness,
} from "./history.ts";
import { answersTo, essence, freshUntil, isSpent } from "./forget.ts";
import { breachesOfDeed } from "./laws.ts";
import { marksOfDeed } from "./sightings.ts";
import { permutations } from "./names.ts";
import {
  bootNode,
  configsOf,
  EMPTY_DISK,
  type Flying,
  flyingText,
  type NodeState,
  nodeText,
  numberOf,
  renamed,
  renamedFlying,
} from "./node.ts";
import { PairMap } from "./pair_map.ts";
import { progressOf } from "./queue.ts";
import type { Scope } from "./scope.ts";

/** A deed's outcome, by numbers. */
export interface Move {
  readonly deed: Deed;
  /** The node afterwards. */
  readonly node: number;
  readonly sent: readonly number[];
  readonly outcome: Outcome;
  /** What it takes of the budget. */
  readonly cost: number;
  /** Rare situations that the deed shows, a bit each. */
  readonly marks: number;
  readonly breach: Breach | null;
  /** The same deed, but the node dies of it; null where that is no different from a crash before or after. */
  readonly death: Move | null;
  /** The number that a trace knows it by. */
  readonly code: number;
}

/** A scope's atlas. */
export class Atlas {
  readonly scope: Scope;
  readonly configs: readonly CoreConfig[];
  /** Every way to rename the nodes; number 0 leaves all as it is. */
  readonly renamings: readonly (readonly number[])[];
  readonly nodes: NodeState[] = [];
  readonly letters: Flying[] = [];
  /** Who sent each message, and to whom. */
  readonly senders: number[] = [];
  readonly receivers: number[] = [];
  readonly histories: History[] = [];
  readonly moves: (Move | null)[] = [];
  readonly #laws: ReadonlySet<LawName>;
  readonly #nodeNumbers = new Map<string, number>();
  readonly #letterNumbers = new Map<string, number>();
  readonly #historyNumbers = new Map<string, number>();
  readonly #renamedNodes: number[][];
  readonly #renamedLetters: number[][];
  readonly #renamedHistories: number[][];
  readonly #storedTerms: number[] = [];
  readonly #ledTerms: number[] = [];
  readonly #freshUntil: number[] = [];
  readonly #answersTo: number[] = [];
  readonly #looks: number[] = [];
  readonly #progress: number[] = [];
  readonly #delivered = new PairMap();
  readonly #local: (readonly Move[])[] = [];
  readonly #speech: (readonly Move[])[] = [];
  readonly #pairs = new PairMap();
  readonly #remains = new PairMap();
  readonly #remembered = new PairMap();
  readonly #breaches: Breach[] = [];

  /** `laws`: those that are enforced. */
  constructor(scope: Scope, laws: ReadonlySet<LawName>) {
    this.scope = scope;
    this.#laws = laws;
    this.configs = configsOf(scope);
    // Founders and those who join cannot be taken for each other.
    this.renamings = permutations(scope.nodes).filter((names) =>
      names.every((to, from) => to < scope.founders === from < scope.founders)
    );
    this.#renamedNodes = this.renamings.map(() => []);
    this.#renamedLetters = this.renamings.map(() => []);
    this.#renamedHistories = this.renamings.map(() => []);
  }

  /** The nodes of a cluster that has just been started for the first time. */
  firstNodes(): number[] {
    return this.configs.map((config) => this.#numberNode(bootNode(config, EMPTY_DISK)));
  }

  /** The history at that time. */
  firstHistory(): number {
    return this.#numberHistory(firstHistory(this.scope));
  }

  /** The number of a node state, which need not have been met before. */
  numberOf(node: NodeState): number {
    return this.#numberNode(node);
  }

  /** The number of a message, which need not have been met before. */
  numberOfLetter(letter: Flying): number {
    return this.#numberLetter(letter);
  }

  #numberNode(node: NodeState): number {
    const text = nodeText(node);
    const known = this.#nodeNumbers.get(text);
    if (known !== undefined) return known;
    this.#nodeNumbers.set(text, this.nodes.length);
    this.#storedTerms.push(node.disk.hardState.term);
    this.#ledTerms.push(node.core.role.type === "leader" ? node.core.term : -1);
    return this.nodes.push(node) - 1;
  }

  #numberLetter(letter: Flying): number {
    const text = flyingText(letter);
    const known = this.#letterNumbers.get(text);
    if (known !== undefined) return known;
    this.#letterNumbers.set(text, this.letters.length);
    this.senders.push(letter.from);
    this.receivers.push(letter.to);
    this.#freshUntil.push(freshUntil(letter));
    this.#answersTo.push(answersTo(letter));
    return this.letters.push(letter) - 1;
  }

  #numberHistory(history: History): number {
    const text = JSON.stringify(history, (_key, value) => value instanceof Uint8Array ? [...value] : value);
    const known = this.#historyNumbers.get(text);
    if (known !== undefined) return known;
    this.#historyNumbers.set(text, this.histories.length);
    return this.histories.push(history) - 1;
  }

  /** Node state `node` under renaming `by`. */
  renameNode(by: number, node: number): number {
    return this.#renamedNodes[by][node] ??= this.#numberNode(
      renamed(this.nodes[node], this.renamings[by], this.configs),
    );
  }

  /** Message `letter` under renaming `by`. */
  renameLetter(by: number, letter: number): number {
    return this.#renamedLetters[by][letter] ??= this.#numberLetter(
      renamedFlying(this.letters[letter], this.renamings[by]),
    );
  }

  /** History `history` under renaming `by`. */
  renameHistory(by: number, history: number): number {
    return this.#renamedHistories[by][history] ??= this.#numberHistory(
      renamedHistory(this.histories[history], this.renamings[by]),
    );
  }

  /** What a node looks like without anybody's name: equal for two nodes if and only if a renaming turns one into the other. */
  look(node: number): number {
    const known = this.#looks[node];
    if (known !== undefined) return known;
    let look = node;
    for (let by = 0; by < this.renamings.length; by++) look = Math.min(look, this.renameNode(by, node));
    return this.#looks[node] = look;
  }

  /** What comes of delivering `letter`; null where the core stopped. */
  deliver(node: number, letter: number): Move | null {
    const known = this.#delivered.get(node, letter);
    if (known !== -1) return this.moves[known];
    const number = this.#work(node, { kind: "deliver", flying: this.letters[letter] });
    this.#delivered.set(node, letter, number);
    return this.moves[number];
  }

  /** What else the node can do. */
  local(node: number): readonly Move[] {
    return this.#local[node] ??= localDeeds(this.scope, this.nodes[node]).map((deed) => {
      return this.moves[this.#work(node, deed)];
    }).filter((move) => move !== null);
  }

  /** What has to be kept of `letter` between these two nodes: its number, or that of a simpler one, or -1 for nothing. */
  remains(letter: number, to: number, from: number): number {
    // Nearly always the message is still of its time.
    if (this.#storedTerms[to] <= this.#freshUntil[letter]) return letter;
    if (this.#ledTerms[to] === this.#answersTo[letter]) return letter;
    if (this.letters[letter].message.term === 0 && this.#storedTerms[from] < this.scope.terms) return letter;
    let pair = this.#pairs.get(to, from);
    if (pair === -1) {
      pair = this.#pairs.size;
      this.#pairs.set(to, from, pair);
    }
    const known = this.#remains.get(letter, pair);
    if (known !== -1) return known - 1;
    const kept = this.#whatRemains(letter, to, from);
    this.#remains.set(letter, pair, kept + 1);
    return kept;
  }

  #whatRemains(letter: number, to: number, from: number): number {
    const flying = this.letters[letter];
    const around = { to: this.nodes[to], from: this.nodes[from], terms: this.scope.terms };
    if (isSpent(flying, around)) return this.#isIgnored(letter, to, from) ? -1 : letter;
    const message = essence(flying, around);
    if (message === flying.message) return letter;
    const simpler = this.#numberLetter({ ...flying, message });
    return this.#areAlike(letter, simpler, to) ? simpler : letter;
  }

  /** The rules lean on the core; where the core does not keep to them now, nothing is forgotten. */
  #isIgnored(letter: number, to: number, from: number): boolean {
    const move = this.deliver(to, letter);
    return move !== null && move.node === to && move.breach === null && move.outcome.ready.length === 0 &&
      move.sent.every((answer) => this.remains(answer, from, to) === -1);
  }

  #areAlike(letter: number, simpler: number, to: number): boolean {
    const one = this.deliver(to, letter);
    const other = this.deliver(to, simpler);
    return one !== null && other !== null && one.node === other.node && one.breach === null &&
      one.sent.length === other.sent.length && one.sent.every((answer) => other.sent.includes(answer));
  }

  /** How far the node has got, see `queue.ts`. */
  progress(node: number): number {
    return this.#progress[node] ??= progressOf(this.nodes[node]);
  }

  /** What the node can say without any change to itself. */
  speech(node: number): readonly Move[] {
    return this.#speech[node] ??= this.local(node).filter((move) =>
      move.node === node && move.sent.length > 0
    );
  }

  #work(node: number, deed: Deed): number {
    const before = this.nodes[node];
    const config = this.configs[numberOf(before.core.config.id)];
    const code = this.moves.push(null) - 1;
    let outcome: Outcome;
    try {
      outcome = perform(this.scope, config, before, deed);
    } catch (error) {
      // A core that does not even run breaks no law: nothing could be explored.
      if (error instanceof TypeError || error instanceof ReferenceError) throw error;
      // With the law switched off the core's refusal is a crash like any other, and leads nowhere new.
      if (!this.#laws.has("invariant")) return code;
      const says = `stops: ${error instanceof Error ? error.message : String(error)}`;
      outcome = { node: before, sent: [], ready: [], early: false };
      const breach: Breach = { law: "invariant", node: numberOf(before.core.config.id), says };
      this.moves[code] = {
        deed,
        node,
        sent: [],
        outcome,
        cost: costOf(deed),
        marks: 0,
        breach,
        death: null,
        code,
      };
      return code;
    }
    const dies = outcome.early && this.scope.crashes > 0;
    this.moves[code] = {
      deed,
      node: this.#numberNode(outcome.node),
      sent: outcome.sent.map((flying) => this.#numberLetter(flying)),
      outcome,
      cost: costOf(deed),
      marks: marksOfDeed(before, deed, outcome),
      breach: breachesOfDeed(before, deed, outcome).find(({ law }) => this.#laws.has(law)) ?? null,
      death: dies ? this.moves[this.#work(node, { kind: "die", of: deed })] : null,
      code,
    };
    return code;
  }

  /**
   * The history after `move`: its number; -1 if it is not the move's turn, or less if it breaks a law, see
   * {@linkcode breachOf}.
   */
  remember(history: number, move: Move): number {
    const known = this.#remembered.get(history, move.code);
    if (known !== -1) return known - OFFSET;
    const number = this.#remember(history, move);
    this.#remembered.set(history, move.code, number + OFFSET);
    return number;
  }

  #remember(history: number, move: Move): number {
    const begun = begin(this.histories[history], move.deed);
    if (begun === null) return -1;
    const after = witness(begun, move.outcome.node, move.outcome.ready);
    const breach = after.breaches.find(({ law }) => this.#laws.has(law));
    if (breach === undefined) return this.#numberHistory(after.history);
    return -1 - this.#breaches.push(breach);
  }

  /** The law behind an answer of {@linkcode remember} below -1. */
  breachOf(answer: number): Breach {
    return this.#breaches[-2 - answer];
  }
}

/** Keeps what is stored in a table of natural numbers natural. */
const OFFSET = 1 << 24;
