import { assertEquals } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { DEFAULT_LIMITS } from "../../raft/mod.ts";
import type { Configuration, Entry, Standing } from "../../raft/types.ts";
import { World } from "../sim/world.ts";
import { ClusterNode } from "./cluster_node.ts";
import { ClusterMembership } from "./membership.ts";

function of(voters: string, learners = ""): Configuration {
  const members = [...voters].map((id) => ({ id, role: "voter", address: id } as const));
  return {
    members: [...members, ...[...learners].map((id) => ({ id, role: "learner", address: id } as const))],
    retired: [],
  };
}

function change(configuration: Configuration): Entry {
  return { term: 1, command: new Uint8Array(), configuration };
}

/** Machines a to e, the first three of them founders; each with what its disk holds, if it was ever used. */
function cluster(
  disks: Readonly<Record<string, { readonly entries?: readonly Entry[]; readonly standing?: Standing }>>,
  settled: { readonly index: number; readonly configuration: Configuration } | null = null,
) {
  const world = new World({ seed: 1 });
  const founders = ["a", "b", "c"];
  const nodes = [..."abcde"].map((name) => {
    const node = new ClusterNode(world.machine(name), founders.includes(name) ? founders : [], () => {});
    const { entries = [], standing = "voter" } = disks[name] ?? {};
    const recovered = {
      hardState: { term: 1, vote: null },
      snapshot: null,
      entries,
      incarnation: 1,
      standing,
    };
    node.disk.stable.become(recovered);
    return node;
  });
  return { nodes, membership: new ClusterMembership(nodes, founders, () => settled) };
}

Deno.test("as long as nobody has changed anything the founders are the members, and any two of them the core", () => {
  const { membership } = cluster({});
  assertEquals([membership.belongs("a"), membership.mayBelong("d")], [true, false]);
  assertEquals(membership.core([1, 2]), [1, 2]);
  assertEquals(cluster({ b: { standing: "amnesiac" } }).membership.core([1, 2]), [2, 0]);
});

Deno.test("the core is a majority by every configuration that may be in effect", () => {
  const { membership } = cluster({ a: { entries: [change(of("abcd"))] } });
  assertEquals(membership.core([1, 2]), [1, 2, 0], "two of a, b, c and three of a, b, c, d");
  assertEquals([membership.belongs("d"), membership.mayBelong("d")], [false, true]);
  const over = cluster({ a: { entries: [change(of("abcd"))] } }, { index: 9, configuration: of("ade") });
  assertEquals(over.membership.core([1, 2]), [0, 3], "what was committed later is all that counts");
});

Deno.test("whoever missed a removal may teach who comes back that it was a member, unless it knows of the founders only or is off", () => {
  const missed = { index: 9, configuration: of("ac") };
  const { nodes, membership } = cluster({ a: { entries: [change(of("abcd"))] } }, missed);
  assertEquals([membership.mayBelong("b"), membership.mayBeTaught("b")], [false, true]);
  assertEquals(membership.mayBeTaught("e"), false, "it was never told of");
  nodes[0].retires();
  assertEquals(membership.mayBeTaught("b"), false, "c knows of the founders only");
});

Deno.test("a running node goes by its log before its disk does", () => {
  const { nodes, membership } = cluster({});
  nodes[0].core = createCore(
    { id: "a", members: ["a", "b", "c"], preVote: true, checkQuorum: true, limits: DEFAULT_LIMITS },
    {
      hardState: { term: 1, vote: null },
      snapshot: null,
      entries: [change(of("ab"))],
      incarnation: 1,
      standing: "voter",
    },
  );
  assertEquals([membership.belongs("c"), membership.mayBelong("c")], [false, true]);
});

Deno.test("a node that is down may hold what was in its log when it died, though no sync was done", () => {
  const { nodes, membership } = cluster({});
  nodes[0].core = createCore(
    { id: "a", members: ["a", "b", "c"], preVote: true, checkQuorum: true, limits: DEFAULT_LIMITS },
    {
      hardState: { term: 1, vote: null },
      snapshot: null,
      entries: [change(of("abcd"))],
      incarnation: 1,
      standing: "voter",
    },
  );
  nodes[0].dies();
  assertEquals(membership.core([1, 2]), [1, 2, 0], "two of a, b, c and three of a, b, c, d");
});

Deno.test("no disk is lost, and nobody is asked to go, if no majority would be left that remembers", () => {
  const { membership } = cluster({ c: { standing: "amnesiac" } });
  assertEquals(["a", "c", "d"].map((name) => membership.canLose(name)), [false, true, true]);
  const founders = of("abc");
  assertEquals(membership.wouldAsk(founders, { type: "remove", id: "a" }), false);
  assertEquals(membership.wouldAsk(founders, { type: "demote", id: "a" }), false);
  assertEquals(membership.wouldAsk(founders, { type: "remove", id: "c" }), true);
  assertEquals(membership.wouldAsk(of("abc", "d"), { type: "promote", id: "d" }), true);
  assertEquals(membership.wouldAsk(of("a"), { type: "remove", id: "a" }), false);
});
