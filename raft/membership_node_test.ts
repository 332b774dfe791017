import { assert, assertEquals, assertRejects } from "@std/assert";
import { seededRandom } from "../runtime/mod.ts";
import { HandClock } from "../tests/raft/clock.ts";
import { configurationEntry, configurationOf } from "../tests/raft/core.ts";
import { OldVersionError } from "./errors.ts";
import { MemoryStorage } from "./memory_storage.ts";
import type { MemberChange } from "./member_change.ts";
import type { Message } from "./message.ts";
import { RaftNode } from "./node.ts";
import type { RaftOptions } from "./options.ts";
import type { Recovered } from "./storage.ts";
import type { Receiver } from "./transport.ts";
import type { Configuration, NodeId } from "./types.ts";

const EMPTY = new Uint8Array(0);
const ADD_D: MemberChange = { type: "addLearner", id: "d", address: "d:1" };

/** Lets everything that waits for nothing outside come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await null;
}

/** Nodes on one clock that is moved by hand, on a network that loses nothing and takes no time. */
class Fleet {
  readonly clock = new HandClock();
  readonly nodes = new Map<NodeId, RaftNode>();
  readonly storages = new Map<NodeId, MemoryStorage>();
  /** What each was told of the members. */
  readonly told = new Map<NodeId, Configuration[]>();
  readonly sent: { readonly from: NodeId; readonly to: NodeId; readonly message: Message }[] = [];
  readonly #receivers = new Map<NodeId, Receiver>();
  readonly #death = new AbortController();

  async start(id: NodeId, members: readonly NodeId[], options: Partial<RaftOptions> = {}): Promise<RaftNode> {
    const storage = this.storages.get(id) ??
      new MemoryStorage({ ...new MemoryStorage().image, incarnation: id.charCodeAt(0) });
    this.storages.set(id, storage);
    const told: Configuration[] = [];
    this.told.set(id, told);
    const node = await RaftNode.open({
      id,
      members,
      storage,
      transport: {
        send: (to, message) => {
          this.sent.push({ from: id, to, message });
          Promise.resolve().then(() => this.#receivers.get(to)?.(id, message, null));
        },
        receive: (receiver) => void this.#receivers.set(id, receiver),
      },
      clock: this.clock,
      random: seededRandom(1).split(id),
      signal: this.#death.signal,
      timing: { heartbeatMs: 10, electionMs: 50, diskStallMs: 1000 },
      onConfiguration: (configuration) => void told.push(configuration),
      ...options,
    });
    this.nodes.set(id, node);
    this.#drain(node);
    return node;
  }

  /** `message` comes at last: it was long on its way. */
  deliver(from: NodeId, to: NodeId, message: Message): void {
    this.#receivers.get(to)?.(from, message, null);
  }

  /** The node is gone, its storage stays. */
  async stop(id: NodeId): Promise<void> {
    this.#receivers.delete(id);
    await this.nodes.get(id)?.close();
    this.nodes.delete(id);
  }

  /** Time passes. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 5) {
      this.clock.advance(5);
      await settle();
    }
  }

  /** The leader of the latest term, once there is one that has committed an entry of its own. */
  async leader(): Promise<RaftNode> {
    for (let tries = 0; tries < 100; tries++) {
      const [leader] = [...this.nodes.values()].filter((node) => node.state().isLeader)
        .sort((one, other) => other.state().term - one.state().term);
      if (leader?.start(EMPTY).isLeader) {
        await this.pass(20);
        if (leader.state().isLeader) return leader;
      }
      await this.pass(20);
    }
    throw new Error("Nobody leads");
  }

  /** Makes `change`, and asks again while that may help. */
  async change(change: MemberChange): Promise<string> {
    let reason = "";
    for (let tries = 0; tries < 10; tries++) {
      const result = (await this.leader()).changeMembers(change);
      if (result.type === "proposed") {
        await this.pass(50);
        return "proposed";
      }
      reason = result.reason;
      await this.pass(20);
    }
    return reason;
  }

  end(): void {
    this.#death.abort(new Error("over"));
  }

  async #drain(node: RaftNode): Promise<void> {
    try {
      for await (const _ of node.committed) { /* Its machine does nothing. */ }
    } catch {
      // It died.
    }
  }
}

async function threeNodes(options: Partial<RaftOptions> = {}): Promise<Fleet> {
  const fleet = new Fleet();
  for (const id of ["a", "b", "c"]) await fleet.start(id, ["a", "b", "c"], options);
  return fleet;
}

function membersOf({ configuration }: RaftNode): string {
  return configuration.configuration.members.map(({ id, role }) => role === "voter" ? id : `~${id}`).join(
    " ",
  );
}

Deno.test("a spare node joins, catches up, is promoted and replaces one that is down for good; all hear of it", async () => {
  const fleet = await threeNodes();
  const joiner = await fleet.start("d", []);
  await fleet.leader();
  assertEquals(await fleet.change(ADD_D), "proposed");
  assertEquals([membersOf(joiner), joiner.configuration.committed], ["a b c ~d", true]);
  assertEquals(await fleet.change({ type: "promote", id: "d" }), "proposed");
  const leader = await fleet.leader();
  const [gone] = ["a", "b", "c"].filter((id) => id !== leader.core.config.id);
  await fleet.stop(gone);
  assertEquals(await fleet.change({ type: "remove", id: gone }), "proposed");
  const left = ["a", "b", "c", "d"].filter((id) => id !== gone);
  for (const id of left) {
    const node = fleet.nodes.get(id) as RaftNode;
    assertEquals([membersOf(node), node.configuration.committed], [left.join(" "), true], id);
    assertEquals(fleet.told.get(id)?.length, 3, `${id} heard of each change once`);
  }
  assertEquals(fleet.told.get("d")?.[0].members.find(({ id }) => id === "d")?.address, "d:1");
  fleet.end();
});

Deno.test("a leader that removes itself hands the work to the others", async () => {
  const fleet = await threeNodes();
  const old = await fleet.leader();
  assertEquals(await fleet.change({ type: "remove", id: old.core.config.id }), "proposed");
  assertEquals(old.state().isLeader, false);
  await fleet.pass(500);
  const next = await fleet.leader();
  assert(next !== old);
  assertEquals([next.core.membership.names.length, next.configuration.committed], [2, true]);
  assertEquals(old.state().term <= next.state().term, true);
  fleet.end();
});

Deno.test("a node that restarts is told of the configuration on its disk, and needs no founding members for it", async () => {
  const fleet = await threeNodes();
  await fleet.start("d", []);
  await fleet.change(ADD_D);
  await fleet.stop("d");
  await fleet.start("d", []);
  await settle();
  assertEquals(fleet.told.get("d")?.length, 1);
  assertEquals(membersOf(fleet.nodes.get("d") as RaftNode), "a b c ~d");
  fleet.end();
});

Deno.test("a change waits until every member has shown that it speaks version 2, and nobody is asked before", async () => {
  const fleet = await threeNodes();
  let leader = await fleet.leader();
  const others = ["a", "b", "c"].filter((id) => id !== leader.core.config.id);
  const asked = () => fleet.sent.filter(({ message }) => message.type === "versionRequest").length;
  assertEquals(asked(), 0);
  // One of them goes back to an older version.
  await fleet.stop(others[0]);
  await fleet.start(others[0], ["a", "b", "c"], { speaks: 1 });
  assertEquals(await fleet.change(ADD_D), "mixedVersions");
  assert(asked() > 0);
  const old = fleet.nodes.get(others[0]) as RaftNode;
  assert(old.unreadable > 0, "what it could not read it counted, and nothing else came of it");
  assertEquals(old.changeMembers(ADD_D), { type: "refused", reason: "oldVersion" });
  leader = await fleet.leader();
  assertEquals([leader.core.membership.index, old.core.membership.index], [0, 0]);
  // It is upgraded.
  await fleet.stop(others[0]);
  await fleet.start(others[0], ["a", "b", "c"]);
  assertEquals(await fleet.change(ADD_D), "proposed");
  fleet.end();
});

Deno.test("asking ends when nobody has wanted a change for a while, and what was answered counts no longer", async () => {
  const fleet = await threeNodes();
  const leader = await fleet.leader();
  assertEquals(leader.changeMembers(ADD_D), { type: "refused", reason: "mixedVersions" });
  await fleet.pass(200);
  const asked = fleet.sent.length;
  await fleet.pass(100);
  assertEquals(fleet.sent.slice(asked).filter(({ message }) => message.type.startsWith("version")), []);
  // Nor does an answer count that comes only now: whoever sent it may have gone back to an older version since.
  const { term } = leader.state();
  for (const id of ["a", "b", "c"]) fleet.deliver(id, leader.core.config.id, { type: "versionReply", term });
  assertEquals(leader.changeMembers(ADD_D), { type: "refused", reason: "mixedVersions" });
  await settle();
  assertEquals(leader.changeMembers(ADD_D).type, "proposed");
  fleet.end();
});

Deno.test("whoever does not speak version 2, or is down, may be removed; after that the others may change", async () => {
  const fleet = await threeNodes();
  const leader = await fleet.leader();
  const [down] = ["a", "b", "c"].filter((id) => id !== leader.core.config.id);
  await fleet.stop(down);
  await fleet.start("d", []);
  assertEquals(await fleet.change(ADD_D), "mixedVersions");
  assertEquals(await fleet.change({ type: "remove", id: down }), "proposed");
  assertEquals(await fleet.change(ADD_D), "proposed");
  assertEquals(await fleet.change({ type: "promote", id: "d" }), "proposed");
  fleet.end();
});

Deno.test("who has never been heard of blocks the first change, since nobody knows what it speaks, and no later one", async () => {
  const fleet = new Fleet();
  for (const id of ["a", "b", "d"]) await fleet.start(id, id === "d" ? [] : ["a", "b", "c"]);
  await fleet.leader();
  assertEquals(await fleet.change(ADD_D), "mixedVersions");
  // It has been there for a moment, and is down for good now.
  await fleet.start("c", ["a", "b", "c"]);
  await fleet.pass(50);
  assertEquals(await fleet.change(ADD_D), "proposed");
  await fleet.stop("c");
  (await fleet.leader()).resign();
  await fleet.pass(300);
  assertEquals(await fleet.change({ type: "promote", id: "d" }), "proposed");
  fleet.end();
});

Deno.test("a node that speaks version 1 does not start from a disk that holds a configuration, in its log or its snapshot", async () => {
  const nothing: Recovered = new MemoryStorage().image;
  const snapshot = { index: 1, term: 1, configuration: configurationOf("a"), data: EMPTY };
  for (const image of [{ ...nothing, entries: [configurationEntry(1, "a")] }, { ...nothing, snapshot }]) {
    const fleet = new Fleet();
    fleet.storages.set("a", new MemoryStorage(image));
    const error = await assertRejects(() => fleet.start("a", ["a"], { speaks: 1 }), OldVersionError);
    assertEquals(error.code, "oldVersion");
    await fleet.start("a", ["a"], { speaks: 2 });
    fleet.end();
  }
});

Deno.test("a change at a dead node, at a follower, and at a leader that has committed nothing of its own is refused", async () => {
  const fleet = await threeNodes();
  const leader = await fleet.leader();
  const follower = [...fleet.nodes.values()].find((node) => node !== leader) as RaftNode;
  assertEquals(follower.changeMembers(ADD_D), { type: "refused", reason: "notLeader" });
  fleet.end();
  assertEquals(leader.changeMembers(ADD_D), { type: "refused", reason: "stopped" });
  const fresh = new Fleet();
  const alone = await fresh.start("a", ["a"]);
  await fresh.pass(200);
  assertEquals(alone.changeMembers(ADD_D), { type: "refused", reason: "notReady" });
  fresh.end();
});

Deno.test("founding members are all or none: a list without the node itself is refused", async () => {
  const fleet = new Fleet();
  await assertRejects(() => fleet.start("d", ["a", "b"]), TypeError, "not among the members");
  await assertRejects(() => fleet.start("a", ["a", "a"]), TypeError, "listed twice");
});
