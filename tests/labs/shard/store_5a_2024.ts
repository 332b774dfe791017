/**
 * The official tests of 5A for the sharded store of 2024: shards that stay where they are.
 * @module
 */

import { demand } from "../kv/run.ts";
import type { RecordedClerk } from "../kv/tester.ts";
import type { ShardScript } from "./script.ts";
import { shardOf2024, type StoreTester } from "./store_tester.ts";
import { Ledger } from "./work.ts";

type Script = ShardScript<StoreTester>;
const COMMON = { network: "reliable", maxRaftStateBytes: null } as const;

/** The tests. */
export const STORE_5A_2024: readonly Script[] = [
  {
    name: "TestStaticShards5A",
    sentence:
      "with group 101 down exactly the gets of group 100's shards end, and after its restart all 10 values are right",
    ...COMMON,
    run: testStaticShards,
  },
  {
    name: "TestRejection5A",
    sentence:
      "a clerk whose own controller gives everything to group 100 is told no value of a shard that is group 101's",
    ...COMMON,
    run: testRejection,
  },
];

async function testStaticShards(tester: StoreTester): Promise<void> {
  await tester.join(0);
  await tester.join(1);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(20);
  await ledger.check();
  tester.groups[1].shutdown();
  tester.checkSizes();
  const { shards } = await tester.config();
  const served = ledger.keys.filter((key) => shards[shardOf2024(key)] === 100);
  await expectOnly(tester, { keys: ledger.keys, served, clerk: () => tester.clerk() });
  await tester.groups[1].start();
  await ledger.check();
}

async function testRejection(tester: StoreTester): Promise<void> {
  await tester.join(0, 1);
  // The groups' map is then newer, by its number, than anything that the strange controller says.
  const before = await tester.config();
  await tester.move(before.shards.indexOf(101), 0);
  await tester.move(before.shards.indexOf(101), 1);
  const ledger = new Ledger(tester, 10);
  await ledger.fill(20);
  await ledger.check();
  const strange = await tester.strangeController();
  await strange.clerk.join(tester.named(0));
  const { shards } = await tester.config();
  const served = ledger.keys.filter((key) => shards[shardOf2024(key)] === 100);
  await expectOnly(tester, { keys: ledger.keys, served, clerk: () => tester.clerk(strange.servers) });
  await ledger.check();
}

/** Asks for every key at once, each by a clerk of its own: exactly those in `served` are answered, 2 s of silence end the wait. */
async function expectOnly(
  tester: StoreTester,
  asked: {
    readonly keys: readonly string[];
    readonly served: readonly string[];
    readonly clerk: () => RecordedClerk;
  },
): Promise<void> {
  const answered: string[] = [];
  let lastMs = tester.fleet.world.nowMs;
  for (const key of asked.keys) {
    asked.clerk().get(key).then((value) => {
      demand(value !== "", `get("${key}") gave nothing, although it was never empty`);
      answered.push(key);
      lastMs = tester.fleet.world.nowMs;
    });
  }
  while (tester.fleet.world.nowMs - lastMs < 2000) await tester.sleep(50);
  const [got, wanted] = [answered, asked.served].map((keys) => [...keys].sort().join(" "));
  demand(got === wanted, `the keys ${got} were answered, instead of exactly ${wanted}`);
}
