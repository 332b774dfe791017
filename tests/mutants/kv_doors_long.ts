/**
 * Planted bugs of what keeps a store alive whose clients ask for more than there is memory.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const ALLOWANCE = "tests/kv/allowance_test.ts";
const SESSION = "tests/kv/session_test.ts";
const POISON = "one command of a client ended every member at once, and again at every start";
const LONG = "a client that asked for much was never answered";

/** These mutants. */
export const kvLongMutants: readonly Mutant[] = [
  ...rows("kv/store/store.ts", ALLOWANCE, [
    [
      "KM-read-without-end",
      "A transaction may bring up more than there is memory: its members die of it, and again whenever they start",
      POISON,
      "if (entry !== undefined) this.#allowance.read(entry.value.length);",
      "",
    ],
    [
      "KM-for-ever",
      "What one transaction has read counts for all that come after it",
      POISON,
      "    this.#allowance.beginTransaction();\n    const result",
      "    const result",
    ],
  ]),
  ...rows("kv/store/allowance.ts", ALLOWANCE, [[
    "KM-told-without-end",
    "The answers to one command may be longer than there is memory",
    POISON,
    "    if (this.#told + length > this.#mayTell) {",
    "    if (length > this.#mayTell) {",
  ]]),
  ...rows("shard/lane.ts", "tests/kv/long_looks_test.ts", [[
    "KM-lane-too-late",
    "Looks that went with others and found no room in the answer are refused",
    LONG,
    "at > 0 && isShort(ended[at])",
    "at < 0 && isShort(ended[at])",
  ]]),
  ...rows("kv/gateway/gateway.ts", "tests/kv/long_looks_test.ts", [[
    "KM-gateway-too-late",
    "Looks that went to the leader with others and found no room in the answer are refused",
    LONG,
    "    this.#looks.unshift(...late);\n",
    '    for (const { settle } of late) settle({ kind: "done", value: [] });\n',
  ]]),
  ...rows("kv/store/batch_refusal.ts", ALLOWANCE, [[
    "KM-append-batch",
    "A batch may append to a long value a thousand times, and every member keeps each of them for its watchers",
    POISON,
    '      if (read > MAX_READ) return { kind: "valueTooLong", at };\n',
    "",
  ]]),
  ...rows("shard/looks.ts", "tests/shard/looks_test.ts", [[
    "KM-told-as-missing",
    "What a shard could not tell is told as keys that are not there",
    POISON,
    "failureAmong(answers) ?? join(answers)",
    "join(answers)",
  ]]),
  ...rows("kv/resp/session.ts", SESSION, [
    [
      "KM-reply-no-string",
      "A reply may be longer than a string can be",
      LONG,
      "isLongerThan(reply, MAX_REPLY_LENGTH) ? TOO_LONG : reply",
      "reply",
    ],
    [
      "KM-together-no-string",
      "Replies of one turn become one string, however long",
      LONG,
      "if (text.length < MAX_TOGETHER) continue;",
      "if (text !== null) continue;",
    ],
  ]),
  ...rows("kv/cli/listener.ts", "tests/real/listener_test.ts", [[
    "KM-waiting-no-string",
    "All that waits for a slow client becomes one string, however long",
    LONG,
    "this.#outgoing[last].length < MAX_OUTGOING",
    "this.#outgoing[last].length < Infinity",
  ]]),
];
