import { type Budget, Expired, LOOKS } from "../budget.ts";
import { type Prepared, takeDown } from "../check.ts";
import { areNear, NEVER, type Places, placesOf } from "../history.ts";
import { cut, type Recorded, requireKey } from "../parts.ts";
import { requireModel } from "../require/model.ts";
import { firstState } from "../require/trial.ts";
import { SHARED_ARRAYS } from "../scratch.ts";
import { argsort } from "../sort.ts";
import type { Model, Operation } from "../types.ts";
import { type Employer, type Helper, rest } from "../workers.ts";
import type { Arranged, Failure, News, Reply, Request } from "./messages.ts";
import { enlist, release, type WorkerPool } from "./pool.ts";

/** To bring a history of fewer operations into order takes as long as to send it to and fro. */
const LEAST_OPERATIONS = 1 << 15;
/** Of so many operations the times are looked at before anything is sent. */
const FIRST_OPERATIONS = 2048;
/** Waiting for the other thread this one looks at its limits so often. */
const LOOK_EVERY_MS = 10;

/** Whether a history is so long that two threads prepare it sooner than one. */
export function isLong<State, Input, Output>(
  { partitionKey }: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  return partitionKey !== undefined && operations.length >= LEAST_OPERATIONS &&
    typeof SharedArrayBuffer !== "undefined";
}

/** A history in order, dealt out, and taken down. */
export interface Preparation<Input, Output> {
  /** `undefined` if the order could not be found like this: that is still to be done. */
  readonly prepared: Prepared | undefined;
  readonly recorded: Recorded<Input, Output>;
}

/** With what a history is prepared. */
export interface Means {
  readonly budget: Budget;
  readonly pool: WorkerPool;
  /** See `takeDown`. */
  readonly isRead: boolean;
}

/**
 * What `prepare` and `takeDown` do, at the same cost, in two threads: this one fetches the operations, one after the other, and the
 * other one orders the numbers and deals them out meanwhile. `undefined` if that cannot be done: no thread waits, times are no
 * whole numbers or not all different, a key is no text, a limit has struck. Then `prepare` says what is to be said.
 */
export async function prepareTogether<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  means: Means,
): Promise<Preparation<Input, Output> | undefined> {
  const { budget, pool } = means;
  // To start a thread takes longer than all of this.
  if (pool.started === 0) return undefined;
  const errand = new Errand();
  const helpers = enlist(pool, errand);
  // One that still owes something to a check that is over may be in a step that never returns.
  const helper = helpers.find(({ owing }) => owing === 0);
  const before = budget.work;
  let found: Preparation<Input, Output> | undefined;
  try {
    if (helper !== undefined) found = await prepareWith(helper, errand, { model, operations, ...means });
  } catch {
    // Whoever does it again meets the same, and says so.
  }
  // What was given up costs nothing; what is begun again counts then.
  if (found?.prepared === undefined) budget.work = before;
  // A thread that may still be at it would answer the next check.
  for (const one of helpers) release(pool, one, one !== helper || !errand.isWaiting ? "usable" : "lost");
  return found;
}

/** Whoever waits for a history to be arranged. */
class Errand implements Employer {
  /** Whether something was asked that has not been answered. */
  isWaiting = false;
  /** What was asked went wrong there: whether more will be heard of it is not known. */
  #hasFailed = false;
  #arranged: Arranged | null = null;
  #wake: () => void = () => {};

  hear(reply: Reply | News): void {
    if (reply.kind !== "arranged") return;
    this.#end(reply.arranged);
  }

  fail({ check }: Failure): void {
    // A module may not load, or a step throw, for a check that is over: then the answer to this one is still on its way.
    if (check !== null) return;
    this.#hasFailed = true;
    this.#wake();
  }

  lose(): void {
    this.#end(null);
  }

  #end(arranged: Arranged | null): void {
    this.#arranged = arranged;
    this.isWaiting = false;
    this.#wake();
  }

  ask(helper: Helper, request: Request): void {
    this.isWaiting = helper.send(request);
  }

  /** The answer; null if there is none. Throws `Expired`. */
  async answer(helper: Helper, budget: Budget): Promise<Arranged | null> {
    while (this.isWaiting && !this.#hasFailed && !helper.isGone) {
      await rest(LOOK_EVERY_MS, (wake) => this.#wake = wake);
      if (budget.expired()) throw new Expired();
    }
    return this.#arranged;
  }
}

interface Course<State, Input, Output> extends Means {
  readonly model: Model<State, Input, Output>;
  readonly operations: readonly Operation<Input, Output>[];
}

async function prepareWith<State, Input, Output>(
  helper: Helper,
  errand: Errand,
  { model, operations, budget, isRead }: Course<State, Input, Output>,
): Promise<Preparation<Input, Output> | undefined> {
  requireModel(model);
  if (budget.expired()) return undefined;
  const places = placesOf(operations, budget, SHARED_ARRAYS);
  if (places === undefined || !areNear(places) || meetEarly(places)) return undefined;
  errand.ask(helper, { kind: "rank", places });
  const { keys, partOf } = numbered(model, operations, places, budget);
  errand.ask(helper, { kind: "deal", partOf, size: keys.length });
  const recorded = takeDown(model, operations, { partitions: keys.length, isRead, budget });
  const first = firstState(model);
  const arranged = await errand.answer(helper, budget);
  if (arranged === null) return { prepared: undefined, recorded };
  budget.spend(arranged.work);
  const { history, dealt } = arranged;
  return { prepared: { history, parts: cut(keys, dealt), first }, recorded };
}

/**
 * Whether two of the first events have the same place: then the times are of a clock, and the other thread would find out only when
 * this one has numbered all keys, in vain (three tenths of a check of 400,000 operations).
 */
function meetEarly({ call, ret }: Places): boolean {
  const seen = new Set<number>();
  const end = Math.min(FIRST_OPERATIONS, call.length);
  let events = 0;
  for (let i = 0; i < end; i++) {
    seen.add(call[i]);
    events++;
    if (ret[i] === NEVER) continue;
    seen.add(ret[i]);
    events++;
  }
  return seen.size < events;
}

/**
 * The keys, and which of them each operation has, as in `partition`: in the order of their first calls. Counts no work, since that
 * is done in the order of the history, which may be another one: `arranged` counts it. Throws `Expired`.
 */
function numbered<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { call }: Places,
  budget: Budget,
): { readonly keys: readonly string[]; readonly partOf: Int32Array } {
  const partOf = SHARED_ARRAYS.int32(operations.length);
  const numbers = new Map<string, number>();
  const firsts: number[] = [];
  let isInOrder = true;
  for (let i = 0; i < operations.length; i++) {
    if ((i & LOOKS) === LOOKS && budget.expired()) throw new Expired();
    const key = model.partitionKey === undefined ? "" : model.partitionKey(operations[i].input);
    let number = numbers.get(key);
    if (number === undefined) {
      requireKey(key);
      numbers.set(key, number = firsts.length);
      firsts.push(call[i]);
      isInOrder &&= number === 0 || firsts[number - 1] < call[i];
    } else if (call[i] < firsts[number]) {
      firsts[number] = call[i];
      isInOrder = false;
    }
    partOf[i] = number;
  }
  const keys = [...numbers.keys()];
  if (isInOrder) return { keys, partOf };
  const order = argsort(Float64Array.from(firsts));
  const places = new Int32Array(order.length);
  for (let p = 0; p < order.length; p++) places[order[p]] = p;
  for (let i = 0; i < partOf.length; i++) partOf[i] = places[partOf[i]];
  return { keys: Array.from(order, (number) => keys[number]), partOf };
}
