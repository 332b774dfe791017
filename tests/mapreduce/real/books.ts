/**
 * The course's eight books, where `FLOTILLA_BOOKS` names their folder; else texts of the same names and sizes from a seed.
 * @module
 */

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

/** What the tests read. */
export interface Books {
  /** Whether these are the course's own, whose figures are known. */
  readonly genuine: boolean;
  readonly inputs: readonly TextInput[];
}

/** The books. */
export function readBooks(): Books {
  const folder = Deno.env.get("FLOTILLA_BOOKS") ?? "";
  const paths = NAMES.map(([name]) => `${folder}/pg-${name}.txt`);
  if (folder !== "" && paths.every(exists)) {
    return { genuine: true, inputs: paths.map((name) => ({ name, contents: Deno.readTextFileSync(name) })) };
  }
  const random = seededRandom(SEED).split("books");
  const words = inventWords(random, 12_000);
  const inputs = NAMES.map(([name, sizeBytes]) => ({
    name: `pg-${name}.txt`,
    contents: inventText(random, words, sizeBytes),
  }));
  return { genuine: false, inputs };
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
