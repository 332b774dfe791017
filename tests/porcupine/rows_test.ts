/**
 * The configurations of a level, held against their definition.
 */
import { LEAVING, Rows } from "../../porcupine/search/values/rows.ts";
import { OWN_ARRAYS } from "../../porcupine/scratch.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { Random } from "./fuzz/random.ts";

const VALUES = 4;

interface Plain {
  readonly masks: readonly number[];
  readonly decision: number;
  leaves: boolean;
  isDead: boolean;
}

function dominates(one: readonly number[], other: readonly number[]): boolean {
  return one[0] === other[0] && one.every((word, j) => j === 0 || (word & ~other[j]) === 0);
}

/** What {@linkcode Rows.add} does, by its definition; whoever came last is asked first. */
function addPlainly(all: Plain[], one: Plain): void {
  for (const other of all.toReversed()) {
    if (other.isDead) continue;
    if (dominates(other.masks, one.masks)) {
      other.leaves ||= one.leaves;
      return;
    }
    if (!dominates(one.masks, other.masks)) continue;
    other.isDead = true;
    one.leaves ||= other.leaves;
  }
  all.push(one);
}

/** Mostly small masks, so that many are one within the other. */
function drawMasks(random: Random, words: number): number[] {
  const mask = () => random.below(2) * (1 << (28 + random.below(4))) | (random.below(16) & random.below(16));
  return [random.below(VALUES), ...Array.from({ length: 2 * words }, mask)];
}

const title =
  "of a level's configurations those stay that no other one dominates, also after going back to what was there";
Deno.test(title, () =>
  forSeeds(title, 60, (seed) => {
    const random = new Random(seed);
    const words = 1 + random.below(3);
    const rows = new Rows(words, VALUES, OWN_ARRAYS);
    let all: Plain[] = [];
    let kept: { copy: Int32Array; all: Plain[] } = { copy: rows.copy(), all: [] };
    for (let decision = 0; decision < 400; decision++) {
      switch (random.below(60)) {
        case 0:
          rows.clear();
          all = [];
          break;
        case 1:
          kept = { copy: rows.copy(), all: all.map((one) => ({ ...one })) };
          break;
        case 2:
          rows.restore(kept.copy);
          all = kept.all.map((one) => ({ ...one }));
          break;
      }
      const masks = drawMasks(random, words);
      const leaves = random.below(3) === 0;
      const before = all.length;
      addPlainly(all, { masks, decision, leaves, isDead: false });
      const isNew = rows.add(Int32Array.from(masks), decision, leaves ? LEAVING : 0);
      if (isNew !== all.length > before) return `${decision} is ${isNew ? "" : "not "}taken in`;
      if (rows.count !== all.length) return `${rows.count} configurations, and not ${all.length}`;
      for (const [i, one] of all.entries()) {
        const is = [rows.decision(i), rows.isDead(i), rows.leaves(i)].join();
        const be = [one.decision, one.isDead, one.leaves && !one.isDead].join();
        if (is !== be) return `after ${decision}, the ${i}. is ${is}, and not ${be}`;
        const base = i * rows.stride;
        if (one.masks.some((word, j) => rows.rows[base + j] !== word)) return `the ${i}. is another one`;
      }
    }
  }));
