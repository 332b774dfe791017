import type { Part } from "../parts.ts";
import type { Budget } from "../budget.ts";
import { Claims } from "./claims.ts";
import { Pace } from "./pace.ts";
import type { RegisterTable } from "./register_table.ts";
import type { FastResult } from "./result.ts";
import type { Settled } from "./settled.ts";
import type { Sources } from "./sources.ts";

/** So many reads are looked at together, at most, and so many ways of giving them away. */
const MOST_READS = 16;
const MOST_WAYS = 20_000;

/**
 * Of reads that were given away again and again whether there is any way to give them to writers, all others that are not settled
 * left out: then they have no answer to be believed. If there is none the history is impossible. `undefined` if that is not found.
 *
 * `restless`: by position among the reads, those that were given away most often first.
 */
export function refute(
  { table, part, sources, settled, restless }: {
    readonly table: RegisterTable;
    readonly part: Part;
    readonly sources: Sources;
    readonly settled: Settled;
    readonly restless: readonly number[];
  },
  budget: Budget,
): FastResult | undefined {
  const most = Math.min(MOST_READS, restless.length);
  for (let size = Math.min(2, most); size > 0; size = size < most ? Math.min(2 * size, most) : 0) {
    const claims = new Claims(table.makers, part, budget.scratch);
    settled.repeat(claims);
    const ways = new Ways({ sources, claims }, new Pace(claims, budget));
    // Those that are next to each other are tried one after the other.
    const some = restless.slice(0, size).sort((a, b) => a - b);
    if (ways.find(some, 0) !== "none") continue;
    return settled.accuse([...some.map((i) => sources.readers[i]), ...ways.ends], NO_WAY);
  }
  return undefined;
}

/** Why some reads are impossible together. */
const NO_WAY = "whichever write each of them saw, one value must have been there during the time of another";

class Ways {
  /** Who marked the ends of zones that were rivals. */
  readonly ends = new Set<number>();
  readonly #sources: Sources;
  readonly #claims: Claims;
  readonly #pace: Pace;
  #left = MOST_WAYS;

  constructor({ sources, claims }: { readonly sources: Sources; readonly claims: Claims }, pace: Pace) {
    this.#sources = sources;
    this.#claims = claims;
    this.#pace = pace;
  }

  /** Whether the reads from a place on can be given away. */
  find(reads: readonly number[], from: number): "one" | "none" | "unknown" {
    if (from === reads.length) return "one";
    const { readers, starts, counts, writers } = this.#sources;
    const i = reads[from];
    const k = readers[i];
    for (let at = starts[i]; at < starts[i] + counts[i]; at++) {
      if (this.#left-- === 0) return "unknown";
      this.#pace.turn();
      const writer = writers[at];
      const against = this.#claims.against(k, writer);
      if (against !== undefined) {
        for (const end of against) this.ends.add(end);
        continue;
      }
      this.#claims.give(k, writer);
      const found = this.find(reads, from + 1);
      if (found !== "none") return found;
      this.#claims.take(k, writer);
    }
    return "none";
  }
}
