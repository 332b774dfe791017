import { assert, assertEquals } from "@std/assert";
import { MemberChanges, type MemberOutcome } from "../../kv/member_changes.ts";
import type { MemberChange } from "../../raft/mod.ts";
import { HandClock } from "../raft/clock.ts";
import { memberOf } from "../raft/core.ts";
import { bytes, Journal } from "./counter.ts";
import { Group } from "./group.ts";
import { GOOD_NETWORK } from "./storm.ts";

function journals(seed: number): Group<Journal> {
  return new Group({
    servers: 3,
    world: { seed, conditions: GOOD_NETWORK },
    machine: () => new Journal(),
    storage: "wal",
  });
}

function removes(id: string): MemberChange {
  return { type: "remove", id };
}

function idsOf(outcome: MemberOutcome): string {
  assert(outcome.kind === "committed", `the outcome is ${JSON.stringify(outcome)}`);
  return outcome.configuration.members.map(({ id, role }) => role === "voter" ? id : `~${id}`).join(" ");
}

Deno.test("a change of the members resolves when it is committed, and asks its peers by itself what they speak", async () => {
  const group = journals(1);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    await replica.openSession();
    const added = await replica.changeMembers({ type: "addLearner", id: "s9", address: "somewhere" });
    assertEquals(idsOf(added), "s1 s2 s3 ~s9");
    assertEquals(replica.applied, replica.node.configuration.index);
    const [other] = group.names.filter((name) => name !== leader);
    assertEquals(idsOf(await replica.changeMembers(removes(other))).split(" ").length, 3);
    // What the machines execute and what they count goes on as before.
    const outcome = await replica.propose(bytes("still here"));
    assertEquals(outcome.kind, "applied");
    assertEquals(replica.applied, replica.node.core.commit);
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a leader that is told to remove itself answers that it is done, although it leads no longer", async () => {
  const group = journals(2);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    await replica.openSession();
    const outcome = await replica.changeMembers(removes(leader));
    assertEquals(idsOf(outcome), group.names.filter((name) => name !== leader).join(" "));
    assertEquals(replica.node.state().isLeader, false);
    let next = await group.untilLed();
    for (; next === leader; next = await group.untilLed()) await group.world.clock.sleep(10);
    assertEquals((await group.server(next).replica.propose(bytes("without it"))).kind, "applied");
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a change that cannot be made is refused by name, and one whose leader is cut off ends unknown", async () => {
  const group = journals(3);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    await replica.openSession();
    assertEquals(await replica.changeMembers(removes("nobody")), {
      kind: "refused",
      reason: "unknownMember",
      leader,
    });
    const [follower] = group.names.filter((name) => name !== leader);
    const refused = await group.server(follower).replica.changeMembers(removes(leader));
    assertEquals(refused, { kind: "refused", reason: "notLeader", leader });
    // So that all have shown what they speak, and the next one is proposed at once.
    assertEquals(replica.node.changeMembers(removes(follower)), { type: "refused", reason: "mixedVersions" });
    await group.world.clock.sleep(50);
    group.world.network.partition("cut", { kind: "isolate", node: leader, others: group.names });
    assertEquals(await replica.changeMembers(removes(follower)), { kind: "unknown" });
    group.world.network.mendAll();
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("a change that is under way when its replica dies ends unknown, and so does one that is made afterwards", async () => {
  const group = journals(4);
  await group.world.play(async () => {
    const leader = await group.untilLed();
    const { replica } = group.server(leader);
    await replica.openSession();
    replica.node.changeMembers(removes("s1"));
    await group.world.clock.sleep(50);
    const waiting = replica.changeMembers(removes(leader));
    group.world.machine(leader).crash();
    assertEquals(await waiting, { kind: "unknown" });
    const late = await replica.changeMembers(removes(leader));
    assertEquals([late.kind, late.kind === "refused" && late.reason], ["refused", "stopped"]);
  }, { untilMs: 20_000 });
  group.world.end();
});

Deno.test("when leadership is lost, what is committed is still waited for, and of the rest nobody will hear", async () => {
  const changes = new MemberChanges({ clock: new HandClock(), heartbeatMs: 10 });
  const { configuration } = memberOf().membership;
  const made = (index: number, term: number) =>
    changes.make({
      changeMembers: () => ({ type: "proposed", index, term }),
      state: () => ({ term, isLeader: true, leader: "a" }),
    }, removes("c"));
  const core = memberOf({ term: 2, log: [1, 2, 2] });
  core.commit = 2;
  const [committed, late, replaced] = [made(2, 2), made(3, 2), made(1, 2)];
  changes.onLost(core);
  assertEquals([await late, await replaced], [{ kind: "unknown" }, { kind: "unknown" }]);
  changes.onApplied({ type: "configuration", index: 2, term: 2, configuration });
  assertEquals(await committed, { kind: "committed", configuration });
  // Another leader's entry in its place.
  const lost = [made(5, 2), made(6, 2), made(7, 2)];
  changes.onApplied({ type: "configuration", index: 5, term: 3, configuration });
  changes.onApplied({ type: "entries", firstIndex: 6, entries: [{ term: 3, command: bytes("x") }] });
  changes.onApplied({ type: "snapshot", snapshot: { index: 9, term: 3, configuration, data: bytes("") } });
  assertEquals(await Promise.all(lost), [{ kind: "lost" }, { kind: "lost" }, { kind: "unknown" }]);
});
