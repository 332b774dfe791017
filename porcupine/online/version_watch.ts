import { ILLEGAL, type Model, type ModelKind, type VersionedAction } from "../types.ts";
import { beginningIn, type Past } from "./beginning.ts";
import { OpenCalls } from "./open_calls.ts";
import { type Span, spansAfter, VersionRecord } from "./version_record.ts";
import { byCall, type Standing, type Watched } from "./watched.ts";

type VersionedKind<Input, Output> = Extract<ModelKind<Input, Output>, { type: "versioned" }>;
type Put = Extract<VersionedAction, { op: "put" }>;

const UNKNOWN = { known: false } as const;

/** So many answers, at least, before what is past is looked for again. */
const LEAST_SWEEP = 16;

/**
 * A value with a version, while it happens: the chain of `fast/versions.ts`, kept up to date. For each version there is the set
 * of instants at which it can begin, given what is known of it and of those before it; an answer changes what is known of one
 * version, and with it the sets from there on, most often the last one or two. The prefix is linearizable exactly if none is
 * empty and, as there, the chain can end. An open put may have made its version, at any instant since its call, or not.
 *
 * *What is forgotten.* Let `m` be the first call among the open operations: whatever will yet be answered was called at `m` or
 * later. If every instant at which version v can have begun comes before `m`, these instants are settled: a read of v - 1 from
 * now on is impossible, so is a put that stored v; and one refused by v - 1, or perhaps, returns after v began. So versions
 * before v are forgotten, if it is known what v holds (else a read of v might yet tell which put made it, and so when). What
 * makes v later than the last version known for certain began is no way to go on, and is left out.
 */
export class VersionWatch<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #kind: VersionedKind<Input, Output>;
  readonly #open = new OpenCalls<Input, Output>();
  readonly #records = new Map<number, VersionRecord<Input, Output>>();
  /** The first version that is not forgotten. */
  #base = 0;
  /** The last version that surely existed. */
  #last = 0;
  /** The first version whose instants may have changed. */
  #dirty = 1;
  #dueIn = LEAST_SWEEP;
  /** The object at version `base`, and at the version before that (whose value nobody will ask for). */
  #state: State;
  #stateBefore: State;

  /** Nothing has happened yet. */
  constructor(model: Model<State, Input, Output>, kind: VersionedKind<Input, Output>) {
    this.#model = model;
    this.#kind = kind;
    this.#state = model.init();
    this.#stateBefore = this.#state;
    const first = this.#record(0);
    first.value = kind.initial;
    first.spans = [{ from: -1, to: -1, maker: undefined }];
  }

  /** How many operations are kept. */
  get size(): number {
    return this.operations.length;
  }

  /** The operations that are kept, by call. */
  get operations(): readonly Watched<Input, Output>[] {
    const kept = new Set(this.#open.all);
    for (const [version, { makers, stored, refusable, firstRead, lastRead }] of this.#records) {
      for (const watched of refusable) kept.add(watched);
      for (const watched of [firstRead, lastRead]) if (watched !== undefined) kept.add(watched);
      if (version === this.#base) continue;
      for (const watched of makers) kept.add(watched);
      if (stored !== undefined) kept.add(stored);
    }
    return [...kept].sort(byCall);
  }

  /** The state at the first version that is kept. */
  get states(): readonly State[] {
    return [this.#state];
  }

  /** An operation is called; false if that is not to be understood here. */
  call(watched: Watched<Input, Output>): boolean {
    const action = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || !isPlain(action) || (action.op === "put" && action.effect !== "maybe")) {
      return false;
    }
    this.#open.add(watched);
    if (action.op === "put" && action.version >= this.#base) {
      this.#record(action.version + 1).makers.push(watched);
      this.#dirty = Math.min(this.#dirty, action.version + 1);
    }
    return true;
  }

  /** An operation has got its answer; `undefined` if that is not to be understood here: nothing has been done then. */
  answer(watched: Watched<Input, Output>): Standing | undefined {
    const action = this.#kind.view(watched.input, watched.answer);
    const asked = this.#kind.view(watched.input, UNKNOWN);
    if (action === undefined || asked === undefined || !isPlain(action)) return undefined;
    if (action.op === "put" && !isSamePut(asked, action)) return undefined;
    this.#open.ended();
    if (asked.op === "put" && (action.op !== "put" || action.effect === "refused")) {
      this.#didNotMake(watched, asked.version + 1);
    }
    if (!this.#learn(watched, action) || !this.#settle()) return "illegal";
    if (--this.#dueIn <= 0) this.#forget();
    return "ok";
  }

  /** An operation that was called will never be answered. A put may have made its version all the same. */
  lose(): void {
    this.#open.ended();
  }

  /** What is kept, as the past of a search: for each span of the first version one in which its maker took effect then. */
  past(): Past<State, Input, Output>[] {
    const kept = this.operations;
    return this.#record(this.#base).spans.map(({ from, to, maker }) => {
      if (maker === undefined) {
        return { start: beginningIn(this.#state), operations: kept };
      }
      // Instants are events; it took effect after one of them and before the next.
      const made: Watched<Input, Output> = {
        ...maker,
        call: from + 0.25,
        ret: to + 0.75,
        status: "returned",
        answer: UNKNOWN,
      };
      const operations = [...kept.filter((one) => one !== maker), made].sort(byCall);
      return { start: beginningIn(this.#stateBefore), operations };
    });
  }

  #record(version: number): VersionRecord<Input, Output> {
    let record = this.#records.get(version);
    if (record === undefined) this.#records.set(version, record = new VersionRecord());
    return record;
  }

  #valueOf = (maker: Watched<Input, Output>): string => {
    const action = this.#kind.view(maker.input, UNKNOWN);
    return action?.op === "put" ? action.value : "";
  };

  #didNotMake(watched: Watched<Input, Output>, version: number): void {
    const record = this.#records.get(version);
    if (record === undefined || version <= this.#base) return;
    const at = record.makers.indexOf(watched);
    if (at >= 0) record.makers.splice(at, 1);
    this.#dirty = Math.min(this.#dirty, version);
    if (version > this.#last && record.makers.length === 0 && record.refusable.length === 0) {
      this.#records.delete(version);
    }
  }

  /** Takes an answer down; false if it contradicts what is known of the version by itself. */
  #learn(watched: Watched<Input, Output>, action: VersionedAction): boolean {
    if (action.op === "nothing") return true;
    const { version, value } = action;
    if (action.op === "get") {
      if (version < this.#base) return false;
      const record = this.#record(version);
      const isFirst = record.firstRead === undefined && version > this.#base;
      this.#change(isFirst ? version : version + 1, version);
      return record.read(watched, value);
    }
    if (action.effect === "stored") {
      if (version < this.#base) return false;
      const record = this.#record(version + 1);
      if (record.stored !== undefined || (record.value !== undefined && record.value !== value)) return false;
      record.stored = watched;
      record.value = value;
      this.#change(version + 1, version + 1);
      return true;
    }
    if (version < this.#base) return true;
    if (version > this.#last && (this.#records.get(version)?.makers.length ?? 0) === 0) {
      // Nobody can have made the version by now: it was refused, and whenever that version begins it was called before.
      if (action.effect === "maybe") this.#didNotMake(watched, version + 1);
      return true;
    }
    this.#record(version).refuse(watched);
    this.#change(version + 1, this.#last);
    return true;
  }

  #change(from: number, last: number): void {
    // Nothing was kept of the versions after the last one.
    this.#dirty = Math.min(this.#dirty, from, this.#last + 1);
    this.#last = Math.max(this.#last, last);
  }

  /** Works out when each version can begin; false if there is one that cannot. */
  #settle(): boolean {
    // The instants of the base are settled.
    const start = Math.max(this.#base + 1, this.#dirty);
    this.#dirty = Infinity;
    let before = this.#record(Math.min(start - 1, this.#last));
    for (let version = start; version <= this.#last; version++) {
      const record = this.#record(version);
      record.spans = spansAfter(before, record, this.#valueOf);
      if (record.spans.length === 0) return false;
      before = record;
    }
    // Whether the chain can end here, or further on, with what open puts may have made.
    for (let version = this.#last;; version++) {
      const { rest, spans } = before;
      if (spans.some(({ to }) => to >= rest)) return true;
      const next = this.#records.get(version + 1);
      if (next === undefined) return false;
      next.spans = spansAfter(before, next, this.#valueOf);
      if (next.spans.length === 0) return false;
      before = next;
    }
  }

  /** Forgets the versions before the last one whose beginning is settled. */
  #forget(): void {
    this.#dueIn = Math.max(LEAST_SWEEP, (this.#last - this.#base) >> 1);
    const oldest = this.#open.oldest;
    let latest = Infinity;
    for (let version = this.#last; version > this.#base; version--) {
      const record = this.#record(version);
      latest = Math.min(latest, Math.max(...record.spans.map(({ to }) => to)));
      if (latest >= oldest || !this.#isDetermined(record)) continue;
      const end = latest;
      record.spans = record.spans.filter(({ from }) => from <= end).map((span) => cut(span, end));
      this.#moveTo(version);
      return;
    }
  }

  /** Whether it is known what the version holds, whichever put made it. */
  #isDetermined(record: VersionRecord<Input, Output>): boolean {
    record.value ??= sameOf(record.makers.map(this.#valueOf));
    return record.value !== undefined;
  }

  #moveTo(base: number): void {
    for (let version = this.#base; version < base; version++) {
      this.#records.delete(version);
      this.#stateBefore = this.#state;
      this.#state = this.#after(this.#state, this.#makerOf(version + 1));
    }
    this.#base = base;
  }

  /** One of the puts that can have made a version; for one that is kept it is known what that holds. */
  #makerOf(version: number): Watched<Input, Output> | undefined {
    const { spans, value } = this.#record(version);
    return (spans.find(({ maker }) => maker !== undefined && this.#valueOf(maker) === value) ?? spans[0])
      .maker;
  }

  #after(state: State, maker: Watched<Input, Output> | undefined): State {
    if (maker === undefined) return state;
    const context = { expired: () => false };
    if ("steps" in this.#model) return this.#model.steps(state, maker.input, UNKNOWN, context)[0];
    const next = this.#model.step(state, maker.input, UNKNOWN, context);
    if (next === ILLEGAL) throw new TypeError("a put that names the version is possible");
    return next as State;
  }
}

/** Whether a version is a number that counts; anything else is for a search to refuse. */
function isPlain(action: VersionedAction): boolean {
  return action.op === "nothing" || (Number.isSafeInteger(action.version) && action.version >= 0);
}

function isSamePut(asked: VersionedAction, { version, value }: Put): boolean {
  return asked.op === "put" && asked.version === version && asked.value === value;
}

function sameOf(values: readonly string[]): string | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

function cut<Input, Output>({ from, to, maker }: Span<Input, Output>, end: number): Span<Input, Output> {
  return { from, to: Math.min(to, end), maker };
}
