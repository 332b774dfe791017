import { EDGE } from "./graph.ts";
import type { Dependency } from "./search.ts";
import { showValue, stepsOn, type Words } from "./words.ts";

/** Why a dependency over a register holds: what was read and replaced, or what of real time says so. */
export function registerReason(words: Words, step: Dependency): string {
  const { from, to, kind, about } = step;
  const { name } = words;
  const key = words.key(about);
  const shown = (version: number): string =>
    version < words.table.keys.length ? "nothing" : words.value(version);
  const wrote = (t: number): string => {
    const last = stepsOn(words, t, about).findLast((step) => step.f !== "read");
    return last === undefined ? "nothing" : showValue(last.value);
  };
  if (kind === EDGE.wr) {
    const version = versionsRead(words, to, about).find((version) => words.table.writer[version] === from);
    return `${name(to)} read ${shown(version ?? about)} from ${key}, which ${name(from)} wrote`;
  }
  if (kind === EDGE.rw) {
    const { version, why } = replaced(words, step);
    return `${name(from)} read ${shown(version)} from ${key}, which ${name(to)} replaced by ${
      wrote(to)
    }${why}`;
  }
  if (readsFrom(words, to, about) !== from) {
    const why = byTime(words, step, versionBy(words, from, about));
    return `${name(to)} replaced ${wrote(from)} in ${key}, which ${name(from)} wrote, by ${wrote(to)}${why}`;
  }
  return `${name(to)} read ${shown(readsVersion(words, to, about))} from ${key}, which ${
    name(from)
  } wrote, and then wrote ${wrote(to)}`;
}

/**
 * Which of the versions that one transaction read the other replaced, and what of real time says so. A transaction that read a key
 * twice, differently, has two: told is one that was replaced by what is known of it.
 */
function replaced(
  words: Words,
  step: Dependency,
): { readonly version: number; readonly why: string } {
  const { table } = words;
  const versions = versionsRead(words, step.from, step.about);
  const known = versions.find((version) =>
    version < table.keys.length || readsVersion(words, step.to, step.about) === version
  );
  if (known !== undefined) return { version: known, why: "" };
  const timed = versions.map((version) => ({ version, why: byTime(words, step, version) }));
  return timed.find(({ why }) => why !== "") ?? { version: versions[0] ?? step.about, why: "" };
}

/** Who shows by real time that a dependency over a register holds: whose end and whose call it are, and who made the values between. */
export function shownBy(words: Words, step: Dependency): readonly number[] {
  const { writer } = words.table;
  const firsts = step.kind === EDGE.rw
    ? versionsRead(words, step.from, step.about)
    : [versionBy(words, step.from, step.about)];
  for (const first of firsts) {
    const timed = timing(words, step, first);
    if (timed === undefined) continue;
    const { befores, early, afters, late } = timed;
    const row = [...upTo(befores, early.version), ...upTo(afters, late.version)];
    return [early.t, late.t, ...row.map((version) => writer[version])];
  }
  return [];
}

function upTo(versions: readonly number[], last: number): readonly number[] {
  return versions.slice(0, versions.indexOf(last) + 1);
}

/** What of real time says that a register held `first` before what the later transaction wrote; empty if nothing does. */
function byTime(words: Words, step: Dependency, first: number): string {
  const { table, name, value } = words;
  const timed = timing(words, step, first);
  if (timed === undefined) return "";
  const { early, late } = timed;
  const which = (version: number, told: number): string =>
    version === told
      ? `which had to do with ${value(version)}`
      : `which had to do with ${value(version)} in the same row`;
  return `: ${name(early.t)}, ${which(early.version, first)}, had ended, at ${endOf(words, early.t)}, when ${
    name(late.t)
  }, ${which(late.version, versionBy(words, step.to, step.about))}, was called, at ${
    table.history[late.t].callAt
  }`;
}

/** A transaction, and the version that it had to do with. */
interface Touch {
  readonly t: number;
  readonly version: number;
}

/** Two rows of values, and in each of them who shows by real time that the first comes before the second. */
interface Timing {
  readonly befores: readonly number[];
  readonly early: Touch;
  readonly afters: readonly number[];
  readonly late: Touch;
}

/** `undefined` if nothing in real time says that a register held `first` before what the later transaction wrote. */
function timing(words: Words, { to, about }: Dependency, first: number): Timing | undefined {
  const { table } = words;
  const second = versionBy(words, to, about);
  const befores = line(words, first, about, (version) => readsVersion(words, table.writer[version], about));
  const afters = line(words, second, about, (version) => madeFrom(words, version, about));
  const early = best(befores, (version) => touching(words, version).map((t) => [-endOf(words, t), t]));
  const late = best(afters, (version) => touching(words, version).map((t) => [table.history[t].callAt, t]));
  if (early === undefined || late === undefined) return undefined;
  return endOf(words, early.t) < table.history[late.t].callAt ? { befores, early, afters, late } : undefined;
}

/** As many values in a row, each made from the one before, are looked at for a sentence. */
const MOST_IN_ROW = 100;

/** A version and those that lead on from it. */
function line({ table }: Words, version: number, about: number, next: (version: number) => number): number[] {
  const all: number[] = [];
  for (let at = version; at >= table.keys.length && at !== about && all.length < MOST_IN_ROW; at = next(at)) {
    if (all.includes(at)) break;
    all.push(at);
  }
  return all;
}

/** The version that a transaction wrote which had read `version`; -1 for none. */
function madeFrom(words: Words, version: number, about: number): number {
  const maker = touching(words, version).find((t) =>
    readsVersion(words, t, about) === version && versionBy(words, t, about) !== about
  );
  return maker === undefined ? -1 : versionBy(words, maker, about);
}

/** The transaction with the greatest number, and the version by which it was found. */
function best(
  versions: readonly number[],
  ranked: (version: number) => readonly (readonly [number, number])[],
): Touch | undefined {
  let found: Touch | undefined;
  let most = -Infinity;
  for (const version of versions) {
    for (const [rank, t] of ranked(version)) {
      if (rank <= most) continue;
      most = rank;
      found = { t, version };
    }
  }
  return found;
}

function endOf({ table: { history } }: Words, t: number): number {
  const { outcome } = history[t];
  return outcome.status === "unknown" ? Infinity : outcome.returnAt;
}

/** The version of a register that a transaction wrote last; the register's own number, as if nobody had written, for none. */
function versionBy(words: Words, t: number, about: number): number {
  const { start, version } = words.table;
  const at = stepsAt(words, t, about).findLast((i) => words.table.history[t].operations[i].f !== "read");
  return at === undefined ? about : version[start[t] + at];
}

/** The versions of a register that a transaction read, in the order in which it did. */
function versionsRead(words: Words, t: number, about: number): number[] {
  const { start, version, history } = words.table;
  return stepsAt(words, t, about).filter((i) => history[t].operations[i].f === "read").map((i) =>
    version[start[t] + i]
  );
}

/** The version of a register that a transaction read right before it first wrote there, and so replaced; -1 for none. */
function readsVersion(words: Words, t: number, about: number): number {
  const { start, version, history } = words.table;
  const all = stepsAt(words, t, about);
  const first = all.findIndex((i) => history[t].operations[i].f !== "read");
  return first < 1 ? -1 : version[start[t] + all[first - 1]];
}

/** Where in a transaction its steps on a key are. */
function stepsAt({ table: { start, key, history } }: Words, t: number, about: number): number[] {
  return history[t].operations.map((_, i) => i).filter((i) => key[start[t] + i] === about);
}

/** Who wrote that version; -1 for nobody. */
function readsFrom(words: Words, t: number, about: number): number {
  const version = readsVersion(words, t, about);
  return version < 0 ? -1 : words.table.writer[version];
}

/** Who wrote or read a version. Of one whose answer was lost only what it wrote is known; that it was called counts, too. */
function touching({ table: { history, start, version, writer } }: Words, wanted: number): number[] {
  const found: number[] = [];
  for (let t = 0; t < history.length; t++) {
    if (history[t].outcome.status !== "ok" && writer[wanted] !== t) continue;
    for (let at = start[t]; at < start[t + 1]; at++) {
      if (version[at] !== wanted) continue;
      found.push(t);
      break;
    }
  }
  return found;
}
