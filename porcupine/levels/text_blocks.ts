import { beginsWith } from "../begins.ts";
import type { TextAction } from "../types.ts";
import { type Blocks, Draft, type Impossible } from "./block_draft.ts";
import type { Sessions } from "./session.ts";

/** A text: a put, the appends seen after it in their order, and the reads between them. */
export function textBlocks<State, Input, Output>(
  { ids, answered }: Sessions<State, Input, Output>,
  initial: string,
  actions: readonly (TextAction | undefined)[],
): Blocks | Impossible | undefined {
  const tokens = new Tokens();
  const gets: { operation: number; value: string }[] = [];
  for (let k = 0; k < ids.length; k++) {
    const action = actions[k];
    if (action === undefined) return undefined;
    if (action.op === "get") gets.push({ operation: k, value: action.value });
    if (action.op !== "put" && action.op !== "append") continue;
    if (!tokens.add(action.value, k)) return undefined;
  }
  if (initial !== "" || !tokens.isPrefixFree()) return undefined;
  const draft = new Draft(ids.length);
  const lines = new Map<string, { operation: number; value: string }[]>();
  for (const get of gets.sort((a, b) => b.value.length - a.value.length)) {
    const first = tokens.at(get.value, 0);
    if (first === undefined && get.value !== "") {
      return { operations: [get.operation], because: "nothing ever wrote that value" };
    }
    const head = first !== undefined && actions[first.operation]?.op === "put" ? first.token : "";
    const line = lines.get(head);
    if (line === undefined) lines.set(head, [get]);
    else line.push(get);
  }
  const used = new Uint8Array(ids.length);
  for (const [head, line] of lines) {
    const block = head === "" ? 0 : draft.count++;
    const fault = placeLine(draft, { head, line, block, tokens, actions, used });
    if (fault !== undefined) return fault;
  }
  // What nobody saw stands by itself: an append after the last thing seen of some text, a put anywhere.
  for (const k of tokens.operations()) {
    if (used[k] === 0 && answered[k] === 1) draft.place(k, draft.count++, 0);
  }
  return draft.done();
}

interface TextLine {
  readonly head: string;
  /** The longest first. */
  readonly line: readonly { operation: number; value: string }[];
  readonly block: number;
  readonly tokens: Tokens;
  readonly actions: readonly (TextAction | undefined)[];
  readonly used: Uint8Array;
}

function placeLine(
  draft: Draft,
  { head, line, block, tokens, actions, used }: TextLine,
): Impossible | undefined {
  const longest = line[0];
  const steps = new Map<number, number>([[0, 0]]);
  for (let at = 0, step = 1; at < longest.value.length; step += 2) {
    const next = tokens.at(longest.value, at);
    const isPut = next !== undefined && actions[next.operation]?.op === "put";
    if (next === undefined || used[next.operation] === 1 || isPut !== (at === 0 && head !== "")) {
      return {
        operations: [longest.operation],
        because: "no order of the puts and appends gives that value",
      };
    }
    used[next.operation] = 1;
    draft.place(next.operation, block, step);
    at += next.token.length;
    steps.set(at, step + 1);
  }
  for (const { operation, value } of line) {
    const step = steps.get(value.length);
    if (step === undefined || !beginsWith(longest.value, value)) {
      const operations = longest.operation === operation ? [operation] : [longest.operation, operation];
      return { operations, because: "neither value continues the other" };
    }
    draft.place(operation, block, step);
  }
  return undefined;
}

/** What was written, each once; values are made of it. */
class Tokens {
  readonly #writers = new Map<string, number>();
  #longest = 0;

  /** Answers whether it is new, and is something at all. */
  add(token: string, operation: number): boolean {
    if (token === "" || this.#writers.has(token)) return false;
    this.#writers.set(token, operation);
    this.#longest = Math.max(this.#longest, token.length);
    return true;
  }

  operations(): Iterable<number> {
    return this.#writers.values();
  }

  /** The token that stands in a value at a place. */
  at(value: string, from: number): { token: string; operation: number } | undefined {
    for (let end = from + 1; end <= value.length && end - from <= this.#longest; end++) {
      const token = value.slice(from, end);
      const operation = this.#writers.get(token);
      if (operation !== undefined) return { token, operation };
    }
    return undefined;
  }

  /** Whether no token begins another one: then a value can be cut into tokens in one way only. */
  isPrefixFree(): boolean {
    const sorted = [...this.#writers.keys()].sort();
    return sorted.every((token, i) => i === 0 || !token.startsWith(sorted[i - 1]));
  }
}
