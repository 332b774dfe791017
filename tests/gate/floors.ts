/**
 * The floors of the house and which may lean on which. Data, and the one function that reads it.
 *
 * @module
 */

/** For each floor, the floors below it that it may import from. */
export const FLOORS: ReadonlyMap<string, readonly string[]> = new Map([
  ["runtime", []],
  ["porcupine", []],
  ["raft", ["runtime"]],
  ["kv", ["runtime", "raft"]],
  ["shard", ["runtime", "raft", "kv"]],
  ["mapreduce", ["runtime"]],
  ["mod.ts", ["runtime", "raft", "kv", "shard", "mapreduce", "porcupine"]],
  ["tests", ["runtime", "raft", "kv", "shard", "mapreduce", "porcupine", "mod.ts"]],
]);

/** Tests and benches belong to the top floor wherever they lie: they may import everything, and nothing imports them. */
const TEST_FILE = /(_test|_bench|(^|\/)bench)\.ts$/;
const COMMAND_LINE = /(^|\/)cli\.ts$|\/cli\/|_main\.ts$/;

/** The floor a file stands on, or `undefined` for a file the plan has no floor for. */
export function floorOf(file: string): string | undefined {
  if (TEST_FILE.test(file)) return "tests";
  const first = file.split("/")[0];
  return FLOORS.has(first) ? first : undefined;
}

/** Whether a file may import `@std`: tests and command lines may, what a user's program loads may not. */
export function mayUseStd(file: string): boolean {
  return floorOf(file) === "tests" || COMMAND_LINE.test(file);
}
