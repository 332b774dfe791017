/**
 * True sequential objects: each draws requests and answers them as a correct store would. They speak linhist-1 fields and
 * share no code with the checker's models, so that a mistake in a model does not hide itself.
 *
 * @module
 */
import type { Random } from "./random.ts";
import type { HistorySpec } from "./spec.ts";

/** A JSON value, as linhist-1 fields hold it. */
export type Json = null | boolean | number | string | readonly Json[];

/** What is asked: the call half of a linhist-1 line. */
export interface Request {
  readonly f: string;
  readonly k?: string;
  readonly v?: Json;
  readonly ver?: number;
}

/** The answer half of a linhist-1 line: `{}` for an answer that carries nothing. */
export interface Reply {
  readonly o?: Json;
}

/** When the operations so far were called and returned. */
export interface Times {
  callOf(index: number): number;
  /** Infinity while it is open. */
  returnOf(index: number): number;
}

/** A correct object. Operations are named by their index in the history. */
export interface TrueObject {
  /** Draws the next request of a client. */
  ask(client: number, random: Random): Request;
  /** Carries a request out at once and answers it. */
  apply(request: Request, client: number, random: Random, index: number): Reply;
  /** Whether losing the answer of this request makes the history harder (a lost read says nothing). */
  changes(request: Request): boolean;
  /**
   * An answer to the request at hand that no order of the history can explain, given the true answer; `undefined` if there
   * is none now. A stale answer is chosen only where real time forbids it; otherwise the bad twin could be a good one.
   */
  lie(request: Request, reply: Reply, index: number, times: Times): Reply | undefined;
}

/** Builds the object that a spec asks for. */
export function trueObject(spec: HistorySpec): TrueObject {
  switch (spec.model) {
    case "register":
      return register(spec);
    case "kv":
      return strings(spec);
    case "kvv":
      return versioned(spec);
    case "set":
      return set(spec);
    case "queue":
    case "stack":
      return line(spec, spec.model);
    case "lock":
      return lock();
  }
}

function register(spec: HistorySpec): TrueObject {
  let state: number | null = null;
  let fresh = 0;
  const past: { value: number; index: number }[] = [];
  const store = (value: number, index: number): void => {
    state = value;
    past.push({ value, index });
  };
  const value = (random: Random): number => spec.values === 0 ? ++fresh : random.below(spec.values);
  return {
    ask: (_client, random) => {
      const draw = random.next() / 0x100000000;
      if (draw < spec.reads) return { f: "read" };
      if (draw < spec.reads + spec.cas) {
        // Unique values: a swap can only succeed from what the register holds, or held a moment ago.
        const from = spec.values === 0 ? state ?? 0 : random.below(spec.values);
        return { f: "cas", v: [from, value(random)] };
      }
      return { f: "write", v: value(random) };
    },
    apply: (request, _client, _random, index) => {
      if (request.f === "read") return { o: state };
      if (request.f === "write") {
        store(Number(request.v), index);
        return {};
      }
      const [from, to] = request.v as readonly number[];
      if (state !== from) return { o: false };
      store(to, index);
      return { o: true };
    },
    changes: (request) => request.f !== "read",
    lie: (request, _reply, index, times) => {
      if (request.f !== "read") return undefined;
      if (spec.values > 0) return { o: spec.values + 7 };
      const stale = overwritten(past, index, times);
      return stale === undefined ? undefined : { o: stale.value };
    },
  };
}

/**
 * The newest change that a later one replaced for good: it returned before a change was called that returned before the
 * operation `index` was called.
 */
function overwritten<T extends { index: number }>(
  past: readonly T[],
  index: number,
  times: Times,
): T | undefined {
  const called = times.callOf(index);
  for (let late = past.length - 1; late > 0; late--) {
    if (times.returnOf(past[late].index) >= called) continue;
    for (let early = late - 1; early >= 0; early--) {
      if (times.returnOf(past[early].index) < times.callOf(past[late].index)) return past[early];
    }
  }
  return undefined;
}

function strings(spec: HistorySpec): TrueObject {
  const held = new Map<string, string>();
  const writers = new Map<string, number>();
  let fresh = 0;
  return {
    ask: (_client, random) => {
      const k = String(random.below(spec.keys));
      const draw = random.next() / 0x100000000;
      if (draw < spec.reads) return { f: "get", k };
      const token = spec.values === 0 ? ++fresh : random.below(spec.values);
      const f = draw < spec.reads + spec.puts ? "put" : "append";
      return { f, k, v: `${token.toString(36)} ` };
    },
    apply: ({ f, k = "", v }, _client, _random, index) => {
      const before = held.get(k) ?? "";
      if (f === "get") return { o: before };
      writers.set(String(v).trimEnd(), index);
      held.set(k, f === "put" ? String(v) : before + String(v));
      return {};
    },
    changes: (request) => request.f !== "get",
    lie: (request, reply, index, times) => {
      if (request.f !== "get") return undefined;
      // The last tokens are missing though one of them was settled between the last one left and this read.
      const tokens = String(reply.o).trimEnd().split(" ");
      const writer = tokens.map((token) => writers.get(token) ?? -1);
      for (let lost = tokens.length - 1; lost > 0; lost--) {
        if (times.returnOf(writer[lost]) >= times.callOf(index)) continue;
        for (let last = lost - 1; last >= 0; last--) {
          if (times.returnOf(writer[last]) >= times.callOf(writer[lost])) continue;
          return { o: `${tokens.slice(0, last + 1).join(" ")} ` };
        }
      }
      return undefined;
    },
  };
}

function versioned(spec: HistorySpec): TrueObject {
  const held = new Map<
    string,
    { value: string; version: number; past: { value: string; index: number }[] }
  >();
  const known = new Map<string, number>();
  const sure = new Set<number>();
  let fresh = 0;
  const cell = (k: string) => {
    let found = held.get(k);
    if (found === undefined) held.set(k, found = { value: "", version: 0, past: [] });
    return found;
  };
  return {
    ask: (client, random) => {
      const k = String(random.below(spec.keys));
      if (random.chance(spec.reads)) return { f: "get", k };
      // Mostly the version that the client saw last, as the course's clerks do; now and then the newest one.
      const ver = random.chance(0.5) ? cell(k).version : known.get(`${client} ${k}`) ?? 0;
      return { f: "put", k, v: (++fresh).toString(36), ver };
    },
    apply: ({ f, k = "", v, ver }, client, random, index) => {
      const now = cell(k);
      if (f === "get") {
        known.set(`${client} ${k}`, now.version);
        return { o: [now.value, now.version] };
      }
      const stored = ver === now.version;
      if (stored) {
        now.value = String(v);
        now.version++;
        now.past.push({ value: now.value, index });
        known.set(`${client} ${k}`, now.version);
      }
      const answer = random.chance(spec.maybe) ? "ErrMaybe" : stored ? "OK" : "ErrVersion";
      // A put that may not have happened forbids nothing to a later read.
      if (stored && answer === "OK") sure.add(index);
      return { o: answer };
    },
    changes: (request) => request.f === "put",
    lie: ({ f, k = "" }, _reply, index, times) => {
      if (f !== "get") return undefined;
      const { past } = cell(k);
      const certain = { ...times, returnOf: (i: number) => sure.has(i) ? times.returnOf(i) : Infinity };
      const stale = overwritten(past, index, certain);
      return stale === undefined ? undefined : { o: [stale.value, past.indexOf(stale) + 1] };
    },
  };
}

function set(spec: HistorySpec): TrueObject {
  const held = new Set<number>();
  const gone = new Map<number, number>();
  let fresh = 0;
  return {
    ask: (_client, random) => {
      const known = spec.values === 0 ? Math.max(1, fresh - random.below(12)) : random.below(spec.values);
      if (random.chance(spec.reads)) return { f: "contains", v: known };
      if (random.chance(0.4)) return { f: "remove", v: known };
      return { f: "add", v: spec.values === 0 ? ++fresh : random.below(spec.values) };
    },
    apply: ({ f, v }, _client, _random, index) => {
      const value = Number(v);
      const present = held.has(value);
      if (f === "contains") return { o: present };
      if (f === "add") {
        held.add(value);
        return { o: !present };
      }
      if (present) gone.set(value, index);
      held.delete(value);
      return { o: present };
    },
    changes: (request) => request.f !== "contains",
    // Something whose removal was answered before is still there. (If values repeat it may have been added again.)
    lie: ({ f, v }, _reply, index, times) => {
      const removal = gone.get(Number(v));
      if (f !== "contains" || removal === undefined || spec.values > 0) return undefined;
      return times.returnOf(removal) < times.callOf(index) ? { o: true } : undefined;
    },
  };
}

function line(spec: HistorySpec, kind: "queue" | "stack"): TrueObject {
  const [insert, remove] = kind === "queue" ? ["enqueue", "dequeue"] : ["push", "pop"];
  const held: number[] = [];
  const taken: number[] = [];
  let head = 0;
  let fresh = 0;
  return {
    ask: (_client, random) => {
      if (random.chance(spec.reads)) return { f: remove };
      return { f: insert, v: spec.values === 0 ? ++fresh : random.below(spec.values) };
    },
    apply: ({ f, v }) => {
      if (f === insert) {
        held.push(Number(v));
        return {};
      }
      if (held.length === head) return { o: null };
      const value = kind === "stack" ? held.pop() ?? 0 : held[head++];
      taken.push(value);
      return { o: value };
    },
    changes: () => true,
    // Delivered twice.
    lie: ({ f }, reply) => {
      const old = taken[taken.length - 8];
      if (f !== remove || reply.o === null || old === undefined || spec.values > 0) return undefined;
      return { o: old };
    },
  };
}

function lock(): TrueObject {
  let holder: number | undefined;
  let token = 0;
  const mine = new Map<number, number>();
  return {
    ask: (client) => {
      const held = mine.get(client);
      return held === undefined ? { f: "acquire" } : { f: "release", v: held };
    },
    apply: ({ f, v }, client) => {
      if (f === "release") {
        mine.delete(client);
        const released = holder !== undefined && v === token;
        if (released) holder = undefined;
        return { o: released };
      }
      if (holder !== undefined) return { o: null };
      holder = client;
      mine.set(client, ++token);
      return { o: token };
    },
    changes: () => true,
    // Two clients are told that they hold the lock, with one token.
    lie: ({ f }, reply) => f === "acquire" && reply.o === null && token > 3 ? { o: token } : undefined,
  };
}
