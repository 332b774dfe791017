import type {
  Keyed,
  Operation,
  RegisterInput,
  RegisterOutput,
  RegisterValue,
} from "../../../porcupine/mod.ts";
import { simulate, specOf } from "../generate.ts";
import { registerOperation } from "../generate/operations.ts";
import { Random } from "./random.ts";

/** Operations on several registers. */
export type KeyedHistory = Operation<Keyed<RegisterInput>, RegisterOutput>[];

/** Values that are not all whole numbers: those that are kept as they are, and those that are not. */
const ODD: readonly RegisterValue[] = [0, -0, -1, 1.5, 2 ** 31, NaN, null, "", "1", 7];

/** A value in the place of another one, the same everywhere. */
function oddly(value: RegisterValue): RegisterValue {
  return typeof value === "number" ? ODD[value % ODD.length] : value;
}

function odd(operation: Operation<RegisterInput, RegisterOutput>): Operation<RegisterInput, RegisterOutput> {
  const { input, outcome } = operation;
  return {
    ...operation,
    input: input.f === "write"
      ? { ...input, value: oddly(input.value) }
      : input.f === "cas"
      ? { ...input, from: oddly(input.from), to: oddly(input.to) }
      : input,
    outcome: outcome.status === "ok" && outcome.output.f === "read"
      ? { ...outcome, output: { f: "read", value: oddly(outcome.output.value) } }
      : outcome,
  };
}

/**
 * Registers of all sorts: values once or again, compare-and-sets or none, answers lost, odd values, an answer that fits nothing. `cas`:
 * shares of compare-and-sets, of which one is drawn for each key.
 */
export function registers(
  seed: number,
  ops: number,
  { keys = 3, cas = [0, 0.3] }: { readonly keys?: number; readonly cas?: readonly number[] } = {},
): KeyedHistory {
  const random = new Random(seed);
  const history = Array.from({ length: keys }, (_, key) => {
    const spec = specOf({
      clients: random.pick([2, 5]),
      ops,
      seed: 100 * seed + key,
      cas: random.pick(cas),
      values: random.pick([0, 0, 5]),
      crashed: random.pick([0, 3]),
    });
    const { ok, bad } = simulate(spec);
    const one = (seed % 3 === 0 && key === keys - 1 ? bad ?? ok : ok).map(registerOperation);
    return (seed % 4 === 1 ? one.map(odd) : one).map((operation) => ({
      ...operation,
      client: `${key} ${operation.client}`,
      input: { key: `k${key}`, input: operation.input },
    }));
  }).flat().sort((a, b) => a.callAt - b.callAt);
  const at = history.findIndex(({ outcome }) => outcome.status === "ok" && outcome.output.f === "read");
  const { outcome } = history[at];
  if (seed % 7 === 2 && outcome.status === "ok") {
    history[at] = { ...history[at], outcome: { ...outcome, output: { f: "write" } } };
  }
  return history;
}
