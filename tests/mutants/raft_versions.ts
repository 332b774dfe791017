/**
 * Planted bugs of the versions of messages and of the formats of the log.
 * @module
 */

import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const NODE_TEST = "raft/membership_node_test.ts";
const CODEC_TEST = "raft/codec_test.ts";
const FORMAT_TEST = "tests/wal/format_test.ts";
const VERSIONS = "issue 8: wire v, v-1";

/** What the unit tests of versions and formats kill. */
export const raftVersionMutants: readonly Mutant[] = [
  ...rows("raft/node.ts", NODE_TEST, [
    [
      "V-mixed-change",
      "Members change although somebody may not be able to read how",
      VERSIONS,
      '    if (this.#driver.versions.isMixed(change)) return { type: "refused", reason: "mixedVersions" };\n',
      "",
    ],
    [
      "V-old-disk",
      "A node that speaks version 1 starts from a disk that holds a configuration",
      VERSIONS,
      "if (speaks === 1 && holdsConfiguration(recovered)) throw",
      "if (speaks < 1 && holdsConfiguration(recovered)) throw",
    ],
    [
      "V-old-proposes",
      "A node that speaks version 1 changes the members",
      VERSIONS,
      'if (this.#driver.speaks === 1) return { type: "refused", reason: "oldVersion" };',
      "",
    ],
  ]),
  ...rows("raft/driver.ts", NODE_TEST, [
    [
      "V-old-reads-new",
      "A node that speaks version 1 takes messages of version 2",
      VERSIONS,
      "if (this.speaks === 1 && versionOf(message) !== 1) {",
      "if (this.speaks < 1 && versionOf(message) !== 1) {",
    ],
    [
      "V-asked-once",
      "Who speaks version 2 is asked once: a question or an answer that is lost blocks every change",
      VERSIONS,
      "        this.versions.onHeartbeat();\n",
      "",
    ],
    [
      "V-members-untold",
      "A node does not tell its transport of the members that it finds on its disk",
      "the contract of onConfiguration",
      "    if (core.membership.index > 0) this.#announcer.configuration(core.membership.configuration);\n",
      "",
    ],
  ]),
  ...rows("raft/peer_versions.ts", NODE_TEST, [
    [
      "V-answer-for-ever",
      "An answer counts for ever, although its sender may be started with an older version since",
      VERSIONS,
      "    if (this.#beatsLeft === 0) this.forget();\n    else this.#askAll();",
      "    this.#askAll();",
    ],
    [
      "V-dead-blocks",
      "A member that is down for good can never be removed, since it does not say what it speaks",
      VERSIONS,
      '    if (change.type === "remove" && change.id === id) return false;\n',
      "",
    ],
    [
      "V-silence-is-consent",
      "Whoever has not been heard of is taken for version 2, although nobody has read a configuration yet",
      VERSIONS,
      "return !(everyoneReads && isSilent);",
      "return !isSilent;",
    ],
  ]),
  ...rows("raft/channel_transport.ts", "raft/channel_transport_test.ts", [
    [
      "V-address-unlearnt",
      "A transport learns where to send, and not whom it hears: a newcomer's answers are dropped",
      "the contract of onConfiguration",
      "      this.#addressOf.set(id, address);\n      this.#memberAt.set(address, id);",
      "      this.#addressOf.set(id, address);",
    ],
    [
      "V-old-address-heard",
      "A member that has moved is heard from its old address, too, where somebody else may be by now",
      "the contract of onConfiguration",
      "if (known !== undefined && this.#memberAt.get(known) === id) this.#memberAt.delete(known);",
      "",
    ],
    [
      "V-address-wiped",
      "A configuration without an address takes away the one that was known",
      "the contract of onConfiguration",
      'if (address === "" || address === known) continue;',
      "if (address === known) continue;",
    ],
  ]),
  ...rows("raft/wire_version.ts", CODEC_TEST, [
    [
      "V-append-as-old",
      "An append that holds a configuration is written in version 1, and the configuration is lost",
      VERSIONS,
      "return holdConfiguration(message.entries) ? 2 : 1;",
      "return 1;",
    ],
    [
      "V-always-new",
      "Every append is written in version 2: the nodes of version 1 hear no leader any more",
      VERSIONS,
      "return holdConfiguration(message.entries) ? 2 : 1;",
      "return 2;",
    ],
  ]),
  ...rows("raft/codec.ts", CODEC_TEST, [
    [
      "V-codec-reads-any",
      "A codec of version 1 reads what is newer as if it were its own",
      VERSIONS,
      "if (version === 0 || version > speaks) {",
      "if (version === 0 || version > 2) {",
    ],
    [
      "V-two-spellings",
      "A message of version 1 that says it is of version 2 passes",
      VERSIONS,
      "if (versionOf(message) !== version) {",
      "if (versionOf(message) > version) {",
    ],
    [
      "V-copy-drops",
      "The copy of an append loses its configurations",
      "the codec's contract: a copy is what decoding would give",
      'copies.push("configuration" in entry ? { ...entry } : { term, command });',
      "copies.push({ term, command });",
    ],
  ]),
  ...rows("raft/wal.ts", FORMAT_TEST, [
    [
      "V-wal-old-format",
      "A configuration is written to a log of the old format, which has no room for it",
      VERSIONS,
      "if (format === 1 && writes.some(holdsConfiguration)) return await this.#rewriteLog();",
      "",
    ],
  ]),
  ...rows("raft/wal/log_state.ts", FORMAT_TEST, [
    [
      "V-wal-snapshot-format",
      "A log whose snapshot holds a configuration begins in the old format: a restart forgets the members",
      VERSIONS,
      "return this.#configurations > 0 || (this.#snapshot?.configuration ?? null) !== null ? 2 : 1;",
      "return this.#configurations > 0 ? 2 : 1;",
    ],
    [
      "V-wal-format-for-ever",
      "A log whose configurations were cut away stays in the new format for ever",
      VERSIONS,
      '      if ("configuration" in entry) this.#configurations--;\n',
      "",
    ],
  ]),
  ...rows("raft/wal/snapshot_files.ts", FORMAT_TEST, [
    [
      "V-wal-mark-forgets",
      "The log names a snapshot without who belonged to the cluster there",
      "dissertation section 4.1",
      "? { ...file.mark, configuration }",
      "? { ...file.mark, configuration: null }",
    ],
  ]),
  ...rows("raft/wal/image.ts", FORMAT_TEST, [
    [
      "V-wal-snapshot-forgets",
      "A snapshot is read back without who belonged to the cluster there",
      "dissertation section 4.1",
      "return { snapshot: { index, term, configuration, data },",
      "return { snapshot: { index, term, configuration: null, data },",
    ],
  ]),
];
