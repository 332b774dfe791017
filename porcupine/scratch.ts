/** Where arrays come from; they are full of zeros. */
export interface Memory {
  /** Whole numbers of 32 bits. */
  int32(length: number): Int32Array;
  /** Numbers. */
  float64(length: number): Float64Array;
  /** Small whole numbers. */
  uint8(length: number): Uint8Array;
}

/** Arrays of their own. */
export const OWN_ARRAYS: Memory = {
  int32: (length) => new Int32Array(length),
  float64: (length) => new Float64Array(length),
  uint8: (length) => new Uint8Array(length),
};

/** Arrays that another thread can see, too. */
export const SHARED_ARRAYS: Memory = {
  int32: (length) => new Int32Array(new SharedArrayBuffer(4 * length)),
  float64: (length) => new Float64Array(new SharedArrayBuffer(8 * length)),
  uint8: (length) => new Uint8Array(new SharedArrayBuffer(length)),
};

/** A piece holds so many words of 32 bits at first, and at most; longer arrays than the last are arrays of their own. */
const SMALLEST = 1 << 12;
const LARGEST = 1 << 20;
const LONGEST = 1 << 16;

/** One allocation, out of which arrays are cut from the front. */
interface Piece {
  readonly words: Int32Array;
  /** From here on it has never been used, and is all zeros. */
  clean: number;
}

const NOTHING: Piece = { words: new Int32Array(0), clean: 0 };

/** The piece that the last check has left behind. */
let spare: Piece = NOTHING;

/** Where a scratch stood; see {@linkcode Scratch.mark}. */
export interface Mark {
  readonly piece: Piece;
  readonly used: number;
}

/**
 * Arrays for the length of one check. The host takes about a microsecond for a new typed array however short, and more than
 * ten for one of ten thousand numbers, whose pages must be found and cleared: for most histories more than it takes to judge
 * them. So arrays are cut out of one piece, and that piece serves the next check.
 *
 * Nothing that was cut out may be looked at after {@linkcode Scratch.giveBack}, or after a return to an earlier mark.
 */
export class Scratch implements Memory {
  #piece: Piece = NOTHING;
  #used = 0;

  int32(length: number): Int32Array {
    const at = this.#take(length);
    return at < 0 ? new Int32Array(length) : new Int32Array(this.#piece.words.buffer, at * 4, length);
  }

  float64(length: number): Float64Array {
    const at = this.#take(length * 2);
    return at < 0 ? new Float64Array(length) : new Float64Array(this.#piece.words.buffer, at * 4, length);
  }

  uint8(length: number): Uint8Array {
    const at = this.#take((length + 3) >>> 2);
    return at < 0 ? new Uint8Array(length) : new Uint8Array(this.#piece.words.buffer, at * 4, length);
  }

  /** Where it stands. */
  mark(): Mark {
    return { piece: this.#piece, used: this.#used };
  }

  /** What was cut out since then is not needed any more. */
  backTo({ piece, used }: Mark): void {
    // A piece begun since then holds nothing older.
    this.#used = piece === this.#piece ? used : 0;
  }

  /** Nothing is needed any more: the next check may have it. */
  giveBack(): void {
    const piece = this.#piece;
    this.#piece = NOTHING;
    this.#used = 0;
    if (piece.words.length >= spare.words.length) spare = piece;
  }

  /** Where so many words are free, now all zeros; -1 if they are too many. */
  #take(length: number): number {
    if (length > LONGEST) return -1;
    // Numbers of 64 bits begin at even words.
    const size = length + (length & 1);
    if (this.#used + size > this.#piece.words.length) this.#begin(size);
    const piece = this.#piece;
    const at = this.#used;
    this.#used = at + size;
    if (at < piece.clean) piece.words.fill(0, at, Math.min(this.#used, piece.clean));
    if (piece.clean < this.#used) piece.clean = this.#used;
    return at;
  }

  #begin(size: number): void {
    const before = this.#piece.words.length;
    this.#used = 0;
    if (before === 0 && spare.words.length >= size) {
      this.#piece = spare;
      spare = NOTHING;
      return;
    }
    let length = Math.max(SMALLEST, 2 * before);
    while (length < size) length *= 2;
    this.#piece = { words: new Int32Array(Math.min(length, LARGEST)), clean: 0 };
  }
}
