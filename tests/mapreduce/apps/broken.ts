/**
 * Sources of applications with faults of their own, and the input that shows them.
 * @module
 */

/** A map that is as it should be. */
export const GOOD_MAP = `export function* map(name: string, contents: string): Iterable<[string, string]> {
  for (const line of contents.split("\\n")) if (line !== "") yield [line.slice(0, 1), line];
}`;
/** A reduce that is as it should be. */
export const GOOD_REDUCE = `export function reduce(_key: string, values: Iterable<string>): string {
  return String([...values].length);
}`;
/** One line of it is bad. */
export const INPUT = "alpha\nbeta\nBAD gamma\ndelta\nant\n";
/** Where that line is. */
export const AT_BAD = "(at in.txt, bytes 11 to 20)";

/** What to do with the bad line, within a map. */
export function mapThat(does: string): string {
  return `export function* map(name: string, contents: string): Iterable<[string, string]> {
    for (const line of contents.split("\\n")) {
      if (line.startsWith("BAD")) { ${does} }
      if (line !== "") yield [line.slice(0, 1), line];
    }
  }\n${GOOD_REDUCE}`;
}

/** What to do with the keys of bad lines, within a reduce. */
export function reduceThat(does: string): string {
  return `${GOOD_MAP}\nexport function reduce(key: string, values: Iterable<string>): string {
    if (key === "B") { ${does} }
    return String([...values].length);
  }`;
}
