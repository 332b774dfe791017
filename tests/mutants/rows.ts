/**
 * Planted bugs in short: many of one file that the same tests find.
 * @module
 */

import type { Mutant } from "./mutant.ts";

/** One planted bug, as `[id, title, source, anchor, replacement]`. */
export type Row = readonly [id: string, title: string, source: string, anchor: string, replacement: string];

/** Bugs of `file`, which the tests in `tested` find. */
export function rows(file: string, tested: string, bugs: readonly Row[]): Mutant[] {
  const killedBy = `test -A --no-check --fail-fast ${tested}`;
  return bugs.map(([id, title, source, anchor, replacement]) => {
    return { id, title, source, file, anchor, replacement, killedBy };
  });
}
