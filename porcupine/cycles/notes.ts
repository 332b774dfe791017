import { told } from "./bad_history.ts";
import type { Findings } from "./findings.ts";
import type { TransactionValue } from "./types.ts";
import { showFound, type Words } from "./words.ts";

/** Somebody read what was never committed. */
export function noteAborted(
  { table, key, value, name }: Words,
  findings: Findings,
  what: { readonly reader: number; readonly key: number; readonly version: number },
): void {
  const writer = table.writer[what.version];
  findings.note(
    "G1a",
    [writer, what.reader],
    () =>
      `${name(what.reader)} read ${value(what.version)} from ${key(what.key)}, which ${
        name(writer)
      } wrote, ` +
      "and that one was not committed",
  );
}

/** Somebody changed what was never committed. */
export function noteBuiltUpon(
  { table, key, value, name }: Words,
  findings: Findings,
  what: { readonly key: number; readonly version: number; readonly by: number },
): void {
  const aborted = table.writer[what.version];
  findings.note(
    "dirty-update",
    [aborted, what.by],
    () =>
      `${name(what.by)} changed ${key(what.key)} when the last thing there was ${
        value(what.version)
      }, which ${name(aborted)} wrote, and that one was not committed`,
  );
}

/** Somebody read one element twice in one list. */
export function noteTwice(
  { key, name }: Words,
  findings: Findings,
  what: { readonly reader: number; readonly key: number; readonly found: TransactionValue },
): void {
  findings.note(
    "duplicate-elements",
    [what.reader],
    () => `${name(what.reader)} read ${showFound(what.found)} twice in the list ${key(what.key)}`,
  );
}

/** Somebody read what nobody wrote. */
export function noteGarbage(
  { key, name }: Words,
  findings: Findings,
  what: { readonly reader: number; readonly key: number; readonly found: TransactionValue },
): void {
  findings.note(
    "garbage-read",
    [what.reader],
    () =>
      `${name(what.reader)} read ${told(what.found)} from ${key(what.key)}, which nobody ever wrote there`,
  );
}

/** What one transaction appended stands in another order than it did so: there is no cycle that would tell. */
export function noteBackwards(
  { table: { writer }, name, key, value }: Words,
  findings: Findings,
  what: { readonly reader: number; readonly key: number; readonly before: number; readonly version: number },
): void {
  const from = writer[what.version];
  findings.note(
    "internal",
    [from, what.reader],
    () =>
      `${name(what.reader)} read ${value(what.before)} before ${value(what.version)} in ${
        key(what.key)
      }, and ${name(from)} had appended ${value(what.version)} first`,
  );
}
