/**
 * Lab 3B, the log: the official tests of what agreement may cost, and of commands that are started at once.
 * @module
 */

import { APPLIES, type RaftScript } from "./script.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

/** Each byte of a command travels to each follower once. */
export const rpcBytes: RaftScript = {
  name: "TestRPCBytes3B",
  sentence: "three servers agree on ten commands of 5,000 bytes at a cost of at most 200,000 bytes of calls",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.one(99, 3, { retry: false });
    const before = tester.cluster.network.totalBytes;
    const sizeBytes = 5000;
    for (let index = 2; index < 12; index++) {
      const command = randomText(tester, sizeBytes);
      const got = await tester.one(command, 3, { retry: false });
      tester.demand(got === index, `got index ${got} but expected ${index}`);
    }
    const bytes = tester.cluster.network.totalBytes - before;
    const allowed = 3 * 10 * sizeBytes + 50_000;
    tester.demand(bytes <= allowed, `too many bytes of calls: ${bytes}, expected at most ${allowed}`);
  },
};

function randomText(tester: RaftTester, length: number): string {
  let text = "";
  while (text.length < length) text += tester.random.below(0x100000000).toString(36);
  return text.slice(0, length);
}

/** Up to five tries, three seconds apart: a term may change at a bad moment. */
async function inOneTerm(tester: RaftTester, attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    if (tries > 0) await tester.sleep(3 * ELECTION_TIMEOUT_MS);
    if (await attempt()) return;
  }
  tester.demand(false, "the term changed too often: in none of five tries it stayed the same");
}

function allInTerm(tester: RaftTester, term: number): boolean {
  return tester.cluster.numbers.every((server) => tester.cluster.peer(server).getState().term === term);
}

/** Commands that are started at once all get in. */
export const concurrentStarts: RaftScript = {
  name: "TestConcurrentStarts3B",
  sentence: "three servers agree on five commands that are started at once",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  run: (tester) =>
    inOneTerm(tester, async () => {
      const leader = await tester.checkOneLeader();
      const first = tester.start(leader, 1);
      if (!first.isLeader) return false;
      const indices: number[] = [];
      for (let at = 0; at < 5; at++) {
        const { index, term, isLeader } = tester.start(leader, 100 + at);
        if (isLeader && term === first.term) indices.push(index);
      }
      if (!allInTerm(tester, first.term)) return false;
      const commands: unknown[] = [];
      for (const index of indices) {
        const waited = await tester.wait(index, 3, first.term);
        if (waited.type === "termChanged") return false;
        commands.push(waited.command);
      }
      for (let at = 0; at < 5; at++) {
        tester.demand(commands.includes(100 + at), `command ${100 + at} is missing in ${commands}`);
      }
      return true;
    }),
};

function callsServed(tester: RaftTester): number {
  return tester.cluster.numbers.reduce((sum, server) => sum + tester.cluster.callsServed(server), 0);
}

/** Agreement and rest cost few calls. */
export const count: RaftScript = {
  name: "TestCount3B",
  sentence:
    "three servers take 1 to 30 calls for an election, at most 42 for ten commands and 60 for an idle second",
  servers: 3,
  network: "reliable",
  service: APPLIES,
  async run(tester) {
    await tester.checkOneLeader();
    const election = callsServed(tester);
    tester.demand(
      election >= 1 && election <= 30,
      `too many or too few calls (${election}) to elect the first leader`,
    );
    let agreed = 0;
    await inOneTerm(tester, async () => {
      const calls = await callsForTen(tester);
      agreed = callsServed(tester);
      return calls;
    });
    await tester.sleep(ELECTION_TIMEOUT_MS);
    const idle = callsServed(tester) - agreed;
    tester.demand(idle <= 60, `too many calls (${idle}) for one idle second`);
  },
};

async function callsForTen(tester: RaftTester): Promise<boolean> {
  const leader = await tester.checkOneLeader();
  const before = callsServed(tester);
  const first = tester.start(leader, 1);
  if (!first.isLeader) return false;
  const commands: number[] = [];
  for (let at = 1; at < 12; at++) {
    const command = tester.random.below(0x7fffffff);
    commands.push(command);
    const { index, term, isLeader } = tester.start(leader, command);
    if (term !== first.term || !isLeader) return false;
    tester.demand(index === first.index + at, `start() gave index ${index}, expected ${first.index + at}`);
  }
  for (let at = 1; at < 11; at++) {
    const waited = await tester.wait(first.index + at, 3, first.term);
    if (waited.type === "termChanged") return false;
    const wanted = commands[at - 1];
    tester.demand(
      waited.command === wanted,
      `wrong value ${waited.command} committed for index ${first.index + at}; expected ${wanted}`,
    );
  }
  if (!allInTerm(tester, first.term)) return false;
  const calls = callsServed(tester) - before;
  tester.demand(calls <= (10 + 1 + 3) * 3, `too many calls (${calls}) for ten commands`);
  return true;
}
