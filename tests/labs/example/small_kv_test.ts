import { assert, assertEquals } from "@std/assert";
import { goesBy, kvLab, kvServerLab, LabFailure, type LabPart, rsmLab } from "../mod.ts";
import { seedFrom } from "../register.ts";
import {
  makeAppendClerk,
  makeKvServer,
  makeLock,
  makeRsm,
  makeSingleClerk,
  makeSingleServer,
  makeSingleVersionedClerk,
  makeVersionedClerk,
  makeVersionedServer,
} from "./small_kv.ts";

const SEED = seedFrom(Deno.args);

/** What tests say that fail, of those of `part` that go by one of `names`. */
async function failures(part: LabPart, names: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  for (const name of names) {
    const test = part.tests.find((one) => goesBy(one, name));
    assert(test !== undefined, `there is no ${name}`);
    try {
      await test.run({ seed: SEED, record: false });
    } catch (error) {
      assert(error instanceof LabFailure, `${name} failed with something else: ${error}`);
      failed.push(error.message);
    }
  }
  return failed;
}

Deno.test("lab 2: small servers that are not ours pass, of both years, on a bad network, with requests twice and late", async () => {
  const one = kvServerLab({ year: 2024, makeServer: makeSingleServer, makeClerk: makeSingleClerk }).part();
  const names = ["TestBasic2", "TestUnreliable2", "TestUnreliableOneKey2", "TestMemAppend2"];
  assertEquals(await failures(one, [...names, "StrictRepeatedRequests2"]), []);
  const other = kvServerLab({
    year: 2025,
    makeServer: makeVersionedServer,
    makeClerk: makeSingleVersionedClerk,
    makeLock,
  }).part();
  const lock = ["TestOneClientUnreliable", "TestManyClientsUnreliable", "TestReliableNested"];
  assertEquals(await failures(other, ["TestReliablePut", "TestUnreliableNet", ...lock]), []);
});

Deno.test("lab 4: a small store on a small Raft, neither of them ours, passes, of both years", async () => {
  const first = kvLab({ year: 2024, makeServer: makeKvServer, makeClerk: makeAppendClerk });
  assertEquals(
    await failures(first.part("4A"), [
      "TestUnreliableOneKey4A",
      "TestOnePartition4A",
      "StrictStaysWithLeader4A",
    ]),
    [],
  );
  const snapshots = ["TestSnapshotRPC4B", "TestSnapshotUnreliableRecoverConcurrentPartition4B"];
  assertEquals(await failures(first.part("4B"), [...snapshots, "TestSnapshotSize4B"]), []);
  const second = kvLab({ year: 2025, makeServer: makeKvServer, makeClerk: makeVersionedClerk });
  assertEquals(await failures(second.part("4B"), ["TestOnePartition4B"]), []);
  assertEquals(await failures(second.part("4C"), ["TestSnapshotUnreliableRecover4C"]), []);
});

Deno.test("labs 4A and 4C of 2025: a small replicated state machine passes the official tests and stricter ones", async () => {
  const part = rsmLab(makeRsm).part("4A");
  const official = part.tests.filter(({ name }) => name.startsWith("Test")).map(({ name }) => name);
  assertEquals(await failures(part, [...official, "StrictAlone4A"]), []);
  const snapshots = ["TestSnapshot4C", "StrictLateSnapshots4C", "StrictSnapshotsUnderWay4C"];
  assertEquals(await failures(rsmLab(makeRsm).part("4C"), snapshots), []);
});
