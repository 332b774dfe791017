/**
 * How many groups and shards a cluster has, as words of a command line.
 * @module
 */

import { numberFlag, UsageError } from "../../kv/cli/flags.ts";

/** What a sharded cluster is for ever. */
export interface Sizes {
  /** Groups 1, 2 and so on. Every process is a member of each. */
  readonly groups: number;
  /** Shards 0, 1 and so on. A key never changes its shard. */
  readonly shards: number;
}

/** The words of one line, with the sizes taken out. */
export interface SizedWords {
  /** Null for a store that is not cut into shards: neither flag was there. */
  readonly sizes: Sizes | null;
  /** All other words. */
  readonly rest: readonly string[];
}

/** Every group has a log of its own in every process. */
const MOST_GROUPS = 32;
/** A scan asks every shard. */
const MOST_SHARDS = 4096;
const USUAL: Sizes = { groups: 4, shards: 64 };
const NAMES = ["groups", "shards"] as const;

/** Takes `--groups` and `--shards` out of a line. Throws `UsageError`. */
export function takeSizes(argv: readonly string[]): SizedWords {
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const [, name, given] = /^--(groups|shards)(?:=(.*))?$/s.exec(argv[at]) ?? [];
    if (name === undefined) {
      rest.push(argv[at]);
      continue;
    }
    if (values.has(name)) throw new UsageError(`The option --${name} is given twice`);
    const value = given ?? argv[++at];
    if (value === undefined) throw new UsageError(`The option --${name} needs a value: a whole number`);
    values.set(name, value);
  }
  if (values.size === 0) return { sizes: null, rest };
  const flags = { flags: new Set<string>(), values, words: [] };
  const sizes: Sizes = {
    groups: numberFlag(flags, "groups", { absent: USUAL.groups, least: 1, most: MOST_GROUPS }),
    shards: numberFlag(flags, "shards", { absent: USUAL.shards, least: 1, most: MOST_SHARDS }),
  };
  return { sizes, rest };
}

/** The same as words. */
export function wordsOf(sizes: Sizes): string[] {
  return NAMES.flatMap((name) => [`--${name}`, `${sizes[name]}`]);
}
