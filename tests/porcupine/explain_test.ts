import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/mod.ts";
import { kvModel } from "../../porcupine/models/kv.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import { versionedKvModel } from "../../porcupine/models/versioned_kv.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultOf, oracle } from "./fuzz/oracle.ts";
import { Random, randomHistory, type Shape } from "./fuzz/random.ts";
import { kvShape, registerShape, versionedShape } from "./fuzz/shapes.ts";
import type { Model, Operation } from "../../porcupine/types.ts";

/** What the oracle finds wrong with the certificate of one random history. */
function certificateFault<Truth, State, Input, Output>(
  model: Model<State, Input, Output>,
  shape: Shape<Truth, Input, Output>,
  seed: number,
): string | undefined {
  const random = new Random(seed);
  const history = randomHistory(shape, 2 + random.below(6), random);
  const verdict = checkOperations(model, history);
  if (verdict.kind === "unknown") return "undecided";
  if (verdict.kind === "ok") return faultOf(model, history, verdict.linearization);
  const { core, firstImpossible } = verdict;
  if (oracle(model, believing(history, core))) return `the core ${core} is possible`;
  if (!verdict.coreIsMinimal) return "the core is not minimal";
  for (const member of core) {
    if (!oracle(model, believing(history, core.filter((i) => i !== member)))) {
      return `the core ${core} does not need ${member}`;
    }
  }
  if (oracle(model, upTo(history, firstImpossible, true))) {
    return `the prefix up to ${firstImpossible} is possible`;
  }
  if (!oracle(model, upTo(history, firstImpossible, false))) {
    return `the prefix before ${firstImpossible} is impossible`;
  }
  return verdict.sentence.endsWith(".") ? undefined : "no sentence";
}

/** The history with every other answer disbelieved. */
function believing<I, O>(history: readonly Operation<I, O>[], core: readonly number[]): Operation<I, O>[] {
  return history.map((operation, i) =>
    core.includes(i) ? operation : { ...operation, outcome: { status: "unknown" } }
  );
}

/** The history up to the return of `last`; without that return unless `including`. */
function upTo<I, O>(
  history: readonly Operation<I, O>[],
  last: number,
  including: boolean,
): Operation<I, O>[] {
  const end = history[last].outcome;
  if (end.status !== "ok") throw new Error("an operation without an answer cannot be impossible");
  const hidden = (i: number): boolean => {
    const { outcome } = history[i];
    if (outcome.status !== "ok" || outcome.returnAt > end.returnAt) return true;
    // Equal times count by the order of the operations in the history.
    return outcome.returnAt === end.returnAt && (i > last || (i === last && !including));
  };
  return history.flatMap((operation, i) => {
    if (operation.callAt > end.returnAt) return [];
    return [hidden(i) ? { ...operation, outcome: { status: "unknown" } } : operation];
  });
}

Deno.test("certificates hold on random register histories", () => {
  forSeeds("register", 500, (seed) => certificateFault(registerModel(), registerShape(), seed));
  forSeeds(
    "unique register",
    600,
    (seed) => certificateFault(registerModel(), registerShape({ unique: true }), seed),
  );
});

Deno.test("certificates hold on random kv histories", () => {
  forSeeds("kv", 500, (seed) => certificateFault(kvModel(), kvShape(), seed));
  forSeeds("unique kv", 500, (seed) => certificateFault(kvModel(), kvShape({ unique: true }), seed));
});

Deno.test("certificates hold on random versioned histories", () => {
  forSeeds("versioned kv", 500, (seed) => certificateFault(versionedKvModel(), versionedShape(), seed));
});

Deno.test("a stale read is explained by the write it missed", () => {
  const write = (value: number, at: number) =>
    ({
      client: 1,
      callAt: at,
      input: { f: "write", value },
      outcome: { status: "ok", returnAt: at + 1, output: { f: "write" } },
    }) as const;
  const read = (value: number, at: number) =>
    ({
      client: 2,
      callAt: at,
      input: { f: "read" },
      outcome: { status: "ok", returnAt: at + 1, output: { f: "read", value } },
    }) as const;
  const verdict = checkOperations(registerModel(), [
    write(1, 0),
    read(1, 2),
    write(2, 4),
    read(2, 6),
    read(1, 8),
    read(2, 10),
  ]);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.firstImpossible, 4);
  assert(verdict.core.length <= 3 && verdict.core.includes(4), `core ${verdict.core}`);
  assert(verdict.sentence.startsWith("Client 2's read() -> 1 is impossible"), verdict.sentence);
});
