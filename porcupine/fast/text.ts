import { beginsWith } from "../begins.ts";
import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import { UNREAD_TEXT } from "../readings.ts";
import type { ModelKind, TextAction } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { forked, seenTwice, unexplained } from "./text_faults.ts";
import { earlier, firstMisread } from "./text_first.ts";
import { assignRepeated, type Line } from "./text_lines.ts";
import { APPEND, GET, PUT, Tokens, type Written } from "./tokens.ts";
import { Blocks, lineUp, returned } from "./zones.ts";

type TextKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "text" }>;
type Illegal = Extract<FastResult, { verdict: "illegal" }>;

/** What a kind says of each operation, as a text; `undefined` if it does not say that of one. */
export function readTexts<Input, Output>(
  kind: TextKind<Input, Output>,
  { questions, budget }: FastInput<Input, Output>,
): Written | undefined {
  const { count, part: { ids } } = questions;
  const readings = questions.readings?.type === "text" ? questions.readings : undefined;
  const op = budget.scratch.uint8(count);
  const value: string[] = new Array(count).fill("");
  for (let k = 0; k < count; k++) {
    budget.tick(k);
    if (readings !== undefined) {
      op[k] = readings.op[ids[k]];
      if (op[k] === UNREAD_TEXT) return undefined;
      value[k] = readings.value[ids[k]];
      continue;
    }
    const action = kind.view(questions.input(k), questions.answer(k));
    if (action === undefined) return undefined;
    if (action.op === "nothing") continue;
    op[k] = codeOf(action);
    value[k] = action.value;
  }
  return { op, value };
}

/**
 * Texts that are put and appended to with *tokens*, no one of which is a prefix of another. Then a text that was read falls into
 * tokens in one way only; and if all tokens differ, into the operations that made it. Linear in what was written and read.
 *
 * Assume that all tokens differ.
 *
 * - *A block*: of the texts that begin with one put's token, one is always a prefix of the other. Between that put and the last
 *   of these texts no other put can come. So the put, the appends seen after it and the reads between form one contiguous block.
 * - *The initial block*: likewise the empty text, the texts that begin with an append, and their operations. It comes first.
 * - *Operations that no read has seen* are blocks of their own. Wherever an unseen append stands among the blocks, it makes a text
 *   that nobody read, and the next block begins with a put, which replaces it (or is unseen, too). One that never returned is left
 *   out: it need never take effect.
 *
 * If tokens repeat, it is guessed which operation wrote which token. A guess that leads to an order proves the history possible;
 * one that does not proves nothing, and the search decides.
 *
 * By operation of the part, what it did, and what was put, appended or read; the text was empty at first.
 */
export function decideWritten(written: Written, part: Part, budget: Budget): FastResult | undefined {
  const memory = budget.scratch;
  const tokens = Tokens.of(written, memory);
  if (tokens === undefined) return undefined;
  const reader = new Reader(written, tokens, part, budget);
  const result = reader.decide();
  if (result.verdict !== "illegal") return result;
  if (!reader.unique) return undefined;
  return reader.areTextsRight
    ? result
    : earlier(firstMisread(written, tokens, { part, memory }), result, part);
}

/** What an action on a text does, as a small number. */
function codeOf({ op }: Exclude<TextAction, { op: "nothing" }>): number {
  return op === "get" ? GET : op === "put" ? PUT : APPEND;
}

/** So many letters, as a power of two, are compared in about the time that a round takes. */
const LETTERS = 8;

class Reader {
  /** Whether each text by itself could have been read, and beside each other text of its block: then only the blocks do not fit. */
  areTextsRight = false;

  readonly #op: Uint8Array;
  /** What was put, appended or read. */
  readonly #value: readonly string[];
  readonly #tokens: Tokens;
  readonly #part: Part;
  readonly #budget: Budget;
  /** For each operation seen in a text, a read that saw it; -1 for the unseen. */
  readonly #seen: Int32Array;

  constructor({ op, value }: Written, tokens: Tokens, part: Part, budget: Budget) {
    this.#op = op;
    this.#value = value;
    this.#tokens = tokens;
    this.#part = part;
    this.#budget = budget;
    this.#seen = budget.scratch.int32(op.length).fill(-1);
  }

  /** Whether an illegal answer can be believed. */
  get unique(): boolean {
    return this.#tokens.unique;
  }

  decide(): FastResult {
    const groups = this.#groups();
    if (!(groups instanceof Map)) return groups;
    const lines: Line[] = [];
    for (const [head, reads] of groups) {
      const line = this.#lineOf(head, reads);
      if ("verdict" in line) return line;
      lines.push(line);
    }
    const fault = this.#assign(lines);
    if (fault !== undefined) return fault;
    const blocks = this.#blocks(lines);
    this.areTextsRight = blocks.fault === undefined;
    return lineUp(blocks, this.#part, this.#budget.scratch);
  }

  /** The gets, by the put whose token their text begins with; -1: none. */
  #groups(): Map<number, number[]> | Illegal {
    const groups = new Map<number, number[]>();
    for (let k = 0; k < this.#op.length; k++) {
      if (this.#op[k] !== GET) continue;
      this.#budget.go(1);
      const text = this.#value[k];
      const head = text === "" ? -1 : this.#headOf(k, this.#tokens.at(text, 0));
      if (head === undefined) return unexplained(k);
      const list = groups.get(head);
      if (list === undefined) groups.set(head, [k]);
      else list.push(k);
    }
    return groups;
  }

  /** The put that a text can have begun with: of several, the last that was called before the get returned. */
  #headOf(get: number, token: number): number | undefined {
    if (token < 0) return undefined;
    const { call, ret } = this.#part;
    const puts = this.#tokens.putsOf(token);
    let low = 0;
    let high = puts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (call[puts[middle]] < ret[get]) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? puts[low - 1] : this.#tokens.appendFrom(token) >= 0 ? -1 : puts[0];
  }

  /** The texts of one block, as one line of tokens with the gets that saw parts of it. */
  #lineOf(head: number, gets: readonly number[]): Line | Illegal {
    const value = this.#value;
    const reads = gets.length < 2
      ? gets
      : [...gets].sort((a, b) => value[a].length - value[b].length || a - b);
    const longest = reads[reads.length - 1];
    const whole = value[longest];
    const tokens: number[] = [];
    const ends: number[] = [];
    for (let at = 0; at < whole.length;) {
      this.#budget.go(1);
      const token = this.#tokens.at(whole, at);
      if (token < 0 || (at > 0 && this.#tokens.appendFrom(token) < 0)) return unexplained(longest);
      tokens.push(token);
      ends.push(at += value[token].length);
    }
    let next = 0;
    for (let i = 0; i < reads.length; i++) {
      const k = reads[i];
      const { length } = value[k];
      this.#budget.go(1 + (length >>> LETTERS));
      if (!beginsWith(whole, value[k])) return forked(k, longest);
      // A read that ends within a token is of no text that ever was.
      while (next < ends.length && ends[next] < length) next++;
      if (length > 0 && ends[next] !== length) return unexplained(k);
    }
    const operations: number[] = new Array(tokens.length).fill(-1);
    if (head >= 0) operations[0] = head;
    return { head, reads, lengths: reads.map((k) => value[k].length), tokens, ends, operations };
  }

  /** Finds the operation behind each token of each line. */
  #assign(lines: readonly Line[]): Illegal | undefined {
    for (const { operations, tokens, reads, head } of lines) {
      const witness = reads[reads.length - 1];
      for (let i = 0; i < operations.length; i++) {
        const append = this.#tokens.appendFrom(tokens[i]);
        if (operations[i] < 0 && append >= 0 && this.#tokens.appendFrom(this.#tokens.next(append)) >= 0) {
          continue;
        }
        const operation = i === 0 && head >= 0 ? head : append;
        // There is one: who looked for the head, and cut the text into tokens, has left out those that have none. Were there none it
        // would be written down beside the operations, and nothing would be seen twice any more.
        if (operation < 0) return unexplained(witness);
        const other = this.#seen[operation];
        if (other >= 0) return seenTwice(other, witness);
        operations[i] = operation;
        this.#seen[operation] = witness;
      }
    }
    if (this.#tokens.unique) return undefined;
    const missing = assignRepeated(lines, {
      part: this.#part,
      seen: this.#seen,
      tokens: this.#tokens,
      budget: this.#budget,
    });
    return missing === undefined ? undefined : unexplained(missing);
  }

  #blocks(lines: readonly Line[]): Blocks {
    const blocks = new Blocks(this.#part, this.#budget.scratch);
    for (const { head, reads, lengths, ends, operations } of lines) {
      let next = 0;
      for (let i = -1; i < operations.length; i++) {
        if (i >= 0) blocks.add(operations[i]);
        blocks.nextGroup();
        const length = i < 0 ? 0 : ends[i];
        for (; next < reads.length && lengths[next] === length; next++) blocks.add(reads[next]);
        blocks.nextGroup();
      }
      blocks.close(head < 0);
    }
    for (let k = 0; k < this.#op.length; k++) {
      if (this.#seen[k] >= 0 || this.#op[k] < PUT || !returned(this.#part, k)) continue;
      blocks.add(k);
      blocks.close(false);
    }
    return blocks;
  }
}
