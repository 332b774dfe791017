/**
 * The official tests of 5A of 2025 with clerks at work during joins and leaves.
 * @module
 */

import { joinAndLeave } from "./driven_5a.ts";
import { workDriven } from "./driven_clerks.ts";
import type { DrivenTester } from "./driven_tester.ts";
import type { ShardScript } from "./script.ts";

type Script = ShardScript<DrivenTester>;
const AT_LEAST_MS = 20_000;

/** The tests. */
export const DRIVEN_5A_CLERKS: readonly Script[] = [
  one("TestOneConcurrentClerkReliable5A", 1, "reliable"),
  one("TestManyConcurrentClerkReliable5A", 10, "reliable"),
  one("TestOneConcurrentClerkUnreliable5A", 1, "unreliable"),
  one("TestManyConcurrentClerkUnreliable5A", 10, "unreliable"),
  {
    name: "StrictSmallSnapshots5A",
    sentence:
      "10 clerks for 20 s on 40 keys of all shards, with snapshots at 1,000 bytes and servers that crash, are linearizable",
    network: "unreliable",
    maxRaftStateBytes: 1000,
    run: (tester) => concurrent(tester, 10, true),
  },
];

function one(name: string, clerks: number, network: Script["network"]): Script {
  const sentence =
    `${
      clerks === 1 ? "a clerk" : `${clerks} clerks`
    } on 40 keys of all shards for 20 s, during 8 joins and 8 leaves on ` +
    `a network that is ${network}, ${clerks === 1 ? "is" : "are"} told what is linearizable`;
  return {
    name,
    sentence,
    network,
    maxRaftStateBytes: null,
    run: (tester) => concurrent(tester, clerks, false),
  };
}

async function concurrent(tester: DrivenTester, clerks: number, crash: boolean): Promise<void> {
  const shift = workDriven(tester, clerks, clerks === 1 ? 20 : 15 * clerks);
  const endMs = tester.fleet.world.nowMs + AT_LEAST_MS;
  let goOn = true;
  const crashing = crash ? crashSome(tester, () => goOn) : Promise.resolve();
  await joinAndLeave(tester, tester.controller(), () => tester.sleep(200));
  while (tester.fleet.world.nowMs < endMs) await tester.sleep(100);
  goOn = false;
  await crashing;
  await shift.stop();
}

/** Servers of group 1, and of the store of configurations, crash and come back. */
async function crashSome(tester: DrivenTester, goOn: () => boolean): Promise<void> {
  const random = tester.fleet.world.random("crashes");
  while (goOn()) {
    for (const group of [tester.group(1), tester.store]) {
      const victim = random.below(3);
      group.shutdownOne(victim);
      await tester.sleep(100 + random.below(300));
      await group.startOne(victim);
      await tester.sleep(random.below(500));
    }
  }
}
