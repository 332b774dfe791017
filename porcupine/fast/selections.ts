import { SubsetSums } from "./subset_sums.ts";

/** Of the numbers so many are looked at, from the front. */
const LOOKED_AT = 64;

/**
 * The ways in which some of the numbers, all positive, come to a sum, one after the other, those in front preferred. Of equal numbers
 * those in front are taken first, so that no two ways differ only in which of them it is.
 */
export class Selections {
  readonly #numbers: readonly number[];
  /** By index: the sums that the numbers from there on can come to, so that no way is gone that leads nowhere. */
  readonly #behind: SubsetSums[] = [];
  /** By index: the one before it that is equal; -1 if there is none. */
  readonly #equal: number[] = [];
  readonly #isTaken: boolean[];
  readonly #chosen: number[] = [];
  /** Taken in any case: while much is left to be made up, whatever comes first is right. */
  readonly #ahead: number;
  #left: number;
  #isBegun = false;

  constructor(numbers: readonly number[], sum: number) {
    const greatest = numbers.reduce((most, number) => Math.max(most, number), 0);
    let ahead = 0;
    let left = sum;
    for (; ahead < numbers.length && left > 32 * greatest; ahead++) left -= numbers[ahead];
    this.#ahead = ahead;
    this.#left = left;
    this.#numbers = numbers.slice(ahead, ahead + LOOKED_AT);
    this.#isTaken = this.#numbers.map(() => false);
    if (!SubsetSums.fits(left, LOOKED_AT)) this.#left = -1;
    else this.#prepare(left);
  }

  #prepare(sum: number): void {
    const numbers = this.#numbers;
    const lastOf = new Map<number, number>();
    for (let i = 0; i < numbers.length; i++) {
      this.#equal.push(lastOf.get(numbers[i]) ?? -1);
      lastOf.set(numbers[i], i);
    }
    const behind = this.#behind;
    behind[numbers.length] = new SubsetSums(sum);
    for (let i = numbers.length - 1; i >= 0; i--) {
      behind[i] = behind[i + 1].copy();
      behind[i].add(numbers[i]);
    }
  }

  /** The next way, as indices; `undefined` if there is none any more. */
  next(): number[] | undefined {
    if (this.#left < 0) return undefined;
    const found = this.#isBegun ? this.#goBack() : this.#goOn(0);
    this.#isBegun = true;
    if (!found) return undefined;
    const ways = Array.from({ length: this.#ahead }, (_, i) => i);
    for (const i of this.#chosen) ways.push(this.#ahead + i);
    return ways;
  }

  /** Takes from an index on what makes up the rest; else goes back. */
  #goOn(from: number): boolean {
    for (let i = from; this.#left > 0; i++) {
      if (i >= this.#numbers.length) return this.#goBack();
      const equal = this.#equal[i];
      const mayBe = equal < 0 || this.#isTaken[equal];
      if (mayBe && this.#behind[i + 1].has(this.#left - this.#numbers[i])) {
        this.#chosen.push(i);
        this.#isTaken[i] = true;
        this.#left -= this.#numbers[i];
      } else if (!this.#behind[i + 1].has(this.#left)) return this.#goBack();
    }
    return true;
  }

  /** Does without the last that was taken, or the one before it. */
  #goBack(): boolean {
    for (let i = this.#chosen.pop(); i !== undefined; i = this.#chosen.pop()) {
      this.#isTaken[i] = false;
      this.#left += this.#numbers[i];
      if (this.#behind[i + 1].has(this.#left)) return this.#goOn(i + 1);
    }
    return false;
  }
}
