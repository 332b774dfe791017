import type { ModelKind, TextAction } from "../types.ts";
import type { FastInput, FastResult } from "./result.ts";
import { type Block, lineUp, returned } from "./zones.ts";

type TextKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "text" }>;

/**
 * Texts that are put and appended to with tokens that all differ, none a beginning of another: then a text read falls in
 * one way into tokens, that is, into the operations that made it. O(n log n) and the length of what was read.
 *
 * The texts that begin with the token of one put are the beginnings of one another: that put, the appends seen after it,
 * and the reads between them form one contiguous block. So do the texts that begin with an append, together with the empty
 * text: the initial block. Operations that no read has seen are blocks of their own: placed after a block, an unseen append
 * makes a text that nobody read, and the next block begins with a put, which wipes it out; before the initial block there
 * is no room. Unseen operations without an answer are left out, which changes no text that anybody read.
 */
export function decideText<Input, Output>(
  kind: TextKind<Input, Output>,
  input: FastInput<Input, Output>,
): FastResult | undefined {
  if (kind.initial !== "") return undefined;
  const actions: TextAction[] = new Array(input.count);
  for (let k = 0; k < input.count; k++) {
    const action = kind.view(input.inputs[k], input.answers[k]);
    if (action === undefined) return undefined;
    actions[k] = action;
  }
  const tokens = Tokens.of(actions);
  if (tokens === undefined) return undefined;
  const groups = new Map<number, number[]>();
  for (let k = 0; k < input.count; k++) {
    const action = actions[k];
    if (action.op !== "get") continue;
    const head = action.value === "" ? -1 : tokens.at(action.value, 0);
    if (head === undefined) return unexplained(k);
    const group = head >= 0 && actions[head].op === "put" ? head : -1;
    const list = groups.get(group);
    if (list === undefined) groups.set(group, [k]);
    else list.push(k);
  }
  const seen = new Int32Array(input.count).fill(-1);
  const blocks: Block[] = [];
  for (const [head, reads] of groups) {
    const block = makeBlock(head, reads, { actions, tokens, seen });
    if ("verdict" in block) return block;
    blocks.push(block);
  }
  for (let k = 0; k < input.count; k++) {
    const { op } = actions[k];
    if (seen[k] >= 0 || (op !== "put" && op !== "append") || !returned(input, k)) continue;
    blocks.push({ operations: [k], ends: [1], initial: false });
  }
  return lineUp(blocks, input);
}

function unexplained(k: number): FastResult {
  return {
    verdict: "illegal",
    suspects: [k],
    reason: "what it read is not made of anything that was written",
  };
}

interface Reading {
  readonly actions: readonly TextAction[];
  readonly tokens: Tokens;
  /** For each operation seen in a text, a read that saw it; -1 for the unseen. */
  readonly seen: Int32Array;
}

/** The block of a put (`head`), or the initial one (-1). */
function makeBlock(
  head: number,
  reads: readonly number[],
  { actions, tokens, seen }: Reading,
): Block | FastResult {
  const text = (k: number): string => {
    const action = actions[k];
    return action.op === "get" ? action.value : "";
  };
  const byLength = [...reads].sort((a, b) => text(a).length - text(b).length || a - b);
  const longest = byLength[byLength.length - 1];
  const whole = text(longest);
  const operations: number[] = [];
  const ends: number[] = [];
  let next = 0;
  let at = 0;
  for (;;) {
    const start = operations.length;
    for (; next < byLength.length && text(byLength[next]).length === at; next++) {
      const k = byLength[next];
      if (!whole.startsWith(text(k))) {
        return { verdict: "illegal", suspects: [k, longest], reason: "neither text continues the other" };
      }
      operations.push(k);
    }
    if (operations.length > start) ends.push(operations.length);
    if (at === whole.length) break;
    // A read that ends within a token is of no text that ever was.
    if (next < byLength.length && text(byLength[next]).length < at) return unexplained(byLength[next]);
    const token = tokens.at(whole, at);
    if (token === undefined) return unexplained(longest);
    const misplaced = at === 0 ? false : actions[token].op === "put";
    if (misplaced) return unexplained(longest);
    if (seen[token] >= 0) {
      const suspects = seen[token] === longest ? [longest] : [seen[token], longest];
      return { verdict: "illegal", suspects, reason: "one operation seems to have taken effect twice" };
    }
    seen[token] = longest;
    operations.push(token);
    ends.push(operations.length);
    at += tokens.length(token);
  }
  return next < byLength.length ? unexplained(byLength[next]) : { operations, ends, initial: head < 0 };
}

/** The tokens of a partition, none of which begins another. */
class Tokens {
  readonly #byText: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];
  readonly #actions: readonly TextAction[];

  private constructor(
    byText: ReadonlyMap<string, number>,
    lengths: readonly number[],
    actions: readonly TextAction[],
  ) {
    this.#byText = byText;
    this.#lengths = lengths;
    this.#actions = actions;
  }

  /** The tokens, or `undefined` if they repeat, are empty, or one begins another. */
  static of(actions: readonly TextAction[]): Tokens | undefined {
    const byText = new Map<string, number>();
    const lengths = new Set<number>();
    for (let k = 0; k < actions.length; k++) {
      const action = actions[k];
      if (action.op !== "put" && action.op !== "append") continue;
      if (action.value === "" || byText.has(action.value)) return undefined;
      byText.set(action.value, k);
      lengths.add(action.value.length);
    }
    const ascending = [...lengths].sort((a, b) => a - b);
    for (const text of byText.keys()) {
      for (const length of ascending) {
        if (length >= text.length) break;
        if (byText.has(text.slice(0, length))) return undefined;
      }
    }
    return new Tokens(byText, ascending, actions);
  }

  /** The operation whose token stands in `text` at `at`. */
  at(text: string, at: number): number | undefined {
    for (const length of this.#lengths) {
      const operation = this.#byText.get(text.slice(at, at + length));
      if (operation !== undefined) return operation;
    }
    return undefined;
  }

  /** The length of an operation's token. */
  length(operation: number): number {
    const action = this.#actions[operation];
    return action.op === "put" || action.op === "append" ? action.value.length : 0;
  }
}
