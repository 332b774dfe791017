/**
 * What the Go checker porcupine (commit 55508eb, Go 1.26, models with a state hash) needed for histories of the kinds that
 * `generate/spec.ts` makes: median of 5 runs, 2 cores, parsing excluded, 10 s and 4 GB at most.
 *
 * The histories were of the same kinds but not the same, so that a single ratio is an order of magnitude. `--go PROGRAM` measures
 * these very ones (`go_program.ts`).
 *
 * @module
 */

/** One measurement; `gaveUp`: it ran out of 10 s or of 4 GB. */
export type GoFigure = { readonly ms: number; readonly peakMb: number | null } | "gaveUp";

const UP: GoFigure = "gaveUp";

function took(ms: number, peakMb: number | null = null): GoFigure {
  return { ms, peakMb };
}

/** By the name of a family: on the linearizable history, and on the one with a wrong answer; `null` if it was not tried. */
export type GoFigures = Readonly<Record<string, readonly [ok: GoFigure | null, bad: GoFigure | null]>>;

/** The figures on record. */
export const GO_FIGURES: GoFigures = {
  "register-uniq-c5-1k": [took(0.9), took(1.8)],
  "register-uniq-c5-10k": [took(59, 66), took(119)],
  "register-uniq-c5-100k": [UP, UP],
  "register-uniq-c10-1k": [took(67), took(131)],
  "register-uniq-c10-10k": [took(1903, 1800), took(3702, 2900)],
  "register-uniq-c10-100k": [UP, UP],
  ...everyFamily("register-uniq-c20", ["1k", "10k", "100k"]),
  ...everyFamily("register-uniq-c30", ["1k", "10k", "100k"]),
  ...everyFamily("register-uniq-c50", ["1k", "10k", "100k"]),
  "register-cas5-c5-1k": [took(1), took(2.4)],
  "register-cas5-c5-10k": [took(35), took(144)],
  "register-cas5-c5-100k": [took(986, 3000), UP],
  "register-cas5-c10-1k": [took(28), took(185)],
  "register-cas5-c10-10k": [took(584, 531), UP],
  ...everyFamily("register-cas5-c20", ["1k", "10k"]),
  ...everyFamily("register-cas5-c30", ["1k", "10k"]),
  ...everyFamily("register-cas5-c50", ["1k", "10k"]),
  "kv-append-c3-1k": [took(3.5), took(3.8)],
  "kv-append-c5-1k": [took(46), took(83)],
  "kv-append-c10-1k": [UP, UP],
  "kv-append-c20-1k": [UP, UP],
  "kv-append-c50-1k": [UP, UP],
  "kv-append-put-c3-5k": [took(71), took(45)],
  ...everyFamily("kv-append-put", ["c5-5k", "c10-5k", "c20-5k", "c50-5k"]),
  ...everyFamily("kv-append-g10", ["c3-1k", "c5-1k", "c8-1k", "c10-1k", "c15-1k", "c20-1k"]),
  "kv-keys20-c50-20k": [took(95), took(58)],
  "kv-keys200-c50-100k": [took(78), took(36)],
  "kvv-maybe5-c5-5k": [took(8), took(22)],
  "kvv-maybe5-c10-5k": [took(54), took(491)],
  "kvv-maybe5-c20-5k": [UP, UP],
  "kvv-maybe5-c50-5k": [UP, UP],
  "kvv-maybe5-c10-50k": [took(1732, 2600), UP],
  "kvv-maybe30-c20-5k": [UP, UP],
  "register-crash-x5": [took(4), took(9)],
  "register-crash-x10": [took(4), took(208)],
  "register-crash-x20": [took(5), took(2121)],
  "register-crash-x30": [took(4), UP],
  "register-crash-x100": [took(62), UP],
  "register-cas5-crash-x10": [took(3), took(236)],
  "register-cas5-crash-x20": [took(2), took(173)],
  "register-cas5-crash-x30": [took(4), UP],
  "register-cas5-crash-x50": [took(4), UP],
  "kv-crash-x10": [took(450), took(385)],
  "kv-crash-x20": [took(23), UP],
  "kv-crash-x30": [took(1567), UP],
  "kv-crash-x50": [UP, UP],
  "kvv-crash-x10": [took(1.8), took(34)],
  "kvv-crash-x30": [took(1.9), UP],
  "kvv-crash-x100": [took(2.1), UP],
};

function everyFamily(stem: string, rest: readonly string[]): Record<string, readonly [GoFigure, GoFigure]> {
  return Object.fromEntries(rest.map((part) => [`${stem}-${part}`, [UP, UP]]));
}
