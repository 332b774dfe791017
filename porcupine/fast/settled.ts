import { firstAtLeast, type Part } from "../parts.ts";
import type { Claims } from "./claims.ts";
import type { Pace } from "./pace.ts";
import { NEVER } from "../history.ts";
import { READ, type RegisterTable, SWAP, WRITE } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import { foundBy, type Sources } from "./sources.ts";

/** More are not told: whoever explains looks for a core among all answers then. */
const MOST_SUSPECTS = 2048;

/**
 * The reads of which it is known what they saw, as far as it is known of each what all the others can have seen: settled is one whose
 * writers are all ruled out but one, and each that is settled makes that writer's zone larger, which may rule out a writer of another.
 *
 * What is contradictory then is impossible, and who says so is known: for each read that counts, who ruled out its other writers.
 */
export class Settled {
  /** The readers that are not known to be settled, by position, the last one first. */
  open: readonly number[] = [];
  /** By position among the readers: its writer, or -1. */
  readonly writer: Int32Array;
  readonly #table: RegisterTable;
  readonly #part: Part;
  readonly #sources: Sources;
  readonly #claims: Claims;
  readonly #pace: Pace;
  /** By read: who marks the ends of the zones by which writers of it were ruled out, since they would be rivals. */
  readonly #rulings = new Map<number, number[]>();

  constructor(table: RegisterTable, part: Part, sources: Sources, claims: Claims, pace: Pace) {
    this.writer = new Int32Array(sources.readers.length).fill(-1);
    this.#table = table;
    this.#part = part;
    this.#sources = sources;
    this.#claims = claims;
    this.#pace = pace;
  }

  /** Settles what can be settled; answers a contradiction if there is one, "much" if it takes more than so much work. */
  run(mostWork: number): FastResult | "much" | undefined {
    const { readers, counts } = this.#sources;
    if (this.#table.swaps) this.#dropImpossible();
    let open: number[] = [];
    for (let i = readers.length - 1; i >= 0; i--) {
      if (isLost(this.#table, this.#part, readers[i])) continue;
      if (counts[i] === 0) return this.accuse([readers[i]], GONE);
      if (counts[i] > 1) open.push(i);
      else this.#settle(i);
    }
    const clash = this.#claims.begin();
    if (clash !== undefined) {
      return this.accuse(clash.writers.flatMap((writer) => this.#claims.blockOf(writer)), clash.reason);
    }
    this.open = open;
    for (let before = Infinity; open.length < before;) {
      before = open.length;
      const left: number[] = [];
      for (const i of open) {
        this.#pace.turn();
        this.#ruleOut(i);
        if (counts[i] === 0) return this.accuse([readers[i]], GONE);
        if (counts[i] > 1) left.push(i);
        else this.#settle(i);
        if (this.#claims.work <= mostWork) continue;
        this.open = open.filter((one) => this.writer[one] < 0);
        return "much";
      }
      this.open = open = left;
    }
    return undefined;
  }

  /** What is not known to have swapped did not, if it can have found nothing: nobody saw what it would have written. */
  #dropImpossible(): void {
    const { readers, starts, counts, writers } = this.#sources;
    const { makers } = this.#table;
    const dropped = new Set<number>();
    for (let before = -1; before < dropped.size;) {
      before = dropped.size;
      for (let i = 0; i < readers.length; i++) {
        if (counts[i] > 0 || !isLost(this.#table, this.#part, readers[i])) continue;
        // Both are numbered by call.
        dropped.add(firstAtLeast(makers, readers[i]));
      }
      for (let i = 0; dropped.size > before && i < readers.length; i++) {
        const all = writers.subarray(starts[i], starts[i] + counts[i]);
        const kept = all.filter((writer) => !dropped.has(writer));
        all.set(kept);
        counts[i] = kept.length;
      }
    }
  }

  /** The same claims once more, with nothing given away. */
  repeat(claims: Claims): void {
    const { readers } = this.#sources;
    for (let i = 0; i < readers.length; i++) {
      if (this.writer[i] >= 0) claims.settle(readers[i], this.writer[i]);
    }
    claims.begin();
  }

  #settle(i: number): void {
    const { readers, starts, writers } = this.#sources;
    this.writer[i] = writers[starts[i]];
    this.#claims.settle(readers[i], this.writer[i]);
  }

  /** Only the writers stay with which a reader makes no rivals of what is settled. */
  #ruleOut(i: number): void {
    const { readers, starts, counts, writers } = this.#sources;
    const k = readers[i];
    let kept = starts[i];
    for (let at = starts[i]; at < starts[i] + counts[i]; at++) {
      const writer = writers[at];
      const ends = this.#claims.against(k, writer);
      if (ends === undefined) writers[kept++] = writer;
      else this.#rulings.set(k, [...this.#rulings.get(k) ?? [], ...ends]);
    }
    counts[i] = kept - starts[i];
  }

  /**
   * The answers that have to be believed, from some on: for each read all writes of what it saw that were called before it returned, what
   * shows that some were gone, and who ruled out others.
   */
  accuse(from: readonly number[], reason: string): FastResult {
    const { op, value, makers } = this.#table;
    const { call, ret } = this.#part;
    const suspects = new Set<number>();
    const left = [...from];
    for (let k = left.pop(); k !== undefined && suspects.size < MOST_SUSPECTS; k = left.pop()) {
      if (suspects.has(k)) continue;
      suspects.add(k);
      if (op[k] !== READ && op[k] !== SWAP) continue;
      const sought = foundBy(this.#table, k);
      for (const maker of makers) {
        if (value[maker] === sought && call[maker] < ret[k]) left.push(maker);
      }
      const witness = this.#witness(k);
      if (witness >= 0) left.push(witness);
      left.push(...this.#rulings.get(k) ?? []);
    }
    return { verdict: "illegal", suspects: [...suspects], reason };
  }

  /** Of all that was over before a read and shows that another value was there, or wrote one: what was called last; -1 if there is none. */
  #witness(read: number): number {
    const { op, value } = this.#table;
    const { call, ret } = this.#part;
    const sought = foundBy(this.#table, read);
    for (let k = read - 1; k >= 0; k--) {
      if (ret[k] > call[read]) continue;
      if (op[k] === WRITE || op[k] === SWAP || (op[k] === READ && value[k] !== sought)) return k;
    }
    return -1;
  }
}

/** Whether it is a compare-and-set that never returned: it need not have found anything. */
export function isLost({ op }: RegisterTable, { ret }: Part, k: number): boolean {
  return op[k] === SWAP && ret[k] === NEVER;
}

/** Why a read or a swap is impossible. */
const GONE = "no write of what it found can be the last one before it";
