/**
 * The objects that crowds work on. Like `objects.ts` they share no code with the checker's models; unlike those they speak
 * the models' own words.
 *
 * @module
 */
import type {
  BankInput,
  BankOutput,
  CounterInput,
  CounterOutput,
  KvBatchInput,
  KvBatchOutput,
  KvInput,
  KvOutput,
  LockInput,
  LockOutput,
  LogInput,
  LogOutput,
  MutexInput,
  MutexOutput,
  PriorityQueueInput,
  PriorityQueueOutput,
  QueueInput,
  QueueOutput,
  RegisterInput,
  RegisterOutput,
  SetInput,
  SetOutput,
  StackInput,
  StackOutput,
  VersionedKvInput,
  VersionedKvOutput,
} from "../../../porcupine/mod.ts";
import type { CrowdObject } from "./crowd.ts";

/** What the registers of a crowd do. */
class Register {
  value: number | null = null;

  readonly run = (input: RegisterInput): RegisterOutput => {
    if (input.f === "read") return { f: "read", value: this.value };
    if (input.f === "write") {
      this.value = input.value as number;
      return { f: "write" };
    }
    const swapped = input.from === this.value;
    if (swapped) this.value = input.to as number;
    return { f: "cas", swapped };
  };
}

/** A register: a third of reads, a third of writes, a third of swaps if there are any; every value is written once. */
export function crowdRegister(
  options: { readonly swaps: boolean },
): CrowdObject<RegisterInput, RegisterOutput> {
  const register = new Register();
  let fresh = 0;
  return {
    ask: (_client, random) => {
      const draw = random.below(3);
      if (draw === 0) return { f: "read" };
      if (draw === 1 || !options.swaps) return { f: "write", value: ++fresh };
      return { f: "cas", from: register.value, to: ++fresh };
    },
    run: register.run,
    lie: (input) => input.f === "read" ? { f: "read", value: -1 } : undefined,
  };
}

/** A register of a few values: a third of reads, a third of writes, a third of swaps if there are any. */
export function crowdValues(
  options: { readonly values: number; readonly swaps: boolean },
): CrowdObject<RegisterInput, RegisterOutput> {
  const register = new Register();
  const { values } = options;
  return {
    ask: (_client, random) => {
      const draw = random.below(3);
      if (draw === 0) return { f: "read" };
      if (draw === 1 || !options.swaps) return { f: "write", value: random.below(values) };
      return { f: "cas", from: random.below(values), to: random.below(values) };
    },
    run: register.run,
    lie: ({ f }) => f === "read" ? { f, value: values } : undefined,
  };
}

/** A counter that is counted up by one; half of those that add are told the sum. */
export function crowdCounter(): CrowdObject<CounterInput, CounterOutput> {
  let value = 0;
  return {
    ask: (_client, random) => {
      const draw = random.below(4);
      return draw < 2 ? { f: "read" } : { f: draw === 2 ? "add" : "addAndGet", amount: 1 };
    },
    run: (input) => {
      if (input.f === "read") return { f: "read", value };
      value += input.amount;
      return input.f === "add" ? { f: "add" } : { f: "addAndGet", value };
    },
    lie: ({ f }) => f === "read" ? { f, value: value + 1000 } : undefined,
  };
}

/** A text that is appended to, read and sometimes replaced. */
export function crowdText(): CrowdObject<KvInput, KvOutput> {
  let text = "";
  let fresh = 0;
  const key = "k";
  return {
    ask: (_client, random) => {
      const draw = random.below(100);
      if (draw < 40) return { f: "get", key };
      return { f: draw < 46 ? "put" : "append", key, value: `${(++fresh).toString(36)} ` };
    },
    run: (input) => {
      if (input.f === "get") return { f: "get", value: text };
      text = input.f === "put" ? input.value : text + input.value;
      return { f: input.f };
    },
    lie: ({ f }) => f === "get" ? { f, value: "never written " } : undefined,
  };
}

/** A value with versions. */
export function crowdVersions(): CrowdObject<VersionedKvInput, VersionedKvOutput> {
  let value = "";
  let version = 0;
  let fresh = 0;
  const key = "k";
  return {
    ask: (_client, random) =>
      random.below(2) === 0
        ? { f: "get", key }
        : { f: "put", key, value: (++fresh).toString(36), version: Math.max(0, version - random.below(2)) },
    run: (input) => {
      if (input.f === "get") return { f: "get", value, version };
      if (input.version !== version) return { f: "put", result: "version" };
      value = input.value;
      version++;
      return { f: "put", result: "ok" };
    },
    lie: ({ f }) => f === "get" ? { f, value: "never written", version } : undefined,
  };
}

/**
 * A set: values come and go once, and are looked for while they are near; `members`: it is also read as a whole; `grows`: nothing goes.
 */
export function crowdSet(
  options: { readonly members: boolean; readonly grows?: boolean },
): CrowdObject<SetInput, SetOutput> {
  const held = new Set<number>();
  let fresh = 0;
  let oldest = 1;
  return {
    ask: (_client, random) => {
      const draw = random.below(4);
      if (options.members && draw === 0) return { f: "members" };
      if (draw === 1) return { f: "add", value: ++fresh };
      if (draw === 2 && !options.grows && oldest < fresh - 60) return { f: "remove", value: oldest++ };
      return { f: "contains", value: Math.max(1, fresh - random.below(12)) };
    },
    run: (input) => {
      if (input.f === "members") return { f: "members", values: [...held] };
      const value = input.value as number;
      const present = held.has(value);
      if (input.f === "contains") return { f: "contains", present };
      if (input.f === "add") held.add(value);
      else held.delete(value);
      return { f: input.f, changed: present === (input.f === "remove") };
    },
    // Every value is added once.
    lie: ({ f }) => f === "add" ? { f, changed: false } : undefined,
  };
}

/** A queue that is kept short: when it is long more is taken out than put in. */
export function crowdQueue(): CrowdObject<QueueInput, QueueOutput> {
  const held: number[] = [];
  let head = 0;
  let fresh = 0;
  return {
    ask: (_client, random) =>
      random.below(100) < Math.min(60, held.length - head) + 20
        ? { f: "dequeue" }
        : { f: "enqueue", value: ++fresh },
    run: (input) => {
      if (input.f === "enqueue") {
        held.push(Number(input.value));
        return { f: "enqueue" };
      }
      const value = head < held.length ? held[head++] : null;
      if (head > 4096) held.splice(0, head), head = 0;
      return { f: "dequeue", value };
    },
    // Delivered once more.
    lie: (input, output) =>
      input.f === "dequeue" && output.f === "dequeue" && Number(output.value) > 300
        ? { f: "dequeue", value: Number(output.value) - 200 }
        : undefined,
  };
}

/** A stack that is kept low. */
export function crowdStack(): CrowdObject<StackInput, StackOutput> {
  const held: number[] = [];
  let fresh = 0;
  return {
    ask: (_client, random) =>
      random.below(100) < Math.min(60, held.length) + 20 ? { f: "pop" } : { f: "push", value: ++fresh },
    run: (input) => {
      if (input.f === "pop") return { f: "pop", value: held.pop() ?? null };
      held.push(Number(input.value));
      return { f: "push" };
    },
    lie: (input) => input.f === "pop" && fresh > 300 ? { f: "pop", value: -1 } : undefined,
  };
}

/** A priority queue that is kept short; priorities come in no order. */
export function crowdPriorities(): CrowdObject<PriorityQueueInput, PriorityQueueOutput> {
  const held: number[] = [];
  let fresh = 0;
  return {
    ask: (_client, random) =>
      random.below(100) < Math.min(60, held.length) + 20
        ? { f: "extract" }
        : { f: "insert", value: random.below(1000) * 2 ** 32 + ++fresh },
    run: (input) => {
      if (input.f === "extract") return { f: "extract", value: held.pop() ?? null };
      const value = Number(input.value);
      let at = held.length;
      while (at > 0 && held[at - 1] < value) at--;
      held.splice(at, 0, value);
      return { f: "insert" };
    },
    lie: (input) => input.f === "extract" ? { f: "extract", value: -1 } : undefined,
  };
}

/** A lock with fencing tokens: who holds one releases it. */
export function crowdLock(options: { readonly gaps: number }): CrowdObject<LockInput, LockOutput> {
  let held = false;
  let token = 0;
  const mine = new Map<number, number>();
  return {
    ask: (client) => {
      const one = mine.get(client);
      return one === undefined ? { f: "acquire" } : { f: "release", token: one };
    },
    run: (input, client) => {
      if (input.f === "release") {
        mine.delete(client);
        const released = held && input.token === token;
        if (released) held = false;
        return { f: "release", released };
      }
      if (held) return { f: "acquire", token: null };
      held = true;
      mine.set(client, token += options.gaps);
      return { f: "acquire", token };
    },
    lie: ({ f }) => f === "acquire" && token > 3 ? { f, token: 1 } : undefined,
  };
}

/** A lock without tokens. */
export function crowdMutex(): CrowdObject<MutexInput, MutexOutput> {
  let holder = -1;
  return {
    ask: (client) => ({ f: holder === client ? "release" : "acquire" }),
    run: ({ f }, client) => {
      const granted = f === "release" ? holder === client : holder < 0;
      if (granted) holder = f === "release" ? -1 : client;
      return { f, granted };
    },
    // Who releases it has held it since before.
    lie: ({ f }) => f === "release" ? { f, granted: false } : undefined,
  };
}

/** A log of different values, which is read entry by entry, and at its end; `told`: who appends is told where. */
export function crowdLog(options: { readonly told: boolean }): CrowdObject<LogInput, LogOutput> {
  const held: number[] = [];
  let fresh = 0;
  let next = 0;
  return {
    ask: (_client, random) => {
      const draw = random.below(8);
      if (draw < 3) return { f: "append", value: ++fresh };
      if (draw < 6) return { f: "read", offset: next < held.length ? next++ : held.length };
      return draw === 6 ? { f: "length" } : { f: "read", offset: held.length };
    },
    run: (input) => {
      if (input.f === "length") return { f: "length", length: held.length };
      if (input.f === "append") {
        held.push(Number(input.value));
        return { f: "append", offset: options.told ? held.length - 1 : "unsaid" };
      }
      const value = held[input.offset];
      return { f: "read", found: value === undefined ? "end" : { value } };
    },
    lie: ({ f }) =>
      f === "length" ? { f, length: 3 } : f === "read" ? { f, found: { value: -1 } } : undefined,
  };
}

/** A bank of three accounts. */
export function crowdBank(): CrowdObject<BankInput, BankOutput> {
  const accounts: Record<string, number> = { a: 100, b: 100, c: 100 };
  return {
    ask: (_client, random) => {
      const draw = random.below(4);
      if (draw === 0) return { f: "read" };
      if (draw === 1) return { f: "balance", account: random.pick(["a", "b", "c"]) };
      const [from, to] = random.pick([["a", "b"], ["b", "c"], ["c", "a"]]);
      return { f: "transfer", from, to, amount: 1 + random.below(9) };
    },
    run: (input) => {
      if (input.f === "read") return { f: "read", balances: { ...accounts } };
      if (input.f === "balance") return { f: "balance", amount: accounts[input.account] };
      const done = accounts[input.from] >= input.amount;
      if (done) accounts[input.from] -= input.amount;
      if (done) accounts[input.to] += input.amount;
      return { f: "transfer", done };
    },
    lie: ({ f }) => f === "read" ? { f, balances: { a: 1, b: 1, c: 1 } } : undefined,
  };
}

/** A store of batches over four keys, whose values differ. */
export function crowdBatches(): CrowdObject<KvBatchInput, KvBatchOutput> {
  const held = new Map<string, string>();
  let fresh = 0;
  return {
    ask: (_client, random) => {
      const keys = ["w", "x", "y", "z"];
      const [one, other] = [random.pick(keys), random.pick(keys)];
      const value = String(++fresh);
      const guards = random.below(4) > 0 ? [] : [{ key: one, value: held.get(one) ?? null }];
      const steps = random.below(2) === 0
        ? [{ f: "get", key: one } as const, { f: "get", key: other } as const]
        : [{ f: "get", key: one } as const, { f: "put", key: other, value } as const];
      return { f: "batch", guards, steps, otherwise: [] };
    },
    run: ({ guards, steps }) => {
      const applied = guards.every(({ key, value }) => value === (held.get(key) ?? null));
      const values: (string | null)[] = [];
      for (const step of applied ? steps : []) {
        if (step.f === "get") values.push(held.get(step.key) ?? null);
        else if (step.f === "put") held.set(step.key, step.value);
      }
      return { f: "batch", applied, values };
    },
    lie: (_input, { values }) =>
      values.length === 2 ? { f: "batch", applied: true, values: ["never", "written"] } : undefined,
  };
}
