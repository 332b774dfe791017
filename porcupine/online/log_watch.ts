import { NEVER } from "../history.ts";
import { ILLEGAL, type LogAction, type Model, type ModelKind, type Value } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import type { FastWatch } from "./fast_watch.ts";
import { bestFor, canFollow, comesAfter, Slot } from "./log_slots.ts";
import { isAnswerTo, isPlace } from "./log_asked.ts";
import { OpenCalls } from "./open_calls.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";

type LogKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "log" }>;

const UNKNOWN = { known: false } as const;

/** So many answers lie between two looks at what is past. */
const SWEEP = 8;

/**
 * A log, or a counter that is counted up by one, while it happens. All that an answer says is a bound: an entry was there by
 * its return, or not yet at its call (a length says the one of its last entry, and the other of the next). Entries come in
 * the order of their places, so the answers are possible exactly if each entry finds its append, and the bounds can be met
 * one after the other (`canFollow`). An append whose place is not known - its answer is not in, or did not tell - may
 * be any entry whose append is not known; once it has returned it must be one, if only a later one.
 *
 * *What is forgotten.* With `m` the first call among the open operations: an entry that must have been there by an instant
 * before `m` gets no more bounds. If its append is known, its bounds are taken over by its neighbours - who comes later comes
 * not before it, who comes earlier was there by then -, and it goes into the row of what was appended. If it is not known,
 * the entry is kept until it is read; where entries are never read one append is as good as another, and the best is used up.
 */
export class LogWatch<State, Input, Output> implements FastWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #kind: LogKind<Input, Output>;
  readonly #open = new OpenCalls<Input, Output>();
  /** Appends of which nobody knows the place, by call. */
  #unplaced: Watched<Input, Output>[] = [];
  /** The places of appends that are open. */
  readonly #places = new Map<Watched<Input, Output>, number>();
  /** The requests of the entries that are past, as far as they are known; of a counter only how many. */
  readonly #row: (Input | undefined)[] = [];
  #sample: Input | undefined = undefined;
  #base = 0;
  /** The entries that are past from the first one on of which it is not known whose append it is; and all of those. */
  #tail: Slot<Input, Output>[] = [];
  #holes: Slot<Input, Output>[] = [];
  /** The entries from `#base` on that were there for certain. */
  #slots: Slot<Input, Output>[] = [];
  /** Bounds of places behind them. */
  readonly #beyond = new Map<number, Slot<Input, Output>>();
  #dueIn = SWEEP;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: LogKind<Input, Output>) {
    this.#model = model;
    this.#kind = kind;
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set([...this.#open.all, ...this.#unplaced]);
    for (const slot of [...this.#tail, ...this.#slots, ...this.#beyond.values()]) {
      for (const watched of slot.operations()) kept.add(watched);
    }
    return [...kept].sort(byCall);
  }

  /** The log before everything that is kept. */
  get states(): readonly State[] {
    return [this.#stateAt(this.#first)];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || (action.op !== "append" && action.op !== "nothing")) return false;
    if (action.op === "append") {
      if (action.at !== "unknown" || Number.isNaN(action.value)) return false;
      this.#unplaced.push(watched);
    }
    this.#open.add(watched);
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#kind.view(watched.input, watched.answer);
    const asked = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || asked === undefined || !isAnswerTo(asked, action)) return undefined;
    // Two entries of one value: who was read?
    if (action.op === "read" && this.#writersOf(action.at, action.value).length > 1) return undefined;
    this.#open.ended();
    const isNews = asked.op === "append" || !this.#isKnown(watched, action);
    const fits = asked.op === "append" ? this.#appended(watched, action) : this.#learn(watched, action);
    // Who has just returned without telling where can stand at the end.
    const isFree = asked.op === "append" && this.#unplaced.includes(watched);
    if (!fits || (isNews && !isFree && !this.#isPossible())) return "illegal";
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** No answer will come: it may have been appended, or be so some day. */
  lose(watched: Watched<Input, Output>): void {
    this.#open.ended();
    this.#places.delete(watched);
  }

  /** What is kept, from the log on that is known for certain. */
  past(): Past<State, Input, Output>[] {
    return [{ start: beginningIn(this.states[0]), operations: this.operations }];
  }

  /** The first place of which not all is known. */
  get #first(): number {
    return this.#base - this.#tail.length;
  }

  #stateAt(length: number): State {
    const model = this.#model;
    const context = { expired: () => false };
    let state = model.init();
    for (let place = 0; place < length; place++) {
      const input = this.#kind.entries === "counted" ? this.#sample : this.#row[place];
      if (input === undefined) break;
      const next = "steps" in model
        ? model.steps(state, input, UNKNOWN, context)[0]
        : model.step(state, input, UNKNOWN, context);
      if (next === ILLEGAL) throw new TypeError("an append is possible in every state");
      state = next as State;
    }
    return state;
  }

  /** The entry of a place that was there for certain, or was not. */
  #slotAt(place: number, isThere: boolean): Slot<Input, Output> {
    const at = place - this.#base;
    while (isThere && this.#slots.length <= at) {
      const next = this.#base + this.#slots.length;
      this.#slots.push(this.#beyond.get(next) ?? new Slot());
      this.#beyond.delete(next);
    }
    if (at < this.#slots.length) return this.#slots[at];
    let slot = this.#beyond.get(place);
    if (slot === undefined) this.#beyond.set(place, slot = new Slot());
    return slot;
  }

  /** Whether a place may be reached: of the entries before it each needs an append, too. */
  #reaches(place: number): boolean {
    return isPlace(place) && place - this.#base - this.#slots.length <= this.#unplaced.length;
  }

  /** The append whose value a place may hold, if that is not known yet. */
  #writersOf(place: number, value: Value): readonly Watched<Input, Output>[] {
    if (!isPlace(place) || this.#known(place) !== undefined) return [];
    return this.#unplaced.filter(({ input }) => this.#valueOf(input) === value);
  }

  #valueOf(input: Input): Value | undefined {
    const action = this.#kind.view(input, UNKNOWN);
    return action?.op === "append" ? action.value : undefined;
  }

  /** What was appended at a place, if that is known. */
  #known(place: number): Input | undefined {
    return place < this.#base ? this.#row[place] : this.#slots[place - this.#base]?.maker?.input;
  }

  /** An append has returned. */
  #appended(watched: Watched<Input, Output>, action: LogAction): boolean {
    const place = this.#places.get(watched);
    this.#places.delete(watched);
    if (action.op === "nothing") {
      this.#unplaced = this.#unplaced.filter((one) => one !== watched);
      return place === undefined;
    }
    if (action.op !== "append") return false;
    if (place !== undefined) {
      if (place >= this.#base) this.#slots[place - this.#base].thereBy(watched);
      return action.at === "unknown" || action.at === place;
    }
    return action.at === "unknown" || this.#place(watched, action.at, undefined);
  }

  /** It is known where an append stands; false if it cannot stand there. */
  #place(
    watched: Watched<Input, Output>,
    place: number,
    seenBy: Watched<Input, Output> | undefined,
  ): boolean {
    if (!this.#reaches(place) || place < this.#first || this.#known(place) !== undefined) return false;
    this.#unplaced.splice(this.#unplaced.indexOf(watched), 1);
    const isPast = place < this.#base;
    const slot = isPast ? this.#tail[place - this.#first] : this.#slotAt(place, true);
    slot.madeBy(watched);
    slot.seenBy = seenBy;
    if (watched.status === "open") this.#places.set(watched, place);
    return !isPast || this.#fill(place);
  }

  /** Who only looked has returned. */
  #learn(watched: Watched<Input, Output>, action: LogAction): boolean {
    switch (action.op) {
      case "nothing":
      case "append":
      case "add":
        return true;
      case "length": {
        const { length } = action;
        if (!this.#reaches(length - 1) && length !== 0) return false;
        if (length < this.#base) return false;
        if (length > this.#base) this.#slotAt(length - 1, true).thereBy(watched);
        this.#slotAt(length, false).notBefore(watched);
        return true;
      }
      case "end":
        if (!isPlace(action.at)) return true;
        if (action.at < this.#base) return false;
        this.#slotAt(action.at, false).notBefore(watched);
        return true;
      case "read": {
        const { at, value } = action;
        const known = this.#known(at);
        if (known === undefined) {
          const [writer] = this.#writersOf(at, value);
          if (writer === undefined || !this.#place(writer, at, watched)) return false;
        } else if (this.#valueOf(known) !== value) return false;
        if (at >= this.#base) this.#slotAt(at, true).thereBy(watched);
        return true;
      }
    }
  }

  /**
   * Whether an answer of who only looked bounds no entry more than its neighbours do already, so that what was possible remains so. By
   * now somebody has seen the last of `#slots`, and so all before it.
   */
  #isKnown(watched: Watched<Input, Output>, action: LogAction): boolean {
    if (action.op === "nothing") return true;
    if (action.op === "read") return this.#known(action.at) !== undefined;
    if (action.op !== "length" && action.op !== "end") return false;
    const place = action.op === "length" ? action.length : action.at;
    return isPlace(place) && comesAfter(this.#slots, place - this.#base, watched.call);
  }

  #isPossible(): boolean {
    const slots = this.#holes.length === 0 ? this.#slots : [...this.#holes, ...this.#slots];
    const end = this.#base + this.#slots.length;
    let lastLow = -1;
    for (const { low } of this.#beyond.values()) lastLow = Math.max(lastLow, low);
    return canFollow(slots, this.#unplaced, (place) => this.#beyond.get(end + place)?.low ?? -1, lastLow);
  }

  /** Takes leave of the entries that must have been there before the first call among the open operations. */
  #forget(): void {
    this.#dueIn = SWEEP;
    const oldest = this.#open.oldest;
    const slots = this.#slots;
    let settled = slots.length;
    let high = NEVER;
    // How far is settled: the first entry from the end on that must have been there by then.
    for (; settled > 0; settled--) {
      high = Math.min(high, slots[settled - 1].high);
      if (high < oldest) break;
    }
    if (settled === 0) return;
    for (let i = settled - 1; i >= 0; i--) slots[i].high = high = Math.min(high, slots[i].high);
    let low = -1;
    for (let i = 0; i < settled; i++) {
      slots[i].low = low = Math.max(low, slots[i].low);
      low = this.#settle(slots[i]);
    }
    slots.splice(0, settled);
    const next = this.#slotAt(this.#base, false);
    next.low = Math.max(next.low, low);
  }

  /** Takes one entry into the row; answers before what the next one was not there. */
  #settle(slot: Slot<Input, Output>): number {
    this.#base++;
    if (this.#kind.entries === "counted") {
      if (slot.maker !== undefined) {
        this.#sample = slot.maker.input;
        return slot.low;
      }
      const [used] = this.#unplaced.splice(bestFor(this.#unplaced, slot), 1);
      this.#sample = used.input;
      return slot.low;
    }
    this.#row.push(slot.maker?.input);
    if (slot.maker === undefined) this.#holes.push(slot);
    if (this.#holes.length > 0) this.#tail.push(slot);
    return slot.low;
  }

  /**
   * It is known by now whose append an entry is that is past: who is behind it was not there before, who is in front of it was
   * there by then. False if that cannot be.
   */
  #fill(place: number): boolean {
    const at = place - this.#first;
    const { low, high, maker } = this.#tail[at];
    this.#row[place] = maker?.input;
    const next = this.#slotAt(this.#base, false);
    next.low = Math.max(next.low, low);
    for (let i = 0; i < this.#tail.length; i++) {
      const slot = this.#tail[i];
      if (i > at) slot.low = Math.max(slot.low, low);
      else slot.high = Math.min(slot.high, high);
      if (slot.low >= slot.high) return false;
    }
    this.#holes = this.#holes.filter((slot) => slot.maker === undefined);
    const first = this.#tail.findIndex((slot) => slot.maker === undefined);
    this.#tail.splice(0, first < 0 ? this.#tail.length : first);
    return true;
  }
}
