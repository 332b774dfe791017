/**
 * Planted bugs of the shards that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";
const REFUSALS = "tests/shard/refusals_test.ts";
const PAUSES = "tests/shard/pauses_test.ts";

/** These mutants. */
export const shardDrawnMutants: readonly Mutant[] = [
  ...rows("shard/placement.ts", REFUSALS, [[
    "SW-any-placement",
    "A store may be cut into no shards at all",
    DRAWN,
    "  checkShards(shards);\n  return { shards, shardOf: (key) => hashOf(tagOf(key)) % shards };",
    "  return { shards, shardOf: (key) => hashOf(tagOf(key)) % shards };",
  ]]),
  ...rows("shard/map_codec.ts", REFUSALS, [[
    "SW-endless-map",
    "A map that is read may have any number of shards",
    DRAWN,
    "  if (length > MAX_SHARDS) throw new WireError",
    "  if (length < 0) throw new WireError",
  ]]),
  ...rows("shard/controller.ts", REFUSALS, [
    [
      "SW-nobody-there",
      "A group without servers joins, and gets shards that nobody can ask for",
      DRAWN,
      "if (servers.length === 0) throw",
      "if (servers.length < 0) throw",
    ],
    [
      "SW-maps-untyped",
      "Maps that do not decode are not said to be a bad snapshot",
      "found beside one that was drawn: the promise of restore",
      'throw new SnapshotError("malformed", "Cannot restore maps that do not decode; nothing was changed", {\n        cause,\n      });',
      "throw cause;",
    ],
    [
      "SW-no-maps",
      "A snapshot without any map is restored, and there is no latest one",
      "found beside one that was drawn: the promise of restore",
      "layout !== SNAPSHOT_LAYOUT || maps.length === 0",
      "layout !== SNAPSHOT_LAYOUT",
    ],
  ]),
  ...rows("shard/controller_clerk.ts", "--filter=/batch.in.one/ tests/shard/move_test.ts", [[
    "SW-refusal-is-done",
    "A change that the controller refuses is taken for made",
    DRAWN,
    'if (result.kind === "refused") throw',
    'if (result.number < 0 && result.kind === "refused") throw',
  ]]),
  ...rows("shard/clerk.ts", "tests/shard/client_test.ts", [
    [
      "SW-key-unchecked",
      "A key that makes no sense goes to a group, and comes back refused without its name",
      DRAWN,
      "    checkQuestion(question);\n    const shard = ",
      "    const shard = ",
    ],
    [
      "SW-scan-unchecked",
      "A scan that makes no sense goes to every group",
      DRAWN,
      "    checkQuestion(question);\n    const shards = ",
      "    const shards = ",
    ],
  ]),
  ...rows("shard/router.ts", "tests/shard/client_test.ts", [
    [
      "SW-one-deadline-for-two",
      "Of two that wait for one session, both give up when the time of one is over",
      DRAWN,
      "else await opening.wait(this.#checkTime(course), course.signal);",
      'else if (await opening.wait(this.#checkTime(course), course.signal) === undefined) throw this.#gaveUp(course, "timeout");',
    ],
    [
      "SW-closed-for-ever",
      "A write whose own end is closed lets nothing else happen in its process until its time is up",
      "found beside one that was drawn: it did",
      "if (opening === undefined) await this.#open(shard, course);",
      "if (opening === undefined) await this.#open(shard, course).catch(() => {});",
    ],
  ]),
  ...rows("shard/cli/founding.ts", REFUSALS, [[
    "SW-founding-without-pause",
    "Who founds a cluster and is refused at once asks again without a pause, for ever",
    "found beside one that was drawn: it did",
    "    await clock.sleep(AGAIN_MS, signal).catch(() => {});\n  }\n",
    "    if (!leads()) await clock.sleep(AGAIN_MS, signal).catch(() => {});\n  }\n",
  ]]),
  ...rows("shard/group_codec.ts", REFUSALS, [[
    "SW-poison-pill",
    "What no group understands enters its log, and stops every member that comes to apply it",
    DRAWN,
    '  if (op === undefined) throw new WireError("malformed", "Cannot decode: this is no command for a group");\n',
    "",
  ]]),
  ...rows("shard/controller_clerk.ts", REFUSALS, [[
    "SW-using-leaves-open",
    "A controller's clerk that is used by `using` stays open",
    DRAWN,
    "[Symbol.dispose](): void {\n    this.close();",
    "[Symbol.dispose](): void {",
  ]]),
  ...rows("shard/mover.ts", PAUSES, [[
    "SW-asks-at-once",
    "A group whose question for the next map is refused asks again at once, without end",
    "found beside what was drawn: nothing looked at it",
    'if (asked.kind !== "applied") return false;\n    // Mostly',
    'if (asked.kind !== "applied") return true;\n    // Mostly',
  ]]),
  ...rows("shard/mover.ts", PAUSES, [
    [
      "SW-early-is-late",
      "A group that is told at once that there is no next map asks again at once, once it has run for a while",
      DRAWN,
      "this.#controller.now() - sinceMs >= waitMs",
      "this.#controller.now() + sinceMs >= waitMs",
    ],
    [
      "SW-one-map-a-turn",
      "A group that is many maps behind takes one on at each look",
      DRAWN,
      'return await this.#propose({ op: "adopt"',
      'return this.#propose({ op: "adopt"',
    ],
  ]),
  ...rows("shard/group.ts", "tests/shard/group_test.ts", [[
    "SW-own-orphan-unfenced",
    "A group that takes up a shard that it kept for nobody forgets by which map",
    DRAWN,
    "    if (mine) fences[shard] = number;\n",
    "",
  ]]),
  ...rows("shard/router.ts", PAUSES, [
    [
      "SW-behind-hammered",
      "A group that is behind its client's map is asked again without a pause",
      DRAWN,
      "if (this.routes.of(shard)?.number === route.number) await",
      "if (this.routes.of(shard)?.number !== route.number) await",
    ],
    [
      "SW-nobody-hammered",
      "While nobody owns a shard, the map is asked for without a pause",
      "found beside one that was drawn",
      "if (this.routes.of(shard) === null) await",
      "if (this.routes.of(shard) !== null) await",
    ],
  ]),
  ...rows("shard/shard_session.ts", PAUSES, [[
    "SW-never-stale",
    "A client writes under a session that its shard has long forgotten",
    DRAWN,
    '    if (nowMs >= this.#freshUntilMs) return "stale";\n',
    "",
  ]]),
  ...rows("shard/lane.ts", "tests/shard/lane_test.ts", [[
    "SW-last-look",
    "After one look that failed, a process never looks into that shard again",
    DRAWN,
    "    this.#looking = false;\n    // The first",
    "    this.#looking = ended instanceof Error;\n    // The first",
  ]]),
];
