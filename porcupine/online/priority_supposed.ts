import { NEVER } from "../history.ts";
import type { Patience } from "./patience.ts";
import { chooseGaps } from "./priority_choice.ts";
import type { Extraction, Passed } from "./priority_extractions.ts";
import type { PriorityItem, PriorityItems, Ranking } from "./priority_items.ts";
import type { Watched } from "./watched.ts";

/** What extractions are looked at with. */
export interface Contents<Input, Output> {
  readonly ranking: Ranking;
  readonly items: PriorityItems<Input, Output>;
  /** Those that may have taken something out, and whose answers are not in; by call. */
  readonly takers: readonly Watched<Input, Output>[];
}

/**
 * In which gap each extraction is supposed to have taken effect, of those that ask for something: see `PriorityWatch`. What is
 * supposed is kept from answer to answer. Where an answer says otherwise, those concerned are moved; only if they cannot be, all
 * of them are chosen anew.
 *
 * An extraction asks for nothing if nothing better was in at the first of its gaps; or if whatever was must have been out by then
 * anyway, as it was in at the first gap of another extraction, the last gap of which is not after that. It is forgotten, and
 * that is for good. For if something better is found to have been in there, it comes out of who was in.
 */
export class PrioritySupposed<Input, Output> {
  readonly #contents: Contents<Input, Output>;
  readonly #patience: Patience;
  #extracts: Extraction<Input, Output>[] = [];
  /** The values that must be out by what is supposed. */
  #due: PriorityItem<Input, Output>[] = [];

  constructor(contents: Contents<Input, Output>, patience: Patience) {
    this.#contents = contents;
    this.#patience = patience;
  }

  /** The extractions that ask for something. */
  get extracts(): readonly Extraction<Input, Output>[] {
    return this.#extracts;
  }

  /** A value has come out: it is known now when it was in; false if that leaves no gap to one of the extractions. */
  pass(item: PriorityItem<Input, Output>, { value, first, last }: Passed<Input, Output>): boolean {
    if (item.due !== NEVER) this.#due.splice(this.#due.indexOf(item), 1);
    if (first > last) return true;
    const { ranking } = this.#contents;
    for (const extract of this.#extracts) {
      if (extract.until <= first || last < extract.from || !ranking.isBetter(value, extract.rank)) continue;
      extract.gaps = extract.gaps.filter((gap) => gap < first || last < gap);
      if (extract.gaps.length === 0) return false;
      if (first <= extract.gap && extract.gap <= last) extract.gap = -1;
    }
    return true;
  }

  /** Whether all is possible, with one extraction more, if there is one, and after somebody else turned out to be no taker. */
  canBe(extract: Extraction<Input, Output> | undefined): boolean {
    const unplaced = this.#extracts.filter(({ gap }) => gap < 0);
    if (unplaced.length > 0) this.#renew();
    if (extract !== undefined && this.#asks(extract)) {
      this.#extracts.push(extract);
      unplaced.push(extract);
    }
    if (this.#isEnough() && unplaced.every((one) => this.#place(one))) return true;
    const { ranking } = this.#contents;
    if (!chooseGaps(ranking, this.#extracts, this.#contents, this.#patience)) return false;
    this.#renew();
    return true;
  }

  /** Forgets what asks for nothing. */
  forget(): void {
    const { items } = this.#contents;
    // Who must be out says the one whose last gap comes first: that one is looked at first.
    const byLast = [...this.#extracts].sort((left, right) => lastGap(left) - lastGap(right));
    for (const { rank, gaps } of byLast) {
      for (const item of items.inAt(gaps[0], rank)) item.dueAtLatest = NEVER;
    }
    this.#extracts = byLast.filter((extract) => this.#asks(extract));
    this.#renew();
  }

  /**
   * Forgets what nothing to come can contradict, and answers the values that have certainly been taken out, each by another of
   * those takers whose answers were lost: of them all the first may be forgotten with them. Whatever will yet be answered
   * was called at `oldest` or later.
   *
   * That is so of extractions that were over before `oldest`, and before all others that are kept. Whatever was in the way at the
   * first gap of one of them must be out. If gaps can be chosen for them with which nothing else must be, no other choice is
   * better: what is to come only asks what is out, and how many takers are left.
   */
  settle(oldest: number): PriorityItem<Input, Output>[] {
    let end = oldest;
    for (let before = -1; before !== end;) {
      before = end;
      for (const { from, until } of this.#extracts) if (until > end) end = Math.min(end, from);
    }
    const { items, ranking } = this.#contents;
    const over = this.#extracts.filter(({ until }) => until <= end);
    const gone = new Set(over.flatMap(({ rank, gaps }) => items.inAt(gaps[0], rank)));
    const least = over.map((extract) => ({
      ...extract,
      gaps: extract.gaps.filter((gap) => items.inAt(gap, extract.rank).every((item) => gone.has(item))),
    }));
    if (gone.size === 0 || !chooseGaps(ranking, least, this.#contents, this.#patience)) return [];
    this.#extracts = this.#extracts.filter(({ until }) => until > end);
    this.#due = this.#due.filter((item) => !gone.has(item));
    return [...gone];
  }

  /** Whether an extraction asks for something that is not certain anyway; from now on it is. */
  #asks(extract: Extraction<Input, Output>): boolean {
    const { rank, gaps: [gap] } = extract;
    const inWay = this.#contents.items.inAt(gap, rank);
    if (inWay.every(({ dueAtLatest }) => dueAtLatest <= gap)) return false;
    for (const item of inWay) item.dueAtLatest = Math.min(item.dueAtLatest, lastGap(extract));
    return true;
  }

  /** Supposes the first gap of an extraction for which there are takers enough; false if there is none. */
  #place(extract: Extraction<Input, Output>): boolean {
    for (const gap of extract.gaps) {
      const inWay = this.#contents.items.inAt(gap, extract.rank).filter(({ due }) => due > gap);
      const dues = inWay.map(({ due }) => due);
      const before = this.#due.length;
      this.#makeDue(inWay, gap);
      if (inWay.length === 0 || this.#isEnough()) {
        extract.gap = gap;
        return true;
      }
      inWay.forEach((item, i) => item.due = dues[i]);
      this.#due.length = before;
    }
    return false;
  }

  #makeDue(items: readonly PriorityItem<Input, Output>[], gap: number): void {
    for (const item of items) {
      if (item.due === NEVER) this.#due.push(item);
      item.due = Math.min(item.due, gap);
    }
  }

  /** Who is due by what is supposed now. */
  #renew(): void {
    for (const item of this.#due) item.due = NEVER;
    this.#due = [];
    for (const { rank, gap } of this.#extracts) {
      if (gap >= 0) this.#makeDue(this.#contents.items.inAt(gap, rank), gap);
    }
  }

  #isEnough(): boolean {
    return this.#due.length === 0 || canBeOut(this.#due.map(({ due }) => due), this.#contents.takers);
  }
}

/** Whether so many values can be out by some gaps, each taken out by another one that was called by then (Hall's theorem). */
function canBeOut<Input, Output>(
  dues: readonly number[],
  takers: readonly Watched<Input, Output>[],
): boolean {
  if (dues.length > takers.length) return false;
  return [...dues].sort((left, right) => left - right).every((due, i) => takers[i].call <= due);
}

function lastGap<Input, Output>({ gaps }: Extraction<Input, Output>): number {
  return gaps[gaps.length - 1];
}
