/**
 * Planted bugs of what a driver says of its change, and of what it lets into the record that all drivers go by.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const LOOKED = "found by looking: a change that another driver had finished was said to be lost";

/** These mutants. */
export const shardChangesMutants: readonly Mutant[] = rows("shard/change.ts", "tests/shard/change_test.ts", [
  [
    "SD-said-lost",
    "A plan that was stored, and that another driver has finished, is said to be lost",
    LOOKED,
    'if (stored === "written") return { kind: "committed", map };',
    'if (stored === "written") return { kind: "lost" };',
  ],
  [
    "SD-map-unread",
    "Whether the plan has become the next map is not looked at",
    LOOKED,
    "if (current.number === map.number && textOf(current) === textOf(map)) return",
    "if (current.number < map.number) return",
  ],
  [
    "SD-any-map-is-mine",
    "The next map is taken for the plan's, whoever made it",
    LOOKED,
    "current.number === map.number && textOf(current) === textOf(map)",
    "current.number === map.number",
  ],
  [
    "SD-claims-to-know",
    "A change of which nobody can tell any more what became of it is said to be lost",
    LOOKED,
    'if (current.number === map.number || stored === "mismatch") return { kind: "lost" };',
    'if (current.number >= map.number) return { kind: "lost" };',
  ],
  [
    "SD-doubt-forgotten",
    "A write that may have been done is forgotten when the next one is refused",
    LOOKED,
    'tried?.stored === "maybe" && written === "mismatch" ? "maybe" : written',
    "written",
  ],
  [
    "SD-endless-plan",
    "A plan of another number of shards stands in the record for ever, and no driver can go on",
    "found by looking: it was stored, and fell over what it becomes",
    "      const map = commitPlan(plan, record.current);\n",
    "      const map = plan.owners.length === record.current.owners.length\n        ? commitPlan(plan, record.current)\n        : record.current;\n",
  ],
]);
