import {
  checkInParallel,
  checkOperations,
  type CheckOptions,
  type Keyed,
  keyedModel,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type WorkerPool,
} from "../../../porcupine/mod.ts";
import { plain } from "../fuzz/compare.ts";
import { type HistorySpec, simulate, specOf } from "../generate.ts";
import { registerOperation } from "../generate/operations.ts";
import { generatedCase } from "./histories.ts";

/** A history in memory, to be judged in one thread or in two. */
export interface Ready {
  readonly alone: () => unknown;
  /** `undefined`: with a thread that is started for this check. */
  readonly both: (pool: WorkerPool | undefined) => unknown;
}

/** What bar 9 is measured on. */
export interface Cell {
  readonly name: string;
  /** So many rounds count. */
  readonly rounds: number;
  /** Whether threads are started for each check. */
  readonly isFresh: boolean;
  /** Makes the history: any thread makes the same. */
  load(): Promise<Ready>;
}

/** Long checks are told apart from what else the machine does by rounds; short ones by many more. */
const ROUNDS = 11;

/** Values that repeat: without hints nothing but a search decides such a register. */
const FIVE = { reads: 1 / 3, cas: 1 / 3, values: 5 } as const;

/** And of these, which are mostly swapped, nothing but a search with them. (Crowds: of few clients it takes some milliseconds.) */
const SWAPPED = { reads: 1 / 3, cas: 0.6, values: 3 } as const;

/** Three values on each of several keys. */
function keyed(specs: readonly Partial<HistorySpec>[]): Operation<Keyed<RegisterInput>, RegisterOutput>[] {
  return specs.flatMap((spec, key) =>
    simulate(specOf({ ...SWAPPED, seed: 60 + key, ...spec })).ok.map(registerOperation).map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      input: { key: `k${key}`, input: operation.input },
    }))
  );
}

/** The same without hints; a worker finds it, too. */
function unhinted<State, Input, Output>(model: Model<State, Input, Output>): Model<State, Input, Output> {
  if (model.source === undefined) throw new TypeError("a worker could not find it");
  const module = new URL("../fuzz/compare.ts", import.meta.url).href;
  return { ...plain(model), source: { module, name: "plain", models: [model.source] } };
}

function ready<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): Ready {
  return {
    alone: () => checkOperations(model, history, options),
    both: (pool) => checkInParallel(model, history, { ...options, workers: 1, ...pool && { pool } }),
  };
}

function cell(name: string, load: () => Ready | Promise<Ready>, rounds: number = ROUNDS): Cell {
  return { name, rounds, isFresh: false, load: async () => await load() };
}

function keys(name: string, specs: readonly Partial<HistorySpec>[]): Cell {
  return cell(name, () => ready(keyedModel(registerModel()), keyed(specs)));
}

function oneKey(name: string, spec: Partial<HistorySpec>): Cell {
  const history = () => simulate(specOf({ ...SWAPPED, ...spec })).ok.map(registerOperation);
  return cell(name, () => ready(registerModel(), history()));
}

/** One key and no hints: the two searches are run against each other. */
function race(name: string, expected: "ok" | "bad", spec: Partial<HistorySpec>): Cell {
  const history = () => simulate(specOf({ ...FIVE, ...spec }))[expected] ?? [];
  return cell(
    name,
    () => ready(unhinted(registerModel()), history().map(registerOperation), { explain: "verdict" }),
  );
}

function generated(name: string, spec: Partial<HistorySpec>, rounds?: number): Cell {
  return cell(name, async () => {
    const history = await generatedCase(spec, "ok").load({ plain: false });
    return {
      alone: () => history.judge({}),
      both: (pool) => history.judgeInParallel({ workers: 1, ...pool && { pool } }),
    };
  }, rounds);
}

const TEXTS = { model: "kv", clients: 60, ops: 200_000, keys: 40, reads: 0.4, puts: 0.06, seed: 5 } as const;

/** Each kind of work that there is to share, where one thread needs 200 ms or more; and histories that are too small for it. */
export function parallelCells(): readonly Cell[] {
  const crowd = { clients: 50, ops: 30_000 };
  const long = [
    keys("two equal keys, a thread for each", [{ ...crowd, seed: 2 }, { ...crowd, seed: 2 }]),
    keys("16 hard keys", Array.from({ length: 16 }, () => ({ clients: 50, ops: 3500 }))),
    keys(
      "40 uneven keys, every eighth 15 times as long",
      Array.from({ length: 40 }, (_, key) => ({ clients: 40, ops: key % 8 === 7 ? 15_000 : 1000 })),
    ),
    oneKey("one key, three values, 50 clients, 60k operations", { clients: 50, ops: 60_000, seed: 4 }),
    oneKey("one key, three values, 30 clients, 100k operations", { clients: 30, ops: 100_000, seed: 7 }),
    oneKey("one key, four values, 50 clients, 30k operations", {
      clients: 50,
      ops: 30_000,
      values: 4,
      seed: 3,
    }),
    oneKey("one key, four values, 60 clients, 10k operations, one hard place", {
      clients: 60,
      ops: 10_000,
      values: 4,
      seed: 1,
    }),
    race("one key, step function only, 30 clients, illegal: a race", "bad", {
      clients: 30,
      ops: 1000,
      seed: 400,
    }),
    race("one key, step function only, 20 clients, ok: a race", "ok", {
      clients: 20,
      ops: 10_000,
      seed: 301,
    }),
    generated("40 easy keys of texts", TEXTS),
  ];
  const short = [
    generated("300 operations", { clients: 5, ops: 300, seed: 5 }, 300),
    generated("2000 operations", { clients: 10, ops: 2000, seed: 5 }, 200),
    generated("2000 operations on ten keys", { model: "kv", keys: 10, ops: 2000, seed: 5 }, 100),
    oneKey("1000 operations, three values, 20 clients", { clients: 20, ops: 1000, seed: 3 }),
  ].map((one) => ({ ...one, rounds: Math.max(one.rounds, 60) }));
  return [...long, ...short, ...short.map(fresh)];
}

function fresh(one: Cell): Cell {
  return { ...one, name: `${one.name}, without a pool`, isFresh: true };
}
