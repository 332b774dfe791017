/**
 * Planted bugs of a connection and of its way into the group that were drawn by lot, and that no quick test had caught.
 * @module
 */
import type { Mutant } from "./mutant.ts";
import { rows } from "./rows.ts";

const DRAWN = "drawn by lot";

/** These mutants. */
export const kvDrawnDoorsMutants: readonly Mutant[] = [
  ...rows("kv/resp/session.ts", "tests/kv/session_words_test.ts", [
    [
      "KV-refused-again",
      "A request that is refused at once when its turn comes is executed again and again",
      DRAWN,
      "    let now = true;\n    this.#services.gateway.write(",
      "    let now = false;\n    this.#services.gateway.write(",
    ],
    [
      "KV-looked-again",
      "A look that is refused at once when its turn comes is executed again and again",
      "found beside one that was drawn",
      "    let now = true;\n    this.#services.gateway.look(",
      "    let now = false;\n    this.#services.gateway.look(",
    ],
    [
      "KV-other-protocol",
      "HELLO 3 leaves the old protocol on, and HELLO 2 turns the new one on",
      DRAWN,
      "this.#version = version === 3 ? 3 : 2;",
      "this.#version = version !== 3 ? 3 : 2;",
    ],
    [
      "KV-hello-unheard",
      "The token that HELLO brings is not looked at",
      DRAWN,
      "const refusal = token === null ? null : this.#authenticate(token);",
      'const refusal = token !== null ? null : this.#authenticate(token ?? "");',
    ],
    [
      "KV-wrong-token-ok",
      "AUTH says OK to a wrong token",
      DRAWN,
      "this.#authenticate(command.token) ?? OK",
      "this.#authenticate(command.token) && OK",
    ],
    [
      "KV-scan-nothing",
      "A scan finds no keys",
      DRAWN,
      'result.kind === "keys" ? result : { keys: [], more: false }',
      'result.kind !== "keys" ? result : { keys: [], more: false }',
    ],
    [
      "KV-scan-one-page",
      "A scan ends after its first page",
      DRAWN,
      "const next = more ? cursors.give",
      "const next = more && keys.length === 0 ? cursors.give",
    ],
    [
      "KV-scan-whole",
      "A scan goes through all keys, whatever its pattern begins with",
      DRAWN,
      'const prefix = match === null ? "" : literalPrefix(match);',
      'const prefix = "";',
    ],
    [
      "KV-scan-anything",
      "A scan gives keys that do not match",
      DRAWN,
      "keys.filter((key) => matchesGlob(match, key));",
      "keys;",
    ],
    [
      "KV-scan-in-multi",
      "A scan inside MULTI is answered at once, and is missed in the answer of EXEC",
      DRAWN,
      '    if (this.#transacting !== null) return this.#mistake(slot, "SCAN inside MULTI is not supported");\n',
      "",
    ],
    [
      "KV-after-quit",
      "What comes behind QUIT is done",
      DRAWN,
      "        this.#ended = true;\n",
      "",
    ],
  ]),
  ...rows("kv/gateway/gateway.ts", "tests/kv/gateway_ways_test.ts", [
    [
      "KV-bad-company",
      "A write that the store does not take goes along with others, and all of them fail",
      DRAWN,
      "      checkTransaction(transaction);\n",
      "",
    ],
    [
      "KV-refused-unknown",
      "A write that this member has certainly not carried out is not tried elsewhere",
      DRAWN,
      'if (outcome.kind === "unknown") {',
      "{",
    ],
    [
      "KV-behind-one",
      "Who writes through a follower stands behind one command, which may hang",
      DRAWN,
      'return this.#options.replica.node.state().isLeader ? "here" : "elsewhere";',
      'return "here";',
    ],
    [
      "KV-looks-uncounted",
      "Looks are not counted",
      DRAWN,
      "    this.#counters.looks++;\n",
      "",
    ],
  ]),
  ...rows("kv/http/routes.ts", "tests/kv/routes_test.ts", [
    [
      "KV-conflict-ok",
      "A put at another version is answered as if it had been done",
      "found by looking: only real processes asked the routes",
      'if (result.kind === "done") return json({ version',
      "if (result.kind !== undefined) return json({ version",
    ],
    [
      "KV-version-unasked",
      "A delete at a version is done at any",
      "found by looking: only real processes asked the routes",
      "version === null ? [] : [{",
      "version === null || version > 0 ? [] : [{",
    ],
    [
      "KV-watch-from-start",
      "A watch without a revision begins with all there ever was",
      "found by looking: only real processes asked the routes",
      "(await store.revision({ signal })).revision;",
      "0;",
    ],
    [
      "KV-refused-as-mistake",
      "What no server takes is told as a server that is away",
      "found by looking: only real processes asked the routes",
      'error.code === "invalid" ? 400 : 503',
      'error.code !== "invalid" ? 400 : 503',
    ],
    [
      "KV-any-token",
      "Whoever shows some token is let in",
      "found by looking: only real processes asked the routes",
      "(given === undefined || !sameText(given, token))",
      "(given === undefined || given === token.slice(1))",
    ],
  ]),
];
