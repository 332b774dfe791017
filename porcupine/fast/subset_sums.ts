/** Of a question that takes more words of memory to answer than this, the answer is not sought. */
const MOST_WORDS = 1 << 21;

/**
 * The sums that some positive numbers can come to, each of them used once or not at all, as far as they do not exceed a bound: a
 * bit for each (Bellman 1957). So it takes time by the bound, and not by the number of choices.
 */
export class SubsetSums {
  readonly #words: Uint32Array;
  readonly #bound: number;

  /** Of no numbers: nothing but 0. */
  constructor(bound: number) {
    this.#bound = bound;
    this.#words = new Uint32Array((bound >>> 5) + 1);
    this.#words[0] = 1;
  }

  /** Whether sums up to a bound, of so many numbers, can be told. */
  static fits(bound: number, numbers: number): boolean {
    return bound >= 0 && ((bound / 32) + 1) * (numbers + 1) <= MOST_WORDS;
  }

  /** The same sums, to be added to. */
  copy(): SubsetSums {
    const same = new SubsetSums(this.#bound);
    same.#words.set(this.#words);
    return same;
  }

  /** Takes one more number in. */
  add(number: number): void {
    if (number > this.#bound) return;
    const words = this.#words;
    const whole = Math.floor(number / 32);
    const bits = number & 31;
    for (let w = words.length - 1; w >= whole; w--) {
      let moved = words[w - whole] << bits;
      if (bits > 0 && w > whole) moved |= words[w - whole - 1] >>> (32 - bits);
      words[w] |= moved;
    }
  }

  /** Whether they can come to a sum. */
  has(sum: number): boolean {
    return sum >= 0 && sum <= this.#bound && (this.#words[Math.floor(sum / 32)] >>> (sum & 31) & 1) === 1;
  }
}

/** What several questions may cost together. */
export interface Effort {
  /** Words of memory that may still be gone through. */
  left: number;
}

/** Whether some of the numbers, all positive, come to a sum; `undefined` if that takes too long to tell. */
export function canSumTo(numbers: readonly number[], sum: number, effort: Effort): boolean | undefined {
  let all = 0;
  for (const number of numbers) all += number;
  if (sum < 0 || sum > all) return false;
  // Who leaves out the rest comes to the sum.
  const need = Math.min(sum, all - sum);
  if (need === 0 || greedily(numbers, need)) return true;
  effort.left -= numbers.length * (need / 32 + 1);
  if (effort.left < 0 || !SubsetSums.fits(need, numbers.length)) return undefined;
  const sums = new SubsetSums(need);
  for (const number of numbers) sums.add(number);
  return sums.has(need);
}

/** Often it is enough to take what fits, in the order given. */
function greedily(numbers: readonly number[], sum: number): boolean {
  let left = sum;
  for (const number of numbers) if (number <= left) left -= number;
  return left === 0;
}
