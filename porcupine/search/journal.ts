import { doubled } from "../growth.ts";

/**
 * What a depth-first search has placed, in the order of a linearization: decisions, and operations taken as reads. Going back it
 * is shortened, so that at the end it need not be told again where the reads were.
 */
export class Journal {
  /** Entries. */
  length = 0;

  readonly #count: number;
  #entries: Int32Array<ArrayBuffer> = new Int32Array(64);

  /** For so many operations. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#entries.byteLength;
  }

  /** An operation was placed by a decision. */
  place(operation: number): void {
    this.#push(operation);
  }

  /** An operation is legal and does nothing: it may stand here, unless it is placed later. */
  take(operation: number): void {
    this.#push(~operation);
  }

  #push(entry: number): void {
    if (this.length === this.#entries.length) this.#entries = doubled(this.#entries);
    this.#entries[this.length++] = entry;
  }

  /** The order. */
  order(): number[] {
    const entries = this.#entries;
    const placed = new Uint8Array(this.#count);
    for (let i = 0; i < this.length; i++) if (entries[i] >= 0) placed[entries[i]] = 1;
    const order: number[] = new Array(this.length);
    let length = 0;
    for (let i = 0; i < this.length; i++) {
      if (entries[i] >= 0) order[length++] = entries[i];
      else if (placed[~entries[i]] === 0) order[length++] = ~entries[i];
    }
    order.length = length;
    return order;
  }
}
