/** Queues, stacks and priority queues with removals that were lost: what is quickly decided all the same. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  ILLEGAL,
  type Model,
  type Operation,
  type PriorityQueueInput,
  priorityQueueModel,
  type PriorityQueueOutput,
  type QueueInput,
  queueModel,
  type QueueOutput,
  type StackInput,
  stackModel,
  type StackOutput,
} from "../../porcupine/mod.ts";
import { Budget } from "../../porcupine/budget.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { crowd, type CrowdObject } from "./generate/crowd.ts";
import { crowdPriorities, crowdStack } from "./generate/crowd_objects.ts";
import { Random } from "./generate/random.ts";

const COUNT = 400;

/** All values are put in at once; then they come out one after the other, as `out` says; `undefined`: that was lost. */
function through<Input, Output>(
  put: (value: number) => readonly [Input, Output],
  take: (value: number) => readonly [Input, Output],
  out: (place: number) => number | undefined,
): Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  for (let value = 0; value < COUNT; value++) {
    const [input, output] = put(value);
    history.push({ client: value, callAt: 0, input, outcome: { status: "ok", output, returnAt: 1 } });
  }
  for (let place = 0; place < COUNT; place++) {
    const value = out(place);
    const [input, output] = take(value ?? 0);
    const callAt = 2 + 2 * place;
    const outcome = value === undefined
      ? { status: "unknown" } as const
      : { status: "ok", output, returnAt: callAt + 1 } as const;
    history.push({ client: `taker ${place}`, callAt, input, outcome });
  }
  return history;
}

const queued = (out: (place: number) => number | undefined) =>
  through<QueueInput, QueueOutput>(
    (value) => [{ f: "enqueue", value }, { f: "enqueue" }],
    (value) => [{ f: "dequeue" }, { f: "dequeue", value }],
    out,
  );
const stacked = (out: (place: number) => number | undefined) =>
  through<StackInput, StackOutput>(
    (value) => [{ f: "push", value }, { f: "push" }],
    (value) => [{ f: "pop" }, { f: "pop", value }],
    out,
  );
const ranked = (out: (place: number) => number | undefined) =>
  through<PriorityQueueInput, PriorityQueueOutput>(
    (value) => [{ f: "insert", value }, { f: "insert" }],
    (value) => [{ f: "extract" }, { f: "extract", value }],
    out,
  );

/** What the fast path says, and what is wrong with its order. */
function quickly<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): string {
  const [part] = partition(model, history, orderHistory(history));
  const decision = decideQuickly(model, new Questions(recorded(history), part), new Budget({}));
  if (decision?.verdict !== "ok") return decision?.verdict ?? "left to the search";
  return faultOf(model, history, Array.from(decision.order, (k) => part.ids[k])) ?? "ok";
}

/** Every fifth removal is lost. */
const lossy = (place: number): number | undefined => place % 5 === 4 ? undefined : place;

Deno.test(`of ${COUNT} values that were put in at once every fifth is taken out by a removal that was lost: no search is needed`, () => {
  assertEquals(quickly(queueModel(), queued(lossy)), "ok");
  assertEquals(quickly(stackModel(), stacked(lossy)), "ok");
  assertEquals(quickly(priorityQueueModel(), ranked(lossy)), "ok");
});

/** What a crowd did at a true object, one of so many operations without an answer. */
function lossyCrowd<Input, Output>(
  object: CrowdObject<Input, Output>,
  seed: number,
): Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  let at = 0;
  const options = { clients: 5, operations: 1500, lieFrom: Infinity, lostEvery: 75 };
  for (const event of crowd(object, options, new Random(seed))) {
    const { kind, operation } = event;
    if (kind === "call") {
      const { client, input } = event;
      history[operation] = { client, input, callAt: at++, outcome: { status: "unknown" } };
    } else if (kind === "return") {
      const outcome = { status: "ok", output: event.output, returnAt: at++ } as const;
      history[operation] = { ...history[operation], outcome };
    }
  }
  return history;
}

Deno.test("of 1,500 operations in a crowd twenty are lost: what stood in the way is given to one lost removal each, and no search is needed", () => {
  for (const seed of [1, 2, 3]) {
    assertEquals(quickly(stackModel(), lossyCrowd(crowdStack(), seed)), "ok", `stack, seed ${seed}`);
    const ranked = lossyCrowd(crowdPriorities(), seed);
    assertEquals(quickly(priorityQueueModel(), ranked), "ok", `priority queue, seed ${seed}`);
  }
});

Deno.test("a lost pop is taken away from a value that was put in later if an earlier one has no other", () => {
  const ask = (
    callAt: number,
    input: StackInput,
    outcome: Operation<StackInput, StackOutput>["outcome"],
  ): Operation<StackInput, StackOutput> => ({ client: callAt, callAt, input, outcome });
  const push = (callAt: number, value: number) =>
    ask(callAt, { f: "push", value }, { status: "ok", output: { f: "push" }, returnAt: callAt + 1 });
  const pop = (callAt: number, value: number) =>
    ask(callAt, { f: "pop" }, { status: "ok", output: { f: "pop", value }, returnAt: callAt + 1 });
  const lost = (callAt: number) => ask(callAt, { f: "pop" }, { status: "unknown" });
  const beforeItEnds = [
    push(0, 1),
    push(2, 2),
    push(4, 3),
    lost(6),
    pop(7, 2),
    push(10, 4),
    lost(12),
    pop(30, 1),
  ];
  // 3 and 4 have to be gone before 1 comes out, and 3 before 2 does, too: the first lost pop took it, and the second one 4.
  assertEquals(quickly(stackModel(), beforeItEnds), "ok");
});

Deno.test("what nobody can have taken out in time stands in the way, whatever is lost later", () => {
  // The third extraction is lost, too late for 1: 2 came out before.
  const early = (place: number): number | undefined => place === 1 ? 2 : place === 2 ? undefined : place;
  assertEquals(quickly(priorityQueueModel(), ranked(early)), "illegal");
  // A lost one before it can have taken it.
  const late = (place: number): number | undefined => place === 1 ? undefined : place;
  assertEquals(quickly(priorityQueueModel(), ranked(late)), "ok");
});

Deno.test(`two of ${COUNT} values that came out in the wrong order are explained by a few operations`, () => {
  const swapped = (place: number): number => place === 3 ? 4 : place === 4 ? 3 : place;
  const verdict = checkOperations(priorityQueueModel(), ranked(swapped));
  assert(verdict.kind === "illegal");
  assertEquals(verdict.coreIsMinimal, true);
  assert(verdict.core.length <= 6, `${verdict.core.length} operations`);
});

for (
  const [what, history] of [["queue", queued((place) => place % 7)], [
    "stack",
    stacked((place) => place % 7),
  ]] as const
) {
  Deno.test(`a value taken out of a ${what} more often than it was put in needs no search, though values repeat`, () => {
    // Put in are 0 to 6, again and again; at last somebody takes one of them once too often, or one that never was.
    const repeated = history.map((operation) =>
      "value" in operation.input
        ? { ...operation, input: { ...operation.input, value: Number(operation.input.value) % 7 } }
        : operation
    );
    const decide = (value: number): ReturnType<typeof checkOperations> => {
      const last = repeated[repeated.length - 1];
      if (last.outcome.status !== "ok") throw new Error("it was answered");
      const wrong = { ...last, outcome: { ...last.outcome, output: { ...last.outcome.output, value } } };
      const all = [...repeated.slice(0, -1), wrong];
      let looks = 0;
      const options = { timeLimitMs: 2000, now: () => ++looks, explain: "verdict" } as const;
      return what === "queue"
        ? checkOperations(queueModel(), JSON.parse(JSON.stringify(all)), options)
        : checkOperations(stackModel(), JSON.parse(JSON.stringify(all)), options);
    };
    const never = decide(9);
    assert(never.kind === "illegal" && never.core.length === 1, never.kind);
    assertEquals(decide((COUNT - 2) % 7).kind, "illegal");
  });
}

/** A request of a row that does not say what it took out: one that was answered has done so by then. */
type RowInput = { readonly f: "put"; readonly value: number } | { readonly f: "take" | "drop" };
type RowOutput = number | null | "done";

const ROWS = [
  { kind: { type: "queue" }, at: 0 },
  { kind: { type: "stack" }, at: -1 },
  { kind: { type: "bag" }, at: 0 },
  { kind: { type: "priorityQueue", order: "max" }, at: -1 },
] as const;

for (const { kind, at } of ROWS) {
  const model: Model<readonly number[], RowInput, RowOutput> = {
    name: kind.type,
    init: () => [],
    step: (state, input, answer) => {
      if (input.f === "put") return [...state, input.value].sort((left, right) => left - right);
      if (input.f === "take" && answer.known && answer.output !== (state.at(at) ?? null)) return ILLEGAL;
      return at === 0 ? state.slice(1) : state.slice(0, -1);
    },
    kind: {
      ...kind,
      view: (input, answer) => {
        if (input.f === "put") return { op: "insert", value: input.value };
        if (input.f === "drop" || !answer.known) return { op: "removeAny" };
        return typeof answer.output === "number"
          ? { op: "remove", value: answer.output }
          : { op: "removeEmpty" };
      },
    },
  };
  Deno.test(`A ${kind.type} whose view takes an answered removal for a lost one is searched: it took effect by its return`, () => {
    const ask = (callAt: number, input: RowInput, output: RowOutput): Operation<RowInput, RowOutput> => ({
      client: callAt,
      callAt,
      input,
      outcome: { status: "ok", output, returnAt: callAt + 1 },
    });
    for (const values of [[1], [1, 1]]) {
      const puts = values.map((value) => ask(2, { f: "put", value }, "done"));
      const takes = values.map((value, k) => ask(6 + 2 * k, { f: "take" }, value));
      // Nothing was there when it was dropped, so that nobody can find less than was put in.
      const kinds = [takes, [...takes.slice(1), ask(6, { f: "take" }, null)]].map((last) =>
        checkOperations(model, [ask(0, { f: "drop" }, "done"), ...puts, ...last]).kind
      );
      assertEquals(kinds, ["ok", "illegal"], `${values}`);
    }
  });
}
