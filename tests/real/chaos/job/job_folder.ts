/**
 * The folder of a real job: texts, what must be counted in them, and what is there of it at present.
 * @module
 */

import { bucketOf, intermediateName, outputName } from "../../../../mapreduce/mod.ts";
import { attemptOf, JOURNAL_NAME } from "../../../../mapreduce/names.ts";
import { inventTexts } from "../../../mapreduce/texts.ts";

/** How large a job is. */
export interface JobSize {
  readonly files: number;
  /** Of each text, about. */
  readonly bytes: number;
  readonly reduces: number;
}

/** Some seconds' work for three workers. */
export const USUAL_SIZE: JobSize = { files: 30, bytes: 2500, reduces: 6 };

/** How far a job is, as its folder shows. */
export interface Look {
  /** Map tasks whose files all have their final names. */
  readonly maps: number;
  /** Outputs that have their names. */
  readonly reduces: number;
  /** What is wrong with an output that has its name, as a sentence; null if nothing is. */
  readonly wrong: string | null;
}

const WORK = "mr-work";

/** See the module's page. */
export class JobFolder {
  /** Where everything is. */
  readonly path: string;
  readonly size: JobSize;
  /** What each output must hold. */
  readonly expected: readonly string[];
  /** Finished maps may have to be done again: something of them was lost or damaged. */
  mapsDamaged = false;

  /** Writes the texts of a job below `path`. Equal seeds and sizes give equal texts. */
  static async make(path: string, seed: number, size: JobSize): Promise<JobFolder> {
    const texts = inventTexts(seed, size.files, size.bytes);
    await Deno.mkdir(`${path}/in`, { recursive: true });
    for (const { name, contents } of texts) await Deno.writeTextFile(`${path}/in/${name}`, contents);
    return new JobFolder(path, size, countWords(texts.map(({ contents }) => contents), size.reduces));
  }

  /** A folder in which each output must be what is expected of it. */
  constructor(path: string, size: JobSize, expected: readonly string[]) {
    this.path = path;
    this.size = size;
    this.expected = expected;
  }

  /** Where the texts are. */
  get input(): string {
    return `${this.path}/in`;
  }

  /** Whether the coordinator has written down that there is a job. */
  get hasJournal(): boolean {
    return namesIn(`${this.path}/${WORK}`).includes(JOURNAL_NAME);
  }

  /** Looks around. */
  look(): Look {
    const { files, reduces } = this.size;
    const made = new Set(namesIn(`${this.path}/${WORK}`));
    let maps = 0;
    for (let map = 0; map < files; map++) {
      let whole = true;
      for (let reduce = 0; whole && reduce < reduces; reduce++) {
        whole = made.has(intermediateName(map, reduce));
      }
      if (whole) maps++;
    }
    const there = namesIn(this.path).filter((name) => /^mr-out-\d+$/.test(name));
    const wrong = there.map((name) => this.#wrongIn(name)).find((one) => one !== null) ?? null;
    return { maps, reduces: there.length, wrong };
  }

  /** What is wrong with the output of a job that is over; null if nothing is. */
  async judge(): Promise<string | null> {
    for (const [reduce, expected] of this.expected.entries()) {
      const name = outputName(reduce);
      const found = await Deno.readTextFile(`${this.path}/${name}`).catch(() => null);
      if (found !== expected) return difference(name, found, expected);
    }
    const more = namesIn(this.path).find((name) =>
      /^mr-out-/.test(name) && !this.expected.some((_, reduce) => name === outputName(reduce))
    );
    return more === undefined ? null : `${more} is one output too many`;
  }

  /** Removes what a map task has made; false if there is nothing. */
  loseMap(number: number): boolean {
    const map = number % this.size.files;
    let lost = false;
    for (let reduce = 0; reduce < this.size.reduces; reduce++) {
      lost = remove(`${this.path}/${WORK}/${intermediateName(map, reduce)}`) || lost;
    }
    this.mapsDamaged ||= lost;
    return lost;
  }

  /** Damages a file that a map task has made; false if there is none. `place`: where, from 0 to 1. */
  damageMap(map: number, reduce: number, how: "flip" | "cut", place: number): boolean {
    const { files, reduces } = this.size;
    const path = `${this.path}/${WORK}/${intermediateName(map % files, reduce % reduces)}`;
    try {
      using file = Deno.openSync(path, { read: true, write: true });
      const { size } = file.statSync();
      if (size === 0) return false;
      const at = Math.min(size - 1, Math.floor(place * size));
      if (how === "cut") file.truncateSync(at);
      else {
        const byte = new Uint8Array(1);
        file.seekSync(at, Deno.SeekMode.Start);
        file.readSync(byte);
        byte[0] ^= 1 << Math.floor(place * 97) % 8;
        file.seekSync(at, Deno.SeekMode.Start);
        file.writeSync(byte);
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
    return this.mapsDamaged = true;
  }

  /** Takes away what workers have written and nobody has named yet. */
  wipeScratch(): void {
    for (const folder of [this.path, `${this.path}/${WORK}`]) {
      for (const name of namesIn(folder)) if (attemptOf(name) !== null) remove(`${folder}/${name}`);
    }
  }

  /**
   * What is wrong with an output that has its name. It is read each time: what was right a moment ago can have been
   * written over since, to the same size and within the same tick of the file system's clock.
   */
  #wrongIn(name: string): string | null {
    const expected = this.expected[Number(name.slice("mr-out-".length))] ?? null;
    try {
      const found = Deno.readTextFileSync(`${this.path}/${name}`);
      return found === expected ? null : difference(name, found, expected ?? "");
    } catch (error) {
      // A job that is begun anew removes what an earlier one left.
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }
}

/** What each output must hold: counted here, with nothing of what is tested but the rule that says which word goes where. */
function countWords(texts: readonly string[], reduces: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of text.split(/[^A-Za-z]+/)) {
      if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const outputs: string[] = new Array(reduces).fill("");
  for (const word of [...counts.keys()].sort()) {
    outputs[bucketOf(word, reduces)] += `${word} ${counts.get(word)}\n`;
  }
  return outputs;
}

function difference(name: string, found: string | null, expected: string): string {
  if (found === null) return `${name} is missing`;
  const [is, should] = [found.split("\n"), expected.split("\n")];
  const at = should.findIndex((line, number) => line !== is[number]);
  const line = at === -1 ? should.length : at;
  const [left, right] = [is[line], should[line]].map((one) => JSON.stringify(one ?? "the end"));
  return `line ${line + 1} of ${name} is ${left} instead of ${right}`;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
