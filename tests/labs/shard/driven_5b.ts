/**
 * The official tests of 5B of 2025: a controller that dies half-way, and one that finishes its work.
 * @module
 */

import { demand } from "../kv/run.ts";
import { checkConfig } from "./config.ts";
import type { DrivenTester, PlacedController } from "./driven_tester.ts";
import type { ShardScript } from "./script.ts";

type Script = ShardScript<DrivenTester>;
const COMMON = { network: "reliable", maxRaftStateBytes: null } as const;
const RECOVERIES = 5;
/** The longest pause of a controller between two changes: without, a fast network would see hundreds in a second. */
export const SHUTTLE_MS = 100;

/** The tests. */
export const DRIVEN_5B: readonly Script[] = [
  {
    name: "TestJoinLeave5B@2025",
    sentence:
      "a join does not end while the source is down, nor a leave while the target is, and both end within 2 s after its restart",
    ...COMMON,
    run: testJoinLeave,
  },
  {
    name: "TestRecoverCtrler5B",
    sentence: "5 times a controller is cut off while it is stuck, and a new one finishes its change",
    ...COMMON,
    run: testRecover,
  },
];

async function testJoinLeave(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  const controller = tester.controller();
  const steps: [down: number, change: () => Promise<void>, after: number[]][] = [
    [1, () => tester.join(controller, 2), [1, 2]],
    [1, () => tester.leave(controller, 2), [1]],
  ];
  for (const [down, change, after] of steps) {
    const before = await controller.query();
    tester.group(down).shutdown();
    let ended = false;
    const changing = change().then(() => ended = true);
    // The official test waits for 2 nanoseconds here (hole 7).
    await tester.sleep(2000);
    demand(!ended, `a change ended although group ${down}, which it needs, is down`);
    await tester.group(down).start();
    await tester.within(2000, "the change, once every group was up,", changing);
    const config = await controller.query();
    demand(config.num === before.num + 1, `the change led from configuration ${before.num} to ${config.num}`);
    checkConfig(config, after);
    await tester.check(clerk);
  }
}

async function testRecover(tester: DrivenTester): Promise<void> {
  const clerk = tester.clerk();
  await tester.fill(clerk);
  for (let recovery = 0; recovery < RECOVERIES; recovery++) {
    await recoverOnce(tester, 20 + recovery);
    await tester.check(clerk);
  }
}

/** A controller that lets a group join and leave until it is stuck and cut off; a new one that recovers. Gives the old one. */
export async function recoverOnce(tester: DrivenTester, gid: number): Promise<PlacedController> {
  const random = tester.fleet.world.random(`recovery ${gid}`);
  const old = tester.controller();
  const before = await old.query();
  const goOn = { is: true };
  void shuttle(tester, { controller: old, gid, goOn: () => goOn.is });
  await tester.sleep(1000 + random.below(400));
  tester.group(1).shutdown();
  await tester.sleep(1000);
  old.connect(false);
  goOn.is = false;
  await tester.group(1).start();
  const controller = tester.controller();
  await tester.within(10_000, "a recovery", controller.initController());
  const after = await controller.query();
  demand(after.num > before.num, `nothing has changed since configuration ${before.num}`);
  const gids = Object.keys(before.groups).map(Number);
  const joined = gid in after.groups;
  checkConfig(after, joined ? [...gids, gid] : gids);
  // An odd number of changes is a join, an even one a leave.
  demand(
    joined === ((after.num - before.num) % 2 === 1),
    `group ${gid} is ${joined ? "a" : "no"} member of ${after.num}`,
  );
  if (joined) await tester.leave(controller, gid);
  return old;
}

async function shuttle(
  tester: DrivenTester,
  { controller, gid, goOn }: {
    readonly controller: PlacedController;
    readonly gid: number;
    readonly goOn: () => boolean;
  },
): Promise<void> {
  while (goOn()) {
    await tester.join(controller, gid);
    await tester.sleep(SHUTTLE_MS);
    if (!goOn()) return;
    await tester.leave(controller, gid);
    await tester.sleep(SHUTTLE_MS);
  }
}
