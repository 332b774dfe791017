/**
 * A planted bug, as data.
 *
 * A mutant is a text patch whose anchor must match exactly once: a refactoring that moves the line breaks the catalogue
 * loudly instead of quietly testing nothing.
 * @module
 */

/** One planted bug. */
export interface Mutant {
  /** Short and stable, such as `R2` or `wal-torn-tail`. */
  readonly id: string;
  /** What is wrong with the patched code, as a sentence. */
  readonly title: string;
  /** Where the bug comes from: a paper section, a lab's pitfall, a public issue. */
  readonly source: string;
  /** The file to patch, from the repository's root. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly anchor: string;
  /** What stands there instead. */
  readonly replacement: string;
  /** The check that kills it: what follows `deno` on a command line that fails with the patch and passes without. */
  readonly killedBy: string;
}

/** `text` with the mutant's bug in it. Throws `TypeError` unless the anchor matches exactly once. */
export function plant(mutant: Mutant, text: string): string {
  const first = text.indexOf(mutant.anchor);
  if (first === -1) {
    throw new TypeError(
      `Cannot plant mutant ${mutant.id}: its anchor is not in ${mutant.file}; move the anchor with the code`,
    );
  }
  if (text.indexOf(mutant.anchor, first + 1) !== -1) {
    throw new TypeError(
      `Cannot plant mutant ${mutant.id}: its anchor stands more than once in ${mutant.file}; make it longer`,
    );
  }
  return text.slice(0, first) + mutant.replacement + text.slice(first + mutant.anchor.length);
}
