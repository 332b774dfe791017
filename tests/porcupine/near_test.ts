import { assert, assertEquals } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { decideBefore } from "../../porcupine/explain/core.ts";
import { Near } from "../../porcupine/explain/near.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, recorded } from "../../porcupine/parts.ts";
import type { Model, Operation } from "../../porcupine/types.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { type Crowd, CROWDS } from "./generate/crowds.ts";
import { crowd } from "./generate/crowd.ts";
import { Random } from "./generate/random.ts";

interface Size {
  readonly clients: number;
  readonly operations: number;
  readonly lostEvery: number;
}

/** Something to do with a history whatever its types. */
interface User<Result> {
  use<State, Input, Output>(
    model: Model<State, Input, Output>,
    history: readonly Operation<Input, Output>[],
  ): Result;
}

/** What a crowd did, where one operation of its second half was told what one like it was told before. */
function withWrongAnswer<Result>(name: string, size: Size, random: Random, { use }: User<Result>): Result {
  const work: Crowd = CROWDS[name];
  return work({
    use: <State, Input, Output>(
      { model, object }: Parameters<Parameters<Crowd>[0]["use"]>[0] & { model: Model<State, Input, Output> },
    ) => {
      const history: Operation<Input, Output>[] = [];
      let now = 0;
      for (const event of crowd(object, { ...size, lieFrom: Infinity }, random)) {
        now++;
        if (event.kind === "call") {
          const { client, input } = event;
          history.push({ client, input: input as Input, callAt: now, outcome: { status: "unknown" } });
        } else if (event.kind === "return") {
          const outcome = { status: "ok", output: event.output as Output, returnAt: now } as const;
          history[event.operation] = { ...history[event.operation], outcome };
        }
      }
      const half = size.operations >>> 1;
      const wrong = half + random.below(half);
      const alike = history.findLast(({ input }, i) =>
        i < wrong - size.clients && kindOf(input) === kindOf(history[wrong].input)
      );
      const { outcome } = history[wrong];
      if (outcome.status === "ok" && alike?.outcome.status === "ok") {
        history[wrong] = { ...history[wrong], outcome: { ...outcome, output: alike.outcome.output } };
      }
      return use(model, history);
    },
  });
}

function kindOf(input: unknown): string {
  return JSON.stringify(input).slice(0, 9);
}

/** Compares what is said of each return after some return up to which all is possible, from near it, with what is said of the whole. */
function faultOfNear<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  { random, tell }: { readonly random: Random; tell(): void },
): string | undefined {
  for (const part of partition(model, history, orderHistory(history))) {
    const inquiry = { model, recorded: recorded(history), part, budget: new Budget({}) };
    const { returns, ret } = part;
    const possible = Array.from(returns.keys()).filter((at) =>
      decideBefore(inquiry, ret[returns[at]]).verdict === "ok"
    );
    // What is open there is believed, or not, where it may matter: most often just before the first answer that is wrong.
    const reached = Math.max(0, possible.length - 1 - random.pick([0, 0, 0, 1, 2, 5]));
    if (reached >= possible.length) continue;
    const near = Near.of(inquiry, reached, random.pick([1, 1, 2]));
    if (near === undefined) continue;
    for (let at = reached + 1; at < returns.length; at++) {
      tell();
      const { verdict } = decideBefore(inquiry, ret[returns[at]]);
      const said = near.before(at)?.verdict;
      if (said !== verdict) return `return ${at} from ${reached}: ${said}, and it is ${verdict}`;
    }
  }
}

for (const name of Object.keys(CROWDS)) {
  const title = `${name}, step only: what is said from near a return is what is said of the whole history`;
  Deno.test(title, () => {
    let compared = 0;
    forSeeds(title, 60, (seed) => {
      const random = new Random(seed);
      const size = { clients: 2 + random.below(3), operations: 16, lostEvery: random.below(2) * 5 };
      return withWrongAnswer(name, size, random, {
        use: (model, history) => faultOfNear(plain(model), history, { random, tell: () => compared++ }),
      });
    });
    assert(compared > 20 || name === "set", `${compared} were compared`);
  });
}

const LONG: readonly (readonly [name: string, clients: number])[] = [
  ["register", 5],
  ["register with compare-and-set, five values", 5],
  ["lock", 20],
  ["mutex", 20],
  ["kv batches", 20],
];

for (const [name, clients] of LONG) {
  const title = `${name}, step only: of 1,200 operations of ${clients} clients the first impossible answer ` +
    "is found, an order of all before it, and a core that is minimal";
  Deno.test(title, () => {
    let illegal = 0;
    for (let seed = 1; seed <= 40 && illegal < 2; seed++) {
      const size = { clients, operations: 1200, lostEvery: 0 };
      withWrongAnswer(name, size, new Random(seed), {
        use: (model, history) => {
          const verdict = checkOperations(plain(model), history);
          if (verdict.kind !== "illegal") return;
          illegal++;
          const { core, coreIsMinimal, firstImpossible, partitions: [{ linearization }] } = verdict;
          assert(coreIsMinimal && core.length <= 20, `seed ${seed}: ${core.length}: ${verdict.sentence}`);
          const end = history[firstImpossible].outcome;
          const placed = new Set(linearization);
          const missing = history.findIndex(({ outcome }, i) =>
            outcome.status === "ok" && end.status === "ok" && outcome.returnAt < end.returnAt &&
            !placed.has(i)
          );
          assertEquals(missing, -1, `seed ${seed}: the order stops before ${firstImpossible}`);
        },
      });
    }
    assertEquals(illegal, 2);
  });
}
