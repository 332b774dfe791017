import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { NEVER, orderHistory } from "../../porcupine/history.ts";
import { counterModel } from "../../porcupine/models/counter.ts";
import { kvModel } from "../../porcupine/models/kv.ts";
import { lockModel } from "../../porcupine/models/lock.ts";
import { mutexModel } from "../../porcupine/models/mutex.ts";
import { queueModel } from "../../porcupine/models/queue.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import { type Part, partition, recorded } from "../../porcupine/parts.ts";
import { statesBefore } from "../../porcupine/explain/standing.ts";
import type { Model, Operation } from "../../porcupine/types.ts";
import { queueShape } from "./fuzz/collections.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { counterShape, lockShape, mutexShape } from "./fuzz/objects.ts";
import { nexts } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape } from "./fuzz/shapes.ts";

/** The states in which an operation can stand, as texts, by trying all orders of what was called before it returned. */
function byAllOrders<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { ids, call, ret }: Part,
  x: number,
): string[] {
  const all = Array.from(ids, (_, k) => k).filter((k) => k !== x && call[k] < ret[x]);
  const returned = (k: number): number => (ret[k] < ret[x] ? ret[k] : NEVER);
  const found = new Set<string>();
  const extend = (state: State, used: ReadonlySet<number>): void => {
    if (all.every((k) => used.has(k) || returned(k) > call[x])) found.add(JSON.stringify(state));
    for (const k of all) {
      if (used.has(k) || all.some((other) => !used.has(other) && returned(other) < call[k])) continue;
      const { outcome } = history[ids[k]];
      const told = returned(k) === NEVER ? { status: "unknown" } as const : outcome;
      for (const next of nexts(model, state, { ...history[ids[k]], outcome: told })) {
        extend(next, new Set([...used, k]));
      }
    }
  };
  extend(model.init(), new Set());
  return [...found].sort();
}

function compare<Truth, State, Input, Output>(
  name: string,
  model: Model<State, Input, Output>,
  shape: () => Shape<Truth, Input, Output>,
): void {
  Deno.test(`the states that an operation can have met are those of all orders: ${name}`, () => {
    forSeeds(name, 300, (seed) => {
      const random = new Random(seed);
      const history = randomHistory(shape(), 2 + random.below(5), random);
      const [part] = partition(model, history, orderHistory(history));
      for (const x of part.returns) {
        const expected = byAllOrders(model, history, part, x);
        const states = statesBefore({ model, recorded: recorded(history), part, budget: new Budget({}) }, x);
        const got = states?.map((state) => JSON.stringify(state)).sort();
        // What cannot be at all is not asked.
        if (expected.length === 0 || got?.length === 0) continue;
        if (expected.length > 3 ? got === undefined : got?.join() === expected.join()) continue;
        const lines = history.map((one) => JSON.stringify(one)).join("\n");
        return `operation ${part.ids[x]} can meet ${expected}, and not ${got}\n${lines}`;
      }
      return undefined;
    });
  });
}

compare("register", plain(registerModel()), () => registerShape());
compare("kv", plain(kvModel()), () => kvShape());
compare("queue", plain(queueModel()), () => queueShape({ unique: false }));
compare("counter", plain(counterModel()), () => counterShape());
compare("mutex", plain(mutexModel()), mutexShape);
compare("lock", plain(lockModel()), () => lockShape({ gaps: false }));

Deno.test("a sentence about a model without hints says which states there could have been, if they are few", () => {
  const write = (value: number, callAt: number) =>
    ({
      client: callAt,
      callAt,
      input: { f: "write", value },
      outcome: { status: "ok", output: { f: "write" }, returnAt: 10 },
    }) as const;
  const verdict = checkOperations(plain(registerModel()), [
    write(3, 0),
    write(4, 1),
    {
      client: 9,
      callAt: 12,
      input: { f: "read" },
      outcome: { status: "ok", output: { f: "read", value: 5 }, returnAt: 13 },
    },
  ]);
  assert(verdict.kind === "illegal");
  const said = /^Client 9's .* is impossible: .*; whatever the order of all before it, the state was (.*)\.$/
    .exec(
      verdict.sentence,
    );
  assertEquals(said?.[1], "3 or 4", verdict.sentence);
});
