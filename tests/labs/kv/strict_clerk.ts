/**
 * What the official suites of lab 4 leave out: whether a clerk that has found the leader stays with it (labs K10).
 *
 * They look at the clock (TestSpeed4A allows 33.3 ms an operation), and a question to a server that does not lead is answered within a
 * millisecond here. So calls are counted.
 * @module
 */

import type { BaseTester } from "./base_tester.ts";
import { demand } from "./run.ts";
import type { Script } from "./script.ts";
import type { KvPeer } from "./seat.ts";
import { type KvTester, piece } from "./tester.ts";
import type { VersionedTester } from "./versioned_tester.ts";

const CLERKS = 5;
const OPERATIONS = 12;
/** More calls than operations: a clerk may think better of it once. */
const SPARE_CALLS = 2;

/** Has its clerk do one operation. */
type Work = () => Promise<unknown>;

const QUIET = {
  servers: 5,
  network: "reliable",
  maxRaftStateBytes: null,
  sentence:
    `five servers, good network, ${CLERKS} clerks with an order of servers each: who has found the leader has ${OPERATIONS} ` +
    `operations done in at most ${OPERATIONS + SPARE_CALLS} calls, and so again when another one leads`,
} as const;

async function checkStays(tester: BaseTester<KvPeer>, clerks: readonly Work[]): Promise<void> {
  await tester.untilLed();
  for (const work of clerks) await countCalls(tester, work);
  const { servers } = tester;
  servers.crash(await tester.untilLed());
  await tester.untilLed();
  for (const work of clerks) await countCalls(tester, work);
}

async function countCalls({ servers }: BaseTester<KvPeer>, work: Work): Promise<void> {
  // Whom to ask is found out by this one, however long it takes.
  await work();
  const before = servers.clerkCalls;
  for (let nth = 0; nth < OPERATIONS; nth++) await work();
  const calls = servers.clerkCalls - before;
  demand(
    calls <= OPERATIONS + SPARE_CALLS,
    `a clerk made ${calls} calls for ${OPERATIONS} operations on a quiet network, although it had found the leader before`,
  );
}

/** In turn what reads and what writes: they may take different ways. */
function appending(tester: KvTester): Work {
  const clerk = tester.clerk();
  let nth = 0;
  return () => nth++ % 2 === 0 ? clerk.get("k") : clerk.append("k", piece(clerk.number, nth));
}

function putting(tester: VersionedTester): Work {
  const clerk = tester.clerk();
  let nth = 0;
  const key = `k${clerk.number}`;
  return () => nth++ % 2 === 0 ? clerk.get(key) : clerk.write(key, `${nth}`, nth / 2 - 1);
}

/** Behind part 4A of 2024. */
export const STRICT_CLERK_4A: readonly Script<KvTester>[] = [{
  ...QUIET,
  name: "StrictStaysWithLeader4A",
  run: (tester) => checkStays(tester, Array.from({ length: CLERKS }, () => appending(tester))),
}];

/** Behind part 4B of 2025. */
export const STRICT_CLERK_4B: readonly Script<VersionedTester>[] = [{
  ...QUIET,
  name: "StrictStaysWithLeader4B",
  run: (tester) => checkStays(tester, Array.from({ length: CLERKS }, () => putting(tester))),
}];
