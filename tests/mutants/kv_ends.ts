/**
 * Planted bugs of how calls end whose process dies, or whose time is up while they wait for something that others need too.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const KV = "tests/kv/end_test.ts";
const SHARD = "tests/shard/end_test.ts";
const KILL = "tests/kv/kill_test.ts";
const SO = "it was so";

/** Of single calls. */
const calls: readonly Mutant[] = [
  ...rows("kv/link.ts", KV, [
    [
      "KE-listens-on",
      "A link that has once paused listens for its process's death for ever",
      SO,
      '    if (this.#pauses.size === 0) this.signal.removeEventListener("abort", this.#wake);\n',
      "",
    ],
    [
      "KE-pauses-when-dead",
      "A call that fails in the very turn in which its process dies pauses on a clock that has stopped",
      SO,
      "if (ms === 0 || this.signal.aborted) return;",
      "if (ms === 0) return;",
    ],
    [
      "KE-pauses-when-closed",
      "A call that pauses when its link is closed is not woken, and never ends if its process dies then",
      SO,
      "call that would fail.\n    this.#wake();\n",
      'call that would fail.\n    this.signal.removeEventListener("abort", this.#wake);\n',
    ],
  ]),
  ...rows("kv/link.ts", KV, [[
    "KE-lost-reply-refused",
    "A write that was executed, and whose reply is too long to travel, is said to be refused",
    SO,
    "return attempt.invalid(error.message, true);",
    "return attempt.invalid(error.message, attempt.tries > 1);",
  ]]),
  ...rows("kv/session_client.ts", KV, [[
    "KE-borrowed-patience",
    "Whoever waits for a session that another operation opens has its patience, and not its own",
    SO,
    "else await this.#turns.wait(this.link.leftMs(limits.deadlineMs), limits.signal);",
    "else await this.#turns.wait(Infinity, undefined);",
  ]]),
  ...rows("kv/gateway/gateway.ts", KV, [[
    "KE-told-twice",
    "Looks that were answered before the store threw are told that they failed, too",
    SO,
    "return jobs.map(({ asked }) => this.#options.store.look(asked));",
    'for (const { asked, settle } of jobs) settle({ kind: "done", value: this.#options.store.look(asked) });\n' +
    "      return [];",
  ]]),
];

/** Of a process that is killed, or closed, with calls under way. */
const killed: readonly Mutant[] = [
  ...rows("kv/replica.ts", KILL, [
    [
      "KE-ticks-on",
      "A member that was closed goes on counting its leases",
      "a process outlives its members",
      "    this.#compaction.end();\n    this.#ticker.stop();\n",
      "    this.#compaction.end();\n",
    ],
  ]),
  ...rows("raft/driver.ts", KILL, [
    [
      "KE-reads-wait",
      "Whoever reads at a node that dies before it has heard from a majority waits for ever",
      "dissertation section 6.4",
      '    this.reads.rejectAll(new NodeStoppedError("it died", { cause: reason }));\n',
      "",
    ],
    [
      "KE-deadlines-stay",
      "A node that was closed still waits for its next election",
      "a process outlives its members",
      "    this.#deadlines.stop();\n",
      "",
    ],
  ]),
  ...rows("kv/lease_keeper.ts", KILL, [[
    "KE-alarm-stays",
    "A lease that was lost still has its alarm",
    "a process outlives its clerks",
    "  #lose(why: string): void {\n    this.#alarm?.cancel();\n",
    "  #lose(why: string): void {\n",
  ]]),
];

/** All of the store's. */
export const kvEndMutants: readonly Mutant[] = [...calls, ...killed];

/** And of the shards. */
export const shardEndMutants: readonly Mutant[] = [
  ...rows("kv/link.ts", SHARD, [[
    "SE-links-listen-on",
    "Every change of a group's servers leaves a listener behind",
    SO,
    '    if (this.#pauses.size === 0) this.signal.removeEventListener("abort", this.#wake);\n',
    "",
  ]]),
  ...rows("shard/router.ts", SHARD, [
    [
      "SE-borrowed-patience",
      "Whoever waits for a shard's session that another operation opens has its patience, and not its own",
      SO,
      "else await opening.wait(this.#checkTime(course), course.signal);",
      "else await opening.wait(Infinity, undefined);",
    ],
    [
      "SE-lost-reply-refused",
      "A write that a group has executed, and whose reply is too long to travel, is said to be refused",
      SO,
      "if (!course.sent || !(sentBefore || asked.mayBeExecuted)) {",
      "if (course !== null) {",
    ],
    [
      "SE-borrowed-question",
      "Whoever waits for a map that another operation has asked for has its patience, and not its own",
      SO,
      "patience.wait(leftMs, course.signal),",
      "patience.wait(Infinity, undefined),",
    ],
    [
      "SE-question-stays",
      "Whoever has got a map still has its time taken",
      "a caller's signal is not to fill with listeners",
      "      patience.wake(1);\n",
      "",
    ],
    [
      "SE-death-untold",
      "A write that was sent, and whose process dies, ends with the reason of the death and not as unknown",
      SO,
      "      this.#checkTime(course);\n      throw error;",
      "      throw error;",
    ],
  ]),
  ...rows("kv/replica.ts", "tests/kv/restoring_read_test.ts", [[
    "KE-half-restored",
    "A question is answered by the half of a state that a restore has left which failed",
    SO,
    "if (!await this.#restoring) return UNKNOWN;",
    "if (!await this.#restoring) break;",
  ], [
    "KE-while-restoring",
    "A question is asked of a machine that is half way from one state to another",
    "no planted bug stood for that line",
    "while (this.#restoring !== null)",
    "while (this.#restoring !== null && this.#ended)",
  ]]),
  ...rows("kv/service.ts", "tests/kv/joined_leader_test.ts", [[
    "KE-unnamed-leader",
    "A leader that joined later is named to no client, which goes from one founder to the next for ever",
    SO,
    'return told !== "" ? told : addresses.get(member) ?? null;',
    "return addresses.get(member) ?? null;",
  ]]),
  ...rows("shard/lane.ts", SHARD, [[
    "SE-fewer-answers",
    "A lane does not count the answers that it is given",
    SO,
    "if (answers.length === jobs.length) return answers;",
    "if (answers.length >= 0) return answers;",
  ]]),
];
