/**
 * Planted bugs of shards that are too large for one message, and so come piece by piece, or whose old owner is not as it was.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const TESTS = "tests/shard/parts_test.ts";
const SO = "it was so: a shard of 70 MiB never arrived";
const NEW = "what pieces bring with them";

/** These mutants. */
export const shardPartsMutants: readonly Mutant[] = [
  ...rows("shard/group.ts", TESTS, [[
    "SP-in-one-message",
    "A shard of any size is given away in one message",
    SO,
    "const whole = offset === null || (offset === 0 && contents.length <= this.#pieceBytes);",
    "const whole = true || offset === 0;",
  ], [
    "SP-late-piece",
    "A piece of a shard that is there already begins it anew",
    NEW,
    "if (!wanted) return this.#install(",
    "if (!wanted && at.index < 0) return this.#install(",
  ], [
    "SP-half-left",
    "What came in pieces of a shard that then came whole stays for ever",
    NEW,
    "    transit.parts.take(shard, number);\n    const expected",
    "    const expected",
  ]]),
  ...rows("shard/transit.ts", "tests/shard/old_owner_test.ts", [[
    "SP-old-address",
    "A shard whose old group went to other machines is asked for where it was, for ever",
    "it was so",
    "if (one.from.group === group) moves.set(",
    "if (one.from.group !== one.from.group) moves.set(",
  ], [
    "SP-debt-unfollowed",
    "An old copy is never deleted whose group went to other machines",
    "it was so",
    "for (const moves of [this.expected, this.debts]",
    "for (const moves of [this.expected]",
  ], [
    "SP-any-namesake",
    "A new group of an old one's number is asked for what the old one has, and gives an empty shard",
    "what the mend might have brought with it",
    "      if (!before.has(group)) continue;\n",
    "",
  ]]),
  ...rows("shard/parts.ts", TESTS, [[
    "SP-any-order",
    "A piece that came twice, or before its turn, is added to the others",
    NEW,
    "if (offset !== before.receivedBytes || receivedBytes > sizeBytes) return before;",
    "if (receivedBytes > sizeBytes) return before;",
  ], [
    "SP-too-long",
    "More bytes than the shard has are taken, and the last piece never comes",
    NEW,
    "if (offset !== before.receivedBytes || receivedBytes > sizeBytes) return before;",
    "if (offset !== before.receivedBytes) return before;",
  ], [
    "SP-forgotten-pieces",
    "A snapshot forgets the pieces that have come, and the shard arrives without them",
    NEW,
    "      receivedBytes += piece.length;\n      pieces.push(piece);\n",
    "      receivedBytes += piece.length;\n",
  ]]),
  ...rows("shard/group_state.ts", TESTS, [[
    "SP-layout-untold",
    "A snapshot with pieces says that an earlier version can read it",
    NEW,
    "transit.parts.size === 0 ? SNAPSHOT_LAYOUT : PARTS_LAYOUT",
    "transit.parts.size >= 0 ? SNAPSHOT_LAYOUT : PARTS_LAYOUT",
  ]]),
  ...rows("shard/mover.ts", "--filter=/words.of.a.later.version/ tests/shard/old_owner_test.ts", [[
    "SP-words-kill",
    "An answer that a group does not understand ends its process",
    "it was so",
    "      if (error instanceof WireError) return;\n",
    "",
  ]]),
  ...rows("shard/mover.ts", TESTS, [[
    "SP-first-again",
    "A group asks for the first piece again and again",
    NEW,
    'old.ask({ op: "fetch", shard, number, offset }, LIMITS)',
    'old.ask({ op: "fetch", shard, number, offset: offset * 0 }, LIMITS)',
  ]]),
  ...rows("shard/cli/founding.ts", "tests/shard/gateway_test.ts", [[
    "SP-elsewhere-untold",
    "A cluster that is started at other addresses finds none of its shards, for ever",
    "it was so",
    "if (joining.size === 0) return;",
    "if (joining.size === 0 || number > 0) return;",
  ], [
    "SP-order-is-news",
    "The same addresses in another order make a map at each start",
    "what the mend might have brought with it",
    "!servers.every((server) => known.includes(server));",
    "!servers.every((server, at) => known[at] === server);",
  ]]),
  ...rows("shard/change.ts", "--filter=/where.the.plan.has.it/ tests/shard/client_test.ts", [[
    "SP-plan-of-old",
    "A driver asks for a shard, for ever, at servers that the plan itself replaces",
    "it was so",
    "const source = placeOf(sourceOf(current, shard, number), current, map);",
    "const source = placeOf(sourceOf(current, shard, number), current, current);",
  ]]),
  ...rows("shard/change.ts", TESTS, [[
    "SP-one-is-all",
    "A driver takes the first piece for the whole shard, and has the old owner delete the rest",
    NEW,
    'if (taken.kind !== "piece") return true;',
    'if (taken.kind !== "piece" || taken.offset > 0) return true;',
  ]]),
];
