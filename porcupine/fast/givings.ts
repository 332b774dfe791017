import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import type { Claims } from "./claims.ts";
import { Pace } from "./pace.ts";
import { FAILED, type RegisterTable } from "./register_table.ts";
import { isLost, type Settled } from "./settled.ts";
import { type Sources, withFailed } from "./sources.ts";

/** So often those that are open may be given away; then it is for a search. */
const MOST_TURNS = { base: 4096, each: 8 };
/** Who was given away more often is given to any writer now and then, once in so many turns: else two can go round in circles. */
const SETTLED_TURNS = 3;
const STRAY = 6;

/** What is known before anything is given away. */
interface Known {
  readonly sources: Sources;
  readonly claims: Claims;
  readonly settled: Settled;
  /** Of the claims. */
  readonly mostWork: number;
}

/**
 * Reads, and compare-and-sets that swapped, are given to writers one after the other, so that no two zones are rivals (`Claims`). Where
 * one has to be in the way, others are taken back, and given away anew: those that were so least often.
 */
export class Givings {
  readonly #table: RegisterTable;
  readonly #part: Part;
  /** Who is to be given to whom. */
  sources: Sources;
  readonly #claims: Claims;
  readonly #open: number[];
  readonly #pace: Pace;
  readonly #mostWork: number;
  /** By position among the readers: its writer, or -1; and how often it was given away. */
  #writer: Int32Array;
  #turns: Int32Array;
  /** Where the numbers stand that say who strays: they begin alike in each check, so that the same history has the same order. */
  #chance = 1;
  /** By operation: its position among the readers. */
  readonly #position: Int32Array;
  readonly #budget: Budget;

  constructor(
    table: RegisterTable,
    part: Part,
    { sources, claims, settled, mostWork }: Known,
    budget: Budget,
  ) {
    const { readers } = sources;
    this.#table = table;
    this.#part = part;
    this.sources = sources;
    this.#claims = claims;
    this.#open = [...settled.open];
    this.#pace = new Pace(claims, budget);
    this.#budget = budget;
    this.#mostWork = mostWork;
    this.#writer = settled.writer.slice();
    this.#turns = budget.scratch.int32(readers.length);
    this.#position = budget.scratch.int32(table.count);
    for (let i = 0; i < readers.length; i++) this.#position[readers[i]] = i;
    for (const writer of this.#writer) this.#need(writer);
  }

  /** What is not known to have swapped has to, now that its value is needed. */
  #need(writer: number): void {
    if (this.#isIdle(writer)) this.#open.push(this.#position[this.#table.makers[writer]]);
  }

  /** Whether a writer is a swap without an answer that has not been given to a writer itself. */
  #isIdle(writer: number): boolean {
    const { makers } = this.#table;
    if (writer < 0 || writer === makers.length || !isLost(this.#table, this.#part, makers[writer])) {
      return false;
    }
    return this.#writer[this.#position[makers[writer]]] < 0;
  }

  /** By reader, its writer; `undefined` if not all were found one. */
  run(): Int32Array | undefined {
    // The last one is given away first: the earliest.
    const open = this.#open;
    let left = MOST_TURNS.base + MOST_TURNS.each * open.length;
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      // A swap without an answer may be asked for twice.
      if (this.#writer[i] >= 0) continue;
      if (left-- === 0 || this.#claims.work > this.#mostWork) return undefined;
      this.#pace.turn();
      if (!this.#give(i)) return undefined;
    }
    return this.#writer;
  }

  /** Gives away compare-and-sets that failed, too: to writers of other values than the one they asked for. */
  adopt(failed: readonly number[]): void {
    const { readers } = this.sources;
    const memory = this.#budget.scratch;
    this.sources = withFailed(this.sources, failed, {
      table: this.#table,
      part: this.#part,
      budget: this.#budget,
    });
    const turns = this.#turns;
    const writer = this.#writer;
    this.#turns = memory.int32(readers.length + failed.length);
    this.#turns.set(turns);
    this.#writer = memory.int32(readers.length + failed.length).fill(-1);
    this.#writer.set(writer);
    failed.forEach((k, at) => {
      this.#position[k] = readers.length + at;
      this.#open.push(readers.length + at);
    });
  }

  /**
   * The readers that were given away more than once, by position, most often first: reads, and what swapped. Where one that failed is
   * impossible, all writes of other values would have to be accused.
   */
  restless(): readonly number[] {
    const turns = this.#turns;
    const { op } = this.#table;
    const { readers } = this.sources;
    const restless: number[] = [];
    turns.forEach((count, i) => {
      const isSure = op[readers[i]] !== FAILED && !isLost(this.#table, this.#part, readers[i]);
      if (count > 1 && isSure) restless.push(i);
    });
    return restless.sort((a, b) => turns[b] - turns[a] || a - b);
  }

  /** Gives a reader to a writer, and takes back what is in the way; false if there is no writer for it. */
  #give(i: number): boolean {
    const claims = this.#claims;
    const k = this.sources.readers[i];
    const writer = this.#choose(i);
    if (writer < 0) return false;
    this.#turns[i]++;
    for (const other of claims.inTheWay(k, writer) ?? []) this.#take(other);
    const isInTheWay = claims.rivalsWith(writer, k, 1).length > 0;
    this.#writer[i] = writer;
    claims.give(k, writer);
    this.#need(writer);
    if (isInTheWay) this.#makeRoom(k, writer);
    return true;
  }

  #makeRoom(k: number, writer: number): void {
    const claims = this.#claims;
    for (;;) {
      const rival = claims.rivalOf(writer);
      if (rival === undefined) return;
      const least = this.#leastOften(
        [...claims.endsOf(rival), ...claims.endsOf(claims.chains.head[writer])],
        k,
      );
      this.#take(least ?? k);
      if (least === undefined) return;
    }
  }

  /** Takes a reader back; it is the next to be given away. */
  #take(k: number): void {
    const i = this.#position[k];
    this.#claims.take(k, this.#writer[i]);
    this.#writer[i] = -1;
    this.#open.push(i);
  }

  #leastOften(readers: readonly number[], but: number): number | undefined {
    let least: number | undefined;
    let fewest = Infinity;
    for (const k of readers) {
      const turns = this.#turns[this.#position[k]];
      if (k !== but && turns < fewest) [least, fewest] = [k, turns];
    }
    return least;
  }

  /** How many are in the way of a reader with a writer, up to so many. */
  #costOf(i: number, writer: number, most: number): number {
    const k = this.sources.readers[i];
    const inTheWay = this.#claims.inTheWay(k, writer);
    if (inTheWay === undefined) return Infinity;
    const own = inTheWay.length + (this.#isIdle(writer) ? 1 : 0);
    const left = most - own;
    return own + (left > 0 ? this.#claims.rivalsWith(writer, k, left).length : 0);
  }

  /** A number below a bound, the same ones in each check. */
  #below(bound: number): number {
    this.#chance = (Math.imul(this.#chance, 1103515245) + 12345) & 0x7fffffff;
    return (this.#chance >>> 8) % bound;
  }

  /** The writer whose zone grows least, of those with fewest in the way; -1 if there is none. */
  #choose(i: number): number {
    const { readers, starts, counts, writers } = this.sources;
    const claims = this.#claims;
    const k = readers[i];
    const [start, end] = [starts[i], starts[i] + counts[i]];
    if (this.#turns[i] > SETTLED_TURNS && this.#below(STRAY) === 0) {
      const stray = writers[start + this.#below(counts[i])];
      if (claims.inTheWay(k, stray) !== undefined) return stray;
    }
    // Mostly the first choice is in nobody's way.
    let best = writers[start];
    for (let at = start + 1; at < end; at++) {
      if (claims.growthWith(writers[at], k) < claims.growthWith(best, k)) best = writers[at];
    }
    let fewest = start < end ? this.#costOf(i, best, Infinity) : Infinity;
    let least = claims.growthWith(best, k);
    for (let at = start; at < end && fewest > 0; at++) {
      const cost = this.#costOf(i, writers[at], fewest + 1);
      const growth = claims.growthWith(writers[at], k);
      if (cost < fewest || (cost === fewest && growth < least)) {
        [best, fewest, least] = [writers[at], cost, growth];
      }
    }
    return fewest < Infinity ? best : -1;
  }
}
