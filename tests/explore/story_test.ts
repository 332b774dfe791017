import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { perform } from "./deeds.ts";
import { LAWS, narrate } from "./narrate.ts";
import { bootNode, configsOf, EMPTY_DISK, flyingText, nodeText, numberOf } from "./node.ts";
import type { MarkName } from "./marks.ts";
import { retell, type Story } from "./retell.ts";
import { type Scope, scopeNamed } from "./scope.ts";
import { DEFAULT_OPTIONS, Explorer } from "./search.ts";

function storyOf(scope: Scope, mark: MarkName): Story {
  const explorer = new Explorer(scope, { ...DEFAULT_OPTIONS, until: [mark] });
  const result = explorer.run();
  assert(result.kind === "shown", `${mark} was not shown: ${result.kind}`);
  return retell(explorer, result.finding);
}

const STORIES: readonly (readonly [string, MarkName])[] = [
  ["small", "split-vote"],
  ["small", "commit"],
  ["small", "commit-after-crash"],
  ["small", "two-leaders"],
  ["small", "write-lost"],
  ["snapshot-crash", "installed"],
  ["read", "read-waited"],
  ["prevote", "pre-vote-refused"],
  ["amnesia", "amnesiac-asked"],
  ["late", "withheld"],
];

for (const [name, mark] of STORIES) {
  const scope = scopeNamed(name) as Scope;
  Deno.test(`the story of "${mark}" in scope ${name} can be walked: nothing arrives that was not sent`, () => {
    const { steps, point } = storyOf(scope, mark);
    assertEquals(point, { kind: "mark", mark });
    const configs = configsOf(scope);
    const nodes = configs.map((config) => bootNode(config, EMPTY_DISK));
    const sent = new Set<string>();
    for (const { node, deed, before, outcome } of steps) {
      assertEquals(nodeText(before), nodeText(nodes[node]), "the step starts from another node");
      assertEquals(numberOf(outcome.node.core.config.id), node);
      const inner = deed.kind === "die" ? deed.of : deed;
      if (inner.kind === "deliver") {
        assertEquals(inner.flying.to, node);
        assert(sent.has(flyingText(inner.flying)), "a message arrives that nobody sent");
      }
      const again = perform(scope, configs[node], before, deed);
      assertEquals(nodeText(again.node), nodeText(outcome.node));
      nodes[node] = outcome.node;
      for (const flying of outcome.sent) sent.add(flyingText(flying));
    }
  });
}

Deno.test("a story is told in whole sentences: who does what, what reaches which disk, what is lost", () => {
  assertEquals(narrate(storyOf(scopeNamed("small") as Scope, "second-leader")), [
    "  1. A hears from no leader for too long: it enters term 1, votes for itself, stands for election and has on its " +
    "disk term 1, a vote for A, no entries; it sends B and C its request for a vote in term 1 (its log is empty).",
    "  2. B receives A's request for a vote in term 1 (its log is empty): it enters term 1, votes for A and has on its " +
    "disk term 1, a vote for A, no entries; it sends A its vote in term 1.",
    "  3. A receives B's vote in term 1: it leads term 1; it sends B and C its heartbeat at the start of the log, in " +
    "term 1 with commit index 0.",
    "  4. B hears from no leader for too long: it enters term 2, votes for itself, stands for election and has on its " +
    "disk term 2, a vote for B, no entries; it sends A and C its request for a vote in term 2 (its log is empty).",
    "  5. A receives B's request for a vote in term 2 (its log is empty): it enters term 2, votes for B, follows and has " +
    "on its disk term 2, a vote for B, no entries; it sends B its vote in term 2.",
    "  6. B receives A's vote in term 2: it leads term 2; it sends A and C its heartbeat at the start of the log, in " +
    "term 2 with commit index 0.",
    "     The other 6 messages sent above never arrive, or too late.",
    "Shown: a second term had a leader.",
  ]);
});

Deno.test("a crash says what was lost and what the node comes up with", () => {
  const lines = narrate(storyOf(scopeNamed("small") as Scope, "write-lost"));
  assertStringIncludes(
    lines.join("\n"),
    "crashes and loses entry 1 (command 1 of term 1), not yet on its disk, and comes up again from its disk: term 1, a " +
      "vote for A, no entries.",
  );
});

Deno.test("a broken law is named with what it says and who broke it", () => {
  const { steps } = storyOf(scopeNamed("small") as Scope, "commit");
  const breach = {
    law: "election-safety",
    node: 1,
    says: "leads term 1, which node A leads or led too",
  } as const;
  assertEquals(narrate({ steps, point: { kind: "breach", breach } }).slice(-2), [
    `Broken: election-safety (${LAWS["election-safety"]}).`,
    "Node B leads term 1, which node A leads or led too.",
  ]);
});
