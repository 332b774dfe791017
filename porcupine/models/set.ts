import {
  type Answer,
  type CollectionAction,
  type Effect,
  ILLEGAL,
  type Illegal,
  type Model,
  type WholeSetAction,
} from "../types.ts";
import {
  AN_ITEM,
  badRequest,
  compareItems,
  isItem,
  type Item,
  itemKey,
  noAnswer,
  outputOf,
  unknownRequest,
} from "./answers.ts";

const REQUESTS = "add, remove, contains, members";
import { show } from "./show.ts";
import { type Names, requireNames } from "../require/names.ts";
import { requireWord } from "../require/options.ts";

/** A request to a set. `members` asks for everything in it. */
export type SetInput =
  | { readonly f: "add" | "remove" | "contains"; readonly value: Item }
  | { readonly f: "members" };

/**
 * A set's answer. `changed` says whether the set became another one (the value was not there before an `add`, was there
 * before a `remove`); `"unsaid"` where the store does not tell.
 */
export type SetOutput =
  | { readonly f: "add"; readonly changed: boolean | "unsaid" }
  | { readonly f: "remove"; readonly changed: boolean | "unsaid" }
  | { readonly f: "contains"; readonly present: boolean }
  | { readonly f: "members"; readonly values: readonly Item[] };

/** What is asked of the set. */
export interface SetOptions {
  /**
   * True if there are requests for all members. Each answer then speaks of every value at once; otherwise the values are
   * independent of one another, and are judged one by one, which is much faster. False by default.
   */
  readonly members?: boolean;
}

/** The members, as a set of bits: bit `i` stands for the `i`-th value that the model has met; of values judged one by one, 1 or 0. */
export type SetState = bigint;

const NAMES: Names<SetOptions> = { members: true };

/**
 * A set of values, empty at the start.
 *
 * On line (`Checker`) a set that is not read as a whole is watched value by value, whatever crowd is at work, and what is not in
 * it is forgotten; a value of which an answer does not say whether it changed anything is searched from then on. One with
 * `members` is watched, too, until a value is put in while it may be about to be taken out, or the other way round. Then it is
 * searched as a whole: changes that are open at once may have happened in any combination, so that with more than a few clients that
 * are never idle an answer may take very long.
 *
 * @example
 * ```ts
 * import { checkOperations, setModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(setModel({ members: true }), [
 *   {
 *     client: 1,
 *     callAt: 0,
 *     input: { f: "add", value: "a" },
 *     outcome: { status: "ok", returnAt: 1, output: { f: "add", changed: "unsaid" } },
 *   },
 *   {
 *     client: 2,
 *     callAt: 2,
 *     input: { f: "members" },
 *     outcome: { status: "ok", returnAt: 3, output: { f: "members", values: [] } },
 *   },
 * ]);
 * if (verdict.kind !== "illegal") throw new Error(verdict.kind);
 * ```
 */
export function setModel(options: SetOptions = {}): Model<SetState, SetInput, SetOutput> {
  requireNames("setModel", options, NAMES);
  requireWord("members", options.members, [true, false]);
  const values = options.members === true ? new Numbered() : ONE;
  return {
    name: "set",
    source: { module: import.meta.url, name: "setModel", arguments: [options] },
    init: () => 0n,
    step: (state, input, answer) => stepSet(values, state, input, answer),
    key: (state) => state,
    ...(options.members === true ? {} : { partitionKey: elementKey }),
    tells: (state, input) => input.f === "members" ? state : (state & values.bit(input.value)) !== 0n,
    readOnly: (input) => input?.f === "contains" || input?.f === "members",
    effect: effectOf,
    describeOperation,
    describeState: (state) => `{${values.of(state).map(show).join(", ")}}`,
    sizeBytes: (state) => 24 + values.size / 8 + (state === 0n ? 0 : 8),
    kind: options.members === true ? { type: "wholeSet", view: viewWhole } : { type: "set", view },
  };
}

/** What stands for the values of a set. */
interface Bits {
  /** How many values there are. */
  readonly size: number;
  /** The bit of a value. */
  bit(value: Item): bigint;
  /** The values that a state holds. */
  of(state: SetState): Item[];
}

/** Values judged one by one: each has a state of its own, so that no state is as long as there are values. */
const ONE: Bits = { size: 1, bit: () => 1n, of: (state) => (state === 0n ? [] : ["the value"]) };

/** Gives values numbers, in the order in which they are met; what a number stands for never changes. */
class Numbered implements Bits {
  readonly #numbers = new Map<Item, bigint>();

  get size(): number {
    return this.#numbers.size;
  }

  bit(value: Item): bigint {
    let bit = this.#numbers.get(value);
    if (bit === undefined) this.#numbers.set(value, bit = 1n << BigInt(this.#numbers.size));
    return bit;
  }

  /** In their own order: in which they were met differs from thread to thread, and what is told of a state must not. */
  of(state: SetState): Item[] {
    const held = [...this.#numbers].filter(([, bit]) => (state & bit) !== 0n).map(([value]) => value);
    return held.sort(compareItems);
  }
}

/** Refuses what is no request of a set. */
function requireSet(input: SetInput): SetInput {
  if (input?.f === "members") return input;
  if (input?.f !== "add" && input?.f !== "remove" && input?.f !== "contains") {
    return unknownRequest(input, "set", REQUESTS);
  }
  return isItem(input.value) ? input : badRequest(input, `value: ${AN_ITEM}`);
}

/** The answer, as `outputOf` has it; refuses one that does not say what was there. */
function answerOf(input: SetInput, answer: Answer<SetOutput>): SetOutput | "unknown" | "foreign" {
  const output = outputOf(requireSet(input), answer);
  if (typeof output === "string") return output;
  switch (output.f) {
    case "contains":
      return typeof output.present === "boolean" ? output : noAnswer(input, output, "present: true or false");
    case "members":
      return Array.isArray(output.values) ? output : noAnswer(input, output, "values: a list of members");
    default:
      if (output.changed === "unsaid" || typeof output.changed === "boolean") return output;
      return noAnswer(input, output, 'changed: true, false or "unsaid"');
  }
}

function elementKey(input: SetInput): string {
  requireSet(input);
  switch (input.f) {
    case "add":
    case "remove":
    case "contains":
      return itemKey(input.value);
    case "members":
      return "members";
  }
}

function stepSet(
  values: Bits,
  state: SetState,
  input: SetInput,
  answer: Answer<SetOutput>,
): SetState | Illegal {
  const output = answerOf(input, answer);
  if (output === "foreign") return ILLEGAL;
  if (input.f === "members") {
    if (output === "unknown" || output.f !== "members") return state;
    let all = 0n;
    for (const member of output.values) all |= values.bit(member);
    return all === state ? state : ILLEGAL;
  }
  const bit = values.bit(input.value);
  const present = (state & bit) !== 0n;
  const next = input.f === "add" ? state | bit : input.f === "remove" ? state & ~bit : state;
  if (output === "unknown" || output.f === "members") return next;
  if (output.f === "contains") return output.present === present ? next : ILLEGAL;
  return output.changed === "unsaid" || output.changed === (next !== state) ? next : ILLEGAL;
}

function effectOf(input: SetInput, answer: Answer<SetOutput>): Effect {
  const output = answerOf(input, answer);
  if (output === "foreign") return "update";
  if (input.f === "contains" || input.f === "members") return "read";
  if (output === "unknown" || output.f === "contains" || output.f === "members") return "blind";
  if (output.changed === false) return "read";
  return output.changed === "unsaid" ? "blind" : "update";
}

function view(input: SetInput, answer: Answer<SetOutput>): CollectionAction | undefined {
  const output = answerOf(input, answer);
  if (output === "foreign" || input.f === "members") return undefined;
  const { value } = input;
  if (output === "unknown") return input.f === "contains" ? { op: "nothing" } : undefined;
  if (output.f === "members") return undefined;
  if (output.f === "contains") return { op: "contains", value, present: output.present };
  if (output.changed === "unsaid") return undefined;
  if (!output.changed) return { op: "contains", value, present: output.f === "add" };
  return { op: output.f === "add" ? "insert" : "remove", value };
}

/** The same where all members may be asked for. */
function viewWhole(input: SetInput, answer: Answer<SetOutput>): WholeSetAction | undefined {
  const output = answerOf(input, answer);
  if (output === "foreign") return undefined;
  if (input.f === "members") {
    return output === "unknown" || output.f !== "members"
      ? { op: "nothing" }
      : { op: "members", values: output.values };
  }
  const { value } = input;
  if (output === "unknown" || output.f === "members") {
    return input.f === "contains"
      ? { op: "nothing" }
      : input.f === "add"
      ? { op: "add", value, changed: false }
      : { op: "remove", value, changed: false };
  }
  if (output.f === "contains") return { op: "contains", value, present: output.present };
  // What changed nothing has only seen whether the value was there.
  if (output.changed === false) return { op: "contains", value, present: input.f === "add" };
  return { op: input.f === "add" ? "add" : "remove", value, changed: output.changed === true };
}

function describeOperation(input: SetInput, answer: Answer<SetOutput>): string {
  const output = outputOf(input, answer);
  const asked = input.f === "members" ? "members()" : `${input.f}(${show(input.value)})`;
  if (output === "unknown" || output === "foreign") return `${asked} -> ?`;
  if (output.f === "members") return `${asked} -> {${output.values.map(show).join(", ")}}`;
  if (output.f === "contains") return `${asked} -> ${output.present}`;
  return output.changed === "unsaid" ? asked : `${asked} -> ${output.changed ? "changed" : "no change"}`;
}
