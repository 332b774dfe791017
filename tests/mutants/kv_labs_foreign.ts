/**
 * Planted bugs of the labs' key/value list in a store that is not ours, built the way the labs suggest: what our own keeps out by a second
 * lock shows there as one line.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const SMALL = "tests/labs/example/small_kv.ts";

/** One test of a part, with the seeds from 1 to `runs`. */
function lab(part: string, test: string, runs = 2): string {
  return `run -A --no-check tests/labs/cli.ts ${part} --impl ${SMALL} --test ${test} --runs ${runs} --json`;
}

/** See the module's page. */
export const kvForeignMutants: readonly Mutant[] = [
  {
    id: "S-K2",
    title: "A write that was executed is executed again",
    source: "labs K2",
    file: SMALL,
    anchor: 'if (number <= (this.#numbers.get(client) ?? 0)) return "ok";',
    replacement: "",
    killedBy: lab("4A", "TestUnreliableOneKey4A"),
  },
  {
    id: "S-K4",
    title: "A snapshot forgets which writes were executed",
    source: "labs K4",
    file: SMALL,
    anchor: "return encodeValue([values, [...this.#numbers]]);",
    replacement: "return encodeValue([values, []]);",
    killedBy: lab("4B", "TestSnapshotUnreliableRecover4B"),
  },
  {
    id: "S-K7",
    title: "Who waits is found by its index alone",
    source: "labs K7",
    file: SMALL,
    anchor: 'waiter?.resolve(waiter.id === id ? { kind: "ok", reply } : WRONG_LEADER);',
    replacement: 'waiter?.resolve({ kind: "ok", reply });',
    killedBy: lab("4A", "TestLeaderPartition4A"),
  },
  {
    id: "S-K8",
    title: "Nobody looks whether this server still leads",
    source: "labs K8",
    file: SMALL,
    anchor: "    this.#look();\n",
    replacement: "",
    killedBy: lab("4A", "TestLeaderPartition4A"),
  },
  {
    id: "S-K9",
    title: "Who waits is written down a little after the proposal, when the result may be there already",
    source: "labs K9",
    file: SMALL,
    anchor: "    return new Promise((resolve) => {\n",
    replacement: "    return this.#seat.clock.sleep(0.1).then(() => new Promise<RsmResult>((resolve) => {\n",
    further: [{
      file: SMALL,
      anchor: "      this.#waiters.set(index, { id, term, resolve });\n    });\n",
      replacement: "      this.#waiters.set(index, { id, term, resolve });\n    }));\n",
    }],
    killedBy: lab("4A", "StrictAlone4A"),
  },
  {
    id: "S-K10",
    title: "A clerk begins each call at the first server",
    source: "labs K10",
    file: SMALL,
    anchor: "    let tries = 0;\n",
    replacement: "    let tries = 0;\n    this.#at = 0;\n",
    killedBy: lab("4B", "StrictStaysWithLeader4B"),
  },
  {
    id: "S-K13",
    title: "A snapshot is made a little after its index was read",
    source: "labs K13",
    file: SMALL,
    anchor: "this.#raft.snapshot(message.index, this.#machine.snapshot());",
    replacement:
      "this.#seat.clock.sleep(0.2).then(() => this.#raft.snapshot(message.index, this.#machine.snapshot()));",
    killedBy: lab("4C", "StrictSnapshotsUnderWay4C"),
  },
  {
    id: "S-K14",
    title: "Only the leader looks at the size of its log",
    source: "labs K14",
    file: SMALL,
    anchor: "persister.raftStateSizeBytes > maxRaftStateBytes) {",
    replacement: "persister.raftStateSizeBytes > maxRaftStateBytes && this.getState().isLeader) {",
    killedBy: lab("4B", "TestSpeed4B@2024", 1),
  },
  {
    id: "S-K19",
    title: "A server that dies leaves whoever waits waiting",
    source: "labs K19",
    file: SMALL,
    anchor: '    seat.signal.addEventListener("abort", () => this.#giveUp(() => true));\n',
    replacement: "",
    killedBy: lab("4A", "StrictShutdownUnderWay4A"),
  },
];
