/**
 * Planted bugs of what strangers talk to: how requests are read, and in which order they are answered.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const kvTalkMutants: readonly Mutant[] = [
  ...rows("kv/cli/listener.ts", "tests/real/listener_test.ts", [
    [
      "KT-nonsense-first",
      "Bytes that make no sense are answered before the write in front of them, whose answer they pass for",
      "found by looking: a definite answer for an unknown outcome",
      "        await this.#finish();\n        this.send(error.answer);",
      "        this.send(error.answer);",
    ],
    [
      "KT-nonsense-unsaid",
      "Who sends nonsense is not told",
      "found by looking",
      "        this.send(error.answer);\n        await this.#finish();\n",
      "        this.send(error.answer);\n",
    ],
  ]),
  ...rows("kv/cli/talks.ts", "tests/real/listener_test.ts", [
    [
      "KT-before-nonsense",
      "A request with nonsense behind it is not carried out, although the connection ends as if it had been",
      "found by looking",
      "      } finally {\n        // Also what came before bytes that make no sense: its answer is due first.\n        if (!busy) void work();\n      }",
      "      }\n      if (!busy) void work();",
    ],
  ]),
  ...rows("kv/http/request_reader.ts", "tests/kv/request_readers_test.ts", [
    [
      "KT-half-a-body",
      "A body that has come by half is taken for the whole",
      DRAWN,
      "    if (this.#to - this.#from < bodyBytes) return null;\n",
      "",
    ],
    [
      "KT-left-behind",
      "The beginning of the next request is lost when its end comes",
      DRAWN,
      "      this.#buffer.copyWithin(0, this.#from, this.#to);\n",
      "",
    ],
    [
      "KT-searched-ahead",
      "The end of a head is looked for behind where it came",
      DRAWN,
      "      this.#searched -= this.#from;\n",
      "",
    ],
    [
      "KT-room-kept",
      "A connection that brought a large body keeps its room for ever",
      DRAWN,
      "      this.#buffer = new Uint8Array(USUAL_BUFFER_BYTES);\n    }\n    if (this.#to ===",
      "    }\n    if (this.#to ===",
    ],
    [
      "KT-no-leave",
      "A client that waits for leave to send its body waits for ever",
      DRAWN,
      '=== "100-continue") this.#onExpect();',
      '=== "100-continue") return null;',
    ],
    [
      "KT-leave-always",
      "Every client is given leave that it never asked for, which it takes for its answer",
      DRAWN,
      'if (missing && head.headers.get("expect")?.toLowerCase() === "100-continue") this.#onExpect();',
      "this.#onExpect();",
    ],
    [
      "KT-new-closes",
      "A client of HTTP/1.1 loses its connection after each request",
      DRAWN,
      'first[3] === "1" ? connection',
      'first[3] !== "1" ? connection',
    ],
    [
      "KT-old-keeps",
      "A client of HTTP/1.0 waits for the end of the connection for ever",
      DRAWN,
      ': connection === "keep-alive"',
      ': connection !== "keep-alive"',
    ],
    [
      "KT-not-halfway",
      "A client that stops in the middle of a request is never given up",
      DRAWN,
      "return this.#head !== null || this.#to",
      "return this.#head !== null && this.#to",
    ],
    [
      "KT-body-short",
      "A body of the greatest size is refused",
      DRAWN,
      "head.bodyBytes > this.#maxBodyBytes",
      "head.bodyBytes >= this.#maxBodyBytes",
    ],
    [
      "KT-head-at-once",
      "A head of any length is taken if it comes at once",
      "found by looking: the answer hung on the packets",
      "return this.#checked(at + 1);",
      "return at + 1;",
    ],
  ]),
  ...rows("kv/resp/request_reader.ts", "tests/kv/request_readers_test.ts", [
    [
      "KT-typed-words",
      "A stranger may type more words than it may send",
      "found by looking: limits that held for one of two forms",
      "        this.#checkWords(this.#ends.length / 2);\n",
      "",
    ],
    [
      "KT-typed-word",
      "A stranger may type longer words than it may send",
      "found by looking",
      "        this.#checkWord(at - start);\n",
      "",
    ],
    [
      "KT-typed-line",
      "A stranger may type longer requests than it may send",
      "found by looking",
      "Math.min(MAX_LINE_BYTES, this.limits.maxRequestBytes)",
      "MAX_LINE_BYTES",
    ],
  ]),
  ...rows("kv/resp/session.ts", "tests/kv/session_test.ts", [
    [
      "KT-blind-exec",
      "A transaction whose WATCH failed is executed unguarded",
      "found by looking",
      "if (transacting.spoiled || guards === null) {",
      "if (transacting.spoiled) {",
    ],
    [
      "KT-unwatch-overtakes",
      "An UNWATCH overtakes the WATCH before it, which brings back what it forgot",
      "found by looking",
      '      case "unwatch":\n      case "exec":',
      '      case "exec":',
    ],
    [
      "KT-unwatch-inside",
      "An UNWATCH takes the guards from the transaction that it stands in",
      "Redis queues it",
      '"info", "unwatch"]',
      '"info"]',
    ],
    [
      "KT-ping-inside",
      "What is answered at once is missing in the answer of EXEC, which its client takes for a failure",
      "Redis queues it",
      'new Set(["reply", ',
      "new Set([",
    ],
  ]),
  ...rows("kv/resp/watched.ts", "tests/kv/session_test.ts", [
    [
      "KT-blind-for-ever",
      "A WATCH that failed takes every later transaction along",
      "found by looking",
      "    this.#unseen.clear();\n",
      "",
    ],
    [
      "KT-seen-too-late",
      "A WATCH that looked after one that failed makes nothing good",
      "found by looking",
      "    this.#unseen.delete(key);\n",
      "",
    ],
  ]),
];
