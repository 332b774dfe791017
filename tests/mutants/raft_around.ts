/**
 * Planted bugs of the other files around Raft's core that were drawn by lot: who can read what, and the storage in memory.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const raftAroundMutants: readonly Mutant[] = [
  ...rows("raft/peer_versions.ts", "raft/peer_versions_test.ts", [
    [
      "RD-asks-each-time",
      "Every try to change the members asks all of them again",
      DRAWN,
      "    if (!asksAlready) this.#askAll();",
      "    this.#askAll();",
    ],
    [
      "RD-asks-on",
      "Members are asked on although the change is made",
      DRAWN,
      "    this.#beatsLeft = 0;\n    this.#shown",
      "    this.#shown",
    ],
    [
      "RD-removal-unread",
      "A member is removed although others cannot read it, and are cut off",
      DRAWN,
      'change.type === "remove" && change.id === id',
      'change.type === "remove" || change.id === id',
    ],
    [
      "RD-last-unread",
      "While nobody offers a command after a change, a member that is down for good blocks the next",
      DRAWN,
      "membership.index <= commit",
      "membership.index < commit",
    ],
    [
      "RD-all-silent",
      "After one change nobody has to show any more what it reads",
      DRAWN,
      'role.type !== "leader" || role',
      'role.type === "leader" || role',
    ],
    [
      "RD-asks-itself",
      "A leader asks itself, and those who have answered",
      DRAWN,
      "if (id !== config.id && !this.#shown",
      "if (id !== config.id || !this.#shown",
    ],
  ]),
  ...rows("raft/memory_storage.ts", "raft/memory_storage_test.ts", [
    [
      "RD-empty-write",
      "A write without entries takes the log",
      DRAWN,
      "if (write.entries.length > 0) {",
      "if (write.entries.length >= 0) {",
    ],
    [
      "RD-gap",
      "A log with a gap is stored",
      DRAWN,
      "kept < 0 || kept > entries.length",
      "kept < 0 && kept > entries.length",
    ],
    [
      "RD-tail-kept",
      "A tail that does not agree with the snapshot is kept, and one that does is not",
      DRAWN,
      "return term === next.term ? entries",
      "return term !== next.term ? entries",
    ],
    [
      "RD-tail-end",
      "Whether the tail agrees is asked one entry too late",
      DRAWN,
      "entries[at - 1]?.term",
      "entries[at]?.term",
    ],
    [
      "RD-size-stays",
      "The log never grows, by its own account: it is never compacted",
      DRAWN,
      ".reduce(applyPersist, this.#image);\n    this.#sizeBytes = sizeOf(this.#image.hardState, this.#image.entries);\n",
      ".reduce(applyPersist, this.#image);\n",
    ],
  ]),
];
