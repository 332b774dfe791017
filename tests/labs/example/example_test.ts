import { assert, assertEquals } from "@std/assert";
import { makeRaft as makeElectionOnly } from "./election_only_raft.ts";
import { makeRaft as makeForgetful } from "./forgetful_raft.ts";
import { makeRaft as makeSmall, SmallRaft } from "./small_raft.ts";
import { LabFailure, type MakeRaft, raftLab, type RaftPartName } from "../mod.ts";
import type { Persister, RaftSeat } from "../raft/seat.ts";
import { seedFrom } from "../register.ts";

const SEED = seedFrom(Deno.args);

/** The failures of one part, by test. */
async function failures(makeRaft: MakeRaft, part: RaftPartName): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  for (const test of raftLab(makeRaft).part(part).tests) {
    try {
      await test.run({ seed: SEED, record: false });
    } catch (error) {
      assert(error instanceof LabFailure, `${test.name} failed with something else: ${error}`);
      failed.set(test.name, error.message);
    }
  }
  return failed;
}

for (const part of ["3A", "3B", "3D"] as const) {
  Deno.test(`a small Raft that is not ours passes every test of part ${part}`, async () => {
    assertEquals(await failures(makeSmall, part), new Map());
  });
}

Deno.test("a Raft that only elects passes 3A, and learns from 3B that nobody takes commands", async () => {
  assertEquals(await failures(makeElectionOnly, "3A"), new Map());
  const failed = await failures(makeElectionOnly, "3B");
  assertEquals(failed.size, raftLab(makeElectionOnly).part("3B").tests.length);
  const message = failed.get("TestBasicAgree3B") ?? "";
  assertEquals(message.split("\n"), [
    "TestBasicAgree3B: one(100) failed to reach agreement of 3 servers within 10 s: no connected server took it",
    `  after 10.000 s of virtual time, with seed ${SEED}`,
    `  again: deno test -A --filter TestBasicAgree3B YOUR_TEST_FILE -- --seed ${SEED}`,
  ]);
});

Deno.test("a Raft that never saves passes 3A and 3B, and learns from 3C what it forgets, by official names", async () => {
  assertEquals(await failures(makeForgetful, "3A"), new Map());
  assertEquals(await failures(makeForgetful, "3B"), new Map());
  const failed = await failures(makeForgetful, "3C");
  const official = [...failed.keys()].filter((name) => name.startsWith("Test"));
  // Nobody crashes in the two that are missing here.
  assertEquals(official, [
    "TestPersist13C@2024",
    "TestPersist13C@2025",
    "TestPersist23C@2024",
    "TestPersist23C@2025",
    "TestPersist33C",
    "TestFigure83C",
    "TestReliableChurn3C",
    "TestUnreliableChurn3C",
  ]);
  for (const name of official) {
    const message = failed.get(name) ?? "";
    assert(/server \d went back from term \d+ to term 0, in its life number 2/.test(message), message);
    assert(message.includes(`--filter ${name} `) && message.includes(`--seed ${SEED}`), message);
  }
});

/** Saves a new state beside the old snapshot, then both: two steps where the labs want one. */
function saveTwice(persister: Persister): Persister {
  return {
    save: (raftState, snapshot) => {
      persister.save(raftState, persister.readSnapshot());
      persister.save(raftState, snapshot);
    },
    readRaftState: () => persister.readRaftState(),
    readSnapshot: () => persister.readSnapshot(),
    get raftStateSizeBytes() {
      return persister.raftStateSizeBytes;
    },
    get snapshotSizeBytes() {
      return persister.snapshotSizeBytes;
    },
  };
}

Deno.test("a Raft that saves its state and its snapshot one after the other is caught by a crash in between", async () => {
  const makeTwoStep = (seat: RaftSeat) => new SmallRaft({ ...seat, persister: saveTwice(seat.persister) });
  const failed = await failures(makeTwoStep, "3D");
  assert(
    failed.has("StrictCrashAtEverySave3D") && failed.has("StrictCrashAtEverySave3D"),
    `${[...failed.keys()]}`,
  );
  // No official test sees it (labs P7).
  assertEquals([...failed.keys()].filter((name) => name.startsWith("Test")), []);
});
