import { assert, assertEquals } from "@std/assert";
import type { Effect } from "../effect.ts";
import type { Message } from "../message.ts";
import type { Entry } from "../types.ts";
import { DEFAULT_LIMITS } from "../timing.ts";
import { checkInvariants } from "./invariants.ts";
import { type Core, createCore } from "./state.ts";
import { step } from "./step.ts";

function entries(...terms: number[]): Entry[] {
  return terms.map((term) => ({ term, command: new Uint8Array([term]) }));
}

function member(
  id: string,
  term: number,
  log: Entry[],
  snapshot: { index: number; term: number } | null,
): Core {
  const config = { id, members: ["a", "b", "c"], preVote: false, checkQuorum: false, limits: DEFAULT_LIMITS };
  return createCore(config, {
    hardState: { term, vote: null },
    snapshot: snapshot === null ? null : { ...snapshot, configuration: null, data: new Uint8Array([9]) },
    entries: log,
    incarnation: id.charCodeAt(0),
    standing: "voter",
  });
}

/** Does `input` and everything that follows between the two, with disks that finish at once; returns what was said. */
function converse(cores: Record<string, Core>, first: string, input: Parameters<typeof step>[1]): Message[] {
  const said: Message[] = [];
  const todo: { to: string; input: Parameters<typeof step>[1] }[] = [{ to: first, input }];
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const effects: Effect[] = [];
    step(cores[next.to], next.input, effects);
    for (const effect of effects) {
      if (effect.type === "persist") {
        todo.push({ to: next.to, input: { type: "flushed", sequence: effect.write.sequence } });
      }
      if (effect.type === "readSnapshot") {
        const { to, index, offset, length } = effect;
        const data = new Uint8Array(length);
        todo.push({ to: next.to, input: { type: "snapshotRead", to, index, offset, data } });
      }
      if (effect.type !== "send" || cores[effect.to] === undefined) continue;
      said.push(effect.message);
      assert(said.length < 100, "leader and follower talk in circles");
      todo.push({ to: effect.to, input: { type: "message", from: next.to, message: effect.message } });
    }
  }
  return said;
}

Deno.test("a follower that holds another entry where the leader's log was cut gets the snapshot", () => {
  const cores = {
    a: member("a", 4, [], { index: 3, term: 4 }),
    b: member("b", 4, entries(1, 2, 2), null),
  };
  const said = converse(cores, "a", { type: "electionTimeout" });
  assertEquals(cores.a.role.type, "leader");
  assert(said.some(({ type }) => type === "snapshotRequest"));
  assertEquals([cores.b.log.offset, cores.b.log.offsetTerm, cores.b.commit], [3, 4, 3]);
});

Deno.test("a follower that agrees with the leader where its log was cut gets no snapshot", () => {
  const cores = {
    a: member("a", 4, [], { index: 3, term: 4 }),
    b: member("b", 4, entries(1, 4, 4), null),
  };
  const said = converse(cores, "a", { type: "electionTimeout" });
  assertEquals(cores.a.role.type, "leader");
  assert(!said.some(({ type }) => type === "snapshotRequest"));
});

Deno.test("a refusal overtaken by an acknowledgement at the cut or behind it sends the leader neither back nor to a snapshot", () => {
  for (const matchIndex of [3, 5]) {
    const cut = member("a", 4, entries(4, 4, 4, 4), { index: 3, term: 4 });
    const effects: Effect[] = [];
    step(cut, { type: "electionTimeout" }, effects);
    hear(cut, { type: "voteReply", term: 5, granted: true }, effects);
    assertEquals(cut.role.type, "leader");
    const reply = { term: 5, round: 0, incarnation: 98, counts: true } as const;
    hear(cut, { type: "appendAccepted", matchIndex, ...reply }, effects);
    // Sent while b still held an entry of term 2 at the cut.
    hear(cut, { type: "appendRejected", prevIndex: 7, hintIndex: 4, hintTerm: 2, ...reply }, effects);
    if (cut.role.type !== "leader") throw new Error("deposed");
    const progress = cut.role.progress.get("b");
    assertEquals([progress?.match, progress?.state.type], [matchIndex, "probe"]);
    checkInvariants(cut);
  }
});

/** `core` hears `message` from b. */
function hear(core: Core, message: Message, effects: Effect[]): void {
  step(core, { type: "message", from: "b", message }, effects);
}
