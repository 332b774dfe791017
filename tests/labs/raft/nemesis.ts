/**
 * What goes beyond the labs' own faults: one-way cuts, lost replies, pauses, requests that come twice or seconds late.
 * @module
 */

import type { RaftTester } from "./tester.ts";

/** Everything that a storm may do, drawn with equal chances. */
export type Mishap =
  | "cut"
  | "oneWay"
  | "lostReplies"
  | "crash"
  | "crashAtSave"
  | "pause"
  | "heal";

/** All of it. */
export const EVERY_MISHAP: readonly Mishap[] = [
  "cut",
  "oneWay",
  "lostReplies",
  "crash",
  "crashAtSave",
  "pause",
  "heal",
  "heal",
];

/** Does one thing to a drawn server or link. */
export async function strike(tester: RaftTester, mishaps: readonly Mishap[]): Promise<void> {
  const { cluster, random } = tester;
  const server = random.below(cluster.servers);
  const other = tester.next(server, 1 + random.below(cluster.servers - 1));
  switch (mishaps[random.below(mishaps.length)]) {
    case "cut":
      return cluster.disconnect(server);
    case "oneWay":
      return cluster.enableLink(server, other, false);
    case "lostReplies":
      return cluster.loseReplies(server, other, true);
    case "crash":
      return cluster.crash(server);
    case "crashAtSave":
      return cluster.crashAtSave(server, {
        nth: 1 + random.below(3),
        moment: random.chance(0.5) ? "before" : "after",
      });
    case "pause":
      return cluster.pause(server);
    case "heal":
      return await heal(tester, server);
  }
}

/** Brings one server back to life and into the network. */
async function heal(tester: RaftTester, server: number): Promise<void> {
  const { cluster } = tester;
  cluster.resume(server);
  cluster.crashAtSave(server, null);
  for (const other of cluster.numbers) {
    cluster.loseReplies(server, other, false);
    cluster.loseReplies(other, server, false);
  }
  if (!cluster.isAlive(server)) await cluster.start(server);
  cluster.connect(server);
}

/** Ends all that may be going on: a reliable network, and everybody in it. */
export async function calm(tester: RaftTester): Promise<void> {
  const { network, numbers } = tester.cluster;
  network.reliable = true;
  network.longReordering = false;
  network.requestFaults = { duplicateRate: 0, lateRate: 0, lateMaxMs: 200 };
  for (const server of numbers) await heal(tester, server);
}
