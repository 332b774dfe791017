/**
 * Lab 3C, persistence: clients at work while servers come and go.
 * @module
 */

import { commandKey } from "./applied_log.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

/** How long a client waits between looks at what became of its command. */
const LOOKS_MS = [10, 20, 50, 100, 200];

/** A client that offers commands everywhere; resolves to those that it saw committed. */
async function client(tester: RaftTester, me: number, stopped: () => boolean): Promise<number[]> {
  const { cluster } = tester;
  const seen: number[] = [];
  while (!stopped()) {
    const command = tester.newCommand();
    let index: number | null = null;
    for (const server of cluster.numbers) {
      if (!cluster.answers(server)) continue;
      const result = tester.start(server, command);
      if (result.isLeader) index = result.index;
    }
    if (index === null) {
      await tester.sleep(79 + me * 17);
      continue;
    }
    // Perhaps the leader commits it, perhaps not: do not wait for ever.
    for (const lookMs of LOOKS_MS) {
      const found = cluster.log.committed(index);
      if (found.servers > 0) {
        if (found.command === command) seen.push(command);
        break;
      }
      await tester.sleep(lookMs);
    }
  }
  return seen;
}

/** Something happens to a drawn server, often enough to keep the cluster from settling. */
async function disturb(tester: RaftTester): Promise<void> {
  const { cluster, random } = tester;
  if (random.chance(0.2)) tester.disconnect(random.below(5));
  if (random.chance(0.5)) {
    const server = random.below(5);
    if (!cluster.isAlive(server)) await cluster.start(server);
    cluster.connect(server);
  }
  if (random.chance(0.2)) cluster.crash(random.below(5));
}

/** Brings everybody back and checks that what clients saw committed is in the log that all share. */
export async function settleAndCheck(tester: RaftTester, seen: readonly unknown[]): Promise<void> {
  const { cluster } = tester;
  await tester.sleep(ELECTION_TIMEOUT_MS);
  const last = await tester.one(tester.newCommand(), cluster.servers, { retry: true });
  const log = new Set<string | number>();
  for (let index = 1; index <= last; index++) {
    const waited = await tester.wait(index, cluster.servers, null);
    if (waited.type === "committed") log.add(commandKey(waited.command));
  }
  for (const command of seen) {
    tester.demand(
      log.has(commandKey(command)),
      `command ${command} was seen committed, but is not in the final log`,
    );
  }
}

/** Brings every server back to life and into the network. */
export async function reviveAll(tester: RaftTester): Promise<void> {
  const { cluster } = tester;
  for (const server of cluster.numbers) {
    cluster.resume(server);
    if (!cluster.isAlive(server)) await cluster.start(server);
    cluster.connect(server);
  }
}

async function churn(tester: RaftTester): Promise<void> {
  let stopped = false;
  const clients = [0, 1, 2].map((me) => client(tester, me, () => stopped));
  for (let round = 0; round < 20; round++) {
    await disturb(tester);
    // Shorter than an election, so that the cluster often keeps up, but never comes to rest.
    await tester.sleep(ELECTION_TIMEOUT_MS * 7 / 10);
  }
  await tester.sleep(ELECTION_TIMEOUT_MS);
  tester.cluster.network.reliable = true;
  await reviveAll(tester);
  stopped = true;
  const seen = (await Promise.all(clients)).flat();
  tester.demand(seen.length > 0, "no client ever saw a command committed");
  await settleAndCheck(tester, seen);
}

const SENTENCE =
  "five servers are cut off, crashed and brought back in 20 rounds: no client loses what it saw committed";

/** On a reliable network. */
export const reliableChurn: RaftScript = {
  name: "TestReliableChurn3C",
  sentence: SENTENCE,
  servers: 5,
  network: "reliable",
  service: APPLIES,
  run: churn,
};

/** On an unreliable one. */
export const unreliableChurn: RaftScript = {
  name: "TestUnreliableChurn3C",
  sentence: `${SENTENCE}, on an unreliable network`,
  servers: 5,
  network: "unreliable",
  service: APPLIES,
  run: churn,
};
