/**
 * Planted bugs of Raft that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const raftDrawnMutants: readonly Mutant[] = [
  ...rows("raft/node.ts", "raft/node_test.ts", [
    [
      "RW-snapshot-lost-in-silence",
      "A node whose snapshot cannot be stored lives on, and its log grows for ever",
      DRAWN,
      '      this.#driver.step({ type: "compactStored", index, sizeBytes });\n    } catch (error) {\n      this.#driver.fail(error);',
      '      this.#driver.step({ type: "compactStored", index, sizeBytes });\n    } catch {',
    ],
    [
      "RW-born-dead",
      "A node that was killed while it read its disk starts all the same, and nothing ends it any more",
      DRAWN,
      "    options.signal.throwIfAborted();\n",
      "",
    ],
  ]),
  ...rows("raft/peer_versions.ts", "raft/membership_node_test.ts", [[
    "RW-late-version",
    "An answer that comes when nobody asks any more counts, although its sender may be of an older version by now",
    DRAWN,
    "if (this.#beatsLeft > 0 && term ===",
    "if (term ===",
  ]]),
  ...rows("raft/wal/image.ts", "--filter=/belongs.to.another.log/ tests/wal/damage_test.ts", [[
    "RW-older-snapshot",
    "An older snapshot of the same log in the place of the newer is taken for it",
    DRAWN,
    "header.index === index && header.term === term",
    "header.index === index || header.term === term",
  ]]),
  ...rows("raft/driver.ts", "raft/node_test.ts", [[
    "RW-ends-listen",
    "A node that was closed still listens for its death: the signal keeps it in memory",
    "an abort listener left behind",
    '    this.#options.signal.removeEventListener("abort", this.#onAbort);\n',
    "",
  ], [
    "RW-ends-timed",
    "A node that was closed keeps its timer",
    "a timer left behind",
    "    this.#deadlines.stop();\n",
    "",
  ]]),
  ...rows("raft/driver.ts", "raft/driver_disk_test.ts", [[
    "RW-dead-in-step",
    "A node that dies in the middle of a step says the rest of it all the same",
    "found by looking: nothing leaves the dead",
    "      if (this.stopped) return;\n      this.#perform",
    "      this.#perform",
  ]]),
  ...rows("raft/announcer.ts", "raft/node_test.ts", [[
    "RW-dead-tells",
    "A node that has died meanwhile tells of its leader all the same",
    "like those that were drawn, chosen by hand",
    "if (this.#isAlive()) listener(news);",
    "listener(news);",
  ], [
    "RW-told-again",
    "The same leader is told of at every heartbeat",
    "like those that were drawn, chosen by hand",
    " || leader === this.#toldLeader",
    "",
  ], [
    "RW-told-unremembered",
    "Whom was told of last is not remembered",
    "like those that were drawn, chosen by hand",
    "    this.#toldLeader = leader;\n",
    "",
  ]]),
];
