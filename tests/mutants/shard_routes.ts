/**
 * Planted bugs of a client's way to its shards: how much of it is on its way at once, and whom it asks where to go.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const shardRoutesMutants: readonly Mutant[] = [
  ...rows("shard/router.ts", "tests/shard/router_test.ts", [
    [
      "SR-herd",
      "Of many writes that wait for one opening each finds all the room still there: those beyond the window time out",
      "found beside one that was drawn: it did",
      'if (session !== undefined && room === "yes") return { session, numbers: session.take(this.#nowMs) };',
      'if (session !== undefined && room === "yes") {\n        await null;\n        return { session, numbers: session.take(this.#nowMs) };\n      }',
    ],
    [
      "SR-session-for-each",
      "A client whose session is full opens another one, and another",
      DRAWN,
      'if (room === "full") {',
      'if (room === "full" && this.#sessions.size === 0) {',
    ],
    [
      "SR-map-unread",
      "A client that is told of a newer map asks for it all the same",
      DRAWN,
      "if (this.routes.offer(asked.reply.map)) break;",
      "if (this.routes.offer(null)) break;",
    ],
  ]),
  ...rows("shard/server.ts", "tests/shard/ends_test.ts", [
    [
      "SR-open-after-close",
      "A member that was closed lives on",
      DRAWN,
      "    await this.replica.node.close();\n",
      "    void this.replica.node;\n    if (this.replica.node.stopped) return;\n",
    ],
  ]),
  ...rows("shard/group_link.ts", "tests/shard/ends_test.ts", [[
    "SR-leader-forgotten",
    "Each call to a group begins at its first server, whoever answered last",
    DRAWN,
    "return left.length === right.length && left.every(",
    "return left.length !== right.length && left.every(",
  ]]),
];
