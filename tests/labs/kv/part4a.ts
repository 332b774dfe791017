/**
 * Lab 4A of 2024, key/value on Raft without snapshots: the official tests.
 * @module
 */

import { type GenericOptions, runGeneric } from "./generic.ts";
import { demand } from "./run.ts";
import type { Script } from "./script.ts";
import { checkPieces, type KvTester, piece } from "./tester.ts";

/** What a generic test differs in from the plainest one. */
export interface GenericTest extends Partial<GenericOptions> {
  /** The official name. */
  readonly name: string;
  /** What goes on, as the first half of a sentence. */
  readonly what: string;
  /** How many servers. @default {5} */
  readonly servers?: number;
  /** @default {"reliable"} */
  readonly network?: "reliable" | "unreliable";
}

const OWN_KEYS = "every client finds its own pieces once and in order, the history is linearizable";
const SHARED_KEYS = "the history is linearizable";

/** A test that is the generic scenario and nothing else. */
export function genericTest(test: GenericTest): Script<KvTester> {
  const options: GenericOptions = {
    clients: test.clients ?? 1,
    crash: test.crash ?? false,
    partitions: test.partitions ?? false,
    randomKeys: test.randomKeys ?? false,
    maxRaftStateBytes: test.maxRaftStateBytes ?? null,
  };
  return {
    name: test.name,
    sentence: `${test.what}: ${options.randomKeys ? SHARED_KEYS : OWN_KEYS}`,
    servers: test.servers ?? 5,
    network: test.network ?? "reliable",
    maxRaftStateBytes: options.maxRaftStateBytes,
    run: (tester) => runGeneric(tester, options),
  };
}

/** The official limit: three operations in each 100 ms. */
const MAX_MS_PER_OPERATION = 100 / 3;
const OPERATIONS = 1000;

/** A thousand appends, one after the other, must not each wait for a heartbeat. */
export function speedTest(name: string, maxRaftStateBytes: number | null): Script<KvTester> {
  return {
    name,
    sentence: `three servers, one client: ${OPERATIONS} appends in a row take less than 33.3 ms each`,
    servers: 3,
    network: "reliable",
    maxRaftStateBytes,
    async run(tester) {
      const clerk = tester.clerk();
      // The first one waits for an election.
      await clerk.get("x");
      const began = tester.nowMs;
      for (let nth = 0; nth < OPERATIONS; nth++) await clerk.append("x", piece(clerk.number, nth));
      const each = (tester.nowMs - began) / OPERATIONS;
      checkPieces(await clerk.get("x"), new Map([[clerk.number, OPERATIONS]]));
      demand(
        each < MAX_MS_PER_OPERATION,
        `an operation takes ${each.toFixed(2)} ms, more than ${MAX_MS_PER_OPERATION.toFixed(2)}`,
      );
      tester.checkSizes(maxRaftStateBytes);
    },
  };
}

const unreliableOneKey: Script<KvTester> = {
  name: "TestUnreliableOneKey4A",
  sentence:
    "three servers, bad network, five clients append ten pieces each to one key: all are there once and in order",
  servers: 3,
  network: "unreliable",
  maxRaftStateBytes: null,
  async run(tester) {
    const first = tester.clerk();
    await first.put("k", "");
    const clerks = Array.from({ length: 5 }, () => tester.clerk());
    await Promise.all(clerks.map(async (clerk) => {
      for (let nth = 0; nth < 10; nth++) await clerk.append("k", piece(clerk.number, nth));
    }));
    checkPieces(await first.get("k"), new Map(clerks.map((clerk) => [clerk.number, 10])));
  },
};

const onePartition: Script<KvTester> = {
  name: "TestOnePartition4A",
  sentence:
    "the leader of five is left in a minority: the majority goes on, in the minority neither a put nor a get ends for 1 s; " +
    "healed, both end within 3 s, and the put is seen",
  servers: 5,
  network: "reliable",
  maxRaftStateBytes: null,
  run: runOnePartition,
};

async function runOnePartition(tester: KvTester): Promise<void> {
  const all = tester.clerk();
  await all.put("1", "13");
  const [majority, minority] = tester.minorityWith(await tester.untilLed());
  tester.servers.partition(majority, minority);
  const inMajority = tester.clerk(majority);
  const putting = tester.clerk(minority);
  const getting = tester.clerk(minority);
  await inMajority.put("1", "14");
  demand(await inMajority.get("1") === "14", "the majority does not read what it has put");
  const ended: string[] = [];
  const put = putting.put("1", "15").then(() => ended.push("put"));
  const get = getting.get("1").then(() => ended.push("get"));
  await tester.sleep(1000);
  demand(ended.length === 0, `a ${ended[0]} ended in a minority`);
  demand(await inMajority.get("1") === "14", "what a minority has not agreed upon is seen by the majority");
  await inMajority.put("1", "16");
  tester.servers.connectAll();
  putting.connect(tester.servers.numbers);
  getting.connect(tester.servers.numbers);
  await tester.sleep(1000);
  const healed = tester.nowMs;
  // The official test does not notice when the get never ends (hole 10).
  await Promise.race([Promise.all([put, get]), tester.sleep(3000)]);
  demand(ended.includes("put"), "the put did not end within 3 s after the partition was healed");
  demand(ended.includes("get"), "the get did not end within 3 s after the partition was healed");
  demand(tester.nowMs - healed <= 3000, "healing took more than 3 s");
  demand(await all.get("1") === "15", "the put that ended after the partition is not seen");
}

/** The tests, in the official order. */
export const PART_4A: readonly Script<KvTester>[] = [
  genericTest({ name: "TestBasic4A@2024", what: "one client, good network" }),
  speedTest("TestSpeed4A", null),
  genericTest({ name: "TestConcurrent4A@2024", what: "five clients, good network", clients: 5 }),
  genericTest({
    name: "TestUnreliable4A",
    what: "five clients, bad network",
    clients: 5,
    network: "unreliable",
  }),
  unreliableOneKey,
  onePartition,
  genericTest({ name: "TestManyPartitionsOneClient4A", what: "one client, partitions", partitions: true }),
  genericTest({
    name: "TestManyPartitionsManyClients4A",
    what: "five clients, partitions",
    clients: 5,
    partitions: true,
  }),
  genericTest({ name: "TestPersistOneClient4A", what: "one client, all servers crash", crash: true }),
  genericTest({
    name: "TestPersistConcurrent4A",
    what: "five clients, all servers crash",
    clients: 5,
    crash: true,
  }),
  genericTest({
    name: "TestPersistConcurrentUnreliable4A",
    what: "five clients, bad network, all servers crash",
    clients: 5,
    crash: true,
    network: "unreliable",
  }),
  genericTest({
    name: "TestPersistPartition4A",
    what: "five clients, partitions, all servers crash",
    clients: 5,
    crash: true,
    partitions: true,
  }),
  genericTest({
    name: "TestPersistPartitionUnreliable4A",
    what: "five clients, bad network, partitions, all servers crash",
    clients: 5,
    crash: true,
    partitions: true,
    network: "unreliable",
  }),
  genericTest({
    name: "TestPersistPartitionUnreliableLinearizable4A",
    what: "fifteen clients on shared keys, seven servers, bad network, partitions, all servers crash",
    clients: 15,
    servers: 7,
    crash: true,
    partitions: true,
    network: "unreliable",
    randomKeys: true,
  }),
];
