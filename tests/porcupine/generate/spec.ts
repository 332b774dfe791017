/** The models of which histories are generated; the first three are those of linhist-1. */
export type GeneratedModel = "register" | "kv" | "kvv" | "set" | "queue" | "stack" | "lock";

/** What a generated history looks like. Ratios are between 0 and 1. */
export interface HistorySpec {
  readonly model: GeneratedModel;
  /** Clients at work at once. */
  readonly clients: number;
  /** Operations in all. */
  readonly ops: number;
  /** The same seed gives the same history. */
  readonly seed: number;
  /** Independent keys (kv, kvv). */
  readonly keys: number;
  /** Operations that lose their answer; their client is replaced by a new one. About half of them took effect. */
  readonly crashed: number;
  /** Share of reads, gets, contains, dequeues, pops. */
  readonly reads: number;
  /** Share of puts (kv); the rest are appends. */
  readonly puts: number;
  /** Share of compare-and-sets (register). */
  readonly cas: number;
  /** Share of puts answered ErrMaybe (kvv). */
  readonly maybe: number;
  /** How many different values are written; 0: every value once. */
  readonly values: number;
}

const DEFAULTS: HistorySpec = {
  model: "register",
  clients: 5,
  ops: 1000,
  seed: 1,
  keys: 1,
  crashed: 0,
  reads: 0.5,
  puts: 0,
  cas: 0,
  maybe: 0,
  values: 0,
};

/** Completes a spec. */
export function specOf(partial: Partial<HistorySpec>): HistorySpec {
  return { ...DEFAULTS, ...partial };
}

/** A named family of histories, as the measured table of the Go checker lists them. */
export interface Family {
  /** Such as `register-uniq-c10-10k`. */
  readonly name: string;
  readonly spec: HistorySpec;
}

function short(ops: number): string {
  return ops % 1_000_000 === 0 ? `${ops / 1_000_000}m` : ops % 1000 === 0 ? `${ops / 1000}k` : String(ops);
}

function grid(
  stem: string,
  clients: readonly number[],
  ops: readonly number[],
  rest: Partial<HistorySpec>,
): Family[] {
  return clients.flatMap((c) =>
    ops.map((n, i) => ({
      name: `${stem}-c${c}-${short(n)}`,
      spec: specOf({ ...rest, clients: c, ops: n, seed: 100 + c * 10 + i }),
    }))
  );
}

function crashes(stem: string, counts: readonly number[], rest: Partial<HistorySpec>): Family[] {
  return counts.map((crashed) => ({
    name: `${stem}-x${crashed}`,
    spec: specOf({ ...rest, crashed, seed: 500 + crashed }),
  }));
}

/** The families of the measured table: everything on which the Go checker was tried. */
export function families(): Family[] {
  const five: Partial<HistorySpec> = { model: "register", reads: 1 / 3, cas: 1 / 3, values: 5 };
  const append: Partial<HistorySpec> = { model: "kv", reads: 0.5 };
  const mixed: Partial<HistorySpec> = { model: "kv", reads: 0.4, puts: 0.06 };
  return [
    ...grid("register-uniq", [5, 10, 20, 30, 50], [1_000, 10_000, 100_000], { model: "register" }),
    ...grid("register-cas5", [5], [1_000, 10_000, 100_000], five),
    ...grid("register-cas5", [10, 20, 30, 50], [1_000, 10_000], five),
    ...grid("kv-append", [3, 5, 10, 20, 50], [1_000], append),
    ...grid("kv-append-put", [3, 5, 10, 20, 50], [5_000], mixed),
    ...grid("kv-append-g10", [3, 5, 8, 10, 15, 20], [1_000], { model: "kv", reads: 0.1 }),
    ...grid("kv-keys20", [50], [20_000], { ...mixed, keys: 20 }),
    ...grid("kv-keys200", [50], [100_000], { ...mixed, keys: 200 }),
    ...grid("kvv-maybe5", [5, 10, 20, 50], [5_000], { model: "kvv", maybe: 0.05 }),
    ...grid("kvv-maybe5", [10], [50_000], { model: "kvv", maybe: 0.05 }),
    ...grid("kvv-maybe30", [20], [5_000], { model: "kvv", maybe: 0.3 }),
    ...crashes("register-crash", [5, 10, 20, 30, 100], { model: "register", ops: 2_000 }),
    ...crashes("register-cas5-crash", [10, 20, 30, 50], { ...five, ops: 1_000 }),
    ...crashes("kv-crash", [10, 20, 30, 50], { ...append, puts: 0.06, ops: 1_000 }),
    ...crashes("kvv-crash", [10, 30, 100], { model: "kvv", ops: 2_000 }),
  ];
}

/** Collections and locks, on which there are no Go figures. */
export function moreFamilies(): Family[] {
  return [
    ...grid("set-uniq", [5, 20], [1_000, 10_000], { model: "set" }),
    ...grid("set-dup8", [5, 10], [1_000], { model: "set", values: 8 }),
    ...grid("queue-uniq", [5, 20], [1_000, 10_000], { model: "queue" }),
    ...grid("stack-uniq", [5, 20], [1_000, 10_000], { model: "stack" }),
    ...grid("lock", [5, 20], [1_000, 10_000], { model: "lock" }),
  ];
}
