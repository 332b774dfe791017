/** Each guarantee against every order, on small random histories, crashed operations and repeated values included. */
import { assertEquals } from "@std/assert";
import { LEVELS } from "../../../porcupine/levels/levels.ts";
import { checkLevels, type PartLevels } from "../../../porcupine/levels/mod.ts";
import {
  bankModel,
  counterModel,
  etcdModel,
  jepsenSetModel,
  kvBatchModel,
  kvModel,
  lockModel,
  logModel,
  type Model,
  mutexModel,
  type Operation,
  priorityQueueModel,
  queueModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  setModel,
  stackModel,
  versionedKvModel,
} from "../../../porcupine/mod.ts";
import { priorityQueueShape, queueShape, setShape, stackShape } from "../fuzz/collections.ts";
import {
  bankShape,
  counterShape,
  etcdShape,
  jepsenSetShape,
  kvBatchShape,
  lockShape,
  logShape,
  mutexShape,
} from "../fuzz/objects.ts";
import { Random, randomHistory, type Shape } from "../fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "../fuzz/shapes.ts";
import { guaranteeHolds, isStaleBy } from "./oracle.ts";

/** The models that have ways of their own of being decided; the others are for the search. */
const SEEDS = 400;
const SEARCHED_SEEDS = 150;
const FAST: readonly string[] = ["register", "text", "versioned"];

/** Each write may be forgotten at once: one answer, two states. */
const FORGETFUL: Model<RegisterValue, RegisterInput, RegisterOutput> = {
  name: "forgetful register",
  init: () => null,
  steps: (state, input, answer) => {
    if (input.f === "write") return [input.value, state];
    return !answer.known || (answer.output.f === "read" && answer.output.value === state) ? [state] : [];
  },
  readOnly: ({ f }) => f === "read",
};

for (
  const { name, seeds, compare } of [
    subject(
      "register, unique values, no cas",
      registerModel(),
      () => registerShape({ unique: true, cas: false }),
    ),
    subject("register, unique values", registerModel(), () => registerShape({ unique: true })),
    subject("register", registerModel(), () => registerShape()),
    subject("kv, unique tokens", kvModel(), () => kvShape({ unique: true })),
    subject("kv, unique tokens, no puts", kvModel(), () => kvShape({ unique: true, puts: false })),
    subject("kv", kvModel(), () => kvShape()),
    subject("versioned kv, unique values", versionedKvModel(), () => versionedShape({ unique: true })),
    subject("versioned kv", versionedKvModel(), () => versionedShape()),
    subject("counter", counterModel(), () => counterShape()),
    subject("kv, two keys", kvModel(), () => kvShape({ keys: 2 })),
    subject("queue", queueModel(), () => queueShape({ unique: false })),
    subject("stack", stackModel(), () => stackShape({ unique: false })),
    subject(
      "priority queue",
      priorityQueueModel(),
      () => priorityQueueShape({ unique: false, order: "min" }),
    ),
    subject("set", setModel(), () => setShape({ members: false })),
    subject("set, read as a whole", setModel({ members: true }), () => setShape({ members: true })),
    subject("mutex", mutexModel(), mutexShape),
    subject("lock", lockModel(), () => lockShape({ gaps: false })),
    subject("lock, increasing tokens", lockModel({ tokens: "increasing" }), () => lockShape({ gaps: true })),
    subject("register that may forget a write", FORGETFUL, () => registerShape({ cas: false })),
    subject("log", logModel(), logShape),
    subject("bank", bankModel({ accounts: { a: 2, b: 1 } }), bankShape),
    subject("store of batches", kvBatchModel(), kvBatchShape),
    subject("etcd register", etcdModel(), etcdShape),
    subject("jepsen set", jepsenSetModel(), jepsenSetShape),
  ]
) {
  Deno.test(`Guarantees and staleness of a ${name} are what every order says, seeds 1 to ${seeds} (-- SEED runs one)`, () => {
    const only = Number(Deno.args[0] ?? 0);
    for (let seed = only || 1; seed <= (only || seeds); seed++) compare(seed);
  });
}

function subject<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): { name: string; seeds: number; compare: (seed: number) => void } {
  return {
    name,
    seeds: FAST.includes(model.kind?.type ?? "") ? SEEDS : SEARCHED_SEEDS,
    compare: (seed) => {
      const random = new Random(seed);
      const history = busy(randomHistory(shape(), 2 + random.below(5), random));
      const report = checkLevels(model, history, { timeLimitMs: Infinity });
      const shown = `seed ${seed}: ${report.sentence}\n${
        history.map((one) => JSON.stringify(one)).join("\n")
      }`;
      const keyOf = ({ input }: Operation<Input, Output>): string => model.partitionKey?.(input) ?? "";
      assertEquals(report.parts.map(({ key }) => key), [...new Set(history.map(keyOf))], shown);
      for (const part of report.parts) {
        comparePart(model, history.filter((one) => keyOf(one) === part.key), part, shown);
      }
    },
  };
}

function comparePart<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  part: PartLevels,
  shown: string,
): void {
  assertEquals(part.linearizable, isStaleBy(1, model, history) ? "yes" : "no", shown);
  for (const level of LEVELS) {
    // At equal times calls count as overlapping for linearizability, also those of one client; it decides then.
    const holds = isStaleBy(1, model, history) || guaranteeHolds(level, model, history);
    assertEquals(part.levels[level].holds, holds ? "yes" : "no", `${level}, ${shown}`);
  }
  assertEquals(part.staleness, stalenessOf(model, history), shown);
  if (part.lag !== null) {
    assertEquals(part.lag.staleReads > 0 && part.linearizable === "yes", false, shown);
  }
}

/**
 * Few clients with long sessions: each operation goes to the first client that is free. One whose answer was lost is free at
 * once, so that demands meet lost answers, too.
 */
function busy<Input, Output>(
  history: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  const until: number[] = [];
  return [...history].sort((a, b) => a.callAt - b.callAt).map((operation) => {
    const { callAt, outcome } = operation;
    let client = 0;
    while (until[client] > callAt) client++;
    until[client] = outcome.status === "ok" ? outcome.returnAt : callAt;
    return { ...operation, client };
  });
}

function stalenessOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): { kind: "exact"; k: number } | { kind: "none" } {
  for (let k = 1; k <= history.length + 1; k++) if (isStaleBy(k, model, history)) return { kind: "exact", k };
  return { kind: "none" };
}
