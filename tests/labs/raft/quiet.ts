/**
 * How many calls a cluster makes that has nothing to do.
 * @module
 */

import type { RaftTester } from "./tester.ts";

/** The labs ask for at most ten heartbeats a second; one more may fall into a second that is cut out anyhow. */
const MAX_CALLS_PER_SECOND = 11;

/** A server that is cut off may stand for election as often as its timer runs out: some five times a second. */
const MAX_CAMPAIGNS_PER_SECOND = 5;

/** Watches for `seconds` and demands that no server is called more often than heartbeats need. */
export async function checkCallsPerSecond(tester: RaftTester, seconds: number): Promise<void> {
  const { cluster } = tester;
  for (let second = 1; second <= seconds; second++) {
    const before = cluster.numbers.map((server) => cluster.callsServed(server));
    const attempted = cluster.network.totalCount;
    await tester.sleep(1000);
    for (const server of cluster.numbers) {
      const calls = cluster.callsServed(server) - before[server];
      tester.demand(
        calls <= MAX_CALLS_PER_SECOND,
        `server ${server} was called ${calls} times in idle second ${second}, ` +
          `${MAX_CALLS_PER_SECOND} are enough`,
      );
    }
    const calls = cluster.network.totalCount - attempted;
    const alone = cluster.numbers.filter((server) => !cluster.isConnected(server)).length;
    const enough = (MAX_CALLS_PER_SECOND + alone * MAX_CAMPAIGNS_PER_SECOND) * (cluster.servers - 1);
    tester.demand(
      calls <= enough,
      `${calls} calls were tried in idle second ${second}, ${enough} are enough for ${cluster.servers} servers`,
    );
  }
}
