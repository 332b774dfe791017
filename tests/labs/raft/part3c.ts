/**
 * Lab 3C, persistence: the official tests. Those of churn are in `part3c_churn.ts`.
 *
 * Where 2024 restarts a server without an outage and 2025 shuts it down for a while, there are both.
 * @module
 */

import { reliableChurn, unreliableChurn } from "./part3c_churn.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

const AGAIN = { retry: true } as const;

/** How a year's suite takes a server down for a while. */
interface Outage {
  readonly year: "2024" | "2025";
  readonly begin: (tester: RaftTester, ...servers: readonly number[]) => void;
  readonly words: string;
}

/** Cut off, then restarted in an instant. */
const CUT_OFF: Outage = {
  year: "2024",
  begin: (tester, ...servers) => tester.disconnect(...servers),
  words: "cut off and restarted when it comes back",
};

/** Down. */
const SHUT_DOWN: Outage = {
  year: "2025",
  begin: (tester, ...servers) => servers.forEach((server) => tester.cluster.crash(server)),
  words: "shut down and started again",
};

function persist1({ year, begin, words }: Outage): RaftScript {
  return {
    name: `TestPersist13C@${year}`,
    sentence: `three servers keep what they agreed on when all, the leader or a follower is ${words}`,
    servers: 3,
    network: "reliable",
    service: APPLIES,
    async run(tester) {
      await tester.one(11, 3, AGAIN);
      if (year === "2025") begin(tester, ...tester.cluster.numbers);
      for (const server of tester.cluster.numbers) await tester.restart(server);
      await tester.one(12, 3, AGAIN);
      const first = await tester.checkOneLeader();
      begin(tester, first);
      await tester.restart(first);
      await tester.one(13, 3, AGAIN);
      const second = await tester.checkOneLeader();
      begin(tester, second);
      await tester.one(14, 2, AGAIN);
      await tester.restart(second);
      await tester.wait(4, 3, null);
      const third = tester.next(await tester.checkOneLeader(), 1);
      begin(tester, third);
      await tester.one(15, 2, AGAIN);
      await tester.restart(third);
      await tester.one(16, 3, AGAIN);
    },
  };
}

function persist2({ year, begin, words }: Outage): RaftScript {
  return {
    name: `TestPersist23C@${year}`,
    sentence: `five servers, five rounds in which one after the other is ${words} and no majority lasts`,
    servers: 5,
    network: "reliable",
    service: APPLIES,
    async run(tester) {
      let command = 11;
      for (let round = 0; round < 5; round++) {
        await tester.one(command++, 5, AGAIN);
        const leader = await tester.checkOneLeader();
        const at = (offset: number) => tester.next(leader, offset);
        begin(tester, at(1), at(2));
        await tester.one(command++, 3, AGAIN);
        begin(tester, at(0), at(3), at(4));
        await tester.restart(at(1));
        await tester.restart(at(2));
        await tester.sleep(ELECTION_TIMEOUT_MS);
        await tester.restart(at(3));
        await tester.one(command++, 3, AGAIN);
        if (year === "2024") tester.connect(at(4), at(0));
        else for (const server of [at(4), at(0)]) await tester.restart(server);
      }
      await tester.one(1000, 5, AGAIN);
    },
  };
}

const persist3: RaftScript = {
  name: "TestPersist33C",
  sentence:
    "of three servers one is cut off, the other two crash, and the old leader comes back with the one",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(101, 3, AGAIN);
    const leader = await tester.checkOneLeader();
    const [crashed, cutOff] = [tester.next(leader, 1), tester.next(leader, 2)];
    tester.disconnect(cutOff);
    await tester.one(102, 2, AGAIN);
    tester.cluster.crash(leader);
    tester.cluster.crash(crashed);
    tester.connect(cutOff);
    await tester.restart(leader);
    await tester.one(103, 2, AGAIN);
    await tester.restart(crashed);
    await tester.one(104, 3, AGAIN);
  },
};

/** Mostly a few milliseconds, sometimes half an election: leaders fail before or after they commit. */
function sleepAsInFigure8(tester: RaftTester): Promise<void> {
  const long = tester.random.chance(0.1);
  return tester.sleep(tester.random.below(long ? ELECTION_TIMEOUT_MS / 2 : 13));
}

const figure8: RaftScript = {
  name: "TestFigure83C",
  sentence:
    "five servers, 1,000 rounds in each of which the leader, if there is one, takes a command and crashes",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    const { cluster, random } = tester;
    await tester.one(tester.newCommand(), 1, AGAIN);
    let up = 5;
    for (let round = 0; round < 1000; round++) {
      let leader: number | null = null;
      for (const server of cluster.numbers) {
        if (cluster.isAlive(server) && tester.start(server, tester.newCommand()).isLeader) leader = server;
      }
      await sleepAsInFigure8(tester);
      if (leader !== null) {
        cluster.crash(leader);
        up--;
      }
      if (up >= 3) continue;
      const server = random.below(5);
      if (cluster.isAlive(server)) continue;
      await tester.restart(server);
      up++;
    }
    for (const server of cluster.numbers) if (!cluster.isAlive(server)) await tester.restart(server);
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};

const unreliableAgree: RaftScript = {
  name: "TestUnreliableAgree3C",
  sentence:
    "five servers on an unreliable network agree on 245 commands, five at a time, then all on one more",
  servers: 5,
  network: "unreliable",
  service: APPLIES,
  async run(tester) {
    const pending: Promise<number>[] = [];
    for (let round = 1; round < 50; round++) {
      for (let at = 0; at < 4; at++) pending.push(tester.one(100 * round + at, 1, AGAIN));
      // If one of them fails, that is the failure: the others are not waited for.
      await Promise.race([tester.one(round, 1, AGAIN), failureAmong(pending)]);
    }
    tester.cluster.network.reliable = true;
    await Promise.all(pending);
    await tester.one(100, 5, AGAIN);
  },
};

function failureAmong(pending: readonly Promise<unknown>[]): Promise<never> {
  return new Promise((_, reject) => pending.forEach((one) => one.catch(reject)));
}

const figure8Unreliable: RaftScript = {
  name: "TestFigure8Unreliable3C",
  sentence:
    "five servers on an unreliable network, 1,000 rounds with leaders cut off, replies up to 2 s late from 200 on",
  servers: 5,
  network: "unreliable",
  service: APPLIES,
  async run(tester) {
    const { cluster, random } = tester;
    await tester.one(random.below(10_000), 1, AGAIN);
    let up = 5;
    for (let round = 0; round < 1000; round++) {
      if (round === 200) cluster.network.longReordering = true;
      let leader: number | null = null;
      for (const server of cluster.numbers) {
        const { isLeader } = tester.start(server, random.below(10_000));
        if (isLeader && cluster.isConnected(server)) leader = server;
      }
      await sleepAsInFigure8(tester);
      if (leader !== null && random.chance(0.5)) {
        tester.disconnect(leader);
        up--;
      }
      if (up >= 3) continue;
      const server = random.below(5);
      if (cluster.isConnected(server)) continue;
      tester.connect(server);
      up++;
    }
    tester.connect(...cluster.numbers);
    // The labs' number here is below 10,000, too; then a command of an earlier round may pass for this one.
    await tester.one(tester.newCommand(), 5, AGAIN);
  },
};

/** The official tests of part 3C, in the official order. */
export const PART_3C: readonly RaftScript[] = [
  persist1(CUT_OFF),
  persist1(SHUT_DOWN),
  persist2(CUT_OFF),
  persist2(SHUT_DOWN),
  persist3,
  figure8,
  unreliableAgree,
  figure8Unreliable,
  reliableChurn,
  unreliableChurn,
];
