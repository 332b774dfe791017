/**
 * The course's eight books, where they are at hand; else texts of the same names and sizes from a seed.
 *
 * `FLOTILLA_BOOKS` names their folder; without it, a folder `shared/data/pg` beside the repository is looked for.
 * @module
 */

import { fileURLToPath } from "node:url";
import { inventText, inventWords } from "../texts.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import type { TextInput } from "../../../mapreduce/mod.ts";

const NAMES: readonly (readonly [name: string, sizeBytes: number])[] = [
  ["being_ernest", 138_885],
  ["dorian_gray", 453_168],
  ["frankenstein", 441_033],
  ["grimm", 540_174],
  ["huckleberry_finn", 594_262],
  ["metamorphosis", 139_054],
  ["sherlock_holmes", 581_863],
  ["tom_sawyer", 412_665],
];
const SEED = 6840;
const BESIDE = fileURLToPath(new URL("../../../../shared/data/pg", import.meta.url));

/** What word count must find in them. */
export interface Figures {
  /** The first lines of the sorted output. */
  readonly first: readonly string[];
  /** The line of the commonest word. */
  readonly commonest: string;
  readonly distinct: number;
  /** Distinct words in each of ten buckets. */
  readonly perBucket: readonly number[];
}

/** The course's books (labs, 4.2). */
const GENUINE: Figures = {
  first: ["A 509", "ABOUT 2", "ACT 8"],
  commonest: "the 29748",
  distinct: 22_107,
  perBucket: [2190, 2177, 2173, 2215, 2233, 2209, 2248, 2194, 2251, 2217],
};

/** The invented ones, as `tr`, `sort` and `uniq` count them. */
const INVENTED: Figures = {
  first: ["A 214", "AAei 15", "AAlfAsitpcr 17"],
  commonest: "klO 21698",
  distinct: 12_000,
  perBucket: [1246, 1180, 1266, 1152, 1200, 1200, 1157, 1181, 1194, 1224],
};

/** What the tests read. */
export interface Books {
  /** Whether these are the course's own. */
  readonly genuine: boolean;
  readonly inputs: readonly TextInput[];
  readonly figures: Figures;
}

/** The books. */
export function readBooks(): Books {
  const folder = Deno.env.get("FLOTILLA_BOOKS") ?? BESIDE;
  const paths = NAMES.map(([name]) => `${folder}/pg-${name}.txt`);
  if (paths.every(exists)) {
    const inputs = paths.map((name) => ({ name, contents: Deno.readTextFileSync(name) }));
    return { genuine: true, inputs, figures: GENUINE };
  }
  const random = seededRandom(SEED).split("books");
  const words = inventWords(random, 12_000);
  const inputs = NAMES.map(([name, sizeBytes]) => ({
    name: `pg-${name}.txt`,
    contents: inventText(random, words, sizeBytes),
  }));
  return { genuine: false, inputs, figures: INVENTED };
}

/** Puts invented books into a folder; returns the names to give on a command line there. */
export function placeBooks(books: Books, folder: string): string[] {
  if (books.genuine) return books.inputs.map(({ name }) => name);
  for (const { name, contents } of books.inputs) Deno.writeTextFileSync(`${folder}/${name}`, contents);
  return books.inputs.map(({ name }) => name);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
