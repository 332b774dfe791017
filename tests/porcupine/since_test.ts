import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { assertLinearizable } from "../../porcupine/assert.ts";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { coreSince } from "../../porcupine/explain/since.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import type { RegisterInput, RegisterOutput } from "../../porcupine/models/register.ts";
import { partition, recorded } from "../../porcupine/parts.ts";
import type { Model, Operation } from "../../porcupine/types.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { oracle } from "./fuzz/oracle.ts";
import { CROWDS } from "./generate/crowds.ts";
import { crowd } from "./generate/crowd.ts";
import { Random } from "./generate/random.ts";

/** What a crowd did; each operation at its place. */
interface Crowded<Result> {
  use<State, Input, Output>(
    model: Model<State, Input, Output>,
    history: readonly Operation<Input, Output>[],
  ): Result;
}

interface Size {
  readonly clients: number;
  readonly operations: number;
  readonly lostEvery: number;
}

/** Lets a crowd work; answers are told as they were. */
function withCrowd<Result>(name: string, size: Size, random: Random, { use }: Crowded<Result>): Result {
  return CROWDS[name]({
    use: ({ model, object }) => {
      const history: Operation<never, never>[] = [];
      let now = 0;
      for (const event of crowd(object, { ...size, lieFrom: Infinity }, random)) {
        now++;
        if (event.kind === "call") {
          const { client, input } = event;
          history.push({ client, input: input as never, callAt: now, outcome: { status: "unknown" } });
        } else if (event.kind === "return") {
          const outcome = { status: "ok", output: event.output as never, returnAt: now } as const;
          history[event.operation] = { ...history[event.operation], outcome };
        }
      }
      return use(model, history as unknown as Parameters<typeof use>[1]) as Result;
    },
  });
}

/** One operation is told what another one of its kind was told before it. */
function withStaleAnswer<Input, Output>(
  history: readonly Operation<Input, Output>[],
  from: number,
  random: Random,
): readonly Operation<Input, Output>[] {
  const wrong = from + random.below(history.length - from);
  const other = random.below(wrong);
  const [one, stale] = [history[wrong].outcome, history[other].outcome];
  if (one.status === "unknown" || stale.status === "unknown") return history;
  if (JSON.stringify(history[wrong].input).slice(0, 9) !== JSON.stringify(history[other].input).slice(0, 9)) {
    return history;
  }
  return history.map((operation, i) =>
    i === wrong ? { ...operation, outcome: { ...one, output: stale.output } } : operation
  );
}

/** What is wrong with the core of what was asked lately; `undefined` if nothing is, or the history is possible. Tells how large it is. */
function faultOfCore<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { patience, tell }: { readonly patience: number; tell(members: number): void },
): string | undefined {
  const verdict = checkOperations(model, history);
  if (verdict.kind !== "illegal") return undefined;
  const part = partition(model, history, orderHistory(history)).find(({ key }) => key === verdict.partition);
  if (part === undefined) return "there is no such partition";
  const inquiry = { model, recorded: recorded(history), part, budget: new Budget({}) };
  const core = coreSince(inquiry, part.ids.indexOf(verdict.firstImpossible), {
    patience: { back: [0, 1, 2, 4], latest: patience, earlier: patience },
  });
  if (core === undefined) return undefined;
  const members = core.members.map((k) => part.ids[k]);
  const own = Array.from(part.ids);
  const edge = history[members[0]].callAt;
  const end = history[verdict.firstImpossible].outcome;
  const isPossible = (some: readonly number[]): boolean =>
    oracle(
      model,
      own.map((i): Operation<Input, Output> => {
        const operation = history[i];
        const { outcome, callAt } = operation;
        if (outcome.status === "unknown" || end.status === "unknown") return operation;
        const isBelieved = outcome.returnAt <= end.returnAt && (callAt < edge || some.includes(i));
        return isBelieved ? operation : { ...operation, outcome: { status: "unknown" } };
      }),
    );
  tell(members.length);
  if (!members.includes(verdict.firstImpossible)) {
    return `the core ${members} leaves out the impossible answer`;
  }
  if (isPossible(members)) return `the core ${members} is possible`;
  const needless = members.find((one) => !isPossible(members.filter((other) => other !== one)));
  return needless === undefined ? undefined : `the core ${members} does not need ${needless}`;
}

/** The same of the small crowd of one seed, with a stale answer. */
function faultOfSmall(
  name: string,
  isPlain: boolean,
  seed: number,
  tell: (members: number) => void = () => {},
): string | undefined {
  const random = new Random(seed);
  const size = { clients: 2 + random.below(3), operations: 9, lostEvery: random.below(2) * 4 };
  return withCrowd(name, size, random, {
    use: (model, history) => {
      const told = withStaleAnswer(history, 4, random);
      const patience = random.pick([3, 10, 30, 20_000, 20_000]);
      return faultOfCore(isPlain ? plain(model) : model, told, { patience, tell });
    },
  });
}

for (const name of Object.keys(CROWDS)) {
  for (const isPlain of [false, true]) {
    const title =
      `${name}${isPlain ? ", step only" : ""}: a core of what was asked lately is impossible, given ` +
      "what was called before, and possible without any one of its members (120 histories of 9)";
    Deno.test(title, () => forSeeds(title, 120, (seed) => faultOfSmall(name, isPlain, seed)));
  }
}

Deno.test("of the cores that are looked at enough have several members", () => {
  let several = 0;
  for (const name of Object.keys(CROWDS)) {
    for (let seed = 1; seed <= 120; seed++) {
      faultOfSmall(name, false, seed, (members) => several += members > 1 ? 1 : 0);
    }
  }
  assert(several > 50, `${several} have`);
});

for (const name of ["mutex", "bank", "kv batches", "lock, increasing tokens"]) {
  Deno.test(`${name}: of a thousand operations of five clients and a stale answer the core is small and minimal`, () => {
    const sizes: number[] = [];
    for (let seed = 1; seed <= 60 && sizes.length < 4; seed++) {
      const random = new Random(seed);
      withCrowd(name, { clients: 5, operations: 1000, lostEvery: 0 }, random, {
        use: (model, history) => {
          const verdict = checkOperations(model, withStaleAnswer(history, 600, random));
          if (verdict.kind !== "illegal") return;
          sizes.push(verdict.core.length);
          assert(
            verdict.coreIsMinimal && verdict.core.length <= 12,
            `${verdict.core.length}: ${verdict.sentence}`,
          );
          if (verdict.coreStandsAlone) return;
          assertStringIncludes(verdict.sentence, "given the answers to all that was called before");
          assert(verdict.core.includes(verdict.firstImpossible));
        },
      });
    }
    assert(sizes.length === 4, `${sizes.length} of them were impossible`);
  });
}

Deno.test("a minimal core that stands alone is told if there is one, however long ago it was", () => {
  const at = (callAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({ client: 1, callAt, input, outcome: { status: "ok", returnAt: callAt + 1, output } }) as const;
  const write = (callAt: number, value: number) => at(callAt, { f: "write", value }, { f: "write" });
  const history = [write(0, 1), write(2, 2), write(4, 3), at(6, { f: "read" }, { f: "read", value: 1 })];
  const verdict = checkOperations(plain(registerModel()), history);
  assert(verdict.kind === "illegal" && verdict.coreStandsAlone && verdict.coreIsMinimal);
  assert(verdict.core.length > 1, verdict.sentence);
});

Deno.test("an assertion says what its core takes for granted", () => {
  const random = new Random(1);
  const size = { clients: 5, operations: 600, lostEvery: 0 };
  const message = withCrowd("mutex", size, random, {
    use: (model, history) => {
      const wrong = history.map((operation, i): (typeof history)[number] => {
        const { outcome, input } = operation;
        const isLie = i > 400 && outcome.status === "ok" && JSON.stringify(input).includes("release");
        const output = { f: "release", granted: false } as never;
        return isLie ? { ...operation, outcome: { ...outcome, output } } : operation;
      });
      return assertThrows(() => assertLinearizable(model, wrong), Error).message;
    },
  });
  assertMatch(message, /^Given the answers to all that was called before (it|the first of these)/m);
});

Deno.test("an answer that came after the impossible one is not believed, although it was asked for before", () => {
  const at = (callAt: number, returnAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt, output } }) as const;
  const history = [
    // Nobody writes 9. But that is told last.
    at(0, 100, { f: "read" }, { f: "read", value: 9 }),
    at(1, 2, { f: "write", value: 1 }, { f: "write" }),
    at(3, 4, { f: "write", value: 2 }, { f: "write" }),
    at(5, 6, { f: "read" }, { f: "read", value: 1 }),
  ];
  const model = registerModel();
  const [part] = partition(model, history, orderHistory(history));
  const inquiry = { model, recorded: recorded(history), part, budget: new Budget({}) };
  const core = coreSince(inquiry, 3, { patience: { back: [0, 1], latest: 1000, earlier: 1000 } });
  assertEquals(core?.members, [2, 3]);
});
