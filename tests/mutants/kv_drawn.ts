/**
 * Planted bugs of the store and its replicas that were drawn by lot, a line and what is wrong with it, and that no test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";
const WORDS = "tests/kv/resp_commands_test.ts";

/** These mutants. */
export const kvDrawnMutants: readonly Mutant[] = [
  ...rows("kv/store/batch_refusal.ts", "tests/kv/store_test.ts", [[
    "KW-put-unmeasured",
    "An append does not count what its own batch has put: the value becomes longer than any may be",
    DRAWN,
    "      lengths.set(write.key, write.value.length);\n",
    "",
  ]]),
  ...rows("kv/store/event_history.ts", "tests/kv/store_range_test.ts", [[
    "KW-size-forgotten",
    "A member that was restored keeps events longer than the others do",
    DRAWN,
    "      history.#size += sizeOf(event);\n",
    "",
  ]]),
  ...rows("kv/store/run_steps.ts", "--filter=/8.MiB/ tests/kv/steps_test.ts", [[
    "KW-append-for-ever",
    "A value grows by appends without end",
    DRAWN,
    'if (sizeBytes > MAX_VALUE_BYTES) return failed("tooLong");',
    "",
  ]]),
  ...rows("kv/store/check_steps.ts", "--filter=/refused.at.the.door/ tests/kv/steps_test.ts", [[
    "KW-key-unchecked",
    "A key to append to may be of any length",
    DRAWN,
    '    case "append":\n      checkKey(step.key);\n',
    '    case "append":\n',
  ]]),
  ...rows("kv/store/slab_arena.ts", "--filter=/lies.idle/ tests/kv/entry_table_test.ts", [[
    "KW-first-slab-cleared",
    "Where no memory is worth clearing, the first is cleared, be it nobody's or the one that is being filled",
    DRAWN,
    "let best = -1;",
    "let best = 0;",
  ]]),
  ...rows("kv/store/key_hash.ts", "--filter=/its.paper/ tests/kv/entry_table_test.ts", [[
    "KW-hash-unturned",
    "The hash of keys leaves a step out: whoever studies it finds keys that collide",
    DRAWN,
    "    v0 = v0 << 16 | v0 >>> 16;\n",
    "",
  ]]),
  ...rows("kv/readers.ts", "tests/kv/compaction_test.ts", [[
    "KW-reader-left",
    "Who waits until an entry is applied waits until the replica's end",
    DRAWN,
    "if (reader.index <= applied) reader.resolve(true);\n      else still.push(reader);",
    "still.push(reader);",
  ]]),
  ...rows("kv/compaction.ts", "tests/kv/compaction_test.ts", [
    [
      "KW-changed-while-encoded",
      "A snapshot that is made between two chunks keeps nothing from being applied: half of it is of another index",
      DRAWN,
      "      this.underWay = underWay;\n",
      "",
    ],
    [
      "KW-no-reminder",
      "A log that is too long stays so until another entry comes",
      DRAWN,
      "this.#ended || !this.#isLong(node)) return;\n    this.#reminder =",
      "!this.#ended || !this.#isLong(node)) return;\n    this.#reminder =",
    ],
    [
      "KW-many-reminders",
      "Each chunk of a log that is too long sets one more timer",
      DRAWN,
      "if (this.#reminder !== null || this.#ended",
      "if (this.#ended",
    ],
    [
      "KW-nothing-new",
      "A log is made shorter again and again though nothing has been applied since",
      DRAWN,
      "this.#state.applied > node.core.log.offset;",
      "this.#state.applied >= node.core.log.offset;",
    ],
    [
      "KW-reminder-after-end",
      "A replica that has ended goes on looking whether its log is too long",
      DRAWN,
      "    this.#ended = true;\n",
      "",
    ],
  ]),
  ...rows("kv/replica.ts", "tests/kv/compaction_test.ts", [[
    "KW-applied-while-encoded",
    "A chunk is applied in the middle of a snapshot: after a restart part of it is applied again",
    DRAWN,
    "if (this.#compaction.underWay !== null) await this.#compaction.underWay;",
    "",
  ]]),
  ...rows("kv/clerk.ts", "--filter=/closed.clerk/ tests/kv/clerk_test.ts", [[
    "KW-using-leaves-open",
    "A clerk that is used by `using` stays open",
    DRAWN,
    "[Symbol.dispose](): void {\n    this.close();",
    "[Symbol.dispose](): void {",
  ]]),
  ...rows("kv/link.ts", "--filter=/closed.clerk/ tests/kv/clerk_test.ts", [[
    "KW-closed-unknown",
    "What is asked of a closed end is said to have an unknown outcome: who waits for a lock tries again for ever, and nothing else happens",
    "found beside one that was drawn: it was so",
    "if (this.#closed || this.#runtime.signal.aborted)",
    "if (this.#runtime.signal.aborted)",
  ]]),
  ...rows("kv/lock.ts", "--filter=/fifty.moments|cut.off.in.the.line/ tests/kv/lock_test.ts", [
    [
      "KW-all-leases-lost",
      "Whatever goes wrong while somebody waits for a lock is told as a lease that ended",
      "found beside one that was drawn: it was",
      "    if (lost) throw new LockLostError(name);",
      "    if (lease.signal.aborted) throw new LockLostError(name);",
    ],
    [
      "KW-line-forgotten",
      "Who was cut off for a while, in a busy store, loses its place in the line",
      "found beside one that was drawn: it did",
      "    if (!(error instanceof CompactedError)) throw error;",
      "    throw error;",
    ],
  ]),
  ...rows("kv/gateway/gateway.ts", "--filter=/disks.hang/ tests/kv/gateway_test.ts", [[
    "KW-failures-uncounted",
    "The metrics say that nothing failed",
    DRAWN,
    "    this.#counters.failed++;\n",
    "",
  ]]),
  ...rows("kv/resp/commands.ts", WORDS, [[
    "KW-any-cursor",
    "A cursor that is no number ends the connection instead of being refused",
    DRAWN,
    'if (!/^\\d{1,19}$/.test(cursor)) throw new CommandError("invalid cursor");',
    "",
  ]]),
  ...rows("kv/resp/client_reply.ts", WORDS, [[
    "KW-any-name",
    "A connection may have a name that breaks the list of connections",
    DRAWN,
    "if (rest.length !== 1 || !/^[\\x21-\\x7e]{0,256}$/.test(rest[0])) {",
    "if (rest.length !== 1) {",
  ]]),
  ...rows("kv/resp/step_commands.ts", WORDS, [[
    "KW-key-as-value",
    "MSET writes each key's name into it",
    DRAWN,
    "pairs.push([words[at], words[at + 1]]);",
    "pairs.push([words[at], words[at]]);",
  ]]),
  ...rows("kv/store/scan.ts", "tests/kv/store_range_test.ts", [[
    "KW-watch-one-more",
    "A watcher of the keys from one to another hears of the other, too",
    DRAWN,
    "key >= range.from && key < range.to;",
    "key >= range.from && key <= range.to;",
  ]]),
  ...rows("kv/gateway/gateway.ts", "tests/kv/gateway_turns_test.ts", [
    [
      "KW-write-left-behind",
      "A write that came while another was out waits until somebody else writes",
      DRAWN,
      "    if (this.#writes.length > 0) this.#soon();\n",
      "",
    ],
    [
      "KW-look-left-behind",
      "A look that came while another was out waits until somebody else looks",
      "found beside one that was drawn",
      "    if (this.#looks.length > 0) this.#soon();\n",
      "",
    ],
  ]),
];
