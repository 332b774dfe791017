/**
 * Planted bugs of how a cluster is founded: whoever was let go must not be found back.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const TESTS = "tests/shard/founding_test.ts";
const LOOKED = "found by looking: a join that was long on its way brought back a group that had been let go";

/** These mutants. */
export const shardFoundingMutants: readonly Mutant[] = [
  ...rows("shard/cli/founding.ts", TESTS, [
    [
      "SF-late-join",
      "The join of a process that founds is executed whenever it comes, and a group that was let go is back",
      LOOKED,
      "await admin.joinAfter(number, joining, { signal });",
      "await admin.join(joining, { signal });",
    ],
    [
      "SF-not-looked-again",
      "Whoever founds does not look what came of it: where another change was first, new servers are never told of",
      LOOKED,
      "        await admin.joinAfter(number, joining, { signal });\n",
      "        await admin.joinAfter(number, joining, { signal });\n        return;\n",
    ],
    [
      "SF-founds-again",
      "Each start of a process founds the cluster anew",
      LOOKED,
      "number === 0 ? groups : elsewhere(members, groups)",
      "number >= 0 ? groups : elsewhere(members, groups)",
    ],
    [
      "SF-strangers-elsewhere",
      "A group that was let go is taken for one that is elsewhere",
      LOOKED,
      "if (known === undefined) return false;",
      "if (known === undefined) return true;",
    ],
  ]),
  ...rows("shard/controller.ts", TESTS, [
    [
      "SF-any-map",
      "A join after one map is executed after any",
      LOOKED,
      "command.after !== latest.number) {",
      "command.after > latest.number) {",
    ],
    [
      "SF-unchecked-join",
      "A group without servers joins, if it joins after a certain map",
      LOOKED,
      'if (decoded.op !== "join" && decoded.op !== "joinAfter") return;',
      'if (decoded.op !== "join") return;',
    ],
  ]),
];
