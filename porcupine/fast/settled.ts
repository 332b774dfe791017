import type { Part } from "../parts.ts";
import type { Claims } from "./claims.ts";
import type { Pace } from "./pace.ts";
import { READ, type RegisterTable, WRITE } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import type { Sources } from "./sources.ts";
import { TOGETHER, WITHIN } from "./zones.ts";

/** More are not told: whoever explains looks for a core among all answers then. */
const MOST_SUSPECTS = 2048;

/**
 * The reads of which it is known what they saw, as far as it is known of each what all the others can have seen: settled is one whose
 * writers are all ruled out but one, and each that is settled makes that writer's zone larger, which may rule out a writer of another.
 *
 * What is contradictory then is impossible, and who says so is known: for each read that counts, who ruled out its other writers.
 */
export class Settled {
  /** The reads that are not known to be settled, by position, the last one first. */
  open: readonly number[] = [];
  /** By position among the reads: its writer, or -1. */
  readonly writer: Int32Array;
  readonly #table: RegisterTable;
  readonly #part: Part;
  readonly #sources: Sources;
  readonly #claims: Claims;
  readonly #pace: Pace;
  /** By read: who marks the ends of the zones by which writers of it were ruled out, since they would be rivals. */
  readonly #rulings = new Map<number, number[]>();

  constructor(table: RegisterTable, part: Part, sources: Sources, claims: Claims, pace: Pace) {
    this.writer = new Int32Array(table.reads.length).fill(-1);
    this.#table = table;
    this.#part = part;
    this.#sources = sources;
    this.#claims = claims;
    this.#pace = pace;
  }

  /** Settles what can be settled; answers a contradiction if there is one, "much" if it takes more than so much work. */
  run(mostWork: number): FastResult | "much" | undefined {
    const { reads } = this.#table;
    const { counts } = this.#sources;
    let open: number[] = [];
    for (let i = reads.length - 1; i >= 0; i--) {
      if (counts[i] === 0) return this.accuse([reads[i]], GONE);
      if (counts[i] > 1) open.push(i);
      else this.#settle(i);
    }
    const rivals = this.#claims.begin();
    if (rivals !== undefined) {
      const [left, right] = rivals;
      const { from, to } = this.#claims;
      const areForward = from[left] < to[left] && from[right] < to[right];
      const ends = [left, right].flatMap((writer) => this.#claims.blockOf(writer));
      return this.accuse(ends, areForward ? TOGETHER : WITHIN);
    }
    this.open = open;
    for (let before = Infinity; open.length < before;) {
      before = open.length;
      const left: number[] = [];
      for (const i of open) {
        this.#pace.turn();
        this.#ruleOut(i);
        if (this.#claims.work > mostWork) return "much";
        if (counts[i] === 0) return this.accuse([reads[i]], GONE);
        if (counts[i] > 1) left.push(i);
        else this.#settle(i);
      }
      this.open = open = left;
    }
    return undefined;
  }

  /** The same claims once more, with nothing given away. */
  repeat(claims: Claims): void {
    const { reads } = this.#table;
    const open = new Set(this.open);
    for (let i = 0; i < reads.length; i++) if (!open.has(i)) claims.settle(reads[i], this.writer[i]);
    claims.begin();
  }

  #settle(i: number): void {
    const { starts, writers } = this.#sources;
    this.writer[i] = writers[starts[i]];
    this.#claims.settle(this.#table.reads[i], this.writer[i]);
  }

  /** Only the writers stay with which a read makes no rivals of what is settled. */
  #ruleOut(i: number): void {
    const { starts, counts, writers } = this.#sources;
    const k = this.#table.reads[i];
    let kept = starts[i];
    for (let at = starts[i]; at < starts[i] + counts[i]; at++) {
      const writer = writers[at];
      const [rival] = this.#claims.rivalsWith(writer, k, 1);
      if (rival === undefined) {
        writers[kept++] = writer;
        continue;
      }
      const ends = [...this.#claims.blockOf(writer, k), ...this.#claims.blockOf(rival)];
      this.#rulings.set(k, [...this.#rulings.get(k) ?? [], ...ends]);
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
      if (op[k] !== READ) continue;
      for (const maker of makers) {
        if (value[maker] === value[k] && call[maker] < ret[k]) left.push(maker);
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
    for (let k = read - 1; k >= 0; k--) {
      if (ret[k] > call[read]) continue;
      if (op[k] === WRITE || (op[k] === READ && value[k] !== value[read])) return k;
    }
    return -1;
  }
}

/** Why a read is impossible. */
const GONE = "no write of what was read can be the last one before it";
