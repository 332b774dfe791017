import { Budget } from "../../../porcupine/budget.ts";
import { decide, type DecideOptions } from "../../../porcupine/decide.ts";
import type { Decision } from "../../../porcupine/decision.ts";
import { orderHistory } from "../../../porcupine/history.ts";
import { type Part, partition, recorded } from "../../../porcupine/parts.ts";
import { settle, stroll } from "../../../porcupine/search/stroll.ts";
import { isSwept } from "../../../porcupine/search/sweep.ts";
import type { Model, Operation } from "../../../porcupine/types.ts";
import { inSessions, levelsFault } from "../levels/compare.ts";
import { certificateFault } from "./certificate.ts";
import { firstImpossible, firstRefused, WINDOWS } from "./online.ts";
import { faultOf, oracle } from "./oracle.ts";
import { busyHistory, nearlyTrue, Random, randomCase, randomHistory, type Shape } from "./random.ts";
import { byValues, byZones, decideOneWay } from "./registers.ts";
import { shrink } from "./shrink.ts";

/** A model and the random histories to judge with it. */
export interface Subject<Truth, State, Input, Output> {
  readonly name: string;
  readonly model: Model<State, Input, Output>;
  readonly shape: () => Shape<Truth, Input, Output>;
}

/** A subject whose types do not matter any more. */
export interface AnySubject {
  readonly name: string;
  /** Compares every way of deciding with the oracle, on the small history of one seed; a text says what is wrong. */
  againstOracle(seed: number): string | undefined;
  /** Tries everything that the certificate of the small history of one seed says. */
  certificate(seed: number): string | undefined;
  /** Compares the on-line checker with the oracle: it must stop at the first impossible answer. */
  onlineAgainstOracle(seed: number): string | undefined;
  /** Compares the on-line checker with checking every prefix, on a history long enough for the past to be summed up. */
  onlineAgainstPrefixes(seed: number, size: number): string | undefined;
  /** The on-line checker must not complain of a true history of busy clients. */
  onlineHonest(seed: number, size: number): string | undefined;
  /** Compares the weaker levels that the small history of one seed has with what every order says. */
  levels(seed: number): string | undefined;
  /** Compares the ways of deciding with one another, on a longer history. */
  againstSearch(seed: number, size: number): string | undefined;
}

/** Every way in which the checker decides; each must agree with every other. */
export const WAYS: Readonly<Record<string, DecideOptions>> = {
  "the depth-first search": { strategy: "search", contest: "depth" },
  "the frontier search": { strategy: "search", contest: "frontier" },
  "the competing searches": { strategy: "search", contest: "both" },
  "the fast path": { strategy: "auto", contest: "both" },
};

const ALL_WAYS = Object.keys(WAYS);

/** Closes over a subject's types. */
export function subject<Truth, State, Input, Output>(
  given: Subject<Truth, State, Input, Output>,
): AnySubject {
  const { name, model, shape } = given;
  type History = readonly Operation<Input, Output>[];
  /** The least part of a history on which something is wrong, and what. */
  const told = (history: History, wrong: (part: History) => string | undefined): string | undefined => {
    if (wrong(history) === undefined) return undefined;
    const least = shrink(history, (part) => wrong(part) !== undefined);
    return `${wrong(least)}\n${least.map((operation) => JSON.stringify(operation)).join("\n")}`;
  };
  return {
    name,
    againstOracle(seed) {
      const random = new Random(seed);
      const { history, truthful } = randomCase(shape(), 2 + random.below(6), random);
      const expected = oracle(model, history);
      if (truthful && !expected) {
        return told(history, () => "a true object made this history, and the model refuses it:");
      }
      if (wrongWay(model, history, expected, ALL_WAYS) === undefined) return undefined;
      return told(history, (part) => wrongWay(model, part, oracle(model, part), ALL_WAYS));
    },
    certificate(seed) {
      const random = new Random(seed);
      const history = randomHistory(shape(), 2 + random.below(6), random);
      return told(history, (part) => certificateFault(model, part));
    },
    onlineAgainstOracle(seed) {
      const random = new Random(seed);
      const history = randomHistory(shape(), 2 + random.below(6), random);
      return told(history, (part) => {
        const [expected, got] = [
          firstImpossible(model, part, oracle),
          firstRefused(model, part, windowOf(seed)),
        ];
        return expected === got ? undefined : `it should have stopped at ${expected}, it stopped at ${got}:`;
      });
    },
    onlineAgainstPrefixes(seed, size) {
      const history = calm(nearlyTrue(shape(), size, new Random(seed)));
      const possible = (_model: unknown, part: History): boolean =>
        decideWhole(model, part, WAYS["the fast path"]).verdict === "ok";
      return told(history, (part) => {
        const [expected, got] = [
          firstImpossible(model, part, possible),
          firstRefused(model, part, windowOf(seed)),
        ];
        return expected === got ? undefined : `it should have stopped at ${expected}, it stopped at ${got}:`;
      });
    },
    onlineHonest(seed, size) {
      // Where the order of everything is kept, a crowd of clients has too many explanations to be looked through at once.
      if (
        !/^(kv|register|versioned|counter|set|mutex|(greatest-first priority )?queue, u|priority queue, u|stack, u|log, u)/
          .test(name)
      ) return undefined;
      const history = busyHistory(shape(), size, new Random(seed));
      const refused = firstRefused(model, history, windowOf(seed));
      if (refused < 0) return undefined;
      // What is left out may have been seen, so that the parts of a true history need not be true.
      const operation = JSON.stringify(history[refused]);
      return `a true object made this history, and the on-line checker refuses operation ${refused}: ${operation}`;
    },
    levels(seed) {
      const random = new Random(seed);
      const history = inSessions(randomHistory(shape(), 2 + random.below(5), random));
      return told(history, (part) => levelsFault(model, part));
    },
    againstSearch(seed, size) {
      const history = randomHistory(shape(), size, new Random(seed));
      return told(history, (part) => {
        const searched = decideWhole(model, part, WAYS["the frontier search"]);
        return wrongWay(model, part, searched.verdict === "ok", ALL_WAYS);
      });
    },
  };
}

function windowOf(seed: number): number {
  // Of the longer histories each has every length, too.
  return WINDOWS[(seed + Math.floor(seed / 50)) % WINDOWS.length];
}

/** With few operations lost, so that a long history is not all window. */
function calm<Input, Output>(history: readonly Operation<Input, Output>[]): Operation<Input, Output>[] {
  return history.filter(({ outcome }, i) => outcome.status === "ok" || i % 8 === 0);
}

/** What is wrong with some way of deciding a history; `undefined` if nothing. */
function wrongWay<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  expected: boolean,
  ways: readonly string[],
): string | undefined {
  const parts = partition(model, history, orderHistory(history));
  // Most ways find the same order: it is replayed once.
  const replayed = new Set<string>();
  for (const way of ways) {
    // A model of no known kind has no fast path, at most lanes: else that would be the competition once more.
    const isQuick = model.kind !== undefined || isSwept(model);
    if (WAYS[way].strategy === "auto" && !isQuick && ways.length > 1) continue;
    const decision = decideWhole(model, history, WAYS[way], parts);
    const order = decision.order.join();
    if (expected && decision.verdict === "ok" && replayed.has(order)) continue;
    const fault = difference(model, history, expected, decision);
    if (fault !== undefined) return `${way}: ${fault}`;
    replayed.add(order);
  }
  return wrongRegister(model, history, parts, expected) ?? wrongLane(model, history, parts, expected);
}

/** The same of the ways of registers, each by itself. */
function wrongRegister<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  parts: readonly Part[],
  expected: boolean,
): string | undefined {
  for (const [name, way] of Object.entries({ zones: byZones, values: byValues })) {
    const decision = decideOneWay(way, model, history, parts);
    const fault = decision && difference(model, history, expected, decision);
    if (fault !== undefined) return `${name} alone: ${fault}`;
  }
  return undefined;
}

/** The same of lanes: those that leave nothing out, and any model that has no more than a step function. */
function wrongLane<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  parts: readonly Part[],
  expected: boolean,
): string | undefined {
  if ("steps" in model || model.kind !== undefined || parts.length !== 1) return undefined;
  for (const lane of [stroll, settle]) {
    const decision = lane(model, history, parts[0], new Budget({}))?.decision;
    const order = Array.from(decision?.order ?? [], (k) => parts[0].ids[k]);
    const fault = decision &&
      difference(model, history, expected, { ...decision, order: Int32Array.from(order) });
    if (fault !== undefined) return `the lane alone (${lane.name}): ${fault}`;
  }
  return undefined;
}

/** The same model without anything that lets the checker prune. */
export function plain<State, Input, Output>(model: Model<State, Input, Output>): Model<State, Input, Output> {
  const { name, init } = model;
  const partition = model.partitionKey === undefined ? {} : { partitionKey: model.partitionKey };
  return "steps" in model
    ? { name, init, steps: model.steps, ...partition }
    : { name, init, step: model.step, ...partition };
}

/** Decides every partition of a history; the orders are strung together, with indices of the history. */
export function decideWhole<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  options: DecideOptions,
  parts: readonly Part[] = partition(model, history, orderHistory(history)),
): Decision {
  const order: number[] = [];
  for (const part of parts) {
    const decision = decide(model, recorded(history), part, new Budget({}), options);
    if (decision.verdict !== "ok") return decision;
    for (const k of decision.order) order.push(part.ids[k]);
  }
  return {
    verdict: "ok",
    order: Int32Array.from(order),
    reached: 0,
    suspects: [],
    areCore: false,
    reason: "",
  };
}

function difference<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  expected: boolean,
  got: Decision,
): string | undefined {
  if (got.verdict === "unknown") return "undecided";
  if ((got.verdict === "ok") !== expected) {
    return `it is ${expected ? "ok" : "illegal"}, the answer was ${got.verdict}:`;
  }
  if (got.verdict === "illegal") return undefined;
  const parts = new Set(history.map(({ input }) => model.partitionKey?.(input) ?? ""));
  // Orders of several partitions were strung together, so that only one partition's order can be replayed here.
  const fault = parts.size > 1 ? undefined : faultOf(model, history, Array.from(got.order));
  return fault === undefined ? undefined : `the order ${got.order.join(" ")} is wrong, ${fault}:`;
}

/**
 * Runs a comparison for many seeds; throws with the first seed that fails and how to run it alone. On the command line
 * `-- --seed N` runs one seed, `-- --times N` makes the run N times as long.
 */
export function forSeeds(title: string, count: number, compare: (seed: number) => string | undefined): void {
  const only = argument("--seed");
  const first = only ?? 1;
  const last = only ?? count * (argument("--times") ?? 1);
  for (let seed = first; seed <= last; seed++) {
    const wrong = compare(seed);
    if (wrong === undefined) continue;
    throw new Error(`${title}: seed ${seed} (repeat it with: deno test -A FILE -- --seed ${seed}): ${wrong}`);
  }
}

function argument(name: string): number | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Number(Deno.args[at + 1]);
}
