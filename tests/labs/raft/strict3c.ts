/**
 * Lab 3C, stricter than official: crashes at every save and behind every answer, and storms of everything at once.
 * @module
 */

import { loseNothing } from "./clients.ts";
import { calm, EVERY_MISHAP, strike } from "./nemesis.ts";
import {
  figure8Directed,
  lateAcks,
  lateReplies,
  leaderLosesSave,
  uncommittedRestart,
  voteOnce,
} from "./strict3c_directed.ts";
import { APPLIES, type RaftScript, type RaftService } from "./script.ts";
import type { RaftTester } from "./tester.ts";

/** One server in turn dies at its next save, or the one after, with or without it. */
async function dieAtSaves(tester: RaftTester, rounds: number): Promise<void> {
  const { cluster, random } = tester;
  let deaths = 0;
  for (let round = 0; round < rounds; round++) {
    const leader = tester.findLeader();
    // Every other time the leader: its save is the one that counts most.
    const victim = round % 2 === 0 && leader !== null ? leader : random.below(cluster.servers);
    if (!cluster.isAlive(victim)) continue;
    cluster.crashAtSave(victim, {
      nth: 1 + random.below(3),
      moment: round % 4 < 2 ? "before" : "after",
    });
    await tester.sleep(30 + random.below(400));
    if (cluster.isAlive(victim)) {
      cluster.crashAtSave(victim, null);
      continue;
    }
    deaths++;
    await tester.restart(victim);
  }
  tester.demand(
    deaths * 4 >= rounds,
    `only ${deaths} of ${rounds} deaths at a save came about: who saves so little?`,
  );
}

/** The script, for services with and without snapshots. */
export function crashAtSaves(
  name: string,
  options: { readonly service: RaftService; readonly words: string },
): RaftScript {
  return {
    name,
    sentence:
      `five servers, clients at work, a server dies before or after one of its next saves, 120 times${options.words}`,
    servers: 5,
    network: "reliable",
    service: options.service,
    run: (tester) =>
      loseNothing(tester, {
        restMs: 40,
        trouble: () => dieAtSaves(tester, 120),
        peace: () => calm(tester),
      }),
  };
}

/** No save goes by without a death. */
export function crashAtEverySave(
  name: string,
  options: { readonly service: RaftService; readonly words: string },
): RaftScript {
  return {
    name,
    sentence:
      `of three servers one dies at every single save it makes, before and after in turn, 150 times${options.words}`,
    servers: 3,
    network: "reliable",
    service: options.service,
    run: (tester) =>
      loseNothing(tester, {
        restMs: 40,
        trouble: async () => {
          const { cluster } = tester;
          await tester.checkOneLeader();
          const victim = tester.next(tester.findLeader() ?? 0, 1);
          for (let deaths = 0; deaths < 150; deaths++) {
            cluster.crashAtSave(victim, { nth: 1, moment: deaths % 2 === 0 ? "before" : "after" });
            for (let waits = 0; waits < 100 && cluster.isAlive(victim); waits++) await tester.sleep(20);
            tester.demand(
              !cluster.isAlive(victim),
              `server ${victim} saved nothing for 2 s with clients at work`,
            );
            await tester.restart(victim);
          }
        },
        peace: () => calm(tester),
      }),
  };
}

/** Whoever answers dies at once: what was answered must be saved. */
const crashAfterReply: RaftScript = {
  name: "StrictCrashAfterReply3C",
  sentence:
    "five servers, clients at work, servers die the moment an answer has left them and come back, for 15 s",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  run: (tester) =>
    loseNothing(tester, {
      restMs: 80,
      trouble: async () => {
        const { cluster, random } = tester;
        for (const server of cluster.numbers) {
          cluster.afterReply(server, () => {
            // Not always: somebody has to stay for long enough to lead.
            if (random.chance(0.03)) tester.reincarnate(server);
          });
        }
        await tester.sleep(15_000);
        for (const server of cluster.numbers) cluster.afterReply(server, () => {});
      },
      peace: () => calm(tester),
    }),
};

/** The whole cluster loses its power in the middle of its work. */
const coldStarts: RaftScript = {
  name: "StrictColdStarts3C",
  sentence: "five servers, clients at work, all lose their power at the same instant and come back, 30 times",
  servers: 5,
  network: "reliable",
  service: APPLIES,
  run: (tester) =>
    loseNothing(tester, {
      restMs: 10,
      trouble: async () => {
        const { cluster, random } = tester;
        for (let round = 0; round < 30; round++) {
          await tester.checkOneLeader();
          await tester.sleep(random.next() * 20);
          for (const server of cluster.numbers) cluster.crash(server);
          for (const server of cluster.numbers) await tester.restart(server);
        }
      },
      peace: () => calm(tester),
    }),
};

/** Everything at once. */
export function storm(
  name: string,
  options: { readonly service: RaftService; readonly words: string },
): RaftScript {
  return {
    name,
    sentence:
      `five servers in a storm of cuts, one-way cuts, pauses, crashes, loss, repetition and delay for 40 s${options.words}`,
    servers: 5,
    network: "unreliable",
    service: options.service,
    run: (tester) =>
      loseNothing(tester, {
        restMs: 20,
        trouble: async (hasSeen) => {
          const { network } = tester.cluster;
          network.requestFaults = { duplicateRate: 0.1, lateRate: 0.05, lateMaxMs: 3000 };
          // A storm may leave nobody a majority for so long (seed 880021): then it abates until something is committed.
          for (let round = 0; round < 80 || (round < 160 && !hasSeen()); round++) {
            if (round === 40) network.longReordering = true;
            await strike(tester, round < 80 ? EVERY_MISHAP : ["heal"]);
            await tester.sleep(tester.random.below(1000));
          }
        },
        peace: () => calm(tester),
      }),
  };
}

/** Stricter tests of part 3C. */
export const STRICT_3C: readonly RaftScript[] = [
  crashAtSaves("StrictCrashAtSaves3C", { service: APPLIES, words: "" }),
  crashAtEverySave("StrictCrashAtEverySave3C", { service: APPLIES, words: "" }),
  crashAfterReply,
  voteOnce,
  figure8Directed,
  uncommittedRestart,
  leaderLosesSave,
  lateReplies,
  lateAcks,
  coldStarts,
  storm("StrictStorm3C", { service: APPLIES, words: "" }),
];
