/** The operations that wrote one text. */
export interface Writers {
  readonly text: string;
  readonly puts: number[];
  readonly appends: number[];
}

/** What was put and appended, none of it a beginning of another: so a text falls into tokens in one way. */
export class Tokens {
  /** Whether each token was written by one operation only. */
  readonly unique: boolean;
  readonly #byText: ReadonlyMap<string, Writers>;
  /** The lengths of tokens, the one found last first: tokens of one time are of one length. */
  readonly #lengths: number[];

  private constructor(byText: ReadonlyMap<string, Writers>, lengths: number[], unique: boolean) {
    this.#byText = byText;
    this.#lengths = lengths;
    this.unique = unique;
  }

  /** The tokens, or `undefined` if one is empty or begins another. */
  static of(
    count: number,
    written: (k: number) => { readonly op: "put" | "append"; readonly value: string } | undefined,
  ): Tokens | undefined {
    const byText = new Map<string, Writers>();
    const lengths = new Set<number>();
    let unique = true;
    for (let k = 0; k < count; k++) {
      const token = written(k);
      if (token === undefined) continue;
      const { value, op } = token;
      if (value === "") return undefined;
      let writers = byText.get(value);
      if (writers === undefined) byText.set(value, writers = { text: value, puts: [], appends: [] });
      else unique = false;
      writers[op === "put" ? "puts" : "appends"].push(k);
      lengths.add(value.length);
    }
    const ascending = [...lengths].sort((a, b) => a - b);
    // Every token would be cut at every length: with many lengths that costs more than a search.
    if (ascending.length > 64) return undefined;
    for (const text of byText.keys()) {
      for (const length of ascending) {
        if (length >= text.length) break;
        if (byText.has(text.slice(0, length))) return undefined;
      }
    }
    return new Tokens(byText, ascending, unique);
  }

  /** Who may have written the token that stands in `text` at `at`; as none begins another, there is one at most. */
  at(text: string, at: number): Writers | undefined {
    const lengths = this.#lengths;
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i];
      const writers = this.#byText.get(text.slice(at, at + length));
      if (writers === undefined || writers.text.length !== length) continue;
      lengths[i] = lengths[0];
      lengths[0] = length;
      return writers;
    }
    return undefined;
  }
}
