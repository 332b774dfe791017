/**
 * Planted bugs for lines that are enciphered.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const TLS_TEST = "test -A --no-check --fail-fast tests/runtime/deno/tls_test.ts";
const ARGUMENTS_TEST = "test -A --no-check --fail-fast tests/real/tls_arguments_test.ts";
const TLS = "runtime/deno/tls.ts";
const FILES = "kv/cli/tls_files.ts";
const SERVE = "kv/cli/serve_arguments.ts";
const SOURCE = "issue 5: mutual TLS between nodes, off on loopback only";

/** TLS's mutants. */
export const tlsMutants: readonly Mutant[] = [
  {
    id: "TLS-anybody",
    title: "Whoever calls is let in, whatever certificate he shows",
    source: SOURCE,
    file: TLS,
    anchor:
      '    rejectUnauthorized: true,\n    minVersion: "TLSv1.3",\n  }, (socket) => {\n    strangers.get(nameOf(socket))?.known();\n    // A door that let somebody in without a certificate would be worse than none.\n    if (socket.authorized)',
    replacement:
      '    rejectUnauthorized: false,\n    minVersion: "TLSv1.3",\n  }, (socket) => {\n    strangers.get(nameOf(socket))?.known();\n    if (socket !== null)',
    killedBy: TLS_TEST,
  },
  {
    id: "TLS-own-authority",
    title: "A caller believes whatever certificate the other end shows",
    source: SOURCE,
    file: TLS,
    anchor:
      '    const socket = connect({ host: hostname, port, minVersion: "TLSv1.3", ...pemsOf(tls) });\n    const fail = (reason: unknown) => {\n      signal.removeEventListener("abort", onAbort);\n      socket.destroy();\n      reject(reason);\n    };\n    const onAbort = () => fail(signal.reason);\n    socket.on("error", fail);\n    socket.once("close", () => fail(new Error("The line ended before both ends were known")));\n    socket.once("secureConnect", () => {\n      signal.removeEventListener("abort", onAbort);\n      if (!socket.authorized) return fail(new Error("The other end has no certificate of this authority"));\n',
    replacement:
      '    const socket = connect({ host: hostname, port, minVersion: "TLSv1.3", ...pemsOf(tls), rejectUnauthorized: false });\n    const fail = (reason: unknown) => {\n      signal.removeEventListener("abort", onAbort);\n      socket.destroy();\n      reject(reason);\n    };\n    const onAbort = () => fail(signal.reason);\n    socket.on("error", fail);\n    socket.once("close", () => fail(new Error("The line ended before both ends were known")));\n    socket.once("secureConnect", () => {\n      signal.removeEventListener("abort", onAbort);\n',
    killedBy: TLS_TEST,
  },
  {
    id: "TLS-patient",
    title: "Strangers who say nothing may wait at the door for ever",
    source: "issue 5: floods of connections never take a node down",
    file: TLS,
    anchor: "this.#timer = setTimeout(() => this.sendAway(), patienceMs);",
    replacement: "this.#timer = setTimeout(() => this.sendAway(), patienceMs * 1e5);",
    killedBy: TLS_TEST,
  },
  {
    id: "TLS-chunk-lost",
    title: "What does not fit into the reader's room is forgotten",
    source: "a message of 100 kB comes in pieces",
    file: TLS,
    anchor: "else this.#unread[0] = chunk.subarray(count);",
    replacement: "else this.#unread.shift();",
    killedBy: TLS_TEST,
  },
  {
    id: "TLS-off-far",
    title: "Nodes on different machines start without certificates",
    source: SOURCE,
    file: SERVE,
    anchor: "    if (tls !== null || isLoopback(address)) continue;\n",
    replacement: '    if (tls !== null || isLoopback(address) || address !== "") continue;\n',
    killedBy: ARGUMENTS_TEST,
  },
  {
    id: "TLS-wrong-host",
    title: "A node starts with a certificate for another host, and nobody can call it",
    source: "bad input is told at once",
    file: SERVE,
    anchor: "  if (tls !== null) checkHost(tls, own);\n",
    replacement: "  if (tls !== null && own === id) checkHost(tls, own);\n",
    killedBy: ARGUMENTS_TEST,
  },
  {
    id: "TLS-old",
    title: "A node starts with a certificate whose time is over",
    source: "bad input is told at once",
    file: FILES,
    anchor: "  if (now > Date.parse(certificate.validTo)) {",
    replacement: "  if (now < 0) {",
    killedBy: ARGUMENTS_TEST,
  },
];
