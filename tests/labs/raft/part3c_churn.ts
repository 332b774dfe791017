/**
 * Lab 3C, persistence: clients at work while servers come and go.
 * @module
 */

import { loseNothing } from "./clients.ts";
import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

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

function churn(tester: RaftTester): Promise<void> {
  const { cluster } = tester;
  return loseNothing(tester, {
    restMs: 0,
    trouble: async () => {
      for (let round = 0; round < 20; round++) {
        await disturb(tester);
        // Shorter than an election, so that the cluster often keeps up, but never comes to rest.
        await tester.sleep(ELECTION_TIMEOUT_MS * 7 / 10);
      }
      await tester.sleep(ELECTION_TIMEOUT_MS);
    },
    peace: async () => {
      cluster.network.reliable = true;
      for (const server of cluster.numbers) {
        if (!cluster.isAlive(server)) await cluster.start(server);
        cluster.connect(server);
      }
    },
  });
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
