import type { Budget } from "../budget.ts";
import { decideBefore, findCore, LARGE_CORE } from "./core.ts";
import { firstOfSet } from "./first_of_set.ts";
import { type Near, nearTo } from "./near.ts";
import { Onward } from "./onward.ts";
import { coreOfRepeats } from "./repeats.ts";
import { coreSince } from "./since.ts";
import type { Decision } from "../decision.ts";
import { NEVER } from "../history.ts";
import type { Core, Inquiry, Lead } from "./inquiry.ts";
import type { Part } from "../parts.ts";
import { priced, weighed } from "./priced.ts";
import { statesBefore } from "./standing.ts";
import { tellClient, tellKey, tellOperation, tellState } from "../tell.ts";

/** An illegal partition, and what is known of it. */
export interface Case<State, Input, Output> extends Inquiry<State, Input, Output> {
  readonly effort: "full" | "verdict";
  readonly decision: Decision;
}

/** Why a partition is illegal. Numbers are indices into the history. */
export interface Explanation {
  readonly core: readonly number[];
  readonly coreIsMinimal: boolean;
  readonly coreStandsAlone: boolean;
  readonly firstImpossible: number;
  readonly sentence: string;
  readonly longest: readonly number[];
}

/** What the two questions may cost, each beyond what the verdict took: some 50 and 100 milliseconds, in configurations. */
const FIRST_WORK = 25_000;
const CORE_WORK = 60_000;
/** In masks (registers whose values repeat) a configuration takes a tenth of the time. */
const FIRST_WORK_IN_MASKS = 200_000;
/** Of a set read as a whole each question goes through all members that were read, as the verdict did: it may ask so many. */
const QUESTIONS_ON_SETS = 3;
/**
 * Without hints an answer to the first question takes about what the verdict took. So the second has no share in that, only this,
 * which is enough for the cores of a thousand operations on an object with a thousand states.
 */
const PLAIN_CORE_WORK = 80_000;
/** To look at what a fast path has said takes no search, or is not worth one. */
const ACCUSED_WORK = 2_000;
/** Of so many a core is picked by asking about each. */
const FEW_SUSPECTS = 64;
/** After so many guesses that were wrong, no more is guessed until something is known to be possible. */
const GUESSES = 1;
/** Then strides back are taken: the first over so many returns, each over so many times as many as the one before. */
const STRIDE_BACK = 8;
/** What it may cost to find what contradicts it lately, where no core stands alone; beyond what the verdict took. */
const SINCE_WORK = 60_000;
/** And what it may cost to say which states there could have been: some 20. */
const STATES_WORK = 15_000;

/** Finds out why. */
export function explain<State, Input, Output>(given: Case<State, Input, Output>): Explanation {
  const { part, effort, decision } = given;
  // Each question has its own share: where the first cannot be settled, the second may still be.
  const share = (work: number): Budget => given.budget.within(work + given.budget.work);
  const isPlain = given.model.kind === undefined;
  const coreBudget = isPlain ? given.budget.within(PLAIN_CORE_WORK) : share(CORE_WORK);
  const inquiry: Inquiry<State, Input, Output> = { ...given, budget: coreBudget };
  const firstWork = firstWorkOf(given, decision);
  const near = effort === "full" ? nearTo(given, decision) : undefined;
  const first = effort === "full"
    ? findFirst(inquiryOfFirst(given, share(firstWork)), decision, near)
    : whereItEnded(part, decision);
  const known = effort === "full" && first.isFirst && first.isWhole
    ? coreAround(given, first, share)
    : undefined;
  const alone: Core = effort === "full" ? known ?? findCore(inquiry, first.operation, first) : {
    members: withMember(first.suspects, first.operation),
    minimal: false,
    reason: decision.reason,
    impossible: first.operation,
    telling: [],
    standsAlone: true,
  };
  const lately = effort === "full" && first.isFirst && !alone.minimal
    ? coreSince({ ...given, budget: share(SINCE_WORK) }, first.operation, { from: near?.further })
    : undefined;
  const core = lately ?? alone;
  const isKnown = effort === "full" && first.isFirst && core.impossible === first.operation &&
    core.reason === "";
  const states = isKnown && (isPlain || !core.standsAlone)
    ? statesOf(given, core.impossible, given.budget.within(STATES_WORK))
    : [];
  const toHistory = (k: number): number => part.ids[k];
  return {
    core: core.members.map(toHistory),
    coreIsMinimal: core.minimal,
    coreStandsAlone: core.standsAlone,
    firstImpossible: part.ids[first.isFirst ? first.operation : core.impossible],
    sentence: phrase(inquiry, core, states),
    longest: Array.from(first.order, toHistory),
  };
}

/** What it may cost to find the first impossible answer, beyond what the verdict took. */
function firstWorkOf<State, Input, Output>(
  { model, budget }: Inquiry<State, Input, Output>,
  { suspects }: Decision,
): number {
  switch (model.kind?.type) {
    case "register":
      return FIRST_WORK_IN_MASKS;
    case "wholeSet":
      // Nobody is suspected by a search, which takes longer.
      return suspects.length === 0 ? FIRST_WORK : FIRST_WORK + QUESTIONS_ON_SETS * budget.work;
    default:
      return FIRST_WORK;
  }
}

/** A core that is built around the first impossible answer, where nobody is accused, or so many that they are no better than all. */
function coreAround<State, Input, Output>(
  given: Case<State, Input, Output>,
  { operation, order, suspects, accused }: First,
  share: (work: number) => Budget,
): Core | undefined {
  if (suspects.length > 0 && suspects.length <= FEW_SUSPECTS) return undefined;
  const known = suspects.length === 0
    ? coreOfAccused({ ...given, budget: share(ACCUSED_WORK) }, accused)
    : undefined;
  return known ?? coreOfRepeats({ ...given, budget: share(CORE_WORK) }, operation, order);
}

/**
 * Sometimes a fast path has said at once what is wrong, and only a search knows that an answer shortly before is impossible as well: a
 * compare-and-set that is wrongly said to have failed is at odds with who swapped its value; but before that one returns, it
 * is at odds with another that failed, unless any one of all the writes took effect late. What the fast path said is the
 * better reason then, if it comes to a core that is small.
 */
function coreOfAccused<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  accused: readonly number[],
): Core | undefined {
  const { returns, ret } = inquiry.part;
  const last = lastReturn(returns, ret, accused);
  if (last === undefined) return undefined;
  const lead = { suspects: accused, areCore: false, reason: "", isFirst: false, beyondSuspects: false };
  const core = findCore(inquiry, returns[last], lead);
  return core.minimal && core.members.length <= LARGE_CORE ? core : undefined;
}

function inquiryOfFirst<State, Input, Output>(
  given: Case<State, Input, Output>,
  budget: Budget,
): Inquiry<State, Input, Output> {
  return {
    ...given,
    budget,
    model: given.model.kind === undefined ? weighed(given.model, budget) : given.model,
  };
}

/** The states that an operation can have met, in words; none if they are too many to be told. */
function statesOf<State, Input, Output>(
  given: Case<State, Input, Output>,
  x: number,
  budget: Budget,
): readonly string[] {
  const model = priced(given.model, budget);
  const states = statesBefore({ ...given, model, budget }, x) ?? [];
  return states.map((state) => tellState(given.model, state));
}

/** Without further questions: the suspect that returned last, or the return at which the search gave out. */
function whereItEnded({ returns, ret }: Part, { suspects, reason, reached, order }: Decision): First {
  const last = returns[lastReturn(returns, ret, suspects) ?? Math.min(reached, returns.length - 1)];
  const lead = { suspects, areCore: false, reason, isFirst: false, beyondSuspects: true };
  return { ...lead, operation: last, accused: suspects, order, isWhole: false };
}

function withMember(members: readonly number[], k: number): readonly number[] {
  return members.includes(k) ? members : [...members, k];
}

/** As a lead it is the first one only if no limit has cut the question short. */
interface First extends Lead {
  readonly operation: number;
  /** The suspects of the shortest beginning of the history of which any were told. */
  readonly accused: readonly number[];
  /** An order of everything before its return, if it is whole. */
  readonly order: Int32Array;
  readonly isWhole: boolean;
}

/**
 * The first impossible return: what came before it can be explained, what came up to it cannot. The suspects lead to it: they
 * contradict each other when the last of them returns, if not earlier. Without suspects it comes soon after the return at which the
 * search gave out: so strides are taken from there that double, and then the last stride is halved. (To halve the whole history would
 * ask mostly about histories that go on long after the first impossible return; each such question takes as long as the verdict.)
 *
 * Suspects need not be the first ones: all that was said about a version is named, of whatever is asked about. If only they were
 * followed, each question would take away one return. But the first impossible return is seldom far from them: so strides back are
 * taken, and then the last of these is halved. (To halve all that came before took ten questions more, each as long as the verdict.)
 *
 * Of a register whose values repeat nothing is asked about the whole again, if what is known of it can be carried on (see `Onward`):
 * a search of ten thousand operations takes as long as three of these questions may, and ten were asked.
 */
function findFirst<State, Input, Output>(
  inquiry: Inquiry<State, Input, Output>,
  decision: Decision,
  near: Near<State, Input, Output> | undefined,
): First {
  const { part } = inquiry;
  const { returns } = part;
  let { suspects, areCore, reason, order } = decision;
  let accused = suspects;
  const onward = suspects.length > 0 ? undefined : Onward.of(inquiry);
  // Everything before returns[low] can be explained, everything before returns[high] cannot.
  let low = Math.min(decision.reached, returns.length - 1);
  // A search that stops is no proof that the return where it stopped is impossible: it knows the answers of operations that
  // are still open there.
  let high = returns.length;
  // Whether the answer guessed at is impossible is often quickly settled; that those before it are not takes longer.
  let guess = firstOfSet(inquiry) ?? lastReturn(returns, part.ret, suspects);
  let at = guess === undefined ? low + 1 : guess + 1;
  /** So many returns the order explains. */
  let ordered = low;
  let stride = 1;
  let back = STRIDE_BACK;
  let guesses = 0;
  while (low + 1 < high) {
    at = Math.min(Math.max(at, low + 1), high - 1);
    const before = onward?.before(at, { returns: low, order }) ?? near?.before(at) ??
      decideBefore(inquiry, part.ret[returns[at]]);
    if (before.verdict === "unknown") break;
    if (before.verdict === "ok") {
      low = at;
      if (before.order !== undefined) {
        order = before.order;
        ordered = low;
      }
      stride *= 2;
      guesses = 0;
      at = guess === undefined && high === returns.length ? low + stride : (low + high) >>> 1;
    } else {
      high = at;
      ({ suspects, areCore, reason } = before);
      if (suspects.length > 0) accused = suspects;
      guess = lastReturn(returns, part.ret, suspects);
      if (guess === undefined || guesses++ >= GUESSES) {
        at = Math.max((low + high) >>> 1, high - back);
        back *= STRIDE_BACK;
      } else at = guess + 1 < high ? guess + 1 : guess;
    }
  }
  if (ordered < low) {
    // Only one that is longer is worth telling.
    const before = decideBefore(inquiry, part.ret[returns[low]]);
    if (before.verdict === "ok") {
      order = before.order;
      ordered = low;
    }
  }
  const lead = { suspects, areCore, reason, isFirst: low + 1 >= high, beyondSuspects: true };
  return { ...lead, operation: returns[high - 1], accused, order, isWhole: ordered === low };
}

/** The position, among the returns, of the last of some operations to return. */
function lastReturn(returns: Int32Array, ret: Int32Array, operations: readonly number[]): number | undefined {
  // One that never returned may be among those that contradict each other; it has no place here.
  const finished = operations.filter((k) => ret[k] !== NEVER);
  if (finished.length === 0) return undefined;
  const last = finished.reduce((most, k) => (ret[k] > ret[most] ? k : most));
  return returns.indexOf(last);
}

/** One sentence for a reader who was not there. */
function phrase<State, Input, Output>(
  { model, recorded: { operations }, part }: Inquiry<State, Input, Output>,
  { members, minimal, reason, impossible: x, telling, standsAlone }: Core,
  states: readonly string[],
): string {
  const tell = (k: number): string => {
    const operation = operations[part.ids[k]];
    return `client ${tellClient(operation.client)}'s ${tellOperation(model, operation)}`;
  };
  const others = [...telling, ...members.filter((k) => k !== x && !telling.includes(k))];
  const shown = others.slice(0, 3).map(tell);
  if (others.length > 3) shown.push(`${others.length - 3} more`);
  const list = shown.length < 2
    ? shown.join()
    : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
  const onKey = part.key === "" ? "" : ` on key ${tellKey(part.key)}`;
  const given = standsAlone ? "" : ", given the answers to all that was called before";
  // Said of all that was answered before, and not of the core alone.
  const met = states.length === 0
    ? ""
    : `; whatever the order of all before it, the state was ${either(states)}`;
  const because = (reason === "" ? "no order of them gives these answers" : reason) + met;
  const subject = tell(x);
  const start = subject.charAt(0).toUpperCase() + subject.slice(1);
  if (others.length === 0 && !minimal && reason === "") {
    return `No order was found${onKey} that explains the answers up to ${subject}.`;
  }
  if (others.length === 0) {
    return `${start} is impossible${onKey}${given}: ${reason === "" ? "nothing explains it" : reason}${met}.`;
  }
  return `${start} is impossible${onKey} beside ${list}${given}: ${because}.`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1]}`;
}
