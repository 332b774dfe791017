/**
 * A line of a list of known bugs, and which bugs of the catalogue stand for it.
 *
 * The catalogue says what kills each bug; the lists say that no known mistake was forgotten. A line counts as answered when chaos, the
 * explorer or a lab suite kills one of its bugs: a unit test knows where to look.
 * @module
 */

/** See the module's page. */
export type Line =
  /** One of these bugs at least has to be killed. */
  | { readonly kind: "planted"; readonly name: string; readonly bugs: readonly string[] }
  /** There is nowhere to plant it. */
  | { readonly kind: "noPlace"; readonly name: string; readonly why: string };

/** A list of known bugs. */
export interface Checklist {
  /** What the list is about, and whose it is. */
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The lines of a list: the ids of bugs, or a sentence that says why none can be planted. */
export function linesOf(list: Readonly<Record<string, string | readonly string[]>>): Line[] {
  return Object.entries(list).map(([name, what]) =>
    typeof what === "string" ? { kind: "noPlace", name, why: what } : { kind: "planted", name, bugs: what }
  );
}
