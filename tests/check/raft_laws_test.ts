import { assertEquals } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { DEFAULT_LIMITS } from "../../raft/mod.ts";
import type { Entry, Term } from "../../raft/types.ts";
import { RaftLaws } from "./raft_laws.ts";
import type { Violation } from "./violation.ts";

function entry(term: Term): Entry {
  return { term, command: new Uint8Array() };
}

/** Three nodes of term 1 whose logs are empty, and the laws that look at them. */
function group() {
  const broken: string[] = [];
  const laws = new RaftLaws(({ law }: Violation) => broken.push(law));
  const cores = new Map(["a", "b", "c"].map((id) => {
    const core = createCore(
      { id, members: ["a", "b", "c"], preVote: true, checkQuorum: true, limits: DEFAULT_LIMITS },
      { hardState: { term: 1, vote: null }, snapshot: null, entries: [], incarnation: 1, standing: "voter" },
    );
    laws.boot(id, core);
    return [id, core] as const;
  }));
  const become = (
    id: string,
    at: { readonly term: Term; readonly entries?: Entry[]; readonly leads?: boolean },
  ) => {
    const core = cores.get(id)!;
    core.term = at.term;
    if (at.entries !== undefined) {
      core.log.entries = at.entries;
      core.commit = at.entries.length;
    }
    if (at.leads === true) {
      core.role = { type: "leader", progress: new Map(), round: 0, reads: [], uncommittedBytes: 0 };
    }
    laws.check(id);
    // What the made-up leader lacks is not what is asked here.
    return broken.filter((law) => law !== "invariant");
  };
  return { become };
}

Deno.test("leader completeness asks the leaders of later terms for what was committed, and not who comes to lead an earlier one late", () => {
  const late = group();
  late.become("b", { term: 5, entries: [entry(5)] });
  // Its votes were on the way for that long: it will find out that it is deposed.
  assertEquals(late.become("a", { term: 4, leads: true }), []);
  assertEquals(late.become("c", { term: 6, leads: true }), ["leader-completeness"]);
  const complete = group();
  complete.become("b", { term: 5, entries: [entry(5)] });
  assertEquals(complete.become("c", { term: 6, entries: [entry(5)], leads: true }), []);
});

Deno.test("two nodes never lead one term, and no two commit different entries at one index", () => {
  const two = group();
  two.become("a", { term: 2, leads: true });
  assertEquals(two.become("b", { term: 2, leads: true }), ["election-safety"]);
  const other = group();
  other.become("a", { term: 3, entries: [entry(2)] });
  assertEquals(other.become("b", { term: 3, entries: [entry(3)] }), ["state-machine-safety"]);
});

Deno.test("neither a term nor what is committed goes back", () => {
  const back = group();
  back.become("a", { term: 3, entries: [entry(2)] });
  assertEquals(back.become("a", { term: 2 }), ["monotone-term"]);
  const less = group();
  less.become("a", { term: 3, entries: [entry(2)] });
  assertEquals(less.become("a", { term: 3, entries: [] }).includes("monotone-commit"), true);
});
