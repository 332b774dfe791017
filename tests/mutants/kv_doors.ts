/**
 * Planted bugs for the store as processes: steps, gateways, client ports, folders.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const STEPS = "test -A --no-check --fail-fast tests/kv/steps_test.ts";
const STALE = "test -A --no-check --fail-fast tests/kv/stale_read_test.ts";
const DOORS = "test -A --no-check --fail-fast tests/kv/doors_test.ts";
const RESP = "test -A --no-check --fail-fast tests/real/resp_test.ts";
const SESSIONS = "test -A --no-check --fail-fast tests/kv/session_test.ts";
const HOSTILE = "test -A --no-check --fail-fast tests/real/hostile_test.ts";
const PATIENCE = "test -A --no-check --fail-fast tests/kv/gateway_test.ts";
const GATEWAY = "kv/gateway/gateway.ts";
const SESSION = "kv/resp/session.ts";
const READER = "kv/resp/request_reader.ts";

/** The doors' mutants. */
export const kvDoorMutants: readonly Mutant[] = [
  {
    id: "KD-heir-waits",
    title: "Who became leader waits for commands that hang at another member",
    source: "found when the time without writes after a leader's death was measured",
    file: GATEWAY,
    anchor: 'isLeader ? "here" : "elsewhere";',
    replacement: 'isLeader ? "elsewhere" : "elsewhere";',
    killedBy: PATIENCE,
  },
  {
    id: "KD-unbounded",
    title: "As many commands are on their way as there are turns in which somebody writes",
    source: "issue 5: group commit",
    file: GATEWAY,
    anchor: 'const most = route === "here" ? MAX_WRITE_BATCHES : MAX_FORWARDED;',
    replacement: 'const most = route === "here" ? Infinity : MAX_FORWARDED;',
    killedBy: PATIENCE,
  },
  {
    id: "KD-stale-look",
    title: "A leader answers reads from its memory without asking whether it still leads",
    source: "anchors/raft.md 4: stale reads from a leader that was cut off",
    file: GATEWAY,
    anchor: "await this.#patiently(replica.whenCurrent());",
    replacement: "await this.#patiently(Promise.resolve(null));",
    killedBy: STALE,
  },
  {
    id: "KD-endless-patience",
    title: "Clients of a leader whose followers' disks hang wait for as long as those hang",
    source: "bench:kv's clients once waited for ever; etcd #15247",
    file: GATEWAY,
    anchor: "setTimer(this.#timeoutMs, () => resolve(LATE));",
    replacement: "setTimer(this.#timeoutMs * 1000, () => resolve(LATE));",
    killedBy: PATIENCE,
  },
  {
    id: "KD-nobody-awaited",
    title: "A command leaves with the first who come again, and the others wait for the next",
    source: "issue 5: group commit and joined writes end to end",
    file: GATEWAY,
    anchor: "const IDLE_TURNS = 3;",
    replacement: "const IDLE_TURNS = 0;",
    killedBy: PATIENCE,
  },
  {
    id: "KD-leader-rests",
    title: "A follower that comes to lead ends its rest first, and its clients wait for it",
    source: "issue 5: the window without a write after the leader's end",
    file: "kv/replica.ts",
    anchor: "  #onRole({ isLeader, leader }: RaftState): void {\n    this.#wake?.();\n",
    replacement: "  #onRole({ isLeader, leader }: RaftState): void {\n",
    killedBy: "test -A --no-check --fail-fast tests/kv/replica_test.ts",
  },
  {
    id: "KD-snapshot-at-once",
    title: "A large snapshot is made in one turn, in which a leader says nothing",
    source: "etcd #15247: elections because a node is busy",
    file: "kv/cli/served_store.ts",
    anchor: "      await new Promise<void>((resolve) => void setImmediate(resolve));\n",
    replacement: "      await Promise.resolve();\n",
    killedBy: "test -A --no-check --fail-fast tests/real/served_store_test.ts",
  },
  {
    id: "KD-look-before-own-commit",
    title: "A new leader hands out a read index before it has committed in its own term",
    source: "etcd #7331",
    file: "raft/core/read.ts",
    anchor: "  if (termAt(core.log, core.commit) !== core.term) return;\n",
    replacement: "",
    killedBy: STALE,
  },
  {
    id: "KD-late-answer-confirms",
    title: "An answer to an earlier round confirms a later read",
    source: "etcd #20418",
    file: "raft/core/read.ts",
    anchor: "if (progress.counts && progress.votes && progress.round >= round) answered++;",
    replacement: "if (progress.counts && progress.votes && progress.round >= round - 1) answered++;",
    killedBy: STALE,
  },
  {
    id: "KD-guard-ignored",
    title: "A transaction happens although a watched key was written",
    source: "issue 5: MULTI EXEC WATCH as one atomic batch",
    file: "kv/store/run_steps.ts",
    anchor: 'return { kind: "guardFailed" };',
    replacement: "break;",
    killedBy: STEPS,
  },
  {
    id: "KD-lease-left",
    title: "A key that is written again leaves its old time to live behind",
    source: "memory that grows until killed: etcd #7964",
    file: "kv/store/store.ts",
    anchor: "if (lease >= KEY_LEASES) leases.end(lease);",
    replacement: "",
    killedBy: STEPS,
  },
  {
    id: "KD-lease-shared",
    title: "Two times to live that one entry grants get one lease",
    source: "issue 5: EX and PX",
    file: "kv/store/store.ts",
    anchor: "++this.#granted * KEY_LEASES",
    replacement: "KEY_LEASES",
    killedBy: STEPS,
  },
  {
    id: "KD-overtaking",
    title: "A write of a pipeline overtakes the reads before it",
    source: "issue 5: pipelining",
    file: SESSION,
    anchor: "return this.#transacting !== null || this.#looking === 0 || onlyLooks(command.step);",
    replacement: "return true;",
    killedBy: SESSIONS,
  },
  {
    id: "KD-look-past-write",
    title: "A read of a pipeline does not wait for the writes before it",
    source: "issue 5: pipelining",
    file: SESSION,
    anchor: "if (onlyLooks(step) && this.#writing === 0) {",
    replacement: "if (onlyLooks(step)) {",
    killedBy: RESP,
  },
  {
    id: "KD-spoiled-exec",
    title: "EXEC carries out what is left of a transaction with a mistake in it",
    source: "Redis: EXECABORT",
    file: SESSION,
    anchor: "if (transacting.spoiled || guards === null) {",
    replacement: "if (transacting.queue.length === 0 && transacting.spoiled) {",
    killedBy: RESP,
  },
  {
    id: "KD-word-unended",
    title:
      "The end of a word is not looked at: a wrong length goes unnoticed and the next bytes are commands",
    source: "issue 5: garbage frames",
    file: READER,
    anchor: "if (this.#buffer[this.#from + end] !== CR || this.#buffer[this.#from + end + 1] !== LF) {",
    replacement: "if (this.#from + end + 1 < 0) {",
    killedBy: DOORS,
  },
  {
    id: "KD-length-unbounded",
    title: "A word may be as long as its sender says",
    source: "issue 5: oversized lengths",
    file: READER,
    anchor: "if (length >= 0 && length <= maxWordBytes) return;",
    replacement: "if (length >= 0) return;",
    killedBy: DOORS,
  },
  {
    id: "KD-smuggling",
    title: "Of two lengths of one body the last counts",
    source: "RFC 9112 section 6.3: request smuggling",
    file: "kv/http/request_reader.ts",
    anchor: 'if (name === "content-length" && headers.has(name)) {',
    replacement: 'if (name === "") {',
    killedBy: DOORS,
  },
  {
    id: "KD-no-token",
    title: "Commands are carried out for clients that have not said the token",
    source: "issue 5: a token for clients",
    file: SESSION,
    anchor: 'if (!this.#trusted && !["hello", "auth", "quit"].includes(command.kind)) {',
    replacement: 'if (!this.#trusted && command.kind === "info") {',
    killedBy: HOSTILE,
  },
  {
    id: "KD-foreign-folder",
    title: "A node starts on the folder of another cluster",
    source: "issue 5: wrong data folder",
    file: "kv/cli/identity.ts",
    anchor: "if (found.cluster !== owner.cluster) {",
    replacement: 'if (found.cluster === "") {',
    killedBy: HOSTILE,
  },
  {
    id: "KD-told-is-failed",
    title: "A node that was told to go takes its whole cluster down as one that failed",
    source: "a cluster of which one node got SIGTERM ended with exit code 1",
    file: "kv/cli/cluster_command.ts",
    anchor: "const STOPPED: readonly number[] = [0, 130];",
    replacement: "const STOPPED: readonly number[] = [];",
    killedBy: "test -A --no-check --fail-fast --filter=interrupted tests/real/command_line_test.ts",
  },
  {
    id: "KD-bare-line-feed",
    title: "An empty line before an HTTP request that ends with a line feed alone is taken for the request",
    source: "RFC 9112, section 2.2: empty lines before a request are forgiven",
    file: "kv/http/request_reader.ts",
    anchor: "=== CR || this.#buffer[this.#from] === LF)",
    replacement: "=== CR)",
    killedBy: DOORS,
  },
  {
    id: "KD-no-wal",
    title: "The log is kept in memory: three processes killed at once forget everything",
    source: "issue 5: every acknowledged write present",
    file: "raft/wal/log_file.ts",
    anchor: "    await this.#file.write(this.#sizeBytes, this.#withRoom(bytes));\n",
    replacement:
      "    if (bytes.length < 200) await this.#file.write(this.#sizeBytes, this.#withRoom(bytes));\n",
    killedBy: "run -A tests/chaos.ts --layer kv --workload append --seed 1 --runs 60 --json",
  },
];
