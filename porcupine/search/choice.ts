/**
 * A choice of a `Sprint`: how things stood then, and the ways to go on, of which some have been tried. A way is an operation to
 * place, or the complement of one to hide.
 *
 * It is used again for another choice later: an emptied list loses its memory, which made as much garbage as all else together.
 */
export class Choice {
  /** Entries of the trail then. */
  length = 0;
  /** The level then. */
  level = 0;
  /** How far anything had got when it was made after another one was taken back; -1 if it was not. */
  lock = -1;
  /** Ways there are. */
  count = 0;
  /** The first `count` ones are valid. */
  readonly #ways: number[] = [];
  #next = 0;

  /** There is no way, as yet. */
  clear(): void {
    this.count = 0;
    this.#next = 0;
  }

  /** Adds a way behind the others. */
  add(way: number): void {
    this.#ways[this.count++] = way;
  }

  /** Adds a way, unless it is there. */
  addOnce(way: number): void {
    for (let i = 0; i < this.count; i++) if (this.#ways[i] === way) return;
    this.add(way);
  }

  /** Whether there is a way that was not tried. */
  get isOpen(): boolean {
    return this.#next < this.count;
  }

  /** The next way, which is tried now. */
  next(): number {
    return this.#ways[this.#next++];
  }
}
