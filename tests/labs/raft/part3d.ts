/**
 * Lab 3D, log compaction: the official tests.
 * @module
 */

import { SNAPSHOT_INTERVAL } from "./applier.ts";
import { type RaftScript, SNAPSHOTS } from "./script.ts";
import type { RaftTester } from "./tester.ts";

const AGAIN = { retry: true } as const;
/** Bytes that a server's Raft state may have, all snapshots apart. */
const MAX_STATE_BYTES = 2000;

/** What befalls the victim of a round. */
type Mishap = "nothing" | "disconnect" | "crash";

/** 5 to 14: sometimes enough for a snapshot, sometimes not. */
function someCommands(tester: RaftTester): number {
  return SNAPSHOT_INTERVAL / 2 + tester.random.below(SNAPSHOT_INTERVAL);
}

async function rounds(tester: RaftTester, mishap: Mishap): Promise<void> {
  const { cluster } = tester;
  await tester.one(tester.newCommand(), 3, AGAIN);
  let leader = await tester.checkOneLeader();
  for (let round = 0; round < 30; round++) {
    const follower = tester.next(leader, 1);
    const [sender, victim] = round % 3 === 1 ? [follower, leader] : [leader, follower];
    if (mishap === "disconnect") tester.disconnect(victim);
    if (mishap === "crash") cluster.crash(victim);
    if (mishap !== "nothing") await tester.one(tester.newCommand(), 2, AGAIN);
    for (let left = someCommands(tester); left > 0; left--) tester.start(sender, tester.newCommand());
    await tester.one(tester.newCommand(), mishap === "nothing" ? 3 : 2, AGAIN);
    const stateBytes = cluster.largestRaftState();
    tester.demand(
      stateBytes < MAX_STATE_BYTES,
      `log size too large: a server keeps ${stateBytes} bytes of Raft state, ${MAX_STATE_BYTES} are too many`,
    );
    if (mishap === "nothing") continue;
    // Back, and perhaps so far behind that only a snapshot helps.
    if (mishap === "crash") await tester.restart(victim);
    else tester.connect(victim);
    await tester.one(tester.newCommand(), 3, AGAIN);
    leader = await tester.checkOneLeader();
  }
}

function snapshotTest(
  name: string,
  options: { readonly mishap: Mishap; readonly network: "reliable" | "unreliable" },
): RaftScript {
  const { mishap, network } = options;
  const victim = {
    nothing: "nobody lags behind",
    disconnect: "a victim is cut off and catches up",
    crash: "a victim crashes and catches up",
  }[mishap];
  return {
    name,
    sentence:
      `three servers, 30 rounds of commands with snapshots, ${victim}, below 2,000 bytes of state each` +
      (network === "unreliable" ? ", on an unreliable network" : ""),
    servers: 3,
    network,
    service: SNAPSHOTS,
    run: (tester) => rounds(tester, mishap),
  };
}

async function crashAndReviveAll(tester: RaftTester): Promise<void> {
  const { cluster } = tester;
  for (const server of cluster.numbers) cluster.crash(server);
  for (const server of cluster.numbers) await tester.restart(server);
}

/** The suites of 2024 are reliable here, later ones not. */
type Year = { readonly year: "2024" | "2025"; readonly network: "reliable" | "unreliable" };
const YEARS: readonly Year[] = [{ year: "2024", network: "reliable" }, {
  year: "2025",
  network: "unreliable",
}];

function allCrash({ year, network }: Year): RaftScript {
  return {
    name: `TestSnapshotAllCrash3D@${year}`,
    sentence:
      `three servers crash and come back all at once, five times, and go on behind their snapshots, ${network}`,
    servers: 3,
    network,
    service: SNAPSHOTS,
    async run(tester) {
      await tester.one(tester.newCommand(), 3, AGAIN);
      for (let round = 0; round < 5; round++) {
        for (let left = someCommands(tester); left > 0; left--) {
          await tester.one(tester.newCommand(), 3, AGAIN);
        }
        const before = await tester.one(tester.newCommand(), 3, AGAIN);
        await crashAndReviveAll(tester);
        const after = await tester.one(tester.newCommand(), 3, AGAIN);
        tester.demand(after > before, `the index decreased from ${before} to ${after}`);
      }
    },
  };
}

function init({ year, network }: Year): RaftScript {
  return {
    name: `TestSnapshotInit3D@${year}`,
    sentence:
      `three servers crash twice with one command in between: what they save then must not lose the snapshot, ` +
      network,
    servers: 3,
    network,
    service: SNAPSHOTS,
    async run(tester) {
      await tester.one(tester.newCommand(), 3, AGAIN);
      for (let left = SNAPSHOT_INTERVAL + 1; left > 0; left--) {
        await tester.one(tester.newCommand(), 3, AGAIN);
      }
      await crashAndReviveAll(tester);
      // Has something saved again.
      await tester.one(tester.newCommand(), 3, AGAIN);
      await crashAndReviveAll(tester);
      await tester.one(tester.newCommand(), 3, AGAIN);
    },
  };
}

/** The official tests of part 3D, in the official order. */
export const PART_3D: readonly RaftScript[] = [
  snapshotTest("TestSnapshotBasic3D", { mishap: "nothing", network: "reliable" }),
  snapshotTest("TestSnapshotInstall3D", { mishap: "disconnect", network: "reliable" }),
  snapshotTest("TestSnapshotInstallUnreliable3D", { mishap: "disconnect", network: "unreliable" }),
  snapshotTest("TestSnapshotInstallCrash3D", { mishap: "crash", network: "reliable" }),
  snapshotTest("TestSnapshotInstallUnCrash3D", { mishap: "crash", network: "unreliable" }),
  ...YEARS.map(allCrash),
  ...YEARS.map(init),
];
