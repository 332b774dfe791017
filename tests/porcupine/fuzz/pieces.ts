import type { AnySubject } from "./compare.ts";
import { HINTED, PLAIN } from "./subjects.ts";

/** Every subject. */
export const SUBJECTS: readonly AnySubject[] = [...HINTED, ...PLAIN];

/** What is compared: every way of deciding, all that a certificate says, the on-line checker, or the weaker levels. */
export type Mode = "deciding" | "certificates" | "online" | "levels";

/** So many seeds of one subject. */
export interface Piece {
  readonly subject: string;
  readonly first: number;
  readonly count: number;
  readonly mode: Mode;
}

/** What came of it. */
export interface PieceResult {
  readonly piece: Piece;
  /** Seeds looked at: fewer than asked for if one of them differed. */
  readonly done: number;
  readonly ms: number;
  /** The seed that differed, and how. */
  readonly difference: { readonly seed: number; readonly text: string } | null;
}

function differenceOf(subject: AnySubject, mode: Mode, seed: number): string | undefined {
  switch (mode) {
    case "deciding":
      return subject.againstOracle(seed);
    case "certificates":
      return subject.certificate(seed);
    case "levels":
      return subject.levels(seed);
    case "online":
      // One history in fifty is too long for the oracle: there it is compared with checking every prefix.
      // And one is of a true object, so that whatever is refused is wrong.
      if (seed % 50 === 1) return subject.onlineHonest(seed, 60 + seed % 40);
      return seed % 50 === 0
        ? subject.onlineAgainstPrefixes(seed, 60 + seed % 40)
        : subject.onlineAgainstOracle(seed);
  }
}

/** Compares seed by seed, up to the first difference. */
export function comparePiece(piece: Piece): PieceResult {
  const { first, count, mode } = piece;
  const subject = SUBJECTS.find(({ name }) => name === piece.subject);
  if (subject === undefined) throw new TypeError(`there is no subject "${piece.subject}"`);
  const started = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const text = differenceOf(subject, mode, seed);
    if (text === undefined) continue;
    const done = seed - first + 1;
    return { piece, done, ms: performance.now() - started, difference: { seed, text } };
  }
  return { piece, done: count, ms: performance.now() - started, difference: null };
}
