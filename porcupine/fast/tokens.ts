import type { Memory } from "../scratch.ts";

/** What was put and appended: `op[k]` is PUT or APPEND for an operation that wrote `value[k]`. */
export interface Written {
  readonly op: Uint8Array;
  readonly value: readonly string[];
}

/** What an operation on a text does, as a small number; 0: nothing. */
export const GET = 1;
/** It replaces the text. */
export const PUT = 2;
/** It adds to it. */
export const APPEND = 3;

/**
 * What was put and appended, none of it a beginning of another: so a text falls into tokens in one way. A token goes by the
 * operation that wrote it, or by the first of several.
 */
export class Tokens {
  /** Whether each token was written by one operation only. */
  readonly unique: boolean;

  readonly #written: Written;
  readonly #byText: ReadonlyMap<string, number>;
  /** The next operation, by call, that wrote the same; 0: none. */
  readonly #next: Int32Array;
  /** Where tokens repeat, by operation: from there on the first that appended the same; -1: none. */
  readonly #appends: Int32Array | undefined;
  /** By token: who put it. */
  readonly #puts: Map<number, readonly number[]> = new Map();
  /** The character with which every token ends, and which stands nowhere else; empty if there is none. */
  readonly #end: string;
  /** The lengths of tokens, the one found last first: tokens of one time are of one length. */
  readonly #lengths: number[];

  private constructor(draft: Draft, end: string, lengths: number[]) {
    this.#written = draft.written;
    this.#byText = draft.byText;
    this.#next = draft.next;
    this.#appends = draft.appends;
    this.unique = draft.unique;
    this.#end = end;
    this.#lengths = lengths;
  }

  /** The tokens, or `undefined` if one is empty or begins another. */
  static of(written: Written, memory: Memory): Tokens | undefined {
    const draft = collect(written, memory);
    if (draft === undefined) return undefined;
    // One that ends where no other goes on begins no other.
    const end = commonEnd(draft.byText);
    if (end !== "") return new Tokens(draft, end, []);
    const lengths = [...new Set([...draft.byText.keys()].map(({ length }) => length))].sort((a, b) => a - b);
    // Every token would be cut at every length: with many lengths that costs more than a search.
    if (lengths.length > 64) return undefined;
    for (const text of draft.byText.keys()) {
      for (const length of lengths) {
        if (length >= text.length) break;
        if (draft.byText.has(text.slice(0, length))) return undefined;
      }
    }
    return new Tokens(draft, "", lengths);
  }

  /** The token that stands in `text` at `at`, -1 if none does; as none begins another, there is one at most. */
  at(text: string, at: number): number {
    if (this.#end !== "") {
      const end = text.indexOf(this.#end, at);
      return end < 0 ? -1 : this.#byText.get(text.slice(at, end + 1)) ?? -1;
    }
    const lengths = this.#lengths;
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i];
      const token = this.#byText.get(text.slice(at, at + length));
      if (token === undefined || this.#written.value[token].length !== length) continue;
      lengths[i] = lengths[0];
      lengths[0] = length;
      return token;
    }
    return -1;
  }

  /** The next operation, by call, that wrote the same; -1 if there is none. */
  next(k: number): number {
    return this.#next[k] === 0 ? -1 : this.#next[k];
  }

  /** From an operation on, the first that appended this token; -1 if there is none. */
  appendFrom(k: number): number {
    if (k < 0) return -1;
    if (this.#appends !== undefined) return this.#appends[k];
    return this.#written.op[k] === APPEND ? k : -1;
  }

  /** Who put this token, by call. */
  putsOf(token: number): readonly number[] {
    let puts = this.#puts.get(token);
    if (puts === undefined) this.#puts.set(token, puts = this.#listPuts(token));
    return puts;
  }

  #listPuts(token: number): number[] {
    const puts: number[] = [];
    for (let k = token; k >= 0; k = this.next(k)) if (this.#written.op[k] === PUT) puts.push(k);
    return puts;
  }
}

interface Draft {
  readonly written: Written;
  readonly byText: ReadonlyMap<string, number>;
  readonly next: Int32Array;
  readonly unique: boolean;
  readonly appends: Int32Array | undefined;
}

function collect(written: Written, memory: Memory): Draft | undefined {
  const { op, value } = written;
  const byText = new Map<string, number>();
  const next = memory.int32(op.length);
  /** The last that wrote the same, by the first; itself is left out. */
  let last: Map<number, number> | undefined;
  for (let k = 0; k < op.length; k++) {
    if (op[k] !== PUT && op[k] !== APPEND) continue;
    if (value[k] === "") return undefined;
    const first = byText.get(value[k]);
    if (first === undefined) {
      byText.set(value[k], k);
      continue;
    }
    last ??= new Map();
    next[last.get(first) ?? first] = k;
    last.set(first, k);
  }
  const appends = last && appendsFrom(op, next, memory);
  return { written, byText, next, unique: last === undefined, appends };
}

/** Written down once: a token is put by thousands, and to look for who appended it among them anew for each text took seconds. */
function appendsFrom(op: Uint8Array, next: Int32Array, memory: Memory): Int32Array {
  const appends = memory.int32(op.length);
  for (let k = op.length - 1; k >= 0; k--) {
    appends[k] = op[k] === APPEND ? k : next[k] === 0 ? -1 : appends[next[k]];
  }
  return appends;
}

function commonEnd(texts: ReadonlyMap<string, number>): string {
  let end = "";
  for (const text of texts.keys()) {
    if (end === "") end = text[text.length - 1];
    if (text.indexOf(end) !== text.length - 1) return "";
  }
  return end;
}
