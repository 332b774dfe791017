import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import { firstAtLeast, type Part, partBefore, partOfSome, Questions } from "../parts.ts";
import type { Core, Inquiry, Lead } from "./inquiry.ts";
import { findOrder, Moves, NOWHERE, type Rows, Space } from "../closed/mod.ts";
import { reduce } from "./reduce.ts";
import { priced } from "./priced.ts";
import { VersionMakers } from "./makers.ts";
import { Requests, Writers } from "./writers.ts";
import type { Model } from "../types.ts";

/** Judges the partition as it was before `rank`: later answers have not come, later calls have not been made. */
export function decideBefore<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  rank: number,
): Decision {
  return judge(inquiry, partBefore(inquiry.part, rank));
}

function judge<State, Input, Output>(
  { model, recorded, budget }: Inquiry<State, Input, Output>,
  part: Part,
): Decision {
  // A fast path looks at an operation in a fraction of the time that a search takes to compile it.
  budget.spend(part.ids.length >>> (model.kind === undefined ? 2 : 5));
  const { scratch } = budget;
  const mark = scratch.mark();
  const decision = decide(model, recorded, part, budget, { strategy: "auto", contest: "both" });
  const order = decision.order.slice();
  scratch.backTo(mark);
  return { ...decision, order };
}

/**
 * Finds a minimal set of answers that cannot all be true, among those up to the return of `x`, the first impossible one. (If a limit
 * struck while that was looked for, `x` may be a later one, and there may be a core without it.)
 *
 * To disbelieve an operation is not to remove it, which would take away what others may have read. Its answer is removed: it
 * becomes an operation that never returned. So a core speaks for the whole history: an order of the history would also be one
 * with fewer answers believed. It is found by QuickXplain (Junker 2004): some c log(n / c) questions for c of n answers.
 */
export function findCore<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  x: number,
  { suspects, areCore, reason, isFirst, beyondSuspects }: Lead,
): Core {
  if (areCore && suspects.includes(x)) {
    const members = [...suspects].sort((a, b) => inquiry.part.call[a] - inquiry.part.call[b]);
    return { members, minimal: true, reason, impossible: x, telling: [], standsAlone: true };
  }
  const asker = new Asker(inquiry, x, suspects.length > 0);
  // If `x` is the first one, none before it is impossible by itself.
  const alone = isFirst ? undefined : asker.impossibleAlone();
  if (alone !== undefined) {
    return { members: [alone], minimal: true, reason: "", impossible: alone, telling: [], standsAlone: true };
  }
  const before = asker.answered.filter((k) => k !== x);
  const accused = suspects.filter((k) => k !== x && before.includes(k));
  const behind = suspects.length === 0 ? [] : asker.behind([x, ...accused]);
  const pools = behind.length > 0 ? [accused, [...accused, ...behind]] : [accused];
  if (beyondSuspects) {
    for (let size = 16; size < before.length; size *= 4) pools.push(before.slice(0, size));
    pools.push(before);
  }
  for (const pool of pools) {
    // What was not settled for a smaller pool does not matter for a larger one.
    asker.sure = true;
    if (!asker.impossible([x, ...pool])) continue;
    if (asker.impossible([x])) {
      return {
        members: [x],
        minimal: asker.sure,
        reason: asker.reason,
        impossible: x,
        telling: [],
        standsAlone: true,
      };
    }
    let members = [x, ...reduce(asker, [x], pool, false)];
    if (members.length > LARGE_CORE && !asker.isToldOfWrites) {
      members = smallerCore(asker, x, before, members);
    }
    if (!isFirst) members = withoutNeedless(asker, x, members);
    members.sort((a, b) => inquiry.part.call[a] - inquiry.part.call[b]);
    // Without it nothing would be believed at all, and anything is possible then.
    const minimal = asker.sure || members.length === 1;
    // Once more for its reason; that it is impossible is known.
    asker.accuse(members);
    const { ret } = inquiry.part;
    const impossible = members.reduce((last, k) => ret[k] > ret[last] ? k : last);
    return { members, minimal, reason: asker.reason, impossible, telling: [], standsAlone: true };
  }
  return {
    members: [...before, x],
    minimal: false,
    reason: "",
    impossible: x,
    telling: [],
    standsAlone: true,
  };
}

/** A core was built around `x`. Where the others are impossible without it, it is one of them that was to be found. */
function withoutNeedless<State, Input, Output>(
  asker: Asker<State, Input, Output>,
  x: number,
  members: number[],
): number[] {
  const others = members.filter((k) => k !== x);
  return asker.impossible(others) ? reduce(asker, [], others, false) : members;
}

/**
 * What it may cost to look for a core where states without end have to be searched: almost never one is found that takes more, and
 * it is some 50 milliseconds.
 */
const ENDLESS_WORK = 15_000;

/** What has been spent when a small core of a model without hints is no longer looked for, if there is a minimal one. */
const SECOND_WORK = 20_000;

/** A reader can follow so many operations; larger cores are looked at once more. */
export const LARGE_CORE = 9;

/** How often. */
const SECOND_LOOKS = 8;

/**
 * A history can be impossible for several reasons, some shorter than others. Which of them is found depends on the order of
 * the pool, as what comes first is preferred. So the pool is tried in other orders, too: with the core found so far in front,
 * with the oldest in front, and cut in two at several places. The smallest core wins, of those that the budget did not cut short.
 */
function smallerCore<State, Input, Output>(
  asker: Asker<State, Input, Output>,
  x: number,
  before: readonly number[],
  found: readonly number[],
): number[] {
  let least = [...found];
  const known = found.filter((k) => k !== x);
  const orders = [[...before].reverse(), [...known, ...before.filter((k) => !known.includes(k))].reverse()];
  for (let i = 1; orders.length < SECOND_LOOKS; i++) {
    const cut = Math.floor((i * before.length) / (SECOND_LOOKS - 1));
    orders.push([...before.slice(cut), ...before.slice(0, cut)]);
  }
  const wasSure = asker.sure;
  for (const pool of orders) {
    if (least.length <= LARGE_CORE || asker.hasSpent(SECOND_WORK)) break;
    const members = [x, ...reduce(asker, [x], pool, false)];
    if (!asker.sure) break;
    if (members.length < least.length) least = members;
  }
  asker.sure = wasSure;
  return least;
}

/** Answers whether some answers alone are impossible. */
class Asker<State, Input, Output> {
  /** The operations answered by the return of `x`, the latest first. */
  readonly answered: readonly number[];
  /** False once a question could not be settled within the budget. */
  sure = true;
  /** What the last impossible decision gave as its reason. */
  reason = "";

  readonly #inquiry: Inquiry<State, Input, Output>;
  /** Those called in time to matter that can have an effect although they are not believed. */
  readonly #others: readonly number[];
  /** Those called in time to matter. */
  readonly #called: number;
  readonly #requests: Requests<Input, Output> | undefined;
  readonly #behind: Writers | undefined;
  readonly #writers: { neededBy(believed: readonly number[]): readonly number[] | undefined } | undefined;

  /** The model, for questions that are searched for. */
  readonly #priced: Model<State, Input, Output>;

  /**
   * Whether states are to be looked at, if they are few. What a declared kind can tell it tells sooner, and why; but of a register whose
   * values repeat and are swapped it can tell nothing, and each question is searched for.
   */
  readonly #isForStates: boolean;

  /**
   * Whether each question is a search with no fast path: of a model without a kind, and of a set read as a whole of which its fast path had
   * nothing to say. Then steps are what a question costs, and if states have no end almost none is settled.
   */
  readonly #isSearched: boolean;

  /** All states that there can be, and what is done to them; `null` if they are many. */
  #closed: Space | null | undefined;
  /** What the others can do to them, once it is asked for. */
  #moves: Moves | undefined;

  constructor(inquiry: Inquiry<State, Input, Output>, x: number, isTold: boolean) {
    const { part, model, recorded: { operations }, budget } = inquiry;
    this.#inquiry = inquiry;
    this.isToldOfWrites = isTold && model.kind?.type === "register";
    this.#isSearched = model.kind === undefined || (model.kind.type === "wholeSet" && !isTold);
    this.#isForStates = this.#isSearched || (model.kind?.type === "register" && !isTold);
    this.#priced = this.#isSearched ? priced(model, budget) : model;
    this.answered = Array.from(part.returns.subarray(0, part.returns.indexOf(x) + 1)).reverse();
    const inputOf = (k: number): Input => operations[part.ids[k]].input;
    const called = firstAtLeast(part.call, part.ret[x]);
    const others: number[] = [];
    for (let k = 0; k < called; k++) if (model.readOnly?.(inputOf(k)) !== true) others.push(k);
    this.#others = others;
    this.#called = called;
    const { kind } = model;
    // Only a register's state is replaced, never built upon: there a path from one answer to the next needs no request twice.
    if (kind?.type === "register") {
      this.#requests = new Requests(kind, part.ids.length, inputOf);
      this.#writers = this.#behind = Writers.of(kind, new Questions(inquiry.recorded, part), others);
    } else if (kind?.type === "versioned") {
      this.#writers = VersionMakers.of(kind, new Questions(inquiry.recorded, part), others);
    }
  }

  /**
   * Whether it was told at once which writes of a register matter: of a value that is written again all of its writes do, and to look
   * for another reason among all answers takes long and finds none.
   */
  readonly isToldOfWrites: boolean;

  /** Whether a limit has struck: then no more questions are answered. */
  get isSpent(): boolean {
    return this.#inquiry.budget.stopped !== undefined;
  }

  /** Whether a model without hints has been asked so much. */
  hasSpent(work: number): boolean {
    return this.#inquiry.model.kind === undefined && this.#inquiry.budget.work > work;
  }

  /** See `Writers`. */
  behind(suspects: readonly number[]): readonly number[] {
    return this.#behind?.behind(suspects, this.#inquiry.part.ret) ?? [];
  }

  /** All states that there can be, if they are few, and what the believed answers do to them. */
  #space(believed: readonly number[]): Space | undefined {
    if (!this.#isForStates || this.#closed === null) return undefined;
    this.#closed ??= this.#look([]);
    if (this.#closed?.learn(believed) === false) {
      // With an answer they lead where without one they would not.
      this.#closed = this.isSpent ? null : this.#look(this.answered);
    }
    const { budget } = this.#inquiry;
    if (this.#closed === null && !this.isSpent && this.#isSearched) {
      budget.ration(Math.max(0, ENDLESS_WORK - budget.work));
    }
    return this.#closed ?? undefined;
  }

  /** The first answer that no state at all allows, whatever happened; `undefined` if none is known. */
  impossibleAlone(): number | undefined {
    // Equal ones share what they do: a hundred thousand are looked at once each, and in as many states as there are once for all.
    const possible = new Set<Rows>();
    for (let i = this.answered.length - 1; i >= 0; i--) {
      const k = this.answered[i];
      const rows = this.#space([k])?.told(k);
      if (rows === undefined) return undefined;
      if (possible.has(rows)) continue;
      if (rows.every((row) => row.every((to) => to === NOWHERE))) return k;
      possible.add(rows);
    }
    return undefined;
  }

  #look(answered: readonly number[]): Space | null {
    this.#moves = undefined;
    const scope = { ...this.#inquiry, called: this.#others, answered, places: this.#called };
    return Space.of(scope, this.#inquiry.budget) ?? null;
  }

  /** The same of a core, for what a declared kind has to say of it: states say only that it is impossible. */
  accuse(core: readonly number[]): void {
    if (!this.impossible(core) || this.#inquiry.model.kind === undefined || core.length > LARGE_CORE) return;
    this.#closed = null;
    this.impossible(core);
  }

  /** Whether these answers, and nothing else, are impossible. */
  impossible(believed: readonly number[]): boolean {
    const { part, budget } = this.#inquiry;
    if (!budget.goOn()) {
      this.sure = false;
      return false;
    }
    const space = this.#space(believed);
    if (space !== undefined) {
      this.reason = "";
      this.#moves ??= new Moves(space, this.#others);
      const found = findOrder({ space, moves: this.#moves, part, budget }, believed);
      if (found === "unknown") this.sure = false;
      return found === "impossible";
    }
    const members = new Set(believed);
    const kept = new Map<number, number>();
    const chosen = [...members];
    for (const k of this.#writers?.neededBy(believed) ?? this.#others) {
      if (members.has(k)) continue;
      const request = this.#requests?.of(k);
      if (request !== undefined) {
        const used = kept.get(request) ?? 0;
        if (used > believed.length) continue;
        kept.set(request, used + 1);
      }
      chosen.push(k);
    }
    const some = partOfSome(part, Int32Array.from(chosen).sort(), (k) => members.has(k));
    const decision = judge({ ...this.#inquiry, model: this.#priced }, some);
    if (decision.verdict === "unknown") this.sure = false;
    if (decision.verdict === "illegal") this.reason = decision.reason;
    return decision.verdict === "illegal";
  }
}
