/**
 * Figures of several contenders side by side, and as ratios to the one that ours is held against.
 * @module
 */

/** One figure of each contender, by name; several runs of it. */
export interface Row {
  readonly cell: string;
  readonly what: string;
  readonly runs: ReadonlyMap<string, readonly number[]>;
  /** What ours must not be above, or below, as a ratio; null where nothing was promised. */
  readonly bar: { readonly kind: "most" | "least"; readonly ratio: number } | null;
}

/** The middle of `values`. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1];
}

/** One line: medians, ours as a ratio to each of the others, and whether the bar is kept. */
export function line(row: Row, ours: string, against: string): string {
  const medians = new Map([...row.runs].map(([name, runs]) => [name, median(runs)]));
  const own = medians.get(ours) ?? NaN;
  const figures = [...medians].map(([name, value]) => `${name} ${shown(value)}`.padEnd(19));
  // Who has no figure of its own (one Redis has no followers) is compared with nobody.
  const ratios = [...medians].filter(([name]) => name !== ours).map(([name, value]) =>
    (Number.isFinite(value) ? `${(own / value).toFixed(2)}x ${name}` : "").padEnd(13)
  );
  return `${row.cell.padEnd(14)}${row.what.padEnd(16)}${figures.join("")}${ratios.join("")}${
    verdict(row, own, medians.get(against))
  }`.trimEnd();
}

function verdict({ bar }: Row, own: number, theirs: number | undefined): string {
  if (bar === null || theirs === undefined) return "";
  const ratio = own / theirs;
  const kept = bar.kind === "most" ? ratio <= bar.ratio : ratio >= bar.ratio;
  return `${kept ? "kept" : "SHORT"}: ${bar.kind === "most" ? "<=" : ">="} ${bar.ratio}x`;
}

function shown(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
