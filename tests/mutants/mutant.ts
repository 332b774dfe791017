/**
 * A planted bug, as data.
 *
 * A mutant is a text patch whose anchor must match exactly once: a refactoring that moves the line breaks the catalogue
 * loudly instead of quietly testing nothing. Most bugs are one patch. Where two locks are on one door - two lines, each of which
 * alone would prevent the disaster - the bug of whoever has neither takes a patch for each.
 * @module
 */

/** A piece of a file, and what stands there instead. */
export interface Patch {
  /** The file to patch, from the repository's root. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly anchor: string;
  /** What stands there instead. */
  readonly replacement: string;
}

/** One planted bug; its own patch is the first, in the file where the bug shows. */
export interface Mutant extends Patch {
  /** Short and stable, such as `R2` or `wal-torn-tail`. */
  readonly id: string;
  /** What is wrong with the patched code, as a sentence. */
  readonly title: string;
  /** Where the bug comes from: a paper section, a lab's pitfall, a public issue. */
  readonly source: string;
  /** Further locks that have to be broken for the bug to be one. @default {none} */
  readonly further?: readonly Patch[];
  /** The check that kills it: what follows `deno` on a command line that fails with the patch and passes without. */
  readonly killedBy: string;
}

/** All patches of a mutant. */
export function patchesOf(mutant: Mutant): readonly Patch[] {
  return [mutant, ...mutant.further ?? []];
}

/** The files that a mutant changes, each once. */
export function filesOf(mutant: Mutant): readonly string[] {
  return [...new Set(patchesOf(mutant).map(({ file }) => file))];
}

/** `text`, which is `file`, with the mutant's bug in it. Throws `TypeError` unless each anchor there matches exactly once. */
export function plant(mutant: Mutant, file: string, text: string): string {
  let planted = text;
  for (const patch of patchesOf(mutant)) if (patch.file === file) planted = apply(mutant.id, patch, planted);
  return planted;
}

function apply(id: string, { file, anchor, replacement }: Patch, text: string): string {
  const first = text.indexOf(anchor);
  if (first === -1) {
    throw new TypeError(
      `Cannot plant mutant ${id}: its anchor is not in ${file}; move the anchor with the code`,
    );
  }
  if (text.indexOf(anchor, first + 1) !== -1) {
    throw new TypeError(
      `Cannot plant mutant ${id}: its anchor stands more than once in ${file}; make it longer`,
    );
  }
  return text.slice(0, first) + replacement + text.slice(first + anchor.length);
}
