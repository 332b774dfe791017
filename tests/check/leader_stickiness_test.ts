import { assertEquals } from "@std/assert";
import { createCore } from "../../raft/core/state.ts";
import { DEFAULT_LIMITS, type Message } from "../../raft/mod.ts";
import { LeaderStickiness } from "./leader_stickiness.ts";
import type { Violation } from "./violation.ts";

const ELECTION_MS = 300;
const LAST = { lastIndex: 0, lastTerm: 0 };

/** A node of term 3 that is told things at times of its own clock, and answers. */
class Story {
  readonly broken: Violation[] = [];
  readonly #law = new LeaderStickiness("a", ELECTION_MS, (violation) => this.broken.push(violation));
  readonly #core = createCore(
    { id: "a", members: ["a", "b", "c"], preVote: true, checkQuorum: true, limits: DEFAULT_LIMITS },
    { hardState: { term: 3, vote: null }, snapshot: null, entries: [], incarnation: 1, standing: "voter" },
  );

  /** A word of the leader, which the node takes note of. */
  leads(atMs: number, term = 3, fresh = true): this {
    const chunk: Message = {
      type: "snapshotRequest",
      term,
      lastIndex: 9,
      lastTerm: 3,
      configuration: null,
      offset: 0,
      sizeBytes: 0,
      data: new Uint8Array(),
      round: 0,
    };
    this.#law.delivered(this.#core, "b", chunk, { localUs: atMs * 1000 });
    return this.thinks(fresh);
  }

  /** Whether the node takes its leader for alive from now on. */
  thinks(fresh: boolean): this {
    this.#core.leaderFresh = fresh;
    this.#law.look(this.#core);
    return this;
  }

  asks(atMs: number, type: "preVoteRequest" | "voteRequest" = "preVoteRequest", term = 4): this {
    this.#law.delivered(this.#core, "c", { type, term, ...LAST }, { localUs: atMs * 1000 });
    return this;
  }

  yes(type: "preVoteReply" | "voteReply" = "preVoteReply", term = 4): number {
    this.#law.sent("c", { type, term, granted: true });
    return this.broken.length;
  }

  no(): number {
    this.#law.sent("c", { type: "preVoteReply", term: 4, granted: false });
    return this.broken.length;
  }
}

Deno.test("a yes to whoever asked after the leader was heard breaks the law; a no, or a yes after an election timeout, does not", () => {
  assertEquals(new Story().leads(0).asks(299).yes(), 1);
  assertEquals(new Story().leads(0).asks(299, "voteRequest").yes("voteReply"), 1);
  assertEquals(new Story().leads(0).asks(299).no(), 0);
  assertEquals(new Story().asks(299).yes(), 0);
  assertEquals(new Story().leads(0).asks(300).yes(), 0);
  // It counts although the node itself took no note of it.
  assertEquals(new Story().leads(0, 3, false).asks(299).yes(), 1);
});

Deno.test("a leader of an older term, and one that the node has given up since, bind nobody", () => {
  assertEquals(new Story().leads(0, 2).asks(10).yes(), 0);
  assertEquals(new Story().leads(0).thinks(false).asks(10).yes(), 0);
  assertEquals(new Story().leads(0).thinks(false).leads(20).asks(30).yes(), 1);
});

Deno.test("a question that was asked before the leader was heard may still be answered with a yes, also if it is repeated, and one about the present term always", () => {
  assertEquals(new Story().asks(0).leads(10).yes(), 0);
  assertEquals(new Story().asks(0).leads(10).asks(20).yes(), 0);
  assertEquals(new Story().asks(0).leads(10).asks(20, "preVoteRequest", 5).yes("preVoteReply", 5), 1);
  assertEquals(new Story().leads(0).asks(10, "voteRequest", 3).yes("voteReply", 3), 0);
});
