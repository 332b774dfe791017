import type { BankInput, BankOutput } from "../../../porcupine/models/bank.ts";
import type { CounterInput, CounterOutput } from "../../../porcupine/models/counter.ts";
import type { EtcdOutput } from "../../../porcupine/models/etcd.ts";
import type { Item } from "../../../porcupine/models/answers.ts";
import type { JepsenInput, JepsenOutput, JepsenValue } from "../../../porcupine/models/jepsen.ts";
import type { KvBatchInput, KvBatchOutput, KvBatchStep } from "../../../porcupine/models/kv_batch.ts";
import type { LockInput, LockOutput } from "../../../porcupine/models/lock.ts";
import type { LogInput, LogOutput } from "../../../porcupine/models/log.ts";
import type { MutexInput, MutexOutput } from "../../../porcupine/models/mutex.ts";
import type { RegisterInput, RegisterValue } from "../../../porcupine/models/register.ts";
import { queueShape } from "./collections.ts";
import type { Random, Shape } from "./random.ts";
import { registerShape } from "./shapes.ts";

/** A counter; `byOne`: it is counted up by one, and not otherwise. */
export function counterShape(
  options: { readonly byOne?: boolean } = {},
): Shape<number, CounterInput, CounterOutput> {
  return {
    init: () => 0,
    input: (random) => {
      const f = random.pick(["add", "addAndGet", "read"]);
      return f === "read" ? { f } : { f, amount: options.byOne ? 1 : random.pick([1, 1, 2, -1]) };
    },
    run: (state, input) => {
      if (input.f === "read") return [state, { f: "read", value: state }];
      const value = state + input.amount;
      return [value, input.f === "add" ? { f: "add" } : { f: "addAndGet", value }];
    },
    guess: ({ f }, random) => f === "add" ? { f } : { f, value: random.below(6) - 1 },
  };
}

/** A mutex. */
export function mutexShape(): Shape<boolean, MutexInput, MutexOutput> {
  return {
    init: () => false,
    input: (random) => ({ f: random.pick(["acquire", "release"]) }),
    run: (held, { f }) => [f === "acquire", { f, granted: (f === "acquire") !== held }],
    guess: ({ f }, random) => ({ f, granted: random.below(2) === 0 }),
  };
}

/** A lock with fencing tokens; `gaps`: tokens are not consecutive. */
export function lockShape(
  options: { readonly gaps: boolean },
): Shape<{ readonly holder: number | null; readonly last: number }, LockInput, LockOutput> {
  return {
    init: () => ({ holder: null, last: 0 }),
    input: (random) =>
      random.below(2) === 0
        ? { f: "acquire" }
        : { f: "release", token: 1 + random.below(options.gaps ? 6 : 3) },
    run: ({ holder, last }, input, random) => {
      if (input.f === "release") {
        const released = holder === input.token;
        return [{ holder: released ? null : holder, last }, { f: "release", released }];
      }
      if (holder !== null) return [{ holder, last }, { f: "acquire", token: null }];
      const token = last + 1 + (options.gaps ? random.below(2) : 0);
      return [{ holder: token, last: token }, { f: "acquire", token }];
    },
    guess: ({ f }, random) =>
      f === "release"
        ? { f, released: random.below(2) === 0 }
        : { f, token: random.below(4) === 0 ? null : 1 + random.below(5) },
  };
}

/** A log; `unique`: every value is appended once, and the later ones are read, too. */
export function logShape(
  options: { readonly unique?: boolean } = {},
): Shape<readonly string[], LogInput, LogOutput> {
  let fresh = 0;
  const place = (random: Random): number =>
    options.unique ? Math.max(0, fresh - random.below(6)) : random.below(4);
  return {
    init: () => [],
    input: (random) => {
      const f = random.pick(["append", "append", "read", "length"]);
      if (f === "append") return { f, value: options.unique ? String(fresh++) : random.pick(["a", "b"]) };
      return f === "read" ? { f, offset: place(random) } : { f };
    },
    run: (state, input, random) => {
      if (input.f === "append") {
        const offset = random.below(3) === 0 ? "unsaid" : state.length;
        return [[...state, String(input.value)], { f: "append", offset }];
      }
      if (input.f === "length") return [state, { f: "length", length: state.length }];
      const value = state[input.offset];
      return [state, { f: "read", found: value === undefined ? "end" : { value } }];
    },
    guess: ({ f }, random) => {
      if (f === "append") return { f, offset: place(random) };
      if (f === "length") return { f, length: place(random) };
      const value = options.unique ? String(random.below(fresh + 1)) : random.pick(["a", "b"]);
      return { f, found: random.below(3) === 0 ? "end" : { value } };
    },
  };
}

/** A bank of three accounts; the third does not exist for the bank. */
export function bankShape(): Shape<Readonly<Record<string, number>>, BankInput, BankOutput> {
  return {
    init: () => ({ a: 2, b: 1 }),
    input: (random) => {
      const f = random.pick(["transfer", "transfer", "read", "balance"]);
      if (f === "read") return { f };
      if (f === "balance") return { f, account: random.pick(["a", "b", "c"]) };
      const [from, to] = random.pick([["a", "b"], ["b", "a"], ["a", "c"], ["b", "b"]]);
      return { f, from, to, amount: 1 + random.below(2) };
    },
    run: (state, input) => {
      if (input.f === "read") return [state, { f: "read", balances: state }];
      if (input.f === "balance") return [state, { f: "balance", amount: state[input.account] ?? null }];
      const { from, to, amount } = input;
      if (!(to in state) || state[from] < amount) return [state, { f: "transfer", done: false }];
      const paid = { ...state, [from]: state[from] - amount };
      return [{ ...paid, [to]: paid[to] + amount }, { f: "transfer", done: true }];
    },
    guess: ({ f }, random) => {
      if (f === "transfer") return { f, done: random.below(2) === 0 };
      if (f === "balance") return { f, amount: random.below(4) };
      const a = random.below(4);
      return { f, balances: { a, b: 3 - a } };
    },
  };
}

/** Batches over two keys, with guards. */
export function kvBatchShape(): Shape<ReadonlyMap<string, string>, KvBatchInput, KvBatchOutput> {
  const step = (random: Random): KvBatchStep => {
    const key = random.pick(["x", "y"]);
    const f = random.pick(["get", "get", "put", "append", "delete"]);
    return f === "get" || f === "delete" ? { f, key } : { f, key, value: random.pick(["1", "2"]) };
  };
  const steps = (random: Random) => Array.from({ length: random.below(3) }, () => step(random));
  return {
    init: () => new Map(),
    input: (random) => ({
      f: "batch",
      guards: random.below(3) > 0 ? [] : [{ key: random.pick(["x", "y"]), value: random.pick(["1", null]) }],
      steps: steps(random),
      otherwise: random.below(2) === 0 ? [] : steps(random),
    }),
    run: (state, input) => {
      const applied = input.guards.every(({ key, value }) => value === (state.get(key) ?? null));
      const next = new Map(state);
      const values: (string | null)[] = [];
      for (const { f, key, ...rest } of applied ? input.steps : input.otherwise) {
        if (f === "get") values.push(next.get(key) ?? null);
        else if (f === "delete") next.delete(key);
        else if ("value" in rest) next.set(key, (f === "append" ? next.get(key) ?? "" : "") + rest.value);
      }
      return [next, { f: "batch", applied, values }];
    },
    guess: (input, random) => {
      const applied = random.below(4) > 0;
      const gets = (applied ? input.steps : input.otherwise).filter(({ f }) => f === "get");
      return { f: "batch", applied, values: gets.map(() => random.pick(["1", "2", "11", null])) };
    },
  };
}

/** Jepsen's etcd register. */
export function etcdShape(): Shape<RegisterValue, RegisterInput, EtcdOutput> {
  return {
    init: () => null,
    input: (random) => {
      const f = random.pick(["read", "write", "cas"]);
      if (f === "read") return { f };
      return f === "write"
        ? { f, value: random.below(3) }
        : { f, from: random.below(3), to: random.below(3) };
    },
    run: (state, input, random) => {
      if (input.f === "cas") {
        return state === input.from ? [input.to, { type: "ok", value: null }] : [state, { type: "fail" }];
      }
      if (random.below(5) === 0) return [state, { type: "fail" }];
      return input.f === "read"
        ? [state, { type: "ok", value: state }]
        : [input.value, { type: "ok", value: input.value }];
    },
    guess: (_input, random) =>
      random.below(3) === 0 ? { type: "fail" } : { type: "ok", value: random.pick([0, 1, 2, null]) },
  };
}

/** Jepsen's set, in jepsen's words. */
export function jepsenSetShape(): Shape<readonly number[], JepsenInput, JepsenOutput> {
  return {
    init: () => [],
    input: (random) =>
      random.below(3) === 0 ? { f: "read", value: null } : { f: "add", value: random.below(3) },
    run: (state, { f, value }, random) => {
      if (f === "read") return [state, { type: "ok", value: state }];
      if (random.below(5) === 0) return [state, { type: "fail", value }];
      return [[...new Set([...state, Number(value)])], { type: "ok", value }];
    },
    guess: ({ f, value }, random) =>
      f === "read"
        ? { type: "ok", value: [0, 1, 2].filter(() => random.below(2) === 0) }
        : { type: random.pick(["ok", "fail"]), value },
  };
}

/** Another shape in jepsen's words: a request that is refused fails, and now and then one fails for no reason. */
function jepsenShape<State, Input extends { readonly f: string }, Output>(
  shape: Shape<State, Input, Output>,
  words: {
    readonly argument: (input: Input) => JepsenValue;
    /** `undefined`: refused. */
    readonly answer: (output: Output) => JepsenValue | undefined;
  },
): Shape<State, JepsenInput, JepsenOutput> {
  const inputs = new WeakMap<JepsenInput, Input>();
  const inner = (input: JepsenInput): Input => {
    const found = inputs.get(input);
    if (found === undefined) throw new TypeError("a request of another shape");
    return found;
  };
  const told = (output: Output, value: JepsenValue): JepsenOutput => {
    const answer = words.answer(output);
    return answer === undefined ? { type: "fail", value } : { type: "ok", value: answer };
  };
  return {
    init: shape.init,
    input: (random) => {
      const input = shape.input(random);
      const asked = { f: input.f, value: words.argument(input) };
      inputs.set(asked, input);
      return asked;
    },
    run: (state, asked, random) => {
      const [next, output] = shape.run(state, inner(asked), random);
      const answer = told(output, asked.value);
      return answer.type === "fail" || random.below(5) === 0
        ? [state, { type: "fail", value: asked.value }]
        : [next, answer];
    },
    guess: (asked, random) => told(shape.guess(inner(asked), random), asked.value),
  };
}

/** Jepsen's cas-register. */
export function jepsenRegisterShape(): Shape<RegisterValue, JepsenInput, JepsenOutput> {
  return jepsenShape(registerShape(), {
    argument: (input) =>
      input.f === "read" ? null : input.f === "write" ? input.value : [input.from, input.to],
    answer: (output) =>
      output.f === "read" ? output.value : output.f === "cas" && !output.swapped ? undefined : null,
  });
}

/** Jepsen's mutex. */
export function jepsenMutexShape(): Shape<boolean, JepsenInput, JepsenOutput> {
  return jepsenShape(mutexShape(), {
    argument: () => null,
    answer: ({ granted }) => granted ? null : undefined,
  });
}

/** Jepsen's queue. */
export function jepsenQueueShape(): Shape<readonly Item[], JepsenInput, JepsenOutput> {
  return jepsenShape(queueShape({ unique: false }), {
    argument: (input) => input.f === "enqueue" ? jepsenItem(input.value) : null,
    answer: (output) => output.f === "enqueue" || output.value === null ? null : jepsenItem(output.value),
  });
}

function jepsenItem(item: Item): JepsenValue {
  return typeof item === "bigint" ? String(item) : item;
}
