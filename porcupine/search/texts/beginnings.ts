/** The state of a text that nobody will see any more. */
export const UNSEEN = 0;
/** The state of the empty text. */
export const EMPTY = 1;

/** A state, its name and what is known of what it leads to. */
const BYTES = 256;

/**
 * Numbers for the texts with which the texts that were read begin: the only ones of which it matters what they are. A text is known by
 * the first of the sorted answers that begins with it, and by its length, so that no text is written down but those that were read.
 */
export class Beginnings {
  /** The different texts that were read, sorted. */
  readonly answers: readonly string[];
  /** By state: the first answer that begins with it, one past the last, and how long it is. */
  readonly low: number[] = [0];
  readonly high: number[] = [0];
  readonly length: number[] = [-1];

  readonly #letters: readonly string[];
  /** What a letter makes of a state, plus one; by state. */
  readonly #rows: Map<number, number>[] = [];
  readonly #known = new Map<string, number>();
  readonly #numbers = new Map<string, number>();

  /** `letters`: what is put or appended, each once; `answers`: what was read. */
  constructor(letters: readonly string[], answers: Iterable<string>) {
    this.#letters = letters;
    this.answers = [...new Set(answers)].sort();
    for (let i = 0; i < this.answers.length; i++) this.#numbers.set(this.answers[i], i);
    this.#intern(0, this.answers.length, 0);
  }

  /** Bytes held. */
  get bytes(): number {
    return BYTES * this.low.length;
  }

  /** The number of a text that was read. */
  numberOf(answer: string): number {
    return this.#numbers.get(answer) ?? -1;
  }

  /** The state of a whole text. */
  stateOf(text: string): number {
    return this.#extend(EMPTY, text);
  }

  /** The state once a letter has been appended. */
  after(state: number, letter: number): number {
    if (state === UNSEEN) return UNSEEN;
    const row = this.#rows[state] ??= new Map();
    let next = row.get(letter);
    if (next === undefined) row.set(letter, next = this.#extend(state, this.#letters[letter]));
    return next;
  }

  /** Whether a state is an answer. */
  is(state: number, answer: number): boolean {
    // Of the answers that begin with a text the text itself comes first.
    return this.low[state] === answer && this.length[state] === this.answers[answer].length;
  }

  /** Whether an answer begins with a state. */
  begins(state: number, answer: number): boolean {
    return this.low[state] <= answer && answer < this.high[state];
  }

  /** Among the answers that begin with a state, all in one row, those that go on with a text are again in one row. */
  #extend(state: number, text: string): number {
    const at = this.length[state];
    const end = at + text.length;
    const low = this.#firstWhere(
      this.low[state],
      this.high[state],
      (answer) => answer.slice(at, end) >= text,
    );
    const high = this.#firstWhere(
      low,
      this.high[state],
      (answer) => answer.slice(at, end) > text,
    );
    return low === high ? UNSEEN : this.#intern(low, high, end);
  }

  #intern(low: number, high: number, length: number): number {
    const key = `${low},${length}`;
    let state = this.#known.get(key);
    if (state === undefined) {
      this.#known.set(key, state = this.low.length);
      this.low.push(low);
      this.high.push(high);
      this.length.push(length);
    }
    return state;
  }

  /** The first of some answers for which something is true that stays true. */
  #firstWhere(from: number, to: number, isTrue: (answer: string) => boolean): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isTrue(this.answers[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
