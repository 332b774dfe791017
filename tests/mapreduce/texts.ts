/**
 * Texts to work on: the course's books where an environment variable says where they are, else invented ones.
 * @module
 */

import { type Random, seededRandom } from "../../runtime/mod.ts";

/** A vocabulary in which few words are common and most are rare, as in books. */
export function inventWords(random: Random, count: number): string[] {
  const letters = "etaoinshrdlucmfwypvbgkqjxzETAOINS";
  const words = new Set<string>();
  while (words.size < count) {
    const length = 1 + Math.floor(random.next() ** 2 * 11);
    let word = "";
    for (let at = 0; at < length; at++) word += letters[Math.floor(random.next() ** 2 * letters.length)];
    words.add(word);
  }
  return [...words];
}

/** A text of about `sizeBytes`, in lines of some 70 characters. */
export function inventText(random: Random, words: readonly string[], sizeBytes: number): string {
  const lines: string[] = [];
  let line = "";
  for (let size = 0; size < sizeBytes;) {
    const word = words[Math.floor(random.next() ** 3 * words.length)];
    line += line === "" ? word : `${random.chance(0.1) ? ", " : " "}${word}`;
    if (line.length < 68) continue;
    lines.push(line);
    size += line.length + 1;
    line = random.chance(0.05) ? "\n" : "";
  }
  return `${lines.join("\n")}\n`;
}

/** `count` texts of about `sizeBytes` each, all from `seed`. */
export function inventTexts(
  seed: number,
  count: number,
  sizeBytes: number,
): { name: string; contents: string }[] {
  const random = seededRandom(seed).split("texts");
  const words = inventWords(random, Math.max(50, Math.floor(Math.sqrt(sizeBytes) * 20)));
  return Array.from({ length: count }, (_, at) => ({
    name: `text-${at}.txt`,
    contents: inventText(random, words, Math.floor(sizeBytes * (0.5 + random.next()))),
  }));
}
