/**
 * Lab 2 of 2024, a single server with exactly-once writes: the official tests, and stricter ones.
 * @module
 */

import type { KvInput } from "../../../porcupine/mod.ts";
import type { Random } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";
import { appendModel, type AppendOutput } from "./append_model.ts";
import { liveHeapBytes } from "./heap.ts";
import { History } from "./history.ts";
import { Pace } from "./pace.ts";
import { demand } from "./run.ts";
import type { AppendClerk } from "./seat.ts";
import type { SingleScript, SingleStage } from "./single_stage.ts";
import { checkPieces, type MakeAppendClerk, piece } from "./tester.ts";

/** What the scripts call. */
export class SingleTester {
  /** Server and network. */
  readonly stage: SingleStage;
  /** How fast clients work. */
  readonly pace: Pace;
  readonly #history = new History<KvInput, AppendOutput>();
  readonly #makeClerk: MakeAppendClerk;
  #clerks = 0;

  /** A tester of one server. */
  constructor(stage: SingleStage, makeClerk: MakeAppendClerk) {
    this.stage = stage;
    this.pace = new Pace(stage.world.clock);
    this.#makeClerk = makeClerk;
  }

  /** Operations that were answered and written down. */
  get operations(): number {
    return this.#history.answered;
  }

  /** Throws `LabFailure` if what clients were told cannot be. Memory tests write nothing down. */
  judge(): void {
    if (this.#history.answered > 0) this.#history.judge(appendModel());
  }

  /** A clerk whose calls are not written down. */
  plainClerk(shared = false): AppendClerk {
    return this.#makeClerk(this.stage.seat(shared));
  }

  /** A clerk whose calls are written down. */
  clerk(): { readonly number: number; readonly clerk: AppendClerk } {
    const number = this.#clerks++;
    const clerk = this.plainClerk();
    const history = this.#history;
    return {
      number,
      clerk: {
        get: async (key) =>
          (await history.call(
            number,
            { f: "get", key },
            async () => ({ f: "get" as const, value: await clerk.get(key) }),
          ))
            .value,
        put: async (key, value) => {
          await history.call(number, { f: "put", key, value }, async () => {
            await clerk.put(key, value);
            return { f: "put" as const };
          });
        },
        append: async (key, value) => {
          const answer = await history.call(number, { f: "append", key, value }, async () => {
            const old = await clerk.append(key, value);
            if (typeof old !== "string") {
              throw new LabFailure(`append() gave ${String(old)}, not the value before`);
            }
            return { f: "append" as const, value: old };
          });
          return answer.value;
        },
      },
    };
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.stage.world.clock.sleep(ms);
  }
}

type Script = SingleScript<SingleTester>;

const ROUNDS = 3;
const ROUND_MS = 1000;
/** The longest pause of a client between two operations, for each client there is. There is none during a rush, see `pace.ts`. */
const MAX_PAUSE_MS = 10;

function genericTest(
  test: { name: string; what: string; clients: number; network: Script["network"] },
): Script {
  return {
    name: test.name,
    sentence:
      `${test.what}: an append answers with the value before, every client finds its own pieces once and in order, the ` +
      "history is linearizable",
    network: test.network,
    run: (tester) => runGeneric(tester, test.clients),
  };
}

async function runGeneric(tester: SingleTester, clients: number): Promise<void> {
  const workers = Array.from({ length: clients }, () => ({ ...tester.clerk(), appended: 0 }));
  const reader = tester.clerk().clerk;
  for (let round = 0; round < ROUNDS; round++) {
    let goOn = true;
    const working = Promise.all(workers.map(async (worker) => {
      const random = tester.stage.world.random(`client ${worker.number} in round ${round}`);
      worker.appended = await work(tester, worker, { random, clients, goOn: () => goOn });
    }));
    tester.pace.beat(() => goOn);
    await tester.sleep(ROUND_MS);
    goOn = false;
    await working;
    for (const { number, appended } of workers) {
      checkPieces(await reader.get(String(number)), new Map([[number, appended]]));
    }
  }
}

interface Shift {
  readonly random: Random;
  readonly clients: number;
  readonly goOn: () => boolean;
}

/** One client's round on a key of its own; gives how many pieces it has appended. */
async function work(
  tester: SingleTester,
  worker: { readonly number: number; readonly clerk: AppendClerk },
  { random, clients, goOn }: Shift,
): Promise<number> {
  const { number, clerk } = worker;
  const key = String(number);
  await clerk.put(key, "");
  let known = "";
  let appended = 0;
  while (goOn()) {
    if (random.chance(0.5)) {
      const next = piece(number, appended++);
      const old = await clerk.append(key, next);
      demand(old === known, `an append answered with "${String(old)}", but the value before was "${known}"`);
      known += next;
    } else {
      const value = await clerk.get(key);
      demand(
        value === known,
        `client ${key} alone writes its key and reads "${value}" instead of "${known}"`,
      );
    }
    await tester.pace.rest(random.below(MAX_PAUSE_MS * clients));
  }
  return appended;
}

function oneKeyTest(name: string, what: string, prepare: (tester: SingleTester) => void): Script {
  return {
    name,
    sentence:
      `${what}: five clients append ten pieces each to one key, no answer has the new piece, all are there once`,
    network: "unreliable",
    async run(tester) {
      prepare(tester);
      const first = tester.clerk().clerk;
      await first.put("k", "");
      const workers = Array.from({ length: 5 }, () => tester.clerk());
      await Promise.all(workers.map(async ({ number, clerk }) => {
        for (let nth = 0; nth < 10; nth++) {
          const old = String(await clerk.append("k", piece(number, nth)));
          demand(!old.includes(piece(number, nth)), `an append answered with a value that has its own piece`);
          demand(
            nth === 0 || old.includes(piece(number, nth - 1)),
            `an append answered with a value without its last piece`,
          );
        }
      }));
      checkPieces(await first.get("k"), new Map(workers.map(({ number }) => [number, 10])));
    },
  };
}

const MEBIBYTE = 1 << 20;
const BIG = 10 * MEBIBYTE;

const BLOCK = 1 << 16;

/** Ten mebibytes that nobody else holds: a drawn block again and again. */
function bigValue(random: Random, length = BIG): string {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < Math.min(length, BLOCK); at++) bytes[at] = 97 + (random.below(26));
  for (let at = BLOCK; at < length; at += BLOCK) bytes.copyWithin(at, 0, Math.min(BLOCK, length - at));
  return new TextDecoder().decode(bytes);
}

/** How much more memory is in use after `work`, when all messages have been forgotten. */
async function growth(tester: SingleTester, work: () => Promise<void>): Promise<number> {
  const before = liveHeapBytes();
  await work();
  await tester.sleep(10_000);
  return liveHeapBytes() - before;
}

function memoryTest(test: {
  readonly name: string;
  readonly sentence: string;
  readonly network: Script["network"];
  readonly limitBytes: number;
  work(tester: SingleTester): Promise<void>;
}): Script {
  const { name, sentence, network, limitBytes } = test;
  return {
    name,
    sentence,
    network,
    async run(tester) {
      const grown = await growth(tester, () => test.work(tester));
      demand(grown <= limitBytes, `${grown} bytes of memory are held, more than ${limitBytes}`);
    },
  };
}

const MANY_CLIENTS = 100_000;

/** The tests, in the official order; the stricter ones behind. */
export const PART_2_2024: readonly Script[] = [
  genericTest({ name: "TestBasic2", what: "one client, good network", clients: 1, network: "reliable" }),
  genericTest({
    name: "TestConcurrent2",
    what: "five clients, good network",
    clients: 5,
    network: "reliable",
  }),
  genericTest({
    name: "TestUnreliable2",
    what: "five clients, bad network",
    clients: 5,
    network: "unreliable",
  }),
  oneKeyTest("TestUnreliableOneKey2", "bad network", () => {}),
  memoryTest({
    name: "TestMemGet2",
    sentence: "bad network: 10 MiB are put, read by two clerks and overwritten: less than 10 MiB are held",
    network: "unreliable",
    limitBytes: BIG - 1,
    async work(tester) {
      const [one, other] = [tester.plainClerk(), tester.plainClerk()];
      const random = tester.stage.world.random("value");
      await one.put("0", bigValue(random));
      for (const clerk of [one, other]) {
        demand((await clerk.get("0")).length === BIG, "what was put is not read");
      }
      await one.put("0", "0");
    },
  }),
  memoryTest({
    name: "TestMemPut2",
    sentence: "10 MiB are put by one clerk, nothing by another: less than 10 MiB are held",
    network: "reliable",
    limitBytes: BIG - 1,
    async work(tester) {
      await tester.plainClerk().put("k", bigValue(tester.stage.world.random("value")));
      await tester.plainClerk().put("k", "");
    },
  }),
  memoryTest({
    name: "TestMemAppend2",
    sentence: "two clerks append 10 MiB each to one key: at most 30 MiB are held",
    network: "reliable",
    limitBytes: 3 * BIG,
    async work(tester) {
      const random = tester.stage.world.random("value");
      await tester.plainClerk().append("k", bigValue(random));
      await tester.plainClerk().append("k", bigValue(random));
    },
  }),
  memoryTest({
    name: "TestMemPutManyClients",
    sentence:
      `${MANY_CLIENTS} clerks put the same 1,000 bytes once each: at most 200 bytes are held for each clerk`,
    network: "reliable",
    limitBytes: 200 * MANY_CLIENTS,
    async work(tester) {
      const value = bigValue(tester.stage.world.random("value"), 1000);
      for (let at = 0; at < MANY_CLIENTS; at++) await tester.plainClerk(true).put("k", value);
    },
  }),
  memoryTest({
    name: "TestMemGetManyClients",
    sentence: `${MANY_CLIENTS} clerks read once each: less than 10 bytes are held for each clerk`,
    network: "reliable",
    limitBytes: 10 * MANY_CLIENTS - 1,
    async work(tester) {
      await tester.plainClerk(true).put("0", "");
      for (let at = 0; at < MANY_CLIENTS; at++) await tester.plainClerk(true).get("0");
    },
  }),
  memoryTest({
    name: "TestMemManyAppends",
    sentence: "one clerk appends 1,000 bytes 1,000 times: less than 3,000,000 bytes are held",
    network: "reliable",
    limitBytes: 3_000_000 - 1,
    async work(tester) {
      const clerk = tester.plainClerk();
      const value = bigValue(tester.stage.world.random("value"), 1000);
      for (let at = 0; at < 1000; at++) await clerk.append("k", value);
      demand((await clerk.get("k")).length === 1_000_000, "an append is missing");
    },
  }),
  oneKeyTest("StrictRepeatedRequests2", "bad network, requests that come twice or seconds late", (tester) => {
    tester.stage.network.requestFaults = { duplicateRate: 0.3, lateRate: 0.1, lateMaxMs: 3000 };
  }),
];
