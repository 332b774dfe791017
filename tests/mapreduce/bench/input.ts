/**
 * The text that everybody counts: the course's books over and over where they are at hand, else invented ones.
 * @module
 */

import { seededRandom } from "../../../runtime/mod.ts";
import { readBooks } from "../real/books.ts";

/** A file to be counted. */
export interface BenchInput {
  readonly path: string;
  readonly sizeBytes: number;
  /** What is in it, in a few words. */
  readonly what: string;
}

/**
 * Writes `sizeBytes` of text into `folder`.
 * @param rarePercent So many of a hundred lines end with words that occur nowhere else: a table of words that fits into no
 * memory, where books have some 20,000.
 */
export function writeInput(folder: string, sizeBytes: number, rarePercent: number): BenchInput {
  const path = `${folder}/input.txt`;
  const { genuine, inputs } = readBooks();
  const text = inputs.map(({ contents }) => contents).join("");
  const random = seededRandom(7).split("rare words");
  const encoder = new TextEncoder();
  using file = Deno.createSync(path);
  let left = sizeBytes;
  const plain = encoder.encode(text);
  while (left > 0) {
    const bytes = rarePercent === 0
      ? plain
      : encoder.encode(addRareWords(text, rarePercent, () => random.next()));
    const part = bytes.subarray(0, left);
    for (let at = 0; at < part.length;) at += file.writeSync(part.subarray(at));
    left -= part.length;
  }
  const rare = rarePercent === 0 ? "" : `, ${rarePercent} % of the lines with words of their own`;
  return {
    path,
    sizeBytes,
    what: `${genuine ? "the course's books" : "invented books"} over and over${rare}`,
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function addRareWords(text: string, percent: number, next: () => number): string {
  return text.replaceAll("\n", () => {
    if (next() * 100 >= percent) return "\n";
    let word = "";
    for (let at = 0; at < 12; at++) word += LETTERS[Math.floor(next() * 26)];
    return ` ${word}\n`;
  });
}
