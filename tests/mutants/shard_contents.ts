/**
 * Planted bugs of what a group does with contents that are no shard's: one such entry stands in the log of every member.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const TESTS = "tests/shard/contents_test.ts";
const LOOKED = "found by looking: one message that was damaged ended a group for good";

/** These mutants. */
export const shardContentsMutants: readonly Mutant[] = [
  ...rows("shard/copy.ts", TESTS, [
    [
      "SN-all-members-fall",
      "A shard's contents that do not decode stop every member that comes to apply them, and again at each start",
      LOOKED,
      '      if (error instanceof SnapshotError && error.code === "malformed") return null;\n',
      "",
    ],
    [
      "SN-no-words",
      "Contents that are no words stop every member that comes to apply them, and again at each start",
      LOOKED,
      "      if (error instanceof WireError) return null;\n",
      "",
    ],
    [
      "SN-newer-dropped",
      "A member that does not understand a shard's contents goes on without them, and differs from those that do",
      LOOKED,
      'error instanceof SnapshotError && error.code === "malformed"',
      "error instanceof SnapshotError",
    ],
  ]),
  ...rows("shard/group.ts", TESTS, [
    [
      "SN-expected-empty",
      "A shard that comes from another group, and of which nothing came, is served as an empty one",
      LOOKED,
      "const isNew = expected === undefined && contents.length === 0;",
      "const isNew = contents.length === 0;",
    ],
    [
      "SN-taken-before-judged",
      "Contents that are no shard's take the expectation along: the shard never comes",
      LOOKED,
      "const expected = transit.expected.get(shard, number);\n    if (expected === undefined) {\n      // A late",
      "const expected = transit.expected.take(shard, number);\n    if (expected === undefined) {\n      // A late",
    ],
    [
      "SN-pieces-kept",
      "Pieces that came to no shard's contents stay, and no piece follows on them any more",
      LOOKED,
      "    transit.parts.take(shard, number);\n",
      "    if (number < 0) transit.parts.take(shard, number);\n",
    ],
  ]),
  ...rows("shard/check.ts", TESTS, [[
    "SN-door-open",
    "What is no shard's contents enters the log",
    LOOKED,
    '  if (command.op === "install" && command.contents.length > 0) ShardCopy.arrive(command.contents, 0, {});\n',
    "",
  ]]),
  ...rows("shard/mover.ts", TESTS, [[
    "SN-asked-without-end",
    "An old owner whose contents are not taken is asked again at once, without end",
    LOOKED,
    "return await this.#propose(install) && expected.get(shard, number) === undefined;",
    "return await this.#propose(install);",
  ]]),
  ...rows("kv/store/content.ts", "tests/kv/store_test.ts", [[
    "SN-layout-before-first",
    "A store that is none is said to be of a newer node",
    LOOKED,
    "if (layout <= SNAPSHOT_LAYOUT) return",
    "if (layout === SNAPSHOT_LAYOUT) return",
  ]]),
];
