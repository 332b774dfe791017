/** A code as a table: the next bits, as many as the longest code has, tell symbol and length. */
export interface CodeTable {
  /** The symbol in the bits from 4 on, the length of its code below; 0 for bits that begin no code. */
  readonly entries: Uint16Array;
  /** How many bits are looked at. */
  readonly bits: number;
}

/** What is wrong with packed data. */
export class PackedError extends Error {
  /** The kind of mistake. */
  readonly code = "bad-gzip";

  /** Builds the error; `what` is what was found instead of packed data. */
  constructor(what: string) {
    super(`damaged gzip data: ${what}`);
    this.name = "PackedError";
  }

  /** The error for a file that stops in the middle: the rest of a download, a full disk. */
  static cutShort(): PackedError {
    return new PackedError("it ends in the middle");
  }
}

/** Packed bytes that come in chunks, read bit by bit; who reads asks for enough of them first. */
export class PackedBytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #ended = false;
  /** Bits that were taken from the bytes and not used yet, the next one lowest. */
  #hold = 0;
  #held = 0;

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** How many whole bytes are there. */
  left(): number {
    return Math.max(0, this.#bytes.length - this.#at);
  }

  /** Whether so many bytes are there, or no more will come. */
  holds(bytes: number): boolean {
    if (this.#at + bytes <= this.#bytes.length) return true;
    if (!this.#ended) return false;
    this.refuseOverrun();
    return true;
  }

  /** Gets at least so many bytes, if there are as many; answers how many there are. */
  async want(bytes: number): Promise<number> {
    while (!this.#ended && this.left() < bytes) {
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else {
        // Whole bytes that were taken too early must not be lost with those that are used up.
        this.#giveBack();
        const rest = this.#bytes.subarray(this.#at);
        const joined = new Uint8Array(rest.length + next.value.length);
        joined.set(rest);
        joined.set(next.value, rest.length);
        this.#bytes = joined;
        this.#at = 0;
      }
    }
    return this.left();
  }

  /** The next bits, at most 16; behind the end there are zeros, which `refuseOverrun` tells from real ones. */
  bits(count: number): number {
    this.#fill();
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#held -= count;
    return value;
  }

  /** The next symbol of a code. */
  symbol({ entries, bits }: CodeTable): number {
    this.#fill();
    const entry = entries[this.#hold & ((1 << bits) - 1)];
    if (entry === 0) {
      this.refuseOverrun();
      throw new PackedError("a code that stands for nothing");
    }
    this.#hold >>>= entry & 15;
    this.#held -= entry & 15;
    return entry >> 4;
  }

  /** The whole bytes that are there; only at the boundary of a byte. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /** Up to so many whole bytes; only at the boundary of a byte. */
  run(most: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + most);
    this.#at += bytes.length;
    return bytes;
  }

  /** Leaves out the rest of a byte, and gives back the bytes that were taken too early. */
  align(): void {
    this.refuseOverrun();
    this.#giveBack();
    this.#hold = 0;
    this.#held = 0;
  }

  /** Throws if more was read than there is. */
  refuseOverrun(): void {
    if (this.#at - (this.#held >> 3) > this.#bytes.length) throw PackedError.cutShort();
  }

  #giveBack(): void {
    this.#at -= this.#held >> 3;
    this.#held &= 7;
    this.#hold &= (1 << this.#held) - 1;
  }

  #fill(): void {
    while (this.#held <= 24) {
      const byte = this.#at < this.#bytes.length ? this.#bytes[this.#at] : 0;
      this.#at++;
      this.#hold |= byte << this.#held;
      this.#held += 8;
    }
  }
}
