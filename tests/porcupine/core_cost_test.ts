/** What a core may cost, counted in steps of the model: the same on every machine. */
import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/check.ts";
import { setModel } from "../../porcupine/models/set.ts";
import { versionedKvModel } from "../../porcupine/models/versioned_kv.ts";
import type { Operation } from "../../porcupine/types.ts";
import { crowd, type CrowdObject } from "./generate/crowd.ts";
import { crowdSet, crowdVersions } from "./generate/crowd_objects.ts";
import { Random } from "./generate/random.ts";

interface Size {
  readonly clients: number;
  readonly operations: number;
}

function answerOf({ outcome }: Pick<Operation<unknown, unknown>, "outcome">): string {
  return outcome.status === "ok" ? JSON.stringify(outcome.output) : "";
}

/** What a crowd did, where one is told, late, what an early one like it was told, which is something else. */
function staleReading<Input extends { readonly f: string }, Output>(
  object: CrowdObject<Input, Output>,
  reading: Input["f"],
  size: Size,
  seed: number,
): readonly Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  let now = 0;
  for (const event of crowd(object, { ...size, lieFrom: Infinity, lostEvery: 0 }, new Random(seed))) {
    now++;
    if (event.kind === "call") {
      const { client, input } = event;
      history.push({ client, input, callAt: now, outcome: { status: "unknown" } });
    } else if (event.kind === "return") {
      const outcome = { status: "ok", output: event.output, returnAt: now } as const;
      history[event.operation] = { ...history[event.operation], outcome };
    }
  }
  const late = history.findIndex(({ input }, i) => i > 0.65 * size.operations && input.f === reading);
  const answer = answerOf(history[late]);
  const early = history.findIndex(({ input, outcome }, i) =>
    i > 0.4 * size.operations && input.f === reading && answerOf({ outcome }) !== answer
  );
  const [told, outcome] = [history[early].outcome, history[late].outcome];
  assert(told.status === "ok" && outcome.status === "ok");
  history[late] = { ...history[late], outcome: { ...outcome, output: told.output } };
  return history;
}

Deno.test("a set read as a whole, where a search says that it is impossible: a small core takes less than 100,000 steps", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const size = { clients: 5, operations: 400 };
    const history = staleReading(crowdSet({ members: true }), "members", size, seed);
    const model = setModel({ members: true });
    if ("steps" in model) throw new TypeError("a set has one next state");
    let steps = 0;
    const step: typeof model.step = (...given) => {
      steps++;
      return model.step(...given);
    };
    const verdict = checkOperations({ ...model, step }, history);
    assert(verdict.kind === "illegal" && verdict.coreIsMinimal);
    assertEquals(verdict.core.length, 1);
    assert(steps < 100_000, `seed ${seed}: ${steps} steps`);
  }
});

Deno.test("versions: the first impossible answer is looked for not far from who is suspected, not in all that came before", () => {
  let looks = 0;
  let found = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const size = { clients: 3, operations: 1000 };
    const history = staleReading(crowdVersions(), "put", size, seed);
    const model = versionedKvModel();
    const { kind } = model;
    assert(kind?.type === "versioned");
    const view: typeof kind.view = (...given) => {
      looks++;
      return kind.view(...given);
    };
    found += checkOperations({ ...model, kind: { ...kind, view } }, history).kind === "illegal" ? 1 : 0;
  }
  assertEquals(found, 12);
  // Halving all that came before takes a quarter more.
  assert(looks < 65_000, `${looks} looks at operations`);
});
