/** Partitions that are registers, read in the order of the history and judged in another thread: the same decision, at the same cost. */
import { assert, assertEquals } from "@std/assert";
import { Budget, Expired } from "../../porcupine/budget.ts";
import { prepare } from "../../porcupine/check.ts";
import { decideQuickly } from "../../porcupine/decide.ts";
import type { Decision } from "../../porcupine/decision.ts";
import {
  checkInParallel,
  checkOperations,
  type Keyed,
  keyedModel,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type RegisterValue,
  WorkerPool,
} from "../../porcupine/mod.ts";
import type { Assignment } from "../../porcupine/parallel/assignment.ts";
import { decideAsRegister, Registers } from "../../porcupine/parallel/registers.ts";
import { Team } from "../../porcupine/parallel/team.ts";
import { NOTHING_TRIED } from "../../porcupine/parallel/trial.ts";
import { Questions, recorded } from "../../porcupine/parts.ts";
import { RegisterReadings } from "../../porcupine/register_readings.ts";
import { OWN_ARRAYS } from "../../porcupine/scratch.ts";
import { readAlong } from "../../porcupine/readings.ts";
import { decideInRounds } from "../../porcupine/rounds.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { hurried } from "./fuzz/hurried.ts";
import { type KeyedHistory, registers } from "./fuzz/keyed_registers.ts";

const MODEL = keyedModel(registerModel());
const OTHER = keyedModel(registerModel({ initial: 1 }));
/** Some are swapped now and then, some mostly: these are searched. */
const CAS = [0, 0.3, 0.6];

function assignmentOf(
  model: typeof MODEL,
  operations: KeyedHistory,
  budget = new Budget({}),
): Assignment<RegisterValue, Keyed<RegisterInput>, RegisterOutput> {
  const prepared = prepare(model, operations, budget);
  if ("kind" in prepared) throw new TypeError("there is no limit");
  const readings = readAlong(model, operations, { budget, partitions: 2, least: 0 });
  const history = { ...recorded(operations), readings };
  return { model, workers: 1, history, prepared, swept: [], budget, options: {} };
}

/** What came of it, and the work it took, as a text; with a ration of so much work. */
function judge(decide: (budget: Budget) => Decision | undefined, most = Infinity): string {
  const budget = new Budget({});
  budget.ration(most);
  try {
    const decision = decide(budget);
    return JSON.stringify([decision && { ...decision, order: Array.from(decision.order) }, budget.work]);
  } catch (error) {
    if (!(error instanceof Expired)) throw error;
    return JSON.stringify(["expired", budget.work]);
  }
}

const title =
  "a register is judged alike, at the same cost, by its own operations and by what was read and sent";
Deno.test(title, () => {
  const seen = { "[null": 0, '"ok"': 0, '"illegal"': 0, '"unknown"': 0 };
  forSeeds(title, 60, (seed) => {
    const model = seed % 5 === 0 ? OTHER : MODEL;
    const given = assignmentOf(model, registers(seed, seed === 9 ? 9000 : 150, { cas: CAS }));
    const read = Registers.of(given);
    for (const [task, part] of given.prepared.parts.entries()) {
      const questions = new Questions(recorded(given.history.operations), part);
      const sent = structuredClone(read?.tasksOf([task], given.prepared.parts, () => 7)?.[0]);
      if (read === undefined || sent === undefined) throw new TypeError("it can be sent");
      assertEquals(sent.most, 7);
      for (const most of [Infinity, 200]) {
        const alone = judge((budget) => decideQuickly(model, questions, budget), most);
        for (const [text, times] of Object.entries(seen)) {
          if (alone.includes(text)) Object.assign(seen, { [text]: times + 1 });
        }
        const there = judge((budget) => decideAsRegister(sent, read.initial, budget), most);
        assert(
          there === alone,
          `seed ${seed}, key ${part.key}: ${there.slice(0, 80)}, ${alone.slice(0, 80)}`,
        );
      }
    }
    return undefined;
  });
  for (const [text, times] of Object.entries(seen)) assert(times > 0, `never ${text}`);
});

Deno.test("a value that is only itself is not sent to another thread, and all others are there what they are here", () => {
  const itself: RegisterValue = JSON.parse("{}");
  const values = [0, 7, -0, -1, 1.5, 2 ** 31, null, "", "1", itself];
  const readings = RegisterReadings.of(2 * values.length, OWN_ARRAYS);
  for (const [i, value] of values.entries()) {
    readings.put(2 * i, { op: "read", value });
    readings.put(2 * i + 1, { op: "cas", from: value, to: values[0], swapped: "unknown" });
  }
  const last = 2 * values.length - 1;
  assertEquals(readings.pick(Int32Array.of(0, last)), undefined);
  assertEquals(readings.pick(Int32Array.of(last - 1)), undefined);
  const ids = Int32Array.from({ length: last - 1 }, (_, k) => last - 2 - k);
  const picked = readings.pick(ids);
  if (picked === undefined) throw new TypeError("it can be sent");
  const there = new RegisterReadings(structuredClone(picked));
  for (const [k, id] of ids.entries()) {
    const [one, other] = [there.of(k), readings.of(id)];
    assertEquals(one, other);
    const isZero = (action: typeof one) => action?.op === "read" && Object.is(action.value, 0);
    assertEquals(isZero(one), isZero(other), `operation ${id}`);
  }
});

/** On the last key, in the end: a value that no fast path can tell from others. */
const ONLY_MODEL: KeyedHistory = [{
  client: "last",
  callAt: 1e9,
  input: { key: "k13", input: { f: "write", value: NaN } },
  outcome: { status: "ok", output: { f: "write" }, returnAt: 1e9 + 1 },
}];

const whole =
  "keys of registers have the same verdicts and certificates in two threads as in one, also where only the model can judge one, or a thread ends";
Deno.test(whole, async () => {
  const seeds: number[] = [];
  forSeeds(whole, 8, (seed) => {
    seeds.push(seed);
    return undefined;
  });
  const pool = new WorkerPool({ workers: 1 });
  try {
    for (const seed of seeds) {
      // The first thousands of operations are never shared out.
      const history = [
        ...registers(seed, 1000, { keys: 14, cas: CAS }),
        ...(seed % 2 === 0 ? ONLY_MODEL : []),
      ];
      const alone = checkOperations(MODEL, history);
      assertEquals(await checkInParallel(MODEL, history, { pool, now: hurried() }), alone, `seed ${seed}`);
      const doomed = new WorkerPool({ workers: 1 });
      const clock = hurried(() => doomed.end(), 10 + 7 * seed);
      const both = await checkInParallel(MODEL, history, { pool: doomed, now: clock });
      assertEquals(both, alone, `seed ${seed}`);
      doomed.end();
    }
  } finally {
    pool.end();
  }
});

/** What it costs to decide all registers, in this thread alone. */
function workAlone(history: KeyedHistory): number {
  const given = assignmentOf(MODEL, history);
  const { history: recorded, prepared: { parts }, budget } = given;
  decideInRounds({ ...given, recorded, parts, strategy: "auto" });
  return budget.work;
}

/** The same with the help of another one. */
async function workTogether(history: KeyedHistory, pool: WorkerPool): Promise<number> {
  const given = assignmentOf(MODEL, history, new Budget({ now: hurried() }));
  const team = new Team(given, pool, NOTHING_TRIED);
  try {
    await team.decideAll();
  } finally {
    team.end();
  }
  return given.budget.work;
}

const cost =
  "keys of registers cost the same in two threads as in one, also where only the model can judge one";
Deno.test(cost, async () => {
  const pool = new WorkerPool({ workers: 1 });
  try {
    for (const seed of [2, 4, 8]) {
      // To read so many operations counts, whatever comes of it.
      const long = registers(seed, 9000, { keys: 1 }).map((operation) => ({
        ...operation,
        client: `long ${operation.client}`,
        input: { ...operation.input, key: "k13" },
      }));
      const history = [...registers(seed, 1000, { keys: 13, cas: CAS }), ...long, ...ONLY_MODEL];
      assertEquals(await workTogether(history, pool), workAlone(history), `seed ${seed}`);
    }
  } finally {
    pool.end();
  }
});
