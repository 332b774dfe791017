/**
 * Requests out of the bytes of a stranger: RESP arrays of bulk strings, and the inline form that a person types.
 *
 * Nothing is allocated because a length says so, and no byte is looked at twice however small the pieces are that come.
 * @module
 */

/** What one client may ask for at most. */
export interface RequestLimits {
  /** Words of one request. */
  readonly maxWords: number;
  /** Bytes of one word. */
  readonly maxWordBytes: number;
  /** Bytes of one request. */
  readonly maxRequestBytes: number;
}

/** Bytes that are no request. The connection is of no use afterwards: nobody can tell where the next one begins. */
export class RespProtocolError extends Error {
  /** The class, for logs. */
  override readonly name = "RespProtocolError";
  /** Always the same. */
  readonly code = "protocol";
}

const STAR = 0x2a;
const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
/** A typed line, and the line of a length, are no longer than this. */
const MAX_LINE_BYTES = 64 << 10;
const MAX_LENGTH_BYTES = 16;
const FIRST_BUFFER_BYTES = 4 << 10;
const USUAL_BUFFER_BYTES = 64 << 10;

/** Takes bytes as they come and gives requests. */
export class RequestReader {
  /** May be raised once the client is trusted. */
  limits: RequestLimits;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  /** Where the request begins that is being read. */
  #from = 0;
  /** Where the bytes end that have come. */
  #to = 0;
  /** How far the request has been read, counted from its beginning: the buffer may be moved. */
  #at = 0;
  /** How far the search for the end of the line has come. */
  #searched = 0;
  /** Words that are still to come; -1 before the request has said how many. */
  #missing = -1;
  /** The length of the word that is being read; -1 before it was said. */
  #wordLength = -1;
  /** Beginnings and ends of the words read so far, counted from the request's beginning. */
  #ends: number[] = [];

  /** Refuses whatever is beyond `limits`. */
  constructor(limits: RequestLimits) {
    this.limits = limits;
  }

  /** Whether a request has begun and not ended. */
  get halfway(): boolean {
    return this.#to > this.#from;
  }

  /** Where the next bytes go. Never empty. */
  get space(): Uint8Array {
    if (this.#from === this.#to) {
      this.#from = this.#to = 0;
      if (this.#buffer.length > USUAL_BUFFER_BYTES) this.#buffer = new Uint8Array(USUAL_BUFFER_BYTES);
    }
    if (this.#to === this.#buffer.length) this.#makeRoom();
    return this.#buffer.subarray(this.#to);
  }

  /** `count` bytes have been put into {@linkcode RequestReader.space}. */
  took(count: number): void {
    this.#to += count;
  }

  /**
   * The words of the next request, as views that are good until `space` is asked for; null until more has come.
   * Throws {@linkcode RespProtocolError}.
   */
  next(): Uint8Array[] | null {
    for (;;) {
      if (this.#missing === -1 && !this.#begin()) return null;
      while (this.#missing > 0) {
        if (!this.#word()) return null;
      }
      const words = this.#take();
      // An empty line or an empty array asks for nothing.
      if (words.length > 0) return words;
    }
  }

  #begin(): boolean {
    if (this.#from === this.#to) return false;
    if (this.#buffer[this.#from] !== STAR) return this.#inline();
    const count = this.#number("number of words");
    if (count === null) return false;
    this.#checkWords(count);
    this.#missing = Math.max(0, count);
    return true;
  }

  #word(): boolean {
    if (this.#wordLength === -1) {
      if (this.#from + this.#at === this.#to) return false;
      if (this.#buffer[this.#from + this.#at] !== DOLLAR) {
        throw new RespProtocolError("expected '$' and the length of a word");
      }
      const length = this.#number("length of a word");
      if (length === null) return false;
      this.#checkWord(length);
      if (this.#at + length > this.limits.maxRequestBytes) {
        throw new RespProtocolError(`request too long: at most ${this.limits.maxRequestBytes} bytes`);
      }
      this.#wordLength = length;
    }
    const end = this.#at + this.#wordLength;
    if (this.#from + end + 2 > this.#to) return false;
    if (this.#buffer[this.#from + end] !== CR || this.#buffer[this.#from + end + 1] !== LF) {
      throw new RespProtocolError("a word does not end where its length says");
    }
    this.#ends.push(this.#at, end);
    this.#at = this.#searched = end + 2;
    this.#wordLength = -1;
    this.#missing--;
    return true;
  }

  /** A line that a person typed: words between blanks. */
  #inline(): boolean {
    const end = this.#lineEnd(Math.min(MAX_LINE_BYTES, this.limits.maxRequestBytes));
    if (end === null) return false;
    let start = -1;
    for (let at = 0; at <= end; at++) {
      const byte = at === end ? 0x20 : this.#buffer[this.#from + at];
      const blank = byte === 0x20 || byte === 0x09 || byte === CR;
      if (!blank && start === -1) start = at;
      if (blank && start !== -1) {
        this.#checkWord(at - start);
        this.#ends.push(start, at);
        this.#checkWords(this.#ends.length / 2);
        start = -1;
      }
    }
    this.#at = end + 1;
    this.#missing = 0;
    return true;
  }

  #take(): Uint8Array[] {
    const words: Uint8Array[] = [];
    for (let at = 0; at < this.#ends.length; at += 2) {
      words.push(this.#buffer.subarray(this.#from + this.#ends[at], this.#from + this.#ends[at + 1]));
    }
    this.#from += this.#at;
    this.#at = this.#searched = 0;
    this.#missing = this.#wordLength = -1;
    this.#ends = [];
    return words;
  }

  #checkWords(count: number): void {
    const { maxWords } = this.limits;
    if (count > maxWords) throw new RespProtocolError(`too many words: ${count}, at most ${maxWords}`);
  }

  #checkWord(length: number): void {
    const { maxWordBytes } = this.limits;
    if (length >= 0 && length <= maxWordBytes) return;
    throw new RespProtocolError(`a word of ${length} bytes: at most ${maxWordBytes}`);
  }

  /** Reads `*12\r\n` or `$12\r\n`. */
  #number(what: string): number | null {
    const end = this.#lineEnd(this.#at + MAX_LENGTH_BYTES);
    if (end === null) return null;
    let at = this.#from + this.#at + 1;
    const last = this.#from + end - 1;
    const negative = this.#buffer[at] === 0x2d;
    if (negative) at++;
    let value = 0;
    const first = at;
    for (; at < last; at++) {
      const digit = this.#buffer[at] - ZERO;
      if (digit < 0 || digit > 9) throw new RespProtocolError(`the ${what} is no number`);
      value = value * 10 + digit;
    }
    if (at === first || this.#buffer[last] !== CR) throw new RespProtocolError(`the ${what} is no number`);
    this.#at = this.#searched = end + 1;
    return negative ? -value : value;
  }

  /** The position of the next line feed, counted from the request's beginning; it must not be behind `most`. */
  #lineEnd(most: number): number | null {
    const buffer = this.#buffer;
    let at = this.#from + this.#searched;
    // Most lines are a few bytes long: to ask the array for the next line feed takes longer than to look.
    while (at < this.#to && buffer[at] !== LF) at++;
    const end = at - this.#from;
    if (end > most) throw new RespProtocolError("a line is too long");
    this.#searched = end;
    return at === this.#to ? null : end;
  }

  /** Moves what is left to the front, or doubles: the buffer is never more than twice what has really come. */
  #makeRoom(): void {
    const left = this.#buffer.subarray(this.#from, this.#to);
    let size = this.#buffer.length;
    if (left.length * 2 > size) size *= 2;
    else size = Math.max(USUAL_BUFFER_BYTES, left.length * 2);
    if (size === this.#buffer.length) this.#buffer.copyWithin(0, this.#from, this.#to);
    else {
      this.#buffer = new Uint8Array(size);
      this.#buffer.set(left);
    }
    this.#to -= this.#from;
    this.#from = 0;
  }
}
