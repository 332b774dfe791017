/**
 * Lab 2 of 2025 and 2026, a single server with versions, and the lock on it: the official tests, and stricter ones.
 * @module
 */

import { versionedKvModel } from "../../../porcupine/mod.ts";
import { liveHeapBytes } from "./heap.ts";
import { History } from "./history.ts";
import { Pace } from "./pace.ts";
import { demand } from "./run.ts";
import type { ClerkSeat, LockFace, VersionedClerkFace } from "./seat.ts";
import type { SingleScript, SingleStage } from "./single_stage.ts";
import {
  checkCount,
  type MakeVersionedClerk,
  RecordedVersionedClerk,
  type VersionedHistory,
} from "./versioned_tester.ts";

/** Makes a lock called `name` for one holder, on that holder's clerk. */
export type MakeLock = (clerk: VersionedClerkFace, name: string, seat: ClerkSeat) => LockFace;

/** What the scripts call. */
export class SingleVersionedTester {
  /** Server and network. */
  readonly stage: SingleStage;
  /** How fast clients work. */
  readonly pace: Pace;
  readonly #history: VersionedHistory = new History();
  readonly #makeClerk: MakeVersionedClerk;
  readonly #makeLock: MakeLock;
  #clerks = 0;

  /** A tester of one server. */
  constructor(
    stage: SingleStage,
    made: { readonly makeClerk: MakeVersionedClerk; readonly makeLock: MakeLock },
  ) {
    this.stage = stage;
    this.pace = new Pace(stage.world.clock);
    this.#makeClerk = made.makeClerk;
    this.#makeLock = made.makeLock;
  }

  /** Operations that were answered and written down. */
  get operations(): number {
    return this.#history.answered;
  }

  /** Throws `LabFailure` if what clients were told cannot be. Memory tests write nothing down. */
  judge(): void {
    if (this.#history.answered > 0) this.#history.judge(versionedKvModel());
  }

  /** A clerk whose calls are not written down. */
  plainClerk(): VersionedClerkFace {
    return this.#makeClerk(this.stage.seat(true));
  }

  /** A clerk whose calls are written down. */
  clerk(): RecordedVersionedClerk {
    return this.holder().clerk;
  }

  /** A clerk, and locks on it. What a lock does is written down as well. */
  holder(): { readonly clerk: RecordedVersionedClerk; readonly lock: (name: string) => LockFace } {
    const seat = this.stage.seat();
    const made = { clerk: this.#makeClerk(seat), connect: () => {} };
    const clerk = new RecordedVersionedClerk(this.#clerks++, made, this.#history);
    return { clerk, lock: (name) => this.#makeLock(clerk, name, seat) };
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.stage.world.clock.sleep(ms);
  }
}

type Script = SingleScript<SingleVersionedTester>;

const reliablePut: Script = {
  name: "TestReliablePut",
  sentence:
    "one client: create, read back version 1, stale put, put and get of a missing key, each with its own answer",
  network: "reliable",
  async run(tester) {
    const clerk = tester.clerk();
    await clerk.write("k", "6.5840", 0);
    const { value, version } = await clerk.read("k");
    demand(
      value === "6.5840" && version === 1,
      `read "${value}" at version ${version} instead of "6.5840" at 1`,
    );
    const stale = await clerk.put("k", "again", 0);
    demand(stale === "version", `a stale put gave ${stale} instead of version`);
    const missing = await clerk.put("y", "6.5840", 1);
    demand(missing === "noKey", `a put of version 1 on a missing key gave ${missing} instead of noKey`);
    demand((await clerk.get("y")).kind === "noKey", "a missing key was found");
  },
};

const putConcurrent: Script = {
  name: "TestPutConcurrentReliable",
  sentence:
    "ten clients race on one key for 1 s: its version is the number of puts done, the history is linearizable",
  network: "reliable",
  async run(tester) {
    const tally = { ok: 0, maybe: 0 };
    const clerks = Array.from({ length: 10 }, () => tester.clerk());
    const began = tester.stage.world.nowMs;
    tester.pace.beat(() => tester.stage.world.nowMs - began < 1000);
    await Promise.all(clerks.map(async (clerk) => {
      const random = tester.stage.world.random(`client ${clerk.number}`);
      for (let nth = 0, version = 0; tester.stage.world.nowMs - began < 1000; nth++) {
        const result = await clerk.put("k", `${clerk.number}.${nth}`, version);
        demand(result !== "maybe", "a put was in doubt although nothing was lost (labs K17)");
        if (result === "ok") tally.ok++;
        version = (await clerk.read("k")).version;
        await tester.pace.rest(random.below(10));
      }
    }));
    demand(tally.ok > 100, `only ${tally.ok} puts were done in a second`);
    checkCount((await clerks[0].read("k")).version, tally, true);
  },
};

const MANY_CLIENTS = 100_000;
/** The limit of 2026; that of 2025 is 200. */
const BYTES_PER_CLIENT = 10;

const manyClients: Script = {
  name: "TestMemPutManyClientsReliable",
  sentence:
    `${MANY_CLIENTS} clerks put 1,000 bytes once each: at most ${BYTES_PER_CLIENT} bytes are held for each clerk`,
  network: "reliable",
  async run(tester) {
    const value = "x".repeat(1000);
    await tester.plainClerk().put("k", value, 0);
    const before = liveHeapBytes();
    for (let version = 1; version <= MANY_CLIENTS; version++) {
      const result = await tester.plainClerk().put("k", value, version);
      demand(result === "ok", `a put of the right version gave ${result}`);
    }
    await tester.sleep(10_000);
    const grown = liveHeapBytes() - before;
    const limit = BYTES_PER_CLIENT * MANY_CLIENTS;
    demand(grown <= limit, `${grown} bytes of memory are held, more than ${limit}`);
  },
};

const unreliableNet: Script = {
  name: "TestUnreliableNet",
  sentence:
    "one client, bad network: a hundred puts, of which some are in doubt, and then a repetition gives version; the version " +
    "rises by one each time",
  network: "unreliable",
  async run(tester) {
    const clerk = tester.clerk();
    let inDoubt = 0;
    for (let version = 0; version < 100; version++) {
      for (let attempt = 0;; attempt++) {
        const result = await clerk.put("k", String(attempt), version);
        if (result !== "maybe") {
          // There is nobody else: what was in doubt has been done, and cannot be done again.
          const wanted = attempt === 0 ? "ok" : "version";
          demand(
            result === wanted,
            `put number ${attempt + 1} of version ${version} gave ${result}, not ${wanted}`,
          );
          break;
        }
        inDoubt++;
      }
      const got = await clerk.read("k");
      demand(
        got.version === version + 1 && got.value === "0",
        `read "${got.value}" at version ${got.version} instead of "0" at ${version + 1}`,
      );
    }
    demand(inDoubt > 0, "no put was ever in doubt, although one reply in ten is lost");
  },
};

const HOLD_MS = 10;

/**
 * Holders take the lock in turn for 2 s. Inside, a scratch key must be empty on entry; it is written and cleared by version.
 * And, other than in the official test, nobody else may hold the lock by the clock on the wall.
 */
function lockTest(name: string, holders: number, network: Script["network"]): Script {
  const what = network === "reliable" ? "good" : "bad";
  return {
    name,
    sentence: `${
      holders === 1 ? "one client" : `${holders} clients`
    }, ${what} network: never two holders, and turns are had`,
    network,
    run: (tester) => runLock(tester, holders),
  };
}

async function runLock(tester: SingleVersionedTester, holders: number): Promise<void> {
  const { world } = tester.stage;
  let inside: number | null = null;
  let turns = 0;
  const began = world.nowMs;
  await Promise.all(Array.from({ length: holders }, async () => {
    const { clerk, lock } = tester.holder();
    const mine = lock("l");
    while (world.nowMs - began < 2000) {
      await mine.acquire();
      demand(inside === null, `client ${clerk.number} has got the lock that client ${inside} holds`);
      inside = clerk.number;
      await useScratch(tester, clerk);
      inside = null;
      turns++;
      await mine.release();
    }
  }));
  demand(turns >= 10, `the lock was taken only ${turns} times in 2 s`);
}

async function useScratch(tester: SingleVersionedTester, clerk: RecordedVersionedClerk): Promise<void> {
  const got = await clerk.get("scratch");
  const version = got.kind === "noKey" ? 0 : got.version;
  demand(
    got.kind === "noKey" || got.value === "",
    `somebody else is inside: the scratch key holds ${JSON.stringify(got)}`,
  );
  const put = await clerk.put("scratch", String(clerk.number), version);
  demand(put === "ok" || put === "maybe", `the scratch key was written by somebody else: ${put}`);
  await tester.sleep(HOLD_MS);
  const cleared = await clerk.put("scratch", "", version + 1);
  demand(cleared === "ok" || cleared === "maybe", `the scratch key was written by somebody else: ${cleared}`);
}

const lockBasic: Script = {
  name: "TestReliableBasic",
  sentence: "one client takes a lock and gives it back",
  network: "reliable",
  async run(tester) {
    const { lock } = tester.holder();
    const one = lock("l");
    await one.acquire();
    await one.release();
    await one.acquire();
    await one.release();
  },
};

const lockNested: Script = {
  name: "TestReliableNested",
  sentence: "one client holds two locks together, in several nestings: they are independent",
  network: "reliable",
  async run(tester) {
    const { lock } = tester.holder();
    const [one, other] = [lock("l1"), lock("l2")];
    const orders = [[one, other, one, other], [one, other, other, one], [other, one, one, other]] as const;
    for (const [first, second, third, fourth] of orders) {
      await first.acquire();
      await second.acquire();
      await third.release();
      await fourth.release();
    }
    const both = Promise.all([one.acquire(), other.acquire()]);
    await Promise.race([both, tester.sleep(1000)]);
    let late = true;
    both.then(() => late = false);
    await tester.sleep(0);
    demand(!late, "a lock that was given back cannot be taken");
  },
};

/** The tests, in the official order; the stricter ones behind. */
export const PART_2_2025: readonly Script[] = [
  reliablePut,
  putConcurrent,
  manyClients,
  unreliableNet,
  lockTest("TestOneClientReliable", 1, "reliable"),
  lockTest("TestManyClientsReliable", 10, "reliable"),
  lockTest("TestOneClientUnreliable", 1, "unreliable"),
  lockTest("TestManyClientsUnreliable", 10, "unreliable"),
  lockBasic,
  lockNested,
];
