/** Operations that were read along the history: they say what the view says, and lead to the same decisions and certificates. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { conclude, prepare } from "../../porcupine/check.ts";
import { decide } from "../../porcupine/decide.ts";
import type { Decision } from "../../porcupine/decision.ts";
import {
  checkInParallel,
  checkOperations,
  type Keyed,
  keyedModel,
  type Model,
  type Operation,
  PorcupineError,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  type Verdict,
  versionedKvModel,
} from "../../porcupine/mod.ts";
import { recorded } from "../../porcupine/parts.ts";
import { readAlong, type Readings } from "../../porcupine/readings.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { type KeyedHistory, registers } from "./fuzz/keyed_registers.ts";
import { simulate, specOf } from "./generate.ts";
import { versionedOperation } from "./generate/operations.ts";

type KeyedRegister = Model<RegisterValue, Keyed<RegisterInput>, RegisterOutput>;

function versions(seed: number) {
  const { ok, bad } = simulate(
    specOf({ model: "kvv", keys: 3, ops: 120, clients: 4, maybe: 0.1, crashed: seed % 3, seed }),
  );
  return (seed % 2 === 0 ? ok : bad ?? ok).map(versionedOperation);
}

function read<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): Readings | undefined {
  return readAlong(model, history, { budget: new Budget({}), partitions: 2, least: 0 });
}

/** Whether two actions are the same, 0 and -0 told apart. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return Object.is(one, other);
  }
  const [left, right] = [Object.entries(one), Object.entries(other)];
  return left.length === right.length &&
    left.every(([name, value], i) => name === right[i][0] && Object.is(value, right[i][1]));
}

/** The first operation of which something else was read than the view says; -1 if there is none. */
function misread<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): number {
  const readings = read(model, history);
  if (readings === undefined || readings.type === "text") throw new TypeError("it has not been read");
  return history.findIndex(({ input, outcome }, id) => {
    const answer = outcome.status === "ok"
      ? { known: true, output: outcome.output } as const
      : { known: false } as const;
    return !isSame(readings.of(id), model.kind?.view(input, answer));
  });
}

const law = "what was read along a history is what the view says of each operation";
Deno.test(law, () => {
  forSeeds(law, 40, (seed) => {
    assertEquals(misread(keyedModel(registerModel()), registers(seed, 60)), -1, `registers, seed ${seed}`);
    assertEquals(misread(versionedKvModel(), versions(seed)), -1, `versions, seed ${seed}`);
    return undefined;
  });
});

/** Each partition's decision and what it cost, read along or not. */
function decisions<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  readings: Readings | undefined,
): string {
  const prepared = prepare(model, history, new Budget({}));
  if ("kind" in prepared) throw new TypeError("there is no limit");
  const found = prepared.parts.map((part) => {
    const budget = new Budget({});
    const given = { ...recorded(history), readings };
    const decision = decide(model, given, part, budget, { strategy: "auto", contest: "both" });
    return [{ ...decision, order: Array.from(decision.order) }, budget.work];
  });
  return JSON.stringify(found);
}

const same = "a partition is decided alike, at the same cost, whoever has read its operations";
Deno.test(same, () => {
  let illegal = 0;
  forSeeds(same, 40, (seed) => {
    const model = keyedModel(registerModel());
    // More than 8,192 operations of one register: then the work of reading them is counted.
    const history = registers(seed, seed === 6 ? 9000 : 60, { keys: seed === 6 ? 2 : 3 });
    const one = decisions(model, history, read(model, history));
    if (one.includes("illegal")) illegal++;
    assert(one === decisions(model, history, undefined), `registers, seed ${seed}`);
    const other = versions(seed);
    const found = decisions(versionedKvModel(), other, read(versionedKvModel(), other));
    assert(found === decisions(versionedKvModel(), other, undefined), `versions, seed ${seed}`);
    return undefined;
  });
  assert(illegal > 0, "nothing was illegal");
});

/** The verdict with its certificate; each partition is decided without what was read along, which is there for whoever explains. */
function concluded(model: KeyedRegister, history: KeyedHistory, readings: Readings | undefined): Verdict {
  const budget = new Budget({});
  const prepared = prepare(model, history, budget);
  if ("kind" in prepared) throw new TypeError("there is no limit");
  const found: Decision[] = [];
  for (const part of prepared.parts) {
    const manner = { strategy: "auto", contest: "both" } as const;
    found.push(decide(model, recorded(history), part, budget, manner));
    if (found.at(-1)?.verdict === "illegal") break;
  }
  const given = { ...recorded(history), readings };
  return conclude({ model, recorded: given, ...prepared, decisions: found, budget, options: {} });
}

const doubted = "whoever explains believes no more because it has been read";
Deno.test(doubted, () => {
  forSeeds(doubted, 60, (seed) => {
    const model = keyedModel(registerModel());
    const history = registers(3 * seed, 40);
    const expected = concluded(model, history, undefined);
    assertEquals(concluded(model, history, read(model, history)), expected, `seed ${seed}`);
    return undefined;
  });
});

Deno.test("a long history of many registers has the certificate that it has partition by partition, in one thread and in two", async () => {
  const model = keyedModel(registerModel());
  for (const seed of [3, 4]) {
    const history = registers(seed, 500, { keys: 20 });
    assert(
      readAlong(model, history, { budget: new Budget({}), partitions: 20 }) !== undefined,
      "it is read along",
    );
    const expected = concluded(model, history, undefined);
    assertEquals(expected.kind, seed === 3 ? "illegal" : "ok");
    assertEquals(checkOperations(model, history), expected);
    assertEquals(await checkInParallel(model, history, { workers: 1 }), expected);
  }
});

Deno.test("a view that fails says so when its partition is decided, and not if an earlier one is illegal", () => {
  const history = registers(4, 3000);
  const base = keyedModel(registerModel());
  const { kind } = base;
  if (kind?.type !== "register") throw new TypeError("it is a register");
  const failing = (key: string): typeof base => ({
    ...base,
    kind: {
      ...kind,
      view: (input, answer) => {
        if (input.key === key) throw new RangeError(`of ${key} nothing is known`);
        return kind.view(input, answer);
      },
    },
  });
  const { cause } = assertThrows(() => checkOperations(failing("k2"), history), PorcupineError);
  assertEquals(cause instanceof RangeError && cause.message, "of k2 nothing is known");
  const early: KeyedHistory[number] = {
    client: "early",
    callAt: -2,
    input: { key: "k-", input: { f: "read" } },
    outcome: { status: "ok", returnAt: -1, output: { f: "read", value: "never written" } },
  };
  assertEquals(checkOperations(failing("k2"), [early, ...history]).kind, "illegal");
});
