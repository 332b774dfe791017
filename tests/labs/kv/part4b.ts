/**
 * Lab 4B of 2024, key/value on Raft with snapshots: the official tests.
 * @module
 */

import { genericTest, speedTest } from "./part4a.ts";
import { demand } from "./run.ts";
import type { Script } from "./script.ts";
import type { KvTester } from "./tester.ts";

const LIMIT = 1000;

const snapshotRpc: Script<KvTester> = {
  name: "TestSnapshotRPC4B",
  sentence:
    "a server that was cut off during 50 puts is brought up to date by a snapshot, logs stay below 8,000 bytes, and it serves",
  servers: 3,
  network: "reliable",
  maxRaftStateBytes: LIMIT,
  async run(tester) {
    const { servers } = tester;
    const all = tester.clerk();
    await all.put("a", "A");
    demand(await all.get("a") === "A", "what was put is not read");
    servers.partition([0, 1], [2]);
    const two = tester.clerk([0, 1]);
    for (let at = 0; at < 50; at++) await two.put(String(at), String(at));
    await tester.sleep(1000);
    await two.put("b", "B");
    tester.checkSizes(LIMIT);
    // Server 2 can only have what server 0 sends it, and server 0 no longer has the log.
    servers.partition([0, 2], [1]);
    const other = tester.clerk([0, 2]);
    await other.put("c", "C");
    await other.put("d", "D");
    demand(
      await other.get("a") === "A" && await other.get("b") === "B",
      "old keys are lost with server 1 away",
    );
    for (const key of ["1", "49"]) demand(await other.get(key) === key, `the key ${key} is lost`);
    servers.connectAll();
    await all.put("e", "E");
    for (const [key, value] of [["c", "C"], ["e", "E"], ["1", "1"]]) {
      demand(await all.get(key) === value, `the key ${key} is lost when all are together again`);
    }
    demand(servers.saved(2).snapshot.length > 0, "server 2 was not brought up to date by a snapshot");
  },
};

const MAX_SNAPSHOT_BYTES = 500;

const snapshotSize: Script<KvTester> = {
  name: "TestSnapshotSize4B",
  sentence:
    `two hundred times put, get, put, get on one key: logs stay below 8,000 bytes, snapshots below ${MAX_SNAPSHOT_BYTES}`,
  servers: 3,
  network: "reliable",
  maxRaftStateBytes: LIMIT,
  async run(tester) {
    const clerk = tester.clerk();
    const began = tester.nowMs;
    for (let at = 0; at < 200; at++) {
      for (const value of ["0", "1"]) {
        await clerk.put("x", value);
        demand(await clerk.get("x") === value, `what was put is not read in round ${at}`);
      }
    }
    tester.checkSizes(LIMIT);
    const snapshot = tester.servers.largestSnapshot();
    demand(
      snapshot <= MAX_SNAPSHOT_BYTES,
      `a snapshot has ${snapshot} bytes, more than ${MAX_SNAPSHOT_BYTES}`,
    );
    // The course's guidance for this test.
    demand(tester.nowMs - began < 20_000, `it took ${tester.nowMs - began} ms, more than 20 s`);
  },
};

/** The tests, in the official order. */
export const PART_4B: readonly Script<KvTester>[] = [
  snapshotRpc,
  snapshotSize,
  speedTest("TestSpeed4B@2024", LIMIT),
  genericTest({
    name: "TestSnapshotRecover4B",
    what: "one client, all servers crash",
    crash: true,
    maxRaftStateBytes: LIMIT,
  }),
  genericTest({
    name: "TestSnapshotRecoverManyClients4B",
    what: "twenty clients, all servers crash",
    clients: 20,
    crash: true,
    maxRaftStateBytes: LIMIT,
  }),
  genericTest({
    name: "TestSnapshotUnreliable4B",
    what: "five clients, bad network",
    clients: 5,
    network: "unreliable",
    maxRaftStateBytes: LIMIT,
  }),
  genericTest({
    name: "TestSnapshotUnreliableRecover4B",
    what: "five clients, bad network, all servers crash",
    clients: 5,
    crash: true,
    network: "unreliable",
    maxRaftStateBytes: LIMIT,
  }),
  genericTest({
    name: "TestSnapshotUnreliableRecoverConcurrentPartition4B",
    what: "five clients, bad network, partitions, all servers crash",
    clients: 5,
    crash: true,
    partitions: true,
    network: "unreliable",
    maxRaftStateBytes: LIMIT,
  }),
  genericTest({
    name: "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable4B",
    what: "fifteen clients on shared keys, seven servers, bad network, partitions, all servers crash",
    clients: 15,
    servers: 7,
    crash: true,
    partitions: true,
    network: "unreliable",
    randomKeys: true,
    maxRaftStateBytes: LIMIT,
  }),
];
