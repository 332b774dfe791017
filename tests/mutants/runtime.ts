/**
 * Planted bugs for the runtime: the wire, calls, and the real world's edges.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const WIRE_TEST = "test -A --no-check --fail-fast tests/runtime/wire_test.ts";
const RPC_TEST = "test -A --no-check --fail-fast tests/runtime/rpc_test.ts";
const DISK_TEST = "test -A --no-check --fail-fast tests/runtime/deno/disk_test.ts";
const NETWORK_TEST = "test -A --no-check --fail-fast tests/runtime/deno/network_test.ts";
const HOSTILE_TEST = "test -A --no-check --fail-fast tests/runtime/deno/hostile_test.ts";
const WIRE = "runtime/wire.ts";
const RPC = "runtime/rpc.ts";

/** The runtime's mutants. */
export const runtimeMutants: readonly Mutant[] = [
  {
    id: "RT-proto",
    title: "A stranger's key __proto__ changes what the object is",
    source: "issue 2: no prototype tricks",
    file: WIRE,
    anchor: '  if (key === "__proto__") {\n',
    replacement: '  if (key === "__proto__" && value === null) {\n',
    // Deno has no such key unless it is asked to; other systems have.
    killedBy: `${WIRE_TEST} --unstable-unsafe-proto`,
  },
  {
    id: "RT-shared-bytes",
    title: "A copy shares its bytes with the original",
    source: "labs S20: a reply aliases the live map",
    file: WIRE,
    anchor: "if (value instanceof Uint8Array) return new Uint8Array(value);",
    replacement: "if (value instanceof Uint8Array) return value;",
    killedBy: WIRE_TEST,
  },
  {
    id: "RT-hole-copied",
    title: "A copy lets pass what the codec refuses: half a surrogate pair",
    source: "the codec's contract: copy(m) equals decode(encode(m))",
    file: WIRE,
    anchor:
      '    case "string":\n      if (!value.isWellFormed()) throw refuse(path, "half a surrogate pair");\n      return value;',
    replacement: '    case "string":\n      return value;',
    killedBy: WIRE_TEST,
  },
  {
    id: "RT-two-forms",
    title: "One number has two encodings",
    source: "issue 2: the decode side treats bytes as hostile",
    file: WIRE,
    anchor: "  if (isThatForm(value)) return value;\n",
    replacement: "  if (isThatForm(value) || Number.isFinite(value)) return value;\n",
    killedBy: WIRE_TEST,
  },
  {
    id: "RT-life",
    title: "A restarted caller takes an answer that was meant for its former self",
    source: "anchors C2: a client takes a late reply for the previous request",
    file: RPC,
    anchor: "if (to === undefined || reply.life !== this.#life) return;",
    replacement: "if (to === undefined) return;",
    killedBy: RPC_TEST,
  },
  {
    id: "RT-impostor",
    title: "An answer is believed whoever gives it",
    source: "anchors C2; hostile peers",
    file: RPC,
    anchor: "    if (to !== from && !this.#runtime.network.isSame?.(to, from)) return;\n",
    replacement: "",
    killedBy: RPC_TEST,
  },
  {
    id: "RT-deadline-left",
    title: "A request that could not leave keeps its deadline running",
    source: "issue 2: deadlines on every call",
    file: RPC,
    anchor: "        this.#fail(id, error);\n",
    replacement: "        reject(error);\n",
    killedBy: RPC_TEST,
  },
  {
    id: "RT-escape",
    title: "A path may lead out of the node's folder",
    source: "issue 2: a disk is a node's own",
    file: "runtime/deno/disk_errors.ts",
    anchor: 'part === ".." || ',
    replacement: "",
    killedBy: DISK_TEST,
  },
  {
    id: "RT-place-believed",
    title: "A file takes its handle to stand where the last write ended, though it was read since",
    source: "issue 5: one call of the system less for each write of a log",
    file: "runtime/deno/file.ts",
    anchor: "    return this.#do(`read at ${offset} of`, async () => {\n      this.#position = -1;\n",
    replacement: "    return this.#do(`read at ${offset} of`, async () => {\n",
    killedBy: DISK_TEST,
  },
  {
    id: "RT-sync-overtakes",
    title: "A sync at once holds up what was sent before it",
    source: "issue 5: followers work while the leader's disk does",
    file: "runtime/deno/sync_pace.ts",
    anchor: "    await new Promise<void>((resolve) => void setImmediate(resolve));\n",
    replacement: "",
    killedBy: DISK_TEST,
  },
  {
    id: "RT-late-sync",
    title: "A sync that ends after the node's death is acknowledged",
    source: "house plan 3: a late sync acknowledges nothing",
    file: "runtime/deno/file.ts",
    anchor: "    // Its node died meanwhile: what came of it is nobody's business any more.\n" +
      "    if (this.#released) throw closedError(what, this.#path);\n",
    replacement: "",
    killedBy: DISK_TEST,
  },
  {
    id: "RT-refused-unsaid",
    title: "Nobody hears that a peer takes no calls: whoever waits for its answer waits for a timeout",
    source: "issue 5: the window after the leader's end",
    file: "runtime/deno/peer.ts",
    anchor: "      if (!signal.aborted) this.#context.unreached(this.#address);\n",
    replacement: "",
    killedBy: NETWORK_TEST,
  },
  {
    id: "RT-unbounded",
    title: "What waits for a peer that does not read grows without end",
    source: "issue 2: bounded queues",
    file: "runtime/deno/outbox.ts",
    anchor: "if (this.#bytes + size > this.#maxBytes && !this.empty) {",
    replacement: "if (this.#bytes + size > Infinity && !this.empty) {",
    killedBy: HOSTILE_TEST,
  },
];
