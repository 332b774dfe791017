/**
 * The generic scenario of 2025: clients that put by version while servers are parted and crashed.
 *
 * The official one does most of that when the clients have stopped already (hole 5); here they are at work.
 * @module
 */

import type { GenericOptions } from "./generic.ts";
import { demand } from "./run.ts";
import {
  checkCount,
  type PutTally,
  type RecordedVersionedClerk,
  type VersionedTester,
} from "./versioned_tester.ts";

const ROUNDS = 3;
/** Three times as long as the official one: there is time for faults in it. */
const ROUND_MS = 3000;
/** See `generic.ts`. */
const MAX_PAUSE_MS = 36;
/** A client with fewer puts in all three rounds has tried nothing. */
const LEAST_PUTS = 5;
const RANDOM_KEYS = 100;

/** Runs the scenario. `faultFree`: on a good network nothing may be in doubt. */
export async function runVersionedGeneric(
  tester: VersionedTester,
  options: GenericOptions & { readonly faultFree: boolean },
): Promise<void> {
  const clerks = Array.from({ length: options.clients }, () => tester.clerk());
  const tally: PutTally = { ok: 0, maybe: 0 };
  const puts = clerks.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    let goOn = true;
    const working = Promise.all(
      clerks.map(async (clerk, at) => {
        puts[at] += await work(tester, clerk, { ...options, tally, goOn: () => goOn });
      }),
    );
    tester.pace.beat(() => goOn);
    const parting = options.partitions ? tester.partAgainAndAgain(() => goOn) : Promise.resolve();
    await tester.sleep(ROUND_MS / 2);
    if (options.crash) await tester.crashAll(300);
    await tester.sleep(ROUND_MS / 2 + (options.partitions ? 2000 : 0));
    goOn = false;
    await parting;
    tester.servers.connectAll();
    if (options.crash) await tester.crashAll(1000);
    await working;
    if (!options.randomKeys) checkCount((await clerks[0].read("k")).version, tally, options.faultFree);
    tester.checkSizes(options.maxRaftStateBytes);
  }
  puts.forEach((count, at) => demand(count >= LEAST_PUTS, `client ${at} made only ${count} puts`));
}

interface Shift extends GenericOptions {
  readonly tally: PutTally;
  readonly goOn: () => boolean;
}

/** Puts with the best known version, then reads, again and again; gives how often. */
async function work(tester: VersionedTester, clerk: RecordedVersionedClerk, shift: Shift): Promise<number> {
  const random = tester.servers.world.random(`client ${clerk.number} at ${tester.nowMs}`);
  const versions = new Map<string, number>();
  let nth = 0;
  for (; shift.goOn(); nth++) {
    const key = shift.randomKeys ? `k${random.below(RANDOM_KEYS)}` : "k";
    const version = versions.get(key) ?? 0;
    const result = await clerk.put(key, `${clerk.number}.${tester.nowMs}.${nth}`, version);
    if (result === "ok") shift.tally.ok++;
    if (result === "maybe") shift.tally.maybe++;
    const got = await clerk.get(key);
    if (got.kind === "found") versions.set(key, got.version);
    await tester.pace.rest(random.below(2 * MAX_PAUSE_MS * shift.clients));
  }
  return nth;
}
