import type { Budget } from "../budget.ts";
import type { Part } from "../parts.ts";
import { Claims } from "./claims.ts";
import { replayOf } from "./failed_swaps.ts";
import { insertReads } from "./insert.ts";
import { Pace } from "./pace.ts";
import { INITIAL, type RegisterTable } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import type { Memory } from "../scratch.ts";
import { Settled } from "./settled.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import { refute } from "./unplaced.ts";
import { Writes } from "./writes.ts";

/** So often the open reads may be given away, and so much may be looked at for each operation; then it is for a search. */
const MOST_TURNS = { base: 4096, each: 8 };
const MOST_WORK = 256;
/** A read that was given away more often is given to any writer now and then, once in so many turns: else two can go round in circles. */
const SETTLED_TURNS = 3;
const STRAY = 6;
/** So many operations take as long as a configuration of a search: a power of two. */
const OPERATIONS = 3;

/**
 * Registers whose values are written again, without compare-and-sets that swap. If it was known which write each read saw, each write
 * could have a value of its own, and zones would decide. Of many reads it is known: only one write can have been it (`sourcesOf`).
 * The others are given to a write of theirs, one after the other, so that no two zones are rivals (`Claims`). Where one has to be in the
 * way, others are taken back, and given away anew: those that were so least often.
 *
 * If that comes to an end, the order that zones find then is one of the history, in which what a write is called does not matter. If it
 * does not, mostly a few reads are given away for ever: that there is no way to do it may be found out of them alone (`refute`).
 */
export function decideRepeated(table: RegisterTable, part: Part, budget: Budget): FastResult | undefined {
  const { scratch } = budget;
  const sources = sourcesOf(table, part, budget);
  if (sources === undefined) return undefined;
  const claims = new Claims(table.makers, part, scratch);
  const settled = new Settled(table, part, sources, claims, new Pace(claims, budget));
  const wrong = settled.run(MOST_WORK * table.count);
  budget.spend(table.count >>> OPERATIONS);
  if (wrong !== undefined) return wrong === "much" ? undefined : wrong;
  const givings = new Givings(table, { sources, claims, settled }, budget);
  const writers = givings.run();
  if (writers === undefined) {
    return refute(table, { part, sources, settled, restless: givings.restless() }, budget);
  }
  const found = new Writes(named(table, writers, scratch), part, scratch).decide();
  if (found?.verdict !== "ok") return undefined;
  return table.failed.length === 0 ? found : insertReads(found.order, table.failed, part, replayOf(table));
}

/** What is known before reads are given away. */
interface Known {
  readonly sources: Sources;
  readonly claims: Claims;
  readonly settled: Settled;
}

/** Reads that are given to writers, until all have one and no zones are rivals. */
class Givings {
  readonly #reads: Int32Array;
  readonly #sources: Sources;
  readonly #claims: Claims;
  readonly #open: number[];
  readonly #pace: Pace;
  readonly #mostWork: number;
  /** By position among the reads: its writer; and how often it was given away. */
  readonly #writer: Int32Array;
  readonly #turns: Int32Array;
  /** Where the numbers stand that say who strays: they begin alike in each check, so that the same history has the same order. */
  #chance = 1;
  /** By operation: its position among the reads. */
  readonly #position: Int32Array;

  constructor({ reads, count }: RegisterTable, { sources, claims, settled }: Known, budget: Budget) {
    this.#reads = reads;
    this.#sources = sources;
    this.#claims = claims;
    this.#open = [...settled.open];
    this.#pace = new Pace(claims, budget);
    this.#mostWork = MOST_WORK * count;
    this.#writer = settled.writer;
    this.#turns = budget.scratch.int32(reads.length);
    this.#position = budget.scratch.int32(count);
    for (let i = 0; i < reads.length; i++) this.#position[reads[i]] = i;
  }

  /** By read, its writer; `undefined` if not all were found one. */
  run(): Int32Array | undefined {
    // The last one is given away first: the earliest.
    const open = this.#open;
    let left = MOST_TURNS.base + MOST_TURNS.each * open.length;
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      if (left-- === 0 || this.#claims.work > this.#mostWork) return undefined;
      this.#pace.turn();
      for (const k of this.#give(i)) open.push(this.#position[k]);
    }
    return this.#writer;
  }

  /** The reads that were given away more than once, by position, most often first. */
  restless(): readonly number[] {
    const turns = this.#turns;
    const restless: number[] = [];
    turns.forEach((count, i) => count > 1 && restless.push(i));
    return restless.sort((a, b) => turns[b] - turns[a] || a - b);
  }

  /** Gives a read to a writer; answers the reads that were taken back for it. */
  #give(i: number): readonly number[] {
    const claims = this.#claims;
    const k = this.#reads[i];
    const writer = this.#choose(i);
    const rivals = claims.rivalsWith(writer, k);
    this.#turns[i]++;
    this.#writer[i] = writer;
    claims.give(k, writer);
    const taken: number[] = [];
    for (const rival of rivals) {
      while (claims.areRivals(writer, rival)) {
        const read = this.#leastOften([...claims.endsOf(rival), ...claims.endsOf(writer)], k);
        claims.take(read, this.#writer[this.#position[read]]);
        taken.push(read);
      }
    }
    return taken;
  }

  #leastOften(reads: readonly number[], but: number): number {
    let least = -1;
    let fewest = Infinity;
    for (const read of reads) {
      const turns = this.#turns[this.#position[read]];
      if (read !== but && turns < fewest) [least, fewest] = [read, turns];
    }
    if (least < 0) {
      throw new TypeError("what is settled is no rival of any one read with a writer that was not ruled out");
    }
    return least;
  }

  /** How many are in the way of a read with a writer, up to so many; one more if it was taken away from that one. */
  #costOf(i: number, writer: number, most: number): number {
    return this.#claims.rivalsWith(writer, this.#reads[i], most).length +
      (writer === this.#writer[i] ? 1 : 0);
  }

  /** A number below a bound, the same ones in each check. */
  #below(bound: number): number {
    this.#chance = (Math.imul(this.#chance, 1103515245) + 12345) & 0x7fffffff;
    return (this.#chance >>> 8) % bound;
  }

  /** The writer whose zone grows least, of those with fewest rivals. */
  #choose(i: number): number {
    const { starts, counts, writers } = this.#sources;
    const claims = this.#claims;
    const k = this.#reads[i];
    const [start, end] = [starts[i], starts[i] + counts[i]];
    if (this.#turns[i] > SETTLED_TURNS && this.#below(STRAY) === 0) {
      return writers[start + this.#below(counts[i])];
    }
    // Mostly the first choice is in nobody's way.
    let best = writers[start];
    for (let at = start + 1; at < end; at++) {
      if (claims.growthWith(writers[at], k) < claims.growthWith(best, k)) best = writers[at];
    }
    let fewest = this.#costOf(i, best, Infinity);
    let least = claims.growthWith(best, k);
    for (let at = start; at < end && fewest > 0; at++) {
      const cost = this.#costOf(i, writers[at], fewest + 1);
      const growth = claims.growthWith(writers[at], k);
      if (cost < fewest || (cost === fewest && growth < least)) {
        [best, fewest, least] = [writers[at], cost, growth];
      }
    }
    return best;
  }
}

/** The table with a value of its own for each write, and each read with the value of its writer. */
function named(table: RegisterTable, writers: Int32Array, memory: Memory): RegisterTable {
  const { count, makers, reads } = table;
  const value = memory.int32(count);
  const producers = memory.int32(makers.length + 1).fill(-1);
  const nameOf = (writer: number): number => writer === makers.length ? INITIAL : writer + 1;
  for (let w = 0; w < makers.length; w++) {
    value[makers[w]] = nameOf(w);
    producers[nameOf(w)] = makers[w];
  }
  for (let i = 0; i < reads.length; i++) value[reads[i]] = nameOf(writers[i]);
  return { ...table, value, producers, values: makers.length + 1, unique: true, failed: [] };
}
