import { assert, assertEquals } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { createMembership } from "../../raft/core/membership.ts";
import { DEFAULT_LIMITS } from "../../raft/mod.ts";
import type { Configuration, ConfigurationEntry, Entry } from "../../raft/types.ts";
import { ConfigurationLaws } from "./configuration_laws.ts";
import { RaftLaws } from "./raft_laws.ts";
import type { Violation } from "./violation.ts";

const FOUNDERS = ["a", "b", "c"];

function of(voters: string, learners = ""): Configuration {
  const members = [...voters].map((id) => ({ id, role: "voter", address: "" } as const));
  return {
    members: [...members, ...[...learners].map((id) => ({ id, role: "learner", address: "" } as const))],
    retired: [],
  };
}

function change(configuration: Configuration, term = 1): ConfigurationEntry {
  return { term, command: new Uint8Array(), configuration };
}

/** A node with this log, and the laws that look at it. */
function watched(entries: readonly Entry[]) {
  const broken: string[] = [];
  const laws = new RaftLaws(({ law }: Violation) => broken.push(law));
  const core = createCore(
    { id: "a", members: FOUNDERS, preVote: true, checkQuorum: true, limits: DEFAULT_LIMITS },
    { hardState: { term: 1, vote: null }, snapshot: null, entries, incarnation: 1, standing: "voter" },
  );
  laws.boot("a", core);
  return { core, laws, broken };
}

Deno.test("a node goes by the last configuration in its log and by no other", () => {
  const honest = watched([change(of("ab"))]);
  assertEquals(honest.broken, []);
  honest.core.log.entries.length = 0;
  honest.core.log.flushed = 0;
  honest.laws.check("a");
  assert(honest.broken.includes("configuration"), "its entry was cut away, and it is still in effect");
  const deaf = watched([]);
  deaf.core.log.entries.push(change(of("ab")));
  deaf.laws.check("a");
  assert(deaf.broken.includes("configuration"), "it is in the log, and not in effect");
  const other = watched([change(of("ab"))]);
  other.core.membership = createMembership("a", of("abc"), 1);
  other.core.term++;
  other.laws.check("a");
  assert(other.broken.includes("configuration"), "it goes by members that no entry names");
});

Deno.test("who is no voter does not stand, unless the change that took its vote away may be lost", () => {
  const stands = (entries: readonly Entry[], commit: number) => {
    const { core, laws, broken } = watched(entries);
    core.commit = commit;
    laws.check("a");
    core.role = { type: "candidate", granted: new Set() };
    core.term++;
    laws.check("a");
    return broken;
  };
  assertEquals(stands([change(of("abc", "d"))], 1), []);
  assertEquals(stands([change(of("bc"))], 0), [], "its removal is not committed");
  assertEquals(stands([change(of("bc"))], 1), ["configuration"], "its removal is committed");
  assertEquals(
    stands([change(of("bc")), change(of("bcd"))], 1),
    ["configuration"],
    "it was none before either",
  );
});

Deno.test("committed configurations follow each other one voter at a time, learners do not count", () => {
  const commits = (...configurations: readonly Configuration[]) => {
    const { core, laws, broken } = watched(configurations.map((one) => change(one)));
    core.commit = configurations.length;
    laws.check("a");
    return broken;
  };
  assertEquals(commits(of("abcd")), []);
  assertEquals(
    commits(of("abc", "de"), of("abcd", "e"), of("abcde"), of("bcde")),
    ["configuration"].slice(1),
  );
  assertEquals(commits(of("abd")), ["one-voter-at-a-time"], "one goes and one comes");
  assertEquals(commits(of("abcde")), ["one-voter-at-a-time"], "two come");
  assertEquals(commits(of("ab"), of("bd")), ["one-voter-at-a-time"]);
});

Deno.test("who was removed never comes back under its name, as a learner neither", () => {
  const { core, laws, broken } = watched([change(of("ab")), change(of("abd")), change(of("abd", "c"))]);
  core.commit = 2;
  laws.check("a");
  assertEquals(broken, []);
  core.commit = 3;
  laws.check("a");
  assertEquals(broken, ["used-name"]);
});

Deno.test("of what was jumped over unseen nothing is said", () => {
  const broken: string[] = [];
  const laws = new ConfigurationLaws((law) => broken.push(law));
  laws.foundedBy(FOUNDERS);
  laws.committed("a", 5, change(of("ade")), () => false);
  assertEquals(broken, []);
  laws.committed("a", 9, change(of("adf")), () => true);
  assertEquals(broken, ["one-voter-at-a-time"]);
});

Deno.test("a leader whose removal is committed leads no longer", () => {
  const { core, laws, broken } = watched([change(of("bc"))]);
  core.role = { type: "leader", progress: new Map(), round: 0, reads: [], uncommittedBytes: 0 };
  laws.check("a");
  assert(!broken.includes("configuration"), "as long as it is not committed it leads on");
  core.commit = 1;
  laws.check("a");
  assert(broken.includes("configuration"));
});
