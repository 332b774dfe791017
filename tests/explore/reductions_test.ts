import { assert, assertEquals } from "@std/assert";
import type { Effect } from "../../raft/effect.ts";
import { step } from "../../raft/core/step.ts";
import { perform } from "./deeds.ts";
import {
  cloneCore,
  flyingText,
  nameOf,
  type NodeState,
  nodeText,
  normalised,
  numberOf,
  textOf,
} from "./node.ts";
import { observations, quietLook } from "./observe.ts";
import { type Scope, scopeNamed } from "./scope.ts";
import { DEFAULT_OPTIONS, Explorer } from "./search.ts";
import { createRow } from "./store.ts";
import { ALL_REDUCTIONS, type Reductions } from "./successor.ts";

const TINY: Scope = { ...scopeNamed("small") as Scope, crashes: 0, heartbeats: 0 };

function explored(scope: Scope, off: Partial<Reductions> = {}): Explorer {
  const reductions = { ...ALL_REDUCTIONS, ...off };
  const explorer = new Explorer(scope, { ...DEFAULT_OPTIONS, order: "gathering", reductions });
  assertEquals(explorer.run().kind, "exhausted");
  return explorer;
}

const tiny = explored(TINY);
const seen = observations(tiny);

for (const name of Object.keys(ALL_REDUCTIONS) as (keyof Reductions)[]) {
  Deno.test(`without the reduction "${name}" exactly the same nodes are reached, by more states`, () => {
    const larger = explored(TINY, { [name]: false });
    assert(larger.store.size > tiny.store.size, "the reduction reduces nothing");
    assertEquals(observations(larger), seen);
  });
}

Deno.test("what is forgotten stays forgotten when nodes crash: the same nodes are reached", () => {
  const scope: Scope = { ...TINY, crashes: 1, campaigns: 2 };
  assertEquals(observations(explored(scope, { forgetting: false })), observations(explored(scope)));
});

Deno.test("when only a leader's disk takes its time, the same idle states are reached as when every disk does", () => {
  const scope: Scope = { ...TINY, campaigns: 2 };
  const everyone = explored({ ...scope, lateFlush: "everyone" });
  const leader = explored(scope);
  assert(everyone.store.size > 2 * leader.store.size, "late disks add nothing to explore");
  assertEquals(observations(leader, quietLook), observations(everyone, quietLook));
});

Deno.test("whether a leader was just heard only turns vote requests away, which to the asker is a lost request", () => {
  const small = explored(scopeNamed("small") as Scope);
  const { nodes, letters } = small.atlas;
  const row = createRow(3);
  const pairs = new Set<string>();
  let refusals = 0;
  for (let number = 0; number < small.store.size; number++) {
    small.store.load(number, row);
    for (const letter of row.letters.subarray(0, row.count)) {
      const flying = letters[letter];
      const [to, from] = [row.nodes[flying.to], row.nodes[flying.from]];
      if (pairs.has(`${letter}/${to}/${from}`)) continue;
      pairs.add(`${letter}/${to}/${from}`);
      if (changedByFreshness(nodes[to], letter)) refusals++;
    }
  }
  assert(refusals > 100, `only ${refusals} vote requests were turned away`);

  function changedByFreshness(node: NodeState, letter: number): boolean {
    const { from, message } = letters[letter];
    const input = { type: "message", from: nameOf(from), message } as const;
    const [stale, fresh] = [false, true].map((leaderFresh) => {
      const core = cloneCore(node.core);
      core.leaderFresh = leaderFresh;
      const effects: Effect[] = [];
      step(core, input, effects);
      core.leaderFresh = false;
      return { core: textOf({ ...core, config: null }), effects };
    });
    if (fresh.core === stale.core && textOf(fresh.effects) === textOf(stale.effects)) return false;
    assertEquals(fresh.core, textOf({ ...node.core, config: null }), "the node changed");
    for (const effect of fresh.effects) {
      assert(effect.type === "send", "something else happened");
      // The asker is in a later term for good, and for a yes or no of this one it has no use.
      assert(!("granted" in effect.message && effect.message.granted), "a vote was given");
      assert(
        effect.message.term < message.term || message.type === "preVoteRequest",
        "the asker learns of a term",
      );
    }
    return true;
  }
});

Deno.test("a node behaves the same whatever numbers its writes have", () => {
  const { nodes, configs, scope } = tiny.atlas;
  let tried = 0;
  // What the deeds lead to beyond the scope is numbered, too, as they are done.
  const reached = nodes.length;
  for (let number = 0; number < reached; number++) {
    const node = nodes[number];
    const config = configs[numberOf(node.core.config.id)];
    for (const { deed, outcome } of tiny.atlas.local(number)) {
      const shifted = perform(scope, config, shift(node, 1000), deed);
      assertEquals(nodeText(shifted.node), nodeText(outcome.node));
      assertEquals(shifted.sent.map(flyingText), outcome.sent.map(flyingText));
      tried++;
    }
  }
  assert(tried > 500, `only ${tried} deeds were tried`);
  assertEquals(nodeText(normalised(shift(nodes[0], 1000))), nodeText(nodes[0]));
});

/** The same node after it has written `by` times more. */
function shift(node: NodeState, by: number): NodeState {
  const core = cloneCore(node.core);
  core.nextSequence += by;
  core.flushedSequence += by;
  core.hardStateSequence += by;
  for (const mark of core.log.marks as { sequence: number }[]) mark.sequence += by;
  return {
    ...node,
    core,
    pending: node.pending.map((write) => ({ ...write, sequence: write.sequence + by })),
    held: node.held.map(({ flying, after }) => ({ flying, after: after + by })),
  };
}

const CHANGING: Scope = { ...scopeNamed("members-pair") as Scope, campaigns: 1, changes: 1, proposals: 1 };
const changing = explored(CHANGING);

Deno.test("where members change, exactly the same nodes are reached without renaming them", () => {
  const larger = explored(CHANGING, { renaming: false });
  assert(larger.store.size > changing.store.size, "the reduction reduces nothing");
  assertEquals(observations(larger), observations(changing));
});

Deno.test("where a node joins, founders may take each other's names and it may not take theirs", () => {
  const scope: Scope = { ...scopeNamed("join") as Scope, campaigns: 1 };
  const joining = explored(scope);
  assertEquals(joining.atlas.renamings, [[0, 1, 2], [1, 0, 2]]);
  assertEquals(observations(explored(scope, { renaming: false })), observations(joining));
});
