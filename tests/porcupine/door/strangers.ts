/** Models as somebody writes them who has read the door's documentation and nothing else. */
import { ILLEGAL, type Model } from "../../../porcupine/mod.ts";

/** A limiter lets three requests of a user through in each window. */
export const limiter: Model<
  { readonly window: number; readonly used: number },
  { readonly user: string; readonly window: number },
  { readonly allowed: boolean }
> = {
  name: "rate limiter",
  init: () => ({ window: 0, used: 0 }),
  partitionKey: ({ user }) => user,
  step: (state, { window }, answer) => {
    const now = window > state.window ? { window, used: 0 } : state;
    const free = window === now.window && now.used < 3;
    if (answer.known && answer.output.allowed !== free) return ILLEGAL;
    return free ? { window: now.window, used: now.used + 1 } : now;
  },
};

/** An election: whoever stands in a newer term than anybody before wins it. */
export const election: Model<
  { readonly term: number; readonly leader: string },
  { readonly stand: string; readonly term: number } | "who leads",
  boolean | string
> = {
  name: "election",
  init: () => ({ term: 0, leader: "nobody" }),
  readOnly: (input) => input === "who leads",
  step: (state, input, answer) => {
    if (input === "who leads") return answer.known && answer.output !== state.leader ? ILLEGAL : state;
    const wins = input.term > state.term;
    if (answer.known && answer.output !== wins) return ILLEGAL;
    return wins ? { term: input.term, leader: input.stand } : state;
  },
};

/** A counter behind a client that asks again: an increment may count twice. */
export const atLeastOnce: Model<number, "inc" | "get", number | "done"> = {
  name: "counter, at least once",
  init: () => 0,
  readOnly: (input) => input === "get",
  steps: (sum, input, answer) => {
    if (input === "inc") return [sum + 1, sum + 2];
    return !answer.known || answer.output === sum ? [sum] : [];
  },
};

/** A bank as a map of balances, with a key of its own. */
export const mapBank: Model<
  ReadonlyMap<string, number>,
  { readonly from: string; readonly to: string; readonly amount: number } | "audit",
  boolean | Readonly<Record<string, number>>
> = {
  name: "bank of maps",
  init: () => new Map([["a", 10], ["b", 0]]),
  key: (state) => JSON.stringify([...state].sort()),
  readOnly: (input) => input === "audit",
  step: (state, input, answer) => {
    if (input === "audit") {
      const isRight = !answer.known || (typeof answer.output === "object" &&
        JSON.stringify(Object.entries(answer.output).sort()) === JSON.stringify([...state].sort()));
      return isRight ? state : ILLEGAL;
    }
    const { from, to, amount } = input;
    const can = (state.get(from) ?? 0) >= amount;
    if (answer.known && answer.output !== can) return ILLEGAL;
    if (!can) return state;
    return new Map([...state, [from, (state.get(from) ?? 0) - amount], [to, (state.get(to) ?? 0) + amount]]);
  },
};

type Reply = "done" | "ENOENT" | "EEXIST" | readonly string[];

/** A folder; a rename replaces what has the name already. */
export const folder: Model<
  readonly string[],
  { readonly create: string } | { readonly rename: string; readonly to: string } | "list",
  Reply
> = {
  name: "folder",
  init: () => [],
  step: (names, input, answer) => {
    const next = (reply: Reply, after: readonly string[]): readonly string[] | typeof ILLEGAL =>
      answer.known && String(answer.output) !== String(reply) ? ILLEGAL : after;
    if (input === "list") return next(names, names);
    if ("create" in input) {
      return names.includes(input.create)
        ? next("EEXIST", names)
        : next("done", [...names, input.create].sort());
    }
    if (!names.includes(input.rename)) return next("ENOENT", names);
    return next("done", [...new Set([...names.filter((name) => name !== input.rename), input.to])].sort());
  },
};
