/** Texts to which nothing is appended are registers, whatever their values are: as texts they need not fall into tokens. */
import { assert, assertEquals } from "@std/assert";
import {
  Checker,
  type CheckerStatus,
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Model,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type Verdict,
} from "../../porcupine/mod.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { faultOf } from "./fuzz/oracle.ts";
import { crowd, type CrowdEvent, type CrowdObject } from "./generate/crowd.ts";
import { crowdRegister, crowdValues } from "./generate/crowd_objects.ts";
import { Random } from "./generate/random.ts";

/** What a search may hold, counted: the same everywhere. */
const LIMITS = { memoryLimitBytes: 1 << 22, heldBytes: () => 0 } as const;

type Crowd = () => CrowdObject<RegisterInput, RegisterOutput>;
type Event = CrowdEvent<RegisterInput, RegisterOutput>;

/** Registers of which one value begins another (1 and 12), or is written again. */
const VALUES: Readonly<Record<string, Crowd>> = {
  "of which one begins another": () => crowdRegister({ swaps: false }),
  "that are put again and again": () => crowdValues({ values: 5, swaps: false }),
};

function eventsOf(object: Crowd, seed: number, lieFrom: number): readonly Event[] {
  const random = new Random(seed);
  return [...crowd(object(), { clients: 40, operations: 600, lieFrom, lostEvery: 9 }, random)];
}

/** The same, but a late read has found what an early one found. */
function withStale(events: readonly Event[]): readonly Event[] {
  const isRead = (event: Event): boolean => event.kind === "return" && event.output.f === "read";
  const early = events.findIndex((event, at) => at > 200 && isRead(event));
  const late = events.findLastIndex(isRead);
  const [one, other] = [events[late], events[early]];
  if (one?.kind !== "return" || other?.kind !== "return") return events;
  return events.with(late, { ...one, output: other.output });
}

function putting(input: RegisterInput): KvInput {
  return input.f === "write" ? { f: "put", key: "x", value: `${input.value}` } : { f: "get", key: "x" };
}

function told(output: RegisterOutput): KvOutput {
  return output.f === "read" ? { f: "get", value: `${output.value ?? ""}` } : { f: "put" };
}

function historyOf<Input, Output>(
  events: readonly Event[],
  asked: (input: RegisterInput) => Input,
  answered: (output: RegisterOutput) => Output,
): readonly Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  for (const [at, event] of events.entries()) {
    if (event.kind === "call") {
      const { client, input } = event;
      history.push({ client, input: asked(input), callAt: at, outcome: { status: "unknown" } });
    } else if (event.kind === "return") {
      const outcome = { status: "ok", output: answered(event.output), returnAt: at } as const;
      history[event.operation] = { ...history[event.operation], outcome };
    }
  }
  return history;
}

/** What two models have in common of one verdict: all but the words, and the order, of which there are many. */
function essence(verdict: Verdict): unknown {
  if (verdict.kind !== "illegal") return verdict.kind;
  const { core, coreIsMinimal, firstImpossible } = verdict;
  return { core, coreIsMinimal, firstImpossible };
}

for (const [values, object] of Object.entries(VALUES)) {
  const title =
    `texts that are only put, with values ${values}, are judged as a register (20 crowds of 40 clients)`;
  Deno.test(title, () => {
    const seen = new Set<string>();
    forSeeds(title, 20, (seed) => {
      const whole = eventsOf(object, seed, seed % 4 === 0 ? 300 : Infinity);
      const events = seed % 4 === 1 ? withStale(whole) : whole;
      const history = historyOf(events, putting, told);
      const verdict = checkOperations(kvModel(), history, LIMITS);
      const same = historyOf(events, (input) => input, (output) => output);
      const other = checkOperations(registerModel(), same, LIMITS);
      seen.add(verdict.kind);
      if (verdict.kind === "unknown") return `it is unknown: ${verdict.reason}`;
      assertEquals(essence(verdict), essence(other));
      return verdict.kind === "ok" ? faultOf(kvModel(), history, verdict.linearization) : undefined;
    });
    assert(seen.has("ok") && seen.has("illegal"), [...seen].join());
  });

  const online =
    `on line, texts that are only put, with values ${values}, are watched as a register (8 crowds of 40 clients)`;
  Deno.test(online, () =>
    forSeeds(online, 8, (seed) => {
      const events = eventsOf(object, seed, seed % 2 === 0 ? 300 : Infinity);
      const text = watched(kvModel(), events, putting, told);
      const register = watched(registerModel(), events, (input) => input, (output) => output);
      if (text.kind === "unknown") return `it is unknown: ${text.reason}`;
      assertEquals([text.kind, operationOf(text)], [register.kind, operationOf(register)]);
      return undefined;
    }));
}

function watched<State, Input, Output>(
  model: Model<State, Input, Output>,
  events: readonly Event[],
  asked: (input: RegisterInput) => Input,
  answered: (output: RegisterOutput) => Output,
): CheckerStatus {
  const checker = new Checker(model, LIMITS);
  for (const event of events) {
    const { operation } = event;
    if (event.kind === "call") checker.call(operation, event.client, asked(event.input));
    else if (event.kind === "return") checker.return(operation, answered(event.output));
    else checker.lost(operation);
  }
  return checker.status;
}

function operationOf(status: CheckerStatus): number | undefined {
  return status.kind === "ok" ? undefined : status.operation;
}

Deno.test("why texts that are only put are impossible is known of their values: each operation is looked at a few times", () => {
  let impossible = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const object = crowdValues({ values: 20, swaps: false });
    const size = { clients: 5, operations: 800, lieFrom: Infinity, lostEvery: 0 };
    const history = historyOf(withStale([...crowd(object, size, random)]), putting, told);
    const base = kvModel();
    const { kind } = base;
    assert(kind?.type === "text");
    let views = 0;
    const view: typeof kind.view = (input, answer) => {
      views++;
      return kind.view(input, answer);
    };
    const verdict = checkOperations({ ...base, kind: { ...kind, view } }, history);
    if (verdict.kind !== "illegal") continue;
    impossible++;
    assert(verdict.coreIsMinimal);
    assert(views < 50_000, `seed ${seed}: ${views} looks for a core of ${verdict.core.length}`);
  }
  assert(impossible > 3, `${impossible} are`);
});

const put = (value: string): KvInput => ({ f: "put", key: "x", value });
const append = (value: string): KvInput => ({ f: "append", key: "x", value });
const GET: KvInput = { f: "get", key: "x" };

/** One after the other: what was asked, and of a get what was found. */
const STORY: readonly (readonly [KvInput, string?])[] = [
  [put("a")],
  [put("a")],
  [GET, "a"],
  [append("a")],
  [put("ab")],
  [append("c")],
  [GET, "abc"],
];

Deno.test("texts that were put twice and are appended to are texts, on line from then on", () => {
  for (const [found, expected] of [["abc", "ok"], ["ab", "illegal"], ["c", "illegal"]] as const) {
    const story = STORY.map(([input, seen]) => [input, seen === "abc" ? found : seen] as const);
    const answerOf = (input: KvInput, seen = ""): KvOutput =>
      input.f === "get" ? { f: "get", value: seen } : { f: input.f };
    const history = story.map(([input, seen], i) => ({
      client: 1,
      callAt: 2 * i,
      input,
      outcome: { status: "ok", returnAt: 2 * i + 1, output: answerOf(input, seen) },
    } as const));
    const verdict = checkOperations(kvModel(), history);
    assertEquals(verdict.kind, expected);
    if (verdict.kind === "illegal") assertEquals(verdict.coreIsMinimal, true);
    const checker = new Checker(kvModel());
    story.forEach(([input, seen], i) => {
      checker.call(i, 1, input);
      checker.return(i, answerOf(input, seen));
    });
    assertEquals(checker.status.kind, expected);
  }
});

Deno.test("a text that does not begin empty is a register that does not", () => {
  const base = kvModel();
  const { kind } = base;
  assert(kind?.type === "text");
  const model: typeof base = { ...base, init: () => "zero", kind: { ...kind, initial: "zero" } };
  const get = (value: string, callAt: number): Operation<KvInput, KvOutput> => ({
    client: 1,
    callAt,
    input: GET,
    outcome: { status: "ok", returnAt: callAt + 1, output: { f: "get", value } },
  });
  const lost: Operation<KvInput, KvOutput> = {
    client: 2,
    callAt: 0,
    input: put("one"),
    outcome: { status: "unknown" },
  };
  assertEquals(checkOperations(model, [lost, get("zero", 1), get("one", 3)]).kind, "ok");
  const verdict = checkOperations(model, [lost, get("one", 1), get("zero", 3)]);
  assertEquals(verdict.kind, "illegal");
  const checker = new Checker(model);
  [put("one"), put("one"), GET].forEach((input, i) => {
    checker.call(i, i, input);
    checker.return(i, input.f === "get" ? { f: "get", value: "zero" } : { f: "put" });
  });
  assertEquals([checker.status.kind, operationOf(checker.status)], ["illegal", 2]);
});
