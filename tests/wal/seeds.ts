/**
 * Which seeds a test runs, and how a failing one is repeated.
 * @module
 */

/** The seeds that were asked for behind `--`, otherwise those from 1 to `count`. */
export function seedsFrom(args: readonly string[], count: number): readonly number[] {
  const given = args.map(Number).filter((seed) => Number.isSafeInteger(seed));
  return given.length > 0 ? given : Array.from({ length: count }, (_, at) => at + 1);
}

/** What a failure says: where it happened, and the command that repeats it. */
export function replay(file: string, seed: number, where: string): string {
  return `seed ${seed}, ${where}. Repeat: deno test -A tests/wal/${file} -- ${seed}\n`;
}
